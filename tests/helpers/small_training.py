"""A training with every kind of state: dropout, shuffling, early stopping, Adam."""

import keras
import numpy as np

from keras_rnn.training import fit, set_seed


def data(count, seed):
    """Sequences of 5 x 2 random numbers and their sums."""
    x = np.random.default_rng(seed).normal(size=(count, 5, 2)).astype("float32")
    return x, x.sum((1, 2))[:, None]


def build(learning_rate=0.01, units=4, seed=7, recurrent=False, **kwargs):
    """A small compiled network with dropout; recurrent, it has two kinds of it."""
    set_seed(seed)
    model = keras.Sequential(
        [
            keras.Input((5, 2)),
            keras.layers.SimpleRNN(units, dropout=0.2)
            if recurrent
            else keras.layers.Flatten(),
            keras.layers.Dense(units, "tanh"),
            keras.layers.Dropout(0.3),
            keras.layers.Dense(1),
        ]
    )
    optimizer = keras.optimizers.Adam(learning_rate)
    model.compile(optimizer, "mse", metrics=["mae"], **kwargs)
    return model


def train(model, folder=None, **kwargs):
    """Train it on 6 batches (the last of 10), at most 6 epochs, silently."""
    kwargs = {"epochs": 6, "patience": 3, "batch_size": 16, "seed": 5} | kwargs
    return fit(model, data(90, 0), data(30, 1), folder=folder, verbose=0, **kwargs)


def assert_same_weights(model, expected, rtol=0, atol=0):
    """Compare a model's weights with another model's or a list, by default exactly."""
    if not isinstance(expected, list):
        expected = expected.get_weights()
    for mine, theirs in zip(model.get_weights(), expected, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=rtol, atol=atol)
