"""Stamps from a column for the year, one for the month, one for the hour, ..."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from pandas.api.types import (
    is_bool_dtype,
    is_datetime64_any_dtype,
    is_numeric_dtype,
)

from keras_rnn.datasets.tables.column_names import part_of
from keras_rnn.datasets.tables.dates import plain
from keras_rnn.datasets.tables.month_names import month_of
from keras_rnn.datasets.tables.time_reading import TimeReading

ASSUMED_YEAR = 2001


def read_parts(cells: pd.DataFrame) -> tuple[TimeReading, tuple[str, ...]] | None:
    """Read stamps from columns that each hold a part of them.

    Args:
        cells: `pandas.DataFrame`, the columns as they were read.

    Returns:
        Tuple `(reading, columns)`, or `None` when there are no such columns. A table
        of months, days and hours without a year is put into the year 2001.
    """
    found: dict[str, str] = {}
    for name in cells.columns:
        part = part_of(name)
        if str(name) == "mm" and "month" in found:
            part = "minute"
        if part and part not in found:
            found[part] = name
    numbers: dict[str, pd.Series] = {}
    for part, name in found.items():
        column = _numbers(cells[name], part)
        if column is not None:
            numbers[part] = column
    repairs: dict[str, int] = {}
    if "year" in numbers and len(numbers) > 1:
        empty = (
            numbers["year"].isna()
            & next(numbers[part] for part in numbers if part != "year").notna()
        )
        if empty.any() and not empty.iloc[0]:
            numbers["year"] = numbers["year"].ffill()
            repairs["cells without a year, taken from the row above"] = int(empty.sum())
    lacks_year = "year" not in numbers and not _complete_without_year(numbers)
    if lacks_year and ("year" in found or not _by_content(cells, numbers, found)):
        return None
    if not numbers.keys() & {"month", "quarter", "week", "yearday"}:
        return None
    return _combine(numbers, found, repairs)


def _complete_without_year(numbers: dict[str, pd.Series]) -> bool:
    keys = numbers.keys()
    return {"month", "day", "hour"} <= keys or {"yearday", "hour"} <= keys


def _by_content(
    cells: pd.DataFrame, numbers: dict[str, pd.Series], found: dict[str, str]
) -> bool:
    """Columns without a name: a year, then a month, a day and an hour, as far as."""
    unnamed = [name for name in cells.columns if re.fullmatch(r"column \d+", str(name))]
    if len(unnamed) < 2 or cells.shape[1] < 3 or unnamed[0] != cells.columns[0]:
        return False
    ranges = {"year": (1678, 2200), "month": (1, 12), "day": (1, 31), "hour": (0, 24)}
    parts: dict[str, pd.Series] = {}
    for (part, (low, high)), name in zip(ranges.items(), unnamed, strict=False):
        column = cells[name]
        if part == "month" and not is_numeric_dtype(column):
            column = _numbers(column, part)
        if column is None or not is_numeric_dtype(column) or column.isna().any():
            break
        if (column % 1 != 0).any() or not column.between(low, high).all():
            break
        parts[part] = column.astype("float64")
    if len(parts) < 2:
        return False
    together = pd.DataFrame(parts)
    while len(parts) > 2 and not together.iloc[:, : len(parts) - 1].duplicated().any():
        parts.popitem()
    if pd.DataFrame(parts).duplicated().any():
        return False
    if not (np.diff(parts["year"]) >= 0).all():
        return False
    numbers.update(parts)
    found.update(dict(zip(parts, unnamed, strict=False)))
    return True


def _numbers(column: pd.Series, part: str) -> pd.Series | None:
    """A column as the numbers of a part of a date, if it can be that."""
    if is_bool_dtype(column) or is_datetime64_any_dtype(column):
        return None
    if not is_numeric_dtype(column):
        if part == "month":
            values = column.map(lambda cell: month_of(str(cell)), na_action="ignore")
        elif part in ("quarter", "week"):
            values = column.str.extract(r"^\D{0,8}(\d{1,2})\.?$")[0]
        else:
            return None
        values = pd.to_numeric(values, errors="coerce")
        if values.isna().mean() > column.isna().mean():
            return None
        column = values
    present = column.dropna()
    limits = {
        "year": (0, 2200),
        "month": (1, 12),
        "day": (1, 31),
        "yearday": (0, 367),
        "quarter": (1, 4),
        "week": (1, 53),
        "hour": (0, 2400),
        "minute": (0, 60),
        "second": (0, 60),
    }
    low, high = limits[part]
    if not len(present) or present.min() < low or present.max() > high:
        return None
    if part in ("year", "month", "day", "quarter", "week") and (present % 1 != 0).any():
        return None
    return column.astype("float64")


def _combine(
    numbers: dict[str, pd.Series], found: dict[str, str], repairs: dict[str, int]
) -> tuple[TimeReading, tuple[str, ...]]:
    some = next(iter(numbers.values()))
    why = marks = ""
    if "year" in numbers:
        year = numbers["year"]
        if year.max() < 100:
            year = year + np.where(year < 69, 2000, 1900)
    else:
        leap = {"month", "day"} <= numbers.keys() and (
            (numbers["month"] == 2) & (numbers["day"] == 29)
        ).any()
        assumed = ASSUMED_YEAR - 1 if leap else ASSUMED_YEAR
        year = pd.Series(float(assumed), index=some.index)
        repairs[f"rows that state no year, taken as {assumed}"] = len(some)
    used = ["year"] if "year" in numbers else []
    stamps, unit, parts = _date(year, numbers)
    used += parts
    for part in ("hour", "minute", "second"):
        if part not in numbers or (part != "hour" and "hour" not in used):
            break
        if unit not in ("day", "time"):
            break
        values = numbers[part]
        if part == "minute" and (values == 60).all():
            values = values * 0  # the end of the hour, as the hours 1 to 24 say already
        unit = "time"
        if part == "hour" and values.max() > 24:
            values = values // 100 + values % 100 / 60
        if part == "hour" and values.max() == 24 and values.min() >= 1:
            marks = "end"
        seconds = values * {"hour": 3600, "minute": 60, "second": 1}[part]
        stamps = stamps + pd.to_timedelta(seconds, unit="s").dt.as_unit("us")
        used.append(part)
    columns = tuple(found[part] for part in used)
    notation = ", ".join(used).replace("yearday", "day of the year")
    reading = TimeReading(
        plain(stamps), unit, notation, why=why, marks=marks, repairs=repairs
    )
    return reading, columns


def _date(
    year: pd.Series, numbers: dict[str, pd.Series]
) -> tuple[pd.Series, str, list[str]]:
    """Stamps of the date, what they name, and the parts that were used."""
    frame = pd.DataFrame({"year": year, "month": 1.0, "day": 1.0})
    if "month" in numbers:
        frame["month"] = numbers["month"]
        if "day" in numbers:
            frame["day"] = numbers["day"]
            return pd.to_datetime(frame, errors="coerce"), "day", ["month", "day"]
        return pd.to_datetime(frame, errors="coerce"), "month", ["month"]
    if "yearday" in numbers:
        start = pd.to_datetime(frame, errors="coerce")
        seconds = ((numbers["yearday"] - 1) * 86_400).round()
        stamps = start + pd.to_timedelta(seconds, unit="s")
        fine = bool((numbers["yearday"].dropna() % 1 != 0).any())
        return stamps, "time" if fine else "day", ["yearday"]
    if "week" in numbers:
        weeks = zip(year, numbers["week"], strict=True)
        stamps = pd.Series([_monday(*pair) for pair in weeks], index=year.index)
        return pd.to_datetime(stamps), "week", ["week"]
    frame["month"] = 3 * numbers["quarter"] - 2
    return pd.to_datetime(frame, errors="coerce"), "quarter", ["quarter"]


def _monday(year: float, week: float) -> pd.Timestamp:
    try:
        return pd.Timestamp.fromisocalendar(int(year), int(week), 1)
    except ValueError:
        return pd.NaT
