"""The evaluation of the M4 competition: sMAPE, MASE, OWA, MSIS, and Naive2.

Source: Makridakis, Spiliotis & Assimakopoulos 2020, "The M4 Competition: 100,000 time
series and 61 forecasting methods", International Journal of Forecasting 36, section 2,
and appendix A for Naive2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

# The quantile of the normal distribution for the seasonality test's 90 %.
_CRITICAL = 1.645
# Per cent of values that the competition's bands were to hold.
BAND_LEVEL = 95.0


@dataclass(frozen=True)
class M4Scores:
    """The measures of the competition, each the mean over all series.

    Attributes:
        smape: Float, symmetric mean absolute percentage error, in per cent.
        mase: Float, mean absolute scaled error. A series whose seasonal naive error was
            always 0 has none and does not count.
        owa: Float, overall weighted average: the mean of sMAPE and MASE, each divided
            by that of Naive2.
        msis: Float, mean scaled interval score of the bands, or `None` without bands.
        coverage: Float, share of values inside the bands, or `None` without bands.
    """

    smape: float
    mase: float
    owa: float
    msis: float | None = None
    coverage: float | None = None


def m4_scores(
    forecast: np.ndarray,
    truth: np.ndarray,
    known: Sequence[np.ndarray],
    season: int,
    *,
    bands: tuple[np.ndarray, np.ndarray] | None = None,
) -> M4Scores:
    """Score forecasts by the rules of the competition.

    Args:
        forecast: Float array of shape `(series, horizon)`.
        truth: Float array of the same shape.
        known: Sequence of float arrays, the values of each series before the forecast.
        season: Integer, steps of a season; 1 for none.
        bands: Pair of float arrays of the forecast's shape, lower and upper ends of
            bands of 95 per cent. Default: `None`.

    Returns:
        `M4Scores`.

    Example:

    >>> known = [np.array([1.0, 2.0, 3.0, 4.0])]
    >>> m4_scores(np.array([[5.0]]), np.array([[5.0]]), known, season=1).mase
    0.0
    """
    horizon = truth.shape[1]
    scales = seasonal_naive_scales(known, season)
    reference = np.stack([naive2(one, horizon, season) for one in known])
    smape = float(smape_of_each(forecast, truth).mean())
    mase = float(np.nanmean(mase_of_each(forecast, truth, scales)))
    owa = (
        smape / smape_of_each(reference, truth).mean()
        + mase / np.nanmean(mase_of_each(reference, truth, scales))
    ) / 2
    if bands is None:
        return M4Scores(smape, mase, float(owa))
    lower, upper = bands
    msis = float(np.nanmean(msis_of_each(lower, upper, truth, scales)))
    coverage = float(np.mean((truth >= lower) & (truth <= upper)))
    return M4Scores(smape, mase, float(owa), msis, coverage)


def smape_of_each(forecast: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Return the sMAPE of each series in per cent; 0 where both values are 0.

    Args:
        forecast: Float array of shape `(series, horizon)`.
        truth: Float array of the same shape.

    Returns:
        Float array of shape `(series,)`.
    """
    size = np.abs(forecast) + np.abs(truth)
    error = np.abs(forecast - truth)
    return (200 * error / np.where(size > 0, size, 1.0)).mean(axis=1)


def mase_of_each(
    forecast: np.ndarray, truth: np.ndarray, scales: np.ndarray
) -> np.ndarray:
    """Return the MASE of each series.

    Args:
        forecast: Float array of shape `(series, horizon)`.
        truth: Float array of the same shape.
        scales: Float array of shape `(series,)`, from `seasonal_naive_scales`.

    Returns:
        Float array of shape `(series,)`; NaN where the scale is 0 or NaN.
    """
    return np.abs(forecast - truth).mean(axis=1) / np.where(scales > 0, scales, np.nan)


