"""Which character stands between two cells."""

from __future__ import annotations

import csv
import re
from collections import Counter

_SEPARATORS = ";\t|,"  # the first of equally good ones wins
BLANKS = r"\s+"

# A line of the file (from 1) and its cells.
Row = tuple[int, list[str]]


def find_separator(lines: list[str]) -> tuple[str, list[Row], int]:
    """Find what separates the cells of a table.

    Args:
        lines: List of the first lines of the file, with their ends.

    Returns:
        Tuple `(separator, rows, width)`: a character, `r"\\s+"` for blanks or `""` for
        a single column; the rows without blank ones; and the usual number of cells,
        0 when there is no table.
    """
    readings = {}
    for separator in _SEPARATORS:
        rows = read_rows(lines, separator)
        readings[separator] = (_agreement(rows), rows)

    def quality(separator: str) -> tuple[float, float, int]:
        (agreement, width), rows = readings[separator]
        whole = sum(fits(cells, width) for _, cells in rows) / max(len(rows), 1)
        return agreement, whole, width

    best = max(readings, key=quality)
    (agreement, width), rows = readings[best]
    if agreement < 0.7:
        blank = read_rows(lines, BLANKS)
        blank_agreement, blank_width = _agreement(blank)
        if blank_agreement > max(agreement, 0.8):
            return BLANKS, blank, blank_width
    if agreement == 0:
        single = [
            (line, [text.strip()]) for line, text in enumerate(lines, 1) if text.strip()
        ]
        return "", single, 1 if single else 0
    return best, rows, width


def read_rows(lines: list[str], separator: str) -> list[Row]:
    """Cut lines into cells; blank lines are left out."""
    if separator == BLANKS:
        cut = (
            (line, _on_blanks(re.sub(r"^\s*#+\s+(?=\S)", "#", text)))
            for line, text in enumerate(lines, start=1)
        )
        return [(line, cells) for line, cells in cut if cells]
    reader = csv.reader(lines, delimiter=separator or ",", skipinitialspace=True)
    rows, line = [], 1
    try:
        for cells in reader:
            if not is_blank(cells):
                rows.append((line, cells))
            line = reader.line_num + 1
    except csv.Error:
        pass
    return rows


def _on_blanks(text: str) -> list[str]:
    return [
        part.strip('"') for part in re.findall(r'"[^"]*"|\S+', text.replace("\t", " "))
    ]


def is_blank(cells: list[str]) -> bool:
    """Whether a row holds nothing, not even a separator."""
    return len(cells) < 2 and not "".join(cells).strip()


def _agreement(rows: list[Row]) -> tuple[float, int]:
    """(share of rows of the usual width, width); (0, 0) when nothing is separated.

    The lower rows count, since remarks and small tables stand above the real one.
    """
    lower = rows[len(rows) // 3 :] if len(rows) > 30 else rows
    width = usual_width(lower)
    if width < 2:
        return 0.0, 0
    return sum(fits(cells, width) for _, cells in lower) / len(lower), width


def usual_width(rows: list[Row]) -> int:
    """The most frequent number of cells above one; the larger one of equals."""
    counts = Counter(len(cells) for _, cells in rows if len(cells) > 1)
    return max(counts, key=lambda width: (counts[width], width), default=0)


def fits(cells: list[str], width: int) -> bool:
    """Whether a row can belong to a table of a width.

    A header may lack the name of the first column or a trailing separator.
    """
    if len(cells) == width + 1:
        return not cells[-1].strip()
    return len(cells) in (width, max(width - 1, 2)) or len(cells) == width == 1
