"""Forecasts that begin at many places of many series, to be held against what came."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from keras_rnn.forecasting.many_series.panel import SeriesPanel
from keras_rnn.forecasting.many_series.panel_scores import seasonal_scales

# Rows of the pasts together, at most.
_MOST_ROWS = 20_000_000


@dataclass(frozen=True, eq=False)
class JudgedWindows:
    """Pasts of some series, and what followed each.

    Attributes:
        past: `SeriesPanel` with a series for each window, its rows up to there; of one
            series several windows have its name.
        truth: Float array of shape `(windows, horizon)`, NaN where a value is missing.
        scale: Float array of shape `(windows,)`, what errors are divided by: the mean
            seasonal change of the series before the rows that judge.
    """

    past: SeriesPanel
    truth: np.ndarray
    scale: np.ndarray

    @classmethod
    def within(
        cls,
        panel: SeriesPanel,
        rows: np.ndarray,
        horizon: int,
        season: int,
        *,
        most: int,
    ) -> JudgedWindows:
        """Return windows that forecast within the last rows of each series.

        Args:
            panel: `SeriesPanel`.
            rows: Integer array of shape `(series,)`, how many rows are forecast within;
                series with fewer than the horizon have no window.
            horizon: Integer, rows of a forecast.
            season: Integer, rows in a season.
            most: Integer, how many windows at most, spread over all.

        Example:

        >>> panel = SeriesPanel.from_arrays({"a": range(9), "b": range(4)}, "1d")
        >>> windows = JudgedWindows.within(panel, np.array([3, 0]), 2, 1, most=9)
        >>> windows.past.names, windows.past.lengths.tolist(), windows.truth.tolist()
        (['a', 'a'], [7, 6], [[7.0, 8.0], [6.0, 7.0]])
        """
        counts = np.maximum(np.asarray(rows) - horizon + 1, 0)
        every = int(counts.sum())
        most = max(1, min(most, _MOST_ROWS // int(panel.lengths.max())))
        chosen = np.arange(every)
        if every > most:
            chosen = np.linspace(0, every - 1, most).round().astype("int64")
        firsts = np.cumsum(counts) - counts
        series = np.repeat(np.arange(len(panel)), counts)[chosen]
        earlier = chosen - firsts[series]
        whole = panel.select(series).without_last(earlier)[0]
        scale = seasonal_scales(panel.without_last(rows)[0], season)
        return cls(
            whole.without_last(horizon)[0],
            whole.last(horizon).astype("float64"),
            # A series that always repeats itself is judged in its own unit.
            np.nan_to_num(scale, nan=1.0)[series],
        )

    def __len__(self) -> int:
        return len(self.scale)

    def error(self, predict: Callable[[SeriesPanel], np.ndarray]) -> float:
        """Return the mean scaled error of forecasts.

        Args:
            predict: Callable from a `SeriesPanel` to an array of shape
                `(series, horizon)`.
        """
        off = np.abs(predict(self.past) - self.truth) / self.scale[:, None]
        return float(np.nanmean(off))
