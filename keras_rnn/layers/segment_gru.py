"""SegRNN's layer: a GRU over segments of each channel, decoded all at once."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from keras_rnn.layers.part_settings import keeps_part_settings

# Steps up to which the GRU is unrolled: on a CPU that is faster than a loop.
_MOST_UNROLLED = 64


@keras.saving.register_keras_serializable(package="keras_rnn")
@keeps_part_settings
class SegmentGRU(keras.layers.Layer):
    """Forecast each channel from segments of its past (SegRNN, Lin et al. 2023).

    Every channel is forecast on its own, with the same weights. Its last value is
    subtracted, the past is cut into `n` segments of `w` steps, and one GRU reads them:

        x_i = relu(W_e (past_i - last) + b_e)          i = 1 ... n
        h_i = GRU(x_i, h_{i-1})

    From the last state the `m` segments of the future follow, not one after the other
    but all at once (the paper's parallel multi-step forecasting): the same GRU takes
    one step from `h_n`, once for each future segment, and reads where that segment is
    and which channel it belongs to:

        h'_j = GRU([position_j, channel_c], h_n)       j = 1 ... m
        future_j = W_o dropout(h'_j) + b_o + last

    Only `position_j` and `channel_c` differ between these steps, so the product of
    `h_n` with the GRU's recurrent kernel is computed once for all of them. Adding a
    constant to a channel adds it to the channel's forecast.

    Source: Lin, Lin, Wu, Wang & Wang 2023, "SegRNN: Segment Recurrent Neural Network
    for Long-Term Time Series Forecasting", arXiv:2308.11200.

    Args:
        horizon: Integer, steps to forecast. The last segment is cut where it reaches
            further.
        segment: Integer, steps in a segment. Default: `24`.
        units: Integer, size of the GRU's state and of the embedded segments, even: a
            half of it marks the position, the other the channel. Default: `128`.
        dropout: Float, rate of dropout on the decoded states. Default: `0.5`.

    Call arguments:
        inputs: Tensor `(batch, steps, channels)`; `steps` a multiple of `segment`.
        training: Boolean, whether dropout is applied.

    Returns:
        Tensor `(batch, horizon, channels)`.

    Raises:
        ValueError: An odd number of units, or steps that do not divide into segments.

    Example:

    >>> import numpy as np
    >>> layer = SegmentGRU(horizon=10, segment=4, units=8)
    >>> past = np.ones((2, 12, 3), "float32")
    >>> tuple(layer(past).shape)
    (2, 10, 3)
    """

    def __init__(
        self,
        horizon: int,
        segment: int = 24,
        units: int = 128,
        dropout: float = 0.5,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if min(horizon, segment) < 1:
            raise ValueError(
                f"horizon and segment must be 1 or more, not {horizon} and {segment}."
            )
        if units < 2 or units % 2:
            raise ValueError(
                "units must be even, half of them for the position and half for the "
                f"channel: not {units}."
            )
        self.horizon, self.segment = horizon, segment
        self.units, self.dropout = units, dropout
        self.future_segments = -(-horizon // segment)
        dtype = self.dtype_policy
        self._embed = keras.layers.Dense(
            units, activation="relu", dtype=dtype, name="embed"
        )
        self._gru = keras.layers.GRU(units, dtype=dtype, name="gru")
        self._drop = keras.layers.Dropout(dropout, dtype=dtype, name="dropout")
        self._values = keras.layers.Dense(segment, dtype=dtype, name="values")

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        _, steps, channels = input_shape
        if steps is None or channels is None:
            raise ValueError(
                "SegmentGRU needs a fixed number of steps and channels, not inputs of "
                f"shape {tuple(input_shape)}."
            )
        if steps % self.segment or not steps:
            raise ValueError(
                f"{steps} steps do not divide into segments of {self.segment}. Choose "
                "a segment that divides the number of steps."
            )
        self._past_segments = steps // self.segment
        self._gru.unroll = self._past_segments <= _MOST_UNROLLED
        self._embed.build((None, self._past_segments, self.segment))
        self._gru.build((None, self._past_segments, self.units))
        self._values.build((None, channels, self.future_segments, self.units))
        half = self.units // 2
        self._positions = self.add_weight(
            (self.future_segments, half), initializer="random_normal", name="positions"
        )
        self._channels = self.add_weight(
            (channels, half), initializer="random_normal", name="channels"
        )

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        channels = inputs.shape[-1]
        last = inputs[:, -1:, :]  # (batch, 1, channels)
        past = ops.transpose(inputs - last, (0, 2, 1))
        # (batch * channels, past segments, segment)
        past = ops.reshape(past, (-1, self._past_segments, self.segment))
        state = self._gru(self._embed(past))
        state = ops.reshape(state, (-1, channels, self.units))
        decoded = self._drop(self._decode(state), training=training)
        future = self._values(decoded)  # (batch, channels, future segments, segment)
        future = ops.reshape(
            future, (-1, channels, self.future_segments * self.segment)
        )
        return ops.transpose(future[:, :, : self.horizon], (0, 2, 1)) + last

    def _decode(self, state):
        """One step of the GRU for every future segment: the states after it."""
        cell = self._gru.cell
        positions = ops.broadcast_to(
            self._positions[None],
            (self._channels.shape[0], *self._positions.shape),
        )
        channels = ops.broadcast_to(self._channels[:, None], positions.shape)
        # (channels, future segments, units)
        marks = ops.concatenate([positions, channels], axis=-1)
        marks = ops.cast(marks, state.dtype)
        bias, recurrent_bias = ops.unstack(ops.cast(cell.bias, state.dtype), axis=0)
        kernel = ops.cast(cell.kernel, state.dtype)
        recurrent_kernel = ops.cast(cell.recurrent_kernel, state.dtype)
        # (1, channels, future segments, 3 units) and (batch, channels, 1, 3 units)
        from_marks = (ops.matmul(marks, kernel) + bias)[None]
        from_state = (ops.matmul(state, recurrent_kernel) + recurrent_bias)[:, :, None]
        update, reset, new = ops.split(from_marks, 3, axis=-1)
        update_h, reset_h, new_h = ops.split(from_state, 3, axis=-1)
        update = ops.sigmoid(update + update_h)
        reset = ops.sigmoid(reset + reset_h)
        new = ops.tanh(new + reset * new_h)
        return update * state[:, :, None] + (1 - update) * new

    def compute_output_shape(
        self, input_shape: tuple[int | None, ...]
    ) -> tuple[int | None, ...]:
        return (input_shape[0], self.horizon, input_shape[2])

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {
            "horizon": self.horizon,
            "segment": self.segment,
            "units": self.units,
            "dropout": self.dropout,
        }
