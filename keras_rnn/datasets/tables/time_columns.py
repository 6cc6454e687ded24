"""Which columns of a table say when a row was measured."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from pandas.api.types import (
    is_bool_dtype,
    is_datetime64_any_dtype,
    is_numeric_dtype,
    is_string_dtype,
)

from keras_rnn.datasets.tables.clock import Clock, on_the_clock, read_clock
from keras_rnn.datasets.tables.date_order import (
    WORDS,
    check_order,
    choose_order,
    order_in_name,
)
from keras_rnn.datasets.tables.dates import plain, read_dates, sample_of
from keras_rnn.datasets.tables.numeric_times import read_numbers
from keras_rnn.datasets.tables.periods import read_periods
from keras_rnn.datasets.tables.time_parts import part_of, read_parts
from keras_rnn.datasets.tables.time_reading import TimeReading
from keras_rnn.datasets.tables.zones import zone_in_name
from keras_rnn.errors import UserError, nearest

_EXACT = frozenset(
    (
        *(
            "datetime",
            "timestamp",
            "time",
            "date",
            "ds",
            "utc",
            "dateutc",
            "datetime64",
        ),
        *("datetimeutc", "localtime", "valid", "validtime", "day", "month", "year"),
        *("datum", "zeit", "zeitstempel", "zeitpunkt", "messdatum", "datumuhrzeit"),
        *("datumzeit", "tag", "monat", "jahr", "fecha", "fechahora", "dato", "data"),
        *("dateheure", "horodate", "quarter", "week", "period", "timeperiod", "mtu"),
        *("utctime", "timeutc", "timestamputc", "observationdate", "quartal", "woche"),
        *("timestampstart", "annee", "mois", "mes", "anno", "periode", "intervalstart"),
    )
)
_HINTS = (
    *("date", "time", "datum", "zeit", "stamp", "epoch", "unix", "yyyy", "fecha"),
    *("jahr", "year", "period", "month", "quarter", "week", "beginn", "fdatum"),
    *("heure", "decimalyear", "yyyymm", "mjd", "julian"),
)
_TIME_MARKS = frozenset(("t", "ts", "tm", "when", "at"))


@dataclass(frozen=True)
class FoundTime:
    """The stamps of a table and where they were read.

    Args:
        reading: `TimeReading`, date and time of day together.
        columns: Tuple of strings, the columns they were read from.
        others: Dict from each other column that holds stamps, and so is no
            measurement, to why it was left out.
        notes: Tuple of strings, how the columns were understood.
        periods: Integer, the numbered periods of a day; 0: none.
    """

    reading: TimeReading
    columns: tuple[str, ...]
    others: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    periods: int = 0


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
    check_order(date_order)
    if time_column is not None:
        found = _named_column(cells, time_column, path, date_order)
    else:
        found = _look(cells, date_order)
    if found is None:
        return None
    return _without_rivals(cells, found, date_order)


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
        rank = 0 if telling else _rank(name)
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


def columns_text(cells: pd.DataFrame) -> str:
    """Return the sentence that lists the columns of a table."""
    names = [repr(name) for name in cells.columns]
    shown = names if len(names) <= 30 else [*names[:30], f"and {len(names) - 30} more"]
    return f" The columns are: {', '.join(shown)}."


def column_named(cells: pd.DataFrame, name: str, path: object) -> str:
    """Return the column that a user means, in whatever spelling.

    Raises:
        UserError: There is no such column.
    """
    if name in cells.columns:
        return name
    same = [column for column in cells.columns if _key(column) == _key(name)]
    if len(same) == 1:
        return same[0]
    raise UserError(
        f"{path} has no column {name!r}."
        f"{nearest(name, cells.columns)}{columns_text(cells)}"
    )


def _key(name: object) -> str:
    return re.sub(r"[\W_]", "", str(name)).lower()


def _rank(name: str) -> int:
    """0 for the name of a time column, 1 for one that hints at it, else 2."""
    key = _key(re.sub(r"[(\[].*", "", str(name)))
    if key in _EXACT:
        return 0
    if any(hint in key for hint in _HINTS) or key in _TIME_MARKS:
        return 1
    return 1 if part_of(name) == "year" else 2


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
        dates = _look(cells, date_order) if clock is not None else None
        if dates is not None and name in dates.columns:
            return dates
        example = cells[name].dropna().head(1).tolist() or ["nothing"]
        raise UserError(
            f"{path}: column {name!r} holds no time stamps "
            f"(its first value is {str(example[0])!r}).{columns_text(cells)}"
        )
    return _with_time_of_day(cells, name, reading)


def _look(cells: pd.DataFrame, date_order: str | None) -> FoundTime | None:
    """The best of all readings of all columns."""
    found: list[tuple[tuple[int, ...], FoundTime]] = []
    for place, name in enumerate(cells.columns):
        column = cells[name]
        rank = _rank(name)
        reading = read_column(column, name, date_order)
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
        if parts is not None and (best is None or not _is_unique(best[1])):
            return _found_parts(cells, *parts)
    if best is None:
        return _first_column_of_years(cells)
    if not _is_unique(best[1]):
        # Of columns with equally telling names, the one that tells rows apart.
        equals = [pair for pair in found if pair[0][:2] == best[0][:2]]
        best = next((pair for pair in equals if _is_unique(pair[1])), best)
    return best[1]


def _is_constant(stamps: pd.Series) -> bool:
    values = stamps.dropna().to_numpy()
    return len(stamps) > 1 and bool((values == values[:1]).all())


def _is_unique(found: FoundTime) -> bool:
    return not has_repeats(found.reading.stamps)


def has_repeats(stamps: pd.Series) -> bool:
    """Whether a stamp occurs twice; quick where they are in order."""
    steps = np.diff(stamps.to_numpy().astype("int64"))
    return not (steps > 0).all() and bool(stamps.dropna().duplicated().any())


def _first_column_of_years(cells: pd.DataFrame) -> FoundTime | None:
    """Years in a first column whatever its name, if they run on one by one."""
    name = cells.columns[0]
    column = cells[name]
    if cells.shape[1] < 2 or not is_numeric_dtype(column) or is_bool_dtype(column):
        return None
    present = column.dropna()
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
        found = _with_time_of_day(cells.drop(columns=list(columns)), None, reading)
        if found.columns:
            return replace(found, columns=(*columns, *found.columns))
    if reading.marks == "end":
        notes.append(
            f"{columns[-1]!r} runs to 24, so a stamp is the end of its interval"
        )
    return FoundTime(reading, columns, notes=tuple(notes))


def _with_time_of_day(
    cells: pd.DataFrame, name: str | None, reading: TimeReading
) -> FoundTime:
    """Add the column with the time of day, when dates and times stand apart."""
    alone = FoundTime(reading, () if name is None else (name,))
    if reading.unit not in ("day", "time") or not has_repeats(reading.stamps):
        return alone
    if reading.unit == "time" and not _all_midnight(reading.stamps):
        return alone
    readings: list[tuple[tuple[bool, bool, int], str, Clock]] = []
    for place, other in enumerate(cells.columns):
        if other == name:
            continue
        clock = read_clock(_with_half(cells, other), other)
        if clock is None or clock.offsets.nunique() < 2:
            continue
        repeats = _repeats(reading.stamps, clock.offsets)
        if repeats > 0.5 and clock.periods:
            continue
        readings.append(
            ((repeats > 0.03, is_numeric_dtype(cells[other]), place), other, clock)
        )
    if not readings:
        return alone
    _, other, clock = min(readings, key=lambda item: item[0])
    reading = _order_again(reading, clock)
    offsets = clock.offsets
    if clock.periods:
        offsets = on_the_clock(reading.stamps, clock)
    stamps = plain(reading.stamps + offsets)
    marks, notes = clock.marks or reading.marks, [clock.note] if clock.note else []
    others = {}
    for (repeats, *_), later, further in readings:
        if later == other or repeats or clock.periods:
            continue
        apart = (further.offsets - clock.offsets) % pd.Timedelta(days=1)
        if apart.value_counts(normalize=True).max() > 0.9:
            marks = "start"
            others[later] = f"the end of the interval that begins at {other!r}"
    whole = replace(
        reading,
        stamps=stamps,
        unit="time",
        notation=f"{reading.notation}, and the time of day from {other!r}",
        marks=marks,
        zone=reading.zone or zone_in_name(other),
    )
    columns = (other,) if name is None else (name, other)
    return FoundTime(whole, columns, others, tuple(notes), clock.periods)


def _with_half(cells: pd.DataFrame, name: str) -> pd.Series:
    """A column of times with AM or PM from the column behind it, if that says so."""
    place = cells.columns.get_loc(name) + 1
    if place >= cells.shape[1] or not is_string_dtype(cells[name]):
        return cells[name]
    behind = cells.iloc[:, place]
    if not is_string_dtype(behind) or behind.isna().any():
        return cells[name]
    halves = set(behind.head(1000).str.strip().str.upper().str.replace(".", ""))
    if not halves <= {"AM", "PM", "A", "P"}:
        return cells[name]
    return cells[name].str.strip() + " " + behind.str.strip()


def _order_again(reading: TimeReading, clock: Clock) -> TimeReading:
    """Choose between day and month first once more: hours tell more than dates."""
    if not reading.rivals or reading.written is None:
        return reading
    whole = {order: dates + clock.offsets for order, dates in reading.rivals.items()}
    sign = "." if "." in reading.notation else "/"
    choice = choose_order(whole, reading.written, sign)
    words = reading.notation.replace(".", "/").split("/")
    if len(words) == 3:
        letters = {"d": "day", "m": "month", "y": "year"}
        notation = sign.join(letters[letter] for letter in choice.order)
    else:
        notation = reading.notation
    return replace(
        reading,
        stamps=reading.rivals[choice.order],
        notation=notation,
        order=WORDS[choice.order],
        why=choice.why,
        question=choice.question,
    )


def _all_midnight(stamps: pd.Series) -> bool:
    ticks = stamps.dropna().to_numpy().astype("datetime64[us]").astype("int64")
    return bool((ticks % 86_400_000_000 == 0).all())


def _repeats(dates: pd.Series, offsets: pd.Series) -> float:
    """The share of rows whose date and time of day have been there before."""
    return float(pd.DataFrame({"a": dates, "b": offsets}).duplicated().mean())


def _without_rivals(
    cells: pd.DataFrame, found: FoundTime, date_order: str | None
) -> FoundTime:
    """Name the other columns that hold stamps: they are no measurements."""
    others = dict(found.others)
    notes = list(found.notes)
    times = found.reading.stamps
    for name in cells.columns:
        if name in found.columns or name in others:
            continue
        column = cells[name]
        if is_numeric_dtype(column) and _rank(name) == 2 and not _is_packed(column):
            continue
        reading = read_column(column, name, date_order)
        if reading is None or (reading.unit == "year" and is_numeric_dtype(column)):
            continue
        apart = (reading.stamps - times).dropna()
        if not len(apart):
            continue
        share = (apart == apart.mode().iloc[0]).mean()
        if (
            share > 0.9
            and apart.mode().iloc[0] > pd.Timedelta(0)
            and reading.unit == "time"
        ):
            others[name] = (
                f"the end of the interval that begins at {found.columns[0]!r}"
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
    if not reading.zone:
        stated = next(filter(None, map(zone_in_name, found.columns)), "")
        reading = replace(reading, zone=stated)
    return replace(found, reading=reading, others=others, notes=tuple(notes))


def _is_packed(column: pd.Series) -> bool:
    highest = column.max()
    return bool(highest >= 16_780_101 and column.min() > 0)
