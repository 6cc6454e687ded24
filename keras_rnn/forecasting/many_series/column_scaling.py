"""What is known ahead and what is static, as the networks for many series read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from keras_rnn.forecasting.many_series.panel import SeriesPanel

if TYPE_CHECKING:
    from keras_rnn.forecasting.many_series.panel_windows import PastWindows

# Words of a static column that have an input of their own, the most frequent ones.
_MOST_WORDS = 64


@dataclass(frozen=True)
class ColumnScaling:
    """How columns become inputs: scaled numbers, and an input for each word.

    A column that is known ahead is divided by its usual change within a series; of one
    that is always positive, such as a price, the logarithm is taken first, so that a
    tenth off is the same for whatever costs much or little.

    Attributes:
        known: Tuple of `(logarithm, centre, spread)`, one for each column that is known
            ahead.
        static: Tuple of `(name, words, centre, spread)`, one for each static column;
            `words` is a tuple of strings, `None` for numbers.
    """

    known: tuple[tuple[bool, float, float], ...] = ()
    static: tuple[tuple[str, tuple[str, ...] | None, float, float], ...] = ()

    @classmethod
    def fit(cls, panel: SeriesPanel) -> ColumnScaling:
        """Return the scaling of a panel's columns, by its rows without those to come.

        Args:
            panel: `SeriesPanel`.
        """
        known = []
        if panel.known_ahead is not None:
            offsets = panel.known_ahead.offsets[:-1]
            rows = np.arange(len(panel.values))
            rows = rows + np.repeat(offsets - panel.offsets[:-1], panel.lengths)
            series = np.repeat(np.arange(len(panel)), panel.lengths)
            for values in panel.known_ahead.values[rows].T.astype("float64"):
                logarithm = bool(values.min() > 0 and values.max() > values.min())
                values = np.log(values) if logarithm else values
                mean = np.bincount(series, values) / panel.lengths
                spread = np.sqrt(np.mean((values - mean[series]) ** 2))
                known.append((logarithm, float(values.mean()), float(spread) or 1.0))
        static: list[tuple[str, tuple[str, ...] | None, float, float]] = []
        frame = pd.DataFrame() if panel.static is None else panel.static
        for name in frame.columns:
            values = frame[name].to_numpy()
            if values.dtype.kind == "f":
                spread = float(np.nanstd(values)) or 1.0
                static.append((str(name), None, float(np.nanmean(values)), spread))
                continue
            words, counts = np.unique(values.astype("str"), return_counts=True)
            order = np.argsort(-counts, kind="stable")[:_MOST_WORDS]
            kept = tuple(sorted(str(word) for word in words[order] if word))
            static.append((str(name), kept, 0.0, 1.0))
        return cls(tuple(known), tuple(static))

    @classmethod
    def from_dict(cls, state: dict[str, Any]) -> ColumnScaling:
        """Return what `dataclasses.asdict` and JSON made lists of.

        Args:
            state: Dict.
        """
        return cls(
            tuple(
                (bool(log), centre, spread) for log, centre, spread in state["known"]
            ),
            tuple(
                (name, None if words is None else tuple(words), centre, spread)
                for name, words, centre, spread in state["static"]
            ),
        )

    @property
    def widths(self) -> tuple[int, int]:
        """Tuple of integers: inputs a row of what is known, and those of a series."""
        return len(self.known), sum(
            1 if words is None else len(words) for _, words, _, _ in self.static
        )

    def known_values(self, panel: SeriesPanel) -> np.ndarray | None:
        """Return what is known, scaled: float32 `(rows, columns)`, or `None`.

        Args:
            panel: `SeriesPanel`.
        """
        if not self.known or panel.known_ahead is None:
            return None
        columns = []
        for place, (logarithm, centre, spread) in enumerate(self.known):
            values = panel.known_ahead.values[:, place].astype("float64")
            if logarithm:
                values = np.log(np.maximum(values, np.exp(centre - 10 * spread)))
            columns.append((values - centre) / spread)
        return np.column_stack(columns).astype("float32")

    def static_values(self, panel: SeriesPanel) -> np.ndarray | None:
        """Return what is static, scaled: float32 `(series, inputs)`, or `None`.

        Args:
            panel: `SeriesPanel`. A word that it was not fitted on is none of the known
                ones; a missing number is the mean.
        """
        if not self.static or panel.static is None:
            return None
        inputs = []
        for name, words, centre, spread in self.static:
            values = panel.static[name].to_numpy()
            if words is None:
                numbers = (values.astype("float64") - centre) / spread
                inputs.append(np.nan_to_num(numbers)[:, None])
            else:
                inputs.append(values.astype("str")[:, None] == np.array(words))
        return np.concatenate(inputs, axis=1).astype("float32")

    def inputs(self, panel: SeriesPanel, windows: PastWindows) -> WindowInputs:
        """Return what gives windows of a panel these columns.

        Args:
            panel: `SeriesPanel`.
            windows: `PastWindows` of it.
        """
        return WindowInputs(panel, windows, self)


class WindowInputs:
    """What a network reads of some windows: the past, and what goes with it.

    Args:
        panel: `SeriesPanel`.
        windows: `PastWindows` of it.
        scaling: `ColumnScaling`.
    """

    def __init__(
        self, panel: SeriesPanel, windows: PastWindows, scaling: ColumnScaling
    ) -> None:
        self.windows = windows
        self.known = scaling.known_values(panel)
        self.static = scaling.static_values(panel)
        if self.known is not None and panel.known_ahead is not None:
            self.shift = panel.known_ahead.offsets[:-1] - panel.offsets[:-1]

    def of(self, past: np.ndarray, ends: np.ndarray, series: np.ndarray) -> Any:
        """Return the inputs: the past alone, or a dict of it and of what is known.

        Args:
            past: Float32 array of shape `(windows, lookback)`.
            ends: Integer array of shape `(windows,)`, as for `PastWindows.before`.
            series: Integer array of shape `(windows,)`.

        Returns:
            `past`, or dict with it as "past", with "known" of shape `(windows,
            lookback + horizon, columns)` and "static" of shape `(windows, inputs)`.
        """
        inputs = {"past": past}
        if self.known is not None:
            ends = np.asarray(ends)
            after = ends[:, None] + np.arange(self.windows.shape.horizon)
            rows = np.concatenate(
                [self.windows.rows_before(ends, series), after], axis=1
            )
            inputs["known"] = self.known[rows + self.shift[series][:, None]]
        if self.static is not None:
            inputs["static"] = self.static[series]
        return inputs if len(inputs) > 1 else past
