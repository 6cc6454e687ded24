"""Columns of text or numbers as points in time.

A column is understood as a whole: whether `03.04.2016` is in March or in April is
decided once, from all rows.
"""

import re
from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

_ENGLISH = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep")
_MONTH_NUMBER = {name: number for number, name in enumerate(_ENGLISH, start=1)}
_MONTH_NUMBER |= {"oct": 10, "nov": 11, "dec": 12}
_MONTH_NUMBER |= {"mär": 3, "mai": 5, "okt": 10, "dez": 12}
_WORD = re.compile(r"[^\W\d_]{3,9}\.?")
_TIME_WITH_OFFSET = re.compile(r":\d{2}(?:[.,]\d+)?\s*[+-]\d{2}:?\d{2}$")
_PARTS = re.compile(
    r"(?P<a>\d{1,4})(?P<date_sign>[-./ ])\s*(?P<b>\d{1,2})[-./ ,]+(?P<c>\d{1,4})"
    r"(?:(?P<join>[T ,]+)(?P<hour>\d{1,2})(?P<time_sign>[:.])(?P<minute>\d{2})"
    r"(?:[:.](?P<second>\d{2})(?P<fraction>[.,]\d+)?)?"
    r"(?P<gap>\s*)(?P<half>[AaPp][Mm])?(?:\s*Uhr)?)?"
    r"\s*(?P<offset>Z|UTC|[+-]\d{2}:?\d{2})?$"
)
_TIME_OF_DAY = re.compile(
    r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})"
    r"(?P<fraction>[.,]\d+)?)?\s*(?P<half>[AaPp][Mm])?(?:\s*Uhr)?$"
)
_COMPACT = {8: "%Y%m%d", 10: "%Y%m%d%H", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
_EPOCHS = ((1e8, "s"), (1e11, "ms"), (1e14, "us"), (1e17, "ns"))
_ENOUGH = 0.9  # share of sampled cells that must be readable


@dataclass(frozen=True)
class Times:
    """Points in time read from a column.

    Args:
        stamps: `pandas.Series` of datetimes without zone; NaT where a cell is empty
            or cannot be read.
        dates_only: Boolean, whether no cell says a time of day.
        notes: Dict from a remark on the reading to the number of cells it is about.
    """

    stamps: pd.Series
    dates_only: bool
    notes: dict[str, int] = field(default_factory=dict)


def parse_text(cells):
    """Read a column of text as time stamps.

    Args:
        cells: `pandas.Series` of strings.

    Returns:
        `Times`, or `None` when the column holds something else.
    """
    text = cells.str.strip()
    sample = _sample(text)
    if not len(sample):
        return None
    notes = {}
    if _has_month_names(sample):
        text, month_first = text.map(_month_numbers, na_action="ignore"), sample[0]
        order = "mdy" if month_first[:1].isalpha() else "dmy"
        sample = [_month_numbers(cell) for cell in sample]
    else:
        order = None
    if order is None and _share(_iso(pd.Series(sample))) >= _ENOUGH:
        values, order = _iso(text), "ymd"
    else:
        matches = [match for match in map(_PARTS.match, sample) if match]
        if len(matches) < _ENOUGH * len(sample):
            return None
        orders = [order] if order else _possible_orders(matches)
        readings = {key: _strptime(text, matches, key) for key in orders}
        date_sign = matches[0]["date_sign"]
        order = _best_order(readings, date_sign)
        if len(readings) > 1 and date_sign != "." and _same_quality(readings):
            words = {"d": "day", "m": "month", "y": "year"}[order[0]]
            notes[
                f"time stamps that may be day or month first, read as {words} first"
            ] = len(text)
        values = readings[order]
    values = _fill_by_parts(values, text, order)
    if any(map(_TIME_WITH_OFFSET.search, sample)):
        count = int(text.str.contains(_TIME_WITH_OFFSET, na=False).sum())
        notes["time stamps with an offset from UTC, changed to UTC"] = count
    dates_only = not any(":" in cell or len(cell) > 12 for cell in sample)
    return Times(values, dates_only, notes)


def parse_numbers(cells, *, excel=False):
    """Read a column of numbers as time stamps.

    Known are digits written together (`201612312350`), seconds, milliseconds,
    microseconds or nanoseconds since 1970, and days as Excel counts them.

    Args:
        cells: `pandas.Series` of numbers.
        excel: Boolean, whether day counts around 40000 may be Excel's.
            Default: `False`.

    Returns:
        `Times`, or `None` when the numbers are none of these.
    """
    present = cells.dropna()
    if not len(present):
        return None
    low, high = float(present.min()), float(present.max())
    whole = bool((present % 1 == 0).all())
    digits = len(f"{low:.0f}")
    if whole and low > 0 and digits == len(f"{high:.0f}") and digits in _COMPACT:
        text = cells.astype("Int64").astype("str")
        values = pd.to_datetime(text, format=_COMPACT[digits], errors="coerce")
        years = values.dt.year.dropna()
        if _share(values[cells.notna()]) == 1 and years.between(1800, 2200).all():
            return Times(_plain(values), digits == 8)
    for start, unit in reversed(_EPOCHS):
        if start <= low and high < start * 1e3:
            values = pd.to_datetime(cells, unit=unit, errors="coerce")
            return Times(_plain(values.dt.round("us")), False)
    if excel and low >= 20_000 and high < 80_000:
        seconds = (cells * 86_400).round()
        values = pd.Timestamp("1899-12-30") + pd.to_timedelta(seconds, unit="s")
        return Times(_plain(values), whole)
    return None


def parse_time_of_day(cells):
    """Read a column as times of the day, to be added to a column of dates.

    Args:
        cells: `pandas.Series` of text such as `"23:50"`, or of numbers: full hours,
            or hours and minutes as in 2350.

    Returns:
        `pandas.Series` of time differences (NaT where unreadable), or `None` when
        the column holds something else.
    """
    if pd.api.types.is_numeric_dtype(cells):
        present = cells.dropna()
        if not len(present) or (present % 1 != 0).any() or present.min() < 0:
            return None
        if present.max() <= 24:
            return pd.to_timedelta(cells, unit="h")
        if present.max() <= 2400 and (present % 100 < 60).all():
            return pd.to_timedelta(cells // 100 * 60 + cells % 100, unit="min")
        return None
    text = cells.str.strip()
    sample = _sample(text)
    if not len(sample) or not all(map(_TIME_OF_DAY.match, sample)):
        return None
    known = {
        cell: _duration(_TIME_OF_DAY.match(cell)) for cell in text.dropna().unique()
    }
    return pd.to_timedelta(text.map(known), unit="s")


def _sample(text, size=200):
    """Up to `size` filled cells, evenly spread over the column."""
    filled = text[text.notna() & (text != "")]
    if not len(filled):
        return []
    places = np.unique(np.linspace(0, len(filled) - 1, size).astype(int))
    return filled.iloc[places].tolist()


def _share(values):
    return float(values.notna().mean()) if len(values) else 0.0


def _plain(values):
    return values.astype("datetime64[us]")


def _iso(text):
    values = pd.to_datetime(text, format="ISO8601", errors="coerce", utc=True)
    return _plain(values.dt.tz_localize(None))


def _has_month_names(sample):
    return any(
        word[:3].lower() in _MONTH_NUMBER
        for cell in sample[:20]
        for word in _WORD.findall(cell)
    )


def _month_numbers(cell):
    """`"31-Dec-2016 23:50"` -> `"31-12-2016 23:50"`."""

    def number(match):
        month = _MONTH_NUMBER.get(match[0][:3].lower())
        return match[0] if month is None else f"{month:02d}"

    return _WORD.sub(number, cell).replace(". ", " ")


def _possible_orders(matches):
    """Orders of day, month and year that the sampled cells leave open."""
    if 2 * sum(len(match["a"]) == 4 for match in matches) > len(matches):
        return ["ymd"]
    day_first = any(12 < int(match["a"]) <= 31 for match in matches)
    month_first = any(12 < int(match["b"]) <= 31 for match in matches)
    if day_first == month_first:
        return ["dmy", "mdy"]
    return ["dmy"] if day_first else ["mdy"]


def _strptime(text, matches, order):
    """Read the whole column in the most frequent format of its sample (fast)."""
    formats = Counter(_format(match, order) for match in matches)
    usual = formats.most_common(1)[0][0]
    return _plain(pd.to_datetime(text, format=usual, errors="coerce"))


def _format(match, order):
    year = "%Y" if len(match["a"] if order == "ymd" else match["c"]) == 4 else "%y"
    sign = match["date_sign"]
    date = sign.join({"y": year, "m": "%m", "d": "%d"}[letter] for letter in order)
    if not match["hour"]:
        return date
    colon = match["time_sign"]
    time = match["join"] + ("%I" if match["half"] else "%H") + colon + "%M"
    time += f"{colon}%S" if match["second"] else ""
    return date + time + (match["gap"] + "%p" if match["half"] else "")


def _best_order(readings, date_sign):
    """The order that reads most cells, and among equal ones the most even steps."""
    preferred = "dmy" if date_sign == "." else "mdy"

    def quality(order):
        return (*_quality(readings[order]), order == preferred)

    return max(readings, key=quality)


def _same_quality(readings):
    return len({_quality(values) for values in readings.values()}) == 1


def _quality(values):
    steps = values.diff().value_counts()
    return int(values.notna().sum()), int(steps.iloc[0]) if len(steps) else 0


def _fill_by_parts(values, text, order):
    """Read one by one what the column's format left over.

    That is 24:00 for the end of a day, midnight written as a date alone, seconds
    that some rows have, fractions and offsets.
    """
    left = values.isna() & text.notna() & (text != "")
    if not left.any():
        return values
    values = values.copy()
    values[left] = [_from_parts(_PARTS.match(cell), order) for cell in text[left]]
    return _plain(values)


def _from_parts(match, order):
    if not match:
        return pd.NaT
    date = dict(zip(order, (match["a"], match["b"], match["c"]), strict=True))
    year = int(date["y"])
    if len(date["y"]) <= 2:
        year += 2000 if year < 69 else 1900
    seconds = _duration(match) if match["hour"] else 0.0
    if seconds is None:
        return pd.NaT
    offset = match["offset"]
    if offset and offset[0] in "+-":
        east = int(offset[1:3]) * 3600 + int(offset[-2:]) * 60
        seconds -= east if offset[0] == "+" else -east
    try:
        midnight = pd.Timestamp(year, int(date["m"]), int(date["d"]))
    except ValueError:
        return pd.NaT
    return (midnight + pd.Timedelta(seconds=seconds)).round("us")


def _duration(match):
    """Seconds since midnight, `None` when there is no such time of day."""
    if match is None:
        return None
    hour, minute, second = (
        int(match[key] or 0) for key in ("hour", "minute", "second")
    )
    if match["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match["half"][0] in "Pp" else 0)
    end_of_day = hour == 24 and minute == second == 0
    if (hour > 23 and not end_of_day) or minute > 59 or second > 59:
        return None
    fraction = float("0." + match["fraction"][1:]) if match["fraction"] else 0.0
    return hour * 3600 + minute * 60 + second + fraction
