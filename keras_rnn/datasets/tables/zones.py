"""Time zones as stamps and headers state them."""

from __future__ import annotations

# Hours east of Greenwich, of abbreviations that come in pairs (winter, summer).
_PAIRS = (
    ("CET", 1, "CEST", 2),
    ("MEZ", 1, "MESZ", 2),
    ("GMT", 0, "BST", 1),
    ("WET", 0, "WEST", 1),
    ("EET", 2, "EEST", 3),
    ("EST", -5, "EDT", -4),
    ("CST", -6, "CDT", -5),
    ("MST", -7, "MDT", -6),
    ("PST", -8, "PDT", -7),
    ("AKST", -9, "AKDT", -8),
    ("AST", -4, "ADT", -3),
    ("NST", -3.5, "NDT", -2.5),
    ("AEST", 10, "AEDT", 11),
    ("ACST", 9.5, "ACDT", 10.5),
    ("NZST", 12, "NZDT", 13),
)
UTC = frozenset(("Z", "UTC", "GMT", "UT"))


def offsets_of(abbreviations: set[str]) -> dict[str, float] | None:
    """Return the hours east of Greenwich of abbreviations that occur in one column.

    One alone does not say it for certain (CST is used in Chicago and in Shanghai), but
    a pair of winter and summer time does.

    Args:
        abbreviations: Set of strings such as `{"CET", "CEST"}`.

    Returns:
        Dict from abbreviation to hours, or `None` when they are no known pair.
    """
    if abbreviations <= UTC:
        return dict.fromkeys(abbreviations, 0.0)
    for winter, east, summer, further in _PAIRS:
        if abbreviations == {winter, summer}:
            return {winter: float(east), summer: float(further)}
    return None
