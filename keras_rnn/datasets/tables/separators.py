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


MISSING_WORDS = frozenset(
    (
        *("", "-", "--", "---", "----", ".", "..", "...", "*", "**", "***", "?", "/"),
        *("x", "m", "na", "n.a.", "n/a", "nan", "none", "nil", "null", "missing", ":"),
        *("nodata", "no_data", "no data", "invalid", "k.a.", "fehlt", "leer", "#na"),
        *("#n/a", "#nv", "#wert!", "#value!", "#div/0!", "#ref!", "n/e", "<na>"),
        *("\u2013", "\u2014", "\u2212", "%"),
    )
)


_NUMBER = re.compile(r"[+\-\u2212]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$")


_COMMA_NUMBER = re.compile(r"[+\-\u2212]?(\d{1,3}(\.\d{3})+|\d*),\d+([eE][+-]?\d+)?$")


_STAMP = re.compile(
    r"\[?(?:[^\W\d]{2,10}\.?,?\s+)?(?:"  # Thu, 4 Mar 2021
    r"\d{1,4}[-./]\s?\d{1,2}[-./]\s?\d{1,4}"  # 31.12.2016, 2016-12-31
    r"|\d{1,2}\.?[-/ ]?[^\W\d]{3,9}\.?,?[-/ ']*\d{2,4}"  # 31-Dec-2016
    r"|[^\W\d]{3,9}\.?[-/ ']*\d{1,2},?[-/ ]\d{2,4}"  # Dec 31, 2016
    r"|[^\W\d]{3,9}\.?[-/ ']+\d{2,4}$|\d{2,4}[-/ ]?[^\W\d]{3,9}\.?$"  # Feb-10, 2010 Feb
    r"|\d{4}\s?[-/:_. ]?\s?[QqWwMmKTS][Ww]?\s?\d{1,2}(-\d)?$"  # 1985Q2, 2019-W02
    r"|[QqWKT]\d{1,2}[-/ ]*\d{2,4}$"  # Q2 1985
    r"|\d{4}[-/:]\d{1,3}$|\d{1,2}[-/]\d{4}$|\d{1,2}:\d{2}"  # 2016-12, 12/2016, 23:50
    r"|\d{8}[:T ]\d{2,6}"  # 20161231:2350
    r"|[^\W\d]{3,9} +\d{1,2} \d{1,2}:\d{2})"  # Mar 4 00:00:00 2021
)


_UNIT = re.compile(
    r"[(\[{].*[)\]}]$|.*[°%²³µ€$£]|.*[A-Za-z\d]/[A-Za-z]|-$"
    r"|(?:[Dd]eg ?[CFKNE]?|degrees?( [CF])?|celsius|fahrenheit|kelvin|[CFK]|k?Pa|hPa|"
    r"m?bars?|"
    r"mm|cm|k?m|ft|in|inch(es)?|mph|kts?|knots?|k?[WV]A?h?|[MGT]Wh?|MVAr?|VAR|k?J|MJ|Hz|"
    r"A|mA|mV|V|ppm|ppb|s|sec|seconds|min|minutes|h|hr|hours|days?|d|kg|g|mg|t|l|L|"
    r"mEq|psi|atm|dB|lx|lux|pH|EUR|USD|GBP|percent|pct|unitless|none|dimensionless|"
    r"W m-2|Wm-2|W m\^?-2|m s-1|ms-1|m\.s-1|umol.*|u?g ?m-3|mm h-1|rpm|count|No\.|"
    r"TS|RN|Avg|Smp|Tot|Max|Min|Std|WVc|Med|Average|Sample|Total|"
    r"string|long|double|float(32|64)?|u?int(eger)?(8|16|32|64)?|boolean|bool|text|number|"
    r"numeric|date|datetime|dateTime(:RFC3339(Nano)?)?|time|timestamp|"
    r"[yY]{2,4}[-./]?[mM]{2}.*|[dD]{2}[-./][mM]{2}.*|[mM]{2}[-./][dD]{2}.*|HH:?[mM]{2}.*|"
    r"local|UTC|\d+[sndf])$"
)


def is_number(cell: str) -> bool:
    """Whether a cell is a plain number, with a decimal point or comma."""
    cell = cell.strip()
    return bool(_NUMBER.match(cell) or _COMMA_NUMBER.match(cell))


def is_point_number(cell: str) -> bool:
    """Whether a cell is a number without a comma."""
    return bool(_NUMBER.match(cell.strip()))


def is_comma_number(cell: str) -> bool:
    """Whether a cell is a number with a decimal comma."""
    return bool(_COMMA_NUMBER.match(cell.strip()))


def is_stamp(cell: str) -> bool:
    """Whether a cell begins like a date or a time of day."""
    return bool(_STAMP.match(cell.strip()))


def is_missing(cell: str) -> bool:
    """Whether a cell says that there is no value."""
    return cell.strip().lower() in MISSING_WORDS


def is_unit(cell: str) -> bool:
    """Whether a cell is a unit, a type or a pattern, as rows below names hold them.

    Example:

    >>> [is_unit(cell) for cell in ("°C", "Deg C", "yyyy-mm-dd", "14n", "Temp")]
    [True, True, True, True, False]
    """
    return bool(_UNIT.match(cell.strip()))
