"""The gated recurrent unit (GRU): a gated mean of the old state and a proposal.

    r_t  = sigma(W_xr x_t + W_hr h_{t-1} + b_r)
    z_t  = sigma(W_xz x_t + W_hz h_{t-1} + b_z)
    h~_t = tanh(W_xh x_t + W_hh (r_t * h_{t-1}) + b_h)
    h_t  = z_t * h_{t-1} + (1 - z_t) * h~_t

*Chapter 5*, section 5.3, "Other RNN Variants". After Cho et al. (2014), equations 5 to
8. The reset gate acts before the matrix product, and `z_t = 1` keeps the old state.

`keras.layers.GRU` agrees on `z` and differs in the rest: its order of gates is z, r, h,
and by default (`reset_after=True`) it resets after the matrix product,
`r_t * (W_hh h_{t-1} + b)`, with a second bias. `GRU(units, reset_after=False)` is the
slide's. In other texts, and in `gamma_notation.gru`, the update gate is the other way
round: 1 takes the proposal.
"""

import numpy as np

from keras_rnn.reference.cell import sigmoid
from keras_rnn.reference.checks import check_keras_weights

STATES = ("h",)
OPTIONAL = ("b_r", "b_z", "b_h")


def shapes(features: int, units: int) -> dict[str, tuple[int, ...]]:
    """The shape of each weight, by its symbol.

    Args:
        features: Integer, length of `x_t`.
        units: Integer, length of `h_t`.

    Returns:
        Dict from symbol to shape.
    """
    return (
        {f"W_h{gate}": (units, units) for gate in "rzh"}
        | {f"W_x{gate}": (units, features) for gate in "rzh"}
        | {f"b_{gate}": (units,) for gate in "rzh"}
    )


def step(
    x_t: np.ndarray,
    h_previous: np.ndarray,
    W_hr: np.ndarray,
    W_hz: np.ndarray,
    W_hh: np.ndarray,
    W_xr: np.ndarray,
    W_xz: np.ndarray,
    W_xh: np.ndarray,
    b_r: np.ndarray | float = 0.0,
    b_z: np.ndarray | float = 0.0,
    b_h: np.ndarray | float = 0.0,
) -> dict[str, np.ndarray]:
    """One time step: the slide's four lines.

    Args:
        x_t: Array `(batch, features)`, the input.
        h_previous: Array `(batch, units)`, the state `h_{t-1}`.
        W_hr, W_hz, W_hh: Arrays `(units, units)`.
        W_xr, W_xz, W_xh: Arrays `(units, features)`.
        b_r, b_z, b_h: Arrays `(units,)`. Default: none.

    Returns:
        Dict with the new state `h`, the gates `r` and `z` and the proposal `h_tilde`,
        each `(batch, units)`.
    """
    r = sigmoid(x_t @ W_xr.T + h_previous @ W_hr.T + b_r)  # (batch, units)
    z = sigmoid(x_t @ W_xz.T + h_previous @ W_hz.T + b_z)  # (batch, units)
    h_tilde = np.tanh(x_t @ W_xh.T + (r * h_previous) @ W_hh.T + b_h)  # (batch, units)
    h_t = z * h_previous + (1.0 - z) * h_tilde  # (batch, units)
    return {"h": h_t, "r": r, "z": z, "h_tilde": h_tilde}


