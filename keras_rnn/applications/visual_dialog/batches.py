"""Dialogs as batches to learn from: what is asked, what is right, and where to look."""

import keras
import numpy as np

from keras_rnn.applications.shared.scene_encoder import places_of
from keras_rnn.applications.shared.texts import hide_words
from keras_rnn.training import Batches


class DialogBatches(Batches):
    """Dialogs in which, where they are shuffled, a few words are hidden."""

    _HIDDEN = 0.02

    def draw(self, generator):
        """Return an epoch's order, and the words of all questions."""
        words = hide_words(self.arrays[0][1], generator, self._HIDDEN)
        return generator.permutation(self.count), words

    def __getitem__(self, batch):
        if not self.shuffle:
            return super().__getitem__(batch)
        (images, _, given), targets = self.arrays
        order, words = self.drawn()
        chosen = order[batch * self.batch_size : (batch + 1) * self.batch_size]
        whole = (images, words, given), targets
        return keras.tree.map_structure(lambda array: array[chosen], whole)


def places(dialogs, rows, columns):
    """Return where in the picture one has to look for an answer.

    Args:
        dialogs: `keras_rnn.datasets.shape_dialogs.Dialogs`.
        rows: Integer, places from top to bottom.
        columns: Integer, places from left to right.

    Returns:
        float32 array `(dialogs, rounds, 2, rows * columns)`: first at the other thing
        of a relation, then at the thing that is asked about. Even shares of its places
        that add up to 1; all 0 where there is no such thing, or several.
    """
    found = np.zeros((*dialogs.answers.shape, 2, rows, columns), "float32")
    for own, scene, rounds in zip(found, dialogs.scenes, dialogs.rounds, strict=True):
        for looks, one in zip(own, rounds, strict=True):
            for grid, thing in zip(looks, (one.other, one.thing), strict=True):
                if thing is not None:
                    grid[places_of(thing, scene, rows, columns)] = 1
    found /= np.maximum(found.sum(axis=(-2, -1), keepdims=True), 1)
    return found.reshape(*found.shape[:3], rows * columns)
