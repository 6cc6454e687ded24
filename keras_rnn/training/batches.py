"""Arrays as batches, in an order that a resumed training finds again."""

import keras
import numpy as np

from keras_rnn.errors import UserError


class Batches(keras.utils.PyDataset):
    """Arrays as batches whose order depends on `seed` and the epoch's number alone.

    Args:
        arrays: Tuple `(inputs, targets)` or `(inputs, targets, sample_weights)`;
            each an array, or a list, tuple or dict of arrays of the same length.
        batch_size: Integer. Default: `32`.
        shuffle: Boolean, whether each epoch has another order. Default: `True`.
        seed: Integer, which orders. Default: `0`.

    Attributes:
        epoch: Integer, the epoch whose order is in force. `fit` sets it.

    Example:

    >>> batches = Batches((np.arange(5), np.arange(5)), batch_size=2, shuffle=False)
    >>> len(batches), batches[2]
    (3, (array([4]), array([4])))
    """

    def __init__(self, arrays, batch_size=32, shuffle=True, seed=0, **kwargs):
        super().__init__(**kwargs)
        # Keras on TensorFlow takes several inputs as a tuple, not as a list.
        arrays = [tuple(one) if isinstance(one, list) else one for one in arrays]
        self.arrays = keras.tree.map_structure(np.asarray, tuple(arrays))
        lengths = {len(array) for array in keras.tree.flatten(self.arrays)}
        if len(lengths) != 1 or 0 in lengths:
            raise UserError(
                f"Inputs and targets hold {sorted(lengths)} examples: give the same "
                "number of each, at least one."
            )
        (self.count,) = lengths
        self.batch_size, self.shuffle, self.seed = batch_size, shuffle, seed
        self.epoch = 0

    def __len__(self):
        return -(-self.count // self.batch_size)

    def __getitem__(self, batch):
        chosen = slice(batch * self.batch_size, (batch + 1) * self.batch_size)
        if self.shuffle:
            chosen = self.drawn()[chosen]
        return keras.tree.map_structure(lambda array: array[chosen], self.arrays)

    def drawn(self):
        """Return what `draw` made of the seed and the epoch: once for each epoch."""
        if getattr(self, "_drawn_for", None) != self.epoch:
            generator = np.random.default_rng((self.seed, self.epoch))
            self._drawn, self._drawn_for = self.draw(generator), self.epoch
        return self._drawn

    def draw(self, generator):
        """Return an epoch's order, drawn with a NumPy generator."""
        return generator.permutation(self.count)
