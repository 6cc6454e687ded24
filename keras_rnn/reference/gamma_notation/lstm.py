"""The LSTM of the deck's table, which differs from the usual one in two places.

    Gamma_u, Gamma_f, Gamma_o, Gamma_r = sigma(W [a<t-1>, x<t>] + b), each its own W, b
    c~<t> = tanh(W_c [Gamma_r * a<t-1>, x<t>] + b_c)
    c<t>  = Gamma_u * c~<t> + Gamma_f * c<t-1>
    a<t>  = Gamma_o * c<t>

*Chapter 5*, section 5.3, the table's column "Long Short-Term Memory (LSTM)". This file
follows the table to the letter. Against the same deck's LSTM slide (`lstm.py`), and
against `keras.layers.LSTM`, which are the usual unit, it differs twice:

- `a = Gamma_o * c` has no tanh, where the usual `h = o * tanh(c)` has one. So `a` is
  not held between -1 and 1.
- `c~` sees `a<t-1>` through a relevance gate `Gamma_r`, which the usual unit lacks.
  Leave `W_r` out of the weights and `Gamma_r` is 1.

Otherwise the letters translate: `a` is `h`, `c~` is `g`, `Gamma_u` is `i`, `Gamma_f`
is `f` and `Gamma_o` is `o`. No Keras layer computes this unit. `from_keras` carries
weights over, to hold the two side by side: from the same state their cells `c` agree
after one step, and their outputs differ by that tanh.
"""

import numpy as np

from keras_rnn.errors import UserError
from keras_rnn.reference.cell import sigmoid
from keras_rnn.reference.checks import check_keras_weights

STATES = ("a", "c")
OPTIONAL = ("W_r", "b_u", "b_f", "b_o", "b_c", "b_r")


def shapes(features: int, units: int) -> dict[str, tuple[int, ...]]:
    """The shape of each weight, by its symbol.

    Args:
        features: Integer, length of `x<t>`.
        units: Integer, length of `a<t>` and of `c<t>`.

    Returns:
        Dict from symbol to shape.
    """
    return {f"W_{gate}": (units, units + features) for gate in "ufocr"} | {
        f"b_{gate}": (units,) for gate in "ufocr"
    }


def step(
    x_t: np.ndarray,
    a_previous: np.ndarray,
    c_previous: np.ndarray,
    W_u: np.ndarray,
    W_f: np.ndarray,
    W_o: np.ndarray,
    W_c: np.ndarray,
    W_r: np.ndarray | None = None,
    b_u: np.ndarray | float = 0.0,
    b_f: np.ndarray | float = 0.0,
    b_o: np.ndarray | float = 0.0,
    b_c: np.ndarray | float = 0.0,
    b_r: np.ndarray | float = 0.0,
) -> dict[str, np.ndarray]:
    """One time step: the table's three rows.

    Args:
        x_t: Array `(batch, features)`, the input `x<t>`.
        a_previous: Array `(batch, units)`, `a<t-1>`.
        c_previous: Array `(batch, units)`, `c<t-1>`.
        W_u, W_f, W_o, W_c: Arrays `(units, units + features)`.
        W_r: Array `(units, units + features)`. Default: none, and `Gamma_r` is 1.
        b_u, b_f, b_o, b_c, b_r: Arrays `(units,)`. Default: none.

    Returns:
        Dict with the new states `a` and `c`, the gates `gamma_u`, `gamma_f`, `gamma_o`
        and `gamma_r` and the proposal `c_tilde`, each `(batch, units)`.
    """
    a_x = np.concatenate([a_previous, x_t], axis=1)  # (batch, units + features)
    gamma_u = sigmoid(a_x @ W_u.T + b_u)  # (batch, units)
    gamma_f = sigmoid(a_x @ W_f.T + b_f)  # (batch, units)
    gamma_o = sigmoid(a_x @ W_o.T + b_o)  # (batch, units)
    gamma_r = np.ones_like(gamma_u)  # (batch, units)
    if W_r is not None:
        gamma_r = sigmoid(a_x @ W_r.T + b_r)

    reset_x = np.concatenate([gamma_r * a_previous, x_t], axis=1)
    c_tilde = np.tanh(reset_x @ W_c.T + b_c)  # (batch, units)
    c_t = gamma_u * c_tilde + gamma_f * c_previous  # (batch, units)
    a_t = gamma_o * c_t  # (batch, units)
    return {
        "a": a_t,
        "c": c_t,
        "gamma_u": gamma_u,
        "gamma_f": gamma_f,
        "gamma_o": gamma_o,
        "gamma_r": gamma_r,
        "c_tilde": c_tilde,
    }


