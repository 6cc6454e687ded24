"""Every search leaves Keras as a SavedModel, and as ONNX where that can be."""

import keras
import numpy as np
import pytest
from helpers.compare import arrays, assert_equal_outputs
from helpers.decoding_models import END, START, captioner, language_model, translator

from keras_rnn.architectures import many_to_many
from keras_rnn.decoding import beam_search, greedy_search, roll_out, sample

PROMPTS = np.array([[1, 3, 4], [3, 3, 1]], "int32")
VALUES = np.random.default_rng(0).normal(size=(2, 3, 2)).astype("float32")
PICTURE = VALUES[:, :, 0]
TOKENS = {"max_length": 4, "end_token": END}


def next_value():
    keras.utils.set_random_seed(0)
    inputs = keras.Input((None, 2))
    return many_to_many(inputs, {"cell": "lstm", "units": 3}, keras.layers.Dense(2))


SEARCHES = {
    "greedy_search": (lambda: greedy_search(language_model(), **TOKENS), PROMPTS),
    "beam_search": (
        lambda: beam_search(
            translator(), start_token=START, beam_width=2, return_beams=True, **TOKENS
        ),
        PROMPTS,
    ),
    "a picture": (
        lambda: greedy_search(captioner("bias"), start_token=START, **TOKENS),
        PICTURE,
    ),
    "roll_out": (lambda: roll_out(next_value(), steps=3), VALUES),
}
every_search = pytest.mark.parametrize(
    ("make", "inputs"), SEARCHES.values(), ids=SEARCHES
)
# What TensorFlow says of its own internals, and what JAX's exporter does.
quietly = pytest.mark.filterwarnings("ignore")


def exported(model, folder):
    tensorflow = pytest.importorskip("tensorflow")
    model.export(str(folder), verbose=False)
    return tensorflow.saved_model.load(str(folder))


def needs_saved_model():
    if keras.backend.backend() == "torch":
        pytest.skip("Keras writes no SavedModel on torch")


@quietly
@every_search
def test_exported_without_a_signature(make, inputs, tmp_path):
    needs_saved_model()
    search = make()
    expected = search(inputs)
    served = exported(search, tmp_path)
    if keras.backend.backend() == "jax" and make is SEARCHES["beam_search"][0]:
        pytest.skip("the top_k of JAX 0.10 is newer than what TensorFlow 2.21 can load")
    assert_equal_outputs([one.numpy() for one in _flat(served.serve(inputs))], expected)
    # Another batch size and length than those of the call are served as well.
    other = inputs[:1] if inputs is PICTURE else inputs[:1, :2]
    found = [one.numpy() for one in _flat(served.serve(other))]
    assert_equal_outputs(found, search(other))


@quietly
def test_an_exported_sample_draws_anew(tmp_path):
    needs_saved_model()
    search = sample(language_model(), max_length=20, seed=1)
    served = exported(search, tmp_path)
    first, second = (served.serve(PROMPTS)[0].numpy() for _ in range(2))
    assert first.shape == (2, 20)
    assert not np.array_equal(first, second)


def test_a_sample_cannot_be_an_onnx_file(tmp_path):
    search = sample(language_model(), max_length=4)
    with pytest.raises(ValueError, match=r"random numbers, which ONNX .* beam_search"):
        search.export(tmp_path / "sample.onnx", format="onnx")
    assert not list(tmp_path.iterdir())


@quietly
@every_search
def test_an_onnx_file_gives_the_same(make, inputs, tmp_path):
    runtime = pytest.importorskip("onnxruntime")
    if keras.backend.backend() != "tensorflow":
        pytest.skip("the files of TensorFlow are those that could not be read")
    pytest.importorskip("tf2onnx")
    search, path = make(), str(tmp_path / "model.onnx")
    search.export(path, format="onnx", verbose=False)
    session = runtime.InferenceSession(path)
    found = session.run(None, {session.get_inputs()[0].name: inputs})
    assert_equal_outputs(found, arrays(search(inputs)))


def _flat(outputs):
    return list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]
