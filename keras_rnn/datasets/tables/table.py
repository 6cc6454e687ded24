"""A table of measurements over time, and all that is known about how it was read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from keras_rnn.datasets.tables.calendar_step import CalendarStep, find_step
from keras_rnn.datasets.tables.columns import Column, read_measurements
from keras_rnn.datasets.tables.source import Source
from keras_rnn.datasets.tables.time_reading import FoundTime


@dataclass(frozen=True)
class TimeAxis:
    """How the time of a table was read.

    Args:
        columns: Tuple of strings, the columns that were read; empty when stamps were
            made from `start` and `every`.
        notation: String, how the cells are written, in words: `"ISO 8601"`,
            `"day.month.year time"`, `"year and quarter"`.
        order: String, `"day first"`, `"month first"`, `"year first"`, or `""` where
            the notation leaves no choice.
        why: String, why this order was taken, `""` where nothing had to be decided.
        first: `pandas.Timestamp` of the earliest row.
        first_written: String, how that row's stamp stands in the file.
        last: `pandas.Timestamp` of the latest row.
        last_written: String, how that row's stamp stands in the file.
        zone: String, `"UTC"` for stamps that were changed to it, the zone that cells or
            the header state otherwise, or `""`.
        marks: String, `"start"` or `"end"` of the interval that a row is about, or
            `""` where the file does not tell.
    """

    columns: tuple[str, ...]
    notation: str
    order: str = ""
    why: str = ""
    first: pd.Timestamp = pd.NaT
    first_written: str = ""
    last: pd.Timestamp = pd.NaT
    last_written: str = ""
    zone: str = ""
    marks: str = ""


@dataclass(frozen=True)
class Table:
    """A table of measurements over time and what was repaired in it.

    Args:
        frame: `pandas.DataFrame` of floats with a sorted, unique `DatetimeIndex`
            without time zone named `"time"`. Missing values are NaN.
        repairs: Dict from what was repaired or noticed to how often.
        time: `TimeAxis`, how time was read.
        columns: Tuple of `Column`, what each column of the file became, in its order.
        notes: Tuple of strings, what was decided where a file can be read in two ways.
        series: Dict from column to value, the series that `where` chose.
        reader: String, what read the file: `"pandas.read_csv"`, `"pvlib 0.13"`, ...
        layout: Dict of what the file is like: `"encoding"`, `"separator"`,
            `"decimal"`, `"first line"` (of the data).
        names: `pandas.Series`, the name of each row's series as it is written, where
            the table was read as one of many: then the frame is in the order of the
            file, and its stamps repeat. Its index numbers the rows of the file.
            Default: `None`.
        texts: DataFrame of the columns of text that were asked for, in the order of the
            file. Default: none.
        line_of: Function from such a number to the line of the file, or 0 where the
            file has none. Default: `None`.
    """

    frame: pd.DataFrame
    repairs: dict[str, int]
    time: TimeAxis = TimeAxis((), "")
    columns: tuple[Column, ...] = ()
    notes: tuple[str, ...] = ()
    series: dict[str, str] = field(default_factory=dict)
    reader: str = "pandas.read_csv"
    layout: dict[str, str] = field(default_factory=dict)
    names: pd.Series | None = None
    line_of: Callable[[object], int] | None = None
    texts: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def step(self) -> CalendarStep:
        """How far apart the rows are, by the calendar."""
        return find_step(self.frame.index.to_numpy())

    @property
    def units(self) -> dict[str, str]:
        """Dict from each column of the frame to its unit, `""` where none is stated."""
        known = {column.name: column.unit for column in self.columns}
        return {name: known.get(name, "") for name in self.frame.columns}


def measurements(
    source: Source,
    cells: pd.DataFrame,
    found: FoundTime,
    columns: dict[str, Column],
    repairs: Counter[str],
) -> dict[str, np.ndarray]:
    """Return the columns that are numbers; `columns` receives what each became.

    Args:
        source: `Source` of the columns.
        cells: `pandas.DataFrame`, the rows that are left.
        found: `FoundTime`, the columns of time.
        columns: Dict from name to `Column`, those that are known already.
        repairs: Counter, receives what was repaired.
    """
    numbers = {}
    points = "." in found.reading.notation
    for name in cells.columns.drop(list(found.columns), errors="ignore"):
        if name in columns:
            continue
        text = not pd.api.types.is_numeric_dtype(cells[name])
        # A column that was kept as text for its points is one of thousands, perhaps.
        grouped = text and source.layout.get("separator") not in (",", None)
        decimal = source.decimal
        if grouped and decimal == "." and _is_grouped(cells[name]):
            decimal = ","
        likely = points if source.decimal == "." and decimal == "," else True
        if source.layout.get("separator") == "," and points:
            likely = False
        values, column = read_measurements(
            cells[name],
            name,
            decimal,
            repairs,
            thousands=likely,
            unit=source.units.get(name, ""),
        )
        columns[name] = column
        if column.note:
            source.notes.append(f"column {name!r}: {column.note}")
        if values is not None:
            numbers[name] = values
    return numbers


def framed(numbers: dict[str, np.ndarray], index: pd.DatetimeIndex) -> pd.DataFrame:
    """One block of memory, filled column by column."""
    block = np.empty((len(numbers), len(index)))
    for place, values in enumerate(numbers.values()):
        block[place] = values
    return pd.DataFrame(block.T, index=index, columns=list(numbers), copy=False)


def _is_grouped(column: pd.Series) -> bool:
    pointed = column[column.str.contains(".", regex=False, na=False)]
    return bool(len(pointed)) and bool(
        pointed.str.strip().str.fullmatch(r"[+\-\u2212]?\d{1,3}(\.\d{3})+").all()
    )


def in_order(frame: pd.DataFrame, repairs: Counter[str]) -> pd.DataFrame:
    """Sort the rows by time, and keep the first of those with the same stamp."""
    times = frame.index
    if not times.is_monotonic_increasing:
        late = int((np.diff(times.asi8) < 0).sum())
        repairs["rows earlier than the row before them, sorted"] = late
        frame = frame.sort_index(kind="stable")
    if not frame.index.is_unique:
        repeated = frame.index.duplicated(keep="first")
        repairs["rows that repeat a time stamp, dropped"] = int(repeated.sum())
        frame = frame[~repeated]
    return frame


def count_gaps(times: pd.DatetimeIndex, repairs: Counter[str]) -> None:
    """Count the gaps of a series that otherwise has an even step."""
    if len(times) < 4:
        return
    step = find_step(times.to_numpy())
    if step.gaps and step.share >= 0.9:
        repairs["gaps in time, left open"] = step.gaps
        repairs["rows missing in these gaps"] = step.missing
