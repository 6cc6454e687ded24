"""Small tensor functions on sequences of shape `(batch, time, features)`."""

from __future__ import annotations

from functools import reduce

import keras
from keras import ops

MERGE_MODES = ("concat", "sum", "mul", "ave", None)


def last_step(
    sequence: keras.KerasTensor,
    mask: keras.KerasTensor | None = None,
    backwards: bool = False,
) -> keras.KerasTensor:
    """Return the step at which reading `sequence` ends.

    Args:
        sequence: Tensor of shape `(batch, time, features)`.
        mask: Boolean tensor of shape `(batch, time)`, or None.
        backwards: Boolean, whether it is read from its end, so that the first step
            comes last.

    Returns:
        Tensor of shape `(batch, features)`: the last (first) step that the mask
        keeps, or zeros where it keeps none.
    """
    if mask is None:
        return sequence[:, 0] if backwards else sequence[:, -1]
    kept = ops.cast(mask, "int32")
    # At the last kept step, exactly one is counted from there to the end.
    count = ops.cumsum(kept, axis=1)
    if not backwards:
        count = ops.sum(kept, axis=1, keepdims=True) - count + kept
    chosen = ops.logical_and(ops.cast(mask, "bool"), count == 1)
    return ops.sum(where_kept(chosen, sequence), axis=1)


def where_kept(
    mask: keras.KerasTensor, sequence: keras.KerasTensor
) -> keras.KerasTensor:
    """Return `sequence` with zeros at the steps where `mask` is false."""
    mask = ops.cast(mask, "bool")
    for _ in range(len(sequence.shape) - 2):
        mask = ops.expand_dims(mask, axis=-1)
    return ops.where(mask, sequence, ops.zeros_like(sequence))


def where_any_kept(
    mask: keras.KerasTensor, output: keras.KerasTensor
) -> keras.KerasTensor:
    """Return `output`, of shape `(batch, width)`, with zeros where no step is kept.

    Backends disagree on the last output of a row that has nothing to read.
    """
    any_step = ops.any(ops.cast(mask, "bool"), axis=1, keepdims=True)
    return where_kept(any_step, output)


def merge(outputs: list[keras.KerasTensor], mode: str | None) -> keras.KerasTensor:
    """Return the outputs of the directions as one tensor.

    Args:
        outputs: List of tensors of equal shape.
        mode: One of `MERGE_MODES` except `None`.
    """
    if len(outputs) == 1:
        return outputs[0]
    if mode == "concat":
        return ops.concatenate(outputs, axis=-1)
    if mode == "mul":
        return reduce(ops.multiply, outputs)
    total = reduce(ops.add, outputs)
    return total / len(outputs) if mode == "ave" else total


def plus_input(
    output: keras.KerasTensor,
    sequence: keras.KerasTensor,
    mask: keras.KerasTensor,
    backwards: bool,
) -> keras.KerasTensor:
    """Return a layer's output plus its input.

    Args:
        output: Tensor like `sequence`, or without its time axis: then the input of
            the step at which reading ends is added.
        sequence: Tensor of shape `(batch, time, features)`.
        mask: Boolean tensor of shape `(batch, time)`, or None.
        backwards: Boolean, whether `sequence` is read from its end.
    """
    if len(output.shape) < len(sequence.shape):
        sequence = last_step(sequence, mask, backwards)
    return output + sequence
