"""What a user gives to `fit`, in any of Keras's ways, as data sets."""

from __future__ import annotations

from typing import Any

import keras

from keras_rnn.errors import UserError
from keras_rnn.training.batches import Batches

MISSING = (
    "The targets are missing{where}. Give fit(model, inputs, targets), or a tuple "
    "(inputs, targets), or a data set whose batches are such tuples."
)


def training_data(
    model: keras.Model,
    x: Any,
    y: Any,
    validation_data: Any,
    sample_weight: Any,
    batch_size: int,
    seed: int,
) -> tuple[Any, Any]:
    """Sort out what `fit` was given.

    Args:
        model: Compiled `keras.Model`.
        x: Inputs, or a tuple with the targets in it, or a data set.
        y: Targets, or the validation data where `x` holds the targets.
        validation_data: Tuple, data set or `None`.
        sample_weight: Array or `None`.
        batch_size: Integer, for arrays.
        seed: Integer, for the order of arrays.

    Returns:
        Tuple `(train, validation)` of data sets; `validation` may be `None`.

    Raises:
        UserError: The targets are missing, or given twice.
    """
    whole = not _is_arrays(x) or (
        isinstance(x, tuple)
        and (y is None or not _is_arrays(y) or _is_tuple(y, validation_data))
    )
    if whole and y is not None:
        if validation_data is not None or not (
            isinstance(y, tuple | list) or not _is_arrays(y)
        ):
            raise UserError(
                "The first argument holds its targets itself, and targets follow. "
                "Leave one of them out; several inputs go into a list or a dict."
            )
        y, validation_data = None, y
    if sample_weight is not None and (whole and not isinstance(x, tuple)):
        raise UserError(
            "sample_weight belongs to arrays. A data set gives batches of "
            "(inputs, targets, sample_weights)."
        )
    if not whole:
        x = (x, y if _is_arrays(y) else None)
    if isinstance(x, tuple) and sample_weight is not None:
        x = (*x[:2], sample_weight)
    train = _dataset(model, x, "", batch_size, seed, shuffle=True)
    if validation_data is None:
        return train, None
    if isinstance(validation_data, list):
        validation_data = tuple(validation_data)
    where = " in the validation data"
    if not isinstance(validation_data, tuple) and _is_arrays(validation_data):
        validation_data = (validation_data, None)
    return train, _dataset(model, validation_data, where, batch_size, seed, False)


def first_batch(data: Any) -> Any:
    """Return the first batch of a data set, as it comes, or `None`.

    Of a `tf.data.Dataset` only the shapes and data types, as it describes them: to
    read from it can be long work. Of generators and the like nothing: what is read
    from them is gone.

    Args:
        data: Any data set that Keras takes.
    """
    if isinstance(data, keras.utils.PyDataset):
        return None if data.num_batches == 0 else data[0]
    return getattr(data, "element_spec", None)


def _dataset(model, data, where, batch_size, seed, shuffle):
    if isinstance(data, tuple):
        if len(data) > 3:
            raise UserError(
                f"A tuple of {len(data)} parts{where}: it is (inputs, targets) or "
                "(inputs, targets, sample_weights). Several inputs go into a list or "
                "a dict."
            )
        if len(data) > 1 and data[1] is None:
            data = data[:1]
        _check_targets(model, data, where)
        return Batches(data, batch_size, shuffle, seed)
    _check_targets(model, first_batch(data), where)
    return data


def _check_targets(model, batch, where):
    """Refuse a batch without targets, unless the model has no loss that needs them."""
    alone = not isinstance(batch, tuple | list) or len(batch) < 2
    if batch is not None and alone and model.loss is not None:
        raise UserError(MISSING.format(where=where))


def _is_arrays(data):
    """Whether it is an array or a nest of arrays, and no data set."""
    return isinstance(data, tuple | list | dict) or hasattr(data, "__array__")


def _is_tuple(y, validation_data):
    """Whether what follows a tuple is validation data, and not targets."""
    return isinstance(y, tuple) and validation_data is None
