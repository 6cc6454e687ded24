"""Beam search in NumPy."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from keras_rnn.decoding.numpy_steps import Steps
from keras_rnn.decoding.numpy_writing import log_total

NEVER = np.float32(-np.inf)
# Entries of all rows up to which sorting them is fastest.
_FEW = 4096
# Tokens up to which looking at each of them is fastest.
_FEW_TOKENS = 256
_WORTH_DROPPING = 0.75


def highest(values: np.ndarray, count: int) -> np.ndarray:
    """Return the places of the highest entries of each row, the highest first.

    Of equal ones the first counts as higher.

    Args:
        values: Array `(rows, entries)`.
        count: Integer, at most the entries.

    Example:

    >>> highest(np.array([[3.0, 1.0, 4.0, 1.0, 5.0]]), 2).tolist()
    [[4, 2]]
    """
    if values.size > _FEW:
        least = np.partition(values, -count, axis=-1)[:, -count, None]
        is_among = values >= least
        found = np.count_nonzero(is_among, axis=-1)
    if values.size <= _FEW or (found < count).any():  # some are no numbers
        return np.argsort(-values, axis=-1, kind="stable")[:, :count]
    if (found > count).any():  # of those that equal the least, the first
        is_least = values == least
        kept = np.count_nonzero(is_least, axis=-1) - (found - count)
        is_among &= ~is_least | (np.cumsum(is_least, axis=-1) <= kept[:, None])
    places = np.flatnonzero(is_among).reshape(-1, count) % values.shape[1]
    order = np.argsort(-np.take_along_axis(values, places, -1), axis=-1, kind="stable")
    return np.take_along_axis(places, order, axis=-1)


def best_tokens(
    logits: np.ndarray, live: np.ndarray, count: int, masks_zero: bool = False
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the beams that go on best, each with a token, the best first.

    Of equal ones the first counts as better.

    Args:
        logits: Array `(sequences * width, vocabulary)`. It is written over.
        live: Array `(sequences, width)`, the beams' log-probabilities.
        count: Integer, at most all tokens of all beams of a sequence.
        masks_zero: Boolean, whether token 0 is padding that must not be written.
            Default: `False`.

    Returns:
        Three arrays `(sequences, count)`: log-probabilities, numbers of beams, tokens.
    """
    sequences, entries = len(live), logits.shape[1]
    before = live.reshape(-1, 1)
    if entries <= _FEW_TOKENS:
        total = log_total(logits)
        if masks_zero:
            logits[:, 0] = NEVER
        gained = (logits - total + before).reshape(sequences, -1)
        order = highest(gained, count)
        return np.take_along_axis(gained, order, axis=1), *divmod(order, entries)
    size = 2 ** round(math.log2(entries) / 2)
    maxima = _maxima(logits, size)
    total = log_total(logits, maxima.max(axis=-1, keepdims=True))
    if masks_zero:
        logits[:, 0] = NEVER
        maxima[:, :1] = _maxima(logits[:, :size], size)
    groups = maxima.shape[1]
    maxima = (maxima - total + before).reshape(sequences, -1)
    # The best tokens lie in as many groups at most: those with the best maxima.
    best = np.sort(highest(maxima, min(count, maxima.shape[1])), axis=-1)
    rows = best // groups + np.arange(sequences)[:, None] * live.shape[1]
    rows = rows[..., None]
    tokens = (best % groups * size)[..., None] + np.arange(size)
    gained = logits[rows, np.minimum(tokens, entries - 1)] - total[rows, 0]
    gained += before[rows, 0]
    gained[tokens >= entries] = NEVER
    order = highest(gained.reshape(sequences, -1), count)

    def picked(array):
        return np.take_along_axis(array.reshape(sequences, -1), order, axis=1)

    beams = np.take_along_axis(best // groups, order // size, axis=1)
    return picked(gained), beams, np.minimum(picked(tokens), entries - 1)


def _maxima(values, size):
    """The highest of each `size` entries of a row; the last of them may be fewer."""
    whole = values.shape[1] // size * size
    maxima = values[:, :whole].reshape(len(values), -1, size).max(axis=-1)
    if whole < values.shape[1]:
        last = values[:, whole:].max(axis=-1, keepdims=True)
        maxima = np.concatenate([maxima, last], axis=-1)
    return maxima


def write_beams(
    steps: Steps, search: Any, masks_zero: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Write the best sequences of a batch: see `keras_rnn.decoding.BeamSearch`.

    Args:
        steps: `Steps` that have not begun.
        search: `BeamSearch`.
        masks_zero: Boolean, whether token 0 is padding that must not be written.

    Returns:
        Tokens `(batch, beam_width, max_length)`, int32, and log-probabilities
        `(batch, beam_width)`, the best first.
    """
    width, longest, batch = search.beam_width, search.max_length, steps.count
    places = np.arange(batch)  # of the sequences that are still searched for
    found = np.full((batch, width, longest), search.pad_token, "int32")
    found_log = np.full((batch, width), NEVER)
    steps.begin()
    steps.widen(width)
    tokens = found.copy()
    live = np.full((batch, width), NEVER)
    live[:, 0] = 0  # all beams start alike, so only the first of them may count
    done = (found.copy(), found_log.copy(), found_log.copy())
    for position in range(longest):
        tokens, live, parents, done = _extend(
            search, steps.outputs, masks_zero, position, tokens, live, done
        )
        closed = (done[1] > NEVER).all(axis=1)
        if closed.all() or position + 1 == longest:
            break
        count = len(places)
        if closed.mean() > 1 - _WORTH_DROPPING:
            shut, left = np.flatnonzero(closed), np.flatnonzero(~closed)
            found[places[shut]], found_log[places[shut]] = done[0][shut], done[2][shut]
            places, tokens, live, parents = (
                one[left] for one in (places, tokens, live, parents)
            )
            done = tuple(one[left] for one in done)
            steps.keep(left)
            count = len(left)
        steps.take((parents + np.arange(count)[:, None] * width).reshape(-1))
        steps.step(tokens[..., position].reshape(-1))
    found[places], found_log[places] = done[0], done[2]
    return found, found_log


def _extend(search, outputs, masks_zero, position, tokens, live, done):
    """Write one more token: `BeamSearch._extend` on arrays."""
    width, count = search.beam_width, outputs.shape[1]
    most = min(2, count) * width
    best, parents, chosen = best_tokens(outputs, live, most, masks_zero)
    written = np.take_along_axis(tokens, parents[..., None], axis=1)
    written[..., position] = chosen

    ends = np.zeros(chosen.shape, bool)
    if search.end_token is not None:
        ends = chosen == search.end_token
    may_end = ends | (position + 1 == search.max_length)
    may_end[:, width:] = False
    may_end &= ~(done[1] > NEVER).all(axis=1, keepdims=True)
    if may_end.any():
        ended = np.where(may_end, best, NEVER)
        penalty = np.float32(((6.0 + position) / 6.0) ** search.length_penalty)
        scores = np.concatenate([done[1], ended / penalty], axis=1)
        order = highest(scores, width)
        done = (
            _pick(np.concatenate([done[0], written], axis=1), order),
            _pick(scores, order),
            _pick(np.concatenate([done[2], ended], axis=1), order),
        )
    left = np.where(ends, NEVER, best)
    order = highest(left, width)
    return _pick(written, order), _pick(left, order), _pick(parents, order), done


def _pick(array, order):
    """Of each row of an array, the entries that the same row of `order` names."""
    if array.ndim == 3:
        order = order[..., None]
    return np.take_along_axis(array, order, axis=1)
