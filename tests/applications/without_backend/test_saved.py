"""Answers from the NumPy form of a model are those of the Keras model."""

import os
import subprocess
import sys

import numpy as np
import pytest
from helpers.tiny_applications import tiny

from keras_rnn.applications import find
from keras_rnn.applications.without_backend import named_entities, sentiment
from keras_rnn.applications.without_backend.networks import KerasNetwork
from keras_rnn.applications.without_backend.saved import FILE, read_form, write_form
from keras_rnn.cli.answers import show_answers

READS = {
    "sentiment": lambda network, texts: [sentiment.numbers(network, texts)],
    "named_entities": lambda network, texts: named_entities.encode(
        network, [text.split() for text in texts]
    ),
    "dna_tags": lambda network, texts: [network.encode("bases", texts, 16)],
}
# Runs the command, and makes sure that no backend was needed.
ALONE = """
import sys
from keras_rnn.cli.main import main
status = main(sys.argv[1:])
heavy = {"keras", "tensorflow", "jax", "torch", "pandas", "matplotlib", "sklearn"}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
sys.exit(status)
"""


@pytest.fixture(scope="module", params=READS)
def saved(request, tmp_path_factory):
    """A saved model and its form: name, folder, Keras model, inputs."""
    folder = tmp_path_factory.mktemp(request.param)
    model, inputs = tiny(request.param, folder)
    rng = np.random.default_rng(0)
    for weight in model.trainable_weights:  # so that answers differ from each other
        weight.assign(rng.normal(size=weight.shape))
    model.save(folder / "model.keras")
    assert write_form(request.param, model, folder / "model.keras")
    return request.param, folder, model, list(inputs)


def test_it_answers_what_keras_answers(saved):
    name, folder, model, inputs = saved
    network, application = read_form(name, folder / "model.keras"), find(name)
    found = application.without_backend.answer(network, inputs)
    assert found == application.module.answer(model, inputs)
    texts = [inputs[0], inputs[0][:5]]  # the second is padded
    given, same = (READS[name](one, texts) for one in (network, KerasNetwork(model)))
    for one, other in zip(given, same, strict=True):
        np.testing.assert_array_equal(one, other)
    wanted = KerasNetwork(model).predict(*given)
    is_read = given[0] != 0 if wanted.ndim == 3 else [True, True]
    for size in (1, 32):
        found = network.predict(*given, batch_size=size)
        np.testing.assert_allclose(found[is_read], wanted[is_read], atol=1e-5)


def test_it_belongs_to_its_model_and_application(saved):
    name, folder, _, _ = saved
    path = folder / "model.keras"
    assert read_form("dna_splice", path) is None
    whole = path.read_bytes()
    path.write_bytes(whole + b" ")
    assert read_form(name, path) is None
    path.write_bytes(whole)
    form = (folder / FILE).read_bytes()
    (folder / FILE).write_bytes(form[:-40])
    assert read_form(name, path) is None
    (folder / FILE).write_bytes(form)


def test_the_command_needs_no_backend_and_prints_the_same(saved, capsys):
    name, folder, model, inputs = saved
    arguments = ["run", name, "--load", str(folder), "--input", *inputs]
    environment = {**os.environ, "COLUMNS": "80"}
    done = subprocess.run(
        [sys.executable, "-c", ALONE, *arguments],
        capture_output=True,
        text=True,
        env=environment,
    )
    assert (done.returncode, done.stderr) == (0, "")
    show_answers(find(name).module, model, inputs)
    lines = [one.split() for one in capsys.readouterr().out.splitlines()]
    assert [one.split() for one in done.stdout.splitlines()] == lines
