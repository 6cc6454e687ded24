"""A graph run in NumPy, and kept as a file without code."""

import json

import keras
import numpy as np
import pytest

from keras_rnn.errors import UserError
from keras_rnn.layers import MinGRU, Recurrent
from keras_rnn.runtimes.checking import difference
from keras_rnn.runtimes.graph_file import read_graph, write_graph
from keras_rnn.runtimes.numpy_graph import NumpyGraph
from keras_rnn.runtimes.reading import read_model


def forecaster():
    x = keras.Input((12, 3))
    change = x[:, 1:, :] - x[:, -1:, :]
    seen = keras.layers.Conv1D(4, 3, strides=3, activation="relu")(change)
    state = Recurrent("gru", 4)(seen)
    return keras.Model(x, x[:, -1:, 1] + keras.layers.Dense(2)(state))


def numbers_of_the_last_row():
    x = keras.Input((4, 3))
    one, other = x[:, -1, 0], x[:, -1, 2]
    terms = keras.ops.stack([one, other, one * other], axis=-1)
    both = [keras.layers.Dense(2)(terms), x[:, -2:, 1]]
    return keras.Model(x, keras.ops.stack(both, axis=-1)[:, :, 0])


def layers(*stack):
    return keras.Sequential(stack)


MODELS = {
    "forecaster": forecaster,
    "numbers of the last row": numbers_of_the_last_row,
    "two directions, masked": lambda: layers(
        keras.Input((None,), dtype="int32"),
        keras.layers.Embedding(9, 4, mask_zero=True),
        Recurrent("lstm", 3, depth=2, bidirectional=True, return_sequences=True),
        keras.layers.Dense(3, activation="softmax"),
    ),
    "normalized": lambda: layers(
        keras.Input((None, 3)),
        Recurrent("layer_norm_lstm", 3, return_sequences=True),
        MinGRU(3),
        keras.layers.LayerNormalization(),
        keras.layers.Dense(2, activation="softplus"),
    ),
    "masked vectors": lambda: layers(
        keras.Input((None, 3)),
        keras.layers.Masking(-1.0),
        Recurrent("peephole_lstm", 3, residual=True),
    ),
}


@pytest.fixture(params=MODELS, scope="module")
def model(request):
    keras.utils.set_random_seed(0)
    return MODELS[request.param]()


def test_it_answers_as_keras_does_from_the_file_too(model, tmp_path):
    graph = read_model(model)
    write_graph(graph, tmp_path / "graph.npz")
    for one in (graph, read_graph(tmp_path / "graph.npz")):
        run = NumpyGraph(one).predict
        apart = difference(
            model, graph, lambda inputs, run=run: run(*inputs), step=False
        )
        assert apart < 1e-6


@pytest.fixture(scope="module")
def small():
    keras.utils.set_random_seed(0)
    stack = [keras.Input((None,), dtype="int32"), keras.layers.Embedding(5, 2)]
    return read_model(keras.Sequential([*stack, Recurrent("gru", 2)], name="small"))


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.zeros((1, 3)), "small reads whole numbers of shape (any, any) as inputs"),
        (np.zeros(3, int), "not int64 of shape (3,)"),
        (
            np.array([[1, 5]]),
            "small looks up whole numbers of 0 to 4 as inputs, and on",
        ),
        (np.array([[-1]]), "and one is -1."),
    ],
)
def test_other_inputs_are_refused(small, array, message):
    with pytest.raises(UserError) as raised:
        NumpyGraph(small).predict(array)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


def test_another_number_of_inputs_is_refused(small):
    with pytest.raises(UserError, match=r"small reads 1 inputs, not 2\."):
        NumpyGraph(small).predict(*random_inputs_twice(small))


def random_inputs_twice(graph):
    return [np.ones((1, 2), int)] * (len(graph.inputs) + 1)


def test_a_damaged_file_is_said(small, tmp_path):
    path = tmp_path / "graph.npz"
    write_graph(small, path)
    whole = path.read_bytes()
    for damaged in (whole[:-50], b"", b"PK" + whole[2:900]):
        path.write_bytes(damaged)
        with pytest.raises(UserError, match="is damaged, or no model of this package"):
            read_graph(path)
    with pytest.raises(UserError, match="is damaged, or no model of this package"):
        read_graph(tmp_path / "none.npz")


def test_another_version_is_said(small, tmp_path):
    path = tmp_path / "graph.npz"
    write_graph(small, path)
    with np.load(path) as stored:
        arrays = dict(stored)
    state = json.loads(bytes(arrays["graph.json"]))
    arrays["graph.json"] = np.frombuffer(
        json.dumps(state | {"format": 99}).encode(), "uint8"
    )
    np.savez(path, **arrays)
    with pytest.raises(UserError, match="was written by another version"):
        read_graph(path)


def test_it_holds_no_code(small, tmp_path):
    """What it needs is in arrays of numbers: pickle is never asked."""
    path = tmp_path / "graph.npz"
    write_graph(small, path)
    with np.load(path, allow_pickle=False) as stored:
        assert {stored[name].dtype.kind for name in stored.files} <= {"f", "i", "u"}
