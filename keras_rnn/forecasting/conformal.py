"""Bands around a forecast that hold the share of readings that they promise.

Split conformal prediction: errors on windows that set nothing else, each divided by how
much the series moved lately, are sorted, and the band of a level reaches as far as the
k-th smallest of them, k = ceil((n + 1) x level).

Source: Vovk, Gammerman & Shafer 2005, "Algorithmic learning in a random world", for the
rank; Lei et al. 2018, "Distribution-free predictive inference for regression", section
5.2, for errors divided by a spread; Vovk 2015, "Cross-conformal predictors", for errors
of both halves (see `blend.cross_fitted`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from keras_rnn.errors import UserError

LEVELS = (80.0,)
# From fewer errors of a step, no band says much.
FEWEST_ERRORS = 10

# A quiet past does not promise a quiet future: no less than this share of the mean.
_LEAST_SPREAD = 0.25
# Where the forecast was exact, its rounding is not: no reach is less than this.
_LEAST_REACH = 1e-4


def check_levels(levels: float | str | Iterable[float]) -> tuple[float, ...]:
    """Return levels in per cent, the narrowest band first.

    Args:
        levels: Number or iterable of numbers between 0 and 100.

    Returns:
        Tuple of floats.

    Raises:
        UserError: There is none, one is no number or out of range, or one repeats.

    Example:

    >>> check_levels([95, 50])
    (50.0, 95.0)
    """
    listed: list[Any]
    if isinstance(levels, str) or not isinstance(levels, Iterable):
        listed = [levels]
    else:
        listed = list(levels)
    try:
        numbers = sorted(float(level) for level in listed)
    except (TypeError, ValueError):
        numbers = []
    if not numbers or not all(0 < level < 100 for level in numbers):
        given = [f"{x:g}" if isinstance(x, float) else str(x) for x in listed]
        raise UserError(
            "`levels` must be per cent above 0 and below 100, such as 50, 80 and 95, "
            f"not {', '.join(given) or 'none'}."
        )
    twice = [level for level in numbers if numbers.count(level) > 1]
    if twice:
        raise UserError(f"`levels` holds {twice[0]:g} more than once: give it once.")
    return tuple(numbers)


def band_columns(levels: Iterable[float]) -> list[tuple[str, str]]:
    """Return the names of a forecast's columns for the lower and upper ends of bands.

    Args:
        levels: Iterable of floats, in per cent.

    Returns:
        List of pairs of strings: "lower" and "upper" of a single level, "lower 50" and
        "upper 50" where there are several.

    Example:

    >>> band_columns([80.0]), band_columns([50.0, 99.5])[1]
    ([('lower', 'upper')], ('lower 99.5', 'upper 99.5'))
    """
    levels = list(levels)
    if len(levels) == 1:
        return [("lower", "upper")]
    return [(f"lower {level:g}", f"upper {level:g}") for level in levels]


def conformal_rank(count: int, level: float) -> int:
    """Return which of the sorted errors a band reaches to: ceil((n + 1) x level).

    Computed in fractions, because 100 x 0.8 and the like can end above a whole number.

    Args:
        count: Integer n, how many errors there are.
        level: Float, in per cent.

    Returns:
        Integer, from 1 on; above `count` where there are too few errors.

    Example:

    >>> [conformal_rank(count, 80) for count in (3, 4, 9, 10, 99)]
    [4, 4, 8, 9, 80]
    """
    return math.ceil((count + 1) * Fraction(repr(float(level))) / 100)


def errors_needed(level: float) -> int:
    """Return how many errors of a step a band needs at least.

    Args:
        level: Float, in per cent.

    Returns:
        Integer: `FEWEST_ERRORS`, or more where the rank of fewer is beyond the last.

    Example:

    >>> errors_needed(50), errors_needed(95), errors_needed(99.9)
    (10, 19, 999)
    """
    share = Fraction(repr(float(level))) / 100
    return max(FEWEST_ERRORS, math.ceil(share / (1 - share)))


def recent_spread(past: np.ndarray, season: int) -> np.ndarray:
    """Return how much the last readings of each window moved, in their unit.

    The mean absolute change from season to season to the power of 2/3, times that from
    row to row to the power of 1/3: the first tells days that are unlike each other, the
    second how restless each is. Where the past does not hold two seasons, the change
    from row to row alone.

    Args:
        past: Float array of shape `(windows, lookback)` of one column.
        season: Integer, rows of a season; 1 for none.

    Returns:
        Float array of shape `(windows,)`.

    Example:

    >>> recent_spread(np.array([[0.0, 4.0, 8.0, 12.0], [1.0, 1.0, 1.0, 1.0]]), 2)
    array([6.34960421, 0.        ])
    """
    past = np.asarray(past, "float64")
    by_row = np.abs(np.diff(past, axis=1)).mean(axis=1)
    if season < 2 or 2 * season > past.shape[1]:
        return by_row
    by_season = np.abs(past[:, season:] - past[:, :-season]).mean(axis=1)
    return np.cbrt(by_season**2 * by_row)


@dataclass(frozen=True, eq=False)
class Bands:
    """Bands around the forecasts of one column, and the limits that it stays within.

    Attributes:
        levels: Tuple of floats, the share of readings inside in per cent, ascending.
        reach: Float array of shape `(levels, horizon)`: how many recent spreads the
            band reaches to either side; NaN where there were too few errors.
        season: Integer, rows of a season, for `recent_spread`.
        least_spread: Float, in the column's unit: a quieter past counts as this.
        errors: Integer, from how many errors of each step the reach is.
        limits: Tuple of two floats, what the column cannot be below or above; minus
            infinity and infinity for no limit.
    """

    levels: tuple[float, ...]
    reach: np.ndarray
    season: int = 1
    least_spread: float = 0.0
    errors: int = 0
    limits: tuple[float, float] = (-math.inf, math.inf)

    @classmethod
    def fit(
        cls,
        errors: np.ndarray,
        past: np.ndarray,
        season: int,
        levels: Iterable[float] = LEVELS,
        limits: tuple[float, float] = (-math.inf, math.inf),
    ) -> Bands:
        """Take the reach of each level and step from errors that set nothing else.

        Args:
            errors: Float array of shape `(windows, horizon)`, truth less forecast.
            past: Float array of shape `(windows, lookback)`, the readings of the same
                column before each forecast, in the same unit.
            season: Integer, rows of a season; 1 for none.
            levels: Iterable of floats, in per cent. Default: `(80,)`.
            limits: Tuple of two floats, what the column cannot be below or above.
                Default: none.

        Returns:
            `Bands`, with NaN as reach where there are fewer than `errors_needed`.
        """
        levels, count = check_levels(levels), len(errors)
        spread = recent_spread(past, season)
        least = _LEAST_SPREAD * float(spread.mean()) if count else 0.0
        spread = np.maximum(spread, least)[:, None]
        # Where nothing has ever moved, the errors themselves.
        scores = np.sort(np.abs(errors) / np.where(spread > 0, spread, 1.0), axis=0)
        reach = np.full((len(levels), errors.shape[1]), np.nan)
        for place, level in enumerate(levels):
            if count >= errors_needed(level):
                kth = scores[conformal_rank(count, level) - 1]
                reach[place] = np.maximum(kth, _LEAST_REACH)
        return cls(levels, reach, season, least or 1.0, count, limits)

    def limit(self, values: npt.ArrayLike) -> np.ndarray:
        """Return values, those beyond the limits of the column put onto them.

        Args:
            values: Float array of any shape, in the column's unit.
        """
        return np.clip(np.asarray(values, "float64"), *self.limits)

    def each(
        self, forecast: np.ndarray, past: np.ndarray
    ) -> Iterator[tuple[float, np.ndarray, np.ndarray]]:
        """Yield level, lower end and upper end of each band, the narrowest first.

        Args:
            forecast: Float array of shape `(windows, horizon)`.
            past: Float array of shape `(windows, lookback)`, the readings before.

        Yields:
            Float, in per cent, and two float arrays of shape `(windows, horizon)`.
        """
        spread = np.maximum(recent_spread(past, self.season), self.least_spread)
        forecast = self.limit(forecast)
        for level, reach in zip(self.levels, self.reach, strict=True):
            half = spread[:, None] * reach
            yield level, self.limit(forecast - half), self.limit(forecast + half)

    def missing(self) -> list[str]:
        """Return why there is no band: a sentence for each level without one."""
        return [
            f"no band of {level:g} %: there {_are(self.errors, 'error')} of each step "
            f"that set nothing else, and it needs {errors_needed(level)}"
            for level, reach in zip(self.levels, self.reach, strict=True)
            if np.isnan(reach).any()
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return what `from_dict` takes, ready for JSON, which knows no NaN."""
        return {
            "levels": list(self.levels),
            "reach": [[_or_none(x) for x in row] for row in self.reach],
            "season": self.season,
            "least spread": self.least_spread,
            "errors": self.errors,
            "limits": [_or_none(limit) for limit in self.limits],
        }

    @classmethod
    def from_dict(cls, state: dict[str, Any]) -> Bands:
        """Return the bands that `to_dict` described.

        Args:
            state: Dict.

        Raises:
            ValueError: The shapes do not fit together.
        """
        low, high = state["limits"]
        bands = cls(
            levels=tuple(map(float, state["levels"])),
            reach=np.array(state["reach"], "float64"),
            season=int(state["season"]),
            least_spread=float(state["least spread"]),
            errors=int(state["errors"]),
            limits=(
                -math.inf if low is None else low,
                math.inf if high is None else high,
            ),
        )
        if bands.reach.ndim != 2 or len(bands.reach) != len(bands.levels):
            raise ValueError("reach")
        return bands


def _or_none(number):
    return float(number) if math.isfinite(number) else None


def _are(count, what):
    return f"is 1 {what}" if count == 1 else f"are {count:,} {what}s"
