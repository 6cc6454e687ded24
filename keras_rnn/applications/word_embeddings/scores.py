"""Word vectors judged: does a true neighbour score above a word of noise?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from keras_rnn.applications.word_embeddings.word_windows import all_pairs
from keras_rnn.layers.token_embedding import UNKNOWN


def context_accuracy(
    words: np.ndarray, contexts: np.ndarray, pairs: Sequence[np.ndarray]
) -> float:
    """Return how often a true neighbour scores higher than a word of noise.

    Args:
        words, contexts: Arrays `(words, width)`.
        pairs: Three integer arrays, what `held_out_pairs` returns.

    Returns:
        Float; equal scores count half.

    Example:

    >>> table = np.eye(3)
    >>> context_accuracy(table, table, ([0, 1], [0, 2], [1, 0]))
    0.75
    """
    word, context, noise = (np.asarray(each) for each in pairs)
    true = np.einsum("pw,pw->p", words[word], contexts[context])
    false = np.einsum("pw,pw->p", words[word], contexts[noise])
    return float(np.mean((true > false) + 0.5 * (true == false)))


def held_out_pairs(
    numbers: np.ndarray, sentence: np.ndarray, window: int = 5
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return pairs of held-out sentences to judge by, each with a word of noise.

    Noise is the neighbours of all pairs in another order, so that it is as frequent as
    the truth: who knows but how frequent words are is right half of the time.

    Args:
        numbers, sentence: Integer arrays, what `word_windows.stream` returns.
        window: Integer. Default: `5`.

    Returns:
        Three integer arrays, words numbered from 0: words, true neighbours, noise.
    """
    words, contexts, _ = all_pairs(numbers, sentence, window)
    noise = np.random.default_rng(0).permutation(contexts)
    differ = noise != contexts
    return tuple(each[differ] - UNKNOWN - 1 for each in (words, contexts, noise))
