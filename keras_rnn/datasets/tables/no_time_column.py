"""Stamps for a table that has none: where it starts and how far its rows are apart."""

from __future__ import annotations

import re

import pandas as pd

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
