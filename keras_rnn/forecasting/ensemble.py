"""The default model: an ensemble of naive, linear and recurrent forecasts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import keras
import numpy as np
import pandas as pd
from keras import layers, ops

from keras_rnn import training
from keras_rnn.forecasting.backtest import target_values
from keras_rnn.forecasting.baselines import (
    persistence,
    seasonal_naive,
    seasonal_places,
)
from keras_rnn.forecasting.blend import blend_weights, cross_fitted
from keras_rnn.forecasting.linear_forecast import (
    YearWave,
    fixed_line,
    smoothing_members,
)
from keras_rnn.forecasting.network import VIEWS
from keras_rnn.forecasting.network_training import NetworkSettings, NetworkTraining
from keras_rnn.forecasting.ridge import RidgeChange, choose_ridge

if TYPE_CHECKING:
    from keras_rnn.forecasting.linear_forecast import LinearForecast
    from keras_rnn.forecasting.plan import ForecastTask
    from keras_rnn.forecasting.scaling import Scaler
    from keras_rnn.forecasting.windows import Windows

# A regression that leaves out what is neither the target, the clock nor known ahead.
TARGET_ALONE = "ridge on the target alone"

_BATCH = 1024
# Neighbouring windows err alike: to choose weights, not each of very many is needed.
_MOST_TO_CHOOSE = 4_000
# A member with less of the weight is not worth its time.
_LEAST_WEIGHT = 0.005


@dataclass(frozen=True, eq=False)
class Calibration:
    """Errors on the validation part that set nothing else, in standardised units.

    Attributes:
        errors: Float array of shape `(windows, horizon)`: truth less the blend with
            weights from the other half of the validation part.
        past: Float array of shape `(windows, lookback)` of the target.
    """

    errors: np.ndarray
    past: np.ndarray


@dataclass(frozen=True)
class Ensemble:
    """Result of training the ensemble, in standardised units.

    Attributes:
        model: `keras.Model` from `(batch, lookback, columns)` to `(batch, horizon)`.
        weights: Dict from member to its weight in the blend.
        ridge: `RidgeChange`, fitted to the rows that all members have learned from.
        history: `training.History` of the first training of the network, or `None`.
        calibration: `Calibration`, what bands are taken from.
        smoothing: Dict of the members from `smoothing_members`; empty without.
    """

    model: keras.Model
    weights: dict[str, float]
    ridge: RidgeChange
    history: training.History | None
    calibration: Calibration
    smoothing: dict[str, LinearForecast] = field(default_factory=dict)


class EnsembleTraining:
    """The members of the ensemble, as they learn from more and more rows.

    `choose` fits the members to the training part and lets the validation part decide
    on the penalty and the weights. Each `learn` then lets them learn on, with these
    choices, because the latest past is the nearest to the future.

    Args:
        task: `keras_rnn.forecasting.plan.ForecastTask`.
        settings: `NetworkSettings`.
        scaler: `Scaler` that standardised the rows, for the members from
            `smoothing_members`, if the task has them. Default: there are none.
        folder: `pathlib.Path` for checkpoints, so that a killed training goes on.
            Default: none are kept.
        verbose: `0` for silence, `1` for a progress bar, `2` for a line an epoch,
            or `"auto"`. Default: `"auto"`.

    Attributes:
        weights: Dict from member to its weight.
        smoothing: Dict of the members from `smoothing_members`.
        lines: Dict from member to its `RidgeChange`.
        calibration: `Calibration`.
    """

    def __init__(
        self,
        task: ForecastTask,
        settings: NetworkSettings,
        *,
        scaler: Scaler | None = None,
        folder: Path | None = None,
        verbose: str | int = "auto",
    ) -> None:
        self.task, self.scaler = task, scaler
        self.weights: dict[str, float] = {}
        self.smoothing: dict[str, LinearForecast] = {}
        self.lines: dict[str, RidgeChange] = {}
        self.wave: YearWave | None = None
        self.network = None
        self.history = None
        self.cell = settings.cell
        if settings.cell:
            self.network = NetworkTraining(
                task, settings, folder=folder, verbose=verbose
            )

    def choose(self, train: pd.DataFrame, validation: pd.DataFrame) -> None:
        """Fit to the training part, and choose weights on the validation part.

        Args:
            train: DataFrame of standardised columns.
            validation: DataFrame of the rows after them, with the rows before that a
                window looks back to (`split.with_past`).
        """
        task = self.task
        train_windows = task.windows(train)
        windows = task.windows(validation, batch_size=_BATCH)
        self.columns = len(windows.input_columns)
        self.target = windows.input_columns.index(task.target)
        self.ahead = task.places_ahead(self.columns)
        self.lines = {"ridge": self._line(train_windows, windows)}
        alone = [self.target, *range(self.columns - task.calendar, self.columns)]
        if len(alone) + len(self.ahead) < self.columns:
            self.lines[TARGET_ALONE] = self._line(train_windows, windows, alone)
        self._fit_quick_members(train)
        if self.network:
            self.network.start(train, self.lines["ridge"])
            self.history = self.network.history

        forecasts = self.forecasts(windows)
        stacked = np.stack(list(forecasts.values()), axis=-1)
        past, truth = target_values(windows)
        naive = [
            place
            for place, name in enumerate(forecasts)
            if name in ("persistence", "seasonal naive", "drift")
        ]
        some = slice(None, None, max(1, len(truth) // _MOST_TO_CHOOSE))
        shares = blend_weights(stacked[some], truth[some], naive)
        self.weights = dict(zip(forecasts, map(float, shares), strict=True))
        self.calibration = _calibration(windows, stacked, past, truth, naive)
        views = [self.weights.pop(name) for name in self._views()]
        if sum(views) < _LEAST_WEIGHT:
            self.network = None
            rest = sum(self.weights.values())
            self.weights = {name: one / rest for name, one in self.weights.items()}
        else:
            self.weights |= dict(zip(self._views(), views, strict=True))

    def learn(self, new: pd.DataFrame, rows: pd.DataFrame, name: str) -> None:
        """Let all members learn on.

        Args:
            new: DataFrame of standardised columns, the rows to add, with as many rows
                before as a window has less one: the first window that has not been
                learned from ends in the first new row.
            rows: DataFrame, all rows to have learned from then.
            name: String, the folder of the network's checkpoints.
        """
        windows = self.task.windows(new)
        self.lines = {line: one.learn(windows) for line, one in self.lines.items()}
        self._fit_quick_members(rows)
        if self.network:
            self.network.go_on(rows, self.lines["ridge"], name)

    def forecasts(self, windows: Windows) -> dict[str, np.ndarray]:
        """Forecast from every window with every member.

        Args:
            windows: `Windows` of standardised columns.

        Returns:
            Dict from member to a float array of shape `(windows, horizon)`.
        """
        task = self.task
        past, _ = target_values(windows)
        forecasts = {"persistence": persistence(past, task.horizon)}
        if task.season > 1:
            seasonal = seasonal_naive(past, task.horizon, task.season)
            forecasts["seasonal naive"] = seasonal
        for name, member in self.smoothing.items():
            forecasts[name] = np.concatenate(
                [member.predict(inputs) for inputs, _ in windows.in_order(_BATCH)]
            )
        for name, line in self.lines.items():
            forecasts[name] = line.predict_windows(windows)
        if self.wave:
            forecasts["wave of the year"] = self.wave.predict_windows(windows)
        if self.network:
            views = self.network.predict(windows)
            forecasts |= {
                name: views[:, :, place] for place, name in enumerate(self._views())
            }
        return forecasts

    def blend(self, forecasts: dict[str, np.ndarray]) -> np.ndarray:
        """Return the weighted sum of what `forecasts` returns."""
        weighted = (self.weights[name] * one for name, one in forecasts.items())
        return sum(weighted, np.zeros(()))

    def ensemble(self) -> Ensemble:
        """Return the ensemble as it is now, with a model of all its members."""
        return Ensemble(
            model=self._model(),
            weights=self.weights,
            ridge=self.lines["ridge"],
            history=self.history,
            calibration=self.calibration,
            smoothing=self.smoothing,
        )

    def _views(self) -> list[str]:
        if not self.network:
            return []
        return [f"{self.cell} of the {view}" for view in VIEWS]

    def _line(self, train, validation, columns: Sequence[int] | None = None):
        return choose_ridge(
            train, validation, self.target, self.task.history, columns, self.ahead
        )

    def _fit_quick_members(self, rows):
        """Fit anew what takes no time."""
        task = self.task
        if task.smoothing and self.scaler is not None:
            target = rows.iloc[:, self.target]
            self.smoothing = smoothing_members(target, task, self.scaler)
        if task.year_degree:
            windows = task.windows(rows)
            places = tuple(map(windows.input_columns.index, ("year sin", "year cos")))
            self.wave = YearWave.fit(windows, places, task.year_degree)

    def _model(self):
        """One model of all: `(batch, lookback, columns)` to `(batch, horizon)`."""
        task, target = self.task, self.target
        inputs = keras.Input((task.lookback, self.columns), name="past")
        value = inputs[:, :, target]
        forecasts = [ops.repeat(value[:, -1:], task.horizon, axis=1)]
        if task.season > 1:
            places = seasonal_places(task.lookback, task.horizon, task.season)
            forecasts.append(ops.take(value, [int(place) for place in places], axis=1))
        for name, member in self.smoothing.items():
            forecasts.append(member.layer(inputs, name.replace(" ", "_")))
        for number, line in enumerate(self.lines.values(), 1):
            change = fixed_line(inputs, line, task.horizon, f"ridge_{number}")
            forecasts.append(value[:, -1:] + change)
        if self.wave is not None:
            forecasts.append(self.wave.layer(inputs))
        stacked = ops.stack(forecasts, axis=-1)
        if self.network:
            stacked = layers.Concatenate()([stacked, self.network.model(inputs)])
        blend = layers.Dense(1, use_bias=False, name="blend")
        outputs = layers.Reshape((task.horizon,))(blend(stacked))
        model = keras.Model(inputs, outputs, name="ensemble")
        blend.set_weights([np.array(list(self.weights.values()))[:, None]])
        return model


def _calibration(windows, stacked, past, truth, naive):
    rows = windows.starts[:, None] + np.arange(windows.label_start, windows.total_width)
    errors = truth - cross_fitted(stacked, truth, naive, rows)
    judged = np.isfinite(errors).all(axis=1)
    return Calibration(errors[judged], past[judged])
