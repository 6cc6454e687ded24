"""Measures of forecasts beyond the mean absolute error: scaled, relative, of bands."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from keras_rnn.forecasting.contiguous_rows import gaps_between
from keras_rnn.forecasting.metrics import mean_absolute_error


def root_mean_squared_error(forecast: npt.ArrayLike, truth: npt.ArrayLike) -> float:
    """Return the root of the mean squared error, in the unit of the values.

    Args:
        forecast: Array of any shape.
        truth: Array of the same shape.

    Example:

    >>> root_mean_squared_error([3.0, 3.0], [0.0, 0.0])
    3.0
    """
    return float(np.sqrt(np.mean(_errors(forecast, truth) ** 2)))


def forecast_bias(forecast: npt.ArrayLike, truth: npt.ArrayLike) -> float:
    """Return the mean of forecast less truth: above 0, the forecast is too high.

    Args:
        forecast: Array of any shape.
        truth: Array of the same shape.

    Example:

    >>> forecast_bias([3.0, 2.0], [2.0, 2.0])
    0.5
    """
    return float(_errors(forecast, truth).mean())


def symmetric_percentage_error(forecast: npt.ArrayLike, truth: npt.ArrayLike) -> float:
    """Return the sMAPE in percent, from 0 to 200, as the M4 competition measures it.

    It is the mean of `200 |forecast - truth| / (|forecast| + |truth|)`; where both are
    0, that is 0. It says little about values that may be 0 or negative, such as degrees
    Celsius.

    Source: Makridakis, Spiliotis & Assimakopoulos 2020, "The M4 Competition: 100,000
    time series and 61 forecasting methods", International Journal of Forecasting 36.

    Args:
        forecast: Array of any shape.
        truth: Array of the same shape.

    Example:

    >>> symmetric_percentage_error([3.0, 0.0], [1.0, 0.0])
    50.0
    """
    error = np.abs(_errors(forecast, truth))
    size = np.abs(np.asarray(forecast, "float64")) + np.abs(truth)
    return float(np.mean(200 * error / np.where(size == 0, 1.0, size)))


def seasonal_naive_scale(known: pd.Series, season: int) -> float:
    """Return the mean absolute error of the seasonal naive forecast in the training.

    It is what the MASE divides by: the mean of `|y[t] - y[t - season]|` over the rows
    that a model learned from. Missing values do not count, nor does a pair of rows with
    a gap in time between them.

    Source: Hyndman & Koehler 2006, "Another look at measures of forecast accuracy",
    International Journal of Forecasting 22.

    Args:
        known: `pandas.Series`, the target in the training rows.
        season: Integer, rows in a season; 1 for the error of persistence.

    Returns:
        Float; NaN where no pair of rows is a season apart.

    Example:

    >>> hours = pd.date_range("2024-01-01", periods=4, freq="h")
    >>> seasonal_naive_scale(pd.Series([1.0, 5.0, 2.0, 8.0], hours), season=2)
    2.0
    """
    values = known.to_numpy("float64")
    stretch = np.concatenate([[0], np.cumsum(gaps_between(known.index))])
    same = stretch[season:] == stretch[: max(len(stretch) - season, 0)]
    change = np.abs(values[season:] - values[: max(len(values) - season, 0)])
    change = change[same & np.isfinite(change)]
    return float(change.mean()) if len(change) else float("nan")


def mean_absolute_scaled_error(
    forecast: npt.ArrayLike, truth: npt.ArrayLike, scale: npt.ArrayLike
) -> float:
    """Return the MASE: the absolute error in units of the naive error of the training.

    Below 1, the forecast errs less than the seasonal naive forecast of one season ahead
    did on the rows that were learned from.

    Source: Hyndman & Koehler 2006, "Another look at measures of forecast accuracy",
    International Journal of Forecasting 22.

    Args:
        forecast: Array of any shape.
        truth: Array of the same shape.
        scale: Float, or array of the same shape where training rows differ, from
            `seasonal_naive_scale`.

    Returns:
        Float; NaN where the scale is 0 or NaN.

    Example:

    >>> mean_absolute_scaled_error([3.0, 2.0], [2.0, 2.0], scale=2.0)
    0.25
    """
    scale = np.asarray(scale, "float64")
    scale = np.where(scale > 0, scale, np.nan)
    return float(np.mean(np.abs(_errors(forecast, truth)) / scale))


def all_measures(
    forecast: np.ndarray, truth: np.ndarray, scale: npt.ArrayLike
) -> dict[str, float]:
    """Return every measure of a point forecast by its name.

    Args:
        forecast: Array of any shape.
        truth: Array of the same shape.
        scale: Float or array of the same shape, from `seasonal_naive_scale`.

    Returns:
        Dict of "mae", "rmse" and "bias" in the unit of the values, "mase" and "smape"
        (percent).
    """
    return {
        "mae": mean_absolute_error(forecast, truth),
        "rmse": root_mean_squared_error(forecast, truth),
        "mase": mean_absolute_scaled_error(forecast, truth, scale),
        "smape": symmetric_percentage_error(forecast, truth),
        "bias": forecast_bias(forecast, truth),
    }


def _errors(forecast, truth):
    return np.asarray(forecast, "float64") - np.asarray(truth, "float64")
