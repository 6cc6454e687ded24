"""What is linear in a window becomes one matrix, where that is smaller and exact."""

import functools

import keras
import numpy as np
import pytest
from helpers.exported_models import FILES, answers
from keras import layers

from keras_rnn.layers import Recurrent
from keras_rnn.runtimes import exporting
from keras_rnn.runtimes.exporting import DiffersError, export
from keras_rnn.runtimes.folding import folded
from keras_rnn.runtimes.graph import Recur
from keras_rnn.runtimes.numpy_graph import NumpyGraph
from keras_rnn.runtimes.reading import read_model

STEPS, WIDTH, HORIZON = 8, 3, 2
# Far from zero, and hardly changing, as the pressure of the air.
X = 900 + np.random.default_rng(0).normal(size=(4, STEPS, WIDTH)).astype("float32")


@functools.cache
def forecaster():
    """Two regressions, on changes and on levels, a network, and their blend."""
    keras.utils.set_random_seed(0)
    readings = keras.Input((STEPS, WIDTH), name="readings")
    past = layers.Rescaling(0.5, -450.0)(readings)
    change = past - past[:, -1:, :]
    last = past[:, -1, :1]
    ridge = last + layers.Dense(HORIZON)(layers.Flatten()(change[:, :-1]))
    level = layers.Dense(HORIZON)(layers.Flatten()(past)) * 2 - 1
    network = last + layers.Dense(HORIZON)(Recurrent("gru", 2)(change))
    stacked = keras.ops.stack([ridge, level, network], axis=-1)
    blend = layers.Reshape((HORIZON,))(layers.Dense(1, use_bias=False)(stacked))
    return keras.Model(readings, layers.Rescaling(3.0, 7.0)(blend))


def numbers(graph):
    return sum(
        array.size for array in graph.weights.values() if array.dtype.kind == "f"
    )


def test_a_forecaster_has_one_matrix_beside_its_network():
    plain = read_model(forecaster(), fold=False)
    graph = read_model(forecaster())
    kept = (STEPS * WIDTH + WIDTH + 2 + 1) * HORIZON  # changes, last row, network, bias
    cells = sum(
        array.size
        for node in graph.nodes
        if isinstance(node, Recur)
        for array in node.program.weights.values()
    )
    assert numbers(graph) == kept + cells + 2 * WIDTH + 2 * HORIZON  # and two scalings
    assert numbers(plain) > numbers(graph) + STEPS * WIDTH * HORIZON - 20
    assert len(graph.nodes) < len(plain.nodes)


@pytest.mark.parametrize("runtime", FILES)
def test_it_answers_the_same(runtime, tmp_path):
    model = forecaster()
    (found,) = answers(runtime, read_model(model), tmp_path, X)
    np.testing.assert_allclose(found, model.predict(X, verbose=0), rtol=2e-5)


def test_what_would_be_larger_or_is_not_linear_stays():
    def read(*stack):
        inputs = keras.Input((STEPS, WIDTH))
        model = keras.Sequential([inputs, layers.Flatten(), *stack])
        return read_model(model, fold=False), model

    graph, _ = read(layers.Dense(1), layers.Dense(50))
    assert folded(graph) is graph
    graph, _ = read(layers.Dense(30, activation="tanh"), layers.Dense(2))
    assert folded(graph) is graph
    graph, model = read(layers.Dense(30), layers.Dense(2))
    assert numbers(folded(graph)) == (STEPS * WIDTH + WIDTH + 1) * 2
    near = X - 900
    (found,) = NumpyGraph(folded(graph)).predict(near)
    np.testing.assert_allclose(found, model.predict(near, verbose=0), atol=1e-5)


def test_where_a_digit_is_missing_the_long_form_is_written(tmp_path, monkeypatch):
    compared, sizes = exporting._compared, []

    def too_far(model, to, graph, *given):
        sizes.append(numbers(graph))
        if len(sizes) == 1:
            raise DiffersError("by a digit")
        return compared(model, to, graph, *given)

    monkeypatch.setattr(exporting, "_compared", too_far)
    assert export(forecaster(), "numpy", tmp_path / "net").difference < 1e-5
    assert sizes[0] < sizes[1]
