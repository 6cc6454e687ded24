"""Judging a forecaster on the held-out part, beside what needs no training."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from keras_rnn.forecasting.baselines import persistence, seasonal_naive, year_means
from keras_rnn.forecasting.metrics import best_naive, mean_absolute_error, skill

if TYPE_CHECKING:
    from keras_rnn.forecasting.windows import Windows


@dataclass(frozen=True, eq=False)
class Backtest:
    """Errors on every window of a held-out part, in the target's unit.

    What follows from the errors is computed when it is first asked for, and once.

    Attributes:
        errors: Dict from "model", "persistence", "ridge" and, where they are earned,
            "seasonal_naive", "year_mean", "drift" and "exponential_smoothing" to a
            float array of shape `(windows, horizon)`: truth less forecast.
        season: String, such as `"day"`, what the seasonal naive forecast repeats.
        start: `pandas.Timestamp`, the first row that is forecast.
        end: `pandas.Timestamp`, the last row that is forecast.
        bands: DataFrame as `band_scores` returns it; empty where none was judged.
        crps: Float, the continuous ranked probability score, or `None` without bands.
        is_rolling: Boolean, whether all were refitted on the rows before each window.
            Default: `False`, they have learned from the rows before the test part.
    """

    errors: dict[str, np.ndarray]
    season: str
    start: pd.Timestamp
    end: pd.Timestamp
    bands: pd.DataFrame = field(default_factory=pd.DataFrame)
    crps: float | None = None
    is_rolling: bool = False

    @property
    def count(self) -> int:
        """Integer, windows."""
        return len(self.errors["model"])

    @cached_property
    def mae(self) -> dict[str, float]:
        """Dict from forecast to its mean absolute error over all steps."""
        return {
            name: mean_absolute_error(error, 0.0) for name, error in self.errors.items()
        }

    @cached_property
    def mae_by_step(self) -> dict[str, np.ndarray]:
        """Dict from forecast to its mean absolute error at each step."""
        return {name: np.abs(error).mean(axis=0) for name, error in self.errors.items()}

    @property
    def best_naive(self) -> str:
        """String, the forecast that learns nothing and errs least."""
        return best_naive(self.mae)

    @property
    def skill(self) -> float:
        """Float, the share of the best naive error that the model takes away."""
        return skill(self.mae["model"], self.mae[self.best_naive])


def backtest(
    model_forecasts: np.ndarray,
    ridge_forecasts: np.ndarray,
    windows: Windows,
    season: tuple[str, int],
    known: pd.Series | None = None,
    smoothing: Mapping[str, np.ndarray] | None = None,
) -> Backtest:
    """Compare forecasts of every window of the test part.

    Args:
        model_forecasts: Float array of shape `(windows, horizon)`, in physical units.
        ridge_forecasts: Float array of the same shape, in physical units.
        windows: `Windows` over the test part in physical units, whose only label
            column is the target.
        season: Tuple `(name, rows)`, as from `season_of`; without a name, there is no
            seasonal naive forecast.
        known: `pandas.Series`, the target before the test part, for the mean of these
            days in earlier years. Default: `None`, there is no such forecast.
        smoothing: Dict of the forecasts "drift" and "exponential_smoothing", as
            `model_forecasts`. Default: `None`, there are no such forecasts.

    Returns:
        `Backtest`.
    """
    past, truth = target_values(windows)
    horizon = truth.shape[1]
    name, rows = season
    forecasts = {
        "model": model_forecasts,
        "persistence": persistence(past, horizon),
        "seasonal_naive": seasonal_naive(past, horizon, rows) if name else None,
        "year_mean": None if known is None else _year_means(known, windows),
        **(smoothing or {}),
        "ridge": ridge_forecasts,
    }
    return Backtest(
        errors={
            key: truth - value for key, value in forecasts.items() if value is not None
        },
        season=name,
        start=windows.label_times(0)[0],
        end=windows.label_times(windows.count - 1)[-1],
    )


def _year_means(known, windows):
    """The mean of earlier years for each row that is forecast, window by window."""
    rows = windows.starts[:, None] + np.arange(windows.label_start, windows.total_width)
    first = rows.min()
    means = year_means(known, windows.index[first : rows.max() + 1])
    return means[rows - first]


def target_values(windows: Windows) -> tuple[np.ndarray, np.ndarray]:
    """Return past and future of the target alone, for every window.

    Args:
        windows: `Windows` whose first label column is the target.

    Returns:
        Two float64 arrays of shapes `(windows, input_width)` and
        `(windows, label_width)`.
    """
    column = windows.columns.index(windows.label_columns[0])
    series = windows.values[:, column].astype("float64")
    rows = windows.starts[:, None]
    past = series[rows + np.arange(windows.input_width)]
    return past, series[rows + np.arange(windows.label_start, windows.total_width)]
