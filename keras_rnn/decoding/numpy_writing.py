"""Tokens written one by one in NumPy: the most probable ones, or drawn ones."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from keras_rnn.decoding.numpy_steps import Steps

# Of a batch, the share still to be written below which the others are dropped.
_WORTH_DROPPING = 0.75
# Tokens of which the exponentials are summed at a time, as they fit a cache.
_AT_ONCE = 1024


def log_total(logits: np.ndarray, highest: np.ndarray | None = None) -> np.ndarray:
    """Return the logarithm of the sum of `exp(logits)`, `(rows, 1)`.

    Args:
        logits: Array `(rows, vocabulary)`, or without rows.
        highest: Array `(rows, 1)`, the highest of each row, if they are known.
            Default: `None`.

    Example:

    >>> log_total(np.log([[1.0, 3.0, 4.0]])).round(4).tolist()
    [[2.0794]]
    """
    if highest is None:
        highest = logits.max(axis=-1, keepdims=True)
    total = np.float32(0)
    for first in range(0, logits.shape[-1], _AT_ONCE):
        part = logits[..., first : first + _AT_ONCE] - highest
        total = total + np.exp(part, part) @ np.ones(part.shape[-1], part.dtype)
    return highest + np.log(total)[..., None]


def most_probable(
    logits: np.ndarray, uniform: Any, masks_zero: bool
) -> tuple[Any, Any]:
    """Return the most probable token of each row and its log-probability.

    Args:
        logits: Array `(rows, vocabulary)`, or `(vocabulary,)` of a single one. It is
            written over.
        uniform: Not used: nothing is drawn.
        masks_zero: Boolean, whether token 0 is padding that must not be written.
    """
    if logits.ndim == 1:
        of_all = float(log_total(logits)[0])
        if masks_zero:
            logits[0] = -np.inf
        token = int(logits.argmax())
        return token, float(logits[token]) - of_all
    total = log_total(logits)
    if masks_zero:
        logits[:, 0] = -np.inf
    tokens = logits.argmax(axis=-1)
    return tokens, (_at(logits, tokens) - total)[:, 0]


def drawing(
    temperature: float, top_k: int | None, top_p: float | None
) -> Callable[[np.ndarray, Any, bool], tuple[Any, Any]]:
    """Return what draws a token of each row: see `keras_rnn.decoding.sample`."""
    inverse = np.float32(1 / temperature)

    def draw_one(
        logits: np.ndarray, uniform: np.float32, masks_zero: bool
    ) -> tuple[int, float]:
        peak = logits.argmax()
        if masks_zero and peak == 0:
            drawn, gained = draw(logits[None], uniform, masks_zero)
            return int(drawn[0]), float(gained[0])
        logits -= logits[peak]
        weights = np.exp(logits)
        if temperature != 1 or masks_zero:
            total = math.log(weights.sum())
            if temperature != 1:
                weights = np.exp(logits * inverse)
            if masks_zero:
                weights[0] = 0
            reached = np.add.accumulate(weights)
        else:
            reached = np.add.accumulate(weights)
            total = math.log(reached[-1])
        token = int(reached.searchsorted(uniform * reached[-1], "right"))
        if token == len(reached):  # where rounding says so
            token = int(np.argmax(weights > 0))
        return token, float(logits[token]) - total

    def draw(
        logits: np.ndarray, uniform: Any, masks_zero: bool
    ) -> tuple[np.ndarray, np.ndarray]:
        total = log_total(logits)
        if masks_zero:
            logits[:, 0] = -np.inf
        weights = kept_weights(logits, temperature, top_k, top_p)
        reached = np.cumsum(weights, axis=-1)
        tokens = (reached <= uniform * reached[:, -1:]).sum(axis=-1)
        nowhere = tokens == reached.shape[-1]  # where rounding says so
        if nowhere.any():
            tokens[nowhere] = np.argmax(weights[nowhere] > 0, axis=-1)
        return tokens, (_at(logits, tokens) - total)[:, 0]

    def either(logits: np.ndarray, uniform: Any, masks_zero: bool) -> tuple[Any, Any]:
        if logits.ndim > 1:
            return draw(logits, uniform, masks_zero)
        if top_k is None and top_p is None:
            return draw_one(logits, uniform, masks_zero)
        token, gained = draw(logits[None], uniform, masks_zero)
        return int(token[0]), float(gained[0])

    return either


def kept_weights(
    logits: np.ndarray,
    temperature: float,
    top_k: int | None = None,
    top_p: float | None = None,
) -> np.ndarray:
    """Return what to draw from, as `keras_rnn.decoding.sampling.kept_probabilities`.

    Args:
        logits: Array `(rows, vocabulary)`.
        temperature: Float above 0.
        top_k: Positive integer, or None.
        top_p: Float in (0, 1], or None.
    """
    scaled = logits - logits.max(axis=-1, keepdims=True)
    if temperature != 1:
        scaled /= np.float32(temperature)
    if top_k is not None and top_k < logits.shape[-1]:
        least = np.partition(scaled, -top_k, axis=-1)[:, -top_k, None]
        scaled[scaled < least] = -np.inf
    weights = np.exp(scaled, scaled)
    if top_p is not None and top_p < 1:
        weights /= weights.sum(axis=-1, keepdims=True)
        ordered = np.sort(weights, axis=-1)[:, ::-1]
        before = np.cumsum(ordered, axis=-1) - ordered
        least = np.where(before < top_p, ordered, 1).min(axis=-1, keepdims=True)
        weights[weights < least] = 0
    return weights


def write_one_by_one(
    steps: Steps,
    choose: Callable[[np.ndarray, Any, bool], tuple[Any, Any]],
    uniform: np.ndarray | None,
    *,
    masks_zero: bool,
    end_token: int | None,
    pad_token: int,
    max_length: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Write tokens until all sequences have ended.

    Args:
        steps: `Steps` that have not begun.
        choose: Function from logits, numbers in [0, 1) and `masks_zero` to tokens and
            what they add to the log-probability.
        uniform: Array `(batch, max_length)` of random numbers, or None.
        masks_zero: Boolean, whether token 0 is padding that must not be written.
        end_token, pad_token, max_length: Those of the search.

    Returns:
        Tokens `(batch, max_length)`, int32, and log-probabilities `(batch,)`.
    """
    steps.begin()
    options = (masks_zero, end_token, max_length)
    write = _write_one if steps.is_flat else _write_all
    tokens = np.full((steps.count, max_length), pad_token, "int32")
    total = np.zeros(steps.count, "float32")
    numbers = [None] * max_length if uniform is None else list(uniform.T[..., None])
    write(steps, choose, numbers, options, tokens, total)
    return tokens, total


