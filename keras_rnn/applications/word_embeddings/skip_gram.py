"""Skip-gram with negative sampling: a word is to know which words stand near it.

Mikolov, Sutskever, Chen, Corrado and Dean, "Distributed representations of words and
phrases and their compositionality", 2013.
"""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from keras_rnn.applications.word_embeddings.word_windows import all_pairs
from keras_rnn.layers import TokenEmbedding
from keras_rnn.training import Batches

# Places in the table that noise is drawn from.
_TABLE = 1_000_000


def build(
    vocabulary: Sequence[str], width: int = 64, negatives: int = 5
) -> keras.Model:
    """Build the network: a vector for a word, another for a word beside it.

    ```
    candidates: the true word beside it, and some of noise
        |
    context vectors      centre vector <- centre
             \\          /
              dot products, one a candidate
    ```

    Args:
        vocabulary: List of strings.
        width: Integer, size of the vectors. Default: `64`.
        negatives: Integer, how many words of noise. Default: `5`.

    Returns:
        `keras.Model` from word numbers `(batch,)` and `(batch, 1 + negatives)` to
        scores `(batch, 1 + negatives)`, logits of "stands beside it".
    """
    centre = keras.Input((), dtype="int32", name="centre")
    candidates = keras.Input((1 + negatives,), dtype="int32", name="candidates")
    # As in the authors' program: small word vectors, and contexts that begin at zero.
    words = TokenEmbedding(
        vocabulary,
        width,
        mask_zero=False,
        embeddings_initializer=keras.initializers.RandomUniform(-0.5, 0.5),
        name="words",
    )
    contexts = keras.layers.Embedding(
        len(vocabulary) + 2, width, embeddings_initializer="zeros", name="contexts"
    )
    scores = keras.layers.Dot(axes=(2, 1), name="scores")(
        [contexts(candidates), words(centre)]
    )
    return keras.Model([centre, candidates], scores, name="skip_gram")


class SkipGrams(Batches):
    """Pairs of a word and one beside it, each with words of noise.

    What an epoch holds is drawn anew from `seed` and its number alone. Frequent words
    are left out at random before windows are laid, so that what remains moves closer;
    how far a word looks is drawn for each; noise is drawn by frequency to the power
    3/4 (and may, seldom, be the true word).

    Args:
        numbers, sentence: Integer arrays, what `word_windows.stream` returns.
        window: Integer, how far a word looks at most. Default: `5`.
        negatives: Integer, how many words of noise. Default: `5`.
        threshold: Float, the share of the text from which on a word counts as
            frequent: it stays with probability `sqrt(threshold / share)`. Default:
            `3e-3`.
        batch_size: Integer; less, where there are fewer pairs. Default: `4096`.
        seed: Integer. Default: `0`.

    Attributes:
        epoch: Integer, the epoch whose pairs are in force. `fit` sets it.

    Example:

    >>> pairs = SkipGrams(np.array([2, 3, 2, 4]), np.array([0, 0, 1, 1]), window=1)
    >>> (centre, candidates), is_true = pairs[0]
    >>> candidates.shape == is_true.shape == (len(centre), 6)
    True
    """

    def __init__(
        self,
        numbers: np.ndarray,
        sentence: np.ndarray,
        *,
        window: int = 5,
        negatives: int = 5,
        threshold: float = 3e-3,
        batch_size: int = 4096,
        seed: int = 0,
        **kwargs: Any,
    ) -> None:
        super().__init__((numbers, sentence), batch_size, True, seed, **kwargs)
        self.window = window
        counts = np.bincount(numbers)
        self.stays = keep_probability(counts / len(numbers), threshold)[numbers]
        self.noise = noise_table(counts)
        # The number of pairs is a matter of chance; that of batches must not be.
        found = len(self._pairs(np.random.default_rng((seed, 0)))[0])
        self.batch_size = max(1, min(batch_size, found))
        self.count = max(found - found % self.batch_size, 1)
        self.labels = np.zeros((self.batch_size, 1 + negatives), "float32")
        self.labels[:, 0] = 1

    def __getitem__(self, batch: int) -> tuple:
        chosen = slice(batch * self.batch_size, (batch + 1) * self.batch_size)
        centre, context = self.drawn()[:, chosen]
        generator = np.random.default_rng((self.seed, self.epoch, batch))
        shape = len(centre), self.labels.shape[1] - 1
        noise = self.noise[generator.integers(len(self.noise), size=shape)]
        candidates = np.concatenate([context[:, None], noise], axis=1)
        return (centre, candidates), self.labels[: len(centre)]

    def draw(self, generator: np.random.Generator) -> np.ndarray:
        """Return an epoch's pairs, `(2, count)`, drawn with a NumPy generator."""
        pairs = np.stack(self._pairs(generator))
        if not pairs.shape[1]:  # chance has left out all
            pairs = np.stack([self.arrays[0][:1], self.arrays[0][:1]])
        order = generator.permutation(pairs.shape[1])
        return pairs[:, np.resize(order, self.count)]

    def _pairs(self, generator):
        stays = generator.random(len(self.stays)) < self.stays
        numbers, sentence = (array[stays] for array in self.arrays)
        reach = generator.integers(1, self.window + 1, len(numbers))
        places = np.arange(len(numbers))
        here, there, distance = all_pairs(places, sentence, self.window)
        is_seen = reach[here] >= distance
        return numbers[here[is_seen]], numbers[there[is_seen]]


def keep_probability(shares: np.ndarray, threshold: float) -> np.ndarray:
    """Return with which probability a word stays, given its share of the text.

    Example:

    >>> keep_probability(np.array([0.04, 0.01, 0.0001]), 0.01).tolist()
    [0.5, 1.0, 1.0]
    """
    return np.minimum(1.0, np.sqrt(threshold / np.maximum(shares, 1e-12)))


def noise_table(
    counts: np.ndarray, power: float = 0.75, size: int = _TABLE
) -> np.ndarray:
    """Return word numbers, each as often as it is to be drawn: a random place does.

    Args:
        counts: Integer array, how often each word number occurs. Every word that does
            is in the table.
        power: Float; less than 1 gives rare words more than their share. Default:
            `0.75`.
        size: Integer, how long the table is about. Default: a million.

    Example:

    >>> noise_table(np.array([0, 16, 1]), size=9).tolist()
    [1, 1, 1, 1, 1, 1, 1, 1, 2]
    """
    weights = np.asarray(counts, float) ** power
    each = np.where(weights > 0, np.maximum(1, size * weights / weights.sum()), 0)
    return np.repeat(np.arange(len(counts), dtype="int32"), np.rint(each).astype(int))
