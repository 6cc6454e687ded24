"""Models of many rows ahead: the second half of TensorFlow's tutorial.

Each takes `Windows` and returns an uncompiled `keras.Model` from
`(batch, input_width, input columns)` to `(batch, label_width, label columns)`. The
single-shot models predict all rows at once; their last layer starts at zero, the mean
of standardised columns. The autoregressive one predicts a row at a time and goes on
from it. Sizes are the tutorial's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
from keras import layers, ops

from keras_rnn.architectures import many_to_one, one_to_many
from keras_rnn.forecasting.models.model_inputs import (
    inputs_for,
    label_values,
    outputs_of,
)

if TYPE_CHECKING:
    from keras_rnn.forecasting.windows import Windows

CONV_WIDTH = 3


def last(windows: Windows) -> keras.Model:
    """Predict that nothing changes: the last row's labels, again and again."""
    inputs = inputs_for(windows, windows.input_width)
    row = label_values(windows, inputs[:, -1:, :])
    outputs = ops.repeat(row, windows.label_width, axis=1)
    return keras.Model(inputs, outputs, name="last")


def repeat(windows: Windows) -> keras.Model:
    """Predict that the last rows come again, in their order.

    With a day in and a day out, each hour is that of yesterday. It repeats the
    whole input: a longer forecast starts over at the input's first row.
    """
    inputs = inputs_for(windows, windows.input_width)
    places = [row % windows.input_width for row in range(windows.label_width)]
    outputs = ops.take(label_values(windows, inputs), places, axis=1)
    return keras.Model(inputs, outputs, name="repeat")


def linear(windows: Windows) -> keras.Model:
    """One linear layer from the last row to all rows ahead."""
    inputs = inputs_for(windows, windows.input_width)
    return _single_shot(windows, inputs, inputs[:, -1, :], "linear")


def dense(windows: Windows, units: int = 512) -> keras.Model:
    """A hidden layer between the last row and all rows ahead.

    Args:
        windows: `Windows`.
        units: Integer, size of the hidden layer. Default: `512`.
    """
    inputs = inputs_for(windows, windows.input_width)
    hidden = layers.Dense(units, activation="relu")(inputs[:, -1, :])
    return _single_shot(windows, inputs, hidden, "dense")


def conv(windows: Windows, units: int = 256, width: int = CONV_WIDTH) -> keras.Model:
    """A convolution over the last few rows.

    Args:
        windows: `Windows`.
        units: Integer, filters. Default: `256`.
        width: Integer, rows that it looks at. Default: `3`.
    """
    inputs = inputs_for(windows, windows.input_width)
    hidden = layers.Conv1D(units, width, activation="relu")(inputs[:, -width:, :])
    return _single_shot(windows, inputs, layers.Flatten()(hidden), "conv")


def recurrent(windows: Windows, cell: Any = "lstm", units: int = 32) -> keras.Model:
    """A recurrent layer that reads all input rows, then says all rows ahead at once.

    Args:
        windows: `Windows`.
        cell: `"lstm"`, `"gru"`, `"simple_rnn"`, or any other `cell` of `Recurrent`.
            Default: `"lstm"`.
        units: Integer, size of the state. Default: `32`.
    """
    return many_to_one(
        inputs_for(windows, windows.input_width),
        {"cell": cell, "units": units},
        head=keras.Sequential(_rows_ahead(windows), name="head"),
        name=cell if isinstance(cell, str) else "recurrent",
    )


def autoregressive(
    windows: Windows, cell: Any = "lstm", units: int = 32
) -> keras.Model:
    """A recurrent layer that predicts a row at a time and reads it as the next.

    Args:
        windows: `Windows` whose label columns are the input columns: what it
            predicts is what it goes on from.
        cell: `"lstm"`, `"gru"`, `"simple_rnn"`, or any other `cell` of `Recurrent`.
            Default: `"lstm"`.
        units: Integer, size of the state. Default: `32`.

    Raises:
        ValueError: The label columns are not the input columns.
    """
    if windows.label_columns != windows.input_columns:
        raise ValueError(
            "An autoregressive model reads its own predictions, so the label columns "
            "must be the input columns, in the same order. Leave label_columns out."
        )
    return one_to_many(
        inputs_for(windows, windows.input_width),
        {"cell": cell, "units": units},
        head=layers.Dense(outputs_of(windows)),
        steps=windows.label_width,
        name=f"autoregressive_{cell if isinstance(cell, str) else 'recurrent'}",
    )


def _rows_ahead(windows):
    """Layers from one vector to all rows ahead, at zero before training."""
    numbers = windows.label_width * outputs_of(windows)
    return [
        layers.Dense(numbers, kernel_initializer="zeros"),
        layers.Reshape((windows.label_width, -1)),
    ]


def _single_shot(windows, inputs, hidden, name):
    for layer in _rows_ahead(windows):
        hidden = layer(hidden)
    return keras.Model(inputs, hidden, name=name)
