"""The forecasts of a backtest in folds, and what they are worth by fold, step, hour."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from keras_rnn.errors import UserError, nearest
from keras_rnn.forecasting.metrics import NAIVE, coverage, pinball_loss, skill
from keras_rnn.forecasting.point_metrics import all_measures

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# What a table of scores may have its rows by.
BY = ("fold", "step", "hour", "month")
BAND = 0.8
BAND_COLUMNS = ("lower", "upper")
_NO_FORECASTS = ("fold", "origin", "time", "step", "truth", *BAND_COLUMNS)


@dataclass(frozen=True, eq=False)
class Fold:
    """One stretch of the past that was forecast.

    Attributes:
        number: Integer from 1 on.
        start: `pandas.Timestamp`, the first row that was forecast.
        end: `pandas.Timestamp`, the last row that was forecast.
        known: Tuple of the first and the last stamp that its model knew, and how many
            rows that were.
        origins: Integer, how many times it was forecast.
        scale: Float, what the MASE divides by: the mean absolute error of the seasonal
            naive forecast on the rows that the model knew.
        seconds: Float, for training and forecasting.
        importance: DataFrame as from `permutation_importance`, or `None`.
    """

    number: int
    start: pd.Timestamp
    end: pd.Timestamp
    known: tuple[pd.Timestamp, pd.Timestamp, int]
    origins: int
    scale: float
    seconds: float
    importance: pd.DataFrame | None = None


@dataclass(frozen=True, eq=False)
class RollingBacktest:
    """How a forecaster would have done, origin by origin.

    Attributes:
        forecasts: DataFrame of a row for each value that was forecast: "fold",
            "origin" (the last row that was known), "time" and "step" of the value,
            "truth", "model", "lower" and "upper" (the model's 80 % band, NaN for none),
            and a column for each forecast beside it: "persistence", "ridge" and, where
            every fold has them, "seasonal_naive" and "year_mean".
        folds: Tuple of `Fold`.
        target: String, the column that was forecast.
        unit: String, its unit, or `""`.
        season: String, such as `"day"`, what the seasonal naive forecast repeats, and
            the MASE is measured by; `""` for none.
        refit: Boolean, whether each fold had its own model.
        stride: Integer, rows from one origin to the next.
        planned: Integer, folds when all are done.
    """

    forecasts: pd.DataFrame
    folds: tuple[Fold, ...]
    target: str
    unit: str = ""
    season: str = ""
    refit: bool = False
    stride: int = 1
    planned: int = field(default=0, repr=False)

    @property
    def names(self) -> list[str]:
        """List of strings, the forecasts that were compared, "model" first."""
        return [name for name in self.forecasts if name not in _NO_FORECASTS]

    def scores(self, by: str | None = None) -> pd.DataFrame:
        """Return every measure of every forecast.

        Args:
            by: `"fold"`, `"step"`, `"hour"` (of the day) or `"month"` (of the year), in
                which the value lies that is forecast. Default: `None`, over all.

        Returns:
            DataFrame of the columns "forecast"; the one that `by` names; "values", how
            many were forecast; "mae", "rmse" and "bias" (forecast less truth) in the
            target's unit; "mase" and "smape" as `mean_absolute_scaled_error` and
            `symmetric_percentage_error` define them; "skill", the share of the best
            naive mean absolute error of the same rows that is gone; and of the model's
            80 % band "pinball", the mean pinball loss at both of its ends, and
            "coverage", the share of the truth inside; NaN where there is no band.

        Raises:
            UserError: No such `by`, or the rows are days or longer and have no hours.

        Example:

        >>> hours = pd.date_range("2024-01-01", periods=4, freq="h")
        >>> forecasts = pd.DataFrame(
        ...     {
        ...         "fold": [1, 1, 2, 2],
        ...         "time": hours,
        ...         "truth": [1.0, 2.0, 3.0, 4.0],
        ...         "model": [1.0, 3.0, 3.0, 6.0],
        ...         "persistence": [2.0, 3.0, 4.0, 8.0],
        ...     }
        ... )
        >>> folds = [Fold(n, *hours[:2], (*hours[:2], 9), 1, 2.0, 0.1) for n in (1, 2)]
        >>> done = RollingBacktest(forecasts, tuple(folds), "load")
        >>> done.scores("fold")[["forecast", "fold", "mae", "mase", "skill"]].round(2)
              forecast  fold  mae  mase  skill
        0        model     1  0.5  0.25    0.5
        1        model     2  1.0  0.50    0.6
        2  persistence     1  1.0  0.50    0.0
        3  persistence     2  2.5  1.25    0.0
        """
        keys = np.zeros(len(self.forecasts), int) if by is None else self._keys(by)
        scales = {fold.number: fold.scale for fold in self.folds}
        scale = self.forecasts["fold"].map(scales).to_numpy("float64")
        rows = [
            {"forecast": name, **({} if by is None else {by: key}), **measures}
            for key, chosen in _groups(keys)
            for name, measures in self._measures(chosen, scale[chosen]).items()
        ]
        table = pd.DataFrame(rows)
        order = table["forecast"].map(self.names.index)
        return table.iloc[order.argsort(kind="stable")].reset_index(drop=True)

    def all_scores(self) -> pd.DataFrame:
        """Return the scores by everything that there is, in one tidy table.

        Returns:
            DataFrame as from `scores`, with the columns "by" ("all", "fold", "step"
            and, where the rows have them, "hour" and "month") and "value".
        """
        tables = [self.scores().assign(by="all", value=0)]
        for by in kinds_of_scores(self._times):
            scores = self.scores(by)
            tables.append(scores.rename(columns={by: "value"}).assign(by=by))
        table = pd.concat(tables, ignore_index=True)
        front = ["by", "value", "forecast"]
        return table[front + [name for name in table if name not in front]]

    def importance(self) -> pd.DataFrame | None:
        """Return how much worse each column makes the backtest when it is shuffled.

        Returns:
            DataFrame as from `importance_table`, over all folds that know the column;
            `None` where that was not measured.
        """
        # Here, because it is a picture of another kind that few ask for.
        from keras_rnn.forecasting.column_importance import importance_table

        found = [fold.importance for fold in self.folds]
        known = [one for one in found if one is not None]
        return importance_table(pd.concat(known)) if known else None

    def plot(self, caption: str = "") -> Figure:
        """Draw truth and forecasts of the folds, and the errors of each fold.

        Args:
            caption: String, what the data is; it stands under the picture. Default:
                `""`.

        Returns:
            `matplotlib.figure.Figure`.
        """
        from keras_rnn.forecasting.backtest_plot import plot_backtest

        return plot_backtest(self, caption=caption)

    @property
    def _times(self):
        return pd.DatetimeIndex(self.forecasts["time"])

    def _keys(self, by):
        check_kind(by, self._times)
        if by in self.forecasts:
            return self.forecasts[by].to_numpy()
        return getattr(self._times, by).to_numpy()

    def _measures(self, chosen, scale):
        rows = self.forecasts.iloc[chosen]
        truth = rows["truth"].to_numpy("float64")
        found: dict[str, dict[str, float]] = {
            name: {
                "values": len(rows),
                **all_measures(rows[name].to_numpy("float64"), truth, scale),
            }
            for name in self.names
        }
        least = min(one["mae"] for name, one in found.items() if name in NAIVE)
        for name, one in found.items():
            one["skill"] = skill(one["mae"], least)
            of_band = (
                self._of_band(rows, truth) if name == "model" else (np.nan, np.nan)
            )
            one["pinball"], one["coverage"] = of_band
        return found

    def _of_band(self, rows, truth):
        """Mean pinball loss at both ends of the band, and the share of truth inside."""
        if not {*BAND_COLUMNS} <= {*rows.columns}:
            return np.nan, np.nan
        lower, upper = (rows[name].to_numpy("float64") for name in BAND_COLUMNS)
        known = np.isfinite(lower) & np.isfinite(upper)
        if not known.any():
            return np.nan, np.nan
        lower, upper, truth = lower[known], upper[known], truth[known]
        tail = (1 - BAND) / 2
        losses = pinball_loss(lower, truth, tail), pinball_loss(upper, truth, 1 - tail)
        return sum(losses) / 2, coverage(lower, upper, truth)


def kinds_of_scores(times: pd.DatetimeIndex) -> list[str]:
    """Return what scores can have their rows by: one of several hours or months.

    Args:
        times: `pandas.DatetimeIndex` of the values that are forecast.

    Returns:
        List of those of `BY`.
    """
    return [
        by
        for by in BY
        if by not in ("hour", "month") or getattr(times, by).nunique() > 1
    ]


def check_kind(by: str, times: pd.DatetimeIndex) -> None:
    """Raise a `UserError` unless scores can have their rows by this.

    Args:
        by: String.
        times: `pandas.DatetimeIndex` of the values that are forecast.

    Raises:
        UserError: It is none of `BY`, or the same for all values.
    """
    if by not in BY:
        raise UserError(
            f"Scores are by {', '.join(BY)}, not by {by!r}.{nearest(by, BY)}"
        )
    if by not in kinds_of_scores(times):
        raise UserError(
            f"All values that are forecast lie in the same {by}: there are no scores "
            f"`by={by}`. Choose `by=fold` or `by=step`."
        )


def _groups(keys):
    """Each key, in order, with the places that it is at."""
    order = np.argsort(keys, kind="stable")
    values, firsts = np.unique(keys[order], return_index=True)
    return [
        (value.item(), places)
        for value, places in zip(values, np.split(order, firsts[1:]), strict=True)
    ]
