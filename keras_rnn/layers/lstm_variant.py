"""The LSTM with one part taken away, or added: the eight variants of Greff et al."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from keras_rnn.errors import nearest
from keras_rnn.layers.peephole_lstm import PeepholeLSTMCell

VARIANTS = {
    "NIG": "no input gate: i = 1",
    "NFG": "no forget gate: f = 1",
    "NOG": "no output gate: o = 1",
    "NIAF": "no input activation function: the proposal is not squashed",
    "NOAF": "no output activation function: h = o * c",
    "CIFG": "coupled input and forget gate: f = 1 - i",
    "NP": "no peepholes: the LSTM of Keras",
    "FGR": "full gate recurrence: the gates also see all gates of the step before",
}


@keras.saving.register_keras_serializable(package="keras_rnn")
class LSTMVariantCell(PeepholeLSTMCell):
    """LSTM cell that differs from the peephole LSTM in one respect.

    What is each part of an LSTM good for? Greff et al. (2015), *LSTM: A Search Space
    Odyssey*, arXiv:1503.04069, section 3 and appendix, trained eight variants of the
    "vanilla LSTM", `PeepholeLSTMCell`, each with one change:

    | variant | what changes | weights |
    |---|---|---|
    | `"NIG"` | no input gate, `i_t = 1` | none for i |
    | `"NFG"` | no forget gate, `f_t = 1` | none for f |
    | `"NOG"` | no output gate, `o_t = 1` | none for o |
    | `"NIAF"` | no input activation function, `c_t = f_t c_{t-1} + i_t s_c` | |
    | `"NOAF"` | no output activation function, `h_t = o_t c_t` | |
    | `"CIFG"` | coupled input and forget gates, `f_t = 1 - i_t` | none for f |
    | `"NP"` | no peepholes: the LSTM of Keras and of the slides | no `peephole` |
    | `"FGR"` | each gate also sees i, f and o of the step before | `gate_kernel` |

    `kernel`, `recurrent_kernel` and `bias` have the blocks i, f, c, o, and `peephole`
    the blocks i, f, o, without the gate that is missing. `gate_kernel`, of shape
    `(3 * units, 3 * units)`, has the gates i, f, o of the step before as rows, those
    of this step as columns; it starts as `recurrent_initializer` says. With `"FGR"`
    the gates are part of the state, which is `h`, `c`, `i`, `f`, `o`.

    Args:
        units: Positive integer, size of the hidden state and of the cell.
        variant: One of the names above. There is no default.
        **kwargs: Every other argument of `PeepholeLSTMCell`. Without a forget gate,
            `unit_forget_bias` acts on nothing.

    Call arguments:
        inputs: Tensor of shape `(batch, features)`.
        states: List of tensors of shape `(batch, units)`: `h` and `c`, with `"FGR"`
            `h`, `c`, `i`, `f` and `o`.
        training: Boolean, whether dropout is active.

    Returns:
        Tensor of shape `(batch, units)`, and the list of the new states.

    Raises:
        ValueError: `units` is not a positive integer, or the variant is unknown (the
            nearest name is suggested).

    Example:

    >>> import numpy as np
    >>> cell = LSTMVariantCell(4, variant="CIFG")
    >>> layer = keras.layers.RNN(cell)
    >>> tuple(layer(np.zeros((32, 10, 8), "float32")).shape)
    (32, 4)
    >>> tuple(cell.kernel.shape)
    (8, 12)
    """

    def __init__(self, units: int, variant: str | None = None, **kwargs: Any) -> None:
        if variant not in VARIANTS:
            hint = "" if variant is None else nearest(variant, VARIANTS)
            raise ValueError(
                f"Unknown LSTM variant {variant!r}.{hint} "
                f"Expected one of {', '.join(map(repr, VARIANTS))}."
            )
        super().__init__(units, **kwargs)
        self.variant = variant
        missing = {"NIG": "i", "NFG": "f", "CIFG": "f", "NOG": "o"}.get(variant, "-")
        self.blocks = "ifco".replace(missing, "")
        self.peepholes = "" if variant == "NP" else "ifo".replace(missing, "")
        if variant == "FGR":
            self.state_names = ("h", "c", "i", "f", "o")
            self.state_size = [self.units] * 5

    def build(self, input_shape: tuple[Any, ...]) -> None:
        super().build(input_shape)
        if self.variant == "FGR":
            self.gate_kernel = self.add_weight(
                shape=(3 * self.units, 3 * self.units),
                name="gate_kernel",
                initializer=self.recurrent_initializer,
                regularizer=self.recurrent_regularizer,
                constraint=self.recurrent_constraint,
            )

    def call(
        self,
        inputs: keras.KerasTensor,
        states: list[keras.KerasTensor],
        training: bool = False,
    ) -> tuple[keras.KerasTensor, list[keras.KerasTensor]]:
        h_previous, c_previous, *gates_previous = states  # (batch, units) each
        s = self.sums(inputs, h_previous, training)
        if gates_previous:
            s |= self._gate_sums(s, gates_previous)
        one = ops.ones_like(c_previous)

        i = one if self.variant == "NIG" else self.gate("i", s, c_previous)
        if self.variant == "CIFG":
            f = one - i
        else:
            f = one if self.variant == "NFG" else self.gate("f", s, c_previous)
        g = s["c"] if self.variant == "NIAF" else self.activation(s["c"])
        c = f * c_previous + i * g
        o = one if self.variant == "NOG" else self.gate("o", s, c)
        h = o * (c if self.variant == "NOAF" else self.activation(c))
        return h, [h, c, i, f, o] if gates_previous else [h, c]

    def _gate_sums(self, sums, gates_previous):
        """The sums of i, f and o with what the gates of the step before add."""
        gates = ops.concatenate(gates_previous, axis=-1)  # (batch, 3 * units)
        added = ops.split(ops.matmul(gates, self.gate_kernel), 3, axis=-1)
        return {name: sums[name] + one for name, one in zip("ifo", added, strict=True)}

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "variant": self.variant}
