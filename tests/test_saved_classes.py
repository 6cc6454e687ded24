"""A saved model opens after `import keras_rnn` alone, whatever it is made of."""

import ast
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import keras
import numpy as np
import pytest
from helpers.decoding_models import END, START, translator
from helpers.processes import quick_to_import

import keras_rnn
from keras_rnn import _saved_classes
from keras_rnn._saved_classes import CLASSES
from keras_rnn.decoding import beam_search
from keras_rnn.layers import Recurrent

ROOT = Path(keras_rnn.__file__).parent

# Opens models in a process of its own and keeps what they say; then imports all others.
SCRIPT = """
import sys
{imports}
import numpy as np
for path in sys.argv[1:]:
    assert not any(name.startswith("keras_rnn.layers") for name in sys.modules) or (
        path != sys.argv[1]
    )
    model = keras.models.load_model(path)
    np.save(path + ".npy", model.predict(np.load(path + ".input.npy"), verbose=0)[0])

from keras_rnn._saved_classes import CLASSES
registered = keras.saving.get_custom_objects()
for name in CLASSES:
    stand_in = registered["keras_rnn>" + name]
    try:
        stand_in.from_config({{"not": "its config"}})
    except Exception:
        pass
    assert isinstance(registered["keras_rnn>" + name], type), name
    assert keras.saving.get_registered_name(registered["keras_rnn>" + name]) == (
        "keras_rnn>" + name
    )
"""


def registered_in_source():
    """What is registered under the package's name: a dict from class to module."""
    found = {}
    for path in sorted(ROOT.rglob("*.py")):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for decorator in getattr(node, "decorator_list", []):
                if "register_keras_serializable" in ast.unparse(decorator):
                    arguments = [ast.unparse(one) for one in decorator.keywords]
                    assert arguments == ["package='keras_rnn'"], f"{path}: {node.name}"
                    assert isinstance(node, ast.ClassDef), f"{path}: {node.name}"
                    assert node.name not in found, f"{path}: {node.name} stands twice"
                    found[node.name] = module
    return dict(sorted(found.items()))


def test_the_table_has_every_registered_class():
    found = registered_in_source()
    assert len(found) > 20
    lines = "".join(f'    "{name}": "{module}",\n' for name, module in found.items())
    assert found == CLASSES, (
        f"CLASSES in {_saved_classes.__file__} should be\n\nCLASSES = {{\n{lines}}}\n"
    )
    assert list(CLASSES) == list(found)


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """Paths of saved models, each with an input, and what they say to it."""
    cell = getattr(import_module(f"keras_rnn.{CLASSES['CountingLSTMCell']}"), _CELL)
    generator = np.random.default_rng(0)
    made = {
        "search": (
            beam_search(
                translator(recurrent={"cell": "min_gru"}),
                start_token=START,
                end_token=END,
                max_length=4,
            ),
            np.array([[1, 2, 3, 0], [4, 5, 0, 0]]),
        ),
        "recurrent": (
            keras.Sequential([keras.Input((4, 3)), Recurrent("peephole_lstm", 2)]),
            generator.normal(size=(2, 4, 3)),
        ),
        "application": (
            keras.Sequential([keras.Input((4, 9)), keras.layers.RNN(cell(2))]),
            generator.normal(size=(2, 4, 9)),
        ),
    }
    folder = tmp_path_factory.mktemp("saved")
    said = {}
    for name, (model, inputs) in made.items():
        path = folder / f"{name}.keras"
        said[path] = model.predict(inputs, verbose=0)[0]
        model.save(path)
        np.save(f"{path}.input.npy", inputs)
    return said


_CELL = "CountingLSTMCell"


@pytest.mark.parametrize("first", ["keras", "keras_rnn"])
def test_a_saved_model_opens_in_a_fresh_process(saved, first):
    second = {"keras": "keras_rnn", "keras_rnn": "keras"}[first]
    script = SCRIPT.format(imports=f"import {first}\nimport {second}")
    done = subprocess.run(
        [sys.executable, "-c", quick_to_import(script), *saved],
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(sys.path),
            "KERAS_BACKEND": keras.backend.backend(),
        },
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    for path, expected in saved.items():
        np.testing.assert_allclose(np.load(f"{path}.npy"), expected, rtol=1e-6)


def test_a_class_that_is_imported_is_not_replaced():
    name = "keras_rnn>Recurrent"
    _saved_classes.tell_keras()
    assert keras.saving.get_registered_object(name) is Recurrent
    assert keras.saving.get_registered_name(Recurrent) == name


def test_looking_for_keras_changes_nothing():
    """Others may only look whether Keras is there: the next import still tells it."""
    script = """
import sys
import keras_rnn
from importlib.util import find_spec
assert find_spec("keras").name == "keras" and "keras" not in sys.modules
assert find_spec("no_such_package") is None
import keras
assert "keras_rnn>Recurrent" in keras.saving.get_custom_objects()
assert type(keras.__spec__.loader).__name__ == "SourceFileLoader"
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(sys.path),
            "KERAS_BACKEND": "numpy",  # nothing is computed
        },
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
