"""What the name of a column says: time, a part of a date, an order, a zone, a unit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import pandas as pd

from keras_rnn.datasets.tables.date_order import WORDS
from keras_rnn.errors import UserError, nearest

# A character that was lost between two encodings becomes U+FFFD, or a UTF-8 text
# was read as Latin-1. Both only hit degree, micro and square signs in units.
_RESTORED = (
    (re.compile("Â(?=[°²³µ])"), ""),
    (re.compile("\ufffd+(?=mol)"), "µ"),
    (re.compile("(?<=m)\ufffd+"), "²"),
    (re.compile("\ufffd+(?=[CF]\\b)"), "°"),
)

_SERIES = re.compile(
    r"store|shop|station|sensor|ticker|symbol|item|product|sku|region|area|site|meter|"
    r"device|(^|_|\b)id($|_|\b)|customer|country|location|series|variable|indicator|"
    r"unit|name|geo|city|code|plant|state",
    re.IGNORECASE,
)


def readable_names(names: Sequence[str]) -> tuple[list[str], int]:
    """Restore damaged unit signs, and make names distinct and not empty.

    Args:
        names: Sequence of strings, the names as they stand in the header.

    Returns:
        Tuple `(names, restored)`: list of distinct strings, and how many had
        characters restored.

    Example:

    >>> readable_names(["SWDR (W/m\ufffd)", "T", "T", ""])
    (['SWDR (W/m²)', 'T', 'T (2)', 'column 4'], 1)
    """
    result: list[str] = []
    restored = 0
    for place, name in enumerate(names, start=1):
        whole = name
        for damaged, sign in _RESTORED:
            whole = damaged.sub(sign, whole)
        restored += whole != name
        result.append(_distinct(whole or f"column {place}", result))
    return result, restored


def _distinct(name: str, taken: list[str]) -> str:
    candidate, number = name, 1
    while candidate in taken:
        number += 1
        candidate = f"{name} ({number})"
    return candidate


_BRACKETED = re.compile(r"[(\[]\s*([^()\[\]]*?)\s*[)\]]\s*$")


_NO_UNITS = frozenset("abcefijknopqruvwxyzBDEGHIMOQRSUXYZ")


def unit_of(column: object) -> str:
    """Return the unit that ends a column's name in brackets, or `""`.

    Args:
        column: String, the column's name.

    Example:

    >>> unit_of("T (degC)"), unit_of("wind [m/s]"), unit_of("OT")
    ('degC', 'm/s', '')
    """
    match = _BRACKETED.search(str(column))
    if not match or (match[1].isalpha() and match[1] in _NO_UNITS):
        return ""  # G(i) is on an inclined plane
    return match[1]


def units_of(columns: Iterable[object]) -> dict[str, str]:
    """Return a dict from each column's name to its unit (`""`: not stated)."""
    return {str(column): unit_of(column) for column in columns}


_IN_HEADER = re.compile(
    r"(?:^|[^A-Za-z])(UTC[+-]\d{1,2}(?::?\d{2})?|GMT[+-]\d{1,2}(?::?\d{2})?|UTC|GMT|"
    r"CET/CEST|CET|CEST|MEZ/MESZ|MEZ|MESZ|WET|EET|BST|E[SD]T|C[SD]T|M[SD]T|P[SD]T|"
    r"AEST|AEDT|NZST|NZDT|LST|[A-Z][a-z]+/[A-Z][A-Za-z_]+)(?:$|[^A-Za-z])"
)


def zone_in_name(name: str) -> str:
    """Return the time zone that a column's name states, or `""`.

    Example:

    >>> zone_in_name("Tid (UTC)"), zone_in_name("MTU (CET/CEST)"), zone_in_name("date")
    ('UTC', 'CET/CEST', '')
    """
    match = _IN_HEADER.search(re.sub(r"[_,;]", " ", str(name)))
    return match[1] if match else ""


