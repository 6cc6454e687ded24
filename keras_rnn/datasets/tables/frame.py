"""The frame of a table: measured columns in the order of time."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd

from keras_rnn.datasets.tables.calendar_step import find_step
from keras_rnn.datasets.tables.columns import Column, read_measurements
from keras_rnn.datasets.tables.date_and_time import FoundTime
from keras_rnn.datasets.tables.source import Source


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
