"""Long short-term memory (LSTM): a cell state `c` with gates on its way in and out.

    (i, f, o, g) = (sigma, sigma, sigma, tanh) W [h_{t-1}; x_t]
    c_t = f * c_{t-1} + i * g
    h_t = o * tanh(c_t)

*Chapter 5*, section 5.3, "LSTM". After Hochreiter and Schmidhuber (1997), with the
forget gate that Gers, Schmidhuber and Cummins added in 2000. `W` stacks four blocks
of rows in the slide's order i, f, o, g, and two blocks of columns, `h` before `x`.

Where `keras.layers.LSTM` differs: its order of gates is i, f, c, o, where its c is
the slide's g; it keeps the columns for `h` and for `x` apart; and it has a bias, which
starts at 1 for the forget gate. The slide has no bias: leave `b` out for that.
"""

import numpy as np

from keras_rnn.reference.cell import sigmoid
from keras_rnn.reference.checks import check_keras_weights

STATES = ("h", "c")
OPTIONAL = ("b",)


def shapes(features: int, units: int) -> dict[str, tuple[int, ...]]:
    """The shape of each weight, by its symbol.

    Args:
        features: Integer, length of `x_t`.
        units: Integer, length of `h_t` and of `c_t`.

    Returns:
        Dict from symbol to shape.
    """
    return {"W": (4 * units, units + features), "b": (4 * units,)}


def step(
    x_t: np.ndarray,
    h_previous: np.ndarray,
    c_previous: np.ndarray,
    W: np.ndarray,
    b: np.ndarray | float = 0.0,
) -> dict[str, np.ndarray]:
    """One time step: the slide's three lines.

    Args:
        x_t: Array `(batch, features)`, the input.
        h_previous: Array `(batch, units)`, the hidden state `h_{t-1}`.
        c_previous: Array `(batch, units)`, the cell `c_{t-1}`.
        W: Array `(4 * units, units + features)`, rows in the order i, f, o, g.
        b: Array `(4 * units,)` in the same order, not on the slide. Default: none.

    Returns:
        Dict with the new states `h` and `c`, the gates `i`, `f`, `o` and the proposal
        `g`, each `(batch, units)`.

    Example:

    With `W = 0` each gate is half open, and nothing new comes in:

    >>> h, c = np.zeros((1, 2)), np.ones((1, 2))
    >>> step(np.ones((1, 1)), h, c, np.zeros((8, 3)))["c"].tolist()
    [[0.5, 0.5]]
    """
    h_x = np.concatenate([h_previous, x_t], axis=1)  # (batch, units + features)
    s_i, s_f, s_o, s_g = np.split(h_x @ W.T + b, 4, axis=1)  # four (batch, units)
    i, f, o, g = sigmoid(s_i), sigmoid(s_f), sigmoid(s_o), np.tanh(s_g)

    c_t = f * c_previous + i * g  # (batch, units)
    h_t = o * np.tanh(c_t)  # (batch, units)
    return {"h": h_t, "c": c_t, "i": i, "f": f, "o": o, "g": g}


