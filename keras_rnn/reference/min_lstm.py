"""minLSTM: an LSTM whose gates depend on the input alone and add up to one.

    f_t  = sigma(W_f x_t + b_f)        f'_t = f_t / (f_t + i_t)
    i_t  = sigma(W_i x_t + b_i)        i'_t = i_t / (f_t + i_t)
    h~_t = g(W_h x_t + b_h)            g(s) = s + 0.5 where s >= 0, else sigma(s)
    h_t  = f'_t * h_{t-1} + i'_t * h~_t

Feng et al. (2024), arXiv:2410.01201, section 3.2, with `g` of appendix B. There is no
output gate, and no cell beside the hidden state. For `keras_rnn.layers.MinLSTM`.
"""

import numpy as np

from keras_rnn.reference.cell import sigmoid
from keras_rnn.reference.min_gru import positive, positive_backward

STATES = ("h",)
OPTIONAL = ("b_f", "b_i", "b_h")


def shapes(features: int, units: int) -> dict[str, tuple[int, ...]]:
    """The shape of each weight, by its symbol.

    Args:
        features: Integer, length of `x_t`.
        units: Integer, length of `h_t`.

    Returns:
        Dict from symbol to shape.
    """
    return {f"W_{block}": (units, features) for block in "fih"} | {
        f"b_{block}": (units,) for block in "fih"
    }


def step(
    x_t: np.ndarray,
    h_previous: np.ndarray,
    W_f: np.ndarray,
    W_i: np.ndarray,
    W_h: np.ndarray,
    b_f: np.ndarray | float = 0.0,
    b_i: np.ndarray | float = 0.0,
    b_h: np.ndarray | float = 0.0,
) -> dict[str, np.ndarray]:
    """One time step.

    Args:
        x_t: Array `(batch, features)`, the input.
        h_previous: Array `(batch, units)`, `h_{t-1}`.
        W_f, W_i, W_h: Arrays `(units, features)`.
        b_f, b_i, b_h: Arrays `(units,)`. Default: none.

    Returns:
        Dict with the new state `h`, the gates `f` and `i` before they are divided by
        their sum, and the proposal `h_tilde`, each `(batch, units)`.
    """
    f, i = sigmoid(x_t @ W_f.T + b_f), sigmoid(x_t @ W_i.T + b_i)  # (batch, units)
    h_tilde = positive(x_t @ W_h.T + b_h)  # (batch, units)
    h_t = f / (f + i) * h_previous + i / (f + i) * h_tilde  # (batch, units)
    return {"h": h_t, "f": f, "i": i, "h_tilde": h_tilde}


def step_backward(
    d_state: tuple[np.ndarray, ...],
    values: dict[str, np.ndarray],
    x_t: np.ndarray,
    state_previous: tuple[np.ndarray, ...],
    W_f: np.ndarray,
    W_i: np.ndarray,
    W_h: np.ndarray,
    b_f: np.ndarray | float = 0.0,
    b_i: np.ndarray | float = 0.0,
    b_h: np.ndarray | float = 0.0,
) -> tuple[np.ndarray, tuple[np.ndarray, ...], dict[str, np.ndarray]]:
    """The derivative of one time step, by the chain rule.

    Args:
        d_state: Tuple of one array `(batch, units)`, `d_h`.
        values: Dict, the result of `step`.
        x_t: Array `(batch, features)`.
        state_previous: Tuple of one array `(batch, units)`, `h_{t-1}`.
        W_f, W_i, W_h: Arrays `(units, features)`.
        b_f, b_i, b_h: Arrays `(units,)`. Default: none.

    Returns:
        `(d_x_t, (d_h_previous,), gradients)`, where `gradients` is a dict from each
        weight's symbol to the derivative by it.
    """
    (d_h,), (h_previous,) = d_state, state_previous
    f, i, h_tilde = values["f"], values["i"], values["h_tilde"]

    # d f' / d f = i / (f + i)^2 and d f' / d i = -f / (f + i)^2, and i' = 1 - f'
    d_keep = d_h * (h_previous - h_tilde) / (f + i) ** 2  # (batch, units)
    d_s = {
        "f": d_keep * i * f * (1.0 - f),
        "i": -d_keep * f * i * (1.0 - i),
        "h": d_h * i / (f + i) * positive_backward(x_t @ W_h.T + b_h),
    }  # (batch, units) each
    gradients = {f"W_{block}": one.T @ x_t for block, one in d_s.items()}
    gradients |= {f"b_{block}": one.sum(axis=0) for block, one in d_s.items()}
    d_x_t = d_s["f"] @ W_f + d_s["i"] @ W_i + d_s["h"] @ W_h  # (batch, features)
    return d_x_t, (d_h * f / (f + i),), gradients


def from_keras(
    kernel: np.ndarray, bias: np.ndarray | None = None
) -> dict[str, np.ndarray]:
    """The weights of a `MinLSTM` in the paper's symbols.

    Args:
        kernel: Array `(features, 3 * units)`, columns in the order i, f, h.
        bias: Array `(3 * units,)`, in the same order. Default: none.

    Returns:
        Dict from symbol to array.
    """
    W_i, W_f, W_h = (block.T for block in np.split(kernel, 3, axis=1))
    weights = {"W_f": W_f, "W_i": W_i, "W_h": W_h}
    if bias is None:
        return weights
    b_i, b_f, b_h = np.split(bias, 3)
    return weights | {"b_f": b_f, "b_i": b_i, "b_h": b_h}
