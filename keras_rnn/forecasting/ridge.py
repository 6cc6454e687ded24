"""Ridge regression of the change from the last value: what a careful person tries.

The network's linear part is this same regression, so it starts where the line ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from keras_rnn.forecasting.windows import Windows

# Past this many inputs the equations take longer than the network: older rows of
# very wide tables are left out.
MOST_INPUTS = 3000

# Windows that are summed up at once.
_BATCH = 2048

# The penalties that are tried, for standardised columns.
STRENGTHS = 10.0 ** np.arange(0, 8, 0.5)


@dataclass(frozen=True)
class Moments:
    """Sums over windows that a linear regression needs, and nothing else.

    They add up: `train + validation` is the regression on both, with no second look
    at the data.

    Attributes:
        count: Integer, windows.
        inputs: Float64 array of shape `(inputs,)`, their sums.
        outputs: Float64 array of shape `(horizon,)`.
        squares: Float64 array of shape `(inputs, inputs)`.
        products: Float64 array of shape `(inputs, horizon)`.
    """

    count: int
    inputs: np.ndarray
    outputs: np.ndarray
    squares: np.ndarray
    products: np.ndarray

    @classmethod
    def of(
        cls,
        windows: Windows,
        lags: int,
        columns: Sequence[int],
        target: int,
        ahead: Sequence[int] = (),
    ) -> Moments:
        """Sum up the windows of a `Windows`, a batch at a time.

        Args:
            windows: `Windows` of standardised values, whose only label column is the
                target.
            lags: Integer, rows before the last one to use, the latest.
            columns: Sequence of integers, which input columns.
            target: Integer, the target's place among the input columns.
            ahead: Sequence of integers, input columns that look ahead: see `changes`.
                Default: none.

        Returns:
            `Moments`.
        """

        def moments(past, future):
            x = changes(past, lags, columns, ahead, future.shape[1])
            y = (future[:, :, 0] - past[:, -1:, target]).astype("float64")
            return cls(len(x), x.sum(0), y.sum(0), x.T @ x, x.T @ y)

        batches = iter(windows.in_order(_BATCH))
        first = moments(*next(batches))
        return sum((moments(*batch) for batch in batches), first)

    def __add__(self, other: Moments) -> Moments:
        return Moments(
            *(a + b for a, b in zip(_parts(self), _parts(other), strict=True))
        )


@dataclass(frozen=True)
class RidgeChange:
    """`last value + (past - last row) @ kernel + bias`.

    Where columns look ahead, "past" goes on with what is known of the future.

    Attributes:
        lags: Integer, how many rows before the last one it sees.
        columns: Tuple of integers, which columns of the inputs.
        target: Integer, the column that is forecast.
        strength: Float, the penalty on the squared kernel.
        kernel: Float64 array of shape `(lags * columns + horizon * ahead, horizon)`.
        bias: Float64 array of shape `(horizon,)`.
        moments: `Moments` of the windows that it was fitted to, to learn on from, or
            `None`.
        ahead: Tuple of integers, the columns of the inputs that look ahead: see
            `changes`.
    """

    lags: int
    columns: tuple[int, ...]
    target: int
    strength: float
    kernel: np.ndarray
    bias: np.ndarray
    moments: Moments | None = field(default=None, repr=False, compare=False)
    ahead: tuple[int, ...] = ()

    def learn(self, windows: Windows) -> RidgeChange:
        """Return the regression on these windows and on all that it was fitted to.

        The penalty for each window stays the same.

        Args:
            windows: `Windows` of the same columns.
        """
        assert self.moments is not None
        moments = self.moments + Moments.of(
            windows, self.lags, self.columns, self.target, self.ahead
        )
        strength = self.strength * moments.count / self.moments.count
        kernel, bias = _solve(moments, strength)
        return replace(
            self, strength=strength, kernel=kernel, bias=bias, moments=moments
        )

    def predict(self, past: np.ndarray) -> np.ndarray:
        """Forecast from inputs of shape `(windows, history, columns)`.

        Args:
            past: Array of standardised values, `history` at least `lags + 1`.

        Returns:
            Float64 array of shape `(windows, horizon)`.
        """
        x = changes(past, self.lags, self.columns, self.ahead, len(self.bias))
        return past[:, -1:, self.target] + x @ self.kernel + self.bias

    def predict_windows(self, windows: Windows) -> np.ndarray:
        """Forecast from every window of a `Windows`, a batch at a time.

        Args:
            windows: `Windows` of the columns that the regression was fitted on.

        Returns:
            Float64 array of shape `(windows, horizon)`.
        """
        return np.concatenate(
            [self.predict(past) for past, _ in windows.in_order(_BATCH)]
        )


def changes(
    past: np.ndarray,
    lags: int,
    columns: Sequence[int],
    ahead: Sequence[int] = (),
    horizon: int = 0,
) -> np.ndarray:
    """Return how the rows before the last one differ from it, flattened.

    A column that looks ahead holds in each row what is known of the row `horizon` rows
    later: its last rows are the future, and the one before them is now.

    Args:
        past: Array of shape `(windows, history, columns)`.
        lags: Integer, rows before the last one, the latest.
        columns: Sequence of integers, which columns.
        ahead: Sequence of integers, columns that look ahead; of these, how the rows to
            come differ from the last one. Default: none.
        horizon: Integer, how many rows these look ahead. Default: `0`.

    Returns:
        Float64 array of shape `(windows, lags * columns + horizon * ahead)`.
    """
    chosen = past[:, -1 - lags :, list(columns)].astype("float64")
    behind = (chosen[:, :-1] - chosen[:, -1:]).reshape(len(past), -1)
    if not len(ahead):
        return behind
    known = past[:, -1 - horizon :, list(ahead)].astype("float64")
    to_come = (known[:, 1:] - known[:, :1]).reshape(len(past), -1)
    return np.concatenate([behind, to_come], axis=1)


def fit_ridge(
    train: Windows,
    validation: Windows,
    target: int,
    history: int,
    columns: Sequence[int] | None = None,
    ahead: Sequence[int] = (),
) -> tuple[RidgeChange, RidgeChange]:
    """Fit the regression as `choose_ridge` does, and once more with validation windows.

    Args:
        train: `Windows` of standardised values, whose only label column is the
            target, to learn from.
        validation: `Windows` of the same columns, to choose the strength on.
        target: Integer, the target's place among the input columns.
        history: Integer, rows of the past to use, the latest.
        columns: Sequence of integers, which input columns. Default: all.
        ahead: Sequence of integers, input columns that look ahead. Default: none.

    Returns:
        `(fitted, refitted)`: two `RidgeChange`, one from the training windows, whose
        validation error is honest, and one from training and validation windows
        with the same strength per window, to be used afterwards.
    """
    fitted = choose_ridge(train, validation, target, history, columns, ahead)
    return fitted, fitted.learn(validation)


def choose_ridge(
    train: Windows,
    validation: Windows,
    target: int,
    history: int,
    columns: Sequence[int] | None = None,
    ahead: Sequence[int] = (),
) -> RidgeChange:
    """Fit the regression, its strength chosen on the validation windows.

    The windows are summed up first (`Moments`) and never held at once.

    Args:
        train: `Windows` of standardised values, whose only label column is the
            target, to learn from.
        validation: `Windows` of the same columns, to choose the strength on.
        target: Integer, the target's place among the input columns.
        history: Integer, rows of the past to use, the latest.
        columns: Sequence of integers, which input columns. Default: all that do not
            look ahead.
        ahead: Sequence of integers, input columns that look ahead: see `changes`.
            Default: none.

    Returns:
        `RidgeChange`, fitted to the training windows alone.
    """
    ahead = tuple(ahead)
    if columns is None:
        columns = [n for n in range(len(train.input_columns)) if n not in ahead]
    columns, horizon = tuple(columns), train.label_width
    most = MOST_INPUTS - horizon * len(ahead)
    lags = max(1, min(history - 1, most // len(columns)))
    moments = Moments.of(train, lags, columns, target, ahead)
    kernels, biases = solve_each(moments, STRENGTHS)
    # All candidates in one product: (inputs, candidates * horizon).
    kernel, bias = np.concatenate(kernels, axis=1), np.concatenate(biases)
    errors = np.zeros(len(kernels))
    for past, future in validation.in_order(_BATCH):
        change = future[:, :, 0] - past[:, -1:, target]  # (windows, horizon)
        forecasts = changes(past, lags, columns, ahead, horizon) @ kernel + bias
        forecasts = forecasts.reshape(len(past), len(kernels), -1)
        errors += np.abs(forecasts - change[:, None]).sum(axis=(0, 2))
    best = int(np.argmin(errors))
    return RidgeChange(
        lags,
        columns,
        target,
        STRENGTHS[best],
        kernels[best],
        biases[best],
        moments,
        ahead,
    )


def _solve(moments, strength):
    """Kernel and bias of ridge regression, the bias without penalty."""
    from scipy.linalg import solve

    mean_x, mean_y, squares, products = _centred(moments)
    squares[np.diag_indices_from(squares)] += strength
    kernel = solve(squares, products, assume_a="pos", overwrite_a=True)
    return kernel, mean_y - mean_x @ kernel


def solve_each(
    moments: Moments, strengths: np.ndarray
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Return kernels and biases for several penalties, from one decomposition.

    Args:
        moments: `Moments` of the windows.
        strengths: Float array, the penalties.

    Source: Hastie, Tibshirani & Friedman 2009, "The elements of statistical learning",
    equation 3.47, with the eigenvectors of the squares.
    """
    from scipy.linalg import eigh

    mean_x, mean_y, squares, products = _centred(moments)
    values, vectors = eigh(squares, overwrite_a=True)
    values, rotated = np.maximum(values, 0), vectors.T @ products
    kernels = [
        vectors @ (rotated / (values + strength)[:, None]) for strength in strengths
    ]
    return kernels, [mean_y - mean_x @ kernel for kernel in kernels]


def _centred(moments):
    """Means of inputs and outputs, and the sums of squares and products around them."""
    mean_x = moments.inputs / moments.count
    mean_y = moments.outputs / moments.count
    squares = moments.squares - moments.count * np.outer(mean_x, mean_x)
    products = moments.products - moments.count * np.outer(mean_x, mean_y)
    # Columns that repeat each other leave the matrix singular by rounding.
    squares[np.diag_indices_from(squares)] += 1e-9 * (
        np.trace(squares) / len(squares) + 1
    )
    return mean_x, mean_y, squares, products


def _parts(moments):
    return (
        moments.count,
        moments.inputs,
        moments.outputs,
        moments.squares,
        moments.products,
    )
