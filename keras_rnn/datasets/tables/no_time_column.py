"""Stamps for a table that has none: where it starts and how far its rows are apart."""

from __future__ import annotations

import re

import pandas as pd

from keras_rnn.datasets.tables.column_names import columns_text
from keras_rnn.datasets.tables.source import Source
from keras_rnn.datasets.tables.time_reading import FoundTime, TimeReading
from keras_rnn.errors import UserError

_MONTHS = {
    **dict.fromkeys(("month", "months", "monthly", "mo", "ms"), 1),
    **dict.fromkeys(("quarter", "quarters", "quarterly", "q", "qs"), 3),
    **dict.fromkeys(("year", "years", "yearly", "y", "a", "ys"), 12),
}
_FIXED = {
    **dict.fromkeys(("week", "weeks", "weekly", "w"), "7D"),
    **dict.fromkeys(("day", "days", "daily", "d"), "1D"),
    **dict.fromkeys(("hour", "hours", "hourly", "h"), "1h"),
    **dict.fromkeys(("minute", "minutes", "min", "t"), "1min"),
    **dict.fromkeys(("second", "seconds", "sec", "s"), "1s"),
}


def make_stamps(rows: int, start: object, every: object) -> pd.DatetimeIndex:
    """Return one stamp for each row, one step apart.

    Args:
        rows: Integer, how many.
        start: String or `pandas.Timestamp`, the first one, such as `"2024-01-01"`.
        every: String, the step: `"10min"`, `"1h"`, `"1d"`, `"1 month"`, `"quarter"`.

    Returns:
        `pandas.DatetimeIndex`.

    Raises:
        UserError: `start` is no date or `every` no step.

    Example:

    >>> make_stamps(3, "2024-01-31", "1 month").strftime("%d %b").tolist()
    ['31 Jan', '29 Feb', '31 Mar']
    """
    try:
        first = pd.Timestamp(start)
        if first.tz is not None:
            first = first.tz_convert("UTC").tz_localize(None)
    except (ValueError, TypeError) as error:
        raise UserError(
            f"start must be a date such as '2024-01-01' or '2024-01-01 00:00', "
            f"not {start!r}."
        ) from error
    match = re.fullmatch(r"\s*(\d*)\s*([A-Za-z]+)\s*", str(every))
    unit = match[2].lower() if match else ""
    if isinstance(every, pd.Timedelta):
        step = every
    elif match and unit in _MONTHS:
        months = _MONTHS[unit] * int(match[1] or 1)
        stamps = [first + pd.DateOffset(months=months * row) for row in range(rows)]
        return pd.DatetimeIndex(stamps).as_unit("us")
    elif match and unit in _FIXED and match[1] != "0":
        step = int(match[1] or 1) * pd.Timedelta(_FIXED[unit])
    else:
        raise UserError(
            f"every must be a step such as '10min', '1h', '1d', '1w', '1 month', "
            f"'1 quarter' or '1 year', not {every!r}."
        )
    return pd.date_range(first, periods=rows, freq=step).as_unit("us")


def without_time(
    cells: pd.DataFrame,
    found: FoundTime | None,
    every: object,
    start: object,
    source: Source,
) -> FoundTime:
    """Make stamps from `start` and `every` for a table in which none were found.

    Raises:
        UserError: There are stamps already, or one of the two is missing.
    """
    path = source.path
    if found is not None:
        raise UserError(
            f"{path} has time stamps in column {found.columns[0]!r}, so `start` and "
            "`every` cannot make others. Leave out `start`."
        )
    if every is None or start is None:
        raise UserError(
            f"{path}: no column holds time stamps.{_shown(cells)} If one does, name it "
            "as `time_column`; if the rows follow each other evenly, say how with "
            "`every` and `start`, such as every='1h', start='2024-01-01'."
        )
    index = make_stamps(len(cells), start, every)
    stamps = pd.Series(index, index=cells.index)
    reading = TimeReading(stamps, "time", f"made from start {start} and every {every}")
    return FoundTime(reading, ())


def _shown(cells: pd.DataFrame) -> str:
    """The columns, with the first cell of each."""
    if len(cells.columns) > 12 or not len(cells):
        return columns_text(cells)
    first = ", ".join(
        f"{name!r} ({str(cells[name].iloc[0]).strip()!r})" for name in cells.columns
    )
    return f" The columns, with their first cells, are: {first}."
