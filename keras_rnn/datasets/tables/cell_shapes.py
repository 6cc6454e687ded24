"""What a cell looks like: a number, a stamp, a unit, a word for no value."""

from __future__ import annotations

import re

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
