"""Rows of a stream, one by one, as the preparation makes them of a table."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from keras_rnn.datasets.tables.separators import is_missing
from keras_rnn.errors import UserError
from keras_rnn.forecasting.features import WEEK, period_length
from keras_rnn.forecasting.preparation import Preparation
from keras_rnn.forecasting.time_steps import months_in_span, parse_span

# From how many readings the step of a finer stream is taken.
_OF_STEP = 64
# What a sum is missing where fewer readings than this share of the usual are there.
_LEAST_OF_SUM = 0.9
_SUNDAY = 3  # 1970-01-04, days after the first of 1970
# What cannot be read in two ways, as 3/4/2024 can; and no 17:00, which is any day's.
_ISO = re.compile(r"\s*(\d{4}-\d\d(-\d\d([T ].*)?)?|\d{8}([T ].*)?)$")


class Readings:
    """Raw readings as they come, and the rows that they make: of each hour, say, one.

    Rows that are not thinned are passed on as they are.

    Args:
        preparation: `Preparation` of a forecaster.

    Raises:
        UserError: Finer readings would have to be made to months.
    """

    def __init__(self, preparation: Preparation) -> None:
        self.columns = list(preparation.columns)
        self.aggregate = preparation.aggregate
        self.from_start = preparation.marks == "start"
        self.width = 0
        if self.aggregate:
            if months_in_span(preparation.every):
                raise UserError(
                    "The forecaster learned from finer rows that were made to months, "
                    "which a stream is not. Fit one on the months themselves."
                )
            self.width = parse_span(preparation.every, "every").as_unit("ns").value
        self.stamps: list[int] = []  # of the interval that is open
        self.values: list[list[float]] = []
        self.recent: list[int] = []

    def add(self, stamp: int, values: np.ndarray) -> list[tuple[int, np.ndarray]]:
        """Take in a reading; return the rows that are complete with it.

        Args:
            stamp: Integer, nanoseconds since 1970, later than any before.
            values: Float array, one for each raw column.

        Returns:
            List of pairs of stamp and values; at most two.
        """
        if not self.width:
            return [(stamp, values)]
        rows = []
        self.recent = [*self.recent[1 - _OF_STEP :], stamp]
        step = self._step()
        end = self._end(stamp, step)
        if self.stamps and self._end(self.stamps[0], step) < end:
            rows.append(self._close(step))
        self.stamps.append(stamp)
        self.values.append([float(one) for one in values])
        reached = stamp + step >= end if self.from_start else stamp > end - step
        at_end = stamp == end and not self.from_start
        if (step and reached) or at_end:
            rows.append(self._close(step))
        return rows

    def _step(self) -> int:
        """The usual distance of readings; 0 while it is not known."""
        if len(self.recent) < 3:
            return 0
        steps, counts = np.unique(np.diff(self.recent), return_counts=True)
        return int(steps[np.argmax(counts)])

    def _end(self, stamp: int, step: int) -> int:
        """The end of the interval that a reading belongs to."""
        anchor, day = 0, WEEK.as_unit("ns").value // 7
        if self.width % (7 * day) == 0:
            # Of daily rows the week ends with Sunday's, of finer ones at its midnight.
            anchor = (_SUNDAY if step >= day else _SUNDAY + 1) * day
        behind = stamp - anchor
        if self.from_start:
            return (behind // self.width + 1) * self.width + anchor
        return -(-behind // self.width) * self.width + anchor

    def _close(self, step: int) -> tuple[int, np.ndarray]:
        """The row of the open interval, which is over."""
        end = self._end(self.stamps[0], step)
        table = np.array(self.values)
        # How many there should be is not known yet at the very beginning.
        usual = self.width / step if step else np.inf
        row = np.full(len(self.columns), np.nan)
        for place, name in enumerate(self.columns):
            known = table[:, place][np.isfinite(table[:, place])]
            how = self.aggregate.get(name, "last")
            if how == "sum":
                if len(known) >= _LEAST_OF_SUM * usual:
                    row[place] = known.sum()
            elif len(known):
                row[place] = known[-1] if how == "last" else _REDUCED[how](known)
        self.stamps, self.values = [], []
        return end, row

    def state(self) -> dict[str, Any]:
        """Return what `restore` takes, ready for JSON."""
        return {"stamps": self.stamps, "values": self.values, "recent": self.recent}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from a state.

        Args:
            state: Mapping, what `state` returned.
        """
        self.stamps, self.recent = list(state["stamps"]), list(state["recent"])
        self.values = [list(row) for row in state["values"]]


_REDUCED: dict[str, Callable[[np.ndarray], Any]] = {
    "mean": np.mean,
    "min": np.min,
    "max": np.max,
}


