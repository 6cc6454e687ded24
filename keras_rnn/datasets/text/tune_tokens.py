"""Tunes as music tokens, and back to ABC notation.

A token is a header field (`M:6/8`, `K:Ador`), a note with its length in eighths (`A`,
`^c2`, `d3/2`), the sign of a triplet, which makes the three notes after it a third
shorter (`(3`), a bar line (`|`, `|:`, `:|`, `::`, `||`, `|]`) or the beginning of an
ending (`[1`). What decorates the notes (grace notes, slurs, ties, chord names) is left
out, of notes that sound together the first is kept, broken rhythm (`A>B`) is spelled
out, and lengths count from `L:1/8` whatever the file says. Spaces and line ends are no
music: they are put in again when a tune is written.
"""

import re
from fractions import Fraction

from keras_rnn.datasets.text.tunes import Tune

BARS = ("|", "|:", ":|", "::", "||", "|]")
METRES = {"C": "4/4", "C|": "2/2"}
# Their beams join four eighths.
_HALVES = ("M:4/4", "M:2/2")
_MODES = {"": "", "maj": "", "ion": "", "m": "m", "min": "m", "aeo": "m"}
_MODES |= {"dor": "dor", "phr": "phr", "lyd": "lyd", "mix": "mix", "loc": "loc"}
_NOTE = r"(\^\^|__|\^|_|=)?([A-Ga-gzx])([,']*)(\d*)(/*)(\d*)"
_SIGNS = re.compile(
    r"""(?P<skip>\s|"[^"]*"|![^!\s|]+!|\+[^+\s|]+\+|\{[^}]*\}|[`\\!~.HLMOPSTuvy*]|-|\))"""
    r"|(?P<field>\[[A-Za-z]:[^\]]*\])"
    r"|(?P<ending>\[[1-9])"
    r"|(?P<bar>::|:*\|[|:\]]*|\[\|)(?P<number>[1-9](?![/\d]))?"
    r"|\[(?P<chord>[^\]|\[]*)\](?P<times>\d*)(?P<by>/*)(?P<part>\d*)"
    r"|\((?P<tuplet>\d)(?::\d*){0,2}|(?P<slur>\()"
    rf"|(?P<note>{_NOTE})"
    r"|(?P<broken>[<>]+)"
)
_FIELD = re.compile(r"[A-Za-z]:(?![|:])")
_A_NOTE = re.compile(rf"{_NOTE}$")


class UnreadableError(ValueError):
    """A tune that has no tokens, and why."""


def metre_token(text: str) -> str:
    """Return the token of a metre; `C` and `C|` are 4/4 and 2/2.

    Example:

    >>> metre_token("C|"), metre_token("6/8")
    ('M:2/2', 'M:6/8')
    """
    text = text.strip()
    metre = METRES.get(text, text)
    if not re.fullmatch(r"[1-9]\d?/(1|2|4|8|16)", metre):
        raise UnreadableError(f"{text!r} is no metre such as 6/8")
    return f"M:{metre}"


def key_token(text: str) -> str:
    """Return the token of a key, with its mode as short as ABC allows.

    Example:

    >>> key_token("D Major"), key_token("A Dorian"), key_token("F# Minor")
    ('K:D', 'K:Ador', 'K:F#m')
    """
    found = re.fullmatch(r"\s*([A-G])([#b]?)\s*([A-Za-z]*)\s*", text)
    if found is not None:
        letter, sign, name = found.groups()
        mode = _MODES.get("maj" if name == "M" else name[:3].lower())
        if mode is not None:
            return f"K:{letter}{sign}{mode}"
    raise UnreadableError(f"{text.strip()!r} is no key such as D or Ador")


def tokens_of(tune: Tune) -> list[str]:
    """Return a tune's tokens, metre and key first.

    Raises:
        UnreadableError: It changes its metre or key on the way, or has signs that
            are none of the above.

    Example:

    >>> tokens_of(Tune("6/8", "1/8", "D", "A>B (3cde [fa]4:|", 1))
    ['M:6/8', 'K:D', 'A3/2', 'B/2', '(3', 'c', 'd', 'e', 'f4', ':|']
    """
    found = re.fullmatch(r"1/(\d+)", tune.length)
    if not found or int(found[1]) not in (1, 2, 4, 8, 16, 32):
        raise UnreadableError(f"{tune.length!r} is no length such as 1/8")
    unit = Fraction(8, int(found[1]))
    header = [metre_token(tune.metre), key_token(tune.key)]
    for line in tune.body.split("\n"):
        if _FIELD.match(line):
            raise UnreadableError(f"it changes on the way ({line[:20]})")
    return header + _body(tune.body, unit)


