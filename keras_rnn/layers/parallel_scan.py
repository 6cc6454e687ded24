"""The states of a linear recurrence, all steps at once.

    h_t = a_t * h_{t-1} + b_t

Two steps in a row are again one such step, with `a = a_2 a_1` and `b = a_2 b_1 + b_2`.
Joining is associative, so neighbours may be joined in any order: about `log2(time)`
rounds, each for the whole sequence at once, instead of `time` steps one after another.
"""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

# The logarithm of 0, but finite, so that no gradient becomes inf - inf.
LOG_ZERO = -1e30


def linear_scan(
    keep: keras.KerasTensor, new: keras.KerasTensor
) -> tuple[keras.KerasTensor, keras.KerasTensor]:
    """Return what all steps up to each one make of a state.

    Args:
        keep: Tensor of shape `(batch, time, units)`, `a_t`.
        new: Tensor of the same shape, `b_t`.

    Returns:
        Two tensors of that shape, `A_t` and `B_t`: `h_t = A_t * h_0 + B_t`.

    Example:

    >>> keep, new = ops.full((1, 3, 1), 0.5), ops.ones((1, 3, 1))
    >>> kept, added = linear_scan(keep, new)
    >>> ops.convert_to_numpy(added).ravel().tolist()
    [1.0, 1.5, 1.75]
    """
    return _scan(_join, (keep, new), (1.0, 0.0))


def log_linear_scan(
    log_keep: keras.KerasTensor, log_new: keras.KerasTensor
) -> tuple[keras.KerasTensor, keras.KerasTensor]:
    """Return the logarithms of what `linear_scan` returns, from logarithms.

    Args:
        log_keep: Tensor of shape `(batch, time, units)`, `log a_t`.
        log_new: Tensor of the same shape, `log b_t`; `LOG_ZERO` stands for `log 0`.

    Returns:
        Two tensors of that shape, `log A_t` and `log B_t`.
    """
    return _scan(_join_logs, (log_keep, log_new), (0.0, LOG_ZERO))


def _join(first, second):
    return second[0] * first[0], second[0] * first[1] + second[1]


def _join_logs(first, second):
    kept = second[0] + first[1]
    # log(exp(kept) + exp(new)). Not `ops.logaddexp`: where the two are equal, its
    # gradient on TensorFlow goes to one of them alone.
    largest = ops.stop_gradient(ops.maximum(kept, second[1]))
    total = ops.exp(kept - largest) + ops.exp(second[1] - largest)
    return second[0] + first[0], largest + ops.log(total)


def _scan(join, elements, neutral):
    # On TensorFlow, `associative_scan` takes minutes to trace for an unknown length,
    # cannot be compiled with XLA, and was measured to be 3 to 4 times slower.
    if keras.backend.backend() == "tensorflow":
        return chunked_scan(join, elements, neutral)
    return ops.associative_scan(join, elements, axis=1)


def chunked_scan(
    join: Any, elements: Any, neutral: Any, width: int = 16, levels: int = 5
) -> Any:
    """Return what `keras.ops.associative_scan(join, elements, axis=1)` returns.

    For any backend, a length that is not known beforehand, and XLA. The sequence is
    cut into chunks. Each chunk is joined from left to right, all chunks at once; the
    totals of the chunks are scanned in the same way, a shorter sequence; and each
    chunk is joined with the total of all chunks before it.

    Args:
        join: Function of two tuples of tensors, associative.
        elements: Tuple of tensors of shape `(batch, time, units)`.
        neutral: Tuple of floats, the element that `join` leaves the other as it is.
        width: Integer, steps in a chunk. Default: 16.
        levels: Integer, how often at most to cut. A sequence of unknown length has
            at most `width ** levels` steps: by default 1,048,576.

    Returns:
        Tuple of tensors like `elements`.
    """
    units = elements[0].shape[-1]
    time, is_known = elements[0].shape[1], elements[0].shape[1] is not None
    if not is_known:
        time = ops.shape(elements[0])[1]
    is_last = levels == 1 or (is_known and time <= width)
    if is_last and is_known:
        width = time
    chunks = 1 if is_last else (time + width - 1) // width
    padded = elements
    if not (is_known and time == chunks * width):
        padded = [
            ops.pad(one, ((0, 0), (0, width - 1), (0, 0)), constant_values=value)
            for one, value in zip(elements, neutral, strict=True)
        ]
        padded = [one[:, : chunks * width] for one in padded]

    # For each element `width` tensors of shape (batch, chunks, units).
    split = [
        ops.unstack(ops.reshape(one, (-1, chunks, width, units)), width, axis=2)
        for one in padded
    ]
    steps = list(zip(*split, strict=True))
    joined = steps[:1]
    for step in steps[1:]:
        joined.append(join(joined[-1], step))
    inside = tuple(ops.stack(parts, axis=2) for parts in zip(*joined, strict=True))
    if not is_last:
        totals = chunked_scan(join, joined[-1], neutral, width, levels - 1)
        before = tuple(
            ops.pad(one[:, :-1], ((0, 0), (1, 0), (0, 0)), constant_values=value)
            for one, value in zip(totals, neutral, strict=True)
        )
        before = tuple(ops.expand_dims(one, axis=2) for one in before)
        inside = join(before, inside)
    return tuple(
        ops.reshape(one, (-1, chunks * width, units))[:, :time] for one in inside
    )
