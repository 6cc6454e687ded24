"""Many series of one step: their values one after another, and when each begins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from keras_rnn.errors import UserError, nearest
from keras_rnn.forecasting.many_series.known_rows import KnownRows
from keras_rnn.forecasting.many_series.panel_step import PanelStep

if TYPE_CHECKING:
    import numpy.typing as npt

    from keras_rnn.forecasting.pandas_input import TimeZone

# The stamp of a first row where the time is not known.
_SOME_MONDAY = np.datetime64("2001-01-01", "ns")


@dataclass(frozen=True, eq=False)
class SeriesPanel:
    """Many series, of different lengths and spans, with the same step between rows.

    A row that is missing within a series is there, as NaN, so that a place in `values`
    is a place in time. The first and the last row of each series hold a value.

    Attributes:
        names: List of strings, each series' own.
        values: Float32 array of shape `(rows,)`, all series one after another, NaN
            where a value is missing.
        offsets: Int64 array of shape `(series + 1,)`: series i is
            `values[offsets[i]:offsets[i + 1]]`.
        starts: `datetime64[ns]` array of shape `(series,)`, the time stamp of each
            first row.
        step: `PanelStep`, how far apart rows are.
        known_ahead: `KnownRows`, what is known of each row and of rows to come, or
            `None`. Default: `None`.
        static: DataFrame with a row for each series in the order of `names`, what is
            constant within it, or `None`. Default: `None`.
        target: String, what the values are. Default: `"value"`.
        unit: String. Default: `""`.
        notes: Dict from what was done to the readings, in words, to how often.
        remarks: List of strings, what deserves a look.
        time_zone: `TimeZone` of the stamps, or `None`.
        has_times: Boolean, whether the time stamps are known; else rows are counted.
            Default: `True`.

    Example:

    >>> panel = SeriesPanel.from_arrays({"North": [1, 2, 3], "South": [5, 6]}, "1d")
    >>> panel.values.tolist(), panel.offsets.tolist(), panel.step.text
    ([1.0, 2.0, 3.0, 5.0, 6.0], [0, 3, 5], '1 d')
    >>> panel.without_last(1)[1].of("South").tolist()
    [6.0]
    """

    names: list[str]
    values: np.ndarray
    offsets: np.ndarray
    starts: np.ndarray
    step: PanelStep
    known_ahead: KnownRows | None = None
    static: pd.DataFrame | None = None
    target: str = "value"
    unit: str = ""
    notes: dict[str, int] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    time_zone: TimeZone | None = None
    has_times: bool = True

    @classmethod
    def from_long(
        cls,
        frame: pd.DataFrame,
        series_column: str,
        target: str | None = None,
        *,
        time_column: str | None = None,
        every: str | pd.Timedelta | None = None,
    ) -> SeriesPanel:
        """Return the series of a table with a row for each series and time.

        Args:
            frame: DataFrame with the time stamps as index, as a level of it, or in a
                column. The order of its rows does not matter.
            series_column: String, the column (or level of the index) that names the
                series.
            target: String, the column of the values. Default: the only one of numbers.
            time_column: String, the column with the time stamps. Default: the index if
                it holds stamps, else the only column that does.
            every: String such as `"1h"`, the step of the rows. Default: that of most
                series.

        Returns:
            `SeriesPanel`.

        Raises:
            UserError: The rows cannot be told apart or put in order; the message names
                series, row and column.

        Example:

        >>> days = pd.to_datetime(["2024-05-01", "2024-05-02"] * 2)
        >>> frame = pd.DataFrame({"shop": [1, 1, 2, 2], "sold": [3, 4, 8, 9]}, days)
        >>> SeriesPanel.from_long(frame, "shop").names
        ['1', '2']
        """
        from keras_rnn.forecasting.many_series.panel_tables import long_rows

        return long_rows(frame, series_column, target, time_column).panel(every)

    @classmethod
    def from_wide(
        cls,
        frame: pd.DataFrame,
        targets: Sequence[str] | None = None,
        *,
        time_column: str | None = None,
        every: str | pd.Timedelta | None = None,
    ) -> SeriesPanel:
        """Return the series of a table with a column for each.

        Args:
            frame: DataFrame with a row for each time.
            targets: List of strings, the columns. Default: all columns of numbers.
            time_column: String, the column with the time stamps. Default: the index if
                it holds stamps, else the only column that does.
            every: String such as `"1h"`, the step of the rows. Default: their own.

        Returns:
            `SeriesPanel`; the rows before a column's first value and after its last one
            are no part of that series.

        Raises:
            UserError: A column is missing or holds no numbers, or the stamps are of no
                use.

        Example:

        >>> days = pd.date_range("2024-05-01", periods=3)
        >>> frame = pd.DataFrame({"a": [1, 2, 3], "b": [np.nan, 5, 6]}, days)
        >>> SeriesPanel.from_wide(frame).offsets.tolist()
        [0, 3, 5]
        """
        from keras_rnn.forecasting.many_series.panel_tables import wide_rows

        return wide_rows(frame, targets, time_column).panel(every)

    @classmethod
    def from_dict(
        cls,
        frames: Mapping[object, pd.DataFrame | pd.Series],
        target: str | None = None,
        *,
        time_column: str | None = None,
        every: str | pd.Timedelta | None = None,
    ) -> SeriesPanel:
        """Return the series of a dict.

        Args:
            frames: Mapping from the name of a series to its DataFrame or
                `pandas.Series`.
            target: String, the column of the values in each DataFrame. Default: the
                only one of numbers.
            time_column: String, the column with the time stamps. Default: the index if
                it holds stamps, else the only column that does.
            every: String such as `"1h"`, the step of the rows. Default: that of most
                series.

        Returns:
            `SeriesPanel`.

        Raises:
            UserError: As for `from_long`.

        Example:

        >>> days = pd.date_range("2024-05-01", periods=2)
        >>> panel = SeriesPanel.from_dict({"oats": pd.Series([3, 4], days)})
        >>> panel.names, panel.values.tolist()
        (['oats'], [3.0, 4.0])
        """
        from keras_rnn.forecasting.many_series.panel_tables import dict_rows

        return dict_rows(frames, target, time_column).panel(every)

    @classmethod
    def from_arrays(
        cls,
        arrays: Mapping[str, npt.ArrayLike],
        every: str | pd.Timedelta,
        *,
        starts: npt.ArrayLike | None = None,
        target: str = "value",
    ) -> SeriesPanel:
        """Return series that are at hand as numbers, without a missing row.

        Args:
            arrays: Mapping from the name of a series to its values.
            every: String such as `"1h"` or `"1 month"`, the step of the rows.
            starts: Array of the time stamp of each first row. Default: they are not
                known (`has_times`).
            target: String, what the values are. Default: `"value"`.

        Returns:
            `SeriesPanel`.
        """
        pieces = [np.asarray(values, "float32") for values in arrays.values()]
        has_times = starts is not None
        if not has_times:
            starts = np.full(len(pieces), _SOME_MONDAY)
        return cls(
            names=[str(name) for name in arrays],
            values=np.concatenate(pieces) if pieces else np.zeros(0, "float32"),
            offsets=np.cumsum([0, *map(len, pieces)]),
            starts=np.asarray(starts, "datetime64[ns]"),
            step=PanelStep.named(every),
            target=target,
            has_times=has_times,
        )

    def __len__(self) -> int:
        return len(self.names)

    @property
    def lengths(self) -> np.ndarray:
        """Int64 array of shape `(series,)`, the rows of each series."""
        return np.diff(self.offsets)

    @property
    def rows_ahead(self) -> np.ndarray:
        """Int64 array of shape `(series,)`, the rows to come that are known of each."""
        if self.known_ahead is None:
            return np.zeros(len(self), "int64")
        return np.diff(self.known_ahead.offsets) - self.lengths

    @property
    def ends(self) -> np.ndarray:
        """`datetime64[ns]` array of shape `(series,)`, the stamps of the last rows."""
        return self.step.after(self.starts, self.lengths - 1)

    def place(self, name: object) -> int:
        """Return the number of a series.

        Args:
            name: String, its name.

        Raises:
            UserError: There is no such series; the message suggests the nearest.
        """
        try:
            return self.names.index(str(name))
        except ValueError:
            raise UserError(
                f"There is no series {str(name)!r}.{nearest(name, self.names)} There "
                f"are {len(self):,}, from {self.names[0]!r} to {self.names[-1]!r}."
            ) from None

    def of(self, name: object) -> pd.Series:
        """Return one series with its time stamps, or its rows counted from 1.

        Args:
            name: String, its name.

        Raises:
            UserError: There is no such series.
        """
        place = self.place(name)
        values = self.values[self.offsets[place] : self.offsets[place + 1]]
        start = np.repeat(self.starts[place], len(values))
        stamps = self.step.after(start, np.arange(len(values)))
        index = self.with_zone(pd.DatetimeIndex(stamps, name="time"))
        if not self.has_times:
            index = pd.RangeIndex(1, len(values) + 1, name="row")
        return pd.Series(values, index, name=self.names[place])

    def described(
        self, *, unit: str | None = None, notes: Mapping[str, int] | None = None
    ) -> SeriesPanel:
        """Return the same series with another unit or other notes.

        Args:
            unit: String. Default: as it is.
            notes: Mapping from what was done, in words, to how often. Default: as they
                are.
        """
        return replace(
            self,
            unit=self.unit if unit is None else unit,
            notes=self.notes if notes is None else dict(notes),
        )

    def select(self, places: npt.ArrayLike) -> SeriesPanel:
        """Return some of the series, in the order asked for.

        Args:
            places: Array of their numbers, or of booleans, one a series.
        """
        places = np.asarray(places)
        if places.dtype == bool:
            places = np.flatnonzero(places)
        return self._cut(self.offsets[:-1][places], self.offsets[1:][places], places)

    def named(self, names: Iterable[object]) -> SeriesPanel:
        """Return some of the series, by name.

        Args:
            names: Iterable of strings.

        Raises:
            UserError: There is no such series.
        """
        return self.select(np.array([self.place(name) for name in names], "int64"))

    def without_last(self, rows: npt.ArrayLike) -> tuple[SeriesPanel, SeriesPanel]:
        """Cut the last rows off each series, to be forecast from what is left.

        Args:
            rows: Integer, or integer array of shape `(series,)`, fewer than a series
                has.

        Returns:
            `(before, after)`: two `SeriesPanel`s of the same series.
        """
        cut = self.offsets[1:] - np.asarray(rows, "int64")
        places = np.arange(len(self))
        return (
            self._cut(self.offsets[:-1], cut, places),
            self._cut(cut, self.offsets[1:], places),
        )

    def last(self, rows: int) -> np.ndarray:
        """Return the last rows of each series, NaN before the first one.

        Args:
            rows: Integer.

        Returns:
            Float32 array of shape `(series, rows)`.
        """
        back = np.arange(-rows, 0)
        places = self.offsets[1:, None] + back
        known = places >= self.offsets[:-1, None]
        return np.where(known, self.values[np.maximum(places, 0)], np.float32(np.nan))

    def future_stamps(self, horizon: int) -> np.ndarray:
        """Return the time stamps that follow each series' last row.

        Args:
            horizon: Integer, how many.

        Returns:
            `datetime64[ns]` array of shape `(series, horizon)`.
        """
        counts = self.lengths[:, None] + np.arange(horizon)
        return self.step.after(np.repeat(self.starts[:, None], horizon, axis=1), counts)

    def with_zone(self, index: pd.DatetimeIndex) -> pd.DatetimeIndex:
        """Return stamps in the time zone of the readings, where they have one."""
        return index if self.time_zone is None else self.time_zone.restore(index)

    def _cut(self, begins, ends, places):
        """Rows `begins[i]` to `ends[i] - 1` of series `places[i]`."""
        lengths = ends - begins
        offsets = np.concatenate([[0], np.cumsum(lengths)])
        rows = np.arange(offsets[-1]) + np.repeat(begins - offsets[:-1], lengths)
        skipped = begins - self.offsets[:-1][places]
        return replace(
            self,
            names=[self.names[place] for place in places],
            values=self.values[rows],
            offsets=offsets,
            starts=self.step.after(self.starts[places], skipped),
            known_ahead=self.known_ahead and self.known_ahead.cut(skipped, places),
            static=None if self.static is None else self.static.iloc[places],
        )
