"""Arrays as batches, in an order that a resumed training finds again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from keras_rnn.errors import UserError


class Batches(keras.utils.PyDataset):
    """Arrays as batches whose order depends on `seed` and the epoch's number alone.

    Args:
        arrays: Tuple `(inputs, targets)` or `(inputs, targets, sample_weights)`;
            each an array, a tensor, or a list, tuple or dict of such, all of the
            same length.
        batch_size: Integer. Default: `32`.
        shuffle: Boolean, whether each epoch has another order. Default: `True`.
        seed: Integer, which orders. Default: `0`.
        **kwargs: `workers`, `use_multiprocessing` and `max_queue_size` of
            `keras.utils.PyDataset`.

    Attributes:
        count: Integer, the number of examples.
        epoch: Integer, the epoch whose order is in force. `fit` sets it.

    Raises:
        UserError: Arrays of different lengths, or without an example.

    Example:

    >>> batches = Batches((np.arange(5), np.arange(5)), batch_size=2, shuffle=False)
    >>> len(batches), batches[2]
    (3, (array([4]), array([4])))
    """

    def __init__(
        self,
        arrays: Sequence[Any],
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int = 0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.arrays = tuple(as_arrays(one) for one in arrays if one is not None)
        lengths = {
            len(array) if array.ndim else 0 for array in keras.tree.flatten(self.arrays)
        }
        if len(lengths) != 1 or 0 in lengths:
            raise UserError(
                f"Inputs and targets hold {sorted(lengths)} examples: give the same "
                "number of each, at least one."
            )
        (self.count,) = lengths
        self.batch_size, self.shuffle, self.seed = batch_size, shuffle, seed
        self.epoch = 0

    def __len__(self) -> int:
        return -(-self.count // self.batch_size)

    def __getitem__(self, batch: int) -> tuple[Any, ...]:
        chosen = slice(batch * self.batch_size, (batch + 1) * self.batch_size)
        if self.shuffle:
            chosen = self.drawn()[chosen]
        return keras.tree.map_structure(lambda array: array[chosen], self.arrays)

    def drawn(self) -> Any:
        """Return what `draw` made of the seed and the epoch: once for each epoch."""
        if getattr(self, "_drawn_for", None) != self.epoch:
            generator = np.random.default_rng((self.seed, self.epoch))
            self._drawn, self._drawn_for = self.draw(generator), self.epoch
        return self._drawn

    def draw(self, generator: np.random.Generator) -> Any:
        """Return an epoch's order, drawn with a NumPy generator."""
        return generator.permutation(self.count)


def as_arrays(data: Any) -> Any:
    """Return arrays, tensors, frames or lists of numbers as NumPy arrays.

    Args:
        data: One of these, or a list, tuple or dict of several.

    Returns:
        Array, or tuple or dict of arrays: Keras on TensorFlow takes several inputs
        as a tuple, not as a list.

    Example:

    >>> as_arrays([0, 1])
    array([0, 1])
    >>> as_arrays([np.zeros(1), np.ones(1)])
    (array([0.]), array([1.]))
    """
    if isinstance(data, dict):
        return {name: as_arrays(one) for name, one in data.items()}
    if isinstance(data, list | tuple) and any(map(_holds_arrays, data)):
        return tuple(map(as_arrays, data))
    if keras.ops.is_tensor(data):
        return keras.ops.convert_to_numpy(data)
    return np.asarray(data)


def _holds_arrays(data: Any) -> bool:
    if isinstance(data, list | tuple):
        return any(map(_holds_arrays, data))
    return isinstance(data, dict) or getattr(data, "ndim", 0) > 0
