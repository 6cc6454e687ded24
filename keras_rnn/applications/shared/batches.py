"""Batches of sequences that are about as long as each other: little is padding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import keras
import numpy as np

from keras_rnn.applications.shared.lengths import SENTENCE_STEP, round_up
from keras_rnn.training import Batches


def group_by_length(
    lengths: Sequence[int], step: int = SENTENCE_STEP
) -> Iterator[np.ndarray]:
    """Yield the places of sequences that are padded alike, to a multiple of `step`.

    Example:

    >>> [places.tolist() for places in group_by_length([3, 9, 4])]
    [[0, 2], [1]]
    """
    padded = np.array([round_up(length, step) for length in lengths], "int32")
    for length in np.unique(padded):
        yield np.flatnonzero(padded == length)


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
        self,
        inputs: np.ndarray | Sequence[np.ndarray],
        targets: np.ndarray,
        lengths: Sequence[int],
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int = 0,
        **kwargs: Any,
    ) -> None:
        is_one = isinstance(inputs, np.ndarray)
        arrays = (inputs if is_one else tuple(inputs), targets)
        super().__init__(arrays, batch_size, shuffle, seed, **kwargs)
        # (kinds of sequences, count): the last kind is sorted by first of all.
        self.padded = np.array([[round_up(length) for length in lengths]])

    def __getitem__(self, batch: int) -> tuple:
        chosen = self.drawn()[batch]
        length = self.padded[0, chosen].max()
        return keras.tree.map_structure(
            lambda array: array[chosen, :length], self.arrays
        )

    def draw(self, generator: np.random.Generator) -> Sequence[np.ndarray]:
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
        self,
        sources: np.ndarray,
        read: np.ndarray,
        said: np.ndarray,
        batch_size: int = 128,
        shuffle: bool = True,
        seed: int = 0,
        **kwargs: Any,
    ) -> None:
        lengths = [(array != 0).sum(axis=1) for array in (sources, said)]
        arrays = (sources, read), said, lengths[1]
        super().__init__(*arrays, batch_size, shuffle, seed, **kwargs)
        self.padded = np.array(
            [
                [round_up(int(length), SENTENCE_STEP) for length in each]
                for each in lengths
            ]
        )

    def __getitem__(self, batch: int) -> tuple:
        chosen = self.drawn()[batch]
        source, target = self.padded[:, chosen].max(axis=1)
        (sources, read), said = self.arrays
        return (
            (sources[chosen, :source], read[chosen, :target]),
            said[chosen, :target],
        )


def _unlike_first(
    batches: Sequence[np.ndarray], padded: np.ndarray
) -> Sequence[np.ndarray]:
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
