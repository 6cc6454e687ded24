"""Batches of pairs of sequences, both about as long as the others of the batch."""

import numpy as np

from keras_rnn.applications.shared.length_batches import LengthBatches, round_up

# Sentences are short: a batch is padded to a multiple of this.
STEP = 4


class PairBatches(LengthBatches):
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
        lengths = [(array != 0).sum(axis=1) for array in (sources, said)]
        arrays = (sources, read), said, lengths[1]
        super().__init__(*arrays, batch_size, shuffle, seed, **kwargs)
        self.padded = np.array(
            [[round_up(int(length), STEP) for length in each] for each in lengths]
        )

    def __getitem__(self, batch):
        chosen = self.drawn()[batch]
        source, target = self.padded[:, chosen].max(axis=1)
        (sources, read), said = self.arrays
        return (
            (sources[chosen, :source], read[chosen, :target]),
            said[chosen, :target],
        )


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
