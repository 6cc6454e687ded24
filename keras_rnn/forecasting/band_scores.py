"""How well bands hold what they promise, on readings that did not set them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from keras_rnn.forecasting.conformal import Bands
from keras_rnn.forecasting.metrics import coverage, crps_of_quantiles, pinball_loss

# With the forecast as the middle one, the quantiles of 1 %, 2 %, ..., 99 %.
LADDER = tuple(range(2, 100, 2))


def band_scores(
    bands: Bands, forecast: np.ndarray, past: np.ndarray, truth: np.ndarray
) -> pd.DataFrame:
    """Return coverage, width and loss of each band.

    Args:
        bands: `Bands`.
        forecast: Float array of shape `(windows, horizon)`.
        past: Float array of shape `(windows, lookback)`, the readings before.
        truth: Float array of shape `(windows, horizon)`.

    Returns:
        DataFrame of the columns "level" in per cent, "coverage", the share of readings
        inside, "width", the mean over windows and steps, and "pinball", the mean loss
        of the two ends as quantiles; the last two in the readings' unit. No row for a
        level without a band.

    Example:

    >>> bands = Bands((50.0,), np.array([[1.0]]), least_spread=1.0, errors=10)
    >>> forecast, past = np.zeros((2, 1)), np.ones((2, 4))
    >>> band_scores(bands, forecast, past, np.array([[0.5], [3.0]]))
       level  coverage  width  pinball
    0   50.0       0.5    2.0     0.75
    """
    rows = [
        {
            "level": level,
            "coverage": coverage(lower, upper, truth),
            "width": float((upper - lower).mean()),
            "pinball": (
                pinball_loss(lower, truth, (100 - level) / 200)
                + pinball_loss(upper, truth, (100 + level) / 200)
            )
            / 2,
        }
        for level, lower, upper in bands.each(forecast, past)
        if np.isfinite(lower).all()
    ]
    return pd.DataFrame(rows, columns=["level", "coverage", "width", "pinball"])


def crps_of_bands(
    ladder: Bands, forecast: np.ndarray, past: np.ndarray, truth: np.ndarray
) -> float | None:
    """Return the continuous ranked probability score of a ladder of bands.

    Args:
        ladder: `Bands` of the levels `LADDER`. A level without a band, for want of
            errors, counts as the widest that there is.
        forecast: Float array of shape `(windows, horizon)`, taken as the median.
        past: Float array of shape `(windows, lookback)`, the readings before.
        truth: Float array of shape `(windows, horizon)`.

    Returns:
        Float in the readings' unit, or `None` if there is no band at all.
    """
    if np.isnan(ladder.reach[0]).any():
        return None

    def quantiles() -> Iterator[np.ndarray]:
        yield ladder.limit(forecast)
        widest = forecast, forecast
        for _, lower, upper in ladder.each(forecast, past):
            if np.isfinite(lower).all():
                widest = lower, upper
            yield from widest

    sides = [(100 + side * level) / 200 for level in ladder.levels for side in (-1, 1)]
    return crps_of_quantiles(quantiles(), truth, [0.5, *sides])
