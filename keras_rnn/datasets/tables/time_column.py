"""Which column of a table says when a row was measured."""

import re
from dataclasses import dataclass

import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from keras_rnn.datasets.tables.timestamps import (
    Times,
    parse_numbers,
    parse_text,
    parse_time_of_day,
)
from keras_rnn.errors import UserError, nearest

_EXACT = frozenset(
    (
        *("datetime", "timestamp", "time", "date", "ds", "utc", "dateutc"),
        *("datetimeutc", "localtime", "valid", "validtime", "day", "month", "year"),
        *("datum", "zeit", "zeitstempel", "zeitpunkt", "messdatum", "datumuhrzeit"),
        *("datumzeit", "tag", "monat", "jahr"),
    )
)
_HINTS = ("date", "time", "datum", "zeit", "stamp", "epoch", "unix")
_TIME_OF_DAY = frozenset(
    (
        *("time", "timeofday", "hour", "hours", "hr", "hh", "hhmm"),
        *("zeit", "uhrzeit", "stunde"),
    )
)
_PARTS = {
    "year": ("year", "jahr", "yr", "yyyy"),
    "month": ("month", "monat", "mon", "mo", "mm"),
    "day": ("day", "tag", "dayofmonth", "dy", "dd"),
    "hour": ("hour", "stunde", "hr", "hh"),
    "minute": ("minute", "min", "minuten"),
    "second": ("second", "sec", "sekunde"),
}


@dataclass(frozen=True)
class TimeColumn:
    """The stamps of a table and the columns they were read from."""

    times: Times
    columns: tuple[str, ...]


def find_times(cells, time_column, path):
    """Find and read the time stamps of a table.

    Args:
        cells: `pandas.DataFrame`, the columns as they were read, text or numbers.
        time_column: String, the column's name, or `None` to look for it.
        path: The file, for error messages.

    Returns:
        A `TimeColumn`.

    Raises:
        UserError: There is no such column, or it holds no time stamps.
    """
    if time_column is not None:
        name = _named(cells, time_column, path)
        times = _parse(cells[name], rank=0)
        if times is None:
            example = cells[name].dropna().head(1).tolist() or ["nothing"]
            raise UserError(
                f"{path}: column {name!r} holds no time stamps "
                f"(its first value is {str(example[0])!r}).{_choices(cells)}"
            )
        return _with_time_of_day(cells, name, times)
    for name in _by_likelihood(cells):
        times = _parse(cells[name], rank=_rank(name))
        if times is not None:
            return _with_time_of_day(cells, name, times)
    found = _from_year_month_day(cells)
    if found is None:
        raise UserError(
            f"{path}: no column holds time stamps.{_choices(cells)}"
            " Name the right one as time column."
        )
    return found


def _choices(cells):
    names = [repr(name) for name in cells.columns]
    shown = names if len(names) <= 30 else [*names[:30], f"and {len(names) - 30} more"]
    return f" The columns are: {', '.join(shown)}."


def _key(name):
    return re.sub(r"[\W_]", "", str(name)).lower()


def _rank(name):
    key = re.sub(r"[(\[].*", "", str(name))
    key = _key(key)
    if key in _EXACT:
        return 0
    return 1 if any(hint in key for hint in _HINTS) else 2


def _by_likelihood(cells):
    """Columns in the order in which they are tried: by name, then by place."""
    names = [
        name
        for name in cells.columns
        if not is_bool_dtype(cells[name])
        and (_rank(name) < 2 or not is_numeric_dtype(cells[name]))
    ]
    return sorted(names, key=_rank)


def _named(cells, time_column, path):
    if time_column in cells.columns:
        return time_column
    same = [name for name in cells.columns if _key(name) == _key(time_column)]
    if len(same) == 1:
        return same[0]
    raise UserError(
        f"{path} has no column {time_column!r}."
        f"{nearest(time_column, cells.columns)}{_choices(cells)}"
    )


def _parse(column, rank):
    """`Times` of a column, or `None`; numbers count only under a telling name."""
    if is_bool_dtype(column):
        return None
    if is_numeric_dtype(column):
        return parse_numbers(column, excel=rank == 0) if rank < 2 else None
    return parse_text(column)


def _with_time_of_day(cells, name, times):
    """Add the column with the time of day, when dates and times stand apart."""
    if not times.dates_only or not times.stamps.dropna().duplicated().any():
        return TimeColumn(times, (name,))
    for other in cells.columns:
        if other == name or _key(other) not in _TIME_OF_DAY:
            continue
        time_of_day = parse_time_of_day(cells[other])
        if time_of_day is not None:
            stamps = (times.stamps + time_of_day).astype("datetime64[us]")
            return TimeColumn(Times(stamps, False, times.notes), (name, other))
    return TimeColumn(times, (name,))


def _from_year_month_day(cells):
    found = {}
    for part, names in _PARTS.items():
        match = [n for n in cells.columns if _key(n) in names]
        if match and is_numeric_dtype(cells[match[0]]):
            found[part] = match[0]
    if not {"year", "month", "day"} <= found.keys():
        return None
    numbers = pd.DataFrame({part: cells[name] for part, name in found.items()})
    values = pd.to_datetime(numbers, errors="coerce").astype("datetime64[us]")
    dates_only = "hour" not in found
    return TimeColumn(Times(values, dates_only), tuple(found.values()))
