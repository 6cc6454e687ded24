"""Beam search in NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np

from keras_rnn.decoding.numpy_steps import Steps
from keras_rnn.decoding.numpy_writing import log_total

NEVER = np.float32(-np.inf)
# Entries of a row that are looked at as one.
_BLOCK = 64
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
    rows, entries = values.shape
    blocks = entries // _BLOCK
    if blocks < 2 * count:
        return np.argsort(-values, axis=-1, kind="stable")[:, :count]
    # The highest entries lie in as many blocks at most: those with the highest maxima.
    head = values[:, : blocks * _BLOCK].reshape(rows, blocks, _BLOCK)
    best = np.sort(highest_of_few(head.max(axis=-1), count), axis=-1)
    places = (best[..., None] * _BLOCK + np.arange(_BLOCK)).reshape(rows, -1)
    rest = np.arange(blocks * _BLOCK, entries)
    places = np.concatenate([places, np.broadcast_to(rest, (rows, len(rest)))], -1)
    order = highest_of_few(np.take_along_axis(values, places, axis=-1), count)
    return np.take_along_axis(places, order, axis=-1)


def highest_of_few(values: np.ndarray, count: int) -> np.ndarray:
    """Return the places of the highest entries of short rows, by sorting them."""
    return np.argsort(-values, axis=-1, kind="stable")[:, :count]


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
    width, count = search.beam_width, search.vocabulary
    total = log_total(outputs)
    if masks_zero:
        outputs[:, 0] = NEVER
    most = min(2, count) * width
    # The best of each beam first: no others can be among the best of all.
    own = highest(outputs, min(most, count))
    gained = np.take_along_axis(outputs, own, axis=-1) - total
    gained = gained.reshape(len(live), width, -1) + live[..., None]
    flat = gained.reshape(len(live), -1)
    order = highest_of_few(flat, most)
    best = np.take_along_axis(flat, order, axis=1)
    parents = order // gained.shape[-1]
    chosen = np.take_along_axis(own.reshape(len(live), -1), order, axis=1)
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
        order = highest_of_few(scores, width)
        done = (
            _pick(np.concatenate([done[0], written], axis=1), order),
            _pick(scores, order),
            _pick(np.concatenate([done[2], ended], axis=1), order),
        )
    left = np.where(ends, NEVER, best)
    order = highest_of_few(left, width)
    return _pick(written, order), _pick(left, order), _pick(parents, order), done


def _pick(array, order):
    """Of each row of an array, the entries that the same row of `order` names."""
    if array.ndim == 3:
        order = order[..., None]
    return np.take_along_axis(array, order, axis=1)
