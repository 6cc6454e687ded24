"""What a forecast of many series has to beat: naive ones, and ridge for each series."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from keras_rnn.forecasting.baselines import seasonal_places
from keras_rnn.forecasting.many_series.panel import SeriesPanel
from keras_rnn.forecasting.many_series.series_line import SeriesLine


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
        lines: List of `SeriesLine` or `None`, one a series: `None` where it is too
            short, and the seasonal naive forecast stands in.
        horizon: Integer.
        season: Integer.
    """

    lines: list[SeriesLine | None]
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
            SeriesLine.fit(
                panel.values[begin:end].astype("float64"),
                horizon,
                season,
                _known_of(panel, place),
            )
            for place, (begin, end) in enumerate(
                zip(panel.offsets[:-1], panel.offsets[1:], strict=True)
            )
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
        widest = max((len(line.kernel) for line in self.lines if line), default=0) + 1
        past = panel.last(widest).astype("float64")
        for place, line in enumerate(self.lines):
            if line is None:
                continue
            rows = past[place, -1 - len(line.kernel) :]
            known = _known_of(panel, place)
            if known is not None:
                known = known[: panel.lengths[place] + self.horizon]
            change = line.change(rows, known, self.season)
            if np.isfinite(change).all():
                forecast[place] = rows[-1] + change
        return forecast


def _known_of(panel, place):
    """What is known ahead of one series, or `None`."""
    known = panel.known_ahead
    if known is None:
        return None
    return known.values[known.offsets[place] : known.offsets[place + 1]]
