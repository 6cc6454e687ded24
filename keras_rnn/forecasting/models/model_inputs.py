"""What a forecasting model has to know about the windows it is built for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import keras
from keras import ops

if TYPE_CHECKING:
    from keras_rnn.forecasting.windows import Windows


def inputs_for(windows: Windows, width: int | None = None) -> keras.KerasTensor:
    """Return a `keras.Input` for a model of these windows.

    Args:
        windows: `Windows`.
        width: Integer, input rows. Default: `None`, any number: what a model does
            that treats each row alike, so that the same weights serve one row and a
            day.
    """
    return keras.Input((width, len(windows.input_columns)), name="past")


def label_values(windows: Windows, inputs: keras.KerasTensor) -> keras.KerasTensor:
    """Return the label columns of the inputs, as a tensor of their own.

    Args:
        windows: `Windows`.
        inputs: Tensor of shape `(batch, time, input columns)`.

    Raises:
        ValueError: A label column is not among the inputs.
    """
    strangers = [c for c in windows.label_columns if c not in windows.input_columns]
    if strangers:
        raise ValueError(
            f"The model goes on from past values, and {strangers[0]!r} is not among "
            "the input columns. Add it to the windows' input_columns."
        )
    places = [windows.input_columns.index(name) for name in windows.label_columns]
    return ops.take(inputs, places, axis=2)


def outputs_of(windows: Windows) -> int:
    """Return how many columns a model of these windows predicts.

    Args:
        windows: `Windows`.
    """
    return len(windows.label_columns)
