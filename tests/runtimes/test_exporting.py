"""What `export` writes, refuses and checks."""

import errno
import os

import keras
import numpy as np
import pytest
from helpers.exported_models import FILES, need_all

from keras_rnn import optional
from keras_rnn.errors import UserError
from keras_rnn.layers import Recurrent
from keras_rnn.runtimes import RUNTIMES, export, numpy_file
from keras_rnn.runtimes.checking import sensitivity
from keras_rnn.runtimes.reading import read_model

SUFFIXES = {
    "numpy": [".npz", ".py"],
    "c": [".c", ".h"],
    "js": [".mjs"],
    "litert": [".tflite"],
    "onnx": [".onnx"],
}


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(0)
    return keras.Sequential(
        [keras.Input((None, 3)), Recurrent("gru", 4), keras.layers.Dense(2)],
        name="small",
    )


@pytest.mark.parametrize("step", [False, True])
@pytest.mark.parametrize("runtime", FILES)
def test_writes_checks_and_tells(model, runtime, step, tmp_path):
    need_all(runtime)
    done = export(model, runtime, tmp_path / "new" / "small", step=step)
    files = sorted((tmp_path / "new").iterdir())
    assert [path.suffix for path in files] == SUFFIXES[runtime]
    assert sorted(done.paths) == files
    assert done.paths[0] == tmp_path / "new" / f"small{RUNTIMES[runtime].suffix}"
    assert done.bytes == sum(path.stat().st_size for path in files)
    assert (done.runtime, done.step) == (runtime, step)
    assert done.unchecked or done.difference < 1e-5


def test_real_inputs_are_compared_as_well(model, tmp_path):
    examples = np.ones((9, 7, 3), "float32")
    assert export(model, "numpy", tmp_path / "small", examples=examples)
    with pytest.raises(UserError) as raised:
        export(model, "numpy", tmp_path / "other", examples=np.ones((9, 7, 4)))
    assert str(raised.value) == (
        "small reads inputs of the shape (any, any, 3), and `examples` are of "
        "(9, 7, 4)."
    )
    assert len(list(tmp_path.iterdir())) == 2


def test_a_file_that_answers_something_else_is_not_kept(model, tmp_path, monkeypatch):
    def off(path, graph, inputs, step):
        return [np.full((2, 2), 0.5, "float32")]

    (tmp_path / "small.py").write_text("before")
    monkeypatch.setattr(numpy_file, "run_numpy", off)
    with pytest.raises(UserError, match="would be broken, and was not kept") as raised:
        export(model, "numpy", tmp_path / "small.py")
    assert len(str(raised.value).splitlines()) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["small.py"]
    assert (tmp_path / "small.py").read_text() == "before"


@pytest.mark.parametrize("found", [np.nan, np.inf])
def test_no_number_is_no_answer(model, tmp_path, monkeypatch, found):
    monkeypatch.setattr(
        numpy_file, "run_numpy", lambda *_, **__: [np.full((2, 2), found, "float32")]
    )
    with pytest.raises(UserError, match="would be broken"):
        export(model, "numpy", tmp_path / "small")
    assert not list(tmp_path.iterdir())


def test_a_chaotic_network_is_told_from_a_broken_file():
    network = keras.Sequential([keras.Input((400, 2)), Recurrent("simple_rnn", 32)])
    rng = np.random.default_rng(0)
    kernel, recurrent, _ = network.weights
    kernel.assign(0.1 * rng.normal(size=(2, 32)))
    recurrent.assign(0.9 * rng.normal(size=(32, 32)))  # a gain of 5: chaotic
    assert sensitivity(network, read_model(network)) > 0.1
    recurrent.assign(0.05 * rng.normal(size=(32, 32)))
    assert sensitivity(network, read_model(network)) < 1e-6


