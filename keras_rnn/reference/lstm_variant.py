"""The eight variants of the vanilla LSTM: `peephole_lstm` with one change each.

    NIG   no input gate                   i_t = 1
    NFG   no forget gate                  f_t = 1
    NOG   no output gate                  o_t = 1
    NIAF  no input activation function    z_t = s_z
    NOAF  no output activation function   h_t = c_t * o_t
    CIFG  coupled input and forget gate   f_t = 1 - i_t
    NP    no peepholes                    p_i = p_f = p_o = 0
    FGR   full gate recurrence            to s_i, s_f and s_o comes
                                          R_g [i_{t-1}; f_{t-1}; o_{t-1}]

Greff et al. (2015), arXiv:1503.04069, appendix. `R_g` holds the nine matrices R_ii,
R_if, ... of the paper, with a block of rows for each gate of this step. For
`keras_rnn.layers.LSTMVariantCell`. There is no `step_backward`: derivatives
of this cell are taken numerically.
"""

from functools import partial
from types import SimpleNamespace

import numpy as np

from keras_rnn.errors import UserError, nearest
from keras_rnn.reference.cell import Cell, sigmoid

VARIANTS = ("NIG", "NFG", "NOG", "NIAF", "NOAF", "CIFG", "NP", "FGR")
_MISSING = {"NIG": "i", "NFG": "f", "NOG": "o", "CIFG": "f"}


def variant(name: str) -> Cell:
    """Return a variant as a cell that `unfold` takes.

    Args:
        name: String, one of `VARIANTS`.

    Returns:
        `Cell`, with `from_keras` besides.

    Raises:
        UserError: When there is no such variant.

    Example:

    >>> list(variant("NFG").shapes(features=3, units=2))[:4]
    ['W_z', 'W_i', 'W_o', 'R_z']
    """
    if name not in VARIANTS:
        raise UserError(
            f"no LSTM variant {name!r}.{nearest(name, VARIANTS)} There are "
            f"{', '.join(VARIANTS)}"
        )
    gates = "ifo".replace(_MISSING.get(name, "-"), "")
    return SimpleNamespace(
        __name__=f"lstm_variant {name}",
        STATES=("h", "c", "i", "f", "o") if name == "FGR" else ("h", "c"),
        OPTIONAL=tuple(f"b_{block}" for block in "z" + gates),
        shapes=partial(_shapes, name, gates),
        step=partial(_step, name),
        from_keras=partial(_from_keras, name, gates),
    )


def _shapes(
    name: str, gates: str, features: int, units: int
) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    found |= {f"W_{block}": (units, features) for block in "z" + gates}
    found |= {f"R_{block}": (units, units) for block in "z" + gates}
    if name != "NP":
        found |= {f"p_{gate}": (units,) for gate in gates}
    if name == "FGR":
        found["R_g"] = (3 * units, 3 * units)
    return found | {f"b_{block}": (units,) for block in "z" + gates}


def _step(
    name: str,
    x_t: np.ndarray,
    h_previous: np.ndarray,
    c_previous: np.ndarray,
    *gates_previous: np.ndarray,
    **w: np.ndarray,
) -> dict[str, np.ndarray]:
    def s(block: str) -> np.ndarray:  # (batch, units)
        W, R, b = w[f"W_{block}"], w[f"R_{block}"], w.get(f"b_{block}", 0.0)
        return x_t @ W.T + h_previous @ R.T + b

    recurrent: dict[str, np.ndarray | float] = dict.fromkeys("ifo", 0.0)
    if name == "FGR":
        gates = np.concatenate(gates_previous, axis=1) @ w["R_g"].T
        recurrent.update(zip("ifo", np.split(gates, 3, axis=1), strict=True))

    def gate(letter: str, c: np.ndarray) -> np.ndarray:
        return sigmoid(s(letter) + w.get(f"p_{letter}", 0.0) * c + recurrent[letter])

    one = np.ones_like(c_previous)
    z = s("z") if name == "NIAF" else np.tanh(s("z"))
    i = one if name == "NIG" else gate("i", c_previous)
    forgetting = {"NFG": lambda: one, "CIFG": lambda: 1.0 - i}
    f = forgetting.get(name, lambda: gate("f", c_previous))()
    c_t = z * i + c_previous * f
    o = one if name == "NOG" else gate("o", c_t)
    h_t = (c_t if name == "NOAF" else np.tanh(c_t)) * o
    return {"h": h_t, "c": c_t, "i": i, "f": f, "o": o, "z": z}


def _from_keras(
    name: str,
    gates: str,
    kernel: np.ndarray,
    recurrent_kernel: np.ndarray,
    bias: np.ndarray,
    *others: np.ndarray,
) -> dict[str, np.ndarray]:
    """The weights of an `LSTMVariantCell`, blocks i, f, c, o without what is missing.

    `others` are the peepholes in the order i, f, o, where there are any, and the
    `gate_kernel` of FGR.
    """
    remaining = list(others)
    blocks = "ifzo".replace(_MISSING.get(name, "-"), "")
    weights = {}
    for letter, array in (("W", kernel), ("R", recurrent_kernel), ("b", bias)):
        parts = np.split(array, len(blocks), axis=-1)
        for block, part in zip(blocks, parts, strict=True):
            weights[f"{letter}_{block}"] = part.T
    if name != "NP":
        parts = np.split(remaining.pop(0), len(gates))
        weights |= {f"p_{gate}": one for gate, one in zip(gates, parts, strict=True)}
    if name == "FGR":
        weights["R_g"] = remaining.pop(0).T
    return weights
