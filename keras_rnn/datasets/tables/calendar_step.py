"""The step of a series as the calendar has it: monthly is not "each 31 days"."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

_SECOND, _DAY = 1_000_000, 86_400_000_000  # microseconds
_MONTHS = {1: "monthly", 3: "quarterly", 6: "half-yearly", 12: "yearly"}
_FIXED = {
    7 * _DAY: "weekly",
    _DAY: "daily",
    3600 * _SECOND: "hourly",
    1800 * _SECOND: "half-hourly",
}


@dataclass(frozen=True)
class CalendarStep:
    """How far apart the rows of a series are.

    Args:
        text: String for a heading: `"monthly"`, `"every 10 minutes"`.
        unit: `"month"`, `"week pattern"` (months of four or five weeks),
            `"working day"`, `"second"`, or `""` when no step is usual.
        count: Float, how many of these units make a step.
        share: Float, the share of steps between rows that have this length.
        gaps: Integer, how many steps are longer.
        missing: Integer, how many rows would stand in these gaps.
    """

    text: str
    unit: str
    count: float
    share: float
    gaps: int
    missing: int

    @property
    def evenness(self) -> float:
        """Share of usual steps times the share of rows that are there, 0 to 1."""
        return self.share * self._filled

    @property
    def _filled(self) -> float:
        return 1.0 / (1.0 + max(self.missing, 0) / max(self._steps, 1))

    _steps: int = 0


def find_step(times: np.ndarray) -> CalendarStep:
    """Find the step of a series by the calendar.

    Args:
        times: Array of `datetime64`, sorted and without repeats.

    Returns:
        A `CalendarStep`.

    Example:

    >>> import numpy as np
    >>> months = np.array(["2020-01-31", "2020-02-29", "2020-03-31", "2020-05-31"])
    >>> step = find_step(months.astype("datetime64[us]"))
    >>> step.text, step.missing
    ('monthly', 1)
    """
    times = times.astype("datetime64[us]")
    ticks = times.astype("int64")
    steps = np.diff(ticks)
    if not len(steps):
        return CalendarStep("one row" if len(ticks) else "no row", "", 0.0, 0.0, 0, 0)
    if steps.min() >= 27 * _DAY and (ticks % _DAY == ticks[0] % _DAY).all():
        found = _weeks_pattern(times) or _months(times, steps)
        if found:
            return found
    return _working_days(times, ticks, steps) or _fixed(steps)


def _most_frequent(values: np.ndarray) -> tuple[int, int]:
    """The most frequent value and how often it occurs."""
    if values.min() == values.max():
        return int(values[0]), len(values)
    found, counts = np.unique(values, return_counts=True)
    return int(found[counts.argmax()]), int(counts.max())


def _counted(
    text: str, unit: str, count: float, steps: np.ndarray, usual: float, share: float
) -> CalendarStep:
    long = steps[steps > 1.5 * usual]
    missing = int(np.round(long / usual - 1).sum()) if len(long) else 0
    return CalendarStep(text, unit, count, share, len(long), missing, len(steps))


def retail_months(times: np.ndarray) -> np.ndarray | None:
    """Count the months between rows whose months have four or five weeks.

    Retailers and accountants have such years: quarters of 4, 4 and 5 weeks, in any
    order, and a week more in some years.

    Args:
        times: Array of `datetime64`, sorted and without repeats.

    Returns:
        Integer array with one entry fewer than there are rows, 1 where none is
        missing; or `None` when these are no such months.

    Example:

    >>> import numpy as np
    >>> days = np.cumsum([0, 28, 28, 35, 28, 28, 35, 28, 63])
    >>> retail_months(np.datetime64("2020-02-02") + days)
    array([1, 1, 1, 1, 1, 1, 1, 2])
    """
    steps = np.diff(times.astype("datetime64[us]").astype("int64"))
    if len(steps) < 6 or steps.min() < 28 * _DAY or (steps % (7 * _DAY)).any():
        return None
    weeks = steps // (7 * _DAY)
    fours, fives = (weeks == 4).mean(), (weeks == 5).mean()
    # A third of the months have five weeks; some years have a week more.
    if fours + fives < 0.8 or not 0.2 <= fives <= 0.5:
        return None
    return np.round(weeks * 3 / 13).astype(int)


def _weeks_pattern(times: np.ndarray) -> CalendarStep | None:
    apart = retail_months(times)
    if apart is None:
        return None
    text = "monthly, in months of 4 or 5 weeks"
    return _counted(text, "week pattern", 1.0, apart, 1, float((apart == 1).mean()))


def _months(times: np.ndarray, steps: np.ndarray) -> CalendarStep | None:
    month = times.astype("datetime64[M]")
    day = (times.astype("datetime64[D]") - month.astype("datetime64[D]")).astype(int)
    length = (
        (month + 1).astype("datetime64[D]") - month.astype("datetime64[D]")
    ).astype(int)
    apart = np.diff(month.astype(int))
    usual, often = _most_frequent(apart)
    same_day = (day == np.minimum(day.max(), length - 1)).all()
    at_an_end = (day <= 4).all() or (day >= length - 5).all()
    if not usual or not (same_day or at_an_end) or steps.min() < 26 * _DAY:
        return None
    if not same_day and often < len(apart):
        return None
    text = _MONTHS.get(usual) or (
        f"every {usual // 12} years" if usual % 12 == 0 else f"every {usual} months"
    )
    share = often / len(apart)
    return _counted(text, "month", float(usual), apart, usual, share)


def _working_days(
    times: np.ndarray, ticks: np.ndarray, steps: np.ndarray
) -> CalendarStep | None:
    if len(ticks) < 6 or (steps % _DAY).any() or _most_frequent(steps)[0] != _DAY:
        return None
    days = times.astype("datetime64[D]")
    if not np.is_busday(days).all():
        return None
    apart = np.busday_count(days[:-1], days[1:])
    share = float((apart == 1).mean())
    return _counted("each working day", "working day", 1.0, apart, 1, share)


def _fixed(steps: np.ndarray) -> CalendarStep:
    usual, often = _most_frequent(steps)
    if often * 2 < len(steps):
        # A logger whose clock jitters: the median, if nearly all are close to it.
        median = float(np.median(steps))
        close = (np.abs(steps / median - np.round(steps / median)) < 0.1).mean()
        if close < 0.9:
            text = f"uneven, mostly {_span(usual)}" if often > 1 else "uneven"
            return _counted(text, "", 0.0, steps, usual, often / len(steps))
        usual = int(_rounded(median))
        often = int((np.abs(steps - usual) < 0.1 * usual).sum())
        text = f"about every {_span(usual)}"
    else:
        text = _FIXED.get(usual) or f"every {_span(usual)}"
    return _counted(text, "second", usual / _SECOND, steps, usual, often / len(steps))


def _rounded(ticks: float) -> float:
    for unit in (_DAY, 3600 * _SECOND, 60 * _SECOND, _SECOND):
        nearest = round(ticks / unit) * unit
        if nearest and abs(nearest - ticks) <= ticks / 100:
            return nearest
    return ticks


def _span(ticks: int) -> str:
    for unit, word in (
        (7 * _DAY, "weeks"),
        (_DAY, "days"),
        (3600 * _SECOND, "hours"),
        (60 * _SECOND, "minutes"),
        (_SECOND, "seconds"),
    ):
        if ticks % unit == 0:
            number = ticks // unit
            return f"{number} {word}" if number > 1 else f"1 {word[:-1]}"
    return f"{ticks / _SECOND:g} seconds"


def has_repeats(stamps: pd.Series) -> bool:
    """Whether a stamp occurs twice; quick where they are in order."""
    steps = np.diff(stamps.to_numpy().astype("int64"))
    if (steps > 0).all() or (steps < 0).all():
        return False
    known = np.sort(stamps.dropna().to_numpy())
    return bool((known[1:] == known[:-1]).any())
