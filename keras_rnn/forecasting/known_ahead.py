"""Columns whose future is known: which they are, and the rows to come with them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from keras_rnn.errors import UserError, nearest
from keras_rnn.forecasting.time_steps import (
    infer_step,
    next_time_stamps,
    span_text,
    step_text,
)

# The part of a step by which a clock may jitter.
_OFF = 0.25
# The longest hole that `resample` fills: so many empty rows at the end are one.
_HOLE = 3


@dataclass(frozen=True, eq=False)
class KnownAhead:
    """What is known of the rows that are to be forecast.

    Attributes:
        columns: Tuple of strings, the columns whose future is known.
        history: DataFrame, the readings up to the last one of the target.
        future: DataFrame of `columns`, the rows after them; `None` for none.
        remarks: Tuple of strings, what was found out where nobody said.
    """

    columns: tuple[str, ...]
    history: pd.DataFrame
    future: pd.DataFrame | None = None
    remarks: tuple[str, ...] = field(default=())


def find_known_ahead(
    frame: pd.DataFrame,
    target: str,
    known_ahead: str | Iterable[str] | None = None,
    future: pd.DataFrame | None = None,
) -> KnownAhead:
    """Tell the readings from the rows to come, and which columns these know.

    Rows at the end of a table whose target is empty are rows to come. Where the columns
    are not named, they are those of `future`, or, in more than three empty rows at the
    end, those that are filled throughout.

    Args:
        frame: DataFrame of readings, indexed by time stamps, perhaps with rows to come.
        target: String, the column to forecast.
        known_ahead: String or iterable of strings, the columns. Default: `None`, they
            are looked for.
        future: DataFrame of further rows to come, indexed by time stamps of the same
            clock, with at least these columns. Default: `None`.

    Returns:
        `KnownAhead`, whose future begins right after the last reading, has its step and
        misses no value.

    Raises:
        UserError: No such column, the target itself, columns of which it cannot be told
            whether their future is known, or a future that does not follow.

    Example:

    >>> days = pd.date_range("2024-05-01", periods=6, freq="D")
    >>> frame = pd.DataFrame(
    ...     {"sold": [5.0, 3, 4, 6, None, None], "price": [2.0, 3, 2, 2, 2, 3]}, days
    ... )
    >>> found = find_known_ahead(frame, "sold", ["price"])
    >>> len(found.history), found.future["price"].tolist()
    (4, [2.0, 3.0])
    """
    remarks: list[str] = []
    history, ahead = split_at_last_reading(frame, target)
    if known_ahead is not None:
        columns = checked_names(known_ahead, frame.columns, target)
    elif future is not None:
        columns = _columns_of(future, frame.columns, target)
        remarks.append(f"known ahead, as the future rows say: {_listed(columns)}")
    else:
        columns = _detected(history, ahead, target, remarks)
    if not columns:
        return KnownAhead((), frame, None, tuple(remarks))
    rows = _joined(ahead, future, columns)
    if rows is not None:
        check_future(rows, history.index, columns)
    return KnownAhead(columns, history, rows, tuple(remarks))


def checked_names(
    known_ahead: str | Iterable[str], columns: Iterable[str], target: str
) -> tuple[str, ...]:
    """Return the names of columns that are known ahead, each once.

    Args:
        known_ahead: String or iterable of strings.
        columns: Iterable of strings, the columns that there are.
        target: String, the column to forecast.

    Raises:
        UserError: There is no such column, or it is the target.
    """
    names = [known_ahead] if isinstance(known_ahead, str) else list(known_ahead)
    columns = list(columns)
    for name in names:
        if name == target:
            raise UserError(
                f"`known_ahead` names {name!r}, the column to forecast: what is "
                "forecast is not known ahead. Leave it out."
            )
        if name not in columns:
            others = [column for column in columns if column != target]
            raise UserError(
                f"`known_ahead` names a column {name!r}, and there is none of numbers."
                f"{nearest(name, others)} The columns are: {_listed(others)}."
            )
    return tuple(dict.fromkeys(names))


def split_at_last_reading(
    frame: pd.DataFrame, target: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows up to the last value of the target, and those after it.

    Args:
        frame: DataFrame, sorted by time.
        target: String, a column of it.

    Returns:
        `(history, ahead)`; all rows and none where the target has no value.
    """
    filled = np.flatnonzero(frame[target].notna().to_numpy())
    rows = filled[-1] + 1 if len(filled) else len(frame)
    return frame.iloc[:rows], frame.iloc[rows:]


