"""A table of measurements over time, and all that is known about how it was read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pandas as pd

from keras_rnn.datasets.tables.calendar_step import CalendarStep, find_step
from keras_rnn.datasets.tables.columns import Column


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
