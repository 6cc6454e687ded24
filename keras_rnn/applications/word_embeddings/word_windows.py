"""Which words stand near each other, for all sentences at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from keras_rnn.applications.shared.texts import words
from keras_rnn.layers.token_embedding import UNKNOWN


def words_alone(text: str) -> list[str]:
    """Return the words of a text in small letters, without signs.

    Example:

    >>> words_alone("It's here, isn't it?")
    ["it's", 'here', "isn't", 'it']
    """
    return [word for word in words(text) if word[0].isalnum()]


def stream(
    sentences: Sequence[Sequence[str]], vocabulary: Sequence[str]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the known words of sentences as one row of numbers.

    Unknown words are left out, so that their neighbours come to stand side by side.

    Args:
        sentences: List of lists of strings.
        vocabulary: Sequence of strings. Its words have the numbers from 2 on, as in
            `keras_rnn.layers.TokenEmbedding`.

    Returns:
        Two int32 arrays of one length: the number of each word, and of its sentence.

    Example:

    >>> numbers, sentence = stream([["to", "be"], ["or", "not", "to"]], ["to", "be"])
    >>> numbers.tolist(), sentence.tolist()
    ([2, 3, 2], [0, 0, 1])
    """
    places = {word: place for place, word in enumerate(vocabulary, UNKNOWN + 1)}
    numbers = np.array(
        [places.get(word, UNKNOWN) for words in sentences for word in words], "int32"
    )
    sentence = np.repeat(
        np.arange(len(sentences), dtype="int32"), [len(words) for words in sentences]
    )
    is_known = numbers != UNKNOWN
    return numbers[is_known], sentence[is_known]


def all_pairs(
    numbers: np.ndarray, sentence: np.ndarray, window: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return every word with each word of its sentence that stands near it.

    Args:
        numbers, sentence: Integer arrays, what `stream` returns.
        window: Integer, how far apart at most.

    Returns:
        Three arrays: words, words beside them, and how far apart they are, the nearest
        first.
    """
    found = []
    for distance in range(1, window + 1):
        left = np.flatnonzero(sentence[:-distance] == sentence[distance:])
        right = left + distance
        found.append((left, right, np.full(len(left), distance)))
        found.append((right, left, np.full(len(left), distance)))
    here, there, distances = (np.concatenate(each) for each in zip(*found, strict=True))
    return numbers[here], numbers[there], distances
