"""Weights to start from."""

import numpy as np

from keras_rnn.errors import UserError


def random_weights(cell, features, units, *, seed=0, biases=True):
    """Draw a cell's weights at random.

    Each matrix is normal with standard deviation `1 / sqrt(columns)`, so a sum over a
    row of it is about as large as what goes in. Biases are 0.

    Args:
        cell: Module, such as `reference.lstm`.
        features: Integer, length of `x_t`.
        units: Integer, length of `h_t`.
        seed: Integer or `numpy.random.Generator`. Default: 0.
        biases: Boolean, whether to have biases; the slides for the RNN and the LSTM
            have none. Default: `True`.

    Returns:
        Dict from symbol to float64 array.

    Raises:
        UserError: When `features` or `units` is less than 1.

    Example:

    >>> from keras_rnn.reference import vanilla_rnn
    >>> weights = random_weights(vanilla_rnn, features=8, units=4)
    >>> {name: array.shape for name, array in weights.items()}
    {'W_hh': (4, 4), 'W_xh': (4, 8), 'b_h': (4,)}
    """
    for name, count in (("features", features), ("units", units)):
        if count < 1:
            raise UserError(f"{name} is {count}: give a whole number from 1")
    generator = np.random.default_rng(seed)
    weights = {}
    for name, shape in cell.shapes(features, units).items():
        if name.startswith("W"):
            weights[name] = generator.normal(0.0, shape[1] ** -0.5, shape)
        elif biases:
            weights[name] = np.zeros(shape)
    return weights
