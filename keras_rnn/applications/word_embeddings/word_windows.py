"""Which words stand near each other, for all sentences at once, and who knows it."""

import numpy as np

from keras_rnn.applications.shared.texts import words
from keras_rnn.datasets.text.token_numbers import UNKNOWN

Pairs = tuple[np.ndarray, np.ndarray, np.ndarray]


def words_alone(text: str) -> list[str]:
    """Return the words of a text in small letters, without signs.

    Example:

    >>> words_alone("It's here, isn't it?")
    ["it's", 'here', "isn't", 'it']
    """
    return [word for word in words(text) if word[0].isalnum()]


def stream(
    sentences: list[list[str]], vocabulary: list[str]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the known words of sentences as one row of numbers.

    Unknown words are left out, so that their neighbours come to stand side by side.
    The words of the vocabulary have the numbers from 2 on, as in `TokenEmbedding`.

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


def all_pairs(numbers: np.ndarray, sentence: np.ndarray, window: int) -> Pairs:
    """Return every word with each word of its sentence that stands near it.

    Args:
        numbers, sentence: Integer arrays, what `stream` returns.
        window: Integer, how far apart at most.

    Returns:
        Three arrays: words, words beside them, and how far apart they are.
    """
    found = []
    for distance in range(1, window + 1):
        left = np.flatnonzero(sentence[:-distance] == sentence[distance:])
        right = left + distance
        apart = np.full(len(left), distance)
        found += [(left, right, apart), (right, left, apart)]
    here, there, apart = (np.concatenate(each) for each in zip(*found, strict=True))
    return numbers[here], numbers[there], apart


def held_out_pairs(numbers: np.ndarray, sentence: np.ndarray, window: int = 5) -> Pairs:
    """Return pairs of held-out sentences to judge by, each with a word of noise.

    Noise is the neighbours of all pairs in another order, so that it is as frequent as
    the truth: who knows but how frequent words are is right half of the time.

    Args:
        numbers, sentence: Integer arrays, what `stream` returns.
        window: Integer, how far apart at most. Default: `5`.

    Returns:
        Three integer arrays, words numbered from 0: words, true neighbours, noise.
    """
    words, contexts, _ = all_pairs(numbers, sentence, window)
    noise = np.random.default_rng(0).permutation(contexts)
    differ = noise != contexts
    return tuple(each[differ] - UNKNOWN - 1 for each in (words, contexts, noise))


def context_accuracy(words: np.ndarray, contexts: np.ndarray, pairs: Pairs) -> float:
    """Return how often a true neighbour scores higher than a word of noise.

    Args:
        words, contexts: Arrays `(words, width)`, whose products are the scores.
        pairs: What `held_out_pairs` returns. Equal scores count half.

    Example:

    >>> table = np.eye(3)
    >>> context_accuracy(table, table, ([0, 1], [0, 2], [1, 0]))
    0.75
    """
    word, context, noise = (np.asarray(each) for each in pairs)
    true = np.einsum("pw,pw->p", words[word], contexts[context])
    false = np.einsum("pw,pw->p", words[word], contexts[noise])
    return float(np.mean((true > false) + 0.5 * (true == false)))
