"""Unfolding in time: the same function, the same weights, at every step.

    h_t = f_W(h_{t-1}, x_t)

*Chapter 5*, section 5.1, "Unfolding Computational Graphs", and the first page of
section 5.2; *Lecture 3*, pages 5 to 7.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from keras_rnn.reference.cell import Cell
from keras_rnn.reference.checks import check_sequence, check_state, check_weights


@dataclass(frozen=True)
class Unfolded:
    """Result of running a cell over a sequence: its values at every step.

    Args:
        cell: `Cell`.
        x: Array `(batch, time, features)`, the inputs.
        weights: Dict from symbol to array.
        initial_state: Tuple of arrays `(batch, units)`, the state before the first
            step, in the order of `cell.STATES`.
        values: Dict from name to array `(batch, time, units)`: the states, and the
            gates by the slide's letters.
    """

    cell: Cell
    x: np.ndarray
    weights: dict[str, np.ndarray]
    initial_state: tuple[np.ndarray, ...]
    values: dict[str, np.ndarray]

    @property
    def outputs(self) -> np.ndarray:
        """Output of the cell, `h` or `a`, `(batch, time, units)`."""
        return self.values[self.cell.STATES[0]]

    @property
    def final_state(self) -> tuple[np.ndarray, ...]:
        """The state after the last step: a tuple of arrays `(batch, units)`."""
        return self.state_after(self.x.shape[1] - 1)

    def state_after(self, t: int) -> tuple[np.ndarray, ...]:
        """The state after step `t`; `t = -1` is the initial state."""
        if t < 0:
            return self.initial_state
        return tuple(self.values[name][:, t] for name in self.cell.STATES)


def unfold(
    cell: Cell,
    x: npt.ArrayLike,
    weights: Mapping[str, npt.ArrayLike],
    initial_state: tuple[np.ndarray, ...] | None = None,
) -> Unfolded:
    """Run a cell over a sequence.

    Args:
        cell: `Cell`: a module of this package, such as `reference.lstm`, or any object
            with the same `STATES`, `OPTIONAL`, `shapes` and `step`.
        x: Array `(batch, time, features)`.
        weights: Dict from the slide's symbol to array, as `cell.shapes` has them. What
            is in `cell.OPTIONAL` may be left out.
        initial_state: Tuple of arrays `(batch, units)`, in the order of `cell.STATES`.
            Default: zeros, as in Keras.

    Returns:
        `Unfolded`, with `outputs` `(batch, time, units)`, `final_state` and `values`.

    Raises:
        UserError: When a shape, or the name of a weight, does not fit.

    Example:

    The sizes of *Lecture 3*, page 14:

    >>> from keras_rnn.reference import random_weights, vanilla_rnn
    >>> x = np.random.default_rng(0).random((32, 10, 8))
    >>> run = unfold(vanilla_rnn, x, random_weights(vanilla_rnn, 8, 4))
    >>> run.outputs.shape, run.final_state[0].shape
    ((32, 10, 4), (32, 4))
    """
    x = check_sequence(x)
    batch, time, features = x.shape
    weights, units = check_weights(cell, weights, features)
    initial_state = check_state(cell, initial_state, batch, units, x.dtype)

    state = initial_state
    steps = []
    for t in range(time):
        values = cell.step(x[:, t], *state, **weights)
        state = tuple(values[name] for name in cell.STATES)
        steps.append(values)

    values = {name: np.stack([one[name] for one in steps], axis=1) for name in steps[0]}
    return Unfolded(cell, x, weights, initial_state, values)