def step_backward(
    d_state: tuple[np.ndarray, ...],
    values: dict[str, np.ndarray],
    x_t: np.ndarray,
    state_previous: tuple[np.ndarray, ...],
    W: np.ndarray,
    b: np.ndarray | float = 0.0,
) -> tuple[np.ndarray, tuple[np.ndarray, ...], dict[str, np.ndarray]]:
    """The derivative of one time step, by the chain rule.

    `c_t` reaches the loss through `h_t` and through the next step, so its two
    derivatives add up. `d_c_{t-1} = d_c * f` has no matrix in it: where the forget
    gate is open, the gradient goes back as it came.

    Args:
        d_state: Tuple of two arrays `(batch, units)`, `d_h` and `d_c`.
        values: Dict, the result of `step`.
        x_t: Array `(batch, features)`.
        state_previous: Tuple of two arrays `(batch, units)`, `h_{t-1}` and `c_{t-1}`.
        W: Array `(4 * units, units + features)`.
        b: Array `(4 * units,)`, without influence here. Default: none.

    Returns:
        `(d_x_t, (d_h_previous, d_c_previous), gradients)`, where `gradients` is a dict
        from each weight's symbol to the derivative by it.
    """
    d_h, d_c = d_state
    h_previous, c_previous = state_previous
    i, f, o, g = (values[name] for name in "ifog")
    tanh_c = np.tanh(values["c"])

    # h_t = o * tanh(c_t)
    d_o = d_h * tanh_c  # (batch, units)
    d_c = d_c + d_h * o * (1.0 - tanh_c**2)  # (batch, units)

    # c_t = f * c_{t-1} + i * g
    d_f, d_i, d_g = d_c * c_previous, d_c * g, d_c * i  # (batch, units) each
    d_c_previous = d_c * f  # (batch, units)

    # (i, f, o, g) = (sigma, sigma, sigma, tanh) of s, and sigma' = sigma (1 - sigma)
    d_s = np.concatenate(
        [
            d_i * i * (1.0 - i),
            d_f * f * (1.0 - f),
            d_o * o * (1.0 - o),
            d_g * (1.0 - g**2),
        ],
        axis=1,
    )  # (batch, 4 * units)

    # s = W [h_{t-1}; x_t] + b
    h_x = np.concatenate([h_previous, x_t], axis=1)  # (batch, units + features)
    gradients = {"W": d_s.T @ h_x, "b": d_s.sum(axis=0)}
    d_h_previous, d_x_t = np.split(d_s @ W, [h_previous.shape[1]], axis=1)
    return d_x_t, (d_h_previous, d_c_previous), gradients


def from_keras(
    kernel: np.ndarray, recurrent_kernel: np.ndarray, bias: np.ndarray | None = None
) -> dict[str, np.ndarray]:
    """The weights of a `keras.layers.LSTM` in the slide's symbols.

    Args:
        kernel: Array `(features, 4 * units)`, columns in the order i, f, c, o.
        recurrent_kernel: Array `(units, 4 * units)`, in the same order.
        bias: Array `(4 * units,)`, in the same order. Default: none.

    Returns:
        Dict with `W` and, where there is a bias, `b`, in the order i, f, o, g.

    Raises:
        UserError: When the shapes are not those of an `LSTM`.

    Example:

    ```python
    weights = from_keras(*layer.get_weights())
    ```
    """
    kernel, recurrent_kernel, bias = check_keras_weights(
        "LSTM", 4, kernel, recurrent_kernel, bias
    )
    columns = np.concatenate(
        [recurrent_kernel, kernel]
    )  # (units + features, 4 * units)
    weights = {"W": _swap_last_two(columns).T}
    return weights if bias is None else weights | {"b": _swap_last_two(bias)}


def to_keras(weights: dict[str, np.ndarray]) -> list[np.ndarray]:
    """The slide's weights as `keras.layers.LSTM` keeps them.

    Args:
        weights: Dict with `W` and, optionally, `b`.

    Returns:
        List for `layer.set_weights`: `kernel`, `recurrent_kernel` and, where there is
        one, `bias`. Without `b` the layer has to have `use_bias=False`.
    """
    columns = _swap_last_two(weights["W"].T)  # (units + features, 4 * units)
    recurrent_kernel, kernel = np.split(columns, [columns.shape[1] // 4])
    arrays = [kernel, recurrent_kernel]
    return [*arrays, _swap_last_two(weights["b"])] if "b" in weights else arrays


def _swap_last_two(array: np.ndarray) -> np.ndarray:
    """Turn the gate order i, f, c, o into i, f, o, g, and back, along the last axis."""
    first, second, third, fourth = np.split(array, 4, axis=-1)
    return np.concatenate([first, second, fourth, third], axis=-1)
