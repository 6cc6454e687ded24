"""Questions to word vectors: which words are near, and a : b = c : ?"""

import numpy as np
import numpy.typing as npt

from keras_rnn.datasets.text.word_vectors import WordVectors

Neighbours = list[tuple[str, float]]


def directions(table: npt.ArrayLike) -> np.ndarray:
    """Return the rows of a table at length 1, so that products are cosines.

    A row of zeros stays one.

    Example:

    >>> directions(np.array([[3.0, 4.0], [0.0, 0.0]])).tolist()
    [[0.6, 0.8], [0.0, 0.0]]
    """
    table = np.asarray(table, "float64")
    lengths = np.linalg.norm(table, axis=-1, keepdims=True)
    return table / np.where(lengths == 0, 1, lengths)


def nearest(
    vectors: WordVectors,
    vector: npt.ArrayLike,
    count: int = 8,
    without: list[str] | tuple = (),
) -> Neighbours:
    """Return the words whose vectors point most nearly the same way as `vector`.

    Tuples `(word, cosine)`, the nearest first, at most `count`, none of `without`.
    """
    cosines = directions(vectors.table) @ directions(vector)
    for word in without:
        if word in vectors:
            cosines[vectors.places[word]] = -np.inf
    best = np.argsort(-cosines, kind="stable")[:count]
    return [(vectors.words[i], float(cosines[i])) for i in best if cosines[i] >= -1.5]


def neighbours(vectors: WordVectors, word: str, count: int = 8) -> Neighbours:
    """Return the words nearest to one of the words.

    Example:

    >>> table = np.array([[1.0, 0.0], [2.0, 0.0], [0.0, 1.0]])
    >>> neighbours(WordVectors(["big", "large", "blue"], table), "big", count=1)
    [('large', 1.0)]
    """
    return nearest(vectors, vectors[word], count, without=(word,))


def analogy(vectors: WordVectors, a: str, b: str, c: str, count: int = 1) -> Neighbours:
    """Answer "a is to b as c is to ...": the words nearest to b - a + c.

    Each of the three is taken at length 1, and none of them is an answer (Mikolov et
    al. 2013).
    """
    one, other, third = directions(np.stack([vectors[word] for word in (a, b, c)]))
    return nearest(vectors, other - one + third, count, without=(a, b, c))


def analogy_accuracy(
    vectors: WordVectors, questions: list[tuple[str, ...]]
) -> tuple[float | None, int]:
    """Return the share of questions `(a, b, c, answer)` whose first answer is right.

    Only those of known words count; their number is returned, too. The share of none
    is `None`.
    """
    known = [each for each in questions if all(word in vectors for word in each)]
    if not known:
        return None, 0
    places = np.array([[vectors.places[word] for word in each] for each in known])
    table = directions(vectors.table)
    a, b, c, right = places.T
    cosines = directions(table[b] - table[a] + table[c]) @ table.T
    cosines[np.arange(len(known))[:, None], places[:, :3]] = -np.inf
    return float(np.mean(cosines.argmax(axis=1) == right)), len(known)
