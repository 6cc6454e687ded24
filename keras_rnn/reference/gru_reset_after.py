"""The GRU as Keras has it by default: the reset gate acts after the matrix product.

    r_t  = sigma(W_xr x_t + b_xr + W_hr h_{t-1} + b_hr)
    z_t  = sigma(W_xz x_t + b_xz + W_hz h_{t-1} + b_hz)
    h~_t = tanh(W_xh x_t + b_xh + r_t * (W_hh h_{t-1} + b_hh))
    h_t  = z_t * h_{t-1} + (1 - z_t) * h~_t

`keras.layers.GRU(units)`, and the GRU of cuDNN. The slide and Cho et al. (2014),
equation 8, have `W_hh (r_t * h_{t-1})` instead: `gru`. Here all of `h_{t-1}` is
multiplied at once, with no need to wait for `r_t`, and the product has a bias of its
own, which `r_t` gates.
"""

import numpy as np

from keras_rnn.errors import UserError
from keras_rnn.reference.cell import sigmoid
from keras_rnn.reference.checks import as_floats, check_keras_weights

STATES = ("h",)
OPTIONAL = ("b_xr", "b_xz", "b_xh", "b_hr", "b_hz", "b_hh")


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
        | dict.fromkeys(OPTIONAL, (units,))
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
    b_xr: np.ndarray | float = 0.0,
    b_xz: np.ndarray | float = 0.0,
    b_xh: np.ndarray | float = 0.0,
    b_hr: np.ndarray | float = 0.0,
    b_hz: np.ndarray | float = 0.0,
    b_hh: np.ndarray | float = 0.0,
) -> dict[str, np.ndarray]:
    """One time step: the four lines above.

    Args:
        x_t: Array `(batch, features)`, the input.
        h_previous: Array `(batch, units)`, the state `h_{t-1}`.
        W_hr, W_hz, W_hh: Arrays `(units, units)`.
        W_xr, W_xz, W_xh: Arrays `(units, features)`.
        b_xr, b_xz, b_xh, b_hr, b_hz, b_hh: Arrays `(units,)`. Default: none.

    Returns:
        Dict with the new state `h`, the gates `r` and `z`, the proposal `h_tilde`, and
        `product`, what `r` gates; each `(batch, units)`.
    """
    r = sigmoid(x_t @ W_xr.T + b_xr + h_previous @ W_hr.T + b_hr)  # (batch, units)
    z = sigmoid(x_t @ W_xz.T + b_xz + h_previous @ W_hz.T + b_hz)  # (batch, units)
    product = h_previous @ W_hh.T + b_hh  # (batch, units)
    h_tilde = np.tanh(x_t @ W_xh.T + b_xh + r * product)  # (batch, units)
    h_t = z * h_previous + (1.0 - z) * h_tilde  # (batch, units)
    return {"h": h_t, "r": r, "z": z, "h_tilde": h_tilde, "product": product}


def step_backward(
    d_state: tuple[np.ndarray, ...],
    values: dict[str, np.ndarray],
    x_t: np.ndarray,
    state_previous: tuple[np.ndarray, ...],
    **weights: np.ndarray,
) -> tuple[np.ndarray, tuple[np.ndarray, ...], dict[str, np.ndarray]]:
    """The derivative of one time step, by the chain rule.

    Args:
        d_state: Tuple of one array `(batch, units)`, `d_h`.
        values: Dict, the result of `step`.
        x_t: Array `(batch, features)`.
        state_previous: Tuple of one array `(batch, units)`, `h_{t-1}`.
        **weights: Arrays, `W_hr`, `W_hz`, `W_hh`, each `(units, units)`, and `W_xr`,
            `W_xz`, `W_xh`, each `(units, features)`; biases have no influence here.

    Returns:
        `(d_x_t, (d_h_previous,), gradients)`, where `gradients` is a dict from each
        weight's symbol to the derivative by it.
    """
    (d_h,), (h_previous,) = d_state, state_previous
    r, z, h_tilde = values["r"], values["z"], values["h_tilde"]

    d_s_h = d_h * (1.0 - z) * (1.0 - h_tilde**2)  # (batch, units)
    d_s_z = d_h * (h_previous - h_tilde) * z * (1.0 - z)  # (batch, units)
    d_s_r = d_s_h * values["product"] * r * (1.0 - r)  # (batch, units)
    d_product = d_s_h * r  # (batch, units)

    from_x = {"r": d_s_r, "z": d_s_z, "h": d_s_h}
    from_h = {"r": d_s_r, "z": d_s_z, "h": d_product}
    gradients = {}
    for gate in "rzh":
        gradients[f"W_x{gate}"] = from_x[gate].T @ x_t  # (units, features)
        gradients[f"W_h{gate}"] = from_h[gate].T @ h_previous  # (units, units)
        gradients[f"b_x{gate}"] = from_x[gate].sum(axis=0)  # (units,)
        gradients[f"b_h{gate}"] = from_h[gate].sum(axis=0)
    d_x_t = sum(from_x[gate] @ weights[f"W_x{gate}"] for gate in "rzh")
    back = sum(from_h[gate] @ weights[f"W_h{gate}"] for gate in "rzh")
    return d_x_t, (d_h * z + back,), gradients


def from_keras(
    kernel: np.ndarray, recurrent_kernel: np.ndarray, bias: np.ndarray | None = None
) -> dict[str, np.ndarray]:
    """The weights of a `keras.layers.GRU` in these symbols.

    Args:
        kernel: Array `(features, 3 * units)`, columns in the order z, r, h.
        recurrent_kernel: Array `(units, 3 * units)`, in the same order.
        bias: Array `(2, 3 * units)`, in the same order, the row for `x` first.
            Default: none.

    Returns:
        Dict with the twelve weights above, or six where there is no bias.

    Raises:
        UserError: When the shapes are not those of a `GRU` with `reset_after=True`.

    Example:

    ```python
    weights = from_keras(*layer.get_weights())
    ```
    """
    kernel, recurrent_kernel, _ = check_keras_weights(
        "GRU", 3, kernel, recurrent_kernel, None
    )
    weights = {}
    for name, array in (("W_h", recurrent_kernel), ("W_x", kernel)):
        for gate, block in zip("zrh", np.split(array, 3, axis=1), strict=True):
            weights[name + gate] = block.T
    if bias is None:
        return weights
    bias = as_floats(bias)
    wanted = (2, recurrent_kernel.shape[1])
    if bias.shape != wanted:
        raise UserError(
            f"GRU: bias has shape {bias.shape}, not {wanted}: only a GRU with "
            "reset_after=True has two; for the other see keras_rnn.reference.gru"
        )
    for name, row in zip(("b_x", "b_h"), bias, strict=True):
        for gate, block in zip("zrh", np.split(row, 3), strict=True):
            weights[name + gate] = block
    return weights