def step_backward(
    d_state: tuple[np.ndarray, ...],
    values: dict[str, np.ndarray],
    x_t: np.ndarray,
    state_previous: tuple[np.ndarray, ...],
    W_hr: np.ndarray,
    W_hz: np.ndarray,
    W_hh: np.ndarray,
    W_xr: np.ndarray,
    W_xz: np.ndarray,
    W_xh: np.ndarray,
    b_r: np.ndarray | float = 0.0,
    b_z: np.ndarray | float = 0.0,
    b_h: np.ndarray | float = 0.0,
) -> tuple[np.ndarray, tuple[np.ndarray, ...], dict[str, np.ndarray]]:
    """The derivative of one time step, by the chain rule.

    `h_{t-1}` enters four times: kept by `z`, reset by `r`, and in both gates. Its four
    derivatives add up.

    Args:
        d_state: Tuple of one array `(batch, units)`, `d_h`.
        values: Dict, the result of `step`.
        x_t: Array `(batch, features)`.
        state_previous: Tuple of one array `(batch, units)`, `h_{t-1}`.
        W_hr, W_hz, W_hh: Arrays `(units, units)`.
        W_xr, W_xz, W_xh: Arrays `(units, features)`.
        b_r, b_z, b_h: Arrays `(units,)`, without influence here. Default: none.

    Returns:
        `(d_x_t, (d_h_previous,), gradients)`, where `gradients` is a dict from each
        weight's symbol to the derivative by it.
    """
    (d_h,) = d_state
    (h_previous,) = state_previous
    r, z, h_tilde = values["r"], values["z"], values["h_tilde"]

    # h_t = z * h_{t-1} + (1 - z) * h~
    d_z = d_h * (h_previous - h_tilde)  # (batch, units)
    d_h_tilde = d_h * (1.0 - z)  # (batch, units)

    # h~ = tanh(W_xh x_t + W_hh (r * h_{t-1}) + b_h)
    d_s_h = d_h_tilde * (1.0 - h_tilde**2)  # (batch, units)
    d_reset = d_s_h @ W_hh  # (batch, units), by r * h_{t-1}
    d_r = d_reset * h_previous  # (batch, units)

    # r, z = sigma(...), and sigma' = sigma (1 - sigma)
    d_s_r = d_r * r * (1.0 - r)  # (batch, units)
    d_s_z = d_z * z * (1.0 - z)  # (batch, units)

    gradients = {
        "W_hr": d_s_r.T @ h_previous,  # (units, units)
        "W_hz": d_s_z.T @ h_previous,
        "W_hh": d_s_h.T @ (r * h_previous),
        "W_xr": d_s_r.T @ x_t,  # (units, features)
        "W_xz": d_s_z.T @ x_t,
        "W_xh": d_s_h.T @ x_t,
        "b_r": d_s_r.sum(axis=0),  # (units,)
        "b_z": d_s_z.sum(axis=0),
        "b_h": d_s_h.sum(axis=0),
    }
    d_h_previous = d_h * z + d_reset * r + d_s_r @ W_hr + d_s_z @ W_hz  # (batch, units)
    d_x_t = d_s_r @ W_xr + d_s_z @ W_xz + d_s_h @ W_xh  # (batch, features)
    return d_x_t, (d_h_previous,), gradients


def from_keras(
    kernel: np.ndarray, recurrent_kernel: np.ndarray, bias: np.ndarray | None = None
) -> dict[str, np.ndarray]:
    """The weights of a `keras.layers.GRU(reset_after=False)` in the slide's symbols.

    Args:
        kernel: Array `(features, 3 * units)`, columns in the order z, r, h.
        recurrent_kernel: Array `(units, 3 * units)`, in the same order.
        bias: Array `(3 * units,)`, in the same order. Default: none.

    Returns:
        Dict with the slide's nine weights, or six where there is no bias.

    Raises:
        UserError: When the shapes are not those of a `GRU`, or the bias is that of
            `reset_after=True`. A layer with neither bias nor `reset_after=False` looks
            the same as the slide's and cannot be told apart.

    Example:

    ```python
    layer = keras.layers.GRU(4, reset_after=False)
    layer.build((None, None, 8))
    weights = from_keras(*layer.get_weights())
    ```
    """
    kernel, recurrent_kernel, bias = check_keras_weights(
        "GRU", 3, kernel, recurrent_kernel, bias
    )
    W_hz, W_hr, W_hh = (block.T for block in np.split(recurrent_kernel, 3, axis=1))
    W_xz, W_xr, W_xh = (block.T for block in np.split(kernel, 3, axis=1))
    weights = {"W_hr": W_hr, "W_hz": W_hz, "W_hh": W_hh}
    weights |= {"W_xr": W_xr, "W_xz": W_xz, "W_xh": W_xh}
    if bias is None:
        return weights
    b_z, b_r, b_h = np.split(bias, 3)
    return weights | {"b_r": b_r, "b_z": b_z, "b_h": b_h}


def to_keras(weights: dict[str, np.ndarray]) -> list[np.ndarray]:
    """The slide's weights as `keras.layers.GRU(reset_after=False)` keeps them.

    Args:
        weights: Dict with the slide's symbols. The biases may be left out.

    Returns:
        List for `layer.set_weights`: `kernel`, `recurrent_kernel` and, where there is
        one, `bias`. Without any bias the layer has to have `use_bias=False`; where only
        some are given, the others are 0.
    """
    kernel = np.concatenate([weights[f"W_x{gate}"].T for gate in "zrh"], axis=1)
    recurrent_kernel = np.concatenate(
        [weights[f"W_h{gate}"].T for gate in "zrh"], axis=1
    )
    if not any(name in weights for name in OPTIONAL):
        return [kernel, recurrent_kernel]
    zeros = np.zeros_like(weights["W_hh"][:, 0])  # (units,)
    bias = np.concatenate([weights.get(f"b_{gate}", zeros) for gate in "zrh"])
    return [kernel, recurrent_kernel, bias]
