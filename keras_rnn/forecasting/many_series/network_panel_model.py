"""The recurrent model of many series: fitted, forecasting with bands, saved, loaded."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import keras
import numpy as np

from keras_rnn.errors import UserError
from keras_rnn.forecasting.many_series.column_scaling import ColumnScaling
from keras_rnn.forecasting.many_series.global_network import (
    DEFAULT_SETTINGS,
    GlobalNetworkSettings,
    mean_network,
)
from keras_rnn.forecasting.many_series.global_network_training import (
    GlobalNetworkTraining,
)
from keras_rnn.forecasting.many_series.panel import SeriesPanel
from keras_rnn.forecasting.many_series.panel_bands import (
    held_out_rows,
    held_out_starts,
    reach_of_bands,
    sorted_errors,
)
from keras_rnn.forecasting.many_series.panel_windows import (
    PastWindows,
    level_and_change,
)
from keras_rnn.forecasting.many_series.window_shape import (
    WindowShape,
    choose_window_shape,
)

MODEL_FILE = "global_network.keras"
_STATE_FILE = "global_network.json"
_BATCH = 1024


class NetworkPanelModel:
    """Recurrent networks that all series share, and how far their forecasts are off.

    Args:
        model: `keras.Model` from `(batch, lookback)` to `(batch, horizon)`.
        shape: `WindowShape`.
        errors: Float array of shape `(count, horizon)`, absolute errors on rows that
            were held out, in units of the seasonal change of each window, each step
            sorted.
        training: `GlobalNetworkTraining`, to learn on. Default: `None`.
        scaling: `ColumnScaling` of what is known ahead and static. Default: nothing is.
        settings: `GlobalNetworkSettings` that it was built by, or `None` where they are
            not known. Default: `None`.

    Example:

    >>> from keras_rnn.forecasting.many_series.panel import SeriesPanel
    >>> days = {"a": np.arange(60) % 7, "b": 5 + np.arange(40) % 7}
    >>> panel = SeriesPanel.from_arrays(days, "1d")
    >>> small = GlobalNetworkSettings(units=4, scalings=("level",), epochs=1)
    >>> fitted = NetworkPanelModel.fit(panel, 7, season=7, settings=small, verbose=0)
    >>> fitted.predict(panel).shape
    (2, 7)
    """

    def __init__(
        self,
        model: keras.Model,
        shape: WindowShape,
        errors: np.ndarray,
        training: GlobalNetworkTraining | None = None,
        scaling: ColumnScaling | None = None,
        settings: GlobalNetworkSettings | None = None,
    ) -> None:
        self.settings = settings
        self.scaling = ColumnScaling() if scaling is None else scaling
        self.model, self.shape = model, shape
        self.errors, self.training = errors, training

    @classmethod
    def fit(
        cls,
        panel: SeriesPanel,
        horizon: int,
        season: int = 1,
        *,
        settings: GlobalNetworkSettings = DEFAULT_SETTINGS,
        seed: int = 0,
        verbose: Any = "auto",
    ) -> NetworkPanelModel:
        """Train one model on all series.

        It is trained without the last rows of each series, errs on these, from which
        bands are taken, and then learns on with all rows. Where most series are too
        short for that, it learns from all rows at once, and there are no bands.

        Args:
            panel: `SeriesPanel`.
            horizon: Integer, rows to forecast.
            season: Integer, rows of a season; 1 for none. Default: `1`.
            settings: `GlobalNetworkSettings`. Default: its defaults.
            seed: Integer, of everything drawn by chance. Default: `0`.
            verbose: `0`, `1`, `2` or `"auto"`, as for `training.fit`. Default:
                `"auto"`.

        Returns:
            `NetworkPanelModel`.

        Raises:
            UserError: No series is long enough to learn from.
        """
        shape = choose_window_shape(panel.lengths, horizon, season, settings.lookback)
        scaling = ColumnScaling.fit(panel)
        training = GlobalNetworkTraining(shape, settings, seed, verbose, scaling)
        held_out = _held_out_rows(panel, shape)
        if held_out is None:
            training.learn(panel)
        else:
            training.learn(panel.without_last(held_out)[0])
        model = mean_network(training.networks)
        fitted = cls(model, shape, np.zeros((0, horizon)), training, scaling, settings)
        if held_out is not None:
            fitted.errors = fitted._errors_on(panel, held_out)
            training.learn_on(panel)
        return fitted

    def learn_on(self, panel: SeriesPanel) -> NetworkPanelModel:
        """Learn on from the same series with more rows, in a third of the time.

        Bands stay as they are.

        Args:
            panel: `SeriesPanel`.

        Returns:
            Itself.

        Raises:
            UserError: The model was loaded: a saved one has no state of a training.
        """
        if self.training is None:
            raise UserError(
                "A loaded model of many series does not learn on: fit a new one."
            )
        self.training.learn_on(panel)
        return self

    def copy(self, seed: int = 0) -> NetworkPanelModel:
        """Return a model of the same weights that learns on without changing this one.

        Args:
            seed: Integer, of the order in which it learns. Default: `0`.

        Raises:
            UserError: It was saved with a cell that is known by no name.
        """
        if self.settings is None:
            raise UserError(
                "This model was saved with a cell of one's own and is not built again "
                "to learn on: fit a new one."
            )
        training = GlobalNetworkTraining(
            self.shape, self.settings, seed, 0, self.scaling
        )
        training.networks.set_weights(self.model.get_weights())
        return NetworkPanelModel(
            mean_network(training.networks),
            self.shape,
            self.errors,
            training,
            self.scaling,
            self.settings,
        )

    def learn_newest(self, panel: SeriesPanel, newest: np.ndarray) -> NetworkPanelModel:
        """Learn on from the last rows of some series, at a low rate.

        Bands stay as they are.

        Args:
            panel: `SeriesPanel`, all rows, also of new series.
            newest: Integer array of shape `(series,)`, how many are forecast in what it
                learns from.

        Returns:
            Itself, which has to be a `copy`.
        """
        assert self.training is not None
        self.training.learn_newest(panel, newest)
        return self

    @property
    def lookback(self) -> int:
        """Integer, the rows of a series that a forecast draws on at most."""
        return self.shape.lookback

    def predict(self, panel: SeriesPanel) -> np.ndarray:
        """Forecast what follows the last row of each series, known or new.

        Args:
            panel: `SeriesPanel`.

        Returns:
            Float64 array of shape `(series, horizon)`, in the unit of the values.
        """
        return self._forecast(self._last_windows(panel)[1])

    def predict_bands(
        self, panel: SeriesPanel, levels: Sequence[float]
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return bands that held their share of the errors on held-out rows.

        Split conformal prediction (see `keras_rnn.forecasting.conformal`), with errors
        of all series, each in units of its own seasonal change.

        Args:
            panel: `SeriesPanel`.
            levels: Sequence of floats, in per cent.

        Returns:
            `(lower, upper)`: float64 arrays of shape `(series, horizon, levels)`; NaN
            where there were too few errors for a level.
        """
        past, inputs = self._last_windows(panel)
        change = level_and_change(past, self.shape)[1]
        reach = reach_of_bands(self.errors, levels)
        half = change[:, None, None] * reach
        forecast = self._forecast(inputs)[..., None]
        return forecast - half, forecast + half

    def save(self, folder: Path) -> None:
        """Write the model and what it needs to be used into an existing folder.

        Args:
            folder: `pathlib.Path`.
        """
        self.model.save(folder / MODEL_FILE)
        state = {
            "shape": asdict(self.shape),
            "errors": self.errors.tolist(),
            "scaling": asdict(self.scaling),
            "settings": None,
        }
        if self.settings is not None and isinstance(self.settings.cell, str):
            state["settings"] = asdict(self.settings)
        (folder / _STATE_FILE).write_text(json.dumps(state), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> NetworkPanelModel:
        """Read what `save` wrote.

        Args:
            folder: `pathlib.Path`.

        Returns:
            `NetworkPanelModel`, which forecasts, and a `copy` of which learns on.
        """
        state = json.loads((folder / _STATE_FILE).read_text(encoding="utf-8"))
        shape = WindowShape(**state["shape"])
        errors = np.array(state["errors"], "float64").reshape(-1, shape.horizon)
        scaling = ColumnScaling.from_dict(state["scaling"])
        model = keras.saving.load_model(folder / MODEL_FILE)
        settings = state["settings"]
        if settings is not None:
            settings["scalings"] = tuple(settings["scalings"])
            settings = GlobalNetworkSettings(**settings)
        return cls(model, shape, errors, scaling=scaling, settings=settings)

    def _last_windows(self, panel):
        """The past of each series, and what the model reads with it."""
        series, ends = np.arange(len(panel)), panel.offsets[1:]
        windows = PastWindows(panel, self.shape)
        past = windows.before(ends, series)
        return past, self.scaling.inputs(panel, windows).of(past, ends, series)

    def _forecast(self, inputs):
        forecast = self.model.predict(inputs, batch_size=_BATCH, verbose=0)
        return forecast.astype("float64")

    def _errors_on(self, panel, held_out):
        """Scaled errors of forecasts within the last rows of each series, sorted."""
        horizon = self.shape.horizon
        series, ends = [], []
        for earlier in held_out_starts(held_out, horizon):
            judged = np.flatnonzero(held_out >= horizon + earlier)
            series.append(judged)
            ends.append(panel.offsets[1:][judged] - horizon - earlier)
        places, of = np.concatenate(ends), np.concatenate(series)
        windows = PastWindows(panel, self.shape)
        past = windows.before(places, of)
        truth = panel.values[places[:, None] + np.arange(horizon)]
        change = level_and_change(past, self.shape)[1]
        inputs = self.scaling.inputs(panel, windows)
        errors = np.abs(truth - self._forecast(inputs.of(past, places, of)))
        return sorted_errors([errors / change[:, None]], horizon)


def _held_out_rows(panel, shape):
    """Rows held out at the end of each series, 0 of short ones; `None` for none."""
    rows = held_out_rows(
        panel.lengths, shape.horizon, shape.horizon + max(shape.season, 2)
    )
    return None if 2 * np.count_nonzero(rows) < len(panel) else rows
