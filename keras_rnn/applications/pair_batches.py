"""Batches of pairs of sequences, both about as long as the others of the batch."""

import numpy as np

from keras_rnn.applications.length_batches import round_up
from keras_rnn.training import Batches

# Sentences are short: a batch is padded to a multiple of this.
STEP = 4


class PairBatches(Batches):
    """Sources and targets as batches, each cut to the longest of its own kind.

    The answer to each word costs a row of the whole vocabulary, so that first of all
    the targets of a batch are of similar length, and then the sources. Which pairs
    come together, and in what order, is drawn anew in each epoch from `seed` and the
    epoch's number alone.

    Args:
        sources: Integer array `(pairs, time)`, padded with zeros at the end.
        read: Integer array `(pairs, target time)`: what the decoder reads.
        said: Integer array of the same shape: what it is to say.
        batch_size: Integer. Default: `128`.
        shuffle: Boolean, whether each epoch has another order. Default: `True`.
        seed: Integer. Default: `0`.

    Example:

    >>> ones = np.ones((1, 8), "int32")
    >>> batches = PairBatches(ones * [[1, 1, 1, 0, 0, 0, 0, 0]], ones, ones)
    >>> (source, read), said = batches[0]
    >>> source.shape, said.shape
    ((1, 4), (1, 8))
    """

    def __init__(
        self, sources, read, said, batch_size=128, shuffle=True, seed=0, **kwargs
    ):
        super().__init__(((sources, read), said), batch_size, shuffle, seed, **kwargs)
        self.padded = np.array(
            [
                [round_up(int(length), STEP) for length in (array != 0).sum(axis=1)]
                for array in (sources, said)
            ]
        )

    def __getitem__(self, batch):
        chosen = self.drawn()[batch]
        source, target = self.padded[:, chosen].max(axis=1)
        (sources, read), said = self.arrays
        return (
            (sources[chosen, :source], read[chosen, :target]),
            said[chosen, :target],
        )

    def draw(self, generator):
        """Return an epoch's batches, drawn with a NumPy generator."""
        order = np.arange(self.count)
        if self.shuffle:
            generator.shuffle(order)
        source, target = self.padded[:, order]
        order = order[np.lexsort((source, target))]
        size = self.batch_size
        batches = [order[i * size : (i + 1) * size] for i in range(len(self))]
        if self.shuffle:
            batches = [batches[i] for i in generator.permutation(len(batches))]
        return self._unlike_first(batches)

    def _unlike_first(self, batches):
        """Put a batch of two other lengths in second place, if there is one.

        Keras on TensorFlow takes what is the same in the first two batches for what
        is the same in all.
        """
        shapes = np.array([self.padded[:, one].max(axis=1) for one in batches])
        unlike = (shapes != shapes[0]).sum(axis=1)
        place = int(unlike.argmax())
        if place > 1:
            batches[1], batches[place] = batches[place], batches[1]
        return batches


def group_by_length(lengths, step=STEP):
    """Yield integer arrays: the places of sequences that are padded alike.

    Args:
        lengths: List of integers.
        step: Integer. Default: `4`.

    Example:

    >>> [places.tolist() for places in group_by_length([3, 9, 4])]
    [[0, 2], [1]]
    """
    padded = np.array([round_up(length, step) for length in lengths], "int32")
    for length in np.unique(padded):
        yield np.flatnonzero(padded == length)