def check_future(
    future: pd.DataFrame, index: pd.DatetimeIndex, columns: Sequence[str]
) -> None:
    """Raise a `UserError` unless rows follow others, step by step, and miss nothing.

    Args:
        future: DataFrame of the rows to come.
        index: `pandas.DatetimeIndex` of the readings before them.
        columns: Sequence of strings, what has to have a value in each row.
    """
    for name in columns:
        if name not in future.columns:
            raise UserError(
                f"The future rows have no column {name!r}, which is known ahead."
                f"{nearest(name, future.columns)} Their columns are: "
                f"{_listed(future.columns)}."
            )
    if not len(future):
        raise UserError("The future has no rows: give those that are to be forecast.")
    expected = next_time_stamps(index, len(future))
    longest = _OFF * infer_step(index)
    off = np.abs(future.index - expected) > longest
    if off.any():
        raise UserError(_does_not_follow(future.index, index, expected, off))
    empty = ~np.isfinite(future[list(columns)].to_numpy("float64"))
    if empty.any():
        row, place = np.argwhere(empty)[0]
        raise UserError(
            f"The future rows have no value of {columns[place]!r} at "
            f"{future.index[row]}, and it is known ahead"
            f"{f' ({empty.sum()} values are missing)' if empty.sum() > 1 else ''}. "
            "Fill it in."
        )


def check_length(rows: int, horizon: int, last: object, columns: Sequence[str]) -> None:
    """Raise a `UserError` unless the future is known for each step of a forecast.

    Args:
        rows: Integer, rows of the future that are known.
        horizon: Integer, rows to forecast.
        last: The last time stamp that has to be known.
        columns: Sequence of strings, what is known ahead.
    """
    if rows < horizon:
        what = f"{rows} rows" if rows else "no row"
        raise UserError(
            f"{horizon} rows are forecast, up to {last}, and the future of "
            f"{_listed(columns)} is given for {what}. Give it as `future`, or as rows "
            "at the end whose target is empty"
            + (f"; or choose `horizon={rows}`." if rows else ".")
        )


def _columns_of(future, columns, target):
    """What the future rows and the readings both have."""
    both = [name for name in future.columns if name in columns and name != target]
    if not both:
        raise UserError(
            f"The future rows have no column of the data: theirs are "
            f"{_listed(future.columns)}, those of the data {_listed(columns)}."
        )
    return tuple(both)


def _detected(history, ahead, target, remarks):
    """The columns that are filled in the empty rows at the end."""
    others = [name for name in ahead.columns if name != target]
    filled = ahead[others].notna().sum()
    whole = tuple(name for name in others if filled[name] == len(ahead))
    if not len(ahead) or not filled.any():
        return ()
    rows = f"the last {len(ahead)} rows have no {target!r}"
    if len(ahead) <= _HOLE:
        remarks.append(
            f"{rows}, and are filled as a hole; if they are to be forecast and "
            f"{_listed(name for name in others if filled[name])} is known ahead, name "
            "it as `known_ahead`"
        )
        return ()
    partly = [name for name in others if 0 < filled[name] < len(ahead)]
    if partly:
        raise UserError(
            f"{rows[0].upper()}{rows[1:]} from {ahead.index[0]} on, and column "
            f"{partly[0]!r} has {filled[partly[0]]} values there: name what is known "
            "ahead as `known_ahead`, or leave off these rows."
        )
    remarks.append(
        f"{rows}: taken as the rows to forecast, with {_listed(whole)} known ahead "
        f"(from {ahead.index[0]} on)"
    )
    return whole


def _joined(ahead, future, columns):
    """Empty rows at the end of the readings, and then the rows that were given."""
    if future is None:
        return ahead[list(columns)] if len(ahead) else None
    missing = [name for name in columns if name not in future.columns]
    if missing:
        check_future(future, future.index, columns)
    if not len(ahead) or not len(future):
        return future[list(columns)]
    before = ahead[ahead.index < future.index[0]]
    if not len(before):
        return future[list(columns)]
    return pd.concat([before[list(columns)], future[list(columns)]])


def _does_not_follow(future, index, expected, off):
    """What is wrong with the time stamps of the rows to come, in one line."""
    place = int(np.argmax(off))
    step = step_text(index)
    if place == 0:
        return (
            f"The future rows begin at {future[0]}, and the first row after the last "
            f"reading, {index[-1]}, is {expected[0]}. Give the rows from there on."
        )
    difference = future[place] - future[place - 1]
    if place == 1:
        return (
            f"The future rows are {span_text(difference)} apart at {future[place]}, "
            f"and those of the data {step}. Give rows of the same step."
        )
    if future[place] > expected[place]:
        return (
            f"The future rows have a gap before {future[place]}: {expected[place]} is "
            "missing. Give each row."
        )
    return (
        f"The future rows do not fall on the steps of the data, {step}: "
        f"{future[place]} stands where {expected[place]} should. Give each row."
    )


def _listed(names, most=8):
    names = [repr(name) for name in names]
    more = [f"and {len(names) - most} more"] if len(names) > most else []
    return ", ".join(names[:most] + more)
