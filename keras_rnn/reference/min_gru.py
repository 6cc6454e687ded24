"""minGRU: a GRU whose gate and proposal depend on the input alone.

    z_t  = sigma(W_z x_t + b_z)
    h~_t = g(W_h x_t + b_h)            g(s) = s + 0.5 where s >= 0, else sigma(s)
    h_t  = (1 - z_t) * h_{t-1} + z_t * h~_t

Feng et al. (2024), arXiv:2410.01201, section 3.1, with `g` of appendix B. `z_t = 1`
takes the proposal, the other way round than on the slide for the GRU. For
`keras_rnn.layers.MinGRU`.
"""

import numpy as np

from keras_rnn.reference.cell import sigmoid

STATES = ("h",)
OPTIONAL = ("b_z", "b_h")


def shapes(features: int, units: int) -> dict[str, tuple[int, ...]]:
    """The shape of each weight, by its symbol.

    Args:
        features: Integer, length of `x_t`.
        units: Integer, length of `h_t`.

    Returns:
        Dict from symbol to shape.
    """
    return {
        "W_z": (units, features),
        "W_h": (units, features),
        "b_z": (units,),
        "b_h": (units,),
    }


def positive(s: np.ndarray) -> np.ndarray:
    """The paper's `g`: `s + 0.5` from 0 on, `sigmoid(s)` below.

    Args:
        s: Array of any shape.

    Returns:
        Array of the same shape, positive.

    Example:

    >>> positive(np.array([-np.log(3.0), 0.0, 2.0])).round(12).tolist()
    [0.25, 0.5, 2.5]
    """
    return np.where(s >= 0.0, s + 0.5, sigmoid(s))


def positive_backward(s: np.ndarray) -> np.ndarray:
    """The derivative of `positive`: 1 from 0 on, `sigma (1 - sigma)` below."""
    return np.where(s >= 0.0, 1.0, sigmoid(s) * (1.0 - sigmoid(s))).astype(s.dtype)


def step(
    x_t: np.ndarray,
    h_previous: np.ndarray,
    W_z: np.ndarray,
    W_h: np.ndarray,
    b_z: np.ndarray | float = 0.0,
    b_h: np.ndarray | float = 0.0,
) -> dict[str, np.ndarray]:
    """One time step: the three lines above.

    Args:
        x_t: Array `(batch, features)`, the input.
        h_previous: Array `(batch, units)`, `h_{t-1}`.
        W_z, W_h: Arrays `(units, features)`.
        b_z, b_h: Arrays `(units,)`. Default: none.

    Returns:
        Dict with the new state `h`, the gate `z` and the proposal `h_tilde`, each
        `(batch, units)`.
    """
    z = sigmoid(x_t @ W_z.T + b_z)  # (batch, units)
    h_tilde = positive(x_t @ W_h.T + b_h)  # (batch, units)
    return {"h": (1.0 - z) * h_previous + z * h_tilde, "z": z, "h_tilde": h_tilde}


def step_backward(
    d_state: tuple[np.ndarray, ...],
    values: dict[str, np.ndarray],
    x_t: np.ndarray,
    state_previous: tuple[np.ndarray, ...],
    W_z: np.ndarray,
    W_h: np.ndarray,
    b_z: np.ndarray | float = 0.0,
    b_h: np.ndarray | float = 0.0,
) -> tuple[np.ndarray, tuple[np.ndarray, ...], dict[str, np.ndarray]]:
    """The derivative of one time step, by the chain rule.

    `h_{t-1}` enters once, so the gradient goes back as `d_h * (1 - z)`: there is no
    matrix to be multiplied with at every step.

    Args:
        d_state: Tuple of one array `(batch, units)`, `d_h`.
        values: Dict, the result of `step`.
        x_t: Array `(batch, features)`.
        state_previous: Tuple of one array `(batch, units)`, `h_{t-1}`.
        W_z, W_h: Arrays `(units, features)`.
        b_z, b_h: Arrays `(units,)`. Default: none.

    Returns:
        `(d_x_t, (d_h_previous,), gradients)`, where `gradients` is a dict from each
        weight's symbol to the derivative by it.
    """
    (d_h,), (h_previous,) = d_state, state_previous
    z, h_tilde = values["z"], values["h_tilde"]
    d_s_z = d_h * (h_tilde - h_previous) * z * (1.0 - z)  # (batch, units)
    d_s_h = d_h * z * positive_backward(x_t @ W_h.T + b_h)  # (batch, units)
    gradients = {
        "W_z": d_s_z.T @ x_t,  # (units, features)
        "W_h": d_s_h.T @ x_t,
        "b_z": d_s_z.sum(axis=0),  # (units,)
        "b_h": d_s_h.sum(axis=0),
    }
    d_x_t = d_s_z @ W_z + d_s_h @ W_h  # (batch, features)
    return d_x_t, (d_h * (1.0 - z),), gradients


def from_keras(
    kernel: np.ndarray, bias: np.ndarray | None = None
) -> dict[str, np.ndarray]:
    """The weights of a `MinGRU` in the paper's symbols.

    Args:
        kernel: Array `(features, 2 * units)`, columns in the order z, h.
        bias: Array `(2 * units,)`, in the same order. Default: none.

    Returns:
        Dict from symbol to array.
    """
    W_z, W_h = (block.T for block in np.split(kernel, 2, axis=1))
    weights = {"W_z": W_z, "W_h": W_h}
    if bias is None:
        return weights
    b_z, b_h = np.split(bias, 2)
    return weights | {"b_z": b_z, "b_h": b_h}
