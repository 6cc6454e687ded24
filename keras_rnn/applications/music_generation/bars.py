"""Whether a tune is whole: read by music21, its bars counted as players count them.

**The rule.** A bar is what stands between two bar lines. Repeat signs, double bar
lines, the beginnings of endings (`[1`, `[2`) and the two ends of the tune cut it into
*stretches*.

1. A bar within a stretch is as long as its metre says, to the last fraction.
2. The first bar of a stretch may be shorter: it is an anacrusis, the notes before the
   first full beat. It is never longer.
3. The last bar of a stretch is as much shorter as the anacrusis that is played after
   it: that of the next stretch, or of where the repeat goes back to (the last `|:`,
   the end of the last repeat, or the beginning). Where neither has one, it is full.
   After the last stretch the tune may begin again.
4. A stretch of a single short bar either completes the last bar of the stretch before,
   or is completed by what is played after it, as in 3.

A tune that cannot be read, has no end (no bar line after its last note), or has fewer
than four full bars, is not whole.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from music21.abcFormat import ABCToken

from keras_rnn.optional import need

LEAST = 4


class Bar(NamedTuple):
    """One bar as music21 read it.

    Attributes:
        length: `Fraction` of a quarter.
        left, right: Strings, what stands before and after it: a bar line, the
            beginning of an ending, or `""`.
    """

    length: Fraction
    left: str
    right: str


class Report(NamedTuple):
    """Result of counting the bars of a tune.

    Attributes:
        whole: Boolean.
        fault: String, the first fault, or `""`.
        bars: Integer, how many bars were counted.
    """

    whole: bool
    fault: str
    bars: int


def parse(abc: str) -> tuple[list[ABCToken], Fraction]:
    """Return music21's tokens of a tune in ABC notation, and the quarters of a bar.

    Raises:
        ValueError: It is no ABC notation.
    """
    from music21 import abcFormat, exceptions21

    handler = abcFormat.ABCHandler()
    unreadable = (ValueError, IndexError, TypeError, AttributeError, KeyError)
    try:
        handler.process(abc)
        metres = (
            token.getTimeSignatureParameters()
            for token in handler.tokens
            if isinstance(token, abcFormat.ABCMetadata) and token.isMeter()
        )
        metre = next(filter(None, metres), None)
    except (exceptions21.Music21Exception, *unreadable) as error:
        raise ValueError(f"it cannot be read: {error}") from error
    if metre is None:
        raise ValueError("it cannot be read: it has no metre")
    above, below, _ = metre
    return handler.tokens, Fraction(4 * above, below)


def bars(tokens: list[ABCToken]) -> list[Bar]:
    """Return the bars of what `parse` returned, those without a note left out.

    The last one's `right` is `""` if no bar line ends the tune.
    """
    from music21.abcFormat import ABCBar, ABCNote

    found, length, left = [], Fraction(0), ""
    for token in tokens:
        if isinstance(token, ABCNote):
            length += _quarters(token)
        elif isinstance(token, ABCBar):
            sign = token.src.strip()
            if length:
                found.append(Bar(length, left, sign))
                length, left = Fraction(0), ""
            left += sign
    if length:
        found.append(Bar(length, left, ""))
    return found


def count(abc: str) -> Report:
    """Count the bars of a tune in ABC notation by the rule above.

    Example:

    >>> count("X:1\\nM:6/8\\nL:1/8\\nK:D\\nA|BcB d3|BcB d3|BcB d3|BcB d3|A6|B3 d2:|")
    Report(whole=True, fault='', bars=7)
    >>> count("X:1\\nM:6/8\\nL:1/8\\nK:D\\nBcB d3|BcB d2|BcB d3|B6|B6|B6|]").fault
    'bar 2 has 5 eighths instead of 6'
    """
    need("music21")
    try:
        tokens, full = parse(abc)
    except ValueError as error:
        return Report(False, str(error), 0)
    found = bars(tokens)
    fault = _fault(found, full)
    return Report(not fault, fault, len(found))


def _fault(found, full):
    if sum(bar.length == full for bar in found) < LEAST:
        return f"it has fewer than {LEAST} full bars"
    if not found[-1].right:
        return "no bar line ends it"
    cut = []
    for bar in found:  # at repeats, double bar lines and endings
        if not cut or bar.left != "|":
            cut.append([])
        cut[-1].append(bar)
    starts = [_starts(one, full) for one in cut]
    number, back = 0, 0
    for place, one in enumerate(cut):
        if place and ":" in one[0].left and not one[0].left[-1].isdigit():
            back = place
        after = starts[(place + 1) % len(cut)] | starts[back]
        for at, bar in enumerate(one):
            number += 1
            right = bar.length == full
            if at == len(one) - 1:
                right = any(bar.length + start == full for start in after)
                if at == 0 and place and not right:
                    right = cut[place - 1][-1].length + bar.length == full
            elif at == 0:
                right = bar.length <= full
            if not right:
                lacking = max(after) if bar.length == full else 0
                eighths = f"{2 * bar.length} eighths instead of {2 * (full - lacking)}"
                return f"bar {number} has {eighths}"
    return ""


def _starts(stretch, full):
    """How long its anacrusis may be: one short bar alone may be none."""
    first = stretch[0].length
    if first >= full:
        return {0}
    return {first} if len(stretch) > 1 else {0, first}


def share(tunes: list[str]) -> float:
    """Return the share of tunes in ABC notation that are whole."""
    return sum(count(abc).whole for abc in tunes) / len(tunes) if tunes else 0.0


def _quarters(note):
    """The length of one of music21's ABC notes as a `Fraction` of a quarter."""
    length = Fraction(note.quarterLength).limit_denominator(96)
    if note.activeTuplet:
        length *= Fraction(note.activeTuplet.tupletMultiplier()).limit_denominator(96)
    return length
