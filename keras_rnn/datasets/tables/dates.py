"""Text as days and times of day: ISO, day first, month first, with names of months."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

import numpy as np
import pandas as pd

from keras_rnn.datasets.tables.clock import TIME, seconds_of_day
from keras_rnn.datasets.tables.date_order import ORDERS, WORDS, Choice, choose_order
from keras_rnn.datasets.tables.month_names import (
    has_month_name,
    month_numbers,
    without_weekday,
)
from keras_rnn.datasets.tables.time_reading import TimeReading
from keras_rnn.datasets.tables.zones import UTC, offsets_of

ENOUGH = 0.9  # share of sampled cells that must be readable
_ZONE = (
    r"\(?(?P<zone>Z|(?:UTC|GMT)?[+-]\d{1,2}(?::?\d{2})?|(?!AM|PM)[A-Z]{2,5})\)?"
    r"(?:\[[\w/]+\])?"
)
_PARTS = re.compile(
    r"(?:(?P<a>\d{1,4})(?P<sign>[-./ ])\s*(?P<b>\d{1,2})[-./ ,]+(?P<c>\d{1,4})"
    r"|(?P<packed>\d{8}))"
    rf"(?:(?P<join>[T ,:_-]+)(?:{TIME}|(?P<hhmm>\d{{4}}(?:\d{{2}})?)"
    r"|(?P<bare>\d{1,2}))"
    r"(?P<gap>\s*)(?P<half>[AaPp]\.?(?:\s?[Mm]\.?)?)?(?:\s*(?:Uhr|hrs|h)\b)?)?"
    rf"\s*(?:{_ZONE})?$"
)
_ISO = re.compile(
    r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}(?::?\d{2}(?::?\d{2}(?:[.,]\d{1,9})?)?)?)?"
    r"(?:Z|[+-]\d{2}:?\d{2})?$"
)
_ISO_OFFSET = re.compile(r":\d{2}(?:[.,]\d+)?\s*[+-]\d{2}:?\d{2}$")
_YEAR_LAST = re.compile(
    r"(\S+ +\d{1,2},?) +(\d{1,2}:\d{2}(?::\d{2})?)((?: +[A-Z]{3,4})?) +(\d{4})$"
)
_INTERVAL = re.compile(
    r"^(.*?\d\S*(?:\s\(?[A-Z]{2,5}\)?)?)(?:\s+(?:-|\u2013|\u2014|to|bis|until|à)\s+|\s*/\s*(?=\d{4}-)|--)"
    r"(\S*\d.*)$"
)


def sample_of(text: pd.Series, size: int = 200) -> list[str]:
    """Return up to `size` filled cells, evenly spread over the column."""
    cells = text.to_numpy()
    cells = cells[text.notna().to_numpy() & (cells != "")]
    if len(cells) > size:
        cells = cells[np.unique(np.linspace(0, len(cells) - 1, size).astype(int))]
    return cells.tolist()


def read_dates(
    text: pd.Series, sample: list[str], date_order: str | None
) -> TimeReading | None:
    """Read a column of text as days, with or without a time of day.

    The column is understood as a whole: whether `03.04.2016` is in March or in April
    is decided once, from all rows.

    Args:
        text: `pandas.Series` of strings without blanks around them.
        sample: List of some of them, none empty.
        date_order: `"day first"`, `"month first"`, `"year first"`, or `None`.

    Returns:
        A `TimeReading`, or `None` when the column holds something else.
    """
    if most(_ISO.match, sample):
        return _read_iso(text, sample)
    marks = ""
    if most(_is_interval, sample):
        marks = "start"
        text, sample = _each(text, _start), [_start(cell) for cell in sample]
        if most(_ISO.match, sample):
            return _read_iso(text, sample, marks)
    if any(cell[:1].isalpha() for cell in sample):
        text = _each(text, without_weekday)
        sample = [without_weekday(cell) for cell in sample]
    order = ""
    if any(map(has_month_name, sample[:20])):
        order = _order_with_names(sample)
        text, sample = _each(text, _numbered), [_numbered(cell) for cell in sample]
    matches = [match for match in map(_PARTS.match, sample) if match]
    if len(matches) < ENOUGH * len(sample):
        return None
    zones = {match["zone"] for match in matches if match["zone"]}
    if not _zones_make_sense(zones):
        return None
    return _read_parts(text, matches, order, zones, marks, date_order)


def most(test: Callable[[str], object], sample: list[str]) -> bool:
    """Whether enough of the cells pass a test; most columns fail by the first few."""
    left = len(sample) - ENOUGH * len(sample)
    for cell in sample:
        if not test(cell):
            left -= 1
            if left < 0:
                return False
    return True


def _each(text: pd.Series, change: Callable[[str], str]) -> pd.Series:
    return text.map(change, na_action="ignore")


def _numbered(cell: str) -> str:
    cell = month_numbers(cell).replace(". ", " ").replace(" de ", " ")
    return _YEAR_LAST.sub(r"\1 \4 \2\3", cell)


def _order_with_names(sample: list[str]) -> str:
    cell = next(filter(has_month_name, sample))
    parts = re.findall(r"<\d\d>|\d+", month_numbers(cell, "<{}>"))
    if len(parts[0]) == 4 and parts[0].isdigit():
        return "ymd"
    return "mdy" if parts[0].startswith("<") else "dmy"


def _is_interval(cell: str) -> bool:
    match = _INTERVAL.match(cell)
    return bool(match and re.search(r"[:/.-]\d", match[1]) and len(match[2]) >= 5)


def _start(cell: str) -> str:
    match = _INTERVAL.match(cell)
    return match[1].strip() if match else cell


def _read_iso(text: pd.Series, sample: list[str], marks: str = "") -> TimeReading:
    values = pd.to_datetime(text, format="ISO8601", errors="coerce", utc=True)
    values = plain(values.dt.tz_localize(None))
    with_time = any(len(cell) > 10 for cell in sample)
    repairs, zone = {}, "UTC" if any(cell.endswith("Z") for cell in sample) else ""
    if any(map(_ISO_OFFSET.search, sample)):
        count = int(text.str.contains(_ISO_OFFSET, na=False).sum())
        repairs["time stamps with an offset from UTC, changed to UTC"] = count
        zone = "UTC"
    values = _fill_by_parts(values, text, "ymd", {})
    unit = "time" if with_time else "day"
    return TimeReading(
        values, unit, "ISO 8601", zone=zone, marks=marks, repairs=repairs
    )


def _zones_make_sense(zones: set[str]) -> bool:
    letters = {zone for zone in zones if zone.isalpha()}
    return len(letters) < 3 and not letters & {"KG", "KM", "CM", "MM", "HPA", "DEG"}


def _read_parts(
    text: pd.Series,
    matches: list[re.Match[str]],
    order: str,
    zones: set[str],
    marks: str,
    date_order: str | None,
) -> TimeReading | None:
    packed = matches[0]["packed"] is not None
    named = {zone for zone in zones if zone.isalpha()}
    repairs: dict[str, int] = {}
    zone = ""
    offsets = offsets_of(named) if named else {}
    if len(named) == 1 and not named <= UTC:
        zone, offsets = next(iter(named)), dict.fromkeys(named, 0.0)
    elif zones:
        zone = "UTC"
        if offsets is None:
            return None
        if zones - UTC:
            count = int(text.notna().sum())
            repairs["time stamps with an offset from UTC, changed to UTC"] = count
    if order:
        orders = [order]
    else:
        orders = ["ymd"] if packed else _possible_orders(matches, date_order)
    readings = {
        key: _fill_by_parts(
            _strptime(text, matches, key, zones), text, key, offsets or {}
        )
        for key in orders
    }
    sign = matches[0]["sign"] or ""
    if order:  # a name is the month
        choice = Choice(order, "")
    else:
        choice = choose_order(readings, text, sign, date_order)
    order = choice.order
    with_time = any(match["join"] for match in matches)
    return TimeReading(
        readings[order],
        "time" if with_time else "day",
        "digits written together" if packed else _notation(order, sign, matches[0]),
        order="" if packed else WORDS[order],
        why=choice.why,
        question=choice.question,
        rivals=readings if len(readings) > 1 else {},
        written=text if len(readings) > 1 else None,
        zone=zone,
        marks=marks,
        repairs=repairs,
    )


def _notation(order: str, sign: str, match: re.Match[str]) -> str:
    words = {"d": "day", "m": "month", "y": "year"}
    date = (sign or "").join(words[letter] for letter in order)
    if not match["join"]:
        return date
    return f"{date} time" + (" (12 hours)" if match["half"] else "")


def _possible_orders(matches: list[re.Match[str]], date_order: str | None) -> list[str]:
    """Orders of day, month and year that the sampled cells leave open."""
    if 2 * sum(len(match["a"] or "") == 4 for match in matches) > len(matches):
        return ["ymd"]
    if date_order is not None:
        return [ORDERS[date_order]]
    day_first = any(12 < int(match["a"] or 0) <= 31 for match in matches)
    month_first = any(12 < int(match["b"] or 0) <= 31 for match in matches)
    if day_first == month_first:
        orders = ["dmy", "mdy"]
    else:
        orders = ["dmy"] if day_first else ["mdy"]
    if all(
        match["a"] and len(match["a"]) == len(match["c"]) == 2 for match in matches
    ) and all(int(match["b"]) <= 12 and 0 < int(match["c"]) <= 31 for match in matches):
        orders.append("ymd")  # 23-01-05 may be in 2023 or in 2005
        if any(int(match["a"]) > 31 for match in matches):
            orders = ["ymd"]
    return orders


def _strptime(
    text: pd.Series, matches: list[re.Match[str]], order: str, zones: set[str]
) -> pd.Series:
    """Read the whole column in the most frequent format of its sample (fast)."""
    formats = Counter(_format(match, order) for match in matches)
    usual = formats.most_common(1)[0][0]
    if any(zone[0] in "+-" for zone in zones):
        values = pd.to_datetime(text, format=usual, errors="coerce", utc=True)
        return plain(values.dt.tz_localize(None))
    return plain(pd.to_datetime(text, format=usual, errors="coerce"))


def _format(match: re.Match[str], order: str) -> str:
    if match["packed"]:
        date = "%Y%m%d"
    else:
        year = "%Y" if len(match["a"] if order == "ymd" else match["c"]) == 4 else "%y"
        date = match["sign"].join(
            {"y": year, "m": "%m", "d": "%d"}[letter] for letter in order
        )
    time = ""
    if match["join"]:
        time = match["join"]
        if match["hhmm"]:
            time += "%H%M" + ("%S" if len(match["hhmm"]) == 6 else "")
        elif match["bare"]:
            time += "%I" if match["half"] else "%H"
        else:
            colon = match["colon"]
            time += ("%I" if match["half"] else "%H") + colon + "%M"
            time += f"{colon}%S" if match["second"] else ""
        time += match["gap"] + "%p" if match["half"] else ""
    zone = match["zone"] or ""
    if zone and zone[0] in "+-":
        zone = "%z"
    before = match.string[: match.start("zone")] if zone else ""
    blank = " " if before.endswith(" ") else ""
    return date + time + blank + zone


def _fill_by_parts(
    values: pd.Series, text: pd.Series, order: str, offsets: dict[str, float]
) -> pd.Series:
    """Read one by one what the column's format left over.

    That is 24:00 for the end of a day, midnight written as a date alone, seconds
    that some rows have, fractions and offsets.
    """
    shifted = any(offsets.values())
    left = text.notna() & (text != "") & (True if shifted else values.isna())
    if not left.any():
        return values
    values = values.copy()
    known = {
        cell: _from_parts(_PARTS.match(cell), order, offsets)
        for cell in text[left].unique()
    }
    values[left] = plain(pd.to_datetime(text[left].map(known)))
    return plain(values)


def _from_parts(
    match: re.Match[str] | None, order: str, offsets: dict[str, float]
) -> pd.Timestamp:
    if not match:
        return pd.NaT
    if match["packed"]:
        packed = match["packed"]
        date = {"y": packed[:4], "m": packed[4:6], "d": packed[6:]}
    else:
        date = dict(zip(order, (match["a"], match["b"], match["c"]), strict=True))
    if len(date["d"]) > 2 or len(date["m"]) > 2:
        return pd.NaT
    year = int(date["y"])
    if len(date["y"]) <= 2:
        year += 2000 if year < 69 else 1900
    seconds: float | None = 0.0
    if match["hhmm"]:
        digits = match["hhmm"]
        colons = ":".join(digits[i : i + 2] for i in range(0, len(digits), 2))
        seconds = seconds_of_day(re.match(TIME, colons))
    elif match["join"]:
        seconds = seconds_of_day(match)
    if seconds is None:
        return pd.NaT
    zone = match["zone"] or ""
    if zone in offsets:
        seconds -= offsets[zone] * 3600
    elif zone and zone not in UTC:
        digits = re.search(r"([+-])(\d{1,2}):?(\d{2})?$", zone)
        if digits is None:
            return pd.NaT
        east = int(digits[2]) * 3600 + int(digits[3] or 0) * 60
        seconds -= east if digits[1] == "+" else -east
    try:
        midnight = pd.Timestamp(year, int(date["m"]), int(date["d"]))
    except ValueError:
        return pd.NaT
    return (midnight + pd.Timedelta(seconds=seconds)).round("us")


def plain(values: pd.Series) -> pd.Series:
    """Return datetimes in microseconds, the one resolution of all tables."""
    return values.astype("datetime64[us]")
