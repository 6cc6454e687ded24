"""How a table is laid out: separator, decimal sign, names, units, where data begin."""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from keras_rnn.datasets.tables import separators
from keras_rnn.datasets.tables.header import Header, read_header
from keras_rnn.datasets.tables.separators import (
    Row,
    is_comma_number,
    is_missing,
    is_number,
    is_point_number,
    is_stamp,
)
from keras_rnn.errors import UserError

_SAMPLE_ROWS = 400
_SAMPLE_BYTES = 1_000_000
# A number, perhaps with a currency before it and a unit behind it.
_VALUE = re.compile(r"\s*[-+(\u2212]?[$€£]?\s?[.\d][\d.,']*\s?[^\d\s=]{0,8}\s*$")
_YEAR = re.compile(r" *\d{4} *")
_OTHER_TABLE = 5  # rows of a small table of facts above the real one


@dataclass(frozen=True)
class Layout:
    """What must be known to cut a text into cells.

    Args:
        separator: String, the character between two cells; `r"\\s+"` for blanks, `""`
            for a single column.
        decimal: String, `"."` or `","`.
        names: Tuple of strings, the columns' names as they stand in the header,
            `""` where there is none.
        units: Tuple of strings, what a row of units says below or above the names.
        first_line: Integer, line of the file (from 1) on which the data begin.
        skipped: Integer, lines with other content before the header.
        has_header: Boolean, whether the names come from the file.
        sample: List of lists of strings, the first rows of data.
        notes: Tuple of strings, what the header was made of.
    """

    separator: str
    decimal: str
    names: tuple[str, ...]
    units: tuple[str, ...]
    first_line: int
    skipped: int
    has_header: bool
    sample: tuple[list[str], ...] = ()
    notes: tuple[str, ...] = ()


def find_layout(data: bytes, path: str | Path) -> Layout:
    """Find out how the table in a text is laid out, from its first lines.

    Args:
        data: Bytes in UTF-8, the whole file.
        path: The file, for error messages.

    Returns:
        A `Layout`.

    Raises:
        UserError: There is no table, or no row below the header.
    """
    lines = _first_lines(data)
    separator, rows, width = separators.find_separator(lines)
    if width < 1:
        raise UserError(f"{path} is empty.")
    rows = _without_comments(rows, width)
    if width == 1 and not _single_column(rows):
        first = next(line for line in lines if line.strip()).strip()
        raise UserError(
            f"{path}: the first lines hold no table. The columns must be separated "
            "by a comma, semicolon, tab, | or blanks, and one of them must hold dates. "
            f"The first line is {first[:60]!r}."
        )
    start = _data_start(rows, width, path)
    header = read_header(rows, start, width)
    body = [cells for _, cells in rows[start:]]
    return Layout(
        separator=separator,
        decimal=_decimal_sign(body, separator),
        names=_names(header, body, width),
        units=header.units,
        first_line=rows[start][0],
        skipped=header.skipped,
        has_header=header.found,
        sample=tuple(body),
        notes=header.notes,
    )


def data_start(data: bytes, layout: Layout) -> int:
    """Return the position in `data` at which the rows begin."""
    position = 0
    ends = re.finditer(rb"\r\n|\n|\r", data)
    for match, _ in zip(ends, range(layout.first_line - 1), strict=False):
        position = match.end()
    return position


def _first_lines(data: bytes) -> list[str]:
    text = data[:_SAMPLE_BYTES].decode(errors="ignore")
    stream = io.StringIO(text, newline=None)
    lines = [line for line, _ in zip(stream, range(_SAMPLE_ROWS), strict=False)]
    if len(data) > _SAMPLE_BYTES and len(lines) < _SAMPLE_ROWS:
        lines = lines[:-1] or lines  # the last one may be cut
    return lines


def _without_comments(rows: list[Row], width: int) -> list[Row]:
    """Leave out bare `#` lines, and remarks behind one where others have a header.

    A `#` before the names themselves is taken off.
    """
    marked = [_is_comment(cells) for _, cells in rows]
    if not any(marked):
        return rows
    kept: list[Row] = []
    for (line, cells), comment in zip(rows, marked, strict=True):
        if comment:
            first = cells[0].strip()
            cells = [re.sub(r"^(#|//|%|!)+\s*", "", first), *cells[1:]]
            is_annotation = re.match(r"#(datatype|group|default)\b", first)
            if is_annotation or separators.is_blank(cells):
                continue
            if not separators.fits(cells, width):
                continue
            cells = ["#" + cells[0], *cells[1:]]
        kept.append((line, cells))
    return kept


def _is_comment(cells: list[str]) -> bool:
    first = cells[0].strip()
    return first.startswith(("#", "//", "%", "!")) and not is_missing(
        first.split(" ")[0]
    )


def _single_column(rows: list[Row]) -> bool:
    numbers = sum(is_number(cells[0]) for _, cells in rows)
    return numbers >= 0.8 * (len(rows) - 1) > 0


