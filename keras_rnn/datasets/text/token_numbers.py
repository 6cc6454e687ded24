"""Tokens as the numbers that they have in a vocabulary, padded to one length."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

PADDING, UNKNOWN = 0, 1


def numbers_of(vocabulary: Sequence[str]) -> dict[str, int]:
    """Return the number of each token: they begin behind padding and unknown ones.

    Args:
        vocabulary: Sequence of strings.

    Example:

    >>> numbers_of(["a", "film"])
    {'a': 2, 'film': 3}
    """
    return {token: number for number, token in enumerate(vocabulary, UNKNOWN + 1)}


def encode(
    numbers_by_token: Mapping[str, int],
    sequences: Sequence[Sequence[str]],
    length: int | None = None,
) -> np.ndarray:
    """Return the numbers of tokens, padded with zeros at the end.

    Args:
        numbers_by_token: Mapping, what `numbers_of` returns.
        sequences: Sequence of sequences of strings.
        length: Integer, columns of the result; what is longer loses its end.
            Default: the longest sequence.

    Returns:
        int32 array of shape `(len(sequences), length)`.

    Example:

    >>> encode({"a": 2, "film": 3}, [["a", "dull", "film"], ["film"]]).tolist()
    [[2, 1, 3], [3, 0, 0]]
    """
    if length is None:
        length = max(map(len, sequences), default=0)
    numbers = np.full((len(sequences), length), PADDING, "int32")
    for row, tokens in zip(numbers, sequences, strict=True):
        found = [numbers_by_token.get(token, UNKNOWN) for token in tokens[:length]]
        row[: len(found)] = found
    return numbers
