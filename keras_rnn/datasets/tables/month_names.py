"""Names of months and weekdays in the languages that tables are written in."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_MONTHS = (
    "january february march april may june july august september october november "
    "december",
    "januar februar marz april mai juni juli august september oktober november "
    "dezember",
    "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre "
    "decembre",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre "
    "diciembre",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre "
    "novembre dicembre",
    "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro "
    "dezembro",
    "januari februari maart april mei juni juli augustus september oktober november "
    "december",
    "januari februari mars april maj juni juli augusti september oktober november "
    "december",
)
_SHORT = {"mrz": 3, "mrt": 3, "maerz": 3, "jaenner": 1, "janner": 1, "set": 9}
_WEEKDAYS = (
    *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    *("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag"),
    *("sonnabend", "sonntag", "lundi", "mardi", "mercredi", "jeudi", "vendredi"),
    *("samedi", "dimanche", "lunes", "martes", "miercoles", "jueves", "viernes"),
    *("sabado", "domingo", "lunedi", "martedi", "mercoledi", "giovedi", "venerdi"),
    *("domenica", "mo", "di", "mi", "do", "fr", "sa", "so"),
)
_WORD = re.compile(r"[^\W\d_]{3,10}\.?")
_FIRST_WORD = re.compile(r"^([^\W\d_]{2,10})\.?,?\s+")


def _plain(word: str) -> str:
    """`"Février."` -> `"fevrier"`."""
    letters = unicodedata.normalize("NFKD", word.casefold().rstrip("."))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


@lru_cache(maxsize=1024)
def month_of(word: str) -> int | None:
    """Return the number of the month that a word names, or `None`.

    A word of three letters or more may be cut short, if one month alone begins so.

    Args:
        word: String, in English, German, French, Spanish, Italian, Portuguese, Dutch,
            Danish, Norwegian or Swedish.

    Example:

    >>> [month_of(word) for word in ("Feb", "août", "Mrz.", "enero", "mean")]
    [2, 8, 3, 1, None]
    """
    word = _plain(word)
    if word in _SHORT:
        return _SHORT[word]
    if len(word) < 3:
        return None
    found = {
        number
        for names in _MONTHS
        for number, name in enumerate(names.split(), start=1)
        if name.startswith(word)
    }
    return found.pop() if len(found) == 1 else None


def without_weekday(cell: str) -> str:
    """Return a stamp without the weekday before it: `"Mon, 2 Jan"` -> `"2 Jan"`."""
    match = _FIRST_WORD.match(cell)
    if not match:
        return cell
    word, rest = _plain(match[1]), cell[match.end() :]
    is_weekday = len(word) > 1 and any(name.startswith(word) for name in _WEEKDAYS)
    has_date = any(month_of(found) for found in _WORD.findall(rest)) or re.match(
        r"\d{1,4}[-./]\s*\d", rest
    )
    return rest if is_weekday and has_date else cell


def has_month_name(cell: str) -> bool:
    """Whether a word of a cell is the name of a month."""
    return any(month_of(word) for word in _WORD.findall(cell))


def month_numbers(cell: str, mark: str = "{}") -> str:
    """Return a stamp with the names of months as numbers of two digits.

    Args:
        cell: String.
        mark: String, the format of the number. Default: `"{}"`, the number alone.

    Example:

    >>> month_numbers("31-Dec-2016 23:50"), month_numbers("2010 Feb", "<{}>")
    ('31-12-2016 23:50', '2010 <02>')
    """

    def number(match: re.Match[str]) -> str:
        month = month_of(match[0])
        return match[0] if month is None else mark.format(f"{month:02d}")

    return _WORD.sub(number, cell)
