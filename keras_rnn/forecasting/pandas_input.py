"""Tables that a pandas user has at hand, as the series that forecasting works on."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
from pandas.api import types

from keras_rnn.datasets.series.series import Series
from keras_rnn.datasets.tables.column_names import units_of
from keras_rnn.errors import UserError, nearest
from keras_rnn.forecasting.time_steps import infer_step

# The column that a `pandas.Series` without a name becomes.
UNNAMED = "value"

_ISO_DATE = re.compile(r"\d{4}-\d\d")


@dataclass(frozen=True)
class TimeZone:
    """The time zone of a table's stamps, which are forecast without one.

    Rows of a day or more are days, weeks or months of the local calendar: the local
    time is kept as it is. Finer rows follow each other in UTC, where no hour is
    missing or repeated when the clocks are changed.

    Attributes:
        name: String, such as `"Europe/Berlin"`.
        is_local: Boolean, whether the local time is kept; else it becomes UTC.
    """

    name: str
    is_local: bool

    @classmethod
    def of(cls, index: pd.DatetimeIndex) -> TimeZone | None:
        """Return the time zone of sorted stamps, `None` where they have none."""
        if index.tz is None:
            return None
        differences = index[1:] - index[:-1]
        # A day on which the clocks are set forward has 23 hours.
        is_local = len(differences) > 0 and differences.min() >= pd.Timedelta("23h")
        return cls(str(index.tz), bool(is_local))

    def strip(self, index: pd.DatetimeIndex) -> pd.DatetimeIndex:
        """Return stamps with a time zone as they are forecast: without one."""
        zone = self.name if self.is_local else "UTC"
        return index.tz_convert(zone).tz_localize(None)

    def restore(self, index: pd.DatetimeIndex) -> pd.DatetimeIndex:
        """Return stamps without a time zone in this one."""
        if not self.is_local:
            return index.tz_localize("UTC").tz_convert(self.name)
        return index.tz_localize(
            self.name, nonexistent="shift_forward", ambiguous=np.ones(len(index), bool)
        )


def as_series(
    data: pd.DataFrame | pd.Series | Series,
    target: str | None = None,
    *,
    time_column: str | None = None,
    name: str = "DataFrame",
) -> tuple[Series, TimeZone | None]:
    """Return a table of readings as the series that forecasting works on.

    What is done to it is told in `Series.repairs`: rows that are sorted, rows that
    repeat another, columns that hold no numbers and are left out.

    Args:
        data: DataFrame or `pandas.Series` of readings over time, or a
            `keras_rnn.datasets.Series`, which is returned as it is. The time stamps
            are its index (`DatetimeIndex`, `PeriodIndex`, or text in ISO 8601), or a
            column.
        target: String, the column to forecast, which has to hold numbers. Default:
            `None`, any.
        time_column: String, the column with the time stamps. Default: `None`, the
            index if it holds stamps, else the only column that does.
        name: String, what the series is called in headings. Default: `"DataFrame"`.

    Returns:
        `(series, time_zone)`: a `keras_rnn.datasets.Series` and the `TimeZone` that
        its stamps had, `None` for none.

    Raises:
        UserError: No time stamps, stamps that repeat with different values, or no
            numbers.

    Example:

    >>> frame = pd.DataFrame(
    ...     {"day": ["2024-03-02", "2024-03-01"], "sold": [5, 3], "who": ["A", "B"]}
    ... )
    >>> series, _ = as_series(frame)
    >>> series.frame["sold"].tolist()
    [3.0, 5.0]
    >>> list(series.repairs)  # doctest: +NORMALIZE_WHITESPACE
    ["time stamps taken from column 'day'", "column 'who' holds no numbers, left out",
     'rows earlier than the row before them, sorted']
    """
    if isinstance(data, Series):
        return data, None
    if isinstance(data, pd.Series):
        data = data.to_frame(UNNAMED if data.name is None else data.name)
    if not isinstance(data, pd.DataFrame):
        raise UserError(
            "Readings are a pandas DataFrame or Series with time stamps as index, not "
            f"{type(data).__name__}. Build one: pd.Series(values, index=stamps)."
        )
    if data.empty:
        raise UserError(
            f"The table has {len(data)} rows and {data.shape[1]} columns: there is "
            "nothing to forecast."
        )
    frame = data.set_axis([str(column) for column in data.columns], axis="columns")
    if not frame.columns.is_unique:
        twice = frame.columns[frame.columns.duplicated()][0]
        raise UserError(f"There are two columns {twice!r}. Rename or drop one.")
    repairs: dict[str, int] = {}
    stamps, frame = take_stamps(frame, time_column, repairs)
    if stamps.hasnans:
        row = int(np.argmax(stamps.isna()))
        raise UserError(
            f"Row {row} has no time stamp ({int(stamps.isna().sum())} rows have none). "
            "Drop such rows."
        )
    frame = _only_numbers(frame, target, repairs).set_axis(stamps, axis="index")
    frame = _in_order(frame, repairs)
    time_zone = TimeZone.of(frame.index)
    if time_zone:
        frame.index = time_zone.strip(frame.index)
        clock = "local time" if time_zone.is_local else "UTC"
        repairs[f"time stamps in {time_zone.name}, learned from in {clock}"] = len(
            frame
        )
    frame.index.name = "time"
    # Fails in one line where there are too few rows to have a step.
    infer_step(frame.index)
    series = Series(
        frame=frame,
        name=name,
        kind="frame",
        origin="given as a pandas DataFrame",
        repairs=repairs,
        units=units_of(frame.columns),
        default_target=frame.columns[0] if frame.shape[1] == 1 else "",
    )
    return series, time_zone


def as_future(
    data: pd.DataFrame | Series,
    time_zone: TimeZone | None = None,
    time_column: str | None = None,
) -> pd.DataFrame:
    """Return rows to come as a table like that of the readings before them.

    Args:
        data: DataFrame with time stamps as index or in a column, or a
            `keras_rnn.datasets.Series`.
        time_zone: `TimeZone` of the readings, which the stamps then have to have, too.
            Default: `None`, they have none.
        time_column: String, the column with the time stamps, if it is there. Default:
            it is found.

    Returns:
        DataFrame of numbers, sorted, indexed by time stamps without a time zone.

    Raises:
        UserError: No time stamps, stamps that repeat, or another time zone.

    Example:

    >>> frame = pd.DataFrame({"day": ["2024-03-02", "2024-03-01"], "price": [2, 3]})
    >>> as_future(frame)["price"].tolist()
    [3.0, 2.0]
    """
    if isinstance(data, Series):
        return data.frame
    if isinstance(data, pd.Series):
        data = data.to_frame(UNNAMED if data.name is None else data.name)
    if not isinstance(data, pd.DataFrame):
        raise UserError(
            "The future rows are a pandas DataFrame with time stamps as index, not "
            f"{type(data).__name__}."
        )
    if data.empty:
        raise UserError("The future has no rows: give those that are to be forecast.")
    frame = data.set_axis([str(column) for column in data.columns], axis="columns")
    if time_column not in frame.columns:
        time_column = None
    repairs: dict[str, int] = {}
    stamps, frame = take_stamps(frame, time_column, repairs)
    if stamps.hasnans:
        row = int(np.argmax(stamps.isna()))
        raise UserError(f"Row {row} of the future rows has no time stamp.")
    frame = _in_order(_only_numbers(frame, None, repairs).set_axis(stamps), repairs)
    index = frame.index
    if (index.tz is None) != (time_zone is None):
        raise UserError(
            "The time stamps of the readings have "
            f"{'no time zone' if time_zone is None else time_zone.name}, and those of "
            f"the future rows {'none' if index.tz is None else index.tz}. Use "
            "frame.tz_localize to make them alike."
        )
    if time_zone is not None:
        frame = frame.set_axis(time_zone.strip(index.tz_convert(time_zone.name)))
    return frame.rename_axis("time")


def take_stamps(
    frame: pd.DataFrame, time_column: str | None, repairs: dict[str, int]
) -> tuple[pd.DatetimeIndex, pd.DataFrame]:
    """Return the time stamps of a table, and the table without their column.

    Args:
        frame: DataFrame.
        time_column: String, the column of the stamps, or `None`: the index if it holds
            some, else the only column that does.
        repairs: Dict, receives where they were taken from.

    Raises:
        UserError: There are no stamps, or several columns of them.
    """
    if time_column is not None:
        if time_column not in frame:
            raise UserError(
                f"There is no column {time_column!r}."
                f"{nearest(time_column, frame.columns)} The columns are: "
                f"{_listed(frame.columns)}."
            )
        stamps = _as_stamps(frame[time_column])
        if stamps is None:
            raise UserError(
                f"Column {time_column!r} holds no time stamps: its first value is "
                f"{frame[time_column].iloc[0]!r}. Convert it with pd.to_datetime, or "
                "give another `time_column`."
            )
        return stamps, frame.drop(columns=time_column)
    stamps = _as_stamps(frame.index)
    if stamps is not None:
        if not isinstance(frame.index, pd.DatetimeIndex):
            repairs["time stamps read from the index"] = len(frame)
        return stamps, frame
    found = {
        column: stamps
        for column in frame.columns
        if (stamps := _as_stamps(frame[column])) is not None
    }
    if len(found) != 1:
        what = f"columns {_listed(found)} hold" if found else "no column holds"
        raise UserError(
            f"The index holds no time stamps ({type(frame.index).__name__}), and "
            f"{what} some. Name the column, `time_column`, or set a DatetimeIndex: "
            "frame.set_index(pd.to_datetime(frame[column]))."
        )
    ((column, stamps),) = found.items()
    repairs[f"time stamps taken from column {column!r}"] = len(frame)
    return stamps, frame.drop(columns=column)


def _as_stamps(values):
    """Stamps as `pandas.DatetimeIndex`; `None` where the values are none.

    Of text only ISO 8601, which cannot be read in two ways.
    """
    if isinstance(values.dtype, pd.PeriodDtype):
        return pd.PeriodIndex(values).to_timestamp()
    if types.is_datetime64_any_dtype(values.dtype):
        return pd.DatetimeIndex(values)
    if not (types.is_object_dtype(values.dtype) or types.is_string_dtype(values.dtype)):
        return None
    known = pd.Series(values).dropna()
    # Python's own dates and times are written so, too.
    if not len(known) or not _ISO_DATE.match(str(known.iloc[0])):
        return None
    try:
        return pd.DatetimeIndex(pd.to_datetime(pd.Index(values), format="ISO8601"))
    except (ValueError, TypeError):
        return None


def _only_numbers(frame, target, repairs):
    """The columns of numbers as float64, infinite ones as missing."""
    columns = {}
    for name in frame.columns:
        values = as_numbers(frame[name])
        if values is None and name == target:
            raise UserError(
                f"Column {name!r} holds no numbers: its first value is "
                f"{frame[name].iloc[0]!r}. Convert it with pd.to_numeric, or choose "
                "another `target`."
            )
        if values is None:
            repairs[f"column {name!r} holds no numbers, left out"] = 1
            continue
        infinite = np.isinf(values)
        if infinite.any():
            repairs[f"{name}: infinite, set to missing"] = int(infinite.sum())
            values = np.where(infinite, np.nan, values)
        columns[name] = values
    if not columns:
        raise UserError(
            f"No column holds numbers: {_listed(frame.columns)}. Convert the one to "
            "forecast with pd.to_numeric."
        )
    return pd.DataFrame(columns, index=frame.index)


def as_numbers(column: pd.Series) -> np.ndarray | None:
    """Return a column as float64, `None` where it holds no numbers.

    Args:
        column: `pandas.Series`.
    """
    dtype = column.dtype
    if types.is_numeric_dtype(dtype) and not types.is_complex_dtype(dtype):
        return column.to_numpy(dtype="float64", na_value=np.nan)
    if types.is_object_dtype(dtype) and not column.map(_is_text).any():
        try:
            return column.astype("float64").to_numpy()
        except (TypeError, ValueError):
            return None
    return None


def _is_text(value):
    return isinstance(value, str | bytes)


def _in_order(frame, repairs):
    """The rows sorted by time, each stamp once."""
    index = frame.index
    if not index.is_monotonic_increasing:
        early = int((index[1:] < index[:-1]).sum())
        repairs["rows earlier than the row before them, sorted"] = early
        frame = frame.sort_index(kind="stable")
    repeated = frame.index.duplicated(keep="first")
    if not repeated.any():
        return frame
    first = frame[~repeated]
    same = first.reindex(frame.index[repeated])
    differs = (same != frame[repeated]) & ~(same.isna() & frame[repeated].isna())
    if differs.to_numpy().any():
        row = int(np.argmax(differs.any(axis=1)))
        columns = frame.columns[differs.any()]
        raise UserError(
            f"{int(differs.any(axis=1).sum())} rows repeat the time stamp of another "
            f"with different values, first at {differs.index[row]} in column "
            f"{frame.columns[np.argmax(differs.iloc[row])]!r} (they differ in "
            f"{_listed(columns)}). Keep the rows of one series, or join them: "
            "frame.groupby(level=0).mean()."
        )
    repairs["rows that repeat another, dropped"] = int(repeated.sum())
    return first


def _listed(names, most=8):
    names = [repr(name) for name in names]
    more = [f"and {len(names) - most} more"] if len(names) > most else []
    return ", ".join(names[:most] + more)
