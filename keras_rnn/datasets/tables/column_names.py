"""Column names as a person can read and type them."""

from __future__ import annotations

import re
from collections.abc import Sequence

# A character that was lost between two encodings becomes U+FFFD, or a UTF-8 text
# was read as Latin-1. Both only hit degree, micro and square signs in units.
_RESTORED = (
    (re.compile("Â(?=[°²³µ])"), ""),
    (re.compile("\ufffd+(?=mol)"), "µ"),
    (re.compile("(?<=m)\ufffd+"), "²"),
    (re.compile("\ufffd+(?=[CF]\\b)"), "°"),
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
