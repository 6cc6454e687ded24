"""Forecasts that are a fixed linear map of the past, its logarithms or the year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pandas as pd
from keras import layers, ops

from keras_rnn.forecasting.exponential_smoothing import fit_exponential_smoothing
from keras_rnn.forecasting.spectrum import evenly_spaced

if TYPE_CHECKING:
    from keras_rnn.forecasting.exponential_smoothing import ExponentialSmoothing
    from keras_rnn.forecasting.plan import ForecastTask
    from keras_rnn.forecasting.ridge import RidgeChange
    from keras_rnn.forecasting.scaling import Scaler
    from keras_rnn.forecasting.windows import Windows


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


# Rows that the smoothing parameters are fitted to, the latest, or so many seasons.
_MOST_ROWS = 500


_MOST_SEASONS = 10


def smoothing_members(
    series: pd.Series, task: ForecastTask, scaler: Scaler
) -> dict[str, LinearForecast]:
    """Fit drift and exponential smoothing to the target of a series.

    Args:
        series: `pandas.Series`, the standardised target with its `DatetimeIndex`.
        task: `keras_rnn.forecasting.plan.ForecastTask`.
        scaler: `Scaler` that standardised it.

    Returns:
        Dict of the `LinearForecast` "drift" and "exponential smoothing".
    """
    place, columns = scaler.columns.index(task.target), len(scaler.columns)
    standardised, _ = evenly_spaced(series)
    readings = standardised * scaler.std[place] + scaler.mean[place]
    rows = max(_MOST_ROWS, _MOST_SEASONS * task.season)
    smoothing = fit_exponential_smoothing(readings[-rows:], smoothed_season(task))
    logarithm = None
    if smoothing.form.log:
        known = readings[-rows:]
        logarithm = Logarithm.fit(known[np.isfinite(known)], scaler, place)
    return {
        "drift": LinearForecast.of_drift(standardised, place, columns, task.horizon),
        "exponential smoothing": LinearForecast.of_smoothing(
            smoothing, place, (task.smoothing, columns, task.horizon), logarithm
        ),
    }


def smoothed_season(task: ForecastTask) -> int:
    """Return the season that exponential smoothing can see whole, twice; 1 for none.

    Args:
        task: `keras_rnn.forecasting.plan.ForecastTask`.
    """
    return task.season if task.smoothing >= 2 * task.season else 1


_BATCH = 2048


# Against a year whose phases are not all there.
_PENALTY = 1e-3


@dataclass(frozen=True)
class YearWave:
    """A value for each day of the year: a wave of one or two cycles and a mean.

    A day's place in the year is a point on a circle, and so is that of every day after
    it, turned by a fixed angle: each step ahead is a polynomial in sine and cosine of
    the last row.

    Attributes:
        places: Tuple of two integers, which input columns are the sine and cosine of
            the year.
        degree: Integer, 1 for one cycle a year, 2 for two.
        kernel: Float64 array of shape `(terms, horizon)`.
        bias: Float64 array of shape `(horizon,)`.
    """

    places: tuple[int, int]
    degree: int
    kernel: np.ndarray
    bias: np.ndarray

    @classmethod
    def fit(cls, windows: Windows, places: tuple[int, int], degree: int) -> YearWave:
        """Fit the wave to what follows each window.

        Args:
            windows: `Windows` of standardised values, whose only label column is the
                target.
            places: Tuple of two integers, the columns of the year's sine and cosine.
            degree: Integer, 1 or 2.

        Returns:
            `YearWave`.
        """
        rows, values = [], []
        for past, future in windows.in_order(_BATCH):
            rows.append(basis(past[:, -1, places[0]], past[:, -1, places[1]], degree))
            values.append(future[:, :, 0].astype("float64"))
        x, y = np.concatenate(rows), np.concatenate(values)
        mean_x, mean_y = x.mean(axis=0), y.mean(axis=0)
        x, y = x - mean_x, y - mean_y
        squares = x.T @ x + _PENALTY * len(x) * np.eye(x.shape[1])
        kernel = np.linalg.solve(squares, x.T @ y)
        return cls(places, degree, kernel, mean_y - mean_x @ kernel)

    def predict_windows(self, windows: Windows) -> np.ndarray:
        """Forecast from every window: float64 array of shape `(windows, horizon)`."""
        forecasts = [
            basis(past[:, -1, self.places[0]], past[:, -1, self.places[1]], self.degree)
            @ self.kernel
            + self.bias
            for past, _ in windows.in_order(_BATCH)
        ]
        return np.concatenate(forecasts)

    def layer(self, inputs: keras.KerasTensor) -> keras.KerasTensor:
        """Apply the wave to inputs of a model, as a layer that never learns.

        Args:
            inputs: Keras tensor of shape `(batch, lookback, columns)`.

        Returns:
            Keras tensor of shape `(batch, horizon)`.
        """
        sine, cosine = (inputs[:, -1, place] for place in self.places)
        layer = layers.Dense(len(self.bias), trainable=False, name="wave_of_the_year")
        outputs = layer(ops.stack(terms(sine, cosine, self.degree), axis=-1))
        layer.set_weights([self.kernel, self.bias])
        return outputs


def basis(sine: Any, cosine: Any, degree: int) -> Any:
    """Return the terms of a polynomial in sine and cosine, without the constant.

    Args:
        sine: Float array of shape `(windows,)`, in any linear scale.
        cosine: Float array of the same shape.
        degree: Integer, 1 or 2.

    Returns:
        Float64 array of shape `(windows, 2)` or `(windows, 5)`.
    """
    return np.stack(terms(sine.astype("float64"), cosine.astype("float64"), degree), -1)


def terms(sine: Any, cosine: Any, degree: int) -> list[Any]:
    """Return the same terms as a list, of NumPy arrays or Keras tensors."""
    first = [sine, cosine]
    if degree == 1:
        return first
    return [*first, sine * sine, sine * cosine, cosine * cosine]


def fixed_line(
    past: keras.KerasTensor, line: RidgeChange, horizon: int, name: str
) -> keras.KerasTensor:
    """Apply a `RidgeChange` to changes from the last row, as a layer that never learns.

    Args:
        past: Keras tensor of shape `(batch, lookback, columns)`.
        line: `RidgeChange`.
        horizon: Integer, steps to forecast.
        name: String, the layer's name.

    Returns:
        Keras tensor of shape `(batch, horizon)`, the forecast change.
    """
    layer = layers.Dense(horizon, trainable=False, name=name)
    change = past[:, -1 - line.lags : -1, :] - past[:, -1:, :]
    used = layers.Flatten()(ops.take(change, list(line.columns), axis=2))
    if line.ahead:
        to_come = past[:, -horizon:, :] - past[:, -1 - horizon : -horizon, :]
        known = layers.Flatten()(ops.take(to_come, list(line.ahead), axis=2))
        used = layers.Concatenate()([used, known])
    outputs = layer(used)
    layer.set_weights([line.kernel, line.bias])
    return outputs
