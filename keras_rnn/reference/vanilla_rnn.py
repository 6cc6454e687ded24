"""The vanilla (Elman) RNN: one tanh of two linear maps.

    h_t = tanh(W_hh h_{t-1} + W_xh x_t)

*Chapter 5*, section 5.2, "(Simple) Recurrent Neural Network"; *Lecture 3*, pages 8
and 9. After Elman, "Finding structure in time" (1990). The slide's second line,
`y_t = W_hy h_t`, follows any cell and is `reference.outputs`.

The slides have no bias. Leave `b_h` out of the weights and there is none;
`keras.layers.SimpleRNN` has one by default.
"""

import numpy as np

from keras_rnn.reference.checks import check_keras_weights

STATES = ("h",)
OPTIONAL = ("b_h",)


def shapes(features: int, units: int) -> dict[str, tuple[int, ...]]:
    """The shape of each weight, by its symbol.

    Args:
        features: Integer, length of `x_t`.
        units: Integer, length of `h_t`.

    Returns:
        Dict from symbol to shape.
    """
    return {"W_hh": (units, units), "W_xh": (units, features), "b_h": (units,)}


def step(
    x_t: np.ndarray,
    h_previous: np.ndarray,
    W_hh: np.ndarray,
    W_xh: np.ndarray,
    b_h: np.ndarray | float = 0.0,
) -> dict[str, np.ndarray]:
    """One time step: the slide's equation.

    Args:
        x_t: Array `(batch, features)`, the input.
        h_previous: Array `(batch, units)`, the state `h_{t-1}`.
        W_hh: Array `(units, units)`.
        W_xh: Array `(units, features)`.
        b_h: Array `(units,)`, not on the slide. Default: none.

    Returns:
        Dict with the new state `h`, `(batch, units)`.

    Example:

    >>> W_hh, W_xh = np.eye(2), np.array([[1.0], [0.0]])
    >>> step(np.zeros((1, 1)), np.zeros((1, 2)), W_hh, W_xh)["h"].tolist()
    [[0.0, 0.0]]
    """
    h_t = np.tanh(h_previous @ W_hh.T + x_t @ W_xh.T + b_h)  # (batch, units)
    return {"h": h_t}


def step_backward(
    d_state: tuple[np.ndarray, ...],
    values: dict[str, np.ndarray],
    x_t: np.ndarray,
    state_previous: tuple[np.ndarray, ...],
    W_hh: np.ndarray,
    W_xh: np.ndarray,
    b_h: np.ndarray | float = 0.0,
) -> tuple[np.ndarray, tuple[np.ndarray, ...], dict[str, np.ndarray]]:
    """The derivative of one time step, by the chain rule.

    With `s_t = W_hh h_{t-1} + W_xh x_t` and `tanh'(s) = 1 - tanh(s)^2`:

        d_s   = d_h * (1 - h_t^2)
        d_W_hh = d_s h_{t-1}^T      d_W_xh = d_s x_t^T      d_b_h = d_s
        d_h_{t-1} = W_hh^T d_s      d_x_t  = W_xh^T d_s

    `d_h_{t-1}` shows why gradients vanish or explode: each step back multiplies by
    `W_hh^T` and by a number that is at most 1.

    Args:
        d_state: Tuple of one array `(batch, units)`, `d_h`.
        values: Dict, the result of `step`.
        x_t: Array `(batch, features)`.
        state_previous: Tuple of one array `(batch, units)`, `h_{t-1}`.
        W_hh: Array `(units, units)`.
        W_xh: Array `(units, features)`.
        b_h: Array `(units,)`, without influence here. Default: none.

    Returns:
        `(d_x_t, (d_h_previous,), gradients)`, where `gradients` is a dict from each
        weight's symbol to the derivative by it.
    """
    (d_h,) = d_state
    (h_previous,) = state_previous

    d_s = d_h * (1.0 - values["h"] ** 2)  # (batch, units)
    gradients = {
        "W_hh": d_s.T @ h_previous,  # (units, units)
        "W_xh": d_s.T @ x_t,  # (units, features)
        "b_h": d_s.sum(axis=0),  # (units,)
    }
    d_h_previous = d_s @ W_hh  # (batch, units)
    d_x_t = d_s @ W_xh  # (batch, features)
    return d_x_t, (d_h_previous,), gradients


def from_keras(
    kernel: np.ndarray, recurrent_kernel: np.ndarray, bias: np.ndarray | None = None
) -> dict[str, np.ndarray]:
    """The weights of a `keras.layers.SimpleRNN` in the slide's symbols.

    Keras multiplies from the other side, so each matrix is transposed.

    Args:
        kernel: Array `(features, units)`.
        recurrent_kernel: Array `(units, units)`.
        bias: Array `(units,)`. Default: none.

    Returns:
        Dict with `W_hh`, `W_xh` and, where there is a bias, `b_h`.

    Raises:
        UserError: When the shapes are not those of a `SimpleRNN`.

    Example:

    ```python
    weights = from_keras(*layer.get_weights())
    ```
    """
    kernel, recurrent_kernel, bias = check_keras_weights(
        "SimpleRNN", 1, kernel, recurrent_kernel, bias
    )
    weights = {"W_hh": recurrent_kernel.T, "W_xh": kernel.T}
    return weights if bias is None else weights | {"b_h": bias}


def to_keras(weights: dict[str, np.ndarray]) -> list[np.ndarray]:
    """The slide's weights as `keras.layers.SimpleRNN` keeps them.

    Args:
        weights: Dict with `W_hh`, `W_xh` and, optionally, `b_h`.

    Returns:
        List for `layer.set_weights`: `kernel`, `recurrent_kernel` and, where there is
        one, `bias`. Without `b_h` the layer has to have `use_bias=False`.
    """
    arrays = [weights["W_xh"].T, weights["W_hh"].T]
    return [*arrays, weights["b_h"]] if "b_h" in weights else arrays
