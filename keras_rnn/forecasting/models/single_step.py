"""Models of the next row's target: the first half of TensorFlow's tutorial.

Each takes `Windows` with a shift of 1 and returns an uncompiled `keras.Model` from
`(batch, time, input columns)` to `(batch, time, label columns)`. At each input row it
predicts the labels of the row after it, so that a model without memory trains on
windows of one row and can be drawn over a day. Those that look at a few rows at once
have so many rows fewer at the front. Sizes are the tutorial's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
from keras import layers

from keras_rnn.architectures import many_to_many
from keras_rnn.forecasting.models.model_inputs import (
    inputs_for,
    label_values,
    outputs_of,
)

if TYPE_CHECKING:
    from keras_rnn.forecasting.windows import Windows

# Rows that the models with a short memory look at.
CONV_WIDTH = 3


def baseline(windows: Windows) -> keras.Model:
    """Predict that nothing changes: each row's labels are the next row's.

    Example:

    >>> import numpy as np, pandas as pd
    >>> from keras_rnn.forecasting import Windows
    >>> frame = pd.DataFrame({"T": np.arange(9.0), "p": 0.0})
    >>> model = baseline(Windows(frame, 3, 3, shift=1, label_columns=["T"]))
    >>> model.predict(np.ones((1, 3, 2)) * [7, 0], verbose=0).shape
    (1, 3, 1)
    """
    inputs = inputs_for(windows)
    return keras.Model(inputs, label_values(windows, inputs), name="baseline")


def linear(windows: Windows) -> keras.Model:
    """One linear layer from a row to the labels of the next."""
    outputs = layers.Dense(outputs_of(windows))
    return keras.Sequential([inputs_for(windows), outputs], name="linear")


def dense(windows: Windows, units: int = 64) -> keras.Model:
    """Two hidden layers between a row and the labels of the next.

    Args:
        windows: `Windows`.
        units: Integer, size of both hidden layers. Default: `64`.
    """
    return keras.Sequential(
        [
            inputs_for(windows),
            layers.Dense(units, activation="relu"),
            layers.Dense(units, activation="relu"),
            layers.Dense(outputs_of(windows)),
        ],
        name="dense",
    )


def multi_step_dense(windows: Windows, units: int = 32) -> keras.Model:
    """Two hidden layers on all rows of a short window at once.

    It only takes windows as wide as those it was built for: `conv` is the same
    network for any width.

    Args:
        windows: `Windows`, with labels one row wide.
        units: Integer, size of both hidden layers. Default: `32`.
    """
    return keras.Sequential(
        [
            inputs_for(windows, windows.input_width),
            layers.Flatten(),
            layers.Dense(units, activation="relu"),
            layers.Dense(units, activation="relu"),
            layers.Dense(outputs_of(windows)),
            layers.Reshape((1, -1)),
        ],
        name="multi_step_dense",
    )


def conv(windows: Windows, units: int = 32, width: int = CONV_WIDTH) -> keras.Model:
    """A convolution over a few rows: `multi_step_dense` for windows of any width.

    Args:
        windows: `Windows`; `width - 1` label rows fewer than input rows fit it.
        units: Integer, filters and size of the hidden layer. Default: `32`.
        width: Integer, rows that the convolution looks at. Default: `3`.
    """
    return keras.Sequential(
        [
            inputs_for(windows),
            layers.Conv1D(units, width, activation="relu"),
            layers.Dense(units, activation="relu"),
            layers.Dense(outputs_of(windows)),
        ],
        name="conv",
    )


def recurrent(windows: Windows, cell: Any = "lstm", units: int = 32) -> keras.Model:
    """A recurrent layer that predicts the next row at every row.

    Args:
        windows: `Windows`, with as many label rows as input rows.
        cell: `"lstm"`, `"gru"`, `"simple_rnn"`, or any other `cell` of `Recurrent`.
            Default: `"lstm"`.
        units: Integer, size of the state. Default: `32`.
    """
    return many_to_many(
        inputs_for(windows),
        {"cell": cell, "units": units},
        head=layers.Dense(outputs_of(windows)),
        name=cell if isinstance(cell, str) else "recurrent",
    )


def residual(windows: Windows, cell: Any = "lstm", units: int = 32) -> keras.Model:
    """A recurrent layer that predicts the change to the next row.

    The last layer starts at zero, so that training starts from `baseline`: most of
    the next hour is the present one, and only the rest is left to learn.

    Args:
        windows: `Windows`, with as many label rows as input rows and label columns
            among the input columns.
        cell: `"lstm"`, `"gru"`, `"simple_rnn"`, or any other `cell` of `Recurrent`.
            Default: `"lstm"`.
        units: Integer, size of the state. Default: `32`.
    """
    inputs = inputs_for(windows)
    change = many_to_many(
        inputs,
        {"cell": cell, "units": units},
        head=layers.Dense(outputs_of(windows), kernel_initializer="zeros"),
        name="change",
    )
    name = f"residual_{cell if isinstance(cell, str) else 'recurrent'}"
    outputs = layers.Add()([label_values(windows, inputs), change(inputs)])
    return keras.Model(inputs, outputs, name=name)
