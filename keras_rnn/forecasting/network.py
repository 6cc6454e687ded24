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

from keras_rnn.architectures import many_to_many, many_to_one
from keras_rnn.forecasting.linear_forecast import fixed_line

if TYPE_CHECKING:
    from keras_rnn.forecasting.plan import ForecastTask
    from keras_rnn.forecasting.ridge import RidgeChange

VIEWS = ("change", "level")

_LINE_PENALTY = 1e-5
# Numbers that the past says of each step ahead, where that step has inputs of its own.
_CONTEXT = 4


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

    Columns that look ahead (`task.ahead`) enter at the step that they belong to: the
    past says a few numbers of each step, and a second recurrent layer reads these
    beside what is known of it.

    ```
    head(h_n) = c_1 ... c_H              y_1      y_2           y_H
                                          |        |             |
                                  0 --> g_1 --> g_2 --> ... --> g_H
                                          |        |             |
                                      c_1, a_1  c_2, a_2      c_H, a_H    known ahead
    ```

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
    recent = past[:, -history:, :]
    last_value = recent[:, -1:, line.target]
    places = task.places_ahead(columns)
    inputs = recent
    if places:
        inputs = ops.take(
            recent, [n for n in range(columns) if n not in places], axis=2
        )
        columns -= len(places)
    change = inputs - inputs[:, -1:, :]

    outputs = []
    for view in VIEWS:
        if view == "change":
            clock = inputs[:, :, columns - task.calendar :]
            seen = layers.Concatenate()([change, clock]) if task.calendar else change
            straight = fixed_line(past, line, horizon, "fixed_line")
        else:
            seen = layers.Concatenate()([change, inputs])
            straight = _trained_line(seen, horizon)
        correction = many_to_one(
            keras.Input((history, seen.shape[-1])),
            {"cell": cell, "units": units},
            encoder=_segments(history, units, dropout, segment),
            head=_context(horizon, dropout) if places else _head(horizon, dropout),
            name=view,
        )(seen)
        if places:
            correction = _at_each_step(
                correction, past, list(places), cell, units, dropout, view
            )
        outputs.append(last_value + straight + correction)
    return keras.Model(past, ops.stack(outputs, axis=-1), name="network")


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


def _context(horizon, dropout):
    """What the past says of each step: `(batch, horizon, _CONTEXT)`."""
    return keras.Sequential(
        [
            layers.Dropout(dropout),
            layers.Dense(horizon * _CONTEXT),
            layers.Reshape((horizon, _CONTEXT)),
        ],
        name="context",
    )


def _at_each_step(context, past, places, cell, units, dropout, view):
    """A correction of each step from its context and from what is known of it."""
    horizon = context.shape[1]
    known = ops.take(past[:, -1 - horizon :, :], places, axis=2)
    to_come, now = known[:, 1:, :], known[:, :1, :]
    steps = layers.Concatenate()([context, to_come, to_come - now])
    answer = many_to_many(
        keras.Input(steps.shape[1:]),
        {"cell": cell, "units": units},
        head=keras.Sequential(
            [layers.Dropout(dropout), layers.Dense(1, kernel_initializer="zeros")],
            name="head",
        ),
        name=f"{view}_at_each_step",
    )
    return answer(steps)[:, :, 0]


def _head(horizon, dropout):
    return keras.Sequential(
        [layers.Dropout(dropout), layers.Dense(horizon, kernel_initializer="zeros")],
        name="head",
    )
