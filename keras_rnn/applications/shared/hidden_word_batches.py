"""Batches in which a few words are hidden, so that a network learns to do without."""

import keras
import numpy as np

from keras_rnn.applications.shared.texts import hide_words
from keras_rnn.training import Batches


class HiddenWordBatches(Batches):
    """Arrays as batches; where they are shuffled, a few words count as unknown.

    Which ones follows from `seed` and the epoch's number alone, so that
    `keras_rnn.training.fit` can go on after a kill.

    Args:
        arrays, batch_size, shuffle, seed: What `keras_rnn.training.Batches` takes.
        words: Integer, which of the inputs holds word numbers; or `None`, where the
            inputs are one array of them.
        share: Float, how many of the words are hidden, 0 to 1. Default: `0.02`.
    """

    def __init__(
        self,
        arrays: tuple,
        words: int | None,
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int = 0,
        share: float = 0.02,
    ) -> None:
        super().__init__(arrays, batch_size, shuffle, seed)
        self.words, self.share = words, share

    def draw(self, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Return an epoch's order, and the words before they are ordered."""
        inputs = self.arrays[0]
        numbers = inputs if self.words is None else inputs[self.words]
        hidden = hide_words(numbers, generator, self.share)
        return generator.permutation(self.count), hidden

    def __getitem__(self, batch):
        if not self.shuffle:
            return super().__getitem__(batch)
        order, hidden = self.drawn()
        chosen = order[batch * self.batch_size : (batch + 1) * self.batch_size]
        inputs, targets = keras.tree.map_structure(lambda one: one[chosen], self.arrays)
        if self.words is None:
            return hidden[chosen], targets
        before, after = inputs[: self.words], inputs[self.words + 1 :]
        return (*before, hidden[chosen], *after), targets
