"""Batches of sequences that are about as long as each other."""

import keras
import numpy as np

from keras_rnn.training import Batches

# Each length is compiled once, so there are few: multiples of this.
STEP = 16


def round_up(length, step=STEP):
    """Return the length to which a sequence is padded: the next multiple of `step`."""
    return max(1, -(-length // step)) * step


class LengthBatches(Batches):
    """Padded arrays as batches, each cut to the longest of its sequences.

    A batch holds sequences of similar length, so that little of it is padding. Which
    ones, and in what order, is drawn anew in each epoch from `seed` and the epoch's
    number alone, so that `keras_rnn.training.fit` can go on after a kill.

    Args:
        inputs: Array `(sequences, time, ...)`, padded at the end, or a tuple of such.
        targets: Array `(sequences, time, ...)`.
        lengths: Integer array `(sequences,)`, how long each sequence is; `time` is at
            least `round_up` of the longest.
        batch_size: Integer. Default: `32`.
        shuffle: Boolean, whether each epoch has another order. Default: `True`.
        seed: Integer. Default: `0`.

    Attributes:
        epoch: Integer, the epoch whose order is in force. `fit` sets it.

    Example:

    >>> lengths = np.array([3, 20, 5, 30])
    >>> numbers = np.where(np.arange(32) < lengths[:, None], 7, 0)
    >>> batches = LengthBatches((numbers,), numbers, lengths, 2, shuffle=False)
    >>> [batches[place][1].shape for place in range(len(batches))]
    [(2, 16), (2, 32)]
    """

    def __init__(
        self, inputs, targets, lengths, batch_size=32, shuffle=True, seed=0, **kwargs
    ):
        is_one = isinstance(inputs, np.ndarray)
        arrays = (inputs if is_one else tuple(inputs), targets)
        super().__init__(arrays, batch_size, shuffle, seed, **kwargs)
        # (kinds of sequences, count): the last kind is sorted by first of all.
        self.padded = np.array([[round_up(length) for length in lengths]])

    def __getitem__(self, batch):
        chosen = self.drawn()[batch]
        length = self.padded[0, chosen].max()
        return keras.tree.map_structure(
            lambda array: array[chosen, :length], self.arrays
        )

    def draw(self, generator):
        """Return an epoch's batches, drawn with a NumPy generator."""
        order = np.arange(self.count)
        if self.shuffle:
            generator.shuffle(order)
        order = order[np.lexsort(self.padded[:, order])]
        size = self.batch_size
        batches = [order[i * size : (i + 1) * size] for i in range(len(self))]
        if self.shuffle:
            batches = [batches[i] for i in generator.permutation(len(batches))]
        return _unlike_first(batches, self.padded)


def _unlike_first(batches, padded):
    """Put a batch of other lengths, of as many kinds as can be, in second place.

    Keras on TensorFlow looks at the first two batches, and takes what is the same in
    both for what is the same in all.
    """
    lengths = np.array([padded[:, batch].max(axis=1) for batch in batches])
    place = int((lengths != lengths[0]).sum(axis=1).argmax())
    if place > 1:
        batches = list(batches)
        batches[1], batches[place] = batches[place], batches[1]
    return batches
