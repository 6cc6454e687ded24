"""Lengths to which sequences are padded: few, because each is compiled once."""

from collections.abc import Sequence

# Multiples of the first, and of the second for sentences, which are short.
STEP = 16
SENTENCE_STEP = 4


def round_up(length: int, step: int = STEP) -> int:
    """Return the length to which a sequence is padded: the next multiple of `step`."""
    return max(1, -(-length // step)) * step


def longest(sequences: Sequence, step: int = STEP) -> int:
    """Return the length to which sequences are padded together.

    Example:

    >>> longest(["ab", "a"]), longest([], 4)
    (16, 4)
    """
    return round_up(max(map(len, sequences), default=0), step)
