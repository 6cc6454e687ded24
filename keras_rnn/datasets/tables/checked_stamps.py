"""Stamps and their file: those that cannot be read, and how the others stand there."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from keras_rnn.datasets.tables.calendar_step import has_repeats
from keras_rnn.datasets.tables.cells import records
from keras_rnn.datasets.tables.separators import read_rows
from keras_rnn.datasets.tables.several_series import check_one_notation
from keras_rnn.datasets.tables.source import Source
from keras_rnn.datasets.tables.time_reading import FoundTime
from keras_rnn.errors import UserError

_FOOTER_ROWS = 60


def checked_stamps(
    cells: pd.DataFrame, found: FoundTime, source: Source, repairs: Counter[str]
) -> tuple[pd.DataFrame, pd.Series]:
    """Drop rows without a stamp and a legend below; refuse other unreadable ones.

    Args:
        cells: `pandas.DataFrame`, the columns as they were read.
        found: `FoundTime`, their stamps.
        source: `Source` of the columns.
        repairs: Counter, receives what was dropped.

    Returns:
        Tuple `(cells, stamps)` of the rows that have a stamp.

    Raises:
        UserError: A stamp cannot be read; the message names line, column and cell.
    """
    stamps = found.reading.stamps
    missing = stamps.isna()
    if not missing.any():
        return cells, stamps
    written = cells[list(found.columns)] if found.columns else cells
    filled = written.notna().any(axis=1)
    footer = _footer_rows(written, missing & filled, missing)
    if footer:
        repairs["rows below the table that are no data, dropped"] = footer
        cells, stamps = cells.iloc[:-footer], stamps.iloc[:-footer]
        cells = _numbers_again(cells)
        missing, filled = missing.iloc[:-footer], filled.iloc[:-footer]
    unreadable = missing & filled
    if unreadable.any():
        others = cells.drop(columns=list(found.columns))
        check_one_notation(others, unreadable, source.path)
        raise _unreadable(written, unreadable, found, source)
    if 2 * missing.sum() > len(missing):
        names = " and ".join(map(repr, found.columns))
        raise UserError(
            f"{source.path}: {int(missing.sum()):,} of {len(missing):,} rows have no "
            f"time stamp in column {names}. Fill them in, or name another column as "
            "`time_column`."
        )
    if missing.any():
        repairs["rows without a time stamp, dropped"] = int(missing.sum())
        cells, stamps = cells[~missing], stamps[~missing]
    return cells, stamps


def _footer_rows(
    written: pd.DataFrame, unreadable: pd.Series, missing: pd.Series
) -> int:
    """How many of the last rows hold words where the others have stamps."""
    count = 0
    for row in range(len(written) - 1, max(len(written) - _FOOTER_ROWS, 0), -1):
        if not missing.iloc[row]:
            break
        if unreadable.iloc[row]:
            first = written.iloc[row].dropna()
            cell = str(first.iloc[0]).strip() if len(first) else ""
            if cell[:1].isdigit():
                break
            count = len(written) - row
    return count


def _numbers_again(cells: pd.DataFrame) -> pd.DataFrame:
    """Columns that were text for the sake of the rows below the table."""
    for name in cells.columns:
        if not pd.api.types.is_numeric_dtype(cells[name]):
            numbers = pd.to_numeric(cells[name], errors="coerce")
            if (numbers.notna() == cells[name].notna()).all() and numbers.notna().any():
                cells = cells.assign(**{name: numbers})
    return cells


def _unreadable(
    written: pd.DataFrame, unreadable: pd.Series, found: FoundTime, source: Source
) -> UserError:
    """The error that names the first row whose stamp cannot be read."""
    row = unreadable.idxmax()
    line = line_of(row, source)
    where = f", line {line}" if line else ""
    cell = " ".join(str(cell) for cell in written.loc[row])
    name = " and ".join(repr(name) for name in found.columns)
    return UserError(
        f"{source.path}{where}, column {name}: {cell!r} cannot be read as a time stamp "
        "like those in the other rows. Correct or delete that line."
    )


def line_of(row: object, source: Source) -> int:
    """Return the line of the file that a row stands on, 0 where it has none.

    Args:
        row: Integer, the row's label in `Source.cells`.
        source: `Source` of the row.
    """
    if source.plan is None or source.upright:
        return 0
    for place, (line, _) in enumerate(records(source.data, source.plan)):
        if place == row:
            return line
    return 0


def first_repeat(stamps: pd.Series, source: Source) -> tuple[int, int] | None:
    """Return the lines in the file of two rows with the same stamp, or `None`."""
    if source.plan is None or source.upright or not has_repeats(stamps):
        return None
    second = stamps.index[stamps.duplicated().to_numpy()][0]
    first = stamps.index[(stamps == stamps.loc[second]).to_numpy()][0]
    lines = {}
    for place, (line, _) in enumerate(records(source.data, source.plan)):
        if place in (first, second):
            lines[place] = line
        if len(lines) == 2:
            return lines[first], lines[second]
    return None


def written(
    cells: pd.DataFrame, found: FoundTime, stamps: pd.Series, source: Source
) -> tuple[str, str]:
    """How the stamps of the earliest and the latest row stand in the file."""
    if not found.columns or not len(stamps):
        return "", ""
    times = stamps.to_numpy()
    first, last = (
        row_text(cells, found.columns, place, source)
        for place in (int(times.argmin()), int(times.argmax()))
    )
    return first, last


def row_text(
    cells: pd.DataFrame, columns: tuple[str, ...], place: int, source: Source
) -> str:
    raw = _raw_row(cells.index[place], source)
    names = list(source.cells.columns)
    parts = []
    for name in columns:
        value = cells[name].iloc[place]
        if raw and name in names and names.index(name) < len(raw):
            parts.append(raw[names.index(name)].strip())
        elif isinstance(value, float):
            parts.append(f"{value:.10g}")
        else:
            parts.append(str(value))
    return " ".join(parts)


def _raw_row(label: object, source: Source) -> list[str]:
    """The cells of the first or the last row as text; nothing for other rows."""
    if source.plan is None or source.upright:
        return []
    if label == 0:
        return source.plan.sample[0]
    if label == len(source.cells) - 1 and not source.cut:
        tail = source.data[-20_000:].decode(errors="replace").splitlines()
        rows = read_rows(tail[-3:], source.plan.separator)
        return rows[-1][1] if rows else []
    return []


def order_note(
    cells: pd.DataFrame, found: FoundTime, stamps: pd.Series, source: Source
) -> tuple[str, ...]:
    """Which of day and month was first, with a cell that shows it."""
    reading = found.reading
    if reading.order not in ("day first", "month first") or not reading.why:
        return ()
    telling = (stamps.dt.day != stamps.dt.month).to_numpy()
    if len(found.columns) > 1:  # 24:00 belongs to the next day
        telling = telling & (stamps.dt.normalize() != stamps).to_numpy()
    place = int(telling.argmax())
    written = row_text(cells, found.columns[:1], place, source)
    stamp = stamps.iloc[place]
    return (
        f"dates were read {reading.order}, {written!r} as {stamp.day} "
        f"{stamp:%B %Y}: {reading.why}",
    )