def step_backward(
    d_state: tuple[np.ndarray, ...],
    values: dict[str, np.ndarray],
    x_t: np.ndarray,
    state_previous: tuple[np.ndarray, ...],
    W_u: np.ndarray,
    W_f: np.ndarray,
    W_o: np.ndarray,
    W_c: np.ndarray,
    W_r: np.ndarray | None = None,
    b_u: np.ndarray | float = 0.0,
    b_f: np.ndarray | float = 0.0,
    b_o: np.ndarray | float = 0.0,
    b_c: np.ndarray | float = 0.0,
    b_r: np.ndarray | float = 0.0,
) -> tuple[np.ndarray, tuple[np.ndarray, ...], dict[str, np.ndarray]]:
    """The derivative of one time step, by the chain rule.

    Args:
        d_state: Tuple of two arrays `(batch, units)`, `d_a` and `d_c`.
        values: Dict, the result of `step`.
        x_t: Array `(batch, features)`.
        state_previous: Tuple of two arrays `(batch, units)`, `a<t-1>` and `c<t-1>`.
        W_u, W_f, W_o, W_c: Arrays `(units, units + features)`.
        W_r: Array `(units, units + features)`. Default: none, and `Gamma_r` is 1.
        b_u, b_f, b_o, b_c, b_r: Arrays `(units,)`, without influence here.
            Default: none.

    Returns:
        `(d_x_t, (d_a_previous, d_c_previous), gradients)`, where `gradients` is a dict
        from each weight's symbol to the derivative by it.
    """
    d_a, d_c = d_state
    a_previous, c_previous = state_previous
    units = a_previous.shape[1]
    gamma_u, gamma_f = values["gamma_u"], values["gamma_f"]
    gamma_o, gamma_r = values["gamma_o"], values["gamma_r"]
    c_tilde = values["c_tilde"]

    # a = Gamma_o * c
    d_gamma_o = d_a * values["c"]  # (batch, units)
    d_c = d_c + d_a * gamma_o  # (batch, units)

    # c = Gamma_u * c~ + Gamma_f * c<t-1>
    d_gamma_u, d_c_tilde = d_c * c_tilde, d_c * gamma_u  # (batch, units) each
    d_gamma_f, d_c_previous = d_c * c_previous, d_c * gamma_f  # (batch, units) each

    # c~ = tanh(W_c [Gamma_r * a<t-1>, x] + b_c)
    d_s_c = d_c_tilde * (1.0 - c_tilde**2)  # (batch, units)
    d_reset, d_x_t = np.split(d_s_c @ W_c, [units], axis=1)
    d_a_previous = d_reset * gamma_r  # (batch, units)
    reset_x = np.concatenate([gamma_r * a_previous, x_t], axis=1)
    gradients = {"W_c": d_s_c.T @ reset_x, "b_c": d_s_c.sum(axis=0)}

    # Gamma = sigma(W [a<t-1>, x] + b), once for each gate
    a_x = np.concatenate([a_previous, x_t], axis=1)  # (batch, units + features)
    for gate, W, gamma, d_gamma in [
        ("u", W_u, gamma_u, d_gamma_u),
        ("f", W_f, gamma_f, d_gamma_f),
        ("o", W_o, gamma_o, d_gamma_o),
        ("r", W_r, gamma_r, d_reset * a_previous),
    ]:
        if W is None:
            continue
        d_s = d_gamma * gamma * (1.0 - gamma)  # (batch, units)
        gradients[f"W_{gate}"] = d_s.T @ a_x  # (units, units + features)
        gradients[f"b_{gate}"] = d_s.sum(axis=0)  # (units,)
        d_a_gate, d_x_gate = np.split(d_s @ W, [units], axis=1)
        d_a_previous = d_a_previous + d_a_gate
        d_x_t = d_x_t + d_x_gate
    return d_x_t, (d_a_previous, d_c_previous), gradients


def from_keras(
    kernel: np.ndarray, recurrent_kernel: np.ndarray, bias: np.ndarray | None = None
) -> dict[str, np.ndarray]:
    """The weights of a `keras.layers.LSTM` in the table's symbols.

    The unit stays the table's: without `W_r`, so `Gamma_r` is 1, and still without
    the tanh on the way out.

    Args:
        kernel: Array `(features, 4 * units)`, columns in the order i, f, c, o.
        recurrent_kernel: Array `(units, 4 * units)`, in the same order.
        bias: Array `(4 * units,)`, in the same order. Default: none.

    Returns:
        Dict with `W_u`, `W_f`, `W_c`, `W_o` and, where there is a bias, `b_u`, `b_f`,
        `b_c`, `b_o`.

    Raises:
        UserError: When the shapes are not those of an `LSTM`.
    """
    kernel, recurrent_kernel, bias = check_keras_weights(
        "LSTM", 4, kernel, recurrent_kernel, bias
    )
    columns = np.concatenate(
        [recurrent_kernel, kernel]
    )  # (units + features, 4 * units)
    blocks = np.split(columns, 4, axis=1)
    weights = {f"W_{gate}": one.T for gate, one in zip("ufco", blocks, strict=True)}
    if bias is None:
        return weights
    parts = np.split(bias, 4)
    return weights | {f"b_{gate}": one for gate, one in zip("ufco", parts, strict=True)}


def to_keras(weights: dict[str, np.ndarray]) -> list[np.ndarray]:
    """The table's weights as `keras.layers.LSTM` keeps them.

    Args:
        weights: Dict with the table's symbols, without `W_r`.

    Returns:
        List for `layer.set_weights`: `kernel`, `recurrent_kernel` and, where there is
        one, `bias`. Without any bias the layer has to have `use_bias=False`; where only
        some are given, the others are 0.

    Raises:
        UserError: When there is a relevance gate, which Keras's layer cannot hold.
    """
    if "W_r" in weights or "b_r" in weights:
        raise UserError(
            "gamma_notation.lstm.to_keras: keras.layers.LSTM has no relevance gate; "
            "leave W_r and b_r out of the weights"
        )
    columns = np.concatenate([weights[f"W_{gate}"].T for gate in "ufco"], axis=1)
    recurrent_kernel, kernel = np.split(columns, [columns.shape[1] // 4])
    if not any(name in weights for name in OPTIONAL):
        return [kernel, recurrent_kernel]
    zeros = np.zeros_like(weights["W_c"][:, 0])  # (units,)
    bias = np.concatenate([weights.get(f"b_{gate}", zeros) for gate in "ufco"])
    return [kernel, recurrent_kernel, bias]
