"""The squashing functions of the slides."""

import numpy as np


def sigmoid(s):
    """The logistic function, sigma on the slides: `1 / (1 + exp(-s))`.

    Written as `(1 + tanh(s / 2)) / 2`, which is the same number and has no `exp`
    that could overflow.

    Args:
        s: Array of any shape.

    Returns:
        Array of the same shape, between 0 and 1.

    Example:

    >>> float(sigmoid(np.log(3.0)))
    0.75
    """
    return 0.5 * (1.0 + np.tanh(0.5 * s))


def softmax(y):
    """Turn scores into probabilities: `exp(y_k) / sum_j exp(y_j)`.

    The largest score is taken off first. That changes no probability, and keeps
    `exp` from overflowing.

    Args:
        y: Array `(..., classes)`, the scores.

    Returns:
        Array `(..., classes)`, positive, each row with sum 1.

    Example:

    >>> softmax(np.log([1.0, 2.0, 5.0])).round(3).tolist()
    [0.125, 0.25, 0.625]
    """
    exponentials = np.exp(y - y.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)
