"""The GRU of the deck's table: an update gate of 1 takes the proposal.

    Gamma_u = sigma(W_u [a<t-1>, x<t>] + b_u)
    Gamma_r = sigma(W_r [a<t-1>, x<t>] + b_r)
    c~<t>   = tanh(W_c [Gamma_r * a<t-1>, x<t>] + b_c)
    c<t>    = Gamma_u * c~<t> + (1 - Gamma_u) * c<t-1>
    a<t>    = c<t>

*Chapter 5*, section 5.3, the table's column "Gated Recurrent Unit (GRU)".

It is the unit of `gru.py` in other letters: `a` is `h`, `c~` is `h~`, and
`Gamma_u = 1 - z`. As `1 - sigma(s) = sigma(-s)`, the weights for `Gamma_u` are those
for `z` with the sign turned, which is what `from_keras` does.
"""

import numpy as np

from keras_rnn.reference.cell import sigmoid
from keras_rnn.reference.checks import check_keras_weights

STATES = ("a",)
OPTIONAL = ("b_u", "b_r", "b_c")


def shapes(features: int, units: int) -> dict[str, tuple[int, ...]]:
    """The shape of each weight, by its symbol.

    Args:
        features: Integer, length of `x<t>`.
        units: Integer, length of `a<t>`.

    Returns:
        Dict from symbol to shape.
    """
    return {f"W_{gate}": (units, units + features) for gate in "urc"} | {
        f"b_{gate}": (units,) for gate in "urc"
    }


def step(
    x_t: np.ndarray,
    a_previous: np.ndarray,
    W_u: np.ndarray,
    W_r: np.ndarray,
    W_c: np.ndarray,
    b_u: np.ndarray | float = 0.0,
    b_r: np.ndarray | float = 0.0,
    b_c: np.ndarray | float = 0.0,
) -> dict[str, np.ndarray]:
    """One time step: the table's three rows.

    Args:
        x_t: Array `(batch, features)`, the input `x<t>`.
        a_previous: Array `(batch, units)`, `a<t-1>`, which is also `c<t-1>`.
        W_u, W_r, W_c: Arrays `(units, units + features)`.
        b_u, b_r, b_c: Arrays `(units,)`. Default: none.

    Returns:
        Dict with the new state `a`, the gates `gamma_u` and `gamma_r` and the proposal
        `c_tilde`, each `(batch, units)`.
    """
    a_x = np.concatenate([a_previous, x_t], axis=1)  # (batch, units + features)
    gamma_u = sigmoid(a_x @ W_u.T + b_u)  # (batch, units)
    gamma_r = sigmoid(a_x @ W_r.T + b_r)  # (batch, units)

    reset_x = np.concatenate([gamma_r * a_previous, x_t], axis=1)
    c_tilde = np.tanh(reset_x @ W_c.T + b_c)  # (batch, units)
    c_t = gamma_u * c_tilde + (1.0 - gamma_u) * a_previous  # (batch, units)
    return {"a": c_t, "gamma_u": gamma_u, "gamma_r": gamma_r, "c_tilde": c_tilde}


