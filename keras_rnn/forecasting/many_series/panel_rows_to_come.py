"""Tables of rows that are still to come, in the form of the readings before them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from keras_rnn.errors import UserError
from keras_rnn.forecasting.many_series.panel_rows import PanelRows
from keras_rnn.forecasting.many_series.panel_tables import long_rows, with_flat_index
from keras_rnn.forecasting.pandas_input import take_stamps


def rows_to_come(
    data: pd.DataFrame | Mapping[object, pd.DataFrame | pd.Series],
    series_column: str | None,
    targets: Sequence[str] | None,
    target: str | None,
    time_column: str | None,
) -> PanelRows:
    """Return rows that are still to come, of a table in the form of the readings.

    Args:
        data: Long or wide DataFrame, or mapping from a series' name to its DataFrame.
        series_column: String, the column of the names in a long table, or `None`.
        targets: Sequence of strings, the series of a wide table, or `None`.
        target: String, a column that is left out where it is there, or `None`.
        time_column: String, the column of the stamps where it is there, or `None`.

    Raises:
        UserError: The table cannot be used; the message says that it is of the future.
    """
    try:
        if isinstance(data, Mapping):
            frames = {name: _named(frame) for name, frame in data.items()}
            series_column, targets = "series", None
            times = {name: _stamps(one, time_column) for name, one in frames.items()}
            data = pd.concat(
                [
                    rest.assign(series=str(name)).set_axis(stamps)
                    for name, (stamps, rest) in times.items()
                ]
            )
        frame = _named(data)
        if series_column is None:
            stamps, frame = _stamps(frame, time_column)
            series_column, count = "\0series", len(targets or ())
            places = np.tile(np.arange(len(frame)), count)
            names = np.repeat(np.array(targets, "object"), len(frame))
            frame = frame.iloc[places].set_axis(stamps.take(places))
            frame = frame.assign(**{series_column: names})
        if time_column not in frame:
            time_column = None
        # What is forecast may stand there and is not known.
        frame = with_flat_index(frame, series_column).drop(
            columns=target or "", errors="ignore"
        )
        rows = long_rows(
            frame.assign(**{"\0none": np.nan}), series_column, "\0none", time_column
        )
    except UserError as error:
        raise UserError(f"The future rows: {error}") from None
    where = rows.where
    return replace(rows, where=lambda row: f"{where(row)} of the future rows")


def _named(frame):
    if not isinstance(frame, pd.DataFrame):
        raise UserError(
            "they are a pandas DataFrame, or a dict of them, not "
            f"{type(frame).__name__}."
        )
    if frame.empty:
        raise UserError("there are none. Give those that are to be forecast.")
    return frame.set_axis([str(name) for name in frame.columns], axis="columns")


def _stamps(frame, time_column):
    return take_stamps(frame, time_column if time_column in frame else None, {})
