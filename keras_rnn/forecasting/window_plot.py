"""The picture of a few windows: inputs, labels and what a model predicts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from keras_rnn.errors import UserError, nearest

if TYPE_CHECKING:
    import keras
    from matplotlib.figure import Figure

    from keras_rnn.forecasting.scaling import Scaler
    from keras_rnn.forecasting.windows import Windows


def plot_windows(
    windows: Windows,
    model: keras.Model | None = None,
    column: str | None = None,
    max_examples: int = 3,
    scaler: Scaler | None = None,
) -> Figure:
    """Draw inputs, labels and predictions of windows spread over the series.

    Args:
        windows: `Windows`.
        model: Keras model that takes the inputs. Default: `None`.
        column: String, which column to draw. Default: the first label column.
        max_examples: Integer, how many windows at most. Default: `3`.
        scaler: `Scaler` of the frame, to draw physical units. Default: `None`.

    Returns:
        `matplotlib.figure.Figure`.

    Raises:
        UserError: No such column, or predictions of an unexpected shape.
    """
    import matplotlib.pyplot as plt

    column = _column(windows, column)
    places = windows.spread(max_examples)
    batch = windows.gather(places)
    inputs, labels = batch if isinstance(batch, tuple) else (batch, None)
    predictions = None
    if model is not None:
        predictions = _of_column(windows, model.predict_on_batch(inputs), column)
    figure, rows = plt.subplots(
        len(places),
        figsize=(9, 0.8 + 2.4 * len(places)),
        layout="constrained",
        squeeze=False,
    )
    unit = column if scaler is not None else f"{column}, as in the frame"
    figure.supylabel(unit)
    restore = _restorer(scaler, column)
    for row, (place, axes) in enumerate(zip(places, rows[:, 0], strict=True)):
        input_times = windows.input_times(place)
        if column in windows.input_columns:
            values = inputs[row, :, windows.input_columns.index(column)]
            axes.plot(input_times, restore(values), ".-", label="inputs", zorder=-10)
        label_times = windows.label_times(place)
        if labels is not None and column in windows.label_columns:
            values = labels[row, :, windows.label_columns.index(column)]
            _scatter(axes, label_times, restore(values), "labels", "o", "#2ca02c")
        if predictions is not None:
            values = restore(predictions[row])
            _scatter(axes, label_times, values, "predictions", "X", "#ff7f0e")
        _name_times(axes, input_times)
    rows[0, 0].legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
    return figure


def _scatter(axes, times, values, label, marker, color):
    size = 64 if len(times) <= 30 else 16
    axes.scatter(
        times, values, s=size, marker=marker, color=color, edgecolors="k", label=label
    )


def _column(windows, column):
    if column is None:
        return (windows.label_columns or windows.input_columns)[0]
    if column not in windows.columns:
        raise UserError(
            f"There is no column {column!r} in these windows."
            f"{nearest(column, windows.columns)} Theirs are "
            f"{', '.join(map(str, windows.columns))}."
        )
    return column


def _of_column(windows, predictions, column):
    """One column's predictions of shape (windows, label_width), or None."""
    predictions = np.asarray(predictions)
    width = windows.label_width
    for columns in (windows.label_columns, windows.columns):
        shape = (len(predictions), width, len(columns))
        if width and predictions.size == np.prod(shape):
            if column not in columns:
                return None
            return predictions.reshape(shape)[:, :, columns.index(column)]
    raise UserError(
        f"The model's predictions have shape {predictions.shape}; the windows' labels "
        f"have (windows, {width}, {len(windows.label_columns)}). Give a model that "
        "was built for these windows."
    )


def _restorer(scaler, column):
    if scaler is None:
        return lambda values: values
    return lambda values: scaler.inverse(np.asarray(values)[:, None], [column])[:, 0]


def _name_times(axes, times):
    if not isinstance(times, pd.DatetimeIndex):
        axes.set_xlabel("row")
        return
    import matplotlib.dates as dates

    locator = dates.AutoDateLocator()
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(dates.ConciseDateFormatter(locator))
