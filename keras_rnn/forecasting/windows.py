"""Windows over a time series: stretches of the past beside what followed them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pandas as pd

from keras_rnn.errors import UserError
from keras_rnn.forecasting.contiguous_rows import (
    distinct_columns,
    float32_rows,
    gaps_between,
    known_columns,
    last_rows,
    no_window,
    row_windows,
    unbroken_runs,
    whole_number,
    window_starts,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from keras_rnn.forecasting.scaling import Scaler

# `(inputs, labels)`, or `inputs` alone where there are no labels.
Batch = tuple[np.ndarray, np.ndarray] | np.ndarray


class Windows(keras.utils.PyDataset):
    """Windows of consecutive rows, split into inputs and labels, as batches.

    A window is `input_width + shift` rows long. Its first `input_width` rows are
    the inputs, its last `label_width` rows the labels (the words of TensorFlow's
    time series tutorial):

    | task | `input_width` | `label_width` | `shift` |
    |---|---|---|---|
    | the next row from one row | 1 | 1 | 1 |
    | at each of 24 rows, the next one | 24 | 24 | 1 |
    | the next 24 rows from 24 | 24 | 24 | 24 |
    | one row, 24 steps after the last input | 24 | 1 | 24 |
    | inputs alone, to predict from | 24 | 0 | 0 |

    No window lies over a gap in time or over a missing value, and as each part of a
    split has its own `Windows`, none lies over a split. Every other window is there,
    the last one included; the last batch may be smaller.

    The series is held once, as a float32 array. All windows are strided views of
    it, and a batch is gathered when it is asked for. Batches are NumPy arrays and
    the same on every backend: give the object to `fit`, `evaluate` or `predict`.

    With `shuffle`, the order of an epoch depends on `seed` and the number of the
    epoch alone, so that a training that was interrupted can go on as if it had not
    been. An epoch holds each window once, with any number of `workers` too. Give
    `shuffle=False` to `fit` too, else Keras shuffles the order of the batches once
    more, by Python's global random state. With Keras's `steps_per_epoch`, an epoch is
    cut short and the next one has its own order.

    Args:
        frame: DataFrame of numbers, one part of a split, sorted by time. A frame
            that is float32 in one block (as `Scaler.transform` returns it) is not
            copied. Without time stamps in its index, the rows are taken to follow
            each other without a gap.
        input_width: Integer, rows of input.
        label_width: Integer, rows of labels; 0 for windows without labels.
        shift: Integer, how many rows the last label is after the last input.
        label_columns: List of strings. Default: all columns.
        input_columns: List of strings. Default: all columns.
        stride: Integer, rows from the start of one window to that of the next,
            counted anew after each gap. Default: `1`.
        batch_size: Integer. Default: `32`.
        shuffle: Boolean, whether each epoch has another order. Default: `False`.
        drop_remainder: Boolean, whether the batch that would be smaller than the others
            is left out, so that all have one shape, for which a backend compiles once.
            Shuffled, each epoch leaves out others. Default: `False`.
        seed: Integer, which orders. Default: `0`.
        max_step: `pandas.Timedelta` or string such as `"2h"`, the longest time
            between two rows that is no gap. Default: 1.5 times the usual step,
            where months and working days count as one step each.
        **kwargs: `workers`, `use_multiprocessing` and `max_queue_size` of
            `keras.utils.PyDataset`.

    Attributes:
        count: Integer, the number of windows.
        starts: Integer array of shape `(count,)`, each window's first row.
        columns: List of strings, the columns that the windows hold.
        input_columns, label_columns: Lists of strings.
        total_width: Integer, `input_width + shift`.
        index: The frame's index.
        epoch: Integer, the epoch whose order is in force. `fit` moves it on at the
            end of each epoch; set it before an epoch, in a callback's
            `on_epoch_begin`, for an exact order (`keras_rnn.training.fit` does; on
            JAX, Keras begins an epoch more when it builds a model).

    Raises:
        UserError: A column that is not there, a width that cannot be, rows out of
            order, or no stretch long enough for one window.

    Example:

    >>> import numpy as np, pandas as pd
    >>> hours = pd.date_range("2024-01-01", periods=100, freq="h")
    >>> frame = pd.DataFrame({"T": np.arange(100.0), "p": 0.0}, index=hours)
    >>> windows = Windows(frame, 24, 24, shift=24, label_columns=["T"])
    >>> windows.count, len(windows)
    (53, 2)
    >>> inputs, labels = windows[0]
    >>> inputs.shape, labels.shape
    ((32, 24, 2), (32, 24, 1))
    >>> print(windows)
    Total window size: 48
    Input indices: 0 to 23
    Label indices: 24 to 47
    Input columns: T, p
    Label columns: T
    Windows: 53 in 2 batches of 32, from 100 rows
    """

    def __init__(
        self,
        frame: pd.DataFrame,
        input_width: int,
        label_width: int,
        shift: int,
        label_columns: str | Sequence[str] | None = None,
        *,
        input_columns: str | Sequence[str] | None = None,
        stride: int = 1,
        batch_size: int = 32,
        shuffle: bool = False,
        seed: int = 0,
        drop_remainder: bool = False,
        max_step: str | pd.Timedelta | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.input_width = whole_number("input_width", input_width, 1)
        self.label_width = whole_number("label_width", label_width, 0)
        self.shift = whole_number("shift", shift, 1 if self.label_width else 0)
        self.stride = whole_number("stride", stride, 1)
        self.batch_size = whole_number("batch_size", batch_size, 1)
        self.total_width = self.input_width + self.shift
        if self.label_width > self.total_width:
            raise UserError(
                f"label_width is {label_width}, more than the {self.total_width} "
                "rows of the whole window (input_width + shift). Raise shift."
            )
        self.label_start = self.total_width - self.label_width
        self.shuffle, self.drop_remainder = bool(shuffle), bool(drop_remainder)
        self.seed = whole_number("seed", seed, 0)
        self.max_step = max_step
        self.index = frame.index

        names = distinct_columns(frame)
        self.input_columns = known_columns(input_columns, names, "input_columns")
        self.label_columns = known_columns(label_columns, names, "label_columns")
        self.columns = self.input_columns + [
            name for name in self.label_columns if name not in self.input_columns
        ]
        if self.label_width == 0:
            self.label_columns, self.columns = [], self.input_columns
        self._label_places = [self.columns.index(name) for name in self.label_columns]
        # The gaps first: what finding them takes is free again for the values.
        gaps = gaps_between(self.index, max_step)
        self.values = float32_rows(frame, self.columns)  # (rows, columns)
        self._runs = unbroken_runs(gaps, self.values)
        self.starts = window_starts(*self._runs, self.total_width, self.stride)
        if len(self.starts) == 0:
            widths = self.input_width, self.shift
            raise no_window(self.values, self.columns, self._runs, widths)
        self._make_views()
        self.epoch = 0
        self._order_of = (None, None)

    # What Keras asks for

    def __len__(self) -> int:
        if self.drop_remainder:
            return self.count // self.batch_size
        return -(-self.count // self.batch_size)

    def __getitem__(self, batch: int) -> Batch:
        """Return `(inputs, labels)` of one batch, or `inputs` if there are no labels.

        Args:
            batch: Integer from 0 to `len(self) - 1`.

        Returns:
            Float32 arrays of shape `(batch, input_width, input columns)` and
            `(batch, label_width, label columns)`.
        """
        batches = len(self)
        if not -batches <= batch < batches:
            raise IndexError(f"There are {batches} batches, and none at {batch}.")
        first = batch % batches * self.batch_size
        chosen = slice(first, first + self.batch_size)
        if self.shuffle:
            chosen = self._order()[chosen]
        return self.gather(chosen)

    def __iter__(self) -> Iterator[Batch]:
        """Yield all batches in the order of one epoch, whatever is set meanwhile."""
        order = self._order() if self.shuffle else np.arange(self.count)
        for first in range(0, len(self) * self.batch_size, self.batch_size):
            yield self.gather(order[first : first + self.batch_size])

    # Keras starts its workers before it says that an epoch begins, and stops them
    # before it says that one ends: so the order changes at the end.

    def on_epoch_begin(self) -> None:
        """Take note that an epoch has begun. Called by Keras."""
        self._epoch_begun = True

    def on_epoch_end(self) -> None:
        """Move on to the next order, if an epoch had begun. Called by Keras."""
        if self._epoch_begun:
            self.epoch = self._epoch + 1

    @property
    def epoch(self) -> int:
        return self._epoch

    @epoch.setter
    def epoch(self, epoch: int) -> None:
        self._epoch, self._epoch_begun = int(epoch), False

    def __getstate__(self) -> dict[str, Any]:
        # A view would be written out whole, each row once for each of its windows.
        views = ("_input_view", "_label_view")
        return {name: one for name, one in vars(self).items() if name not in views}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._make_views()

    @property
    def count(self) -> int:
        return len(self.starts)

    @property
    def inputs(self) -> np.ndarray:
        """Read-only view of the input rows from every row on, without a copy.

        Its shape is `(rows - input_width + 1, input_width, input columns)`: also the
        stretches over gaps, so index it by `starts`.
        """
        return np.lib.stride_tricks.sliding_window_view(
            self.values[:, self._input_slice], self.input_width, axis=0
        ).transpose(0, 2, 1)

    @property
    def last_inputs(self) -> np.ndarray:
        """The last `input_width` rows, to predict what follows the series.

        Float32 array of shape `(1, input_width, input columns)`.

        Raises:
            UserError: A gap or a missing value lies in them.
        """
        rows = last_rows(self.values, self._runs, self.input_width)
        return rows[None, :, self._input_slice].copy()

    def gather(self, windows: np.ndarray | slice) -> Batch:
        """Return chosen windows as a batch.

        Args:
            windows: Integer array or slice, places in `starts`.

        Returns:
            `(inputs, labels)`, or `inputs` alone if there are no labels.
        """
        starts = self.starts[windows]
        size, columns = len(starts), len(self.columns)
        inputs = self._input_view[starts].reshape(size, self.input_width, columns)
        if len(self.input_columns) < columns:
            inputs = np.ascontiguousarray(inputs[:, :, self._input_slice])
        if not self.label_width:
            return inputs
        labels = self._label_view[starts + self.label_start]
        labels = labels.reshape(size, self.label_width, columns)
        if self.label_columns != self.columns:
            labels = labels.take(self._label_places, axis=2)
        return inputs, labels

    def arrays(self) -> Batch:
        """Return all windows at once, in the order of time, as a batch is."""
        return self.gather(slice(None))

    def in_order(self, size: int) -> Iterator[Batch]:
        """Yield all windows in the order of time, `size` at a time, as `gather` does.

        For sums and predictions over a long series, whose windows together would
        not fit into memory.
        """
        for first in range(0, self.count, size):
            yield self.gather(slice(first, first + size))

    @property
    def example(self) -> Batch:
        """One batch that is always the same: windows spread over the whole part."""
        return self.gather(self.spread(self.batch_size))

    def spread(self, number: int) -> np.ndarray:
        """Return the places of at most `number` windows, evenly over all of them."""
        number = min(number, self.count)
        return np.linspace(0, self.count - 1, number).astype(int)

    def split(
        self, windows: np.ndarray | keras.KerasTensor
    ) -> tuple[np.ndarray | keras.KerasTensor, np.ndarray | keras.KerasTensor]:
        """Split whole windows into inputs and labels.

        Args:
            windows: Array or tensor of shape `(batch, total_width, columns)`, with
                the columns of the attribute `columns`.

        Returns:
            `(inputs, labels)` of shapes `(batch, input_width, input columns)` and
            `(batch, label_width, label columns)`.
        """
        inputs = windows[:, : self.input_width, self._input_slice]
        labels = windows[:, self.label_start :, :]
        take = np.take if isinstance(windows, np.ndarray) else keras.ops.take
        return inputs, take(labels, self._label_places, axis=2)

    def input_times(self, window: int) -> pd.Index:
        """Return the index entries of one window's input rows."""
        start = self.starts[window]
        return self.index[start : start + self.input_width]

    def label_times(self, window: int) -> pd.Index:
        """Return the index entries of one window's label rows."""
        start = self.starts[window]
        return self.index[start + self.label_start : start + self.total_width]

    def plot(
        self,
        model: keras.Model | None = None,
        column: str | None = None,
        max_examples: int = 3,
        *,
        scaler: Scaler | None = None,
    ) -> Figure:
        """Draw a few windows: inputs, labels and, with a model, its predictions.

        Args:
            model: Keras model that takes the inputs. Default: `None`.
            column: String, which column to draw. Default: the first label column.
            max_examples: Integer, how many windows at most, spread over the part.
                Default: `3`.
            scaler: `Scaler` that the frame was standardised with, to draw physical
                units. Default: the values as they are.

        Returns:
            `matplotlib.figure.Figure`.
        """
        from keras_rnn.forecasting.window_plot import plot_windows

        return plot_windows(self, model, column, max_examples, scaler)

    def __repr__(self) -> str:
        batches = f"{len(self)} batch{'es' if len(self) > 1 else ''}"
        lines = [
            f"Total window size: {self.total_width}",
            f"Input indices: 0 to {self.input_width - 1}",
            f"Label indices: {self.label_start} to {self.total_width - 1}",
            f"Input columns: {', '.join(map(str, self.input_columns))}",
            f"Label columns: {', '.join(map(str, self.label_columns))}",
            f"Windows: {self.count} in {batches} of {self.batch_size}, "
            f"from {len(self.values)} rows",
        ]
        labelled = self.label_width > 0
        return "\n".join(one for one in lines if labelled or one[:5] != "Label")

    def _make_views(self):
        self._input_view = row_windows(self.values, self.input_width)
        if self.label_width:
            self._label_view = row_windows(self.values, self.label_width)

    @property
    def _input_slice(self):
        return slice(0, len(self.input_columns))

    def _order(self):
        """The windows' order in this epoch; the same again for the same epoch."""
        # One assignment of a pair: the thread that prefetches calls this too.
        epoch, order = self._order_of
        if epoch != self._epoch:
            epoch = self._epoch
            order = np.random.default_rng((self.seed, epoch)).permutation(self.count)
            self._order_of = (epoch, order)
        return order
