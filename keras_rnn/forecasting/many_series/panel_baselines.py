"""What a forecast of many series has to beat: naive ones, and ridge for each series."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from keras_rnn.forecasting.baselines import seasonal_places
from keras_rnn.forecasting.many_series.panel import SeriesPanel
from keras_rnn.forecasting.ridge import STRENGTHS, Moments, solve_each

# Rows before the last one that the regression of a series sees, at most.
_MOST_LAGS = 72
# Fewer windows than this fit a line to nothing but chance.
_FEWEST_WINDOWS = 12


def panel_naive(panel: SeriesPanel, horizon: int) -> np.ndarray:
    """Repeat the last value of each series.

    Args:
        panel: `SeriesPanel`.
        horizon: Integer, steps to forecast.

    Returns:
        Float64 array of shape `(series, horizon)`.

    Example:

    >>> panel = SeriesPanel.from_arrays({"a": [1, 2], "b": [7]}, "1d")
    >>> panel_naive(panel, 2).tolist()
    [[2.0, 2.0], [7.0, 7.0]]
    """
    return np.repeat(_last_values(panel)[:, None], horizon, axis=1)


def panel_seasonal_naive(panel: SeriesPanel, horizon: int, season: int) -> np.ndarray:
    """Repeat the last season of each series.

    Args:
        panel: `SeriesPanel`.
        horizon: Integer, steps to forecast; beyond one season it starts over.
        season: Integer, rows in a season; 1 is the naive forecast.

    Returns:
        Float64 array of shape `(series, horizon)`. Where the season before has no
        value, it is the last value of the series.

    Example:

    >>> panel = SeriesPanel.from_arrays({"a": [1, 2, 3, 4], "b": [7]}, "1d")
    >>> panel_seasonal_naive(panel, 3, season=2).tolist()
    [[3.0, 4.0, 3.0], [7.0, 7.0, 7.0]]
    """
    past = panel.last(season).astype("float64")
    past = np.where(np.isnan(past), _last_values(panel)[:, None], past)
    return past[:, seasonal_places(season, horizon, season)]


def _last_values(panel):
    """The last known value of each series; the end of a cut one may be a gap."""
    known = ~np.isnan(panel.values)
    places = np.where(known, np.arange(len(known)), -1)
    latest = np.maximum.accumulate(places)[panel.offsets[1:] - 1]
    values = panel.values[np.maximum(latest, 0)].astype("float64")
    return np.where(latest >= panel.offsets[:-1], values, np.nan)


@dataclass(frozen=True)
class PanelRidge:
    """A ridge regression of its own for each series, of the change from the last value.

    Attributes:
        lines: List of `(kernel, bias)` or `None`, one a series: `None` where it is too
            short, and the seasonal naive forecast stands in.
        horizon: Integer.
        season: Integer.
    """

    lines: list[tuple[np.ndarray, np.ndarray] | None]
    horizon: int
    season: int

    @classmethod
    def fit(cls, panel: SeriesPanel, horizon: int, season: int) -> PanelRidge:
        """Fit each series' regression, its strength chosen on the series' last windows.

        Args:
            panel: `SeriesPanel`.
            horizon: Integer, steps to forecast.
            season: Integer, rows in a season; the regression sees at least one, where
                the series is long enough.
        """
        lines = [
            _fit_line(panel.values[begin:end].astype("float64"), horizon, season)
            for begin, end in zip(panel.offsets[:-1], panel.offsets[1:], strict=True)
        ]
        return cls(lines, horizon, season)

    @property
    def count(self) -> int:
        """Integer, series that have a regression."""
        return sum(line is not None for line in self.lines)

    def predict(self, panel: SeriesPanel) -> np.ndarray:
        """Forecast the series that it was fitted to, from their last rows.

        Args:
            panel: `SeriesPanel` of the same series.

        Returns:
            Float64 array of shape `(series, horizon)`.
        """
        forecast = panel_seasonal_naive(panel, self.horizon, self.season)
        widest = max((len(line[0]) for line in self.lines if line), default=0) + 1
        past = panel.last(widest).astype("float64")
        for place, line in enumerate(self.lines):
            if line is None:
                continue
            kernel, bias = line
            rows = past[place, -1 - len(kernel) :]
            change = (rows[:-1] - rows[-1]) @ kernel + bias
            if np.isfinite(change).all():
                forecast[place] = rows[-1] + change
        return forecast


def _fit_line(values, horizon, season):
    lags = min(max(_MOST_LAGS, season), (len(values) - horizon) // 3)
    width = lags + 1 + horizon
    if lags < 2 or len(values) < width:
        return None
    windows = np.lib.stride_tricks.sliding_window_view(values, width)
    windows = windows[np.isfinite(windows).all(axis=1)]
    if len(windows) < _FEWEST_WINDOWS:
        return None
    last = windows[:, lags : lags + 1]
    scale = np.abs(windows[:, :lags] - last).mean() or 1.0
    past, change = (windows[:, :lags] - last) / scale, windows[:, lags + 1 :] - last
    # No window that is learned from holds a row of those that choose the strength.
    chooses = max(1, min(len(windows) // 5, 2 * horizon))
    learned = len(windows) - chooses - horizon
    if learned < _FEWEST_WINDOWS // 2:
        learned = len(windows) - chooses
    kernels, biases = solve_each(_moments(past[:learned], change[:learned]), STRENGTHS)
    errors = [
        np.abs(past[-chooses:] @ kernel + bias - change[-chooses:]).mean()
        for kernel, bias in zip(kernels, biases, strict=True)
    ]
    strength = STRENGTHS[np.argmin(errors)] * len(windows) / learned
    (kernel,), (bias,) = solve_each(_moments(past, change), np.array([strength]))
    return kernel / scale, bias


def _moments(x, y):
    return Moments(len(x), x.sum(0), y.sum(0), x.T @ x, x.T @ y)
