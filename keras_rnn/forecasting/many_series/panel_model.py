"""What any model of many series can do, and the one that needs no network."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from keras_rnn.forecasting.many_series.column_scaling import ColumnScaling
from keras_rnn.forecasting.many_series.panel import SeriesPanel
from keras_rnn.forecasting.many_series.panel_bands import (
    held_out_rows,
    held_out_starts,
    reach_of_bands,
    sorted_errors,
)
from keras_rnn.forecasting.many_series.panel_baselines import PanelRidge
from keras_rnn.forecasting.many_series.panel_scores import seasonal_scales
from keras_rnn.forecasting.many_series.series_line import SeriesLine

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

    def copy(self, seed: int = 0) -> PanelModel:
        """Return a model that learns on without changing this one."""
        ...

    def learn_newest(self, panel: SeriesPanel, newest: np.ndarray) -> PanelModel:
        """Return the model once it knows the last rows of some series, also new ones.

        Args:
            panel: `SeriesPanel`, all rows.
            newest: Integer array of shape `(series,)`, how many of them.
        """
        ...

    @property
    def lookback(self) -> int:
        """Integer, the rows of a series that a forecast draws on at most."""
        ...

    def save(self, folder: Path) -> None:
        """Write the model's files into an existing folder."""
        ...


@dataclass(frozen=True, eq=False)
class AlikeSeries:
    """Which series is like which, by what is static within them.

    Attributes:
        scaling: `ColumnScaling`.
        static: Float array of shape `(series, inputs)`.
        sizes: Float array of shape `(series,)`, the mean absolute value of each.
    """

    scaling: ColumnScaling
    static: np.ndarray
    sizes: np.ndarray

    @classmethod
    def fit(cls, panel: SeriesPanel) -> AlikeSeries:
        """Keep the static columns of a panel.

        Args:
            panel: `SeriesPanel` that has some.
        """
        scaling = ColumnScaling.fit(panel)
        static = scaling.static_values(panel)
        assert static is not None
        return cls(scaling, static, _sizes(panel))

    def lines(
        self, panel: SeriesPanel, known: Sequence[SeriesLine | None]
    ) -> list[SeriesLine | None]:
        """Return for each series the line of the one most like it, in its own size.

        Args:
            panel: `SeriesPanel`, perhaps of other series.
            known: Sequence of `SeriesLine` or `None`, those of the series kept.
        """
        static = self.scaling.static_values(panel)
        have = np.array([place for place, line in enumerate(known) if line is not None])
        if static is None or not len(have):
            return [None] * len(panel)
        lines: list[SeriesLine | None] = []
        for row, size in zip(static, _sizes(panel), strict=True):
            distance = ((self.static[have] - row) ** 2).sum(axis=1)
            place = int(have[np.argmin(distance)])
            line, ratio = known[place], size / (self.sizes[place] or 1.0)
            assert line is not None
            lines.append(
                replace(line, bias=ratio * line.bias, effect=ratio * line.effect)
            )
        return lines


@dataclass(frozen=True, eq=False)
class RidgePanelModel:
    """A ridge regression for each series.

    A new series is forecast by the regression of the one that is most like it by what
    is static, and by the seasonal naive forecast where nothing is.

    Attributes:
        ridge: `PanelRidge`.
        names: List of strings, the series that it was fitted to.
        errors: Float array of shape `(count, horizon)`, absolute errors on held-out
            rows in units of each series' seasonal change, each step sorted.
        alike: `AlikeSeries`, or `None` where nothing is static. Default: `None`.
    """

    ridge: PanelRidge
    names: list[str]
    errors: np.ndarray
    alike: AlikeSeries | None = None

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
            None if panel.static is None else AlikeSeries.fit(panel),
        )

    def learn_on(self, panel: SeriesPanel) -> RidgePanelModel:
        """Return the model fitted to the same series with more rows.

        Args:
            panel: `SeriesPanel`.
        """
        return self.fit(panel, self.ridge.horizon, self.ridge.season)

    def copy(self, seed: int = 0) -> RidgePanelModel:
        """Return itself: nothing in it changes.

        Args:
            seed: Integer, of no use here. Default: `0`.
        """
        return self

    def learn_newest(self, panel: SeriesPanel, newest: np.ndarray) -> RidgePanelModel:
        """Return the model with the regressions of some series fitted anew.

        Bands stay as they are.

        Args:
            panel: `SeriesPanel`, all rows, also of new series.
            newest: Integer array of shape `(series,)`, their new rows; the regressions
                of those without any stay.
        """
        ridge = self.ridge
        chosen = np.flatnonzero(newest > 0)
        fitted = PanelRidge.fit(panel.select(chosen), ridge.horizon, ridge.season)
        lines = self._lines(panel.names)
        for place, line in zip(chosen, fitted.lines, strict=True):
            lines[place] = line or lines[place]
        return RidgePanelModel(
            PanelRidge(lines, ridge.horizon, ridge.season),
            list(panel.names),
            self.errors,
            None if panel.static is None else AlikeSeries.fit(panel),
        )

    @property
    def lookback(self) -> int:
        """Integer, the rows of a series that a forecast draws on at most."""
        reach = [len(line.kernel) + 1 for line in self.ridge.lines if line is not None]
        return max([self.ridge.season, *reach])

    def _lines(self, names):
        places = {name: place for place, name in enumerate(self.names)}
        return [
            self.ridge.lines[places[name]] if name in places else None for name in names
        ]

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
        lines = self._lines(panel.names)
        if self.alike is not None:
            known = set(self.names)
            borrowed = self.alike.lines(panel, ridge.lines)
            lines = [
                line if name in known else borrowed[place]
                for place, (name, line) in enumerate(
                    zip(panel.names, lines, strict=True)
                )
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
                for name, array in vars(line).items():
                    arrays[f"{name} {place}"] = array
        about = {
            "names": self.names,
            "horizon": self.ridge.horizon,
            "season": self.ridge.season,
            "scaling": None,
        }
        if self.alike is not None:
            about["scaling"] = asdict(self.alike.scaling)
            arrays["static"], arrays["sizes"] = self.alike.static, self.alike.sizes
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
                SeriesLine(
                    arrays[f"kernel {place}"],
                    arrays[f"bias {place}"],
                    arrays[f"effect {place}"],
                )
                if f"kernel {place}" in known
                else None
                for place in range(len(about["names"]))
            ]
            ridge = PanelRidge(lines, about["horizon"], about["season"])
            alike = None
            if about["scaling"] is not None:
                scaling = ColumnScaling.from_dict(about["scaling"])
                alike = AlikeSeries(scaling, arrays["static"], arrays["sizes"])
            return cls(ridge, about["names"], arrays["errors"], alike)


def _sizes(panel):
    values = np.abs(panel.values.astype("float64"))
    known = np.isfinite(values)
    series = np.repeat(np.arange(len(panel)), panel.lengths)
    sums = np.bincount(series[known], values[known], len(panel))
    return sums / np.maximum(np.bincount(series[known], minlength=len(panel)), 1)


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
