"""Backpropagation through time: the unfolded graph, read from right to left.

The same weights are used at every step, so the derivative by them is the sum of what
each step contributes. The state carries the derivative from each step to the one
before it. *Chapter 5*, section 5.2, "RNN: Computational Graph"; *Lecture 3*, pages 9
and 10. After Werbos (1990); the truncated form after Williams and Peng (1990).
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from keras_rnn.errors import UserError
from keras_rnn.reference.checks import as_floats, check_state, name_of
from keras_rnn.reference.unfolding import Unfolded


class Gradients(NamedTuple):
    """Derivatives of the loss.

    Args:
        weights: Dict from symbol to array of the weight's shape.
        x: Array `(batch, time, features)`.
        initial_state: Tuple of arrays `(batch, units)`.
        outputs: Array `(batch, time, units)`, by each `h_t` along all paths: through
            its own output and through every later step. Its norm against `t` shows
            vanishing and exploding gradients.
    """

    weights: dict[str, np.ndarray]
    x: np.ndarray
    initial_state: tuple[np.ndarray, ...]
    outputs: np.ndarray


def backpropagate(
    run: Unfolded,
    d_outputs: npt.ArrayLike,
    d_final_state: tuple[np.ndarray, ...] | None = None,
    truncation: int | None = None,
) -> Gradients:
    """Backpropagation through time, whole or truncated.

    Truncated, the sequence is cut into chunks of `truncation` steps from its start.
    The states have gone through every border on the way forward; the derivatives stop
    there on the way back. Each step's loss then reaches at most `truncation` steps
    back. With `truncation` at least the length of the sequence nothing is cut.

    Args:
        run: `Unfolded`, the result of `unfold`.
        d_outputs: Array `(batch, time, units)`, the derivative of the loss by each
            output `h_t` directly, not through later steps. For a many-to-one loss, zero
            but at the last step.
        d_final_state: Tuple of arrays `(batch, units)`, the derivative by the final
            state, where something reads that state, such as a decoder. Default: zeros.
        truncation: Integer, steps in a chunk. Default: `None`, the whole sequence.

    Returns:
        `Gradients`.

    Raises:
        UserError: When a shape does not fit, `truncation` is not a whole number from 1,
            or the cell has no `step_backward`.

    Example:

    >>> from keras_rnn.reference import random_weights, unfold, vanilla_rnn
    >>> x = np.ones((1, 6, 1))
    >>> run = unfold(vanilla_rnn, x, random_weights(vanilla_rnn, 1, 2))
    >>> last_only = np.zeros((1, 6, 2))
    >>> last_only[:, -1] = 1.0
    >>> gradients = backpropagate(run, last_only, truncation=2)
    >>> gradients.outputs.any(axis=2).tolist()  # reaches back to the border, no further
    [[False, False, False, False, True, True]]
    """
    cell, weights = run.cell, run.weights
    step_backward = getattr(cell, "step_backward", None)
    if step_backward is None:
        raise UserError(
            f"{name_of(cell)} has no step_backward: take its derivatives with "
            "numerical_gradients"
        )
    d_outputs = as_floats(d_outputs)
    if d_outputs.shape != run.outputs.shape:
        raise UserError(
            f"d_outputs has shape {d_outputs.shape}, not that of the outputs, "
            f"{run.outputs.shape}"
        )
    batch, time, units = run.outputs.shape
    if truncation is None:
        truncation = time
    if not isinstance(truncation, int | np.integer) or truncation < 1:
        raise UserError(
            f"truncation is {truncation}: give a whole number of steps from 1"
        )
    dtype = np.result_type(run.outputs, d_outputs)
    d_state = check_state(cell, d_final_state, batch, units, dtype, "d_final_state")

    d_weights = {name: np.zeros(one.shape, dtype) for name, one in weights.items()}
    d_x = np.empty(run.x.shape, dtype)
    d_h = np.empty(run.outputs.shape, dtype)
    for t in reversed(range(time)):
        # What comes back from step t + 1, and what the loss at step t adds to it.
        d_state = (d_state[0] + d_outputs[:, t], *d_state[1:])
        d_h[:, t] = d_state[0]

        values = {name: array[:, t] for name, array in run.values.items()}
        d_x[:, t], d_state, d_step = step_backward(
            d_state, values, run.x[:, t], run.state_after(t - 1), **weights
        )
        for name in d_weights:
            d_weights[name] += d_step[name]
        if t > 0 and t % truncation == 0:  # between step t - 1 and step t lies a border
            d_state = tuple(np.zeros_like(array) for array in d_state)
    return Gradients(d_weights, d_x, d_state, d_h)
