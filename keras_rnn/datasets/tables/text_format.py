"""How a table is written down: encoding, separator, header, decimal sign."""

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass

from keras_rnn.errors import UserError

_SEPARATORS = ";\t,|"  # the first of equally good ones wins
_SAMPLE_ROWS = 300
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$")
_COMMA_NUMBER = re.compile(r"[+-]?(\d{1,3}(\.\d{3})+|\d*),\d+([eE][+-]?\d+)?$")
_STAMP = re.compile(
    r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}"  # 31.12.2016, 2016-12-31
    r"|\d{1,2}\.?[- ]?[^\W\d]{3,9}\.?,?[- ]?\d{2,4}"  # 31-Dec-2016
    r"|[^\W\d]{3,9}\.? \d{1,2},? \d{4}"  # Dec 31, 2016
    r"|\d{4}-\d{1,2}$|\d{1,2}:\d{2}"  # 2016-12, 23:50
)


@dataclass(frozen=True)
class TextFormat:
    """What must be known to cut a text into cells.

    Args:
        separator: String, the character between two cells.
        decimal: String, `"."` or `","`.
        names: Tuple of strings, the columns' names as they stand in the header,
            `""` where there is none.
        first_line: Integer, line of the file (from 1) on which the data begin.
        skipped: Integer, lines with other content before the header.
        has_header: Boolean, whether the names come from the file.
    """

    separator: str
    decimal: str
    names: tuple[str, ...]
    first_line: int
    skipped: int
    has_header: bool


