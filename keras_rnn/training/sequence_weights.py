"""One weight a sequence weighs the sequence, however long it is."""

from __future__ import annotations

from typing import Any

import keras

from keras_rnn.errors import UserError
from keras_rnn.training.training_data import first_batch


def weigh_sequences(model: keras.Model, data: Any) -> Any:
    """Let weights of shape `(batch,)` weigh whole sequences.

    A loss has a value for each step of a sequence, and Keras multiplies these values
    of shape `(batch, steps)` with the weights as NumPy would: with weights of shape
    `(batch,)` that fails, or, where a batch is as long as the sequences, it weighs
    the steps. Weights of shape `(batch, 1)` are what is meant.

    Args:
        model: Built and compiled `keras.Model`.
        data: Data set that gives `(inputs, targets, sample_weights)`.

    Returns:
        The same data set, or one whose weights have the dimensions that they lack.

    Raises:
        UserError: A loss of the user's own, of which it cannot be told what its
            values have the shape of.
    """
    batch = first_batch(data)
    if not isinstance(batch, tuple | list) or len(batch) != 3:
        return data
    if not any(_rank(one) == 1 for one in keras.tree.flatten(batch[2])):
        return data
    if all(_rank(one) < 2 for one in keras.tree.flatten(batch[1])):
        return data
    ranks = _ranks_of_values(model, batch[0])
    if max(ranks) < 2:
        return data
    if max(ranks) > 2 and not _are_of_keras(model.loss):
        raise UserError(
            f"One weight an example, and outputs of {max(ranks) + 1} dimensions with "
            "a loss of your own: give weights with as many dimensions as its values."
        )

    def widen(weights):
        flat = keras.tree.flatten(weights)
        if len(flat) != len(ranks):
            # One array for all outputs, which may differ in their dimensions.
            if len(set(ranks)) == 1:
                return _widened(weights, ranks[0])
            wide = [_widened(weights, rank) for rank in ranks]
            return keras.tree.pack_sequence_as(batch[1], wide)
        wide = [_widened(one, rank) for one, rank in zip(flat, ranks, strict=True)]
        return keras.tree.pack_sequence_as(weights, wide)

    if isinstance(data, keras.utils.PyDataset):
        return _Widened(data, widen)
    return data.map(lambda x, y, weights: (x, y, widen(weights)))


class _Widened(keras.utils.PyDataset):
    """Another data set, with wider weights."""

    def __init__(self, data, widen):
        super().__init__(data.workers, data.use_multiprocessing, data.max_queue_size)
        self.data, self.widen = data, widen
        self.on_epoch_begin, self.on_epoch_end = data.on_epoch_begin, data.on_epoch_end

    @property
    def num_batches(self):
        return self.data.num_batches

    def __getitem__(self, batch):
        inputs, targets, weights = self.data[batch]
        return inputs, targets, self.widen(weights)


def _rank(tensor):
    return len(tensor.shape)


def _widened(weights, rank):
    """Weights of shape `(batch,)` as `(batch, 1, ...)` with `rank` dimensions."""
    if _rank(weights) != 1:
        return weights
    return weights[(slice(None), *[None] * (rank - 1))]


def _ranks_of_values(model, inputs):
    """How many dimensions the loss of each output has before it is summed up."""
    outputs = getattr(model, "outputs", None)
    if not outputs:
        symbols = keras.tree.map_structure(
            lambda one: keras.KerasTensor(
                tuple(one.shape), getattr(one.dtype, "name", str(one.dtype))
            ),
            inputs,
        )
        outputs = keras.tree.flatten(model.compute_output_spec(symbols))
    return [max(_rank(output) - 1, 1) for output in outputs]


def _are_of_keras(loss):
    """Whether all losses are Keras's, which sum up the last dimension alone."""
    return all(
        isinstance(one, str)
        or getattr(one, "__module__", type(one).__module__).startswith("keras.")
        for one in keras.tree.flatten(loss)
    )
