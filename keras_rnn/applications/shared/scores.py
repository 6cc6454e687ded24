"""Scores of predictions: how many are right, and how likely the truth was."""

from __future__ import annotations

import math

import keras
import numpy as np


def accuracy(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """Return the fraction of rows whose largest probability is at their label."""
    return float(np.mean(np.argmax(probabilities, axis=1) == labels))


def log_likelihood(scores: keras.KerasTensor, tokens: np.ndarray) -> np.ndarray:
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


def perplexity(nats: float) -> float:
    """Return among how many equally likely tokens a model hesitates on average.

    The probability of the text to the power of `-1 / tokens` (CS230 cheat sheet),
    which is `exp` of the loss a token.

    Args:
        nats: Float, the mean loss a token.

    Example:

    >>> round(perplexity(math.log(4)), 6)
    4.0
    """
    return math.exp(nats)
