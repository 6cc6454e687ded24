"""One column as time stamps, and what its name promises."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from pandas.api.types import (
    is_bool_dtype,
    is_datetime64_any_dtype,
    is_numeric_dtype,
)

from keras_rnn.datasets.tables.date_order import order_in_name
from keras_rnn.datasets.tables.dates import plain, read_dates, sample_of
from keras_rnn.datasets.tables.numeric_times import read_numbers
from keras_rnn.datasets.tables.periods import read_periods
from keras_rnn.datasets.tables.time_parts import part_of
from keras_rnn.datasets.tables.time_reading import TimeReading
from keras_rnn.errors import UserError, nearest

_EXACT = frozenset(
    (
        *(
            "datetime",
            "timestamp",
            "time",
            "date",
            "ds",
            "utc",
            "dateutc",
            "datetime64",
        ),
        *("datetimeutc", "localtime", "valid", "validtime", "day", "month", "year"),
        *("datum", "zeit", "zeitstempel", "zeitpunkt", "messdatum", "datumuhrzeit"),
        *("datumzeit", "tag", "monat", "jahr", "fecha", "fechahora", "dato", "data"),
        *("dateheure", "horodate", "quarter", "week", "period", "timeperiod", "mtu"),
        *("utctime", "timeutc", "timestamputc", "observationdate", "quartal", "woche"),
        *("jd", "bjd", "hjd", "mjd", "juliandate", "datenum"),
        *("timestampstart", "annee", "mois", "mes", "anno", "periode", "intervalstart"),
    )
)
_HINTS = (
    *("date", "time", "datum", "zeit", "stamp", "epoch", "unix", "yyyy", "fecha"),
    *("jahr", "year", "period", "month", "quarter", "week", "beginn", "fdatum"),
    *("heure", "decimalyear", "yyyymm", "mjd", "julian"),
)
_TIME_MARKS = frozenset(("t", "ts", "tm", "when", "at"))


def read_column(
    column: pd.Series,
    name: str,
    date_order: str | None = None,
    *,
    telling: bool = False,
) -> TimeReading | None:
    """Read one column as time stamps, or return `None`.

    Args:
        column: `pandas.Series` of text or numbers.
        name: String, its name, which decides whether numbers can be years or seconds.
        date_order: `"day first"`, `"month first"`, `"year first"`, or `None`.
        telling: Boolean, whether the name is known to be that of the time column.
            Default: `False`, the name itself is looked at.
    """
    if is_bool_dtype(column):
        return None
    if is_datetime64_any_dtype(column):
        return TimeReading(plain(column), "time", "ISO 8601")
    if is_numeric_dtype(column):
        rank = 0 if telling else name_rank(name)
        return read_numbers(column, telling=rank < 2, exact=rank == 0, name=name)
    sample = sample_of(column)
    if not sample:
        return None
    text = column
    if any(cell != cell.strip(" []") for cell in sample):
        text = column.str.strip(" []")
        sample = [cell for cell in (cell.strip(" []") for cell in sample) if cell]
    order = date_order or order_in_name(name)
    reading = read_dates(text, sample, order) or read_periods(text, sample)
    if reading is not None and text is column:
        left = column[reading.stamps.isna() & column.notna()]
        if len(left) and (left != left.str.strip(" []")).any():
            return read_column(column.str.strip(" []"), name, date_order)
    return reading


def has_repeats(stamps: pd.Series) -> bool:
    """Whether a stamp occurs twice; quick where they are in order."""
    steps = np.diff(stamps.to_numpy().astype("int64"))
    if (steps > 0).all() or (steps < 0).all():
        return False
    known = np.sort(stamps.dropna().to_numpy())
    return bool((known[1:] == known[:-1]).any())


def columns_text(cells: pd.DataFrame) -> str:
    """Return the sentence that lists the columns of a table."""
    names = [repr(name) for name in cells.columns]
    shown = names if len(names) <= 30 else [*names[:30], f"and {len(names) - 30} more"]
    return f" The columns are: {', '.join(shown)}."


def column_named(cells: pd.DataFrame, name: str, path: object) -> str:
    """Return the column that a user means, in whatever spelling.

    Raises:
        UserError: There is no such column.
    """
    if name in cells.columns:
        return name
    same = [column for column in cells.columns if _key(column) == _key(name)]
    if len(same) == 1:
        return same[0]
    raise UserError(
        f"{path} has no column {name!r}."
        f"{nearest(name, cells.columns)}{columns_text(cells)}"
    )


def _key(name: object) -> str:
    return re.sub(r"[\W_]", "", str(name)).lower()


def name_rank(name: str) -> int:
    """0 for the name of a time column, 1 for one that hints at it, else 2."""
    key = _key(re.sub(r"[(\[].*", "", str(name)))
    if key in _EXACT:
        return 0
    if any(hint in key for hint in _HINTS) or key in _TIME_MARKS:
        return 1
    return 1 if part_of(name) == "year" else 2
