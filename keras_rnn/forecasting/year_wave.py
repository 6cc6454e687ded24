"""The course of a year as a wave: what rows of days know of the season."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from keras_rnn.forecasting.windows import Windows

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
