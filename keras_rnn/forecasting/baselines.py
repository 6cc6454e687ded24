"""What a forecast has to beat: repeating the last value, or the last season."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from keras_rnn.forecasting.time_steps import (
    infer_step,
    is_working_days,
    retail_steps,
    step_text,
)

if TYPE_CHECKING:
    from keras_rnn.forecasting.split import Split

_DAY, _WEEK = pd.Timedelta(days=1), pd.Timedelta(weeks=1)
YEAR = pd.Timedelta(days=365.2425)
# The cycles of daily life that a naive forecaster would repeat, shortest first.
_SEASONS = [
    ("day", pd.Timedelta(days=1)),
    ("week", pd.Timedelta(weeks=1)),
    ("year", YEAR),
]
# A day of finer rows than ten minutes is more than a forecast of one go.
_MOST_STEPS = 144
# How far from a day its neighbours are in the mean of earlier years.
_REACH = pd.Timedelta(days=7)
# Windows, less one, that the training part has to have at least.
LEAST_TRAINING = 7


def season_of(index: pd.DatetimeIndex) -> tuple[str, int]:
    """Return the shortest of day, week and year that a series can show.

    A season needs at least four rows: an hourly series has the day (24 rows), a
    daily one the week (7 rows, or 5 if it has working days alone), a monthly one the
    year (12 rows).

    Args:
        index: `pandas.DatetimeIndex`, sorted.

    Returns:
        `(name, rows)`: string and integer; `("", 1)` if there is none.

    Example:

    >>> season_of(pd.date_range("2024-01-01", periods=100, freq="h"))
    ('day', 24)
    >>> season_of(pd.date_range("2000-01-01", periods=60, freq="MS"))
    ('year', 12)
    """
    if retail_steps(index) is not None:
        return "year", 12
    step = infer_step(index)
    for name, length in _SEASONS:
        rows = round(length / step)
        if name == "week" and is_working_days(index):
            rows = 5
        if rows >= 4:
            return name, rows
    return "", 1


def season_of_parts(parts: Split, horizon: int, remarks: list[str]) -> tuple[str, int]:
    """Return the season that a naive forecast repeats.

    Args:
        parts: `Split` of the prepared rows.
        horizon: Integer, rows to forecast.
        remarks: List, receives why there is none.

    Returns:
        `(name, rows)`: string and integer; `("", 1)` if none fits.
    """
    name, rows = season_of(parts.train.index)
    if not name:
        remarks.append(
            f"no seasonal naive forecast: rows {step_text(parts.train.index)} apart "
            "have no day, week or year to repeat"
        )
    elif rows + horizon + LEAST_TRAINING > len(parts.train):
        remarks.append(
            f"no seasonal naive forecast: a {name} is {rows} rows, and the training "
            f"part of {len(parts.train)} has no room for it and {horizon} steps ahead"
        )
        name, rows = "", 1
    return name, rows


def usual_horizon(index: pd.DatetimeIndex) -> int:
    """Return how many steps ahead are usually asked for, by the step of the rows.

    A day of hours or finer rows, two weeks of days, a quarter of weeks, a year of
    months, two years of quarters, five years.

    Args:
        index: `pandas.DatetimeIndex`, sorted.

    Returns:
        Integer.

    Example:

    >>> usual_horizon(pd.date_range("2000-01-01", periods=144, freq="MS"))
    12
    """
    step = infer_step(index)
    if step < pd.Timedelta(hours=6):
        return min(round(pd.Timedelta(days=1) / step), _MOST_STEPS)
    if step < pd.Timedelta(days=7):
        days = 10 if is_working_days(index) else 14
        return max(1, days * round(max(pd.Timedelta(days=1) / step, 1)))
    for shortest, steps in ((300, 5), (80, 8), (25, 12)):
        if step >= pd.Timedelta(days=shortest):
            return steps
    return 13


def year_means(
    known: pd.Series, stamps: pd.DatetimeIndex, reach: pd.Timedelta = _REACH
) -> np.ndarray:
    """Return for each stamp the mean of the same days of earlier years.

    The days are those at most a week before or after the stamp's, a year, two years and
    so on earlier.

    Args:
        known: `pandas.Series` of values that are known, with a sorted `DatetimeIndex`.
        stamps: `pandas.DatetimeIndex`, what is to be forecast.
        reach: `pandas.Timedelta`, how far a day may be from the stamp's.
            Default: a week.

    Returns:
        Float64 array as long as `stamps`; NaN where there is no such day.

    Example:

    >>> days = pd.date_range("2020-01-01", "2021-12-31")
    >>> known = pd.Series(days.year * 1000.0 + days.month, index=days)
    >>> year_means(known, pd.DatetimeIndex(["2022-07-15"])).tolist()
    [2020507.0]
    """
    known = known.dropna()
    sums = np.concatenate([[0.0], np.cumsum(known.to_numpy("float64"))])
    total, count = np.zeros(len(stamps)), np.zeros(len(stamps))
    years = int((stamps[-1] - known.index[0]) / YEAR) + 1 if len(known) else 0
    for year in range(1, years + 1):
        same = stamps - pd.DateOffset(years=year)
        first = known.index.searchsorted(same - reach, side="left")
        after = known.index.searchsorted(same + reach, side="right")
        total += sums[after] - sums[first]
        count += after - first
    with np.errstate(invalid="ignore"):
        return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def persistence(past: np.ndarray, horizon: int) -> np.ndarray:
    """Forecast that nothing changes: repeat the last value.

    Args:
        past: Array of shape `(windows, history)`, the target's past values.
        horizon: Integer, steps to forecast.

    Returns:
        Array of shape `(windows, horizon)`.

    Example:

    >>> persistence(np.array([[1.0, 2.0, 3.0]]), 2)
    array([[3., 3.]])
    """
    return np.repeat(past[:, -1:], horizon, axis=1)


def seasonal_naive(past: np.ndarray, horizon: int, season: int) -> np.ndarray:
    """Forecast that the last season comes again: same hour yesterday.

    Args:
        past: Array of shape `(windows, history)`, the target's past values, with
            `history` at least `season`.
        horizon: Integer, steps to forecast; beyond one season it starts over.
        season: Integer, rows in a season; 1 is persistence.

    Returns:
        Array of shape `(windows, horizon)`.

    Raises:
        ValueError: `past` is shorter than a season.

    Example:

    >>> seasonal_naive(np.array([[0.0, 1.0, 2.0, 3.0]]), horizon=5, season=3)
    array([[1., 2., 3., 1., 2.]])
    """
    if past.shape[1] < season:
        raise ValueError(
            f"A season of {season} rows needs a past as long. "
            f"Received: past.shape={past.shape}."
        )
    return past[:, seasonal_places(past.shape[1], horizon, season)]


def seasonal_places(history: int, horizon: int, season: int) -> np.ndarray:
    """Return which row of the past stands for each step of the future.

    Args:
        history: Integer, rows of the past.
        horizon: Integer, steps to forecast.
        season: Integer, rows in a season, at most `history`.

    Returns:
        Integer array of shape `(horizon,)`, places from 0 to `history - 1`.

    Example:

    >>> seasonal_places(history=24, horizon=3, season=24)
    array([0, 1, 2])
    """
    return history - season + np.arange(horizon) % season


def has_year_mean(parts: Split, target: str, remarks: list[str]) -> bool:
    """Return whether each day of the test part has a like in an earlier year.

    Args:
        parts: `Split` of the prepared rows.
        target: String, the column to forecast.
        remarks: List, receives why not, where rows are days or weeks.
    """
    index = parts.test.index
    if not _DAY <= infer_step(index) <= _WEEK:
        return False
    known = pd.concat(parts[:2])[target]
    if np.isfinite(year_means(known, index)).all():
        return True
    remarks.append(
        "no mean of these days in earlier years: the rows before the test part, from "
        f"{known.index[0]:%Y-%m-%d} on, do not hold all days of it a year before"
    )
    return False
