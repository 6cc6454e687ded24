"""Windows of a panel, gathered batch by batch from one array: no copy a window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from keras_rnn.errors import UserError
from keras_rnn.forecasting.many_series.panel import SeriesPanel
from keras_rnn.forecasting.many_series.window_shape import WindowShape

if TYPE_CHECKING:
    from keras_rnn.forecasting.many_series.column_scaling import ColumnScaling

# A quiet past does not promise a quiet future: a seasonal change is no less than this
# share of the level.
_LEAST_CHANGE = 0.01


class PastWindows:
    """The windows before given rows of a panel.

    What is missing is filled by the value a season before, or else by the last one, so
    that nothing is taken from later. A past that begins within the window is preceded
    by its first season, repeated.

    Args:
        panel: `SeriesPanel`.
        shape: `WindowShape`.
    """

    def __init__(self, panel: SeriesPanel, shape: WindowShape) -> None:
        self.shape, self.offsets = shape, np.asarray(panel.offsets)
        self.filled = filled_from_before(panel.values, self.offsets, shape.season)

    def before(self, ends: np.ndarray, series: np.ndarray) -> np.ndarray:
        """Return the past of each forecast.

        Args:
            ends: Integer array of shape `(windows,)`, places in `panel.values`: each
                window ends before one.
            series: Integer array of shape `(windows,)`, the series of each.

        Returns:
            Float32 array of shape `(windows, lookback)`.
        """
        return self.filled[self.rows_before(ends, series)]

    def rows_before(self, ends: np.ndarray, series: np.ndarray) -> np.ndarray:
        """Return the rows that each window is taken from.

        Args:
            ends: Integer array of shape `(windows,)`, as for `before`.
            series: Integer array of shape `(windows,)`.

        Returns:
            Integer array of shape `(windows, lookback)`.
        """
        begins = self.offsets[series][:, None]
        rows = np.asarray(ends)[:, None] + np.arange(-self.shape.lookback, 0)
        known = np.asarray(ends)[:, None] - begins
        # Never more than what is known, or a forecast would see its own rows.
        period = np.minimum(known, self.shape.season)
        early = begins + (rows - begins) % period
        return np.where(rows < begins, early, rows)


class PanelWindows(keras.utils.PyDataset):
    """Batches of windows drawn from all series, for training.

    An epoch holds `most` windows at most, drawn anew for each epoch from all places of
    all series, so that its time does not grow with the panel. A window has the weights
    of a mean absolute error that counts evenly relative to its level and relative to
    its seasonal change, as the two halves of the M4 competition's measure do; a missing
    target has none.

    Args:
        panel: `SeriesPanel`.
        shape: `WindowShape`.
        batch_size: Integer. Default: `256`.
        most: Integer, windows of an epoch at most. Default: `40_000`.
        seed: Integer. Default: `0`.
        scaling: `ColumnScaling` of what is known ahead and static. Default: `None`,
            the past is all.
        newest: Integer array of shape `(series,)`, the rows at the end of each series
            that are forecast. Default: `None`, all.

    Attributes:
        count: Integer, the windows of an epoch.
        epoch: Integer, whose windows are drawn. `training.fit` sets it.

    Raises:
        UserError: No series is longer than the horizon by two rows.
    """

    def __init__(
        self,
        panel: SeriesPanel,
        shape: WindowShape,
        *,
        batch_size: int = 256,
        most: int = 40_000,
        seed: int = 0,
        scaling: ColumnScaling | None = None,
        newest: np.ndarray | None = None,
    ) -> None:
        super().__init__()
        self.past = PastWindows(panel, shape)
        self.inputs = None if scaling is None else scaling.inputs(panel, self.past)
        self.values, self.shape, self.seed, self.epoch = panel.values, shape, seed, 0
        lengths = np.diff(self.past.offsets)
        # A past of half a window, where the series holds that, else of two rows.
        least = np.minimum(lengths - shape.horizon, max(2, shape.lookback // 2))
        least = np.maximum(least, 2)
        if newest is not None:
            least = np.maximum(least, lengths - newest)
        self._first = self.past.offsets[:-1] + least
        places = np.maximum(lengths - shape.horizon - least + 1, 0)
        self._cumulative = np.concatenate([[0], np.cumsum(places)])
        if not self._cumulative[-1]:
            raise UserError(
                f"`horizon={shape.horizon}` leaves no row to learn from: the longest "
                f"series has {lengths.max()} rows."
            )
        self.count = int(min(most, self._cumulative[-1]))
        self.batch_size = min(batch_size, self.count)
        self._level_share = self._share_of_level()

    def __len__(self) -> int:
        return self.count // self.batch_size

    def __getitem__(self, batch: int) -> tuple[Any, np.ndarray, np.ndarray]:
        chosen = slice(batch * self.batch_size, (batch + 1) * self.batch_size)
        return self._gather(self._drawn()[chosen])

    def _drawn(self):
        if getattr(self, "_drawn_for", None) != self.epoch:
            generator = np.random.default_rng((self.seed, self.epoch))
            self._order, self._drawn_for = self._draw(generator, self.count), self.epoch
        return self._order

    def _draw(self, generator, count):
        every = int(self._cumulative[-1])
        if every <= 4 * count:
            return generator.permutation(every)[:count]
        return generator.integers(0, every, count)

    def _gather(self, numbers):
        series = np.searchsorted(self._cumulative, numbers, side="right") - 1
        ends = self._first[series] + numbers - self._cumulative[series]
        past = self.past.before(ends, series)
        target = self.values[ends[:, None] + np.arange(self.shape.horizon)]
        known = np.isfinite(target)
        level, change = level_and_change(past, self.shape)
        weight = self._level_share / level + 1 / change
        weights = (weight[:, None] * known).astype("float32")
        if self.inputs is not None:
            past = self.inputs.of(past, ends, series)
        return past, np.where(known, target, np.float32(0)), weights

    def _share_of_level(self):
        """How much a level counts, for both halves of the loss to be alike."""
        self._level_share = 1.0
        some = self._draw(np.random.default_rng(0), min(self.count, 2000))
        past, *_ = self._gather(some)
        past = past["past"] if isinstance(past, dict) else past
        level, change = level_and_change(past, self.shape)
        return float(1 / np.mean(change / level))


def level_and_change(
    past: np.ndarray, shape: WindowShape
) -> tuple[np.ndarray, np.ndarray]:
    """Return the size of each past, and how much it changes from season to season.

    Args:
        past: Float array of shape `(windows, lookback)`.
        shape: `WindowShape`.

    Returns:
        `(level, change)`: float arrays of shape `(windows,)`, in the values' unit: the
        mean absolute value of the recent rows, and the mean absolute change after a
        season, or after a row where the past holds one season alone; never 0.
    """
    size = np.abs(past)
    level = np.maximum(size[:, -shape.recent :].mean(axis=1), 0.1 * size.mean(axis=1))
    level = np.where(level > 0, level, 1.0)
    lag = shape.season if shape.season < past.shape[1] else 1
    change = np.abs(past[:, lag:] - past[:, :-lag])
    change = change.mean(axis=1) if change.shape[1] else 0 * level
    return level, np.maximum(change, _LEAST_CHANGE * level)


def filled_from_before(
    values: np.ndarray, offsets: np.ndarray, season: int
) -> np.ndarray:
    """Return values, those that are missing taken from a season or a row before.

    Args:
        values: Float array of shape `(rows,)`, NaN where missing; the first of each
            series is not.
        offsets: Integer array of shape `(series + 1,)`.
        season: Integer, rows of a season; 1 for none.

    Returns:
        Float32 array of the same shape: the array itself where nothing is missing.

    Example:

    >>> gaps = np.array([1, np.nan, 3, np.nan, 5, np.nan], "float32")
    >>> filled_from_before(gaps, np.array([0, 6]), season=2).tolist()
    [1.0, 1.0, 3.0, 1.0, 5.0, 1.0]
    """
    missing = np.flatnonzero(~np.isfinite(values))
    if not len(missing):
        return np.asarray(values, "float32")
    filled = np.array(values, "float32")
    begins = offsets[np.searchsorted(offsets, missing, side="right") - 1]
    rows = np.arange(len(values))
    last = np.maximum.accumulate(np.where(np.isfinite(values), rows, 0))
    # In the first season there is no other.
    first = missing - begins < season
    filled[missing[first]] = values[last[missing[first]]]
    missing = missing[~first]
    while season > 1 and len(missing):
        filled[missing] = filled[missing - season]
        missing = missing[~np.isfinite(filled[missing])]
    filled[missing] = values[last[missing]]
    return filled
