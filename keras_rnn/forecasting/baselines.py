"""What a forecast has to beat: repeating the last value, or the last season."""

import numpy as np
import pandas as pd

from keras_rnn.forecasting.time_steps import infer_step, is_working_days

# The cycles of daily life that a naive forecaster would repeat, shortest first.
_SEASONS = [
    ("day", pd.Timedelta(days=1)),
    ("week", pd.Timedelta(weeks=1)),
    ("year", pd.Timedelta(days=365.2425)),
]


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
    step = infer_step(index)
    for name, length in _SEASONS:
        rows = round(length / step)
        if name == "week" and is_working_days(index):
            rows = 5
        if rows >= 4:
            return name, rows
    return "", 1


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
