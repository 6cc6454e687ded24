"""Slices, stacks and convolutions of sequences of a known length, in any runtime."""

import functools

import keras
import numpy as np
import pytest
from helpers.exported_models import FILES, answers
from keras import layers, ops

from keras_rnn.errors import UserError
from keras_rnn.layers import Recurrent
from keras_rnn.runtimes.graph import Reshaped
from keras_rnn.runtimes.reading import read_model

X = np.random.default_rng(0).normal(size=(2, 9, 3)).astype("float32")


@functools.cache
def window():
    """What a forecaster does: changes from the last row, lines, and a network."""
    keras.utils.set_random_seed(0)
    readings = keras.Input((9, 3), name="readings")
    past = layers.Rescaling([1.0, 2.0, 0.5], [0.0, 1.0, -1.0])(readings)
    inputs = past[:, -8:, :]
    change = inputs - inputs[:, -1:, :]
    seen = layers.Concatenate()([change, inputs[:, :, 1:]])
    segments = keras.Sequential(
        [
            layers.Cropping1D((2, 0)),
            layers.Conv1D(4, 3, strides=3, activation="relu"),
            layers.Dropout(0.1),
        ]
    )
    rows = layers.Conv1D(2, 2, dilation_rate=2, use_bias=False)(seen)
    same = layers.Conv1D(2, 4, strides=3, padding="same")(seen)
    causal = layers.Conv1D(3, 3, padding="causal")(same)
    line = layers.Dense(2)(layers.Flatten()(ops.take(change[:, 1:], [2, 0], axis=2)))
    network = layers.Dense(2)(Recurrent("gru", 3)(segments(seen)))
    last = ops.repeat(inputs[:, -1:, 0], 2, axis=1)
    outputs = [last + line * 2, last + network, 1 - Recurrent("lstm", 2)(rows)]
    stacked = layers.Concatenate()([ops.stack(outputs, axis=-1), change[:, :2, :1]])
    blend = layers.Dense(1, use_bias=False)(stacked)
    steps = layers.Dense(2)(Recurrent("gru", 2, return_sequences=True)(change))
    answers = [layers.Reshape((2,))(blend), steps, causal]
    model = keras.Model(readings, answers, name="window")
    return model, model.predict(X, verbose=0)


@pytest.mark.parametrize("runtime", FILES)
def test_a_window_of_rows(runtime, tmp_path):
    model, outputs = window()
    found = answers(runtime, read_model(model), tmp_path, X)
    for got, want in zip(found, outputs, strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    ("runtime", "message"),
    [
        ("numpy", r"readings has to be numbers of shape \(any, 9, 3\), not float32 of"),
        ("c", "readings has to have 9 steps"),
        ("js", "readings has to have 9 steps"),
        ("onnx", "Got: 5 Expected: 9"),
    ],
)
def test_another_number_of_steps(runtime, message, tmp_path):
    with pytest.raises(Exception, match=message):
        answers(runtime, read_model(window()[0]), tmp_path, X[:, :5])


def test_lengths_are_fixed_only_where_they_have_to_be():
    assert any(isinstance(node, Reshaped) for node in read_model(window()[0]).nodes)
    model = keras.Sequential([keras.Input((9, 3)), Recurrent("gru", 2)])
    assert [one.steps for one in read_model(model).inputs] == [None]


def test_a_window_has_no_steps():
    with pytest.raises(UserError, match=r"several steps at once.*without `step`"):
        read_model(window()[0], step=True)


def test_what_needs_a_length_that_is_not_known():
    inputs = keras.Input((None, 3))
    for made in (inputs[:, -1], layers.Flatten()(inputs[:, -2:])):
        with pytest.raises(UserError, match="operation outside of any layer"):
            read_model(keras.Model(inputs, made))
    with pytest.raises(UserError, match="an Input of a known number of steps would"):
        read_model(keras.Model(inputs, layers.Conv1D(2, 3, name="mine")(inputs)))
