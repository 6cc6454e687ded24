"""The members of a blend that follow the target's level, trend and season."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from keras_rnn.forecasting.exponential_smoothing import fit_exponential_smoothing
from keras_rnn.forecasting.linear_forecast import LinearForecast, Logarithm
from keras_rnn.forecasting.spectrum import evenly_spaced

if TYPE_CHECKING:
    from keras_rnn.forecasting.plan import ForecastTask
    from keras_rnn.forecasting.scaling import Scaler

# Rows that the smoothing parameters are fitted to, the latest, or so many seasons.
_MOST_ROWS = 500
_MOST_SEASONS = 10


def smoothing_members(
    series: pd.Series, task: ForecastTask, scaler: Scaler
) -> dict[str, LinearForecast]:
    """Fit drift and exponential smoothing to the target of a series.

    Args:
        series: `pandas.Series`, the standardised target with its `DatetimeIndex`.
        task: `keras_rnn.forecasting.plan.ForecastTask`.
        scaler: `Scaler` that standardised it.

    Returns:
        Dict of the `LinearForecast` "drift" and "exponential smoothing".
    """
    place, columns = scaler.columns.index(task.target), len(scaler.columns)
    standardised, _ = evenly_spaced(series)
    readings = standardised * scaler.std[place] + scaler.mean[place]
    rows = max(_MOST_ROWS, _MOST_SEASONS * task.season)
    smoothing = fit_exponential_smoothing(readings[-rows:], smoothed_season(task))
    logarithm = None
    if smoothing.form.log:
        known = readings[-rows:]
        logarithm = Logarithm.fit(known[np.isfinite(known)], scaler, place)
    return {
        "drift": LinearForecast.of_drift(standardised, place, columns, task.horizon),
        "exponential smoothing": LinearForecast.of_smoothing(
            smoothing, place, (task.smoothing, columns, task.horizon), logarithm
        ),
    }


def smoothed_season(task: ForecastTask) -> int:
    """Return the season that exponential smoothing can see whole, twice; 1 for none.

    Args:
        task: `keras_rnn.forecasting.plan.ForecastTask`.
    """
    return task.season if task.smoothing >= 2 * task.season else 1