def _body(text, unit):
    found, broken, place = [], 1, 0
    while place < len(text):
        sign = _SIGNS.match(text, place)
        if not sign:
            raise UnreadableError(f"{text[place : place + 8]!r} is not understood")
        place = sign.end()
        if sign["field"]:
            raise UnreadableError(f"it changes on the way ({sign['field']})")
        if sign["bar"]:
            _add_bar(found, sign["bar"])
        if sign["ending"] or sign["number"]:
            found.append("[" + (sign["ending"] or sign["number"])[-1])
        if sign["tuplet"] not in (None, "3"):
            raise UnreadableError(f"{sign[0]!r} is no triplet")
        if sign["tuplet"]:
            found.append("(3")
        if sign["broken"]:
            if not found or not isinstance(found[-1], tuple):
                raise UnreadableError("a broken rhythm has no note before it")
            short = Fraction(1, 2 ** len(sign[0]))
            long = 2 - short
            now, broken = (long, short) if sign[0][0] == ">" else (short, long)
            found[-1] = (found[-1][0], found[-1][1] * now)
        note, times = None, unit
        if sign["note"]:
            note = _A_NOTE.match(sign["note"])
        if sign["chord"]:
            note = re.match(_NOTE, sign["chord"])
            times = unit * _number(sign["times"], sign["by"], sign["part"])
        if note:
            name = "".join(part or "" for part in note.groups()[:3]).replace("x", "z")
            found.append((name, times * _number(*note.groups()[3:]) * broken))
            broken = 1
    tokens = [x if isinstance(x, str) else x[0] + _length(x[1]) for x in found]
    if tokens and tokens[0] == "|":
        del tokens[0]
    if not tokens or tokens[-1] not in BARS:
        tokens.append("|]")
    return tokens


def _add_bar(found, text):
    """Append a bar line, which two in a row become."""
    before = found.pop() if found and found[-1] in BARS else "|"
    ends = text.startswith(":") or before in (":|", "::")
    starts = text.endswith(":") or before in ("|:", "::")
    if ends or starts:
        found.append("::" if ends and starts else (":|" if ends else "|:"))
    else:
        thick = "|]" if "]" in text or before == "|]" else "||"
        is_plain = text in ("|", "[|") and before == "|"
        found.append("|" if is_plain else thick)


def _number(times, by, part):
    below = int(part) if part else 2 ** len(by)
    return Fraction(int(times or 1), below or 1)


def _length(length):
    above = "" if length.numerator == 1 else str(length.numerator)
    return above if length.denominator == 1 else f"{above}/{length.denominator}"


def is_note(token: str) -> bool:
    """Return whether a token is a note or rest."""
    return _A_NOTE.match(token) is not None


def eighths(token: str) -> Fraction:
    """Return the length of a note's token as a `Fraction` of an eighth.

    Raises:
        UnreadableError: It is no note.

    Example:

    >>> eighths("^c3/2"), eighths("A"), eighths("B/2")
    (Fraction(3, 2), Fraction(1, 1), Fraction(1, 2))
    """
    found = _A_NOTE.match(token)
    if found is None:
        raise UnreadableError(f"{token!r} is no note such as ^c2")
    return _number(*found.groups()[3:])


def write_abc(tokens: list[str], number: int = 1, title: str = "") -> str:
    """Return tokens as a tune in ABC notation; signs that are no music are left out.

    Args:
        tokens: List of strings.
        number: Integer, its reference number. Default: `1`.
        title: String. Default: `""`, without the lines `%abc-2.1` (by which an
            accidental holds until the end of its bar), `X:` and `T:`: what is counted
            in characters.

    Example:

    >>> print(write_abc("M:6/8 K:D A B c d2 e | f6 |]".split(), title="Short"))
    %abc-2.1
    X:1
    T:Short
    M:6/8
    L:1/8
    K:D
    ABc d2e|f6|]
    <BLANKLINE>
    """
    metre = next((t for t in tokens if t.startswith("M:")), "M:4/4")
    key = next((t for t in tokens if t.startswith("K:")), "K:C")
    head = f"%abc-2.1\nX:{number}\nT:{title}\n" if title else ""
    above, below = map(int, metre[2:].split("/"))
    # How many eighths a beam joins.
    group = 3 if above % 3 == 0 and below == 8 else 4 if metre in _HALVES else 2
    body, place, bars, shorter = "", Fraction(0), 0, 0
    for token in tokens:
        if token in BARS:
            body += token
            bars += 1
            place = Fraction(0)
            if bars == 4 or token in (":|", "::"):
                body, bars = body + "\n", 0
        elif token == "(3" or is_note(token):
            if place and place % group == 0 and not shorter and body[-1] not in " 3":
                body += " "
            body += token
            if token == "(3":
                shorter = 3
            else:
                place += eighths(token) * (Fraction(2, 3) if shorter else 1)
                shorter = max(0, shorter - 1)
        elif re.fullmatch(r"\[\d", token):
            body += token + " "
    return f"{head}{metre}\nL:1/8\n{key}\n{body.rstrip()}\n"
