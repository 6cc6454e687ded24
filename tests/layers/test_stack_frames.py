"""Neighbours side by side: to the number, with masks, at every length."""

import keras
import numpy as np
import pytest
from helpers.check_layer import check_layer

from keras_rnn.layers import StackFrames


def test_to_the_number():
    steps = np.arange(1, 6, dtype="float32").reshape(1, 5, 1)
    found = keras.ops.convert_to_numpy(StackFrames(width=3, stride=2)(steps))
    assert found.tolist() == [[[0, 1, 2], [2, 3, 4], [4, 5, 0]]]


def test_with_a_dense_it_is_a_convolution():
    steps = np.random.default_rng(0).normal(size=(2, 9, 4)).astype("float32")
    convolution = keras.layers.Conv1D(6, 5, padding="same")
    whole = keras.ops.convert_to_numpy(convolution(steps))
    kernel, bias = convolution.get_weights()
    stacked = keras.ops.convert_to_numpy(StackFrames(5, 1)(steps))
    found = stacked @ kernel.reshape(20, 6) + bias
    np.testing.assert_allclose(found, whole, atol=1e-5)
    every_third = keras.ops.convert_to_numpy(StackFrames(5, 3)(steps))
    np.testing.assert_array_equal(every_third, stacked[:, ::3])


@pytest.mark.parametrize("length", [1, 4, 5, 6])
def test_a_padded_sequence_gives_what_it_gives_alone(length):
    steps = np.random.default_rng(0).normal(size=(1, 8, 2)).astype("float32")
    mask = np.arange(8)[None] < length
    layer = StackFrames(5, 2)
    found = keras.ops.convert_to_numpy(layer(steps, mask=mask))
    alone = keras.ops.convert_to_numpy(layer(steps[:, :length]))
    kept = layer.compute_mask(steps, mask)[0]
    assert kept.sum() == alone.shape[1]
    np.testing.assert_allclose(found[0, kept], alone[0])


def test_behaves_as_any_layer():
    steps = np.random.default_rng(0).normal(size=(3, 7, 2)).astype("float32")
    check_layer(
        lambda **options: StackFrames(3, 2, **options), steps, (3, 4, 6), fit=False
    )


def test_refuses_widths_without_a_middle():
    with pytest.raises(ValueError, match="as many before as after"):
        StackFrames(width=4)
