"""Numbers as points in time: digits written together, seconds, years, day counts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from keras_rnn.datasets.tables.calendar_step import find_step
from keras_rnn.datasets.tables.dates import plain
from keras_rnn.datasets.tables.time_reading import TimeReading

_EPOCHS = ((1e8, "s"), (1e11, "ms"), (1e14, "us"), (1e17, "ns"))
_EPOCH_WORDS = {"s": "seconds", "ms": "milliseconds", "us": "µs", "ns": "nanoseconds"}
_PACKED = {8: "", 10: "h", 12: "hm", 14: "hms"}
_FIRST_YEAR, _LAST_YEAR = 1678, 2200


def read_numbers(
    cells: pd.Series, *, telling: bool = False, exact: bool = False, name: str = ""
) -> TimeReading | None:
    """Read a column of numbers as time stamps.

    Known are digits written together (`201612312350`), seconds to nanoseconds since
    1970, days as spreadsheets and astronomers count them, years, decimal years, years
    and months (`201612`), years and days of the year (`2016366`).

    Args:
        cells: `pandas.Series` of numbers.
        telling: Boolean, whether the column's name says that it is about time: only
            then are counts of seconds and days, and years, what they look like.
        name: String, the column's name. Default: `""`.

    Returns:
        A `TimeReading`, or `None` when the numbers are none of these.
    """
    present = cells.dropna().to_numpy(dtype=float)
    if not len(present):
        return None
    low, high = float(present.min()), float(present.max())
    if low <= 0 or not np.isfinite(high):
        return None
    whole = bool((present[:1000] % 1 == 0).all() and (present % 1 == 0).all())
    if not (whole or telling):
        return None
    if whole:
        found = _packed(cells, low, high)
        if found is not None:
            return found
    if not telling:
        return None
    return (
        (_short_packed(cells, present, low, high, name) if whole else None)
        or _epoch(cells, low, high)
        or _years(cells, present, low, high, whole)
        or _months_of_years(cells, present, low, high)
        or (_day_counts(cells, low, high, whole, name) if exact else None)
    )


def _packed(cells: pd.Series, low: float, high: float) -> TimeReading | None:
    digits = len(f"{low:.0f}")
    if digits not in _PACKED or digits != len(f"{high:.0f}"):
        return None
    whole = cells.fillna(0).astype("int64").to_numpy()
    rest = whole
    times = np.zeros(len(whole), dtype="int64")
    valid = np.ones(len(whole), dtype=bool)
    midnight_after = np.zeros(len(whole), dtype=bool)
    for letter in reversed(_PACKED[digits]):
        rest, part = np.divmod(rest, 100)
        scale = {"h": 3600, "m": 60, "s": 1}[letter]
        valid &= part < {"h": 25, "m": 60, "s": 60}[letter]
        if letter == "h":
            midnight_after = part == 24
        times += part * scale
    valid &= ~midnight_after | (times == 86_400)
    days, good = _days(rest // 10_000, rest // 100 % 100, rest % 100)
    missing = cells.isna().to_numpy()
    if not (valid & good | missing).all():
        return None
    stamps = days.astype("datetime64[s]") + times
    stamps[missing] = np.datetime64("NaT")
    unit = "day" if digits == 8 else "time"
    return TimeReading(_series(stamps, cells), unit, "digits written together")


def _days(
    year: np.ndarray, month: np.ndarray | int, day: np.ndarray | int
) -> tuple[np.ndarray, np.ndarray]:
    good = (year >= _FIRST_YEAR) & (year <= _LAST_YEAR) & (month >= 1) & (month <= 12)
    months = np.where(good, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
    days = months.astype("datetime64[D]") + (day - 1)
    good &= (day >= 1) & (days.astype("datetime64[M]") == months)
    return days, good


def _series(stamps: np.ndarray, cells: pd.Series) -> pd.Series:
    return pd.Series(stamps.astype("datetime64[us]"), index=cells.index)


def _short_packed(
    cells: pd.Series, present: np.ndarray, low: float, high: float, name: str
) -> TimeReading | None:
    """Year and month, quarter, week or day of the year in 5 to 8 digits."""
    whole = cells.fillna(0).astype("int64").to_numpy()
    missing = cells.isna().to_numpy()
    found: list[tuple[float, TimeReading]] = []

    def offer(stamps: np.ndarray, good: np.ndarray, unit: str, words: str) -> None:
        if not (good | missing).all():
            return
        stamps = stamps.astype("datetime64[us]")
        stamps[missing] = np.datetime64("NaT")
        times = np.unique(stamps[~missing])
        evenness = find_step(times).evenness if len(times) > 2 else 1.0
        found.append((evenness, TimeReading(_series(stamps, cells), unit, words)))

    year, rest = np.divmod(whole, 100)
    in_range = (year >= _FIRST_YEAR) & (year <= _LAST_YEAR)
    if low >= 100_000 and high < 1_000_000:
        days, good = _days(year, rest, np.ones_like(rest))
        offer(days, good, "month", "year and month written together")
        weeks = in_range & (rest >= 1) & (rest <= 53)
        if (weeks | missing).all() and ("w" in name.lower() or (rest > 12).any()):
            offer(_mondays(year, rest), weeks, "week", "ISO year and week together")
        days, good = _days(2000 + whole // 10_000, whole // 100 % 100, whole % 100)
        offer(days, good, "day", "year of two digits, month and day together")
    elif low >= 10_000 and high < 100_000:
        year, quarter = np.divmod(whole, 10)
        good = (quarter >= 1) & (quarter <= 4)
        days, valid = _days(year, 3 * quarter - 2, np.ones_like(year))
        offer(days, good & valid, "quarter", "year and quarter written together")
    elif low >= 1_000_000 and high < 10_000_000:
        year, number = np.divmod(whole, 1000)
        days, valid = _days(year, np.ones_like(year), np.ones_like(year))
        days = days + (number - 1)
        good = (
            valid
            & (number >= 1)
            & (days.astype("datetime64[Y]").astype(int) + 1970 == year)
        )
        offer(days, good, "day", "year and day of the year written together")
    return max(found, key=lambda pair: pair[0])[1] if found else None


def _mondays(year: np.ndarray, week: np.ndarray) -> np.ndarray:
    """The Monday of each ISO week: week 1 holds the 4th of January."""
    fourth = (year - 1970).astype("datetime64[Y]").astype("datetime64[D]") + 3
    weekday = (fourth.astype(int) + 3) % 7
    return fourth - weekday + 7 * (week - 1)


def _epoch(cells: pd.Series, low: float, high: float) -> TimeReading | None:
    for start, unit in reversed(_EPOCHS):
        if start <= low and high < start * 1e3:
            values = pd.to_datetime(cells, unit=unit, errors="coerce")
            words = f"{_EPOCH_WORDS[unit]} since 1970"
            return TimeReading(plain(values.dt.round("us")), "time", words, zone="UTC")
    return None


def _years(
    cells: pd.Series, present: np.ndarray, low: float, high: float, whole: bool
) -> TimeReading | None:
    if not _FIRST_YEAR <= low <= high <= _LAST_YEAR + 1:
        return None
    years = np.floor(present)
    if whole:
        days, _ = _days(years.astype(int), 1, 1)
        return TimeReading(_put(days, cells), "year", "year")
    hundredths = np.round((present - years) * 100, 6)
    is_month = (hundredths % 1 == 0) & (hundredths >= 1) & (hundredths <= 12)
    if is_month.all():
        days, _ = _days(years.astype(int), hundredths.astype(int), 1)
        return TimeReading(_put(days, cells), "month", "year.month")
    tenths = np.round((present - years) * 10, 6)
    if set(np.unique(tenths)) == {1.0, 2.0, 3.0, 4.0}:
        days, _ = _days(years.astype(int), 3 * tenths.astype(int) - 2, 1)
        return TimeReading(_put(days, cells), "quarter", "year.quarter")
    return _decimal_years(cells, present, years)


def _months_of_years(
    cells: pd.Series, present: np.ndarray, low: float, high: float
) -> TimeReading | None:
    """01.2012: a month, a point and a year, which look like a number with decimals."""
    if not 1 <= low <= high < 13:
        return None
    months = np.floor(present)
    years = np.round((present - months) * 10_000, 6)
    if (years % 1 != 0).any():
        return None
    days, good = _days(years.astype(int), months.astype(int), 1)
    if not good.all():
        return None
    return TimeReading(_put(days, cells), "month", "month and year")


def _decimal_years(
    cells: pd.Series, present: np.ndarray, years: np.ndarray
) -> TimeReading:
    share = present - years
    twelfths, halves = share * 12, share * 12 - 0.5
    for parts, months in ((twelfths, 1), (halves, 1), (share * 4, 3)):
        if (np.abs(parts - np.round(parts)) < 0.02 * len("1") / months).all():
            number = np.round(parts).astype(int) * months
            whole_year, month = years.astype(int) + number // 12, number % 12 + 1
            days, _ = _days(whole_year, month, 1)
            unit = {1: "month", 3: "quarter"}[months]
            return TimeReading(_put(days, cells), unit, "decimal year")
    start = (years.astype(int) - 1970).astype("datetime64[Y]")
    first, after = (start + add for add in (0, 1))
    first, after = (stamp.astype("datetime64[s]") for stamp in (first, after))
    seconds = share * (after - first).astype("int64")
    # Written to four digits, a year is known to the hour.
    fine = np.diff(np.sort(present))
    grain = 86_400 if len(fine) and np.median(fine) > 0.0025 else 60
    rounded = (np.round(seconds / grain) * grain).astype("timedelta64[s]")
    return TimeReading(
        _put(first + rounded, cells),
        "day" if grain == 86_400 else "time",
        "decimal year",
    )


def _put(stamps: np.ndarray, cells: pd.Series) -> pd.Series:
    """Stamps of the filled cells, at their places."""
    result = np.full(len(cells), np.datetime64("NaT"), dtype="datetime64[us]")
    result[cells.notna().to_numpy()] = stamps.astype("datetime64[us]")
    return pd.Series(result, index=cells.index)


def _day_counts(
    cells: pd.Series, low: float, high: float, whole: bool, name: str
) -> TimeReading | None:
    if "mjd" in name.lower() and high < 100_000:
        start, words, shift = "1858-11-17", "modified Julian days", 0.0
    elif low >= 20_000 and high < 80_000:
        start, words = "1899-12-30", "days as spreadsheets count them"
        shift = 0.0
    elif low >= 2_400_000 and high < 2_500_000:
        start, words, shift = "1970-01-01", "Julian days", 2_440_587.5
    elif low >= 700_000 and high < 760_000:
        start, words, shift = "1970-01-01", "days as MATLAB counts them", 719_529.0
    else:
        return None
    seconds = ((cells.astype("float64") - shift) * 86_400).round()
    values = pd.Timestamp(start) + pd.to_timedelta(seconds, unit="s")
    unit = "day" if whole and shift != 2_440_587.5 else "time"
    return TimeReading(plain(values), unit, words)
