"""Layers without memory, in any runtime."""

import functools

import keras
import numpy as np
import pytest
from helpers.exported_models import FILES, answers
from keras import layers

from keras_rnn.layers import ClassProbabilities, EachStep, NarrowDense, Recurrent
from keras_rnn.runtimes.activations import ACTIVATIONS
from keras_rnn.runtimes.reading import read_model

INPUTS = np.random.default_rng(0).normal(size=(2, 3, 4)).astype("float32") * 2


@functools.cache
def every_layer():
    """A model with every layer, and with three outputs."""
    keras.utils.set_random_seed(0)
    inputs = keras.Input((None, 4), name="inputs")
    x = layers.Rescaling(0.5, 0.1)(inputs)
    x = layers.Normalization(mean=[0.1, 0.2, 0.3, 0.4], variance=[1, 2, 3, 4])(x)
    x = layers.BatchNormalization()(x)
    x = layers.LayerNormalization()(x)
    x = layers.SpatialDropout1D(0.1)(layers.GaussianNoise(0.1)(x))
    dense = [
        layers.Dense(4, activation=name, use_bias=name != "tanh")(x)
        for name in ACTIVATIONS
    ]
    joined = layers.Concatenate()(dense)
    narrow = NarrowDense(4, 2)(joined)
    each = layers.TimeDistributed(keras.Sequential([layers.Dense(4), layers.ReLU()]))(x)
    merged = layers.Average()(
        [
            layers.Add()([x, narrow]),
            layers.Subtract()([x, each]),
            layers.Multiply()([x, layers.LeakyReLU(0.3)(x)]),
            layers.Maximum()([x, layers.ELU(0.7)(narrow)]),
            layers.Minimum()([x, EachStep(layers.Activation("selu"))(narrow)]),
        ]
    )
    last = ClassProbabilities(["a", "b"])(layers.Softmax()(merged))
    ends = layers.Dense(3)(Recurrent("gru", 3)(merged))
    model = keras.Model(inputs, [joined, last, ends], name="every_layer")
    rng = np.random.default_rng(0)
    for weight in model.weights:
        weight.assign(rng.uniform(0.1, 0.9, weight.shape))
    return model, model.predict(INPUTS, verbose=0)


@pytest.mark.parametrize("runtime", FILES)
def test_every_layer_and_activation(runtime, tmp_path):
    model, outputs = every_layer()
    found = answers(runtime, read_model(model), tmp_path, INPUTS)
    for got, want in zip(found, outputs, strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-5, atol=1e-5)


@functools.cache
def plain():
    """A model without steps."""
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="relu")])
    return model, model.predict(INPUTS[:, 0], verbose=0)


@pytest.mark.parametrize("runtime", FILES)
def test_a_model_without_steps(runtime, tmp_path):
    model, outputs = plain()
    (found,) = answers(runtime, read_model(model), tmp_path, INPUTS[:, 0])
    np.testing.assert_allclose(found, outputs, atol=1e-6)


@functools.cache
def two_inputs():
    """A model of words and numbers, and what both are."""
    keras.utils.set_random_seed(0)
    words = keras.Input((None,), name="words")  # floats, if nothing else is said
    numbers = keras.Input((None, 2), name="while")  # a word of C and JavaScript
    joined = layers.Concatenate()([layers.Embedding(5, 3)(words), numbers])
    model = keras.Model([words, numbers], Recurrent("lstm", 2)(joined))
    given = [np.array([[4, 0, 1]], "int32"), INPUTS[:1, :, :2]]
    return model, given, model.predict(given, verbose=0)


@pytest.mark.parametrize("runtime", FILES)
def test_several_inputs(runtime, tmp_path):
    model, given, outputs = two_inputs()
    (found,) = answers(runtime, read_model(model), tmp_path, *given)
    np.testing.assert_allclose(found, outputs, atol=1e-6)


@functools.cache
def residual(sequences):
    """A stack that adds its input, at each step or in the end."""
    keras.utils.set_random_seed(0)
    settings = {"depth": 2, "residual": True, "return_sequences": sequences}
    model = keras.Sequential([keras.Input((None, 4)), Recurrent("gru", 4, **settings)])
    return model, model.predict(INPUTS, verbose=0)


@pytest.mark.parametrize("runtime", FILES)
@pytest.mark.parametrize("sequences", [True, False])
def test_residual_stacks(runtime, sequences, tmp_path):
    model, outputs = residual(sequences)
    (found,) = answers(runtime, read_model(model), tmp_path, INPUTS)
    np.testing.assert_allclose(found, outputs, atol=1e-6)
