"""Runs of rows without a gap or a missing value, and the windows that fit into them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from keras_rnn.errors import UserError, nearest
from keras_rnn.forecasting.time_steps import (
    GAP,
    nanoseconds,
    parse_span,
    steps_between,
)


def gaps_between(
    index: pd.Index, max_step: str | pd.Timedelta | None = None
) -> np.ndarray:
    """Return between which neighbouring rows time is missing.

    Args:
        index: The rows' index; without time stamps, there are no gaps.
        max_step: String or `pandas.Timedelta`, the longest time between two rows
            that is no gap. Default: 1.5 usual steps.

    Returns:
        Boolean array with one entry fewer than there are rows.
    """
    if not isinstance(index, pd.DatetimeIndex):
        return np.zeros(max(len(index) - 1, 0), bool)
    if max_step is None:
        return steps_between(index) > GAP
    longest = parse_span(max_step, "max_step").as_unit("ns").value
    return np.diff(nanoseconds(index)) > longest


def unbroken_runs(
    gaps: np.ndarray, values: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return where the stretches without a gap or a missing value begin and end.

    Args:
        gaps: Boolean array, as `gaps_between` returns it.
        values: Float array of shape `(rows, columns)`.

    Returns:
        `(begins, ends)`: integer arrays; run i is rows `begins[i]` to `ends[i] - 1`.
    """
    # A row's sum is finite only where all its values are.
    whole = np.isfinite(values.sum(axis=1, dtype=np.float64))
    joined = whole[1:] & whole[:-1] & ~gaps
    begins, ends = whole.copy(), whole.copy()
    begins[1:] &= ~joined
    ends[:-1] &= ~joined
    return np.flatnonzero(begins), np.flatnonzero(ends) + 1


def window_starts(
    begins: np.ndarray, ends: np.ndarray, width: int, stride: int = 1
) -> np.ndarray:
    """Return the first rows of all windows inside the runs, `stride` rows apart.

    Args:
        begins: Integer array, the first row of each run.
        ends: Integer array, the row after each run.
        width: Integer, the rows of a window.
        stride: Integer, counted anew in each run. Default: `1`.

    Returns:
        Sorted integer array.

    Example:

    >>> window_starts(np.array([0, 10]), np.array([5, 13]), width=3)
    array([ 0,  1,  2, 10])
    """
    long_enough = ends - begins >= width
    starts = [
        np.arange(begin, end - width + 1, stride)
        for begin, end in zip(begins[long_enough], ends[long_enough], strict=True)
    ]
    return np.concatenate(starts) if starts else np.zeros(0, int)


def row_windows(values: np.ndarray, width: int) -> np.ndarray:
    """Return a strided view of shape `(positions, width * columns)`.

    Entry i holds rows i to i + width - 1, one after the other. They are one stretch
    of memory, so gathering windows copies each of them whole.

    Args:
        values: C-ordered array of shape `(rows, columns)`.
        width: Integer, at most `rows`.
    """
    columns = values.shape[1]
    flat = np.lib.stride_tricks.sliding_window_view(values.reshape(-1), width * columns)
    return flat[::columns]


def float32_rows(frame: pd.DataFrame, columns: list[str]) -> np.ndarray:
    """Return columns of a frame as one C-ordered float32 array.

    It is the frame's own memory where that is possible, else the only copy.

    Args:
        frame: DataFrame.
        columns: List of its columns.

    Raises:
        UserError: A column does not hold numbers.
    """
    if columns == list(frame.columns) and (frame.dtypes == np.float32).all():
        values = frame.to_numpy()
        if values.flags.c_contiguous:
            return values
    values = np.empty((len(frame), len(columns)), np.float32)
    # Column by column: converting all at once would hold a second copy meanwhile.
    for i, name in enumerate(columns):
        try:
            with np.errstate(over="ignore"):
                values[:, i] = frame[name].to_numpy()
        except (TypeError, ValueError) as error:
            raise UserError(
                f"Column {name!r} does not hold numbers ({frame[name].dtype}). Leave "
                "it out or convert it."
            ) from error
    return values


def last_begin(begins: np.ndarray, ends: np.ndarray, rows: int) -> int:
    """Return the first row of the unbroken run at the end; `rows` if there is none.

    Args:
        begins: Integer array, the first row of each run.
        ends: Integer array, the row after each run.
        rows: Integer, how many rows there are.
    """
    return int(begins[-1]) if len(ends) and ends[-1] == rows else rows


