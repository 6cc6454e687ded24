"""Forecasts that are a fixed linear map of the past, or of its logarithms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
from keras import layers, ops

if TYPE_CHECKING:
    from keras_rnn.forecasting.exponential_smoothing import ExponentialSmoothing
    from keras_rnn.forecasting.ridge import RidgeChange
    from keras_rnn.forecasting.scaling import Scaler


@dataclass(frozen=True)
class Logarithm:
    """From a standardised column of positive readings to their logarithms, and back.

    The logarithms are standardised too. A reading below the smallest that was seen
    counts as that one: there is no logarithm of 0.

    Attributes:
        mean: Float, of the readings.
        std: Float, of the readings.
        least: Float, the smallest reading, above 0.
        centre: Float, mean of the logarithms.
        scale: Float, standard deviation of the logarithms.
    """

    mean: float
    std: float
    least: float
    centre: float
    scale: float

    @classmethod
    def fit(cls, readings: np.ndarray, scaler: Scaler, target: int) -> Logarithm:
        """Fit to positive readings.

        Args:
            readings: Float array, as they were before they were standardised.
            scaler: `Scaler` that standardises them.
            target: Integer, the column's place in the scaler.
        """
        logs = np.log(readings)
        return cls(
            float(scaler.mean[target]),
            float(scaler.std[target]),
            float(readings.min()),
            float(logs.mean()),
            float(logs.std()) or 1.0,
        )

    def forward(self, values: Any, math: Any = np) -> Any:
        """Return logarithms of standardised values; `math` is NumPy or `keras.ops`."""
        readings = math.maximum(values * self.std + self.mean, self.least)
        return (math.log(readings) - self.centre) / self.scale

    def backward(self, logs: Any, math: Any = np) -> Any:
        """Return the standardised values that these are logarithms of."""
        return (math.exp(logs * self.scale + self.centre) - self.mean) / self.std


@dataclass(frozen=True)
class LinearForecast:
    """`past @ kernel + bias`, of standardised columns or of the target's logarithms.

    Attributes:
        target: Integer, the column that is forecast.
        kernel: Float64 array of shape `(rows, columns, horizon)`, of the latest rows.
        bias: Float64 array of shape `(horizon,)`.
        logarithm: `Logarithm` that is taken of the target before, and undone after;
            or `None`.
    """

    target: int
    kernel: np.ndarray
    bias: np.ndarray
    logarithm: Logarithm | None = None

    @classmethod
    def of_drift(
        cls, values: np.ndarray, target: int, columns: int, horizon: int
    ) -> LinearForecast:
        """Return the drift method: on from the last value with the mean change.

        Args:
            values: Float array of shape `(rows,)`, the standardised target; NaN where
                it is missing.
            target: Integer, its place among the columns.
            columns: Integer, how many columns there are.
            horizon: Integer, rows to forecast.
        """
        kernel = np.zeros((1, columns, horizon))
        kernel[0, target] = 1
        known = np.flatnonzero(np.isfinite(values))
        rows = max(int(known[-1] - known[0]), 1)
        change = (values[known[-1]] - values[known[0]]) / rows
        return cls(target, kernel, change * np.arange(1.0, horizon + 1))

    @classmethod
    def of_smoothing(
        cls,
        smoothing: ExponentialSmoothing,
        target: int,
        shape: tuple[int, int, int],
        logarithm: Logarithm | None,
    ) -> LinearForecast:
        """Return an exponential smoothing as a map of its past.

        Args:
            smoothing: `ExponentialSmoothing`.
            target: Integer, the target's place among the columns.
            shape: Tuple `(rows, columns, horizon)`.
            logarithm: `Logarithm`, used if the smoothing is one of logarithms.
        """
        rows, _, horizon = shape
        kernel = np.zeros(shape)
        kernel[:, target] = smoothing.kernel(rows, horizon)
        log = logarithm if smoothing.form.log else None
        return cls(target, kernel, np.zeros(horizon), log)

    @classmethod
    def of_ridge(
        cls, line: RidgeChange, columns: int, logarithm: Logarithm | None = None
    ) -> LinearForecast:
        """Return a ridge regression of the change from the last row.

        Args:
            line: `RidgeChange`.
            columns: Integer, how many columns there are.
            logarithm: `Logarithm` of the target that it was fitted on. Default:
                `None`, none was taken.
        """
        horizon, own, ahead = len(line.bias), list(line.columns), list(line.ahead)
        size = line.lags * len(own)
        parts = line.kernel[:size].reshape(line.lags, len(own), horizon)
        rows = max(line.lags, horizon if ahead else 0) + 1
        kernel = np.zeros((rows, columns, horizon))
        kernel[-1 - line.lags : -1, own] = parts
        kernel[-1, own] = -parts.sum(axis=0)
        kernel[-1, line.target] += 1
        if ahead:
            to_come = line.kernel[size:].reshape(horizon, len(ahead), horizon)
            kernel[-horizon:, ahead] = to_come
            kernel[-1 - horizon, ahead] = -to_come.sum(axis=0)
        return cls(line.target, kernel, line.bias, logarithm)

    def predict(self, past: np.ndarray) -> np.ndarray:
        """Forecast from inputs of shape `(windows, rows, columns)`.

        Args:
            past: Array of standardised values, with at least the kernel's rows.

        Returns:
            Float64 array of shape `(windows, horizon)`.
        """
        used = past[:, -len(self.kernel) :].astype("float64")
        if self.logarithm is None:
            return np.tensordot(used, self.kernel, axes=2) + self.bias
        used[:, :, self.target] = self.logarithm.forward(used[:, :, self.target])
        logs = np.tensordot(used, self.kernel, axes=2) + self.bias
        return self.logarithm.backward(logs)

    def layer(self, inputs: keras.KerasTensor, name: str) -> keras.KerasTensor:
        """Do the same inside a model, with weights that never learn.

        Args:
            inputs: Keras tensor of shape `(batch, rows, columns)`.
            name: String, the layer's name.

        Returns:
            Keras tensor of shape `(batch, horizon)`.
        """
        rows, columns, horizon = self.kernel.shape
        used = inputs[:, -rows:, :]
        if self.logarithm is not None:
            place = self.target
            logs = self.logarithm.forward(used[:, :, place : place + 1], ops)
            used = ops.concatenate(
                [used[:, :, :place], logs, used[:, :, place + 1 :]], axis=2
            )
        dense = layers.Dense(horizon, trainable=False, name=name)
        outputs = dense(layers.Flatten()(used))
        dense.set_weights([self.kernel.reshape(rows * columns, horizon), self.bias])
        if self.logarithm is None:
            return outputs
        return self.logarithm.backward(outputs, ops)
