"""The "vanilla" LSTM with peepholes: gates that read the cell state.

    z_t = tanh (W_z x_t + R_z h_{t-1} + b_z)
    i_t = sigma(W_i x_t + R_i h_{t-1} + p_i * c_{t-1} + b_i)
    f_t = sigma(W_f x_t + R_f h_{t-1} + p_f * c_{t-1} + b_f)
    c_t = z_t * i_t + c_{t-1} * f_t
    o_t = sigma(W_o x_t + R_o h_{t-1} + p_o * c_t + b_o)
    h_t = tanh(c_t) * o_t

Gers and Schmidhuber (2000); in the symbols of Greff et al. (2015), arXiv:1503.04069,
section 2, but for their `y`, which is `h` here. There is no `step_backward`:
derivatives of this cell are taken numerically. For `keras_rnn.layers.PeepholeLSTMCell`.
"""

import numpy as np

from keras_rnn.reference.cell import sigmoid

STATES = ("h", "c")
OPTIONAL = tuple(f"b_{block}" for block in "zifo")


def shapes(features: int, units: int) -> dict[str, tuple[int, ...]]:
    """The shape of each weight, by its symbol.

    Args:
        features: Integer, length of `x_t`.
        units: Integer, length of `h_t` and of `c_t`.

    Returns:
        Dict from symbol to shape.
    """
    found: dict[str, tuple[int, ...]] = {}
    found |= {f"W_{block}": (units, features) for block in "zifo"}
    found |= {f"R_{block}": (units, units) for block in "zifo"}
    found |= {f"p_{gate}": (units,) for gate in "ifo"}
    return found | {f"b_{block}": (units,) for block in "zifo"}


def step(
    x_t: np.ndarray, h_previous: np.ndarray, c_previous: np.ndarray, **w: np.ndarray
) -> dict[str, np.ndarray]:
    """One time step: the six lines above.

    Args:
        x_t: Array `(batch, features)`, the input.
        h_previous: Array `(batch, units)`, `h_{t-1}`.
        c_previous: Array `(batch, units)`, the cell `c_{t-1}`.
        **w: The weights, as `shapes` has them. Biases may be left out.

    Returns:
        Dict with the new states `h` and `c`, the gates `i`, `f`, `o` and the proposal
        `z`, each `(batch, units)`.

    Example:

    With all weights 0, each gate is half open, and nothing new comes in:

    >>> zeros = {name: np.zeros(shape) for name, shape in shapes(1, 2).items()}
    >>> step(np.ones((1, 1)), np.zeros((1, 2)), np.ones((1, 2)), **zeros)["c"].tolist()
    [[0.5, 0.5]]
    """

    def s(block: str) -> np.ndarray:  # (batch, units)
        W, R, b = w[f"W_{block}"], w[f"R_{block}"], w.get(f"b_{block}", 0.0)
        return x_t @ W.T + h_previous @ R.T + b

    z = np.tanh(s("z"))
    i = sigmoid(s("i") + w["p_i"] * c_previous)
    f = sigmoid(s("f") + w["p_f"] * c_previous)
    c_t = z * i + c_previous * f
    o = sigmoid(s("o") + w["p_o"] * c_t)
    h_t = np.tanh(c_t) * o
    return {"h": h_t, "c": c_t, "i": i, "f": f, "o": o, "z": z}


def from_keras(
    kernel: np.ndarray,
    recurrent_kernel: np.ndarray,
    bias: np.ndarray,
    peephole: np.ndarray,
) -> dict[str, np.ndarray]:
    """The weights of a `PeepholeLSTMCell` in these symbols.

    Args:
        kernel: Array `(features, 4 * units)`, columns in the order i, f, c, o; Keras's
            c is `z` here.
        recurrent_kernel: Array `(units, 4 * units)`, in the same order.
        bias: Array `(4 * units,)`, in the same order.
        peephole: Array `(3 * units,)`, in the order i, f, o.

    Returns:
        Dict from symbol to array.
    """
    weights = {}
    for name, array in (("W", kernel), ("R", recurrent_kernel), ("b", bias)):
        for block, part in zip("ifzo", np.split(array, 4, axis=-1), strict=True):
            weights[f"{name}_{block}"] = part.T
    for gate, part in zip("ifo", np.split(peephole, 3), strict=True):
        weights[f"p_{gate}"] = part
    return weights
