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

from dataclasses import dataclass
from fractions import Fraction

from keras_rnn.optional import need

LEAST = 4


@dataclass(frozen=True)
class Bar:
    """One bar as music21 read it.

    Attributes:
        length: `Fraction` of a quarter.
        left: String, what stands before it: a bar line, the beginning of an ending, or
            `""`.
        right: String, what stands after it.
    """

    length: Fraction
    left: str
    right: str


@dataclass(frozen=True)
class Report:
    """What came of counting.

    Attributes:
        whole: Boolean.
        fault: String, the first fault, or `""`.
        bars: Integer, how many bars were counted.
    """

    whole: bool
    fault: str
    bars: int


def parse(abc):
    """Return what music21 reads in a tune.

    Args:
        abc: String, one tune in ABC notation.

    Returns:
        List of music21's tokens, and the length of a bar as a `Fraction` of a quarter.

    Raises:
        ValueError: It is no ABC notation.
    """
    from music21 import abcFormat, exceptions21

    handler = abcFormat.ABCHandler()
    try:
        handler.process(abc)
        above, below, _ = _metre(handler.tokens)
    except (exceptions21.Music21Exception, ValueError, IndexError, TypeError) as error:
        raise ValueError(f"it cannot be read: {error}") from error
    except (AttributeError, KeyError) as error:
        raise ValueError(f"it cannot be read: {error!r}") from error
    return handler.tokens, Fraction(4 * above, below)


def _metre(tokens):
    from music21.abcFormat import ABCMetadata

    for token in tokens:
        if isinstance(token, ABCMetadata) and token.isMeter():
            found = token.getTimeSignatureParameters()
            if found:
                return found
    raise ValueError("it has no metre")


def quarters(note):
    """Return the length of one of music21's ABC notes as a `Fraction` of a quarter."""
    length = Fraction(note.quarterLength).limit_denominator(96)
    if note.activeTuplet:
        length *= Fraction(note.activeTuplet.tupletMultiplier()).limit_denominator(96)
    return length


def bars(tokens):
    """Return the bars of music21's tokens, those without a note left out.

    Args:
        tokens: List, what `parse` returns.

    Returns:
        List of `Bar`. The last one's `right` is `""` if no bar line ends the tune.
    """
    from music21.abcFormat import ABCBar, ABCNote

    found, length, left = [], Fraction(0), ""
    for token in tokens:
        if isinstance(token, ABCNote):
            length += quarters(token)
        elif isinstance(token, ABCBar):
            sign = token.src.strip()
            if length:
                found.append(Bar(length, left, sign))
                length, left = Fraction(0), ""
            left += sign
    if length:
        found.append(Bar(length, left, ""))
    return found


def stretches(found):
    """Cut bars at repeats, double bar lines and endings.

    Args:
        found: List of `Bar`.

    Returns:
        List of lists of `Bar`.
    """
    cut = []
    for bar in found:
        if not cut or bar.left != "|":
            cut.append([])
        cut[-1].append(bar)
    return cut


def count(abc):
    """Count the bars of a tune by the rule above.

    Args:
        abc: String, one tune in ABC notation.

    Returns:
        `Report`.

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
    cut = stretches(found)
    starts = [_starts(one, full) for one in cut]
    number, back = 0, 0
    for place, one in enumerate(cut):
        if place and ":" in one[0].left and not _is_ending(one[0].left):
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


def _is_ending(left):
    return left[-1].isdigit()


def share(tunes):
    """Return the share of tunes that are whole.

    Args:
        tunes: List of strings, in ABC notation.
    """
    return sum(count(abc).whole for abc in tunes) / len(tunes) if tunes else 0.0
