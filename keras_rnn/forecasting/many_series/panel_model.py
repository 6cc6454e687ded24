"""What any model of many series can do, and the one that needs no network."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from keras_rnn.forecasting.many_series.panel import SeriesPanel
from keras_rnn.forecasting.many_series.panel_bands import (
    held_out_rows,
    held_out_starts,
    reach_of_bands,
    sorted_errors,
)
from keras_rnn.forecasting.many_series.panel_baselines import PanelRidge
from keras_rnn.forecasting.many_series.panel_scores import seasonal_scales

RIDGE_FILE = "ridge.npz"
# Rows that a series keeps beside a season where its end sets the bands.
_LEAST_KEPT = 3


class PanelModel(Protocol):
    """A fitted model that forecasts each series of a panel, also ones that are new."""

    def predict(self, panel: SeriesPanel) -> np.ndarray:
        """Return forecasts of shape `(series, horizon)` in the unit of the values."""
        ...

    def predict_bands(
        self, panel: SeriesPanel, levels: Sequence[float]
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return lower and upper ends, each of shape `(series, horizon, levels)`."""
        ...

    def learn_on(self, panel: SeriesPanel) -> PanelModel:
        """Return the model once it knows the same series with more rows."""
        ...

    def save(self, folder: Path) -> None:
        """Write the model's files into an existing folder."""
        ...


@dataclass(frozen=True, eq=False)
class RidgePanelModel:
    """A ridge regression for each series; the seasonal naive forecast for new ones.

    Attributes:
        ridge: `PanelRidge`.
        names: List of strings, the series that it was fitted to.
        errors: Float array of shape `(count, horizon)`, absolute errors on held-out
            rows in units of each series' seasonal change, each step sorted.
    """

    ridge: PanelRidge
    names: list[str]
    errors: np.ndarray

    @classmethod
    def fit(cls, panel: SeriesPanel, horizon: int, season: int) -> RidgePanelModel:
        """Fit to all rows; the bands come from a fit without the last ones.

        Args:
            panel: `SeriesPanel`.
            horizon: Integer, steps to forecast.
            season: Integer, rows in a season; 1 for none.
        """
        return cls(
            PanelRidge.fit(panel, horizon, season),
            list(panel.names),
            _held_out_errors(panel, horizon, season),
        )

    def learn_on(self, panel: SeriesPanel) -> RidgePanelModel:
        """Return the model fitted to the same series with more rows.

        Args:
            panel: `SeriesPanel`.
        """
        return self.fit(panel, self.ridge.horizon, self.ridge.season)

    def predict(self, panel: SeriesPanel) -> np.ndarray:
        """Forecast each series of a panel.

        Args:
            panel: `SeriesPanel`.

        Returns:
            Float64 array of shape `(series, horizon)`.
        """
        ridge = self.ridge
        if panel.names == self.names:
            return ridge.predict(panel)
        places = {name: place for place, name in enumerate(self.names)}
        lines = [
            ridge.lines[places[name]] if name in places else None
            for name in panel.names
        ]
        return PanelRidge(lines, ridge.horizon, ridge.season).predict(panel)

    def predict_bands(
        self, panel: SeriesPanel, levels: Sequence[float]
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return bands as wide as the errors on held-out rows were.

        Args:
            panel: `SeriesPanel`.
            levels: Sequence of floats, in per cent.

        Returns:
            `(lower, upper)`: float64 arrays of shape `(series, horizon, levels)`; NaN
            where a series has no seasonal change or there were too few errors.
        """
        forecast = self.predict(panel)[..., None]
        reach = reach_of_bands(self.errors, levels)
        scale = seasonal_scales(panel, self.ridge.season)
        width = scale[:, None, None] * reach  # (series, horizon, levels)
        return forecast - width, forecast + width

    def save(self, folder: Path) -> None:
        """Write the regressions into a folder.

        Args:
            folder: `pathlib.Path` of an existing folder.
        """
        arrays: dict[str, Any] = {"errors": self.errors}
        for place, line in enumerate(self.ridge.lines):
            if line is not None:
                arrays[f"kernel {place}"], arrays[f"bias {place}"] = line
        about = {
            "names": self.names,
            "horizon": self.ridge.horizon,
            "season": self.ridge.season,
        }
        np.savez_compressed(folder / RIDGE_FILE, about=json.dumps(about), **arrays)

    @classmethod
    def load(cls, folder: Path) -> RidgePanelModel:
        """Read what `save` wrote.

        Args:
            folder: `pathlib.Path`.
        """
        with np.load(folder / RIDGE_FILE, allow_pickle=False) as arrays:
            about = json.loads(str(arrays["about"]))
            known = set(arrays.files)
            lines = [
                (arrays[f"kernel {place}"], arrays[f"bias {place}"])
                if f"kernel {place}" in known
                else None
                for place in range(len(about["names"]))
            ]
            ridge = PanelRidge(lines, about["horizon"], about["season"])
            return cls(ridge, about["names"], arrays["errors"])


def _held_out_errors(panel, horizon, season):
    """Scaled errors of a fit to the rows before each series' last ones."""
    rows = held_out_rows(panel.lengths, horizon, season + _LEAST_KEPT)
    panel, rows = panel.select(rows > 0), rows[rows > 0]
    if not len(panel):
        return np.zeros((0, horizon))
    first = panel.without_last(rows)[0]
    ridge = PanelRidge.fit(first, horizon, season)
    errors = []
    for earlier in held_out_starts(rows, horizon):
        judged = rows >= horizon + earlier
        known = panel.without_last(np.where(judged, earlier, 0))[0]
        before = known.without_last(horizon)[0]
        error = np.abs(known.last(horizon) - ridge.predict(before))
        error /= seasonal_scales(before, season)[:, None]
        errors.append(error[judged])
    return sorted_errors(errors, horizon)
