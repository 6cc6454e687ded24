"""Standardising columns with the mean and spread of the training part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from keras_rnn.errors import UserError, nearest


@dataclass(frozen=True, eq=False)
class Scaler:
    """Turns each column into (value - mean) / standard deviation, and back.

    Fit it on the training part alone: a mean that has seen the test part has told
    the model about the future. The deviation is the population's (divided by n, as
    scikit-learn's `StandardScaler` does; pandas' `std` divides by n - 1).

    Attributes:
        columns: Tuple of strings, the columns it was fitted on.
        mean: Float64 array, one entry a column, in the column's unit.
        std: Float64 array, one entry a column; 1 for a column that never changes.

    Example:

    >>> import pandas as pd
    >>> frame = pd.DataFrame({"T (degC)": [10.0, 20.0, 30.0], "flag": [1.0, 1.0, 1.0]})
    >>> scaler = Scaler.fit(frame)
    >>> scaler.transform(frame)["T (degC)"].to_numpy().round(3)
    array([-1.225,  0.   ,  1.225], dtype=float32)
    >>> scaler.inverse([[1.225]], ["T (degC)"]).round(1).tolist()
    [[30.0]]
    """

    columns: tuple[str, ...]
    mean: np.ndarray
    std: np.ndarray

    @classmethod
    def fit(cls, frame: pd.DataFrame) -> Scaler:
        """Measure mean and standard deviation of each column, ignoring NaN.

        Args:
            frame: DataFrame of numbers, the training part.

        Returns:
            `Scaler`.

        Raises:
            UserError: A column holds no number at all, or an infinite one.
        """
        mean, std = [], []
        for column in frame.columns:
            values = frame[column].to_numpy(dtype="float64")
            values = values[~np.isnan(values)]
            if len(values) == 0:
                raise UserError(
                    f"Column {column!r} has no value in the training part. Drop the "
                    "column or give a series that has it."
                )
            if not np.isfinite(values).all():
                raise UserError(
                    f"Column {column!r} has an infinite value. Replace it by NaN."
                )
            mean.append(values.mean())
            std.append(_deviation(values, mean[-1]))
        return cls(tuple(map(str, frame.columns)), np.array(mean), np.array(std))

    def transform(
        self, frame: pd.DataFrame, dtype: npt.DTypeLike = "float32"
    ) -> pd.DataFrame:
        """Return the frame standardised, in one new block of memory.

        Args:
            frame: DataFrame whose columns were all fitted; any subset, any order.
            dtype: String, the type of the result. Default: `"float32"`, which
                `Windows` then uses without a copy.

        Returns:
            DataFrame with the same index and columns.

        Raises:
            UserError: A column that was not fitted.
        """
        places = self._places(frame.columns)
        values = np.empty(frame.shape, dtype)
        # Column by column, so that no second copy in float64 is ever held.
        for i, place in enumerate(places):
            column = frame.iloc[:, i].to_numpy(dtype="float64")
            values[:, i] = (column - self.mean[place]) / self.std[place]
        return pd.DataFrame(
            values, index=frame.index, columns=frame.columns, copy=False
        )

    def inverse(
        self,
        values: pd.DataFrame | npt.ArrayLike,
        columns: Sequence[str] | None = None,
    ) -> pd.DataFrame | np.ndarray:
        """Return standardised values in physical units.

        Args:
            values: DataFrame, or array of shape `(..., columns)`.
            columns: List of strings, what the last axis of an array holds.
                Default: all columns that were fitted.

        Returns:
            DataFrame if one was given, else a float64 array of the same shape.

        Raises:
            UserError: A column that was not fitted, or another number of columns.
        """
        if isinstance(values, pd.DataFrame):
            restored = self.inverse(values.to_numpy(), list(values.columns))
            return pd.DataFrame(restored, values.index, values.columns, copy=False)
        columns = self.columns if columns is None else columns
        places = self._places(columns)
        values = np.asarray(values, "float64")
        if values.shape[-1:] != (len(places),):
            raise UserError(
                f"The last axis of the values has to hold {len(places)} columns "
                f"({', '.join(map(str, columns))}), and their shape is "
                f"{values.shape}. Name the columns that the values are of."
            )
        return values * self.std[places] + self.mean[places]

    def to_dict(self) -> dict[str, Any]:
        """Return the scaler as plain lists, ready for JSON."""
        return {
            "columns": list(self.columns),
            "mean": self.mean.tolist(),
            "std": self.std.tolist(),
        }

    @classmethod
    def from_dict(cls, state: dict[str, Any]) -> Scaler:
        """Rebuild a scaler from what `to_dict` returned.

        Args:
            state: Dict of the lists "columns", "mean" and "std".

        Returns:
            `Scaler`.

        Raises:
            UserError: A key is missing, or the lists do not fit each other.
        """
        try:
            columns = tuple(map(str, state["columns"]))
            mean = np.array(state["mean"], "float64")
            std = np.array(state["std"], "float64")
        except (KeyError, TypeError, ValueError) as error:
            raise UserError(
                "The saved scaler is damaged: it needs lists 'columns', 'mean' and "
                "'std'. Train and save it again."
            ) from error
        if not (
            mean.shape == std.shape == (len(columns),)
            and np.isfinite(mean).all()
            and np.isfinite(std).all()
            and (std > 0).all()
        ):
            raise UserError(
                "The saved scaler is damaged: 'columns', 'mean' and 'std' must have "
                "one finite entry each, std above 0. Train and save it again."
            )
        return cls(columns, mean, std)

    def _places(self, columns):
        place_of = {name: i for i, name in enumerate(self.columns)}
        for name in columns:
            if str(name) not in place_of:
                raise UserError(
                    f"The scaler was not fitted on a column {name!r}."
                    f"{nearest(name, self.columns)} It knows "
                    f"{', '.join(self.columns)}."
                )
        return [place_of[str(name)] for name in columns]


def _deviation(values, mean):
    """The standard deviation, or 1 where only rounding makes a column vary."""
    std = values.std()
    return std if std > 1e-12 * abs(mean) else 1.0
