"""GloVe: word vectors whose products are the logarithms of how often words meet.

Pennington, Socher and Manning, "GloVe: Global vectors for word representation", 2014.
"""

from collections.abc import Sequence

import keras
import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array, csr_array

from keras_rnn.applications.word_embeddings.word_windows import all_pairs
from keras_rnn.datasets.text.token_numbers import UNKNOWN
from keras_rnn.layers import TokenEmbedding


def co_occurrences(
    numbers: np.ndarray, sentence: np.ndarray, size: int, window: int = 5
) -> csr_array:
    """Count which words stand near which; those `d` words apart count for `1 / d`.

    Args:
        numbers, sentence: Integer arrays, what `word_windows.stream` returns.
        size: Integer, how many words there are.
        window: Integer, how far apart at most. Default: `5`.

    Returns:
        Sparse array `(size, size)`, symmetric. Word 0 is the first of the vocabulary,
        number 2 of the stream.

    Example:

    >>> numbers, sentence = np.array([2, 3, 4, 2]), np.array([0, 0, 0, 0])
    >>> co_occurrences(numbers, sentence, 3, window=2).toarray().tolist()
    [[0.0, 1.5, 1.5], [1.5, 0.0, 1.0], [1.5, 1.0, 0.0]]
    """
    words, contexts, distances = all_pairs(numbers, sentence, window)
    first = UNKNOWN + 1
    places = words - first, contexts - first
    return coo_array((1 / distances, places), shape=(size, size)).tocsr()


def weight(
    counts: npt.ArrayLike, most: float = 10.0, power: float = 0.75
) -> np.ndarray:
    """Return what each count weighs in the loss: little for rare ones, at most 1.

    Args:
        counts: Array.
        most: Float, from where on all weigh the same. The authors take 100 for a
            thousand times as much text. Default: `10.0`.
        power: Float. Default: `0.75`.

    Example:

    >>> weight(np.array([1.0, 16.0, 256.0]), most=16.0).tolist()
    [0.125, 1.0, 1.0]
    """
    return np.minimum(1.0, np.asarray(counts) / most) ** power


def build(vocabulary: Sequence[str], width: int = 64) -> keras.Model:
    """Build the network: two vectors and two biases for each word.

    Args:
        vocabulary: List of strings.
        width: Integer, size of the vectors. Default: `64`.

    Returns:
        `keras.Model` from word numbers `(batch,)` and `(batch,)` to the logarithm of
        how often the two meet, `(batch, 1)`.
    """
    word = keras.Input((), dtype="int32", name="word")
    context = keras.Input((), dtype="int32", name="context")
    count = len(vocabulary) + 2

    def small():
        return keras.initializers.RandomUniform(-0.5 / width, 0.5 / width)

    words = TokenEmbedding(
        vocabulary, width, mask_zero=False, embeddings_initializer=small(), name="words"
    )
    contexts = keras.layers.Embedding(
        count, width, embeddings_initializer=small(), name="contexts"
    )
    product = keras.layers.Dot(axes=1)([words(word), contexts(context)])
    biases = [
        keras.layers.Embedding(count, 1, embeddings_initializer="zeros", name=name)(x)
        for name, x in (("word_bias", word), ("context_bias", context))
    ]
    log_count = keras.layers.Add(name="log_count")([product, *biases])
    return keras.Model([word, context], log_count, name="glove")


def compile_model(model: keras.Model, learning_rate: float = 0.3) -> None:
    """Compile the network as the authors trained theirs: squares and AdaGrad.

    The loss is summed over a batch, not averaged: each pair then moves its words as if
    it came alone, and AdaGrad gives rare words, which seldom move, larger steps. The
    authors take a learning rate of 0.05, and a thousand times the steps.
    """
    model.compile(
        keras.optimizers.Adagrad(learning_rate, initial_accumulator_value=1.0),
        keras.losses.MeanSquaredError(reduction="sum"),
        jit_compile=True,
    )


def arrays(counts: csr_array) -> tuple[tuple, np.ndarray, np.ndarray]:
    """Return what the network learns from: pairs that meet, how often, and weights."""
    found = counts.tocoo()
    words, contexts = (each.astype("int32") + UNKNOWN + 1 for each in found.coords)
    target = np.log(found.data)[:, None].astype("float32")
    return (words, contexts), target, weight(found.data).astype("float32")
