"""An EPW weather file as a table."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd

from keras_rnn.datasets.tables.columns import Column, read_measurements
from keras_rnn.datasets.tables.frame import count_gaps, framed, in_order
from keras_rnn.datasets.tables.table import Table, TimeAxis
from keras_rnn.datasets.tables.typical_year import as_one_year
from keras_rnn.datasets.tables.weather_files import EpwFile


def epw_table(found: EpwFile, path: Path, repairs: Counter[str]) -> Table:
    """Return the table of an EPW file; a typical year is put into one."""
    stamps = found.stamps
    notes = ["hour 1 of a day is the one that begins at 00:00"]
    as_year = as_one_year(stamps)
    if as_year is not None:
        stamps = as_year
        notes.append(
            "the months are from different years (a typical year): they were put "
            f"into one, {stamps.dt.year.iloc[0]}"
        )
    numbers: dict[str, np.ndarray] = {}
    columns = [Column("year, month, day, hour", "time", used=False, why="read as time")]
    for name in found.cells.columns:
        unit = found.units.get(name, "")
        values, column = read_measurements(
            found.cells[name], name, ".", repairs, unit=unit
        )
        columns.append(column)
        if values is not None:
            numbers[name] = values
    frame = framed(numbers, pd.DatetimeIndex(stamps, name="time"))
    frame = in_order(frame, repairs)
    count_gaps(frame.index, repairs)
    axis = TimeAxis(
        ("year", "month", "day", "hour"),
        "year, month, day, hour of an EPW file",
        first=frame.index[0],
        first_written=found.written[0],
        last=frame.index[-1],
        last_written=found.written[1],
        zone="standard time of the place",
        marks="start",
    )
    layout = {"first line": str(found.first_line), "separator": ",", "decimal": "."}
    return Table(
        frame,
        dict(repairs),
        axis,
        tuple(columns),
        tuple(notes),
        reader=found.reader,
        layout=layout,
    )