def msis_of_each(
    lower: np.ndarray,
    upper: np.ndarray,
    truth: np.ndarray,
    scales: np.ndarray,
    level: float = BAND_LEVEL,
) -> np.ndarray:
    """Return the mean scaled interval score of each series.

    The width of the band, plus `2 / alpha` times how far the value lies outside, in
    units of the seasonal naive error; `alpha` is the share that may lie outside.

    Source: Gneiting & Raftery 2007, "Strictly proper scoring rules, prediction, and
    estimation", equation 43.

    Args:
        lower: Float array of shape `(series, horizon)`.
        upper: Float array of the same shape.
        truth: Float array of the same shape.
        scales: Float array of shape `(series,)`, from `seasonal_naive_scales`.
        level: Float, in per cent. Default: `95`.

    Returns:
        Float array of shape `(series,)`; NaN where the scale is 0 or NaN.
    """
    outside = np.maximum(lower - truth, 0) + np.maximum(truth - upper, 0)
    score = (upper - lower) + 2 / (1 - level / 100) * outside
    return score.mean(axis=1) / np.where(scales > 0, scales, np.nan)


def seasonal_naive_scales(known: Sequence[np.ndarray], season: int) -> np.ndarray:
    """Return the mean absolute error of the seasonal naive forecast in each past.

    Args:
        known: Sequence of float arrays.
        season: Integer, steps of a season; 1 for the error of persistence.

    Returns:
        Float array of shape `(series,)`; NaN where a past has no more than a season.
    """
    changes = [np.abs(one[season:] - one[:-season]) for one in known]
    return np.array([one.mean() if len(one) else np.nan for one in changes])


def naive2(known: np.ndarray, horizon: int, season: int) -> np.ndarray:
    """Return the forecast of Naive2: the last value, its season taken out and put back.

    The season is one of factors, by classical decomposition, if the past passes
    `is_seasonal`. Without a season it is the last value.

    Args:
        known: Float array of shape `(steps,)`.
        horizon: Integer.
        season: Integer, steps of a season; 1 for none.

    Returns:
        Float array of shape `(horizon,)`.

    Example:

    >>> naive2(np.tile([1.0, 3.0], 20), horizon=3, season=2)
    array([1., 3., 1.])
    """
    if season < 2 or not is_seasonal(known, season):
        return np.full(horizon, known[-1])
    factors = seasonal_factors(known, season)
    places = np.arange(len(known), len(known) + horizon) % season
    return known[-1] / factors[(len(known) - 1) % season] * factors[places]


def is_seasonal(known: np.ndarray, season: int) -> bool:
    """Say whether the autocorrelation at the season is significant at 90 per cent.

    The limit is that of a process whose autocorrelations end before the season
    (Bartlett's formula). A past of less than three seasons counts as not seasonal.

    Args:
        known: Float array of shape `(steps,)`.
        season: Integer, steps of a season.

    Example:

    >>> is_seasonal(np.tile([1.0, 3.0], 20), 2), is_seasonal(np.arange(5.0), 2)
    (True, False)
    """
    count = len(known)
    if count < 3 * season:
        return False
    centred = known - known.mean()
    variance = centred @ centred
    if not variance > 0:
        return False
    lags = range(1, season + 1)
    correlation = np.array([centred[lag:] @ centred[:-lag] for lag in lags]) / variance
    limit = _CRITICAL * np.sqrt((1 + 2 * (correlation[:-1] ** 2).sum()) / count)
    return bool(abs(correlation[-1]) > limit)


def seasonal_factors(known: np.ndarray, season: int) -> np.ndarray:
    """Return the factors of a season by classical multiplicative decomposition.

    Each value is divided by a centred moving average over one season; the factors are
    the means of these ratios at each place of the season, divided by their own mean.

    Args:
        known: Float array of shape `(steps,)`, of two seasons or more.
        season: Integer, steps of a season.

    Returns:
        Float array of shape `(season,)`; the first is that of the first value.
    """
    weights = np.ones(season) / season
    if season % 2 == 0:
        weights = np.convolve(weights, [0.5, 0.5])
    trend = np.convolve(known, weights, mode="valid")
    first = len(weights) // 2
    ratios = np.full(-(-len(known) // season) * season, np.nan)
    ratios[first : first + len(trend)] = known[first : first + len(trend)] / trend
    factors = np.nanmean(ratios.reshape(-1, season), axis=0)
    return factors / factors.mean()
