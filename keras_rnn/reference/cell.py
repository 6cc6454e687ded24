"""Interface of a cell, and parts that all cells share."""

from typing import Any, Protocol

import numpy as np

from keras_rnn.errors import UserError


class Cell(Protocol):
    """Interface of a cell: a module such as `reference.lstm`, or an object like one.

    A cell whose derivative is written out has `step_backward` too; `backpropagate`
    needs it. The weights of a cell are a dict from the symbols of `shapes` to arrays.
    """

    @property
    def STATES(self) -> tuple[str, ...]:
        """Names of the states; the first is the output of the cell."""

    @property
    def OPTIONAL(self) -> tuple[str, ...]:
        """Symbols of the weights that may be left out."""

    @property
    def step(self) -> Any:
        """One time step, `step(x_t, *states, **weights)`.

        It returns a dict from name to array `(batch, units)`: the new states, and the
        gates by the slide's letters.
        """

    def shapes(self, features: int, units: int) -> dict[str, tuple[int, ...]]:
        """Shape of each weight, by its symbol, for the sizes of `x_t` and `h_t`."""


def sigmoid(s: np.ndarray | float) -> np.ndarray:
    """The logistic function, sigma on the slides: `1 / (1 + exp(-s))`.

    Written as `(1 + tanh(s / 2)) / 2`, which is the same number and has no `exp`
    that could overflow.

    Args:
        s: Array of any shape.

    Returns:
        Array of the same shape, between 0 and 1.

    Example:

    >>> float(sigmoid(np.log(3.0)))
    0.75
    """
    return 0.5 * (1.0 + np.tanh(0.5 * s))


def random_weights(
    cell: Cell,
    features: int,
    units: int,
    *,
    seed: int | np.random.Generator = 0,
    biases: bool = True,
) -> dict[str, np.ndarray]:
    """Draw a cell's weights at random.

    Each matrix is normal with standard deviation `1 / sqrt(columns)`, so a sum over a
    row of it is about as large as what goes in. Biases are 0.

    Args:
        cell: Module, such as `reference.lstm`.
        features: Integer, length of `x_t`.
        units: Integer, length of `h_t`.
        seed: Integer or `numpy.random.Generator`. Default: 0.
        biases: Boolean, whether to have biases; the slides for the RNN and the LSTM
            have none. Default: `True`.

    Returns:
        Dict from symbol to float64 array.

    Raises:
        UserError: When `features` or `units` is less than 1.

    Example:

    >>> from keras_rnn.reference import vanilla_rnn
    >>> weights = random_weights(vanilla_rnn, features=8, units=4)
    >>> {name: array.shape for name, array in weights.items()}
    {'W_hh': (4, 4), 'W_xh': (4, 8), 'b_h': (4,)}
    """
    for name, count in (("features", features), ("units", units)):
        if count < 1:
            raise UserError(f"{name} is {count}: give a whole number from 1")
    generator = np.random.default_rng(seed)
    weights = {}
    for name, shape in cell.shapes(features, units).items():
        if name.startswith("W"):
            weights[name] = generator.normal(0.0, shape[1] ** -0.5, shape)
        elif biases:
            weights[name] = np.zeros(shape)
    return weights