def _write_one(steps, choose, numbers, options, tokens, total):
    masks_zero, end_token, max_length = options
    if numbers[0] is not None:
        numbers = [one[0, 0] for one in numbers]
    written, gained_in_all = [], 0.0
    for position in range(max_length):
        token, gained = choose(steps.outputs, numbers[position], masks_zero)
        written.append(token)
        gained_in_all += gained
        if token == end_token or position + 1 == max_length:
            break
        steps.step(token)
    tokens[0, : len(written)] = written
    total[0] = gained_in_all


def _write_all(steps, choose, numbers, options, tokens, total):
    masks_zero, end_token, max_length = options
    places = np.arange(steps.count)  # of the sequences still to be written
    ended = np.zeros(steps.count, bool)
    for position in range(max_length):
        number = numbers[position]
        number = None if number is None else number[places]
        chosen, gained = choose(steps.outputs, number, masks_zero)
        going_on = places[~ended]
        tokens[going_on, position] = chosen[~ended]
        total[going_on] += gained[~ended]
        if end_token is not None:
            ended |= chosen == end_token
        if ended.all() or position + 1 == max_length:
            break
        if ended.mean() > 1 - _WORTH_DROPPING:
            left = np.flatnonzero(~ended)
            steps.keep(left)
            places, chosen, ended = places[left], chosen[left], ended[left]
        steps.step(chosen)


def _at(array, places):
    """The entry of each row that `places` names, `(rows, 1)`."""
    return np.take_along_axis(array, places[:, None], axis=-1)
