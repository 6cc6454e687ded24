"""How a global network sees a past: how many rows back, and in steps of how many."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

# Seasons that a window looks back to, and horizons where that is more.
_SEASONS_BACK = 14
_HORIZONS_BACK = 3
# From so many rows a season is taken for a day, which has a week above it.
_LEAST_DAY = 24
_DAYS_OF_A_WEEK = 7
# Recurrent steps, and past seasons to repeat from: more cost time and gain nothing.
_MOST_STEPS = 48
_MOST_REPEATS = 28
# The share of series that has to hold a whole window and what follows it.
_WHOLE = 0.75


@dataclass(frozen=True)
class WindowShape:
    """The shape of a window: its past, read in segments, and what is forecast.

    Attributes:
        lookback: Integer, rows of the past; a multiple of `segment`.
        horizon: Integer, rows to forecast.
        season: Integer, rows of a season; 1 for none.
        segment: Integer, rows that one recurrent step reads; a multiple of `season`.
        recent: Integer, the last rows, from which the scale is taken.
    """

    lookback: int
    horizon: int
    season: int
    segment: int
    recent: int

    @property
    def repeats(self) -> int:
        """Integer, the past seasons that a forecast may repeat."""
        return min(self.lookback // self.season, _MOST_REPEATS)

    @property
    def week(self) -> int:
        """Integer, seasons of a week where a season is a day, else 0."""
        has_week = self.season >= _LEAST_DAY and self.repeats >= _DAYS_OF_A_WEEK
        return _DAYS_OF_A_WEEK if has_week else 0

    def repeated_rows(self) -> np.ndarray:
        """Return the rows of the past at the same place of each past season.

        Returns:
            Integer array of shape `(horizon, repeats)`, places in the past.

        Example:

        >>> WindowShape(6, 4, 3, 3, 3).repeated_rows().tolist()
        [[0, 3], [1, 4], [2, 5], [0, 3]]
        """
        first = self.lookback - self.repeats * self.season
        place = np.arange(self.horizon)[:, None] % self.season
        return first + place + self.season * np.arange(self.repeats)


def choose_window_shape(
    lengths: np.ndarray, horizon: int, season: int, lookback: int | None = None
) -> WindowShape:
    """Choose how far to look back, by season, horizon, and the series' lengths.

    Fourteen seasons or three horizons, whichever is more, and less where a quarter of
    the series would not hold a whole window.

    Args:
        lengths: Integer array of shape `(series,)`.
        horizon: Integer, rows to forecast.
        season: Integer, rows of a season; 1 for none.
        lookback: Integer, rows to look back. Default: chosen.

    Returns:
        `WindowShape`.

    Example:

    >>> choose_window_shape([700, 960], horizon=48, season=24)
    WindowShape(lookback=336, horizon=48, season=24, segment=24, recent=168)
    >>> choose_window_shape([40, 60, 90], horizon=18, season=12)
    WindowShape(lookback=24, horizon=18, season=12, segment=12, recent=24)
    """
    wanted = lookback or max(_SEASONS_BACK * season, _HORIZONS_BACK * horizon)
    if lookback is None:
        room = int(np.quantile(lengths, 1 - _WHOLE)) - horizon
        wanted = min(wanted, max(room, 2))
    seasons = max(1, wanted // season)
    each = math.ceil(seasons / _MOST_STEPS)
    steps = max(1, seasons // each)
    rows = steps * each * season
    week = _DAYS_OF_A_WEEK * season if season >= _LEAST_DAY else season
    recent = max(week, season * math.ceil(horizon / season) if week == season else 0)
    return WindowShape(rows, horizon, season, each * season, min(recent, rows))