def last_rows(
    values: np.ndarray, runs: tuple[np.ndarray, np.ndarray], width: int
) -> np.ndarray:
    """Return the last `width` rows.

    Args:
        values: Float array of shape `(rows, columns)`.
        runs: Tuple `(begins, ends)` as from `unbroken_runs`.
        width: Integer.

    Raises:
        UserError: A gap or a missing value lies in them.
    """
    unbroken = len(values) - last_begin(*runs, len(values))
    if unbroken < width:
        raise UserError(
            f"The last {width} rows have a gap or a missing value: the unbroken run at "
            f"the end has {unbroken}. Fill it with resample or leave off the rows "
            "after it."
        )
    return values[len(values) - width :]


def no_window(
    values: np.ndarray,
    columns: list[str],
    runs: tuple[np.ndarray, np.ndarray],
    widths: tuple[int, int],
) -> UserError:
    """Return the error that says why no window fits into a series.

    Args:
        values: Float array of shape `(rows, columns)`.
        columns: List of strings, their names.
        runs: Tuple `(begins, ends)` as from `unbroken_runs`.
        widths: Tuple of two integers, `input_width` and `shift` of the windows.
    """
    (begins, ends), rows, needed = runs, len(values), sum(widths)
    message = (
        f"A window needs {needed} rows (input_width {widths[0]} + shift {widths[1]}), "
        f"and the series has {rows}"
    )
    if rows < needed:
        message += ". Give more rows,"
    else:
        empty = np.isnan(values).all(axis=0)
        if empty.any():
            name = columns[int(np.argmax(empty))]
            return UserError(
                f"Column {name!r} has no value in all {rows} rows. Drop it."
            )
        longest = int((ends - begins).max()) if len(begins) else 0
        message += (
            f", of which at most {longest} follow each other without a gap or a "
            "missing value. Fill the holes, give max_step,"
        )
    return UserError(message + " or choose a shorter history or horizon.")


def latest_rows(frame: pd.DataFrame, count: int) -> pd.DataFrame:
    """Return the last `count` rows, which a forecast starts from.

    Args:
        frame: DataFrame of numbers, sorted by time.
        count: Integer, at least 1.

    Returns:
        DataFrame of `count` rows without a gap or a missing value.

    Raises:
        UserError: There are fewer rows, or the message names what is missing.
    """
    rows = len(frame)
    if rows < count:
        raise UserError(
            f"A forecast starts from the last {count} rows, and there are {rows}. "
            "Give more rows."
        )
    values = float32_rows(frame, list(frame.columns))
    begins, ends = unbroken_runs(gaps_between(frame.index), values)
    begin = last_begin(begins, ends, rows)
    if rows - begin < count:
        before = frame.index[begin - 1]
        empty = frame.columns[frame.iloc[begin - 1].isna().to_numpy()]
        what = (
            f"column {empty[0]!r} has no value at {before}"
            if len(empty)
            else f"there are none between {before} and {frame.index[begin]}"
        )
        raise UserError(
            f"A forecast starts from the last {count} rows, and {what}. Fill them in, "
            "or leave off the rows from there on."
        )
    return frame.iloc[rows - count :]


def whole_number(name: str, value: object, least: int) -> int:
    """Return an argument as an integer, or raise a `UserError`.

    Args:
        name: String, the argument.
        value: What was given.
        least: Integer, the smallest that is allowed.
    """
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise UserError(f"{name} must be a whole number, not {value!r}.")
    if value < least:
        raise UserError(f"{name} must be at least {least}, not {value}.")
    return int(value)


def known_columns(
    chosen: str | Sequence[str] | None, names: list[str], argument: str
) -> list[str]:
    """Return the chosen columns as a list, or raise a `UserError`.

    Args:
        chosen: String or sequence of strings, or `None` for all.
        names: List of strings, the columns that there are.
        argument: String, what the error calls them.
    """
    if chosen is None:
        return names
    chosen = [chosen] if isinstance(chosen, str) else list(chosen)
    for name in chosen:
        if name not in names:
            raise UserError(
                f"{argument}: there is no column {name!r}.{nearest(name, names)} "
                f"The columns are {', '.join(map(str, names))}."
            )
    if not chosen or len(set(chosen)) < len(chosen):
        raise UserError(
            f"{argument} must name at least one column, each once, not {chosen}."
        )
    return chosen


def distinct_columns(frame: pd.DataFrame) -> list[str]:
    """Return the names of a frame's columns, or raise a `UserError`.

    Args:
        frame: DataFrame, which has to have columns, each under a name of its own.
    """
    if not len(frame.columns):
        raise UserError("The frame has no columns. Give one with numbers in it.")
    if not frame.columns.is_unique:
        twice = frame.columns[frame.columns.duplicated()][0]
        raise UserError(f"There are two columns {twice!r}. Rename or drop one.")
    return list(frame.columns)
