"""Units as they stand in the headers of measured columns."""

from __future__ import annotations

import re
from collections.abc import Iterable

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
