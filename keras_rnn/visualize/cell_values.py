"""A cell's states and gates over a sequence, step by step."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras import ops


def values_of(cell: Any, sequences: np.ndarray) -> dict[str, np.ndarray]:
    """Return a dict from name to array `(batch, time, units)`.

    Args:
        cell: A built Keras cell.
        sequences: Array `(batch, time, features)`, in the order of reading.
    """
    step, names = _STEPS.get(type(cell), (_any_step, None))
    names = names or _state_names(cell)
    sizes = keras.tree.flatten(cell.state_size)
    states = [np.zeros((len(sequences), size), "float32") for size in sizes]
    recorded = []
    for t in range(sequences.shape[1]):
        values = step(cell, sequences[:, t], states)
        states = values[: len(sizes)]
        recorded.append(values)
    return {
        name: np.stack([values[index] for values in recorded], axis=1)
        for index, name in enumerate(names)
    }


def _state_names(cell: Any) -> list[str]:
    count = len(keras.tree.flatten(cell.state_size))
    named = list(getattr(cell, "state_names", []))
    if len(named) == count and named[0] == "h":
        return named
    return ["h", "c"][:count] if count <= 2 else ["h", *map(str, range(2, count + 1))]


def _any_step(
    cell: Any, inputs: np.ndarray, states: list[np.ndarray]
) -> list[np.ndarray]:
    nested = keras.tree.pack_sequence_as(cell.state_size, states)
    nested = nested if isinstance(nested, (list, tuple)) else [nested]
    _, states = cell(ops.convert_to_tensor(inputs), nested, training=False)
    return [ops.convert_to_numpy(one) for one in keras.tree.flatten(states)]


def _array(variable: Any) -> np.ndarray:
    return ops.convert_to_numpy(variable)


def _apply(activation: Callable, values: np.ndarray) -> np.ndarray:
    return ops.convert_to_numpy(activation(ops.convert_to_tensor(values)))


def _sum(cell: Any, inputs: np.ndarray, h: np.ndarray) -> np.ndarray:
    """The sum of a cell's two products and its bias."""
    made = inputs @ _array(cell.kernel) + h @ _array(cell.recurrent_kernel)
    return made + _array(cell.bias) if cell.use_bias else made


def _simple_rnn_step(
    cell: Any, inputs: np.ndarray, states: list[np.ndarray]
) -> list[np.ndarray]:
    return [_apply(cell.activation, _sum(cell, inputs, *states))]


def _lstm_step(
    cell: Any, inputs: np.ndarray, states: list[np.ndarray]
) -> list[np.ndarray]:
    h, c = states
    s_i, s_f, s_g, s_o = np.split(_sum(cell, inputs, h), 4, axis=1)
    i, f, o = (_apply(cell.recurrent_activation, s) for s in (s_i, s_f, s_o))
    g = _apply(cell.activation, s_g)
    c = f * c + i * g
    return [o * _apply(cell.activation, c), c, i, f, o, g]


def _gru_step(
    cell: Any, inputs: np.ndarray, states: list[np.ndarray]
) -> list[np.ndarray]:
    (h,) = states
    kernel = _array(cell.recurrent_kernel)
    k_z, k_r, k_h = np.split(kernel, 3, axis=1)
    # With `reset_after` there is a bias for the inputs and one for the state.
    bias = _array(cell.bias) if cell.use_bias else np.zeros(kernel.shape[1], "float32")
    b_x, b_s = bias if bias.ndim == 2 else (bias, np.zeros_like(bias))
    x_z, x_r, x_h = np.split(inputs @ _array(cell.kernel) + b_x, 3, axis=1)
    b_z, b_r, b_h = np.split(b_s, 3)
    z = _apply(cell.recurrent_activation, x_z + h @ k_z + b_z)
    r = _apply(cell.recurrent_activation, x_r + h @ k_r + b_r)
    kept = r * (h @ k_h + b_h) if cell.reset_after else (r * h) @ k_h
    h_tilde = _apply(cell.activation, x_h + kept)
    return [z * h + (1 - z) * h_tilde, r, z, h_tilde]


# The names are those of the lectures and of `keras_rnn.reference`, the states first.
_STEPS = {
    keras.layers.SimpleRNNCell: (_simple_rnn_step, ["h"]),
    keras.layers.LSTMCell: (_lstm_step, ["h", "c", "i", "f", "o", "g"]),
    keras.layers.GRUCell: (_gru_step, ["h", "r", "z", "h_tilde"]),
}
