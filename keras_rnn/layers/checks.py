"""What `Recurrent` refuses, and what it says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras
from keras import ops

from keras_rnn.layers.sequence_ops import MERGE_MODES


def check_positive_integer(name: str, value: Any) -> None:
    """Raise unless `value` is an integer of at least 1."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError(f"{name} must be a positive integer, not {value!r}.")


def check_arguments(layer: Any) -> None:
    """Raise if the arguments of a `Recurrent` contradict each other."""
    check_positive_integer("depth", layer.depth)
    if layer.units is not None:
        check_positive_integer("units", layer.units)
    if layer.merge_mode not in MERGE_MODES:
        raise ValueError(
            f"Unknown merge_mode {layer.merge_mode!r}. Expected one of "
            f"{', '.join(map(repr, MERGE_MODES))}."
        )
    if not 0 <= layer.dropout_between < 1:
        raise ValueError(
            "dropout_between is a fraction of the units, at least 0 and less than 1, "
            f"not {layer.dropout_between!r}."
        )
    if layer.dropout_between and layer.depth == 1:
        raise ValueError(
            "dropout_between acts between layers, and depth=1 has only one layer. "
            "Use `dropout`, which acts on inputs, or a greater depth."
        )
    if layer.bidirectional and layer.go_backwards:
        raise ValueError(
            "A bidirectional layer reads both ways: leave out go_backwards."
        )


def check_shapes(
    layer: Any, sequences: Any, states: Any = None, mask: Any = None
) -> None:
    """Raise if a recurrent layer cannot be called on tensors of these shapes.

    Args:
        layer: `Recurrent`, or a layer with its `state_size` and `state_names`.
        sequences: Shape, a tuple.
        states: List of shapes, the shape of a single state, or None.
        mask: Shape, or None.
    """
    if len(sequences) < 3:
        raise ValueError(
            f"{layer.name} reads sequences of shape (batch, time, features). "
            f"Received shape {tuple(sequences)}."
        )
    if sequences[1] == 0:
        raise ValueError(
            f"{layer.name} needs sequences of at least one step. "
            f"Received shape {tuple(sequences)}."
        )
    if mask is not None and not _agree(mask, sequences[:2]):
        raise ValueError(
            f"{layer.name} needs a mask of shape (batch, time) = "
            f"{tuple(sequences[:2])}. Received shape {tuple(mask)}."
        )
    if states is None:
        return
    # A file holds the shape of a single state as a list.
    is_one = isinstance(states, tuple) or any(isinstance(one, int) for one in states)
    if is_one and not any(map(_is_shape, states)):
        states = [states]
    expected = [(sequences[0], size) for size in layer.state_size]
    if len(states) != len(expected) or not all(map(_agree, states, expected)):
        wanted = ", ".join(
            f"{name} {shape}"
            for name, shape in zip(layer.state_names, expected, strict=True)
        )
        received = ", ".join(
            "None" if shape is None else str(tuple(shape)) for shape in states
        )
        raise ValueError(
            f"{layer.name} takes {len(expected)} tensors as initial_state: {wanted}. "
            f"Received {len(states)}{' of shape ' if states else ''}{received}."
        )


def check_sizes_are_known(layer: Any, sequences: Any) -> None:
    """Raise if weights, or the states of a stateful layer, have no known size.

    Args:
        layer: `Recurrent`.
        sequences: Shape, a tuple.
    """
    if sequences[-1] is None:
        raise ValueError(
            f"{layer.name} needs to know how many features a step has, the last axis "
            f"of its input. Received shape {tuple(sequences)}."
        )
    if layer.stateful and sequences[0] is None:
        raise ValueError(
            f"{layer.name} is stateful, so its batch size must be fixed: "
            "keras.Input(batch_shape=(batch, time, features)). "
            f"Received shape {tuple(sequences)}."
        )


@contextmanager
def explained_half_precision(layer: Any) -> Iterator[None]:
    """Say what to do where weights cannot be made in half precision.

    Args:
        layer: `Recurrent` whose parts are built within this context.
    """
    try:
        yield
    except Exception as error:  # each backend has an error of its own
        half = layer.variable_dtype
        initializers = [
            getattr(part, "recurrent_initializer", None)
            for part in layer._flatten_layers()
        ]
        orthogonal = keras.initializers.Orthogonal
        if half not in ("float16", "bfloat16") or not any(
            isinstance(one, orthogonal) for one in initializers
        ):
            raise
        raise ValueError(
            f"{layer.name} cannot be made in pure {half}: its recurrent weights start "
            "from an orthogonal matrix, which cannot be drawn in half precision. Use "
            f"the policy 'mixed_{half}', or another recurrent_initializer."
        ) from error


def with_fixed_batch(layer: Any, sequences: keras.KerasTensor) -> keras.KerasTensor:
    """Return `sequences`, which have as many rows as a stateful layer has states.

    Args:
        layer: Built `Recurrent` with `stateful=True`.
        sequences: Tensor of shape `(batch, time, features)`.

    Raises:
        ValueError: They have another batch size. A batch whose size shows only while
            a compiled model runs fails there, with an error of the backend.
    """
    batch, given = layer.states[0].shape[0], sequences.shape[0]
    if given is None:
        # One row would otherwise be broadcast to all states, without a word. Joining
        # two tensors fails there; the scope's name stands in TensorFlow's message.
        with keras.name_scope(f"stateful_layer_needs_batches_of_{batch}_rows"):
            row = ops.zeros((batch, 1, *sequences.shape[2:]), dtype=sequences.dtype)
            return ops.concatenate([row, sequences], axis=1)[:, 1:]
    if given != batch:
        raise ValueError(
            f"{layer.name} is stateful and carries the states of {batch} sequences, so "
            f"every batch needs {batch} rows. Received {given}. Leave out an "
            "incomplete batch at the end."
        )
    return sequences


def _is_shape(value):
    return isinstance(value, (list, tuple))


def _agree(shape, expected):
    """Whether two shapes can be of one tensor; `None` is any size."""
    if shape is None:
        return False
    return len(shape) == len(expected) and all(
        None in pair or pair[0] == pair[1] for pair in zip(shape, expected, strict=True)
    )