def step_backward(
    d_state: tuple[np.ndarray, ...],
    values: dict[str, np.ndarray],
    x_t: np.ndarray,
    state_previous: tuple[np.ndarray, ...],
    W_u: np.ndarray,
    W_r: np.ndarray,
    W_c: np.ndarray,
    b_u: np.ndarray | float = 0.0,
    b_r: np.ndarray | float = 0.0,
    b_c: np.ndarray | float = 0.0,
) -> tuple[np.ndarray, tuple[np.ndarray, ...], dict[str, np.ndarray]]:
    """The derivative of one time step, by the chain rule.

    Args:
        d_state: Tuple of one array `(batch, units)`, `d_a`.
        values: Dict, the result of `step`.
        x_t: Array `(batch, features)`.
        state_previous: Tuple of one array `(batch, units)`, `a<t-1>`.
        W_u, W_r, W_c: Arrays `(units, units + features)`.
        b_u, b_r, b_c: Arrays `(units,)`, without influence here. Default: none.

    Returns:
        `(d_x_t, (d_a_previous,), gradients)`, where `gradients` is a dict from each
        weight's symbol to the derivative by it.
    """
    (d_c,) = d_state  # a = c
    (a_previous,) = state_previous
    units = a_previous.shape[1]
    gamma_u, gamma_r = values["gamma_u"], values["gamma_r"]
    c_tilde = values["c_tilde"]

    # c = Gamma_u * c~ + (1 - Gamma_u) * c<t-1>
    d_gamma_u = d_c * (c_tilde - a_previous)  # (batch, units)
    d_c_tilde = d_c * gamma_u  # (batch, units)

    # c~ = tanh(W_c [Gamma_r * a<t-1>, x] + b_c)
    d_s_c = d_c_tilde * (1.0 - c_tilde**2)  # (batch, units)
    d_reset, d_x_c = np.split(d_s_c @ W_c, [units], axis=1)
    d_gamma_r = d_reset * a_previous  # (batch, units)

    # Gamma = sigma(W [a<t-1>, x] + b)
    d_s_u = d_gamma_u * gamma_u * (1.0 - gamma_u)  # (batch, units)
    d_s_r = d_gamma_r * gamma_r * (1.0 - gamma_r)  # (batch, units)
    d_a_gates, d_x_gates = np.split(d_s_u @ W_u + d_s_r @ W_r, [units], axis=1)

    a_x = np.concatenate([a_previous, x_t], axis=1)  # (batch, units + features)
    reset_x = np.concatenate([gamma_r * a_previous, x_t], axis=1)
    gradients = {
        "W_u": d_s_u.T @ a_x,  # (units, units + features)
        "W_r": d_s_r.T @ a_x,
        "W_c": d_s_c.T @ reset_x,
        "b_u": d_s_u.sum(axis=0),  # (units,)
        "b_r": d_s_r.sum(axis=0),
        "b_c": d_s_c.sum(axis=0),
    }
    d_a_previous = d_c * (1.0 - gamma_u) + d_reset * gamma_r + d_a_gates
    return d_x_c + d_x_gates, (d_a_previous,), gradients


def from_keras(
    kernel: np.ndarray, recurrent_kernel: np.ndarray, bias: np.ndarray | None = None
) -> dict[str, np.ndarray]:
    """The weights of a `keras.layers.GRU(reset_after=False)` in the table's symbols.

    Args:
        kernel: Array `(features, 3 * units)`, columns in the order z, r, h.
        recurrent_kernel: Array `(units, 3 * units)`, in the same order.
        bias: Array `(3 * units,)`, in the same order. Default: none.

    Returns:
        Dict with `W_u`, `W_r`, `W_c` and, where there is a bias, `b_u`, `b_r`, `b_c`.
        `W_u` and `b_u` have the sign of Keras's z turned.

    Raises:
        UserError: When the shapes are not those of a `GRU`, or the bias is that of
            `reset_after=True`.
    """
    kernel, recurrent_kernel, bias = check_keras_weights(
        "GRU", 3, kernel, recurrent_kernel, bias
    )
    columns = np.concatenate(
        [recurrent_kernel, kernel]
    )  # (units + features, 3 * units)
    W_z, W_r, W_h = (block.T for block in np.split(columns, 3, axis=1))
    weights = {"W_u": -W_z, "W_r": W_r, "W_c": W_h}
    if bias is None:
        return weights
    b_z, b_r, b_h = np.split(bias, 3)
    return weights | {"b_u": -b_z, "b_r": b_r, "b_c": b_h}


def to_keras(weights: dict[str, np.ndarray]) -> list[np.ndarray]:
    """The table's weights as `keras.layers.GRU(reset_after=False)` keeps them.

    Args:
        weights: Dict with the table's symbols. The biases may be left out.

    Returns:
        List for `layer.set_weights`: `kernel`, `recurrent_kernel` and, where there is
        one, `bias`. Without any bias the layer has to have `use_bias=False`; where only
        some are given, the others are 0.
    """
    W_u, W_r, W_c = (weights[name] for name in ("W_u", "W_r", "W_c"))
    columns = np.concatenate([-W_u.T, W_r.T, W_c.T], axis=1)
    recurrent_kernel, kernel = np.split(columns, [len(W_c)])
    if not any(name in weights for name in OPTIONAL):
        return [kernel, recurrent_kernel]
    zeros = np.zeros_like(W_c[:, 0])  # (units,)
    b_u, b_r, b_c = (weights.get(name, zeros) for name in OPTIONAL)
    return [kernel, recurrent_kernel, np.concatenate([-b_u, b_r, b_c])]