def test_a_read_only_folder(model, tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr("keras_rnn.files.tempfile.TemporaryFile", refuse)
    with pytest.raises(UserError) as raised:
        export(model, "numpy", tmp_path / "small")
    assert str(raised.value) == (
        f"Cannot write to the folder {tmp_path}: Read-only file system. "
        "Give another `folder`."
    )
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "full"), KeyboardInterrupt()])
def test_nothing_is_left_half_written(model, tmp_path, monkeypatch, error):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr(np, "savez", fail)
    kind = UserError if isinstance(error, OSError) else KeyboardInterrupt
    with pytest.raises(kind):
        export(model, "numpy", tmp_path / "small")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("runtime", "library", "extra"),
    [("onnx", "onnx", "onnx"), ("litert", "ai_edge_litert", "litert")],
)
def test_a_missing_library(model, tmp_path, monkeypatch, runtime, library, extra):
    found = optional.find_spec
    monkeypatch.setattr(
        optional, "find_spec", lambda name: None if name == library else found(name)
    )
    with pytest.raises(UserError) as raised:
        export(model, runtime, tmp_path / "small")
    assert str(raised.value).endswith(
        f'needs {library}, which is not installed: pip install "keras-rnn[{extra}]"'
    )
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("runtime", ["c", "js"])
def test_what_could_run_it_is_not_there(model, tmp_path, monkeypatch, runtime):
    monkeypatch.setattr("shutil.which", lambda name: None)
    done = export(model, runtime, tmp_path / "small")
    assert done.difference is None
    assert done.unchecked.startswith("there is no ")


@pytest.mark.parametrize(
    ("to", "name", "message"),
    [
        ("onx", "a.onnx", "There is no runtime 'onx'. Did you mean 'onnx'? Known are"),
        ("numpy", "a.onnx", "For numpy the file is called a.py, not a.onnx."),
        (
            "c",
            "a-b.c",
            "The name of a file for c is a name in its language: a_b.c, not",
        ),
        (
            "numpy",
            "2nd",
            "The name of a file for numpy is a name in its language: m_2nd",
        ),
        ("numpy", "class.py", "'class' is a word of Python, and no module can be"),
    ],
)
def test_wrong_names(model, tmp_path, to, name, message):
    with pytest.raises(UserError) as raised:
        export(model, to, tmp_path / name)
    assert str(raised.value).startswith(message)
    assert not list(tmp_path.iterdir())


def test_weights_of_a_training_that_failed(tmp_path):
    layers = [keras.Input((None, 3)), keras.layers.Dense(1, name="last")]
    model = keras.Sequential(layers)
    model.weights[1].assign([float("nan")])
    with pytest.raises(UserError, match="weights last/bias hold NaN or infinity, of"):
        export(model, "c", tmp_path / "small")
    assert not list(tmp_path.iterdir())


def test_the_states_of_a_stateful_model_are_left_alone(tmp_path):
    model = keras.Sequential(
        [
            keras.Input(batch_shape=(2, 4, 3)),
            Recurrent("lstm", 2, stateful=True, return_sequences=True),
            keras.layers.GRU(2, stateful=True),
        ]
    )
    model.predict(np.ones((2, 4, 3)), verbose=0)
    states = model.layers[0].states
    before = [keras.ops.convert_to_numpy(state).copy() for state in states]
    export(model, "numpy", tmp_path / "small", step=True)
    for state, array in zip(states, before, strict=True):
        assert array.any()
        np.testing.assert_array_equal(keras.ops.convert_to_numpy(state), array)


@pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="TensorFlow writes a SavedModel"
)
def test_a_saved_model(model, tmp_path):
    done = export(model, "savedmodel", tmp_path / "served")
    assert done.difference < 1e-5
    assert (tmp_path / "served" / "saved_model.pb").exists()
    with pytest.raises(UserError, match="is there already"):
        export(model, "savedmodel", tmp_path / "served")
    with pytest.raises(UserError, match=r"whole sequences alone\. For one step"):
        export(model, "savedmodel", tmp_path / "step", step=True)


def test_a_saved_model_is_written_by_tensorflow(model, tmp_path, monkeypatch):
    monkeypatch.setattr(keras.backend, "backend", lambda: "jax")
    with pytest.raises(UserError, match="set KERAS_BACKEND=tensorflow, on which"):
        export(model, "savedmodel", tmp_path / "served")
    assert not list(tmp_path.iterdir())
