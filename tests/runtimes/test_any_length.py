"""Convolutions, sums and flags over sequences of any length, in any runtime."""

import functools

import keras
import numpy as np
import pytest
from helpers.exported_models import FILES, answers
from helpers.tiny_applications import tiny
from keras import layers, ops

from keras_rnn.errors import UserError
from keras_rnn.layers import Recurrent
from keras_rnn.runtimes.checking import difference, keras_outputs, random_inputs
from keras_rnn.runtimes.graph_file import read_graph, write_graph
from keras_rnn.runtimes.numpy_graph import NumpyGraph
from keras_rnn.runtimes.reading import read_model


@functools.cache
def application(name):
    """A network with a mask, two sentences, the second padded, and its answers."""
    model, _ = tiny(name, None)
    rng = np.random.default_rng(0)
    for weight in model.trainable_weights:
        weight.assign(rng.normal(size=weight.shape))
    inputs = random_inputs(model, read_model(model), steps=7)
    return model, inputs, *keras_outputs(model, inputs)


@pytest.mark.parametrize("name", ["named_entities", "dna_tags"])
@pytest.mark.parametrize("runtime", FILES)
def test_the_networks_of_applications(runtime, name, tmp_path):
    model, inputs, wanted = application(name)
    (found,) = answers(runtime, read_model(model), tmp_path, *inputs)
    kept = inputs[0] != 0
    assert not kept.all()
    np.testing.assert_allclose(found[kept], wanted[kept], atol=1e-5)


def model_of(made, shape=(None, 3), **settings):
    keras.utils.set_random_seed(0)
    inputs = keras.Input(shape, **settings)
    return keras.Model(inputs, made(inputs))


MODELS = {
    "causal, dilated": lambda x: layers.Conv1D(
        2, 3, padding="causal", dilation_rate=2, activation="relu"
    )(x),
    "the same, even": lambda x: layers.Conv1D(2, 4, padding="same", use_bias=False)(x),
    "single place": lambda x: layers.Conv1D(2, 1, padding="same")(x),
    "below zero": lambda x: (
        ops.max(layers.ReLU()(x) * -1.0 - 1.0, axis=1, keepdims=1)
        - ops.cumsum(x, axis=1)
    ),
    "flags": lambda x: layers.Multiply()(
        [x, ops.cast(ops.less_equal(layers.Dense(1)(x), 0.5), "float32")]
    ),
    "one beside three": lambda x: layers.Average()([layers.Dense(1)(x), x]),
}


@pytest.mark.parametrize("name", MODELS)
def test_operations(name, tmp_path):
    model = model_of(MODELS[name])
    graph = read_model(model)
    write_graph(graph, tmp_path / "graph.npz")
    run = NumpyGraph(read_graph(tmp_path / "graph.npz")).predict
    assert difference(model, graph, lambda given: run(*given), step=False) < 1e-6


def test_masks_are_united_as_keras_unites_them():
    masked = layers.Masking(0.0)
    for made in (
        lambda x: layers.Concatenate()([masked(x), layers.Masking(1.0)(x * 1.0)]),
        lambda x: layers.Concatenate()([masked(x), layers.Dense(2)(x)]),  # none
        lambda x: layers.Add()([masked(x), masked(x)]),
    ):
        model = model_of(lambda x, made=made: Recurrent("gru", 2)(made(x)), (5, 3))
        inputs = np.random.default_rng(0).normal(size=(2, 5, 3)).astype("float32")
        inputs[0, 3:], inputs[1, 2:] = 0.0, 1.0
        (found,) = NumpyGraph(read_model(model)).predict(inputs)
        np.testing.assert_allclose(found, model.predict_on_batch(inputs), atol=1e-6)


@pytest.mark.parametrize(
    ("made", "settings", "message"),
    [
        (lambda x: layers.Conv1D(2, 3, strides=2, padding="same")(x), {}, "strides"),
        (
            lambda x: layers.Conv1D(2, 3)(x),
            {},
            "padding='same', or an Input of a known",
        ),
        (
            lambda x: layers.Embedding(3, 2, mask_zero=True)(x),
            {"dtype": "int32"},
            "mask_zero=False would do",
        ),
        (
            lambda x: layers.Dense(2)(layers.Embedding(3, 2)(x)),
            {"dtype": "int32"},
            "it reads a matrix at each step",
        ),
        (
            lambda x: layers.Conv2D(2, 3, padding="same")(layers.Embedding(3, 2)(x)),
            {"dtype": "int32"},
            "a kernel_size of (1, size) would do",
        ),
        (
            lambda x: layers.MaxPooling2D((1, 2))(layers.Embedding(3, 2)(x)),
            {"dtype": "int32"},
            "a pool_size of (1, 3) would do",
        ),
    ],
)
def test_what_is_refused(made, settings, message):
    with pytest.raises(UserError) as raised:
        read_model(model_of(made, **settings))
    assert message in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1


def test_one_step_has_no_neighbours_and_no_end():
    convolution = model_of(
        lambda x: Recurrent("gru", 2)(layers.Conv1D(2, 3, padding="same")(x))
    )
    with pytest.raises(UserError, match="other steps than the one that is there"):
        read_model(convolution, step=True)
    whole = model_of(
        lambda x: Recurrent("gru", 2)(x - ops.max(x, axis=1, keepdims=True))
    )
    with pytest.raises(UserError, match="it reads the whole sequence"):
        read_model(whole, step=True)
    so_far = model_of(lambda x: Recurrent("gru", 2)(ops.cumsum(x, axis=1)))
    assert len(read_model(so_far, step=True).recurrent) == 2
