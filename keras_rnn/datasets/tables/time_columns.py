"""Which columns of a table say when a row was measured."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
from pandas.api.types import (
    is_bool_dtype,
    is_datetime64_any_dtype,
    is_numeric_dtype,
)

from keras_rnn.datasets.tables.calendar_step import find_step, has_repeats
from keras_rnn.datasets.tables.clock import read_clock
from keras_rnn.datasets.tables.column_names import (
    column_named,
    columns_text,
    name_rank,
    order_in_name,
    part_of,
    zone_in_name,
)
from keras_rnn.datasets.tables.date_and_time import with_time_of_day
from keras_rnn.datasets.tables.date_order import check_order
from keras_rnn.datasets.tables.dates import plain, read_dates, sample_of
from keras_rnn.datasets.tables.numeric_times import read_numbers
from keras_rnn.datasets.tables.periods import read_periods
from keras_rnn.datasets.tables.time_parts import read_parts
from keras_rnn.datasets.tables.time_reading import FoundTime, TimeReading
from keras_rnn.errors import UserError

# Two columns of the same instants, and not begin and end.
_CLOCK = re.compile(r"utc|gmt|local|lokal|zone|ortszeit", re.IGNORECASE)


def find_times(
    cells: pd.DataFrame,
    time_column: str | None,
    path: object,
    date_order: str | None = None,
) -> FoundTime | None:
    """Find and read the time stamps of a table.

    A column with stamps goes first, one under a telling name before others; then year,
    month, day and hour in columns of their own; then numbers that may be years or
    counts of seconds. A time of day is joined to dates that repeat.

    Args:
        cells: `pandas.DataFrame`, the columns as they were read, text or numbers.
        time_column: String, the column's name, or `None` to look for it.
        path: The file, for error messages.
        date_order: `"day first"`, `"month first"`, `"year first"`, or `None`.

    Returns:
        A `FoundTime`, or `None` when no column holds time stamps.

    Raises:
        UserError: There is no column of the name given, or it holds no time stamps.
    """
    if date_order is not None:
        check_order(date_order)
    found: FoundTime | None
    readings: dict[str, TimeReading | None] = {}
    if time_column is not None:
        found = _named_column(cells, time_column, path, date_order)
    else:
        found = _look(cells, date_order, readings)
    if found is None:
        return None
    return _without_rivals(cells, found, date_order, readings)


def _named_column(
    cells: pd.DataFrame, time_column: str, path: object, date_order: str | None
) -> FoundTime:
    name = column_named(cells, time_column, path)
    reading = read_column(cells[name], name, date_order, telling=True)
    if reading is None or (reading.unit == "year" and part_of(name) == "year"):
        parts = read_parts(cells)
        if parts is not None and name in parts[1]:
            return _found_parts(cells, *parts)
    if reading is None:
        clock = read_clock(cells[name], name)
        dates = _look(cells, date_order, {}) if clock is not None else None
        if dates is not None and name in dates.columns:
            return dates
        example = cells[name].dropna().head(1).tolist() or ["nothing"]
        raise UserError(
            f"{path}: column {name!r} holds no time stamps "
            f"(its first value is {str(example[0])!r}).{columns_text(cells)}"
        )
    return _with_time_of_day(cells, name, reading)


def _look(
    cells: pd.DataFrame, date_order: str | None, readings: dict[str, TimeReading | None]
) -> FoundTime | None:
    """The best of all readings of all columns; `readings` receives them all."""
    found: list[tuple[tuple[int, ...], FoundTime]] = []
    for place, name in enumerate(cells.columns):
        column = cells[name]
        rank = name_rank(name)
        reading = readings[name] = read_column(column, name, date_order)
        if reading is None:
            continue
        weak = is_numeric_dtype(column) and reading.unit in ("year", "time")
        if is_numeric_dtype(column) and rank == 2 and len(column) < 5:
            continue
        whole = _with_time_of_day(cells, name, reading)
        if _is_constant(whole.reading.stamps):
            continue
        found.append(((weak and reading.unit == "year", rank, place), whole))
    best = min(found, key=lambda pair: pair[0]) if found else None
    if best is None or best[1].reading.unit in ("year", "month") or best[0][1] == 2:
        parts = read_parts(cells)
        if parts is not None and (
            best is None
            or not _is_unique(best[1])
            or best[1].reading.stamps.isna().sum() > parts[0].stamps.isna().sum()
        ):
            return _found_parts(cells, *parts)
    if best is None:
        return _first_column_of_years(cells)
    if not _is_unique(best[1]):
        # Of columns with equally telling names, the one that tells rows apart.
        equals = [pair for pair in found if pair[0][:2] == best[0][:2]]
        best = next((pair for pair in equals if _is_unique(pair[1])), best)
    return best[1]


def _with_time_of_day(
    cells: pd.DataFrame, name: str, reading: TimeReading
) -> FoundTime:
    """Dates that repeat, or that some rows lack, may have a time of day beside them."""
    lacks = reading.unit == "day" and reading.stamps.isna().any()
    if lacks or has_repeats(reading.stamps):
        return with_time_of_day(cells, name, reading)
    return FoundTime(reading, (name,))


def _is_constant(stamps: pd.Series) -> bool:
    values = stamps.dropna().to_numpy()
    return len(stamps) > 1 and bool((values == values[:1]).all())


def _is_unique(found: FoundTime) -> bool:
    return not has_repeats(found.reading.stamps)


def _first_column_of_years(cells: pd.DataFrame) -> FoundTime | None:
    """Years or seconds in a first column whatever its name, if they run on evenly."""
    name = cells.columns[0]
    column = cells[name]
    if cells.shape[1] < 2 or not is_numeric_dtype(column) or is_bool_dtype(column):
        return None
    present = column.dropna()
    if len(present) >= 8 and present.min() >= 1e8:
        reading = read_numbers(column, telling=True, name=name)
        steps = present.diff().iloc[1:]
        even = steps.min() > 0 and (steps == steps.mode().iloc[0]).mean() > 0.9
        return FoundTime(reading, (name,)) if reading is not None and even else None
    if len(present) >= 12 and present.between(167_801, 220_012).all():
        reading = read_numbers(column, telling=True, name=name)
        if reading is not None and reading.unit == "month":
            months = find_step(reading.stamps.dropna().sort_values().to_numpy())
            return FoundTime(reading, (name,)) if months.evenness > 0.9 else None
    if len(present) < 3 or not present.between(1678, 2200).all():
        return None
    steps = present.diff().iloc[1:]
    if not (steps.abs() == 1).mean() > 0.9 or steps.abs().sum() != abs(steps.sum()):
        return None
    reading = read_numbers(column, telling=True, name=name)
    return None if reading is None else FoundTime(reading, (name,))


def _found_parts(
    cells: pd.DataFrame, reading: TimeReading, columns: tuple[str, ...]
) -> FoundTime:
    notes = []
    if reading.unit == "day":
        found = with_time_of_day(cells.drop(columns=list(columns)), None, reading)
        if found.columns:
            return replace(found, columns=(*columns, *found.columns))
    if reading.marks == "end":
        notes.append(
            f"{columns[-1]!r} runs to 24, so a stamp is the end of its interval"
        )
    return FoundTime(reading, columns, notes=tuple(notes))


def _without_rivals(
    cells: pd.DataFrame,
    found: FoundTime,
    date_order: str | None,
    readings: dict[str, TimeReading | None],
) -> FoundTime:
    """Name the other columns that hold stamps: they are no measurements."""
    others, marks = dict(found.others), ""
    notes = list(found.notes)
    times = found.reading.stamps
    for name in cells.columns:
        if name in found.columns or name in others:
            continue
        column = cells[name]
        if is_numeric_dtype(column) and name_rank(name) == 2 and not _is_packed(column):
            continue
        seconds = "since 1970" in found.reading.notation
        if seconds or name not in readings:
            reading = read_column(column, name, date_order, telling=seconds)
        else:
            reading = readings[name]
        guessed = reading is None and is_numeric_dtype(column)
        if guessed:
            # Whatever its name: a stamp, if it goes with the other one.
            reading = read_numbers(column, telling=True, name=name)
        if reading is None or (reading.unit == "year" and is_numeric_dtype(column)):
            continue
        apart = (reading.stamps - times).dropna()
        if not len(apart):
            continue
        # A single row always agrees with itself, which tells nothing.
        share = (apart == apart.mode().iloc[0]).mean() if len(apart) > 1 else 0.0
        if guessed and share < 0.5:
            continue
        usual = apart.mode().iloc[0]
        clocks = any(map(_CLOCK.search, (name, *found.columns)))
        interval = share > 0.9 and not clocks and reading.unit == "time"
        if interval and abs(usual) == _usual_step(times):
            begins = usual > pd.Timedelta(0)
            marks = "start" if begins else "end"
            others[name] = (
                f"the {'end' if begins else 'start'} of the interval that "
                f"{'begins' if begins else 'ends'} at {found.columns[0]!r}"
            )
        elif (
            is_numeric_dtype(column)
            and share < 0.5
            and apart.abs().median() > pd.Timedelta(days=2)
        ):
            continue
        else:
            others[name] = "it holds time stamps"
    if found.reading.marks == "start" and not found.periods and not found.notes:
        notes.append("each stamp is the start of the interval in its cell")
    reading = found.reading
    if not reading.marks and marks:
        reading = replace(reading, marks=marks)
    if not reading.zone:
        stated = next(filter(None, map(zone_in_name, found.columns)), "")
        reading = replace(reading, zone=stated)
    return replace(found, reading=reading, others=others, notes=tuple(notes))


def _usual_step(times: pd.Series) -> pd.Timedelta:
    steps = times.dropna().drop_duplicates().sort_values().diff().dropna()
    return steps.mode().iloc[0] if len(steps) else pd.Timedelta(0)


def _is_packed(column: pd.Series) -> bool:
    """Whether numbers are as large as a date whose digits are written together."""
    highest = column.max()
    return bool(highest >= 16_780_101 and column.min() > 0)


def read_column(
    column: pd.Series,
    name: str,
    date_order: str | None = None,
    *,
    telling: bool = False,
) -> TimeReading | None:
    """Read one column as time stamps, or return `None`.

    Args:
        column: `pandas.Series` of text or numbers.
        name: String, its name, which decides whether numbers can be years or seconds.
        date_order: `"day first"`, `"month first"`, `"year first"`, or `None`.
        telling: Boolean, whether the name is known to be that of the time column.
            Default: `False`, the name itself is looked at.
    """
    if is_bool_dtype(column):
        return None
    if is_datetime64_any_dtype(column):
        return TimeReading(plain(column), "time", "ISO 8601")
    if is_numeric_dtype(column):
        rank = 0 if telling else name_rank(name)
        if rank == 2 and not _is_packed(column):
            return None
        return read_numbers(column, telling=rank < 2, exact=rank == 0, name=name)
    sample = sample_of(column)
    if not sample:
        return None
    text = column
    if any(cell != cell.strip(" []") for cell in sample):
        text = column.str.strip(" []")
        sample = [cell for cell in (cell.strip(" []") for cell in sample) if cell]
    order = date_order or order_in_name(name)
    reading = read_dates(text, sample, order) or read_periods(text, sample)
    if reading is not None and text is column:
        left = column[reading.stamps.isna() & column.notna()]
        if len(left) and (left != left.str.strip(" []")).any():
            return read_column(column.str.strip(" []"), name, date_order)
    return reading
