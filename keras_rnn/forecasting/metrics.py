"""Measures of how far forecasts are from the truth, and tables of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from keras_rnn.forecasting.conformal import Bands

NAIVE = ("persistence", "seasonal_naive", "year_mean", "drift")


def mean_absolute_error(forecast: npt.ArrayLike, truth: npt.ArrayLike) -> float:
    """Return the mean absolute error over all windows and steps, in their unit.

    Args:
        forecast: Array of any shape.
        truth: Array of the same shape, or a number.
    """
    return float(np.abs(np.asarray(forecast, "float64") - truth).mean())


def coverage(lower: npt.ArrayLike, upper: npt.ArrayLike, truth: npt.ArrayLike) -> float:
    """Return the share of readings that lie in their band, ends included.

    Args:
        lower: Array of any shape, the lower ends.
        upper: Array of the same shape, the upper ends.
        truth: Array of the same shape.

    Example:

    >>> coverage([0.0, 0.0, 0.0, 0.0], [1.0, 1.0, 1.0, 1.0], [0.5, 1.0, 1.1, -3.0])
    0.5
    """
    truth = np.asarray(truth, "float64")
    return float(((lower <= truth) & (truth <= upper)).mean())


def pinball_loss(quantile: npt.ArrayLike, truth: npt.ArrayLike, level: float) -> float:
    """Return the mean loss that a quantile of this level makes smallest.

    A reading above the quantile costs `level` times its distance, one below
    `1 - level` times: at 0.5, half of the absolute error.

    Source: Koenker & Bassett 1978, "Regression quantiles"; Gneiting & Raftery 2007,
    "Strictly proper scoring rules, prediction, and estimation", section 6.1.

    Args:
        quantile: Array of any shape, the forecast quantile.
        truth: Array of the same shape.
        level: Float between 0 and 1.

    Example:

    >>> pinball_loss([1.0, 1.0], [3.0, 0.0], 0.9)
    0.95
    """
    above = np.asarray(truth, "float64") - quantile
    return float(np.maximum(level * above, (level - 1) * above).mean())


def crps_of_quantiles(
    quantiles: Iterable[npt.ArrayLike], truth: npt.ArrayLike, levels: Iterable[float]
) -> float:
    """Return the continuous ranked probability score of a forecast given as quantiles.

    Twice the mean pinball loss over the levels, which for ever more of them, evenly
    spaced, tends to the integral that defines the score. Of a forecast without any
    band (all quantiles equal) it is the mean absolute error, and in its unit.

    Source: Gneiting & Raftery 2007, "Strictly proper scoring rules, prediction, and
    estimation", section 4.2; Laio & Tamea 2007, "Verification tools for probabilistic
    forecasts of continuous hydrological variables", for the integral of pinball losses.

    Args:
        quantiles: Iterable of arrays of one shape, such as an array with the levels as
            its first axis.
        truth: Array of the same shape.
        levels: Iterable of floats between 0 and 1, evenly spaced, in the order of
            the quantiles.

    Example:

    >>> crps_of_quantiles([[1.0], [2.0], [3.0]], [2.0], [0.25, 0.5, 0.75])
    0.3333333333333333
    >>> crps_of_quantiles([[2.0], [2.0], [2.0]], [5.0], [0.25, 0.5, 0.75])
    3.0
    """
    losses = [
        pinball_loss(quantile, truth, level)
        for quantile, level in zip(quantiles, levels, strict=True)
    ]
    return 2 * float(np.mean(losses))


def skill(model: float, naive: float) -> float:
    """Return `1 - model / naive`: the share of the naive error that is gone.

    0 is as good as naive, 1 is perfect, below 0 is worse than naive.

    Args:
        model: Float, the model's error.
        naive: Float, the naive forecast's error.

    Returns:
        Float; minus infinity if the naive forecast alone is perfect.

    Example:

    >>> skill(model=1.5, naive=2.0)
    0.25
    >>> skill(model=0.0, naive=0.0)
    0.0
    """
    if naive == 0:
        return 0.0 if model == 0 else float("-inf")
    return 1 - model / naive


def best_naive(mae: dict[str, float]) -> str:
    """Return the naive forecast with the smallest error in a dict, `""` if none.

    Args:
        mae: Dict from forecast to its mean absolute error.
    """
    known = [name for name in NAIVE if name in mae]
    return min(known, key=mae.__getitem__) if known and "model" in mae else ""


def score_table(
    mae: dict[str, float], mae_by_step: dict[str, np.ndarray] | None = None
) -> pd.DataFrame:
    """Return errors as a tidy table: a row for each forecast, or forecast and step.

    Args:
        mae: Dict from forecast to its mean absolute error over all steps.
        mae_by_step: Dict from forecast to its mean absolute error at each step.
            Default: `None`, a row for each forecast.

    Returns:
        DataFrame of the columns "forecast", "step" (where steps are asked for, from
        1 on), "mae" and "skill", the share of the best naive error of the same row's
        step that is gone: 0 is as good as naive, below 0 is worse.

    Example:

    >>> score_table({"model": 1.5, "persistence": 2.0, "seasonal_naive": 3.0})
             forecast  mae  skill
    0           model  1.5   0.25
    1     persistence  2.0   0.00
    2  seasonal_naive  3.0  -0.50
    """
    if mae_by_step is None:
        naive = mae[best_naive(mae)]
        rows = [(name, error, skill(error, naive)) for name, error in mae.items()]
        return pd.DataFrame(rows, columns=["forecast", "mae", "skill"])
    naives = [mae_by_step[name] for name in NAIVE if name in mae_by_step]
    best = np.min(naives, axis=0)
    by_step = [
        (name, step, float(error), skill(float(error), float(best[step - 1])))
        for name, errors in mae_by_step.items()
        for step, error in enumerate(errors, 1)
    ]
    return pd.DataFrame(by_step, columns=["forecast", "step", "mae", "skill"])


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
