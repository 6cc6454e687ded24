"""Judging a forecaster on the held-out part, beside what needs no training."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from keras_rnn.forecasting.baselines import persistence, seasonal_naive
from keras_rnn.forecasting.metrics import mean_absolute_error, skill

if TYPE_CHECKING:
    from keras_rnn.forecasting.windows import Windows

# The share of held-out errors that lies inside the band of a forecast.
BAND = 0.8

_NAIVE = ("persistence", "seasonal_naive")


@dataclass(frozen=True, eq=False)
class Backtest:
    """Errors on every window of a held-out part, in the target's unit.

    What follows from the errors is computed when it is first asked for, and once.

    Attributes:
        errors: Dict from "model", "persistence", "seasonal_naive" and "ridge" to a
            float array of shape `(windows, horizon)`: truth less forecast.
        season: String, such as `"day"`, what the seasonal naive forecast repeats.
        start: `pandas.Timestamp`, the first row that is forecast.
        end: `pandas.Timestamp`, the last row that is forecast.
    """

    errors: dict[str, np.ndarray]
    season: str
    start: pd.Timestamp
    end: pd.Timestamp

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
        """String, "persistence" or "seasonal_naive": whichever errs less."""
        return best_naive(self.mae)

    @property
    def skill(self) -> float:
        """Float, the share of the best naive error that the model takes away."""
        return skill(self.mae["model"], self.mae[self.best_naive])

    def spread(self, share: float) -> np.ndarray:
        """Return the errors' quantiles around the middle `share`, for each step.

        Where most errors have the same sign, the quantile that would leave out the
        forecast itself becomes 0.

        Args:
            share: Float, such as 0.8 for the quantiles at 10 % and 90 %.

        Returns:
            Float array of shape `(2, horizon)`: lower, never above 0, and upper,
            never below 0.
        """
        tail = (1 - share) / 2
        lower, upper = np.quantile(self.errors["model"], [tail, 1 - tail], axis=0)
        return np.stack([np.minimum(lower, 0), np.maximum(upper, 0)])


def backtest(
    model_forecasts: np.ndarray,
    ridge_forecasts: np.ndarray,
    windows: Windows,
    season: tuple[str, int],
) -> Backtest:
    """Compare forecasts of every window of the test part.

    Args:
        model_forecasts: Float array of shape `(windows, horizon)`, in physical units.
        ridge_forecasts: Float array of the same shape, in physical units.
        windows: `Windows` over the test part in physical units, whose only label
            column is the target.
        season: Tuple `(name, rows)`, as from `season_of`.

    Returns:
        `Backtest`.
    """
    past, truth = target_values(windows)
    horizon = truth.shape[1]
    name, rows = season
    forecasts = {
        "model": model_forecasts,
        "persistence": persistence(past, horizon),
        "seasonal_naive": seasonal_naive(past, horizon, rows),
        "ridge": ridge_forecasts,
    }
    return Backtest(
        errors={key: truth - value for key, value in forecasts.items()},
        season=name,
        start=windows.label_times(0)[0],
        end=windows.label_times(windows.count - 1)[-1],
    )


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
    naives = [mae_by_step[name] for name in _NAIVE if name in mae_by_step]
    best = np.min(naives, axis=0)
    by_step = [
        (name, step, float(error), skill(float(error), float(best[step - 1])))
        for name, errors in mae_by_step.items()
        for step, error in enumerate(errors, 1)
    ]
    return pd.DataFrame(by_step, columns=["forecast", "step", "mae", "skill"])


def best_naive(mae: dict[str, float]) -> str:
    """Return the naive forecast with the smallest error in a dict, `""` if none.

    Args:
        mae: Dict from forecast to its mean absolute error.
    """
    known = [name for name in _NAIVE if name in mae]
    return min(known, key=mae.__getitem__) if known and "model" in mae else ""


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
