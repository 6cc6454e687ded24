"""The splits, the scaling and the windows of the long-horizon benchmarks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import keras
import numpy as np
import numpy.typing as npt

from keras_rnn.errors import UserError

LOOKBACK = 720

# Where training, validation and test part end: months of 30 days, the rest unused.
_FIXED_BORDERS = {"etth1": (8640, 11520, 14400)}

Part = Literal["train", "validation", "test"]


def borders_of(rows: int, name: str = "") -> tuple[int, int, int]:
    """Return where the training, the validation and the test part end.

    Args:
        rows: Integer, rows of the series.
        name: String, the benchmark. ETTh1 is split at 12, 16 and 20 months of 30 days;
            every other series 7:1:2, its last fifth being the test part. Default: `""`.

    Returns:
        Tuple of three integers.

    Example:

    >>> borders_of(17_420, "etth1")
    (8640, 11520, 14400)
    >>> borders_of(52_696, "weather-2020")
    (36887, 42157, 52696)
    """
    if name in _FIXED_BORDERS and rows >= _FIXED_BORDERS[name][2]:
        return _FIXED_BORDERS[name]
    # In integers: 0.7 * rows in floats may fall below the whole number.
    return rows * 7 // 10, rows - rows * 2 // 10, rows


class LongHorizonWindows:
    """A series as the long-horizon benchmarks see it.

    All columns are standardised by mean and standard deviation of the training part
    alone. A window is `lookback` rows of the past and `horizon` rows to forecast. The
    rows to forecast lie within one part; the past of the first windows of a later part
    reaches back into the part before, as it would when forecasting. Windows are views:
    the series is held once.

    Args:
        values: Array `(rows, columns)`, in physical units, without missing values.
        borders: Tuple of three integers, where the parts end, see `borders_of`.
        lookback: Integer. Default: `720`.

    Attributes:
        values: float32 array `(rows, columns)`, standardised, up to the last border.
        mean: Array `(columns,)`, of the training part.
        std: Array `(columns,)`, of the training part; 1 where a column is constant.

    Raises:
        UserError: The training part is shorter than the past.

    Example:

    >>> series = LongHorizonWindows(np.arange(100.0)[:, None], (70, 80, 100), 10)
    >>> series.windows("test", horizon=5).shape
    (16, 15, 1)
    """

    def __init__(
        self,
        values: npt.ArrayLike,
        borders: tuple[int, int, int],
        lookback: int = LOOKBACK,
    ) -> None:
        rows = np.asarray(values, "float64")[: borders[2]]
        self.borders, self.lookback = borders, lookback
        train = rows[: borders[0]]
        self.mean, std = train.mean(axis=0), train.std(axis=0)
        self.std = np.where(std > 0, std, 1.0)
        self.values = ((rows - self.mean) / self.std).astype("float32")

    @property
    def channels(self) -> int:
        """Integer, columns of the series."""
        return self.values.shape[1]

    def check_length(self, horizon: int) -> None:
        """Raise a `UserError` unless every part holds a window.

        Args:
            horizon: Integer, rows to forecast.
        """
        train, validation, test = self.borders
        if (
            train >= self.lookback + horizon
            and min(validation - train, test - validation) >= horizon
        ):
            return
        raise UserError(
            f"The parts have {train}, {validation - train} and {test - validation} "
            f"rows to train, validate and test: too few for {self.lookback} rows of "
            f"the past and a horizon of {horizon}. Choose a shorter horizon, or give "
            "more rows."
        )

    def windows(self, part: Part, horizon: int) -> np.ndarray:
        """Return all windows of a part.

        Args:
            part: `"train"`, `"validation"` or `"test"`.
            horizon: Integer, rows to forecast.

        Returns:
            Read-only view `(windows, lookback + horizon, columns)`.
        """
        self.check_length(horizon)
        train, validation, test = self.borders
        first, end = {
            "train": (0, train),
            "validation": (train - self.lookback, validation),
            "test": (validation - self.lookback, test),
        }[part]
        view = np.lib.stride_tricks.sliding_window_view(
            self.values[first:end], self.lookback + horizon, axis=0
        )
        return view.transpose(0, 2, 1)


class WindowBatches(keras.utils.PyDataset):
    """Batches of windows: all in their order, or a new random sample in each epoch.

    Args:
        windows: Array `(windows, lookback + horizon, columns)`.
        lookback: Integer, rows of the past.
        batch_size: Integer, windows a batch.
        sample: Integer, windows drawn for an epoch, without repetition. Default:
            `None`, all in their order.
        seed: Integer, of the samples. Default: `0`.

    Attributes:
        epoch: Integer, the epoch whose sample is given out.
    """

    def __init__(
        self,
        windows: np.ndarray,
        lookback: int,
        batch_size: int,
        sample: int | None = None,
        seed: int = 0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._windows, self._lookback = windows, lookback
        self.batch_size, self.seed = batch_size, seed
        self.sample = None if sample is None else min(sample, len(windows))
        self._drawn: Mapping[int, np.ndarray] = {}
        self.epoch = 0

    def __len__(self) -> int:
        return -(-(self.sample or len(self._windows)) // self.batch_size)

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        chosen = slice(index * self.batch_size, (index + 1) * self.batch_size)
        found = self._windows[self._order()[chosen] if self.sample else chosen]
        return found[:, : self._lookback], found[:, self._lookback :]

    def on_epoch_end(self) -> None:
        self.epoch += 1

    def _order(self):
        epoch = self.epoch
        if epoch not in self._drawn:
            generator = np.random.default_rng([self.seed, epoch])
            order = generator.permutation(len(self._windows))[: self.sample]
            self._drawn = {epoch: order}
        return self._drawn[epoch]
