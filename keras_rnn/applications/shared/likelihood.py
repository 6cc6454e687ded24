"""How likely a model finds given tokens."""

import keras
import numpy as np


def log_likelihood(scores, tokens):
    """Return the log-probability that scores give to tokens.

    Args:
        scores: Array or tensor of logits, `(..., vocabulary)`.
        tokens: Integer array `(...)`.

    Returns:
        float64 array of the shape of `tokens`, in nats.

    Example:

    >>> log_likelihood(np.log([[0.2, 0.8], [0.5, 0.5]]), np.array([1, 0])).round(3)
    array([-0.223, -0.693])
    """
    scores = np.asarray(keras.ops.convert_to_numpy(scores), "float64")
    scores = scores - scores.max(axis=-1, keepdims=True)
    chosen = np.take_along_axis(scores, tokens[..., None], axis=-1)[..., 0]
    return chosen - np.log(np.exp(scores).sum(axis=-1))
