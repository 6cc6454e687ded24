"""The layer-normalised LSTM: each sum of inputs is normalised before its activation.

    LN(s; alpha, beta) = alpha * (s - mean(s)) / sqrt(var(s) + 1e-5) + beta
    (f, i, o, g) = LN(W_h h_{t-1}; alpha_1, beta_1) + LN(W_x x_t; alpha_2, beta_2) + b
    c_t = sigma(f) * c_{t-1} + sigma(i) * tanh(g)
    h_t = sigma(o) * tanh(LN(c_t; alpha_3, beta_3))

Ba, Kiros and Hinton (2016), arXiv:1607.06450, supplementary material, equations 20 to
22. Mean and variance are over one example's vector, at one step. For
`keras_rnn.layers.LayerNormLSTMCell`. There is no `step_backward`: derivatives of this
cell are taken numerically.
"""

import numpy as np

from keras_rnn.reference.cell import sigmoid

STATES = ("h", "c")
OPTIONAL = ("b", "beta_1", "beta_2", "beta_3")


def shapes(features: int, units: int) -> dict[str, tuple[int, ...]]:
    """The shape of each weight, by its symbol.

    Args:
        features: Integer, length of `x_t`.
        units: Integer, length of `h_t` and of `c_t`.

    Returns:
        Dict from symbol to shape.
    """
    return {
        "W_h": (4 * units, units),
        "W_x": (4 * units, features),
        "alpha_1": (4 * units,),
        "alpha_2": (4 * units,),
        "alpha_3": (units,),
        "beta_1": (4 * units,),
        "beta_2": (4 * units,),
        "beta_3": (units,),
        "b": (4 * units,),
    }


def normalise(
    s: np.ndarray, alpha: np.ndarray | float, beta: np.ndarray | float = 0.0
) -> np.ndarray:
    """Normalise each row to mean 0 and variance 1, then scale and shift it.

    Args:
        s: Array `(batch, n)`.
        alpha: Array `(n,)`.
        beta: Array `(n,)`. Default: zeros.

    Returns:
        Array `(batch, n)`.

    Example:

    >>> normalise(np.array([[1.0, 3.0]]), 1.0).round(3).tolist()
    [[-1.0, 1.0]]
    """
    mean, variance = s.mean(axis=1, keepdims=True), s.var(axis=1, keepdims=True)
    return alpha * (s - mean) / np.sqrt(variance + 1e-5) + beta


def step(
    x_t: np.ndarray,
    h_previous: np.ndarray,
    c_previous: np.ndarray,
    W_h: np.ndarray,
    W_x: np.ndarray,
    alpha_1: np.ndarray,
    alpha_2: np.ndarray,
    alpha_3: np.ndarray,
    beta_1: np.ndarray | float = 0.0,
    beta_2: np.ndarray | float = 0.0,
    beta_3: np.ndarray | float = 0.0,
    b: np.ndarray | float = 0.0,
) -> dict[str, np.ndarray]:
    """One time step.

    Args:
        x_t: Array `(batch, features)`, the input.
        h_previous: Array `(batch, units)`, `h_{t-1}`.
        c_previous: Array `(batch, units)`, the cell `c_{t-1}`.
        W_h: Array `(4 * units, units)`, rows in the order f, i, o, g.
        W_x: Array `(4 * units, features)`, in the same order.
        alpha_1, alpha_2: Arrays `(4 * units,)`, in the same order: scales of the two
            products.
        alpha_3: Array `(units,)`, scale of the cell state.
        beta_1, beta_2: Arrays `(4 * units,)`, shifts of the two products.
            Default: none.
        beta_3: Array `(units,)`, shift of the cell state. Default: none.
        b: Array `(4 * units,)`. Default: none.

    Returns:
        Dict with the new states `h` and `c`, the gates `f`, `i`, `o` and the proposal
        `g`, each `(batch, units)`.
    """
    s = normalise(h_previous @ W_h.T, alpha_1, beta_1)
    s = s + normalise(x_t @ W_x.T, alpha_2, beta_2) + b  # (batch, 4 * units)
    s_f, s_i, s_o, s_g = np.split(s, 4, axis=1)  # four (batch, units)
    f, i, o, g = sigmoid(s_f), sigmoid(s_i), sigmoid(s_o), np.tanh(s_g)

    c_t = f * c_previous + i * g  # (batch, units)
    h_t = o * np.tanh(normalise(c_t, alpha_3, beta_3))  # (batch, units)
    return {"h": h_t, "c": c_t, "f": f, "i": i, "o": o, "g": g}


def from_keras(
    kernel: np.ndarray,
    recurrent_kernel: np.ndarray,
    bias: np.ndarray,
    gamma_1: np.ndarray,
    beta_1: np.ndarray,
    gamma_2: np.ndarray,
    beta_2: np.ndarray,
    gamma_3: np.ndarray,
    beta_3: np.ndarray,
) -> dict[str, np.ndarray]:
    """The weights of a `LayerNormLSTMCell` in the paper's symbols and order.

    Args:
        kernel: Array `(features, 4 * units)`, columns in the order i, f, c, o; Keras's
            c is `g` here.
        recurrent_kernel: Array `(units, 4 * units)`, in the same order.
        bias: Array `(4 * units,)`, in the same order.
        gamma_1, beta_1: Arrays `(4 * units,)`, in the same order: scale and shift of
            the product with the state.
        gamma_2, beta_2: Arrays `(4 * units,)`, in the same order: scale and shift of
            the product with the input.
        gamma_3, beta_3: Arrays `(units,)`, scale and shift of the cell state.

    Returns:
        Dict from symbol to array.
    """
    four = {
        "W_h": recurrent_kernel,
        "W_x": kernel,
        "alpha_1": gamma_1,
        "alpha_2": gamma_2,
        "beta_1": beta_1,
        "beta_2": beta_2,
        "b": bias,
    }
    weights = {name: _reordered(array).T for name, array in four.items()}
    return weights | {"alpha_3": gamma_3, "beta_3": beta_3}


def _reordered(array: np.ndarray) -> np.ndarray:
    i, f, g, o = np.split(array, 4, axis=-1)
    return np.concatenate([f, i, o, g], axis=-1)