def order_in_name(name: str) -> str | None:
    """Return the order that a column's name spells out, or `None`.

    Example:

    >>> order_in_name("Date (MM/DD/YYYY)"), order_in_name("TT.MM.JJJJ")
    ('month first', 'day first')
    """
    match = re.search(
        r"(?<![a-z])([dtymj]{1,4})[-./ ]?([dtm]{1,3})[-./ ]?([dtyja]{1,4})(?![a-z])",
        str(name).lower(),
    )
    if not match:
        return None
    letters = {"d": "d", "t": "d", "j": "d", "m": "m", "y": "y", "a": "y"}
    parts = [set(match[place]) for place in (1, 2, 3)]
    if any(len(part) != 1 for part in parts):
        return None
    first, second, third = (part.pop() for part in parts)
    if third in "yja" and {first, second} <= set("dtmj"):
        order = letters[first] + letters[second] + "y"
    elif first in "yja" and {second, third} <= set("dtm"):
        order = "ymd"
    else:
        return None
    return WORDS.get(order)


# Year, month, ... in English, German, French, Spanish, Italian, Dutch, Danish, Swedish.
_NAMES = {
    "year": "year yr yyyy yy jahr an annee ano anno jaar ar aar calendaryear "
    "fiscalyear y",
    "month": "month mon mo mm mnth monat mois mes mese maand maned manad months",
    "day": "day dayofmonth dom dy dd tag jour jourdumois dia giorno dag mday days",
    "yearday": "doy dayofyear julianday jday jd yday julian tagimjahr jourdelannee ddd",
    "quarter": "quarter qtr quartal trimestre trimester q kvartal kwartaal "
    "quarterofyear",
    "week": "week isoweek wk kw woche semaine semana settimana uge vecka weekofyear "
    "weeknumber weekno cw kalenderwoche",
    "hour": "hour hours hr hh stunde heure hora ora uur time hourofday h hourending he "
    "timme hourutc hourlst",
    "minute": "minute min minuten minutes mi minuto minuut minut mn",
    "second": "second sec sekunde seconds ss seconde segundo",
}


_PARTS = {word: part for part, words in _NAMES.items() for word in words.split()}


def part_of(name: str) -> str:
    """Return which part of a date a column's name means, or `""`.

    Example:

    >>> part_of("Year"), part_of("Monat"), part_of("Hour (UTC)"), part_of("sales")
    ('year', 'month', 'hour', '')
    """
    import unicodedata

    letters = unicodedata.normalize("NFKD", str(name).casefold())
    plain_name = re.sub(r"[(\[].*", "", letters)
    return _PARTS.get(re.sub(r"[\W_\d]|[\u0300-\u036f]", "", plain_name), "")


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
        *("jd", "bjd", "hjd", "mjd", "juliandate", "datenum"),
        *("timestampstart", "annee", "mois", "mes", "anno", "periode", "intervalstart"),
    )
)


_HINTS = (
    *("date", "time", "datum", "zeit", "stamp", "epoch", "unix", "yyyy", "fecha"),
    *("jahr", "year", "period", "month", "quarter", "week", "beginn", "fdatum"),
    *("heure", "decimalyear", "yyyymm", "mjd", "julian"),
)


_TIME_MARKS = frozenset(("t", "ts", "tm", "when", "at"))


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


def name_rank(name: str) -> int:
    """0 for the name of a time column, 1 for one that hints at it, else 2."""
    key = _key(re.sub(r"[(\[].*", "", str(name)))
    if key in _EXACT:
        return 0
    if any(hint in key for hint in _HINTS) or key in _TIME_MARKS:
        return 1
    return 1 if part_of(name) == "year" else 2


def names_a_series(name: object) -> bool:
    """Whether a column's name is one under which tables name their series.

    Example:

    >>> [names_a_series(name) for name in ("store", "station_id", "sales")]
    [True, True, False]
    """
    return bool(_SERIES.search(str(name)))
