"""Bands that learn from what came true: adaptive conformal inference.

Where the world changes, errors of the past promise nothing. So the share of readings
that a band is allowed to miss is moved after each reading: up by a little where the
band held, down by more where it did not. In the long run the band then holds the share
that it is to hold, whatever happens.

Source: Gibbs & Candès 2021, "Adaptive conformal inference under distribution shift",
equation 2: alpha <- alpha + gamma * (1 - level - missed).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from keras_rnn.forecasting.conformal import Bands

# How far one reading moves the share that a band may miss. Larger ones follow faster,
# and wander more.
PACE = 0.005
# How many of the latest errors of each step a band is taken from.
KEPT = 500
# So many errors stand for what the bands of the training say, at the beginning.
_BEGINNING = 100
# What reaches beyond all errors that are known reaches this much further.
_BEYOND = 2.0


class AdaptiveBands:
    """The reach of each band and step, moved by how often it held.

    Errors are divided by the recent spread, as those of `Bands` are. Until there are
    errors of its own, it begins with errors spread as an exponential distribution that
    agrees with the reach from the training.

    Args:
        bands: `Bands` of the forecaster.
        pace: Float, gamma. Default: `0.005`.
        kept: Integer, the errors of each step that are kept. Default: `500`.

    Attributes:
        misses: Float array of shape `(levels, horizon)`, the shares that the bands may
            miss: alpha.
        errors: Float array of shape `(horizon, kept)`, the latest errors in spreads;
            infinite where there are none yet.
        count: Integer array of shape `(horizon,)`, how many there have been.

    Example:

    >>> bands = AdaptiveBands(Bands((80.0,), np.array([[2.0]])), pace=0.05)
    >>> before = bands.reach()
    >>> for _ in range(20):
    ...     bands.learn(0, 9.0, np.array([True]))
    >>> bool(bands.reach() > before)
    True
    """

    def __init__(self, bands: Bands, *, pace: float = PACE, kept: int = KEPT) -> None:
        self.bands, self.pace = bands, pace
        horizon = bands.reach.shape[1]
        self.allowed = 1 - np.array(bands.levels) / 100
        self.misses = np.repeat(self.allowed[:, None], horizon, axis=1)
        self.errors = np.full((horizon, kept), np.inf)
        self.count = np.full(horizon, 0)
        for step in range(horizon):
            first = _first_errors(bands, step)[:kept]
            self.errors[step, : len(first)] = first
            self.count[step] = len(first)

    def reach(self) -> np.ndarray:
        """Return how many spreads the bands reach to either side.

        Returns:
            Float array of shape `(levels, horizon)`; NaN where no error is known.
        """
        kept = self.errors.shape[1]
        known = np.minimum(self.count, kept)
        ordered = np.sort(self.errors, axis=1)
        # The k-th of n errors, k = ceil((n + 1) (1 - alpha)).
        rank = np.ceil((known + 1) * (1 - self.misses)).astype(int)
        place = np.clip(rank - 1, 0, np.maximum(known - 1, 0))
        reach = ordered[np.arange(len(ordered))[None], place]
        reach = np.where(rank > known, _BEYOND * reach, reach)
        reach = np.where(rank < 1, 0.0, reach)
        # A wider band is never inside a narrower one.
        return np.where(known > 0, np.maximum.accumulate(reach, axis=0), np.nan)

    def learn(self, step: int, error: float, missed: np.ndarray) -> None:
        """Take in one error.

        Args:
            step: Integer, of the forecast, from 0 on.
            error: Float, the distance from forecast to reading, in spreads.
            missed: Boolean array, one for each level, whether the band missed it.
        """
        self.errors[step, self.count[step] % self.errors.shape[1]] = error
        self.count[step] += 1
        moved = self.misses[:, step] + self.pace * (self.allowed - missed)
        # Beyond these, nothing but the way back would be longer.
        low, high = -10 * self.pace, 1 + 10 * self.pace
        self.misses[:, step] = np.clip(moved, low, high)

    def arrays(self) -> dict[str, np.ndarray]:
        """Return what `restore` takes."""
        return {"misses": self.misses, "errors": self.errors, "count": self.count}

    def restore(self, arrays: dict[str, Any]) -> None:
        """Go on from a state.

        Args:
            arrays: Dict, what `arrays` returned.
        """
        self.misses = np.array(arrays["misses"])
        self.errors = np.array(arrays["errors"])
        self.count = np.array(arrays["count"])


def _first_errors(bands: Bands, step: int) -> np.ndarray:
    """Errors that agree with the reach of the bands: none where there is no band."""
    known = np.isfinite(bands.reach[:, step])
    if not known.any():
        return np.zeros(0)
    shares = np.array(bands.levels)[known] / 100
    # In units of an exponential distribution, all bands lie on a line from 0.
    units = np.concatenate([[0.0], -np.log1p(-shares)])
    reach = np.concatenate([[0.0], bands.reach[known, step]])
    wanted = -np.log1p(-(np.arange(_BEGINNING) + 0.5) / _BEGINNING)
    beyond = reach[-1] * wanted / units[-1]
    first = np.where(wanted > units[-1], beyond, np.interp(wanted, units, reach))
    # The middle ones last, so that those of the ends do not leave together.
    return first[np.random.default_rng(0).permutation(_BEGINNING)]
