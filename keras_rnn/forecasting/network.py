"""The default forecasting network: several recurrent views of one past.

What a short series needs to beat naive: forecast the change from the last value; let a
linear path take the linear part (the highway of LSTNet, Lai et al. 2018); read several
rows in one recurrent step (the segments of SegRNN, Lin et al. 2023); average networks
that see different things.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
from keras import layers, ops

from keras_rnn.architectures import many_to_one

if TYPE_CHECKING:
    from keras_rnn.forecasting.plan import ForecastTask
    from keras_rnn.forecasting.ridge import RidgeChange

VIEWS = ("change", "level")

_LINE_PENALTY = 1e-5


def forecasting_network(
    task: ForecastTask,
    columns: int,
    line: RidgeChange,
    *,
    cell: Any = "gru",
    units: int = 32,
    dropout: float = 0.3,
    segment: int = 6,
) -> keras.Model:
    """Build one network for each view of the past, side by side in one model.

    ```
    y = last value + line(past) + head(h_n)
                                   |
          h_0 --> h_1 --> ... --> h_n    recurrent, one step a segment
                   |               |
                  s_1             s_n    convolution: a few rows become one vector
                  |||             |||
                x_1 x_2 x_3  ...  x_T    rows of the past
    ```

    The view "change" sees by how much each row differs from the last one, and the
    clock. It knows no level, so that a year which ends colder than it began is no
    foreign land to it, and its line is a ridge regression that is not trained any
    further. The view "level" sees the values, too, and trains a line of its own: with
    years of data, it learns what the change alone cannot tell.

    Args:
        task: `keras_rnn.forecasting.plan.ForecastTask`.
        columns: Integer, columns of the inputs, standardised.
        line: `RidgeChange`, the fixed line.
        cell: String, Keras cell or callable, the `cell` of `Recurrent`. Default:
            `"gru"`.
        units: Integer, size of the states. Default: `32`.
        dropout: Float, fraction dropped of segments and state. Default: `0.3`.
        segment: Integer, rows that one recurrent step reads: the way back in time is
            that much shorter. Default: `6`.

    Returns:
        `keras.Model` from `(batch, lookback, columns)` to
        `(batch, horizon, len(VIEWS))`.
    """
    history, horizon = task.history, task.horizon
    past = keras.Input((task.lookback, columns), name="past")
    inputs = past[:, -history:, :]
    change = inputs - inputs[:, -1:, :]
    last_value = inputs[:, -1:, line.target]

    outputs = []
    for view in VIEWS:
        if view == "change":
            clock = inputs[:, :, columns - task.calendar :]
            seen = layers.Concatenate()([change, clock]) if task.calendar else change
            straight = fixed_line(change, line, horizon, "fixed_line")
        else:
            seen = layers.Concatenate()([change, inputs])
            straight = _trained_line(seen, horizon)
        correction = many_to_one(
            keras.Input((history, seen.shape[-1])),
            {"cell": cell, "units": units},
            encoder=_segments(history, units, dropout, segment),
            head=_head(horizon, dropout),
            name=view,
        )
        outputs.append(last_value + straight + correction(seen))
    return keras.Model(past, ops.stack(outputs, axis=-1), name="network")


def fixed_line(
    change: keras.KerasTensor, line: RidgeChange, horizon: int, name: str
) -> keras.KerasTensor:
    """Apply a `RidgeChange` to changes from the last row, as a layer that never learns.

    Args:
        change: Keras tensor of shape `(batch, history, columns)`.
        line: `RidgeChange`.
        horizon: Integer, steps to forecast.
        name: String, the layer's name.

    Returns:
        Keras tensor of shape `(batch, horizon)`, the forecast change.
    """
    layer = layers.Dense(horizon, trainable=False, name=name)
    used = ops.take(change[:, -1 - line.lags : -1, :], list(line.columns), axis=2)
    outputs = layer(layers.Flatten()(used))
    layer.set_weights([line.kernel, line.bias])
    return outputs


def _trained_line(seen, horizon):
    return layers.Dense(
        horizon,
        kernel_initializer="zeros",
        kernel_regularizer=keras.regularizers.L2(_LINE_PENALTY),
    )(layers.Flatten()(seen))


def _segments(history, units, dropout, segment):
    segment = min(segment, history)
    return keras.Sequential(
        [
            # The oldest rows that fill no whole segment are left out.
            layers.Cropping1D((history % segment, 0)),
            layers.Conv1D(units, segment, strides=segment, activation="relu"),
            layers.Dropout(dropout),
        ],
        name="segments",
    )


def _head(horizon, dropout):
    return keras.Sequential(
        [layers.Dropout(dropout), layers.Dense(horizon, kernel_initializer="zeros")],
        name="head",
    )
