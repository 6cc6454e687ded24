"""The score of each series and of all, beside forecasts that need no network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from keras_rnn.forecasting.many_series.panel import SeriesPanel

# Forecasts that nothing has to be fitted for.
NAIVE = ("naive", "seasonal_naive")


@dataclass(frozen=True, eq=False)
class PanelScores:
    """How far several forecasts of the same rows were off, series by series.

    Attributes:
        names: List of strings, the series that were judged.
        mae: Dict from "model" and each method beside it to a float array of shape
            `(series,)`, the mean absolute errors in the unit of the values.
        mase: Dict likewise: the errors in units of the seasonal naive error of the rows
            before; NaN for a series whose season always repeated itself.
        smape: Dict likewise, in percent.
        coverage: Dict from level in per cent to a float array of shape `(series,)`, the
            share of values inside the band.
        windows: Integer, forecasts of each series that were judged.
        rows: Integer array of shape `(series,)`, the rows of each before them.
        season: Integer, rows in a season.
        unjudged: List of strings, the series that were too short.
    """

    names: list[str]
    mae: dict[str, np.ndarray]
    mase: dict[str, np.ndarray]
    smape: dict[str, np.ndarray]
    coverage: dict[float, np.ndarray]
    windows: int
    rows: np.ndarray
    season: int
    unjudged: list[str]

    @classmethod
    def of(
        cls,
        known: SeriesPanel,
        truth: np.ndarray,
        forecasts: Mapping[str, np.ndarray],
        season: int,
        *,
        bands: Mapping[float, tuple[np.ndarray, np.ndarray]] | None = None,
        unjudged: list[str] | None = None,
    ) -> PanelScores:
        """Score forecasts of the same rows.

        Args:
            known: `SeriesPanel` of the rows before those that are judged.
            truth: Float array of shape `(series, windows, horizon)`, NaN where a value
                is missing.
            forecasts: Mapping from "model" and the methods beside it to arrays of the
                same shape.
            season: Integer, rows in a season.
            bands: Mapping from level in per cent to the lower and the upper ends, of
                the same shape. Default: none.
            unjudged: List of strings, series that are too short. Default: none.
        """
        scale = seasonal_scales(known, season)
        mae, mase, smape = {}, {}, {}
        for name, forecast in forecasts.items():
            error = np.abs(forecast - truth)
            size = np.abs(forecast) + np.abs(truth)
            mae[name] = _mean(error)
            mase[name] = mae[name] / scale
            smape[name] = _mean(200 * error / np.where(size == 0, 1.0, size))
        inside = {
            level: _mean(
                np.where(np.isnan(truth), np.nan, (low <= truth) & (truth <= high))
            )
            for level, (low, high) in (bands or {}).items()
        }
        return cls(
            list(known.names),
            mae,
            mase,
            smape,
            inside,
            truth.shape[1],
            known.lengths,
            season,
            list(unjudged or ()),
        )

    @property
    def best_naive(self) -> str:
        """String, the better one of `NAIVE`, by the mean scaled error."""
        return min(NAIVE, key=lambda name: self.overall.loc[name, "mase"])

    @property
    def skill(self) -> float:
        """Float, the share of the best naive forecast's scaled error that is gone."""
        mase = self.overall["mase"]
        naive = mase[self.best_naive]
        return float(1 - mase["model"] / naive) if naive else float("nan")

    @property
    def overall(self) -> pd.DataFrame:
        """DataFrame with a row for each method, over all series.

        Its columns are the means of "mase", "smape" and "mae", and "best", the number
        of series that a method errs least for.
        """
        mae = np.stack(list(self.mae.values()))
        best = np.bincount(np.argmin(_no_nan(mae), axis=0), minlength=len(mae))
        columns = {
            "mase": [_mean_of(values) for values in self.mase.values()],
            "smape": [_mean_of(values) for values in self.smape.values()],
            "mae": [_mean_of(values) for values in self.mae.values()],
            "best": best,
        }
        return pd.DataFrame(columns, index=pd.Index(self.mae, name="method"))

    @property
    def each(self) -> pd.DataFrame:
        """DataFrame with a row for each series: its rows, and each method's errors.

        The columns are "series", "rows", "mase", "smape" and "mae" of this forecast,
        then those of the methods beside it, such as "mae naive", and "coverage 80".
        """
        columns = {"series": self.names, "rows": self.rows}
        for method in self.mae:
            for name, values in (
                ("mase", self.mase),
                ("smape", self.smape),
                ("mae", self.mae),
            ):
                words = method.replace("_", " ")
                key = name if method == "model" else f"{name} {words}"
                columns[key] = values[method]
        for level, inside in self.coverage.items():
            columns[f"coverage {level:g}"] = inside
        return pd.DataFrame(columns)

    @property
    def ranked(self) -> list[int]:
        """List of integers, places of the series, the smallest scaled error first."""
        mase = self.mase["model"]
        order = np.argsort(np.where(np.isnan(mase), np.inf, mase), kind="stable")
        return [int(place) for place in order]


def seasonal_scales(panel: SeriesPanel, season: int) -> np.ndarray:
    """Return what the MASE divides by: each series' mean absolute seasonal change.

    Args:
        panel: `SeriesPanel` of the rows that were learned from.
        season: Integer, rows in a season; of a series of fewer rows, the change from
            row to row.

    Returns:
        Float64 array of shape `(series,)`; NaN where it is 0 or not known.

    Example:

    >>> panel = SeriesPanel.from_arrays({"a": [1, 5, 2, 8], "b": [3, 3]}, "1d")
    >>> seasonal_scales(panel, 2).tolist()
    [2.0, nan]
    """
    scales = np.full(len(panel), np.nan)
    for lag in {season, 1}:
        values = panel.values.astype("float64")
        change = np.abs(values[lag:] - values[:-lag])
        series = np.repeat(np.arange(len(panel)), panel.lengths)
        known = (series[lag:] == series[:-lag]) & np.isfinite(change)
        sums = np.bincount(series[lag:][known], change[known], len(panel))
        counts = np.bincount(series[lag:][known], minlength=len(panel))
        of_lag = (panel.lengths > season) == (lag == season)
        with np.errstate(invalid="ignore"):
            scales = np.where(of_lag, sums / counts, scales)
    return np.where(scales > 0, scales, np.nan)


def _mean(values):
    """The mean of each series over what is known; NaN where nothing is."""
    known = np.isfinite(values)
    count = known.sum(axis=(1, 2))
    with np.errstate(invalid="ignore"):
        return np.where(known, values, 0).sum(axis=(1, 2)) / count


def _mean_of(values):
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else float("nan")


def _no_nan(values):
    return np.where(np.isnan(values), np.inf, values)
