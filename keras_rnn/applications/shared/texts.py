"""Words of a sentence, their numbers in a vocabulary, and baselines that count them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from keras_rnn.applications.shared.lengths import round_up
from keras_rnn.applications.shared.words import words
from keras_rnn.datasets.text.token_numbers import PADDING, UNKNOWN
from keras_rnn.layers import TokenEmbedding

# Marks before and after what a decoder writes: the first words of its vocabulary.
MARKS = ("<start>", "<end>")
START, END = UNKNOWN + 1, UNKNOWN + 2


def vocabulary(
    sequences: Iterable[Iterable[str]], least: int = 2, most: int | None = None
) -> list[str]:
    """Return the tokens that occur often enough, the most frequent first.

    Args:
        sequences: Sequences of tokens, of the training part alone.
        least: Integer, how often a token has to occur. Default: `2`.
        most: Integer, how many tokens to keep at most. Default: all.

    Returns:
        List of strings; of equally frequent ones, in the order of the alphabet.

    Example:

    >>> vocabulary([["to", "be", "or"], ["not", "to", "be"]])
    ['be', 'to']
    """
    counts = Counter(token for tokens in sequences for token in tokens)
    kept = sorted(
        (token for token, count in counts.items() if count >= least),
        key=lambda token: (-counts[token], token),
    )
    return kept[:most]


def unknown_note(said: Iterable[str], known: Iterable[str]) -> str:
    """Return a remark on the words that are not in a vocabulary, or `""`.

    Example:

    >>> unknown_note(["a", "red", "car"], ("a", "red"))
    ' (does not know: car)'
    >>> unknown_note(["red"], ("a", "red"))
    ''
    """
    known = set(known)
    strange = [word for word in said if word not in known]
    return f" (does not know: {', '.join(strange)})" if strange else ""


def hide_words(
    numbers: np.ndarray, generator: np.random.Generator, share: float
) -> np.ndarray:
    """Return word numbers, a few of them replaced by that of unknown words.

    So a network meets the vector of unknown words before somebody says one.

    Args:
        numbers: Integer array of any shape, as `TokenEmbedding.encode` returns it.
        generator: `numpy.random.Generator`.
        share: Float, how many of the words, 0 to 1; padding stays.

    Example:

    >>> hide_words(np.array([[5, 7, 0]]), np.random.default_rng(0), share=1.0).tolist()
    [[1, 1, 0]]
    """
    hidden = generator.random(numbers.shape) < share
    return np.where(hidden & (numbers != PADDING), UNKNOWN, numbers)


def shifted(
    embedding: TokenEmbedding, sequences: Sequence[Sequence[str]], step: int = 4
) -> tuple[np.ndarray, np.ndarray]:
    """Return what a decoder reads and what it is to say, padded at the end.

    Args:
        embedding: `TokenEmbedding` whose vocabulary begins with `MARKS`.
        sequences: Sequence of sequences of strings.
        step: Integer: arrays are as long as a multiple of it. Default: `4`.

    Returns:
        Two int32 arrays of the same shape `(sequences, time)`: the words after the
        start mark, and the words with the end mark.

    Example:

    >>> read, said = shifted(TokenEmbedding([*MARKS, "yes"], 8), [["yes"]])
    >>> read.tolist(), said.tolist()
    ([[2, 4, 0, 0]], [[4, 3, 0, 0]])
    """
    start, end = MARKS
    length = round_up(max(map(len, sequences), default=0) + 1, step)
    return (
        embedding.encode([[start, *tokens] for tokens in sequences], length),
        embedding.encode([[*tokens, end] for tokens in sequences], length),
    )


def without_marks(tokens: Iterable[str]) -> list[str]:
    """Return words without the marks among them."""
    return [word for word in tokens if word not in MARKS]


def bag_of_words(
    train: Sequence[str], labels: np.ndarray, test: Sequence[str]
) -> np.ndarray:
    """Classify texts by which words they hold: what is tried before any network.

    Logistic regression (scikit-learn) on the TF-IDF weights of single words of texts
    and their classes. Returns probabilities for the test, `(len(test), classes)`.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    counter = TfidfVectorizer(analyzer=words, sublinear_tf=True)
    model = LogisticRegression(C=3.0, max_iter=1000)
    model.fit(counter.fit_transform(train), labels)
    return model.predict_proba(counter.transform(test))


def most_similar(
    known: Sequence[str],
    asked: Sequence[str],
    analyzer: Callable[[str], list[str]] = words,
    **options: Any,
) -> list[int]:
    """Return which of some texts is most like each of others: cosine of TF-IDF.

    Args:
        known, asked: Lists of strings, to look in, and to look for.
        analyzer: Function from a text to its tokens. Default: `words`.
        **options: Others of scikit-learn's `TfidfVectorizer`.

    Returns:
        List of integers, places in `known`, one for each of `asked`.

    Example:

    >>> most_similar(["a cat", "two dogs", "no dog"], ["the dog", "cat and mouse"])
    [2, 0]
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    counter = TfidfVectorizer(analyzer=analyzer, **options)
    table = counter.fit_transform(known).T.tocsc()
    rows = counter.transform(asked)
    best = []
    # All at once would be too large a table.
    for start in range(0, len(asked), 200):
        likeness = rows[start : start + 200] @ table
        best.extend(np.asarray(likeness.argmax(axis=1)).ravel().tolist())
    return best
