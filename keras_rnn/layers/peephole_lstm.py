"""An LSTM whose gates also see the cell."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from keras_rnn.layers.checks import check_positive_integer


@keras.saving.register_keras_serializable(package="keras_rnn")
class PeepholeLSTMCell(keras.layers.LSTMCell):
    """LSTM cell with peephole connections.

    In an LSTM, the gates see the input and the hidden state, but not the cell `c`
    that they guard: while the output gate is closed, they know nothing of it. Here
    each gate also sees the cell of its own unit, by one weight `p` each. The input
    and the forget gate look at the cell before the step, the output gate at the new
    one:

    ```
    i_t = sigma(W_i x_t + R_i h_{t-1} + p_i * c_{t-1} + b_i)
    f_t = sigma(W_f x_t + R_f h_{t-1} + p_f * c_{t-1} + b_f)
    c_t = f_t * c_{t-1} + i_t * tanh(W_c x_t + R_c h_{t-1} + b_c)
    o_t = sigma(W_o x_t + R_o h_{t-1} + p_o * c_t + b_o)
    h_t = o_t * tanh(c_t)
    ```

    Gers and Schmidhuber (2000), *Recurrent nets that time and count*; these are the
    equations of the "vanilla LSTM" of Greff et al. (2015), arXiv:1503.04069, section 2.

    `kernel`, `recurrent_kernel` and `bias` are those of `keras.layers.LSTM`, blocks in
    its order i, f, c, o. After them comes `peephole`, of shape `(3 * units,)`, in the
    order i, f, o: `cell.set_weights([*lstm.get_weights(), peephole])`. With
    `peephole = 0`, where it starts by default, the cell is Keras's.

    Args:
        units: Positive integer, size of the hidden state and of the cell.
        peephole_initializer: Initializer of the peephole weights. Default: `"zeros"`.
        peephole_regularizer: Regularizer of the peephole weights. Default: `None`.
        peephole_constraint: Constraint on the peephole weights. Default: `None`.
        **kwargs: Every other argument of `keras.layers.LSTMCell`, with its meaning and
            default. `dropout` and `recurrent_dropout` draw one mask for all gates.

    Call arguments:
        inputs: Tensor of shape `(batch, features)`.
        states: List of two tensors of shape `(batch, units)`: `h` and `c`.
        training: Boolean, whether dropout is active.

    Returns:
        Tensor of shape `(batch, units)`, and the list of the new states.

    Raises:
        ValueError: `units` is not a positive integer.

    Example:

    >>> import numpy as np
    >>> layer = keras.layers.RNN(PeepholeLSTMCell(4), return_sequences=True)
    >>> tuple(layer(np.zeros((32, 10, 8), "float32")).shape)
    (32, 10, 4)
    """

    # What has weights, in the order of the weights.
    blocks = "ifco"
    peepholes = "ifo"
    state_names: tuple[str, ...] = ("h", "c")

    def __init__(
        self,
        units: int,
        peephole_initializer: Any = "zeros",
        peephole_regularizer: Any = None,
        peephole_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        check_positive_integer("units", units)
        super().__init__(units, **kwargs)
        self.dropout_mask_count = None
        self.peephole_initializer = keras.initializers.get(peephole_initializer)
        self.peephole_regularizer = keras.regularizers.get(peephole_regularizer)
        self.peephole_constraint = keras.constraints.get(peephole_constraint)

    def build(self, input_shape: tuple[Any, ...]) -> None:
        columns = len(self.blocks) * self.units
        self.kernel = self.add_weight(
            shape=(input_shape[-1], columns),
            name="kernel",
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        self.recurrent_kernel = self.add_weight(
            shape=(self.units, columns),
            name="recurrent_kernel",
            initializer=self.recurrent_initializer,
            regularizer=self.recurrent_regularizer,
            constraint=self.recurrent_constraint,
        )
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                shape=(columns,),
                name="bias",
                initializer=self._initial_bias,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )
        if self.peepholes:
            self.peephole = self.add_weight(
                shape=(len(self.peepholes) * self.units,),
                name="peephole",
                initializer=self.peephole_initializer,
                regularizer=self.peephole_regularizer,
                constraint=self.peephole_constraint,
            )

    def _initial_bias(self, shape, dtype=None):
        ones = keras.initializers.Ones()
        return ops.concatenate(
            [
                (ones if block == "f" and self.unit_forget_bias else start)(
                    (self.units,), dtype=dtype
                )
                for block in self.blocks
                for start in [self.bias_initializer]
            ]
        )

    def call(
        self,
        inputs: keras.KerasTensor,
        states: list[keras.KerasTensor],
        training: bool = False,
    ) -> tuple[keras.KerasTensor, list[keras.KerasTensor]]:
        h_previous, c_previous = states  # (batch, units) each
        s = self.sums(inputs, h_previous, training)
        i = self.gate("i", s, c_previous)
        f = self.gate("f", s, c_previous)
        c = f * c_previous + i * self.activation(s["c"])
        o = self.gate("o", s, c)
        h = o * self.activation(c)
        return h, [h, c]

    def sums(
        self,
        inputs: keras.KerasTensor,
        h_previous: keras.KerasTensor,
        training: bool = False,
    ) -> dict[str, keras.KerasTensor]:
        """Return `W x + R h + b` of each block.

        Args:
            inputs: Tensor of shape `(batch, features)`.
            h_previous: Tensor of shape `(batch, units)`.
            training: Boolean, whether dropout is active.

        Returns:
            Dict from the block's letter to a tensor of shape `(batch, units)`.
        """
        if training and self.dropout:
            inputs = inputs * self.get_dropout_mask(inputs)
        if training and self.recurrent_dropout:
            h_previous = h_previous * self.get_recurrent_dropout_mask(h_previous)
        sums = ops.matmul(inputs, self.kernel)
        sums = sums + ops.matmul(h_previous, self.recurrent_kernel)
        if self.use_bias:
            sums = sums + self.bias
        parts = ops.split(sums, len(self.blocks), axis=-1)
        return dict(zip(self.blocks, parts, strict=True))

    def gate(
        self, name: str, sums: dict[str, keras.KerasTensor], c: keras.KerasTensor
    ) -> keras.KerasTensor:
        """Return the gate of that letter, which sees the cell `c`."""
        total = sums[name]
        if name in self.peepholes:
            start = self.peepholes.index(name) * self.units
            total = total + self.peephole[start : start + self.units] * c
        return self.recurrent_activation(total)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "peephole_initializer": keras.initializers.serialize(
                self.peephole_initializer
            ),
            "peephole_regularizer": keras.regularizers.serialize(
                self.peephole_regularizer
            ),
            "peephole_constraint": keras.constraints.serialize(
                self.peephole_constraint
            ),
        }
