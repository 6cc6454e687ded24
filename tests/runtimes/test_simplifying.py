"""What is computed twice is left out of a graph, what only looks alike is not."""

import keras
import numpy as np
from keras import layers

from keras_rnn.runtimes.graph import EachStep, Reshaped
from keras_rnn.runtimes.numpy_graph import NumpyGraph
from keras_rnn.runtimes.reading import read_model

X = np.random.default_rng(0).normal(size=(2, 6, 3)).astype("float32")


def read(build):
    """The graph of a model of six rows of three, after it is held to Keras."""
    keras.utils.set_random_seed(0)
    inputs = keras.Input((6, 3), name="readings")
    model = keras.Model(inputs, build(inputs))
    graph = read_model(model)
    found = NumpyGraph(graph).predict(X)
    wanted = keras.tree.flatten(model.predict(X, verbose=0))
    for got, want in zip(found, wanted, strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-5, atol=1e-6)
    return graph


def kinds(graph):
    return [type(one).__name__ for one in graph.nodes]


def shapes(graph):
    return sorted(array.shape for array in graph.weights.values())


def test_two_parts_that_begin_alike_and_share_their_weights():
    def build(x, kernels=("ones", "ones")):
        outputs = []
        for kernel in kernels:
            change = x[:, 1:] - x[:, :1]
            flat = layers.Flatten()(change)
            line = layers.Dense(2, kernel_initializer=kernel, use_bias=False)(flat)
            outputs.append(layers.Rescaling(1.0 + len(outputs))(line))
        return layers.Add()(outputs)

    alike = read(build)
    assert shapes(alike).count((15, 2)) == 1
    assert kinds(alike).count("Reshaped") == 1
    other = read(lambda x: build(x, ("ones", "zeros")))
    assert shapes(other).count((15, 2)) == 2
    assert len(other.nodes) == len(alike.nodes) + 1


def test_moves_that_move_nothing():
    graph = read(lambda x: layers.Dense(2)(layers.Flatten()(x[:, :]))[:, :])
    assert [node.program.kind for node in graph.nodes] == [
        "reshaped",
        "dense",
        "getitem",  # an output has the name that it has in Keras
    ]
    back = read(lambda x: layers.TimeDistributed(layers.Dense(2))(x[:, ::1]))
    assert kinds(back) == ["EachStep"]


def test_outputs_are_kept_apart():
    graph = read(lambda x: [layers.Rescaling(2.0)(x), layers.Rescaling(2.0)(x)])
    assert len({one.name for one in graph.outputs}) == 2
    assert kinds(graph).count(EachStep.__name__) == 2


def test_the_same_numbers_in_other_rows_are_another_matrix():
    def build(x):
        rows = layers.Reshape((9, 2))(x)
        return layers.TimeDistributed(layers.Dense(1))(rows)

    graph = read(build)
    assert kinds(graph) == [Reshaped.__name__, Reshaped.__name__, "EachStep"]