def decode(data, path):
    """Turn a file's bytes into text: UTF-8, UTF-16 with its mark, or Latin-1.

    Latin-1 is read as Windows-1252, which is the same for all that can be printed.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252", "latin-1"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UserError(f"{path} is not a text file. Save the table as CSV.")


def sniff(text, path):
    """Find out how the table in `text` is written.

    Args:
        text: String, the whole file.
        path: The file, for error messages.

    Returns:
        A `TextFormat`.

    Raises:
        UserError: There is no separator, or no row below the header.
    """
    sample = _first_lines(text)
    readings = {}
    for separator in _SEPARATORS:
        rows = _read_rows(sample, separator)
        readings[separator] = (_agreement(rows), rows)
    separator = max(readings, key=lambda key: readings[key][0])
    (agreement, _), rows = readings[separator]
    if agreement == 0:
        raise UserError(
            f"{path}: the first lines hold no table. The columns must be separated "
            "by a comma, semicolon, tab or |."
        )
    width = _usual_width(rows)
    holds_data = _data_test(rows, width)
    first = next((i for i, (_, cells) in enumerate(rows) if holds_data(cells)), None)
    if first is None:
        raise UserError(
            f"{path} holds no rows of numbers with time stamps below its header."
        )
    header, first = _header_and_data(rows, first, width)
    body = rows[first:]
    return TextFormat(
        separator=separator,
        decimal=_decimal_sign(body, separator),
        names=_names(rows[header][1], body, width) if header >= 0 else ("",) * width,
        first_line=body[0][0],
        skipped=first - (header >= 0),
        has_header=header >= 0,
    )


def records(text, text_format):
    """Yield `(line, cells)` of each data row; a slow reading, to explain errors."""
    stream = io.StringIO(text, newline=None)
    for _ in range(text_format.first_line - 1):
        stream.readline()
    reader = csv.reader(stream, delimiter=text_format.separator, skipinitialspace=True)
    line = text_format.first_line
    for cells in reader:
        if not _is_blank(cells):
            yield line, cells
        line = text_format.first_line + reader.line_num


def data_start(text, text_format):
    """Return the position in `text` at which the data rows begin."""
    position = 0
    for match in _line_ends(text, text_format.first_line - 1):
        position = match.end()
    return position


def _line_ends(text, count):
    ends = re.finditer(r"\r\n|\n|\r", text)
    return (match for match, _ in zip(ends, range(count), strict=False))


def _first_lines(text):
    stream = io.StringIO(text[:1_000_000], newline=None)
    lines = [line for line, _ in zip(stream, range(_SAMPLE_ROWS), strict=False)]
    if len(text) > 1_000_000 and len(lines) < _SAMPLE_ROWS:
        lines = lines[:-1] or lines  # the last one may be cut
    return lines


def _read_rows(lines, separator):
    """List of `(line number, cells)` without blank lines."""
    reader = csv.reader(lines, delimiter=separator, skipinitialspace=True)
    rows, line = [], 1
    try:
        for cells in reader:
            if not _is_blank(cells):
                rows.append((line, cells))
            line = reader.line_num + 1
    except csv.Error:
        pass
    return rows


def _is_blank(cells):
    return len(cells) < 2 and not "".join(cells).strip()


def _agreement(rows):
    """(share of rows of the usual width, width); (0, 0) when nothing is separated."""
    width = _usual_width(rows)
    if width < 2:
        return 0.0, 0
    return sum(_fits(cells, width) for _, cells in rows) / len(rows), width


def _usual_width(rows):
    """The most frequent number of cells above one; the larger one of equals."""
    counts = Counter(len(cells) for _, cells in rows if len(cells) > 1)
    return max(counts, key=lambda width: (counts[width], width), default=0)


def _fits(cells, width):
    """A header may lack the name of the first column or a trailing separator."""
    if len(cells) == width + 1:
        return not cells[-1].strip()
    return len(cells) in (width, max(width - 1, 2))


def _data_test(rows, width):
    """A function that tells a row of data from a header or a remark.

    A header may well hold numbers (columns named 0, 1, 2), so that a row of data is
    one with a stamp where the lower rows have one. Only in tables without such a
    column, it is one that holds mostly numbers.
    """
    full = [cells for _, cells in rows if _fits(cells, width)]
    lower = full[len(full) // 2 :]  # surely below the header

    def is_stamped(i):
        stamps = sum(_is_stamp(cells[i]) for cells in lower if i < len(cells))
        return 2 * stamps >= len(lower)

    stamped = [i for i in range(width) if is_stamped(i)]

    def holds_data(cells):
        if not _fits(cells, width) and len(cells) < width:
            return False
        if stamped:
            return any(_is_stamp(cells[i]) for i in stamped if i < len(cells))
        filled = [cell for cell in cells if cell.strip()]
        return 2 * sum(map(_is_number, filled)) > len(filled)

    return holds_data


def _is_stamp(cell):
    return bool(_STAMP.match(cell.strip()))


def _is_number(cell):
    cell = cell.strip()
    return bool(_NUMBER.match(cell) or _COMMA_NUMBER.match(cell))


def _header_and_data(rows, stamped, width):
    """Indices of the header (-1: none) and of the first data row.

    Args:
        rows: List of `(line, cells)`.
        stamped: Integer, index of the first row with a good time stamp.
        width: Integer, the usual number of cells.
    """

    def fits(index):
        return index >= 0 and _fits(rows[index][1], width)

    def holds_units(index):
        cells = [cell.strip() for cell in rows[index][1]]
        return not all(cells) or all(cell.startswith(("[", "(")) for cell in cells)

    def holds_numbers(index):
        return any(map(_is_number, rows[index][1]))

    header = stamped - 1
    if not fits(header):
        return -1, stamped
    while fits(header - 1) and (holds_numbers(header) or holds_units(header)):
        header -= 1  # a row with a bad stamp, or the units below the names
    first = header + 1
    while first < stamped and not holds_numbers(first):
        first += 1
    return header, first


def _names(cells, body, width):
    names = [name.strip() for name in cells]
    names[0] = names[0].lstrip("# ")
    if len(names) == width - 1:
        ends_blank = all(not row[-1].strip() for _, row in body if len(row) == width)
        names = [*names, ""] if ends_blank else ["", *names]
    return tuple(names[:width])


def _decimal_sign(rows, separator):
    cells = [cell.strip() for _, row in rows for cell in row]
    commas = sum(bool(_COMMA_NUMBER.match(cell)) for cell in cells)
    points = sum("." in cell and bool(_NUMBER.match(cell)) for cell in cells)
    return "," if separator != "," and commas > points else "."
