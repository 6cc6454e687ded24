"""Sequences of images: the builders take ConvLSTM2D as it is."""

import keras
import numpy as np
import pytest
from helpers.check_model import check_model
from helpers.compare import arrays, assert_equal_outputs

from keras_rnn.architectures import many_to_many, many_to_one

IMAGES = np.random.default_rng(0).normal(size=(2, 3, 4, 4, 1)).astype("float32")


def conv_lstm(**options):
    return keras.layers.ConvLSTM2D(2, 3, padding="same", **options)


def test_one_answer_about_a_sequence_of_images():
    model = check_model(
        lambda: many_to_one(
            keras.Input((None, 4, 4, 1)),
            recurrent=conv_lstm(),
            head=keras.Sequential(
                [keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(1)]
            ),
        ),
        IMAGES,
        (2, 1),
        mixed=False,
    )
    hand = arrays(model.layers[1](IMAGES))[0].mean(axis=(1, 2))
    assert_equal_outputs(model(IMAGES), model.layers[2].layers[-1](hand))


def test_an_image_for_every_image():
    model = many_to_many(
        keras.Input((3, 4, 4, 1)),
        recurrent=conv_lstm(return_sequences=True),
        head=keras.layers.TimeDistributed(keras.layers.Conv2D(1, 1)),
    )
    assert model.output_shape == (None, 3, 4, 4, 1)
    changed = IMAGES.copy()
    changed[:, 2] += 1.0
    one, other = arrays(model(IMAGES))[0], arrays(model(changed))[0]
    np.testing.assert_allclose(one[:, :2], other[:, :2], rtol=1e-5, atol=1e-6)
    assert np.abs(one[:, 2] - other[:, 2]).max() > 1e-3


def test_last_and_every_step_are_told_apart():
    inputs, head = keras.Input((3, 4, 4, 1)), keras.layers.Flatten()
    with pytest.raises(ValueError, match=r"many_to_many needs .*return_sequences=True"):
        many_to_many(inputs, conv_lstm(), head)
    with pytest.raises(ValueError, match=r"many_to_one needs .*return_sequences=False"):
        many_to_one(inputs, conv_lstm(return_sequences=True), head)