class RowFeatures:
    """What a model sees of rows: `Preparation.transform` on arrays, in microseconds.

    Args:
        preparation: `Preparation` of a forecaster.
        target: String, the column that is forecast.
    """

    def __init__(self, preparation: Preparation, target: str) -> None:
        self.periods = [
            period_length(period).as_unit("ns").value for period in preparation.periods
        ]
        columns = list(preparation.columns)
        self.width = len(columns)
        vectors: dict[
            str, Any
        ] = {}  # of each component of a wind, its speed and the function
        if "wd (deg)" in columns:
            for speed, x, y in _WIND:
                if speed in columns:
                    vectors |= {x: (speed, np.cos), y: (speed, np.sin)}
        self.direction = columns.index("wd (deg)") if vectors else -1
        self.sources: list[tuple[int, Any]] = []
        clock = [f"{name} {of}" for name in preparation.periods for of in _OF]
        for name in preparation.features[: len(preparation.features) - len(clock)]:
            speed, function = vectors.get(name, (name, None))
            self.sources.append((columns.index(speed), function))
        self.target = list(preparation.features).index(target)

    def of(self, stamps: np.ndarray, values: np.ndarray) -> np.ndarray:
        """Return the features of rows.

        Args:
            stamps: Integer array, nanoseconds since 1970, one for each row.
            values: Float array of shape `(rows, raw columns)`.

        Returns:
            Float array of shape `(rows, features)`.
        """
        made = []
        for place, function in self.sources:
            column = values[:, place]
            if function is not None:
                column = column * function(np.deg2rad(values[:, self.direction]))
            made.append(column)
        for period in self.periods:
            angle = 2 * np.pi * (stamps % period) / period
            made += [np.sin(angle), np.cos(angle)]
        return np.stack(made, axis=1)

    def readings_of(self, features: np.ndarray) -> np.ndarray:
        """Return raw columns that have given features, as far as these tell.

        Args:
            features: Float array of shape `(rows, features)`.

        Returns:
            Float array of shape `(rows, raw columns)`; the wind's from its vectors.
        """
        values = np.full((len(features), self.width), np.nan)
        for place, (column, function) in enumerate(self.sources):
            if function is None:
                values[:, column] = features[:, place]
            elif function is np.cos:  # its sine is the next
                x, y = features[:, place], features[:, place + 1]
                values[:, column] = np.hypot(x, y)
                values[:, self.direction] = np.rad2deg(np.arctan2(y, x))
        return values


_OF = ("sin", "cos")
_WIND = [("wv (m/s)", "Wx", "Wy"), ("max. wv (m/s)", "max Wx", "max Wy")]


def carried_forward(values: np.ndarray, most: int) -> np.ndarray:
    """Return rows with short holes filled by the value before them.

    Args:
        values: Float array of shape `(rows, columns)`, NaN where one is missing.
        most: Integer, the longest hole to fill; none of a longer one is.

    Example:

    >>> nan = np.nan
    >>> carried_forward(np.array([[1.0, nan, 3.0, nan, nan]]).T, 1).ravel().tolist()
    [1.0, 1.0, 3.0, nan, nan]
    """
    missing = np.isnan(values)
    if not missing.any():
        return values
    rows = np.arange(len(values))[:, None]
    last = np.maximum.accumulate(np.where(missing, -1, rows), axis=0)
    turned = np.where(missing, len(values), rows)[::-1]
    following = np.minimum.accumulate(turned, axis=0)[::-1]
    fill = missing & (last >= 0) & (following - last - 1 <= most)
    columns = np.broadcast_to(np.arange(values.shape[1]), values.shape)
    return np.where(fill, values[np.maximum(last, 0), columns], values)


def index_of(stamps: np.ndarray | list[int]) -> pd.DatetimeIndex:
    """Return stamps of nanoseconds since 1970 as `pandas.DatetimeIndex`.

    Args:
        stamps: Integer array or list.
    """
    return pd.DatetimeIndex(np.asarray(stamps, "int64").view("datetime64[ns]"))


def is_time(value: Any) -> bool:
    """Return whether a text begins as a time stamp of ISO 8601 does.

    >>> [is_time(one) for one in ("2024-12-31 23:00", "23:00", "31.12.2024", 5)]
    [True, False, False, False]
    """
    return isinstance(value, str) and _ISO.match(value) is not None


def time_stamp(time: Any) -> pd.Timestamp:
    """Return a time as a stamp of nanoseconds.

    Args:
        time: String in ISO 8601, or what pandas knows as a time.

    Raises:
        UserError: It is neither.
    """
    stamp: Any = pd.NaT
    if is_time(time) or not isinstance(time, (str, int, float)):
        try:
            stamp = pd.Timestamp(time)
            stamp = stamp if stamp is pd.NaT else stamp.as_unit("ns")
        except (ValueError, TypeError):
            stamp = pd.NaT
    if stamp is pd.NaT:
        raise UserError(f"{time!r} is no time stamp: write it as 2024-12-31 23:00:00.")
    return stamp


def reading_of(values: Mapping[str, Any], name: str) -> float:
    """Return a column's number in a row; NaN where it is missing or says so.

    Args:
        values: Mapping from column to number, or its text.
        name: String.

    Raises:
        UserError: It is no number.
    """
    value = values.get(name)
    if value is None or (isinstance(value, str) and is_missing(value)):
        return np.nan
    try:
        number = float(value)
    except (TypeError, ValueError):
        comma = isinstance(value, str) and "," in value
        hint = " Write it with a decimal point." if comma else ""
        raise UserError(
            f"Column {name!r} is {value!r}, which is no number.{hint}"
        ) from None
    return number if np.isfinite(number) else np.nan