def _data_start(rows: list[Row], width: int, path: str | Path) -> int:
    """Index of the first row of the long block of data.

    A header may well hold numbers (columns named 0, 1, 2), so that a row of data is
    one with a stamp where the lower rows have one. Only in tables without such a
    column, it is one that holds mostly numbers.
    """
    full = [cells for _, cells in rows if separators.fits(cells, width)]
    lower = full[len(full) // 2 :]  # surely below the header
    stamped = [i for i in range(width) if _mostly(lower, i, is_stamp)]
    numbers = [i for i in range(width) if _mostly(lower, i, is_number)]

    def holds_data(index: int) -> bool:
        cells = rows[index][1]
        if cells[0].startswith("#") or _names_years(cells):
            return False
        if not separators.fits(cells, width) and len(cells) < width:
            return False
        if stamped:
            return any(is_stamp(cells[i]) for i in stamped if i < len(cells))
        filled = [cell for cell in cells if cell.strip()]
        if 0 in numbers and not (is_missing(cells[0]) or is_number(cells[0])):
            return False
        if 2 * sum(map(is_stamp, filled)) > len(filled):
            return False  # the names of a wide table: 2012-01, 2012-02, ...
        values = sum(bool(_VALUE.match(cell)) for cell in filled)
        return 2 * values >= len(filled) > 0

    def holds_names(index: int) -> bool:
        """Words where the lower rows have numbers or stamps."""
        cells = rows[index][1]
        if holds_data(index) or not separators.fits(cells, width):
            return False
        places = [i for i in (numbers or stamped) if i < len(cells)]
        filled = [cells[i] for i in places if not is_missing(cells[i])]
        words = [cell for cell in filled if not is_number(cell) and not is_stamp(cell)]
        return 2 * len(words) > len(filled)

    good = [index for index in range(len(rows)) if holds_data(index)]
    if not good:
        raise UserError(
            f"{path} holds no rows of numbers with time stamps below its header."
        )
    first = good[0]
    # A small table above the real one has rows that look like data, too.
    for index in range(len(rows) - 1, first, -1):
        if holds_names(index) and _begins_a_table(rows, index, first, good, width):
            return next(i for i in good if i > index)
    while first > 1 and _is_unstamped_data(rows[first - 1][1], numbers, width):
        above = rows[first - 2][1]
        if not separators.fits(above, width):
            break
        first -= 1  # a row with a bad stamp, below the names
    return first


def _names_years(cells: list[str]) -> bool:
    """Columns of a wide table: 1960, 1961, 1962, ..."""
    if len(cells) < 4:
        return False
    found = [int(cell) for cell in cells if _YEAR.fullmatch(cell)]
    if len(found) < 4 or 2 * len(found) < len(cells):
        return False
    steps = {later - earlier for earlier, later in itertools.pairwise(found)}
    return steps in ({1}, {-1}, {5}, {10}) and 1678 <= found[0] <= 2200


def _mostly(rows: list[list[str]], place: int, test: Callable[[str], bool]) -> bool:
    cells = [cells[place] for cells in rows if place < len(cells)]
    filled = [cell for cell in cells if not is_missing(cell)]
    return 2 * sum(map(test, filled)) >= len(rows) and bool(filled)


def _is_unstamped_data(cells: list[str], numbers: list[int], width: int) -> bool:
    if not separators.fits(cells, width) or cells[0].startswith("#"):
        return False
    return any(is_number(cells[i]) for i in numbers if i < len(cells))


def _begins_a_table(
    rows: list[Row], index: int, first: int, good: list[int], width: int
) -> bool:
    above = [i for i in good if i < index]
    below = [i for i in good if i > index]
    if not below or len(above) > _OTHER_TABLE or len(below) <= len(above):
        return False
    names = [cell.strip() for cell in rows[index][1]]
    # The same names once more: two exports were put together.
    return all([c.strip() for c in rows[i][1]] != names for i in range(first))


def _names(header: Header, body: list[list[str]], width: int) -> tuple[str, ...]:
    if not header.found:
        return ("",) * width
    names = [name.strip() for name in header.names]
    names[0] = names[0].lstrip("# ") if names[0] != "#" else names[0]
    if len(names) == width - 1:
        ends_blank = all(not row[-1].strip() for row in body if len(row) == width)
        names = [*names, ""] if ends_blank else ["", *names]
    return tuple(names[:width])


def _decimal_sign(rows: list[list[str]], separator: str) -> str:
    cells = [cell.strip() for row in rows for cell in row]
    commas = sum(map(is_comma_number, cells))
    points = sum("." in cell and is_point_number(cell) for cell in cells)
    # 1.138 beside 3,5 has no decimal point but a thousand.
    groups = sum(bool(re.match(r"[+-]?\d{1,3}(\.\d{3})+$", cell)) for cell in cells)
    return "," if separator != "," and commas > points - groups else "."
