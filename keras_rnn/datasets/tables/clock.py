"""Times of the day that stand in a column of their own, beside one of dates."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
from pandas.api.types import (
    is_bool_dtype,
    is_datetime64_any_dtype,
    is_numeric_dtype,
)

TIME = (
    r"(?P<hour>\d{1,2})(?P<colon>[:.hH])(?P<minute>\d{2})"
    r"(?:[:.m](?P<second>\d{2})(?P<fraction>[.,]\d+)?)?s?"
)
_CLOCK = re.compile(
    rf"(?:{TIME}|(?P<bare>\d{{1,2}}))(?P<gap>\s*)"
    r"(?P<half>[AaPp]\.?(?:\s?[Mm]\.?)?)?(?:\s*(?:Uhr|hrs|h))?$"
)
_PACKED = re.compile(r"(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?Z?$")
_ZONE = re.compile(r"\s*(?:Z|UTC|GMT|\(?[A-Z]{3,4}\)?)$")
_POINT = r"(\d{1,2}[:.h]\d{2}|\d{1,2})(?::\d{2})?"
_INTERVAL = re.compile(rf"{_POINT}\s*(?:-|\u2013|\u2014|to|bis|/)\s*{_POINT}$")
_HOUR_WORD = re.compile(
    r"(?:HE|HB|hour(?: ?(?:ending|beginning))?|hr|h|stunde|std\.?)[ _.-]?(?=\d)", re.I
)
_TELLING = re.compile(
    r"time|hour|clock|uhr|zeit|stunde|anfang|beginn|begin|start|^von|^from|^hh|hhmm|"
    r"^hr|^he$|^h$|^tid|period|interval|heure|hora|^ora|^ore|uur|^klo|ptu|^slot|"
    r"quarter",
    re.IGNORECASE,
)
_SERIES = re.compile(
    r"store|shop|station|sensor|ticker|symbol|item|product|^sku|region|area|"
    r"site|meter|device|^id$|_id$|^id_|customer|country|node|bus|plant|farm|turbine|"
    r"channel|location|room|floor|building|^lat|^lon|depth|height|level|age|group|"
    r"machine|unit|house|postcode|zip|code|bmu|zone",
    re.IGNORECASE,
)
_PER_DAY = (24, 48, 96, 144, 288)


@dataclass(frozen=True)
class Clock:
    """Times of the day read from a column.

    Args:
        offsets: `pandas.Series` of time since midnight, NaT where unreadable.
        note: String, how the column was understood, `""` where nothing is special.
        marks: `"start"` or `"end"` of the interval that a row is about, or `""`.
        periods: Integer, how many numbered periods a day has; 0: no such numbers.
    """

    offsets: pd.Series
    note: str = ""
    marks: str = ""
    periods: int = 0


def seconds_of_day(match: re.Match[str] | None) -> float | None:
    """Return seconds since midnight, `None` when there is no such time of day."""
    if match is None:
        return None
    parts = match.groupdict()
    hour = int(parts.get("hour") or parts.get("bare") or 0)
    minute, second = int(parts.get("minute") or 0), int(parts.get("second") or 0)
    half = parts.get("half")
    if half:
        if not 1 <= hour <= 12:
            return 0.0 if hour == minute == 0 else None
        hour = hour % 12 + (12 if half[0] in "Pp" else 0)
    end_of_day = hour == 24 and minute == second == 0
    if (hour > 23 and not end_of_day) or minute > 59 or second > 59:
        return None
    fraction = parts.get("fraction")
    return (
        hour * 3600
        + minute * 60
        + second
        + (float("0." + fraction[1:]) if fraction else 0)
    )


def read_clock(cells: pd.Series, name: str = "") -> Clock | None:
    """Read a column as times of the day, to be added to a column of dates.

    Args:
        cells: `pandas.Series` of text such as `"23:50"`, `"12:30a"` or
            `"00:00-01:00"`, or of numbers: hours, hours and minutes as in 2350, or
            periods of the day counted from 0 or 1.
        name: String, the column's name: the only difference between the hours of a
            day and twenty-four shops. Default: `""`.

    Returns:
        A `Clock`, or `None` when the column holds something else.
    """
    if is_bool_dtype(cells) or is_datetime64_any_dtype(cells):
        return None
    if is_numeric_dtype(cells):
        return _numbered(cells, name)
    known, packed, bare, spans, worded = {}, 0, 0, 0, 0
    for cell in cells.dropna().unique():
        text = str(cell).strip()
        if not text:
            continue
        number = _HOUR_WORD.sub("", text, count=1) if text[0].isalpha() else text
        if number != text:
            text, worded = number, worded + 1
        interval = _INTERVAL.match(text)
        if interval and (len(interval[1]) > 2) != (len(interval[2]) > 2):
            return None
        if interval:
            text, spans = interval[1], spans + 1
        match = _CLOCK.match(text) or _CLOCK.match(_ZONE.sub("", text))
        if match is None:
            match = _PACKED.match(text)
            packed += match is not None
        elif match["bare"] and not match["half"]:
            bare += 1
        seconds = seconds_of_day(match)
        if seconds is None:
            return None
        known[cell] = seconds
    told = spans or worded or _TELLING.search(name)
    if not known or (bare == len(known) and not told):
        return None
    if packed and not (_TELLING.search(name) or packed > 3):
        return None
    offsets = pd.to_timedelta(cells.map(known).astype("float64"), unit="s")
    values = set(known.values())
    marks = "start" if spans else _edge(values)
    note = f"{name!r} holds intervals, of which the start was taken" if spans else ""
    return Clock(offsets.dt.as_unit("us"), note or _said(marks, name), marks)


def _edge(seconds: set[float]) -> str:
    """Rows that reach 24:00 and never stand at 0:00 are named by the end of theirs."""
    return "end" if 86_400.0 in seconds and 0.0 not in seconds else ""


def _said(marks: str, name: str) -> str:
    if marks != "end":
        return ""
    return f"{name!r} runs to 24, so a stamp is the end of its interval"


def _numbered(cells: pd.Series, name: str) -> Clock | None:
    present = cells.dropna().to_numpy(dtype=float)
    if not len(present) or present.min() < 0 or present.max() > 235_959:
        return None
    if (present % 1 != 0).any():
        return _fractions(cells, present, name)
    values = np.unique(present).astype(int)
    low, high = int(values[0]), int(values[-1])
    telling = bool(_TELLING.search(name)) and not _SERIES.search(name)
    complete = len(values) == high - low + 1
    if high > 100 and not (complete and _is_run(low, high)):
        return _hhmm(cells, values, telling, name)
    unnamed = not name or name.startswith("column ")
    if _SERIES.search(name) or not (telling or (complete and _is_run(low, high))):
        return None
    if not telling and not unnamed and not _is_run(low, high):
        return None
    if low == 1 and high == 25:  # the hours of days on which summer time ends
        offsets = pd.to_timedelta(cells.astype("float64"), unit="h").dt.as_unit("us")
        return Clock(offsets, _said("end", name), "end", 24)
    if high <= 24 and not (
        low == 1 and re.search("period|interval", name, re.I) and high < 24
    ):
        marks = "end" if high == 24 and low >= 1 else ""
        offsets = pd.to_timedelta(cells.astype("float64"), unit="h")
        return Clock(offsets.dt.as_unit("us"), _said(marks, name), marks)
    first = 0 if low == 0 else 1
    periods = next((n for n in _PER_DAY if high - first + 1 <= n + n // 24), 0)
    if not periods:
        return None
    minutes = 1440 // periods
    offsets = pd.to_timedelta((cells - first).astype("float64") * minutes, unit="min")
    note = (
        f"{name!r} counts the {minutes} minutes of a day from {first}, so a stamp is "
        "the start of its interval"
    )
    return Clock(offsets.dt.as_unit("us"), note, "start", periods)


def on_the_clock(dates: pd.Series, clock: Clock) -> pd.Series:
    """Return times of the day as clocks show them where numbered periods do not.

    The day on which summer time ends has 50 half hours or 25 hours: those after the
    repeated hour are an hour earlier than their number says. The day on which it
    begins has 46: those after the missing hour are an hour later.

    Args:
        dates: `pandas.Series` of dates, one a row.
        clock: `Clock` with `periods`.
    """
    hour = pd.Timedelta(hours=1)
    length = hour * 24 / clock.periods
    begin = clock.offsets - (length if clock.marks == "end" else pd.Timedelta(0))
    last = begin.groupby(dates).transform("max") + length
    # Great Britain counts half hours and changes at one o'clock, others at two.
    change = (1 if clock.periods == 48 else 2) * hour
    sunday = dates.dt.day_of_week == 6
    long = (last == 25 * hour) & (begin >= change + hour)
    short = (last == 23 * hour) & (begin >= change) & sunday
    return clock.offsets + hour * (short.astype(int) - long.astype(int))


def _is_run(low: int, high: int) -> bool:
    """Numbers from 0 or 1 that end where the hours or parts of a day do."""
    return low in (0, 1) and any(
        high in (n - 1 + low, n + n // 24 - 1 + low) for n in _PER_DAY
    )


def _hhmm(
    cells: pd.Series, values: np.ndarray, telling: bool, name: str
) -> Clock | None:
    """Hours and minutes (and seconds) written together: 10 is ten past midnight."""
    if values.max() > 2400:
        hours, minutes = values // 10_000, values // 100 % 100
        fits = (hours < 24).all() and (minutes < 60).all() and (values % 100 < 60).all()
        seconds = cells // 10_000 * 3600 + cells // 100 % 100 * 60 + cells % 100
    else:
        fits = (values % 100 < 60).all() and (values[-1] <= 2359 or values[-1] == 2400)
        seconds = cells // 100 * 3600 + cells % 100 * 60
    if not fits or not (telling or len(values) >= 24):
        return None
    marks = "end" if values[-1] == 2400 and values[0] > 0 else ""
    offsets = pd.to_timedelta(seconds.astype("float64"), unit="s").dt.as_unit("us")
    return Clock(offsets, _said(marks, name), marks)


def _fractions(cells: pd.Series, present: np.ndarray, name: str) -> Clock | None:
    """Hours such as 0.5, or shares of a day as spreadsheets keep them."""
    if not _TELLING.search(name):
        return None
    unit = 86_400.0 if present.max() < 1 else 3600.0
    if present.max() > 24 or (np.abs(present * unit / 60 % 1 - 0.5) < 0.4).any():
        return None
    seconds = (cells.astype("float64") * unit).round()
    return Clock(pd.to_timedelta(seconds, unit="s").dt.as_unit("us"))
