"""Text as months, quarters, weeks, years and days of the year."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from keras_rnn.datasets.tables.calendar_step import find_step
from keras_rnn.datasets.tables.clock import TIME, seconds_of_day
from keras_rnn.datasets.tables.dates import most, plain
from keras_rnn.datasets.tables.month_names import has_month_name, month_numbers
from keras_rnn.datasets.tables.time_reading import TimeReading

_Y = r"(?P<y>\d{4})"
_YY = r"[' ]*(?P<y>\d{4}|\d{2})"
_GAP = r"\s?[-/._: ]?\s?"
_QUARTER = r"(?:Q|q|K|k|T|Qtr|QTR|Quarter|Quartal|Trim(?:estre)?)\.?\s?"
_KW = r"(?:kw\.?|trim\.?|tri\.?|quarter|Quartal|trimestre)"
_WEEK = r"(?:W|w|KW|CW|Week|week|Wk|wk|S|V|v|U)\.?\s?"


@dataclass(frozen=True)
class _Notation:
    words: str
    unit: str
    parts: str

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(rf"(?:{self.parts})$")


# Months that were written as names stand here as <02>.
_NOTATIONS = (
    _Notation("year and quarter", "quarter", rf"{_Y}{_GAP}{_QUARTER}(?P<q>[1-4])"),
    _Notation("quarter and year", "quarter", rf"{_QUARTER}(?P<q>[1-4]){_GAP}{_YY}"),
    _Notation(
        "quarter and year",
        "quarter",
        rf"(?P<q>[1-4])\s?(?:\.|st|nd|rd|th|er|e)?\s?{_QUARTER}{_GAP}{_YY}",
    ),
    _Notation(
        "year and quarter",
        "quarter",
        rf"{_Y}{_GAP}(?P<q>[1-4])\s?(?:\.|st|nd|rd|th)?\s?{_QUARTER}",
    ),
    _Notation("year and quarter", "quarter", rf"{_Y}:(?P<q>[1-4])"),
    _Notation(
        "quarter and year", "quarter", rf"(?P<r>IV|I{{1,3}})[\s.]*{_KW}?{_GAP}{_YY}"
    ),
    _Notation("year and quarter", "quarter", rf"{_Y}{_GAP}(?P<r>IV|I{{1,3}})"),
    _Notation("year and half", "half-year", rf"{_Y}{_GAP}[SHsh](?P<s>[12])"),
    _Notation("half and year", "half-year", rf"[SHsh](?P<s>[12]){_GAP}{_YY}"),
    _Notation(
        "ISO year and week",
        "week",
        rf"{_Y}{_GAP}{_WEEK}(?P<w>\d{{1,2}})(?:-?(?P<n>[1-7]))?",
    ),
    _Notation("week and year", "week", rf"{_WEEK}(?P<w>\d{{1,2}})[\s,/._-]*{_Y}"),
    _Notation("month name and year", "month", rf"<(?P<m>\d\d)>[-/ .,_]*(?:de )?{_YY}"),
    _Notation(
        "year and month name", "month", r"(?P<y>\d{4}|\d{2})[-/ .,_]*<(?P<m>\d\d)>"
    ),
    _Notation("year and month", "month", rf"{_Y}{_GAP}[Mm]\s?(?P<m>\d{{1,2}})"),
    _Notation("month and year", "month", rf"[Mm](?P<m>\d{{1,2}}){_GAP}{_Y}"),
    _Notation("year and month", "month", rf"{_Y}[-/._: ](?P<m>\d{{1,2}})"),
    _Notation("month and year", "month", rf"(?P<m>\d{{1,2}})[-/._: ]{_Y}"),
    _Notation(
        "years of two calendar years",
        "year",
        rf"{_Y}\s?[-/\u2013]\s?(?P<next>\d{{2}}|\d{{4}})",
    ),
    _Notation("year and month", "month", rf"{_Y}(?P<m>\d{{2}})"),
    _Notation(
        "year and day of the year",
        "day",
        rf"{_Y}[-/. ]?(?P<j>\d{{3}})(?:[T ]{TIME}(?:\s?Z|\s?UTC)?)?",
    ),
    _Notation("year", "year", rf"(?:FY|CY)?\s?{_Y}(?:\s?(?:A|a)(?:nnual)?)?"),
)


def read_periods(text: pd.Series, sample: list[str]) -> TimeReading | None:
    """Read a column of text as months, quarters, weeks, years or days of the year.

    Args:
        text: `pandas.Series` of strings without blanks around them.
        sample: List of some of them, none empty.

    Returns:
        A `TimeReading`: each stamp is the first day of its period (Monday, for
        weeks); or `None` when the column holds something else.
    """
    if not all(any(map(str.isdigit, cell)) for cell in sample[:20]):
        return None
    named = any(map(has_month_name, sample[:20]))

    def marked(cell: str) -> str:
        return month_numbers(cell, "<{}>") if named else cell

    cells = [marked(cell) for cell in sample]
    possible = [
        notation for notation in _NOTATIONS if most(notation.pattern.match, cells)
    ]
    if not possible:
        return None
    uniques = [cell for cell in text.dropna().unique() if cell]
    best: tuple[tuple[float, float, int], TimeReading] | None = None
    for place, notation in enumerate(possible):
        known = {cell: _stamp(notation.pattern.match(marked(cell))) for cell in uniques}
        stamps = plain(pd.to_datetime(text.map(known)))
        good = stamps.notna().mean()
        times = np.unique(stamps.dropna().to_numpy())
        quality = (good, find_step(times).evenness if len(times) > 2 else 1.0, -place)
        unit = notation.unit
        if "hour" in notation.pattern.groupindex and any(":" in c for c in sample):
            unit = "time"
        reading = TimeReading(stamps, unit, notation.words)
        if best is None or quality > best[0]:
            best = quality, reading
    if best is None or best[0][0] == 0:
        return None
    return best[1]


def _stamp(match: re.Match[str] | None) -> pd.Timestamp:
    if match is None:
        return pd.NaT
    parts = {key: value for key, value in match.groupdict().items() if value}
    year = int(parts["y"])
    if len(parts["y"]) == 2:
        year += 2000 if year < 69 else 1900
    if not 1678 <= year <= 2261:
        return pd.NaT
    try:
        for key, build in _BUILDERS.items():
            if key in parts:
                return build(year, parts, match)
        return pd.Timestamp(year, 1, 1)
    except ValueError:
        return pd.NaT


def _week(year: int, parts: dict[str, str], match: re.Match[str]) -> pd.Timestamp:
    day = int(parts.get("n", 1))
    return pd.Timestamp.fromisocalendar(year, int(parts["w"]), day)


def _day_of_year(
    year: int, parts: dict[str, str], match: re.Match[str]
) -> pd.Timestamp:
    day = int(parts["j"])
    last = 366 if pd.Timestamp(year, 1, 1).is_leap_year else 365
    seconds = seconds_of_day(match) if "hour" in parts else 0.0
    if not 1 <= day <= last or seconds is None:
        return pd.NaT
    return pd.Timestamp(year, 1, 1) + pd.Timedelta(days=day - 1, seconds=seconds)


def _double_year(
    year: int, parts: dict[str, str], match: re.Match[str]
) -> pd.Timestamp:
    following = int(parts["next"]) % 100 == (year + 1) % 100
    return pd.Timestamp(year, 1, 1) if following else pd.NaT


_ROMAN = {"I": 1, "II": 4, "III": 7, "IV": 10}  # first months of quarters
_BUILDERS: dict[str, Callable[[int, dict[str, str], re.Match[str]], pd.Timestamp]] = {
    "q": lambda year, parts, _: pd.Timestamp(year, 3 * int(parts["q"]) - 2, 1),
    "r": lambda year, parts, _: pd.Timestamp(year, _ROMAN[parts["r"]], 1),
    "s": lambda year, parts, _: pd.Timestamp(year, 6 * int(parts["s"]) - 5, 1),
    "w": _week,
    "m": lambda year, parts, _: pd.Timestamp(year, int(parts["m"]), 1),
    "j": _day_of_year,
    "next": _double_year,
}
