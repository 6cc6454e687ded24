"""The rows above the data: names, units, levels of names, and what is none of these."""

from __future__ import annotations

import re
from dataclasses import dataclass

from keras_rnn.datasets.tables.separators import Row, fits, is_number, is_stamp, is_unit

_TIME = re.compile(
    r"time|date|datum|zeit|year|month|jahr|monat|day|tag|hour|fecha|quarter|week",
    re.IGNORECASE,
)
# What loggers and databases write where others have units.
_TYPE = re.compile(
    r"\d+[sndf]|TS|RN|string|text|long|double|float\d*|u?int(eger)?\d*|bool(ean)?|"
    r"num(ber|eric)|dateTime.*|timestamp",
    re.IGNORECASE,
)
_LOGGERS = ("toa5", "toaci1", "tob1", "tob3")


@dataclass(frozen=True)
class Header:
    """What stands above the data.

    Args:
        names: List of strings, one a column, `""` where there is none.
        units: Tuple of strings, one a column, or empty.
        found: Boolean, whether there is a row of names at all.
        skipped: Integer, how many lines are neither names nor units.
        notes: Tuple of strings, what was made of rows that are not names alone.
    """

    names: list[str]
    units: tuple[str, ...]
    found: bool
    skipped: int
    notes: tuple[str, ...] = ()


def read_header(rows: list[Row], start: int, width: int) -> Header:
    """Find names and units in the rows above the data.

    Args:
        rows: List of `(line, cells)`.
        start: Integer, index of the first row of data.
        width: Integer, the usual number of cells.

    Returns:
        A `Header`.
    """
    block = _block(rows, start, width)
    if not block:
        return Header([], (), False, start)
    plain = [row for row in block if not row[0].startswith("#")]
    # What stands behind a # is a remark where there are names without one.
    block = plain or _behind_a_mark(block)
    candidates = [row for row in block if not _is_units(row) and not _is_logger(row)]
    candidates = (candidates or block)[:1] if not plain else candidates or block[:1]
    without = [
        row
        for row in candidates
        if not any(is_number(cell) or is_stamp(cell) for cell in row)
    ]
    candidates = without or candidates
    names, used, notes = _join(candidates, width)
    units: tuple[str, ...] = ()
    rows_of_units = [
        row
        for row in block
        if row not in used and (_is_units(row) or (row[0] == "#" and not plain))
    ]
    if rows_of_units:
        row = _padded(rows_of_units[0], width)
        units = tuple("" if _TYPE.fullmatch(cell) else cell for cell in row)
        used.append(rows_of_units[0])
        if any(units):
            notes.append("units were taken from the row below the names")
        used += [row for row in rows_of_units if row not in used]
    return Header(names, units, True, start - len(used), tuple(notes))


def _block(rows: list[Row], start: int, width: int) -> list[list[str]]:
    """The full rows right above the data, without a blank line between them."""
    block: list[list[str]] = []
    for index in range(start - 1, -1, -1):
        line, cells = rows[index]
        below = rows[index + 1][0]
        if not fits(cells, width) and not (cells[0].startswith("#") and block):
            if _is_logger(cells):
                block.insert(0, cells)
            break
        if block and below - line > 1 and not rows[index + 1][1][0].startswith("#"):
            break
        named = any(_filled(row) > 1 for row in block)
        if named and any(map(is_number, cells)) and not _is_logger(cells):
            break  # a row of the small table above
        if fits(cells, width):
            block.insert(0, [cell.strip() for cell in cells])
    return block


def _behind_a_mark(block: list[list[str]]) -> list[list[str]]:
    """The last row behind a #, and the one above it if the last one holds units."""
    if len(block) > 1 and any(map(is_unit, block[-1])):
        return [block[-2], ["#", *block[-1][1:]]]
    return block[-1:]


def _is_logger(cells: list[str]) -> bool:
    return cells[0].strip().lower() in _LOGGERS


def _is_units(cells: list[str]) -> bool:
    filled = [cell for cell in cells if cell.strip()]
    if not filled:
        return False
    units = sum(map(is_unit, filled))
    return 5 * units >= 3 * len(filled) and units >= 1


def _padded(cells: list[str], width: int) -> tuple[str, ...]:
    cells = [cell.strip() for cell in cells]
    return tuple((cells + [""] * width)[:width])


def _join(
    rows: list[list[str]], width: int
) -> tuple[list[str], list[list[str]], list[str]]:
    """Names out of one row or several levels; the rows used; and notes."""
    if len(rows) == 1:
        return rows[0], rows[:1], []
    full = [row for row in rows if _filled(row) >= max(len(row) - 1, min(len(row), 2))]
    distinct = [row for row in full if _is_distinct(row)]
    notes: list[str] = []
    if distinct:
        timely = [row for row in distinct if any(map(_TIME.search, row))]
        bare = [row for row in distinct if not any(map(is_unit, row))]
        best = (timely or bare[-1:] or distinct[-1:])[0]
        names = list(best)
        if _filled(rows[-1]) == 1 and rows[-1][0] and rows[-1] is not best:
            names[0] = rows[-1][0]  # a row that names the column of dates alone
            return names, rows, notes
        labels = {cell for row in full if row is not best for cell in row[1:]}
        if len(labels) == 1:
            notes.append(f"every column is about {labels.pop()!r}")
        return names, [best], notes
    levels = [row for row in rows if _filled(row) > 1] or rows
    levels = [_carried(row) if "" in row[1:] else list(row) for row in levels]
    names = []
    for place in range(max(map(len, levels))):
        parts = [row[place] for row in levels if place < len(row) and row[place]]
        names.append(" ".join(dict.fromkeys(parts)))
    if _filled(rows[-1]) == 1 and rows[-1][0]:
        names[0] = rows[-1][0]
    else:
        names[0] = next((row[0] for row in reversed(rows) if row[0]), names[0])
    notes.append(f"names were put together from {len(levels)} rows of the header")
    return names, rows, notes


def _filled(row: list[str]) -> int:
    return sum(bool(cell) for cell in row)


def _is_distinct(row: list[str]) -> bool:
    filled = [cell for cell in row if cell]
    return len(set(filled)) == len(filled)


def _carried(row: list[str]) -> list[str]:
    """A cell that was merged over several columns, written in each of them."""
    result, last = [row[0]], ""
    for cell in row[1:]:
        last = cell or last
        result.append(last)
    return result
