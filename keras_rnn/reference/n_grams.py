"""The language model that counts: what is tried before any network.

As on the CS230 cheat sheet, a word's probability is how often it followed the words
before it. What was never seen must not be impossible, so shorter histories help out.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from keras_rnn.errors import UserError


class NGrams:
    """An n-gram model of token numbers, interpolated after Witten and Bell (1991).

    With `c` the counts, `h` a history, `h'` the same without its oldest token, and
    `t(h)` the number of different tokens that followed `h`:

    ```
    P(w | h) = (c(h, w) + t(h) P(w | h')) / (c(h) + t(h))
    P(w)     from the empty history, and before it 1 / vocabulary
    ```

    All tables are sorted arrays, and a whole text is looked up at once.

    Args:
        order: Positive integer: `order - 1` tokens of history. 1 counts single tokens.
        vocabulary: Positive integer, tokens are `0` to `vocabulary - 1`.

    Raises:
        UserError: One of them is not positive.

    Example:

    >>> model = NGrams(order=2, vocabulary=3).fit([[0, 1, 0, 1, 0, 2]])
    >>> model.next_probabilities([0]).round(3).tolist()
    [0.178, 0.533, 0.289]
    """

    def __init__(self, order: int, vocabulary: int) -> None:
        if order < 1 or vocabulary < 1:
            raise UserError(
                f"An n-gram model needs an order and a vocabulary of at least 1, not "
                f"{order} and {vocabulary}."
            )
        self.order, self.vocabulary = order, vocabulary
        self._levels: list[tuple[np.ndarray, ...]] = []

    def fit(self, sequences: Sequence[npt.ArrayLike]) -> NGrams:
        """Count what follows what.

        Args:
            sequences: List of sequences of token numbers.

        Returns:
            The model.

        Raises:
            UserError: There is no token, or one that is not in the vocabulary.
        """
        arrays = [self._checked(one) for one in sequences]
        if not sum(map(len, arrays)):
            raise UserError("There is nothing to count: give at least one token.")
        tokens = np.concatenate(arrays)
        # Where each token stands in its own sequence: that much history it has.
        places = np.concatenate([np.arange(len(one)) for one in arrays])
        self._levels = []
        histories = np.zeros(len(tokens), "int64")
        for length in range(self.order):
            known = np.zeros(1, "int64")
            if length:
                keys = self._longer(histories, tokens, places, length)
                known = np.unique(keys[keys >= 0])
                histories = _look_up(known, keys)
            there = histories >= 0
            pairs, counts = np.unique(
                histories[there] * self.vocabulary + tokens[there], return_counts=True
            )
            owner = pairs // self.vocabulary
            self._levels.append(
                (
                    known,
                    pairs,
                    counts,
                    np.bincount(owner, counts, len(known)),  # c(h)
                    np.bincount(owner, minlength=len(known)),  # t(h)
                )
            )
        return self

    def log_probabilities(self, sequence: npt.ArrayLike) -> np.ndarray:
        """Return the log-probability of each token, after those before it.

        Args:
            sequence: Sequence of token numbers.

        Returns:
            Array as long as `sequence`, in nats.
        """
        tokens = self._checked(sequence)
        places = np.arange(len(tokens))
        found = np.full(len(tokens), 1 / self.vocabulary)
        histories = np.zeros(len(tokens), "int64")
        for length, (known, pairs, counts, total, kinds) in enumerate(self._levels):
            if length:
                keys = self._longer(histories, tokens, places, length)
                histories = _look_up(known, keys)
            there = histories >= 0
            history = histories[there]
            pair = _look_up(pairs, history * self.vocabulary + tokens[there])
            count = np.where(pair >= 0, counts[pair], 0)
            found[there] = (count + kinds[history] * found[there]) / (
                total[history] + kinds[history]
            )
        return np.log(found)

    def next_probabilities(self, history: npt.ArrayLike) -> np.ndarray:
        """Return the probability of every token after a history.

        Args:
            history: Sequence of token numbers; the last `order - 1` count.

        Returns:
            Array of shape `(vocabulary,)`.
        """
        tokens = self._checked(history)
        found = np.full(self.vocabulary, 1 / self.vocabulary)
        place = 0
        for length, (known, pairs, counts, total, kinds) in enumerate(self._levels):
            if length > len(tokens):
                break
            if length:
                key = np.array([place * self.vocabulary + tokens[-length]])
                place = int(_look_up(known, key)[0])
            if place < 0:
                break
            start, end = np.searchsorted(
                pairs, [place * self.vocabulary, (place + 1) * self.vocabulary]
            )
            found *= kinds[place]
            found[pairs[start:end] - place * self.vocabulary] += counts[start:end]
            found /= total[place] + kinds[place]
        return found

    def nats(self, sequences: Sequence[npt.ArrayLike]) -> float:
        """Return the mean loss of a token in nats: the cross-entropy.

        Args:
            sequences: List of sequences of token numbers.
        """
        losses = [-self.log_probabilities(one) for one in sequences]
        return float(np.concatenate(losses).mean())

    def sample(
        self,
        count: int,
        *,
        end: int,
        longest: int,
        temperature: float = 1.0,
        seed: int = 0,
        start: Sequence[int] = (),
    ) -> list[list[int]]:
        """Draw sequences, token by token.

        Args:
            count: Integer, how many.
            end: Integer, the token that ends one. It is not returned.
            longest: Integer, the most tokens.
            temperature: Float above 0; below 1 the likely becomes likelier.
                Default: `1.0`.
            seed: Integer. Default: `0`.
            start: Sequence of token numbers to go on from. They are not returned.

        Returns:
            List of lists of integers.
        """
        rng = np.random.default_rng(seed)
        drawn = []
        for _ in range(count):
            tokens = list(start)
            while len(tokens) - len(start) < longest:
                chances = self.next_probabilities(tokens[-self.order :])
                chances = (chances ** (1 / temperature)).cumsum()
                token = int(np.searchsorted(chances, rng.random() * chances[-1]))
                if token == end:
                    break
                tokens.append(token)
            drawn.append(tokens[len(start) :])
        return drawn

    def _longer(self, histories, tokens, places, length):
        """A key for each history of `length` tokens, -1 where there is none.

        Args:
            histories: The number of each token's history of `length - 1`.
        """
        older = np.roll(tokens, length)
        there = (histories >= 0) & (places >= length)
        return np.where(there, histories * self.vocabulary + older, -1)

    def _checked(self, sequence):
        tokens = np.asarray(sequence, "int64").reshape(-1)
        if len(tokens) and not 0 <= tokens.min() <= tokens.max() < self.vocabulary:
            raise UserError(
                f"There are tokens from {tokens.min()} to {tokens.max()}; this model "
                f"knows 0 to {self.vocabulary - 1}."
            )
        return tokens


def perplexity(nats: float) -> float:
    """Return among how many equally likely tokens a model hesitates on average.

    The probability of the text to the power of `-1 / tokens` (CS230 cheat sheet),
    which is `exp` of the loss a token.

    Args:
        nats: Float, the mean loss a token.

    Example:

    >>> round(perplexity(math.log(4)), 6)
    4.0
    """
    return math.exp(nats)


def _look_up(keys, wanted):
    """Where each wanted key stands in sorted `keys`, or -1."""
    if not len(keys):
        return np.full(len(wanted), -1)
    places = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[places] == wanted, places, -1)
