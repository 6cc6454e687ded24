"""Keras's activations as expressions over vectors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras

from keras_rnn.runtimes.expressions import (
    Vector,
    exp,
    maximum,
    minimum,
    sigmoid,
    softmax,
    softplus,
    tanh,
)

_SELU_SCALE, _SELU_ALPHA = 1.0507009873554804934, 1.6732632423543772848


def elu(vector: Vector, alpha: float = 1.0) -> Vector:
    """Return `vector` where it is positive, else `alpha * (exp(vector) - 1)`."""
    return maximum(vector, 0.0) + alpha * (exp(minimum(vector, 0.0)) - 1.0)


def leaky_relu(vector: Vector, slope: float = 0.2) -> Vector:
    """Return `vector` where it is positive, else `slope * vector`."""
    return maximum(vector, 0.0) + slope * minimum(vector, 0.0)


ACTIVATIONS: dict[str, Callable[[Vector], Vector]] = {
    "linear": lambda vector: vector,
    "relu": lambda vector: maximum(vector, 0.0),
    "relu6": lambda vector: minimum(maximum(vector, 0.0), 6.0),
    "leaky_relu": leaky_relu,
    "elu": elu,
    "selu": lambda vector: _SELU_SCALE * elu(vector, _SELU_ALPHA),
    "sigmoid": sigmoid,
    "hard_sigmoid": lambda vector: minimum(maximum(vector / 6.0 + 0.5, 0.0), 1.0),
    "tanh": tanh,
    "exponential": exp,
    "softplus": softplus,
    "softsign": lambda vector: vector / (1.0 + maximum(vector, -vector)),
    "silu": lambda vector: vector * sigmoid(vector),
    "softmax": softmax,
}


def name_of(activation: Any) -> str | None:
    """Return the name of an activation, or `None` if it is none of `ACTIVATIONS`.

    Args:
        activation: What a layer holds as its activation.

    >>> name_of(keras.activations.tanh), name_of(keras.activations.gelu)
    ('tanh', None)
    """
    if activation is None:
        return "linear"
    for name in ACTIVATIONS:
        if activation is getattr(keras.activations, name):
            return name
    return None
