"""The ridge regression of one series among many, with what is known ahead of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from keras_rnn.forecasting.ridge import STRENGTHS, Moments, solve_each

# Rows before the last one that the regression of a series sees, at most.
_MOST_LAGS = 72
# Fewer windows than this fit a line to nothing but chance.
_FEWEST_WINDOWS = 12


@dataclass(frozen=True, eq=False)
class SeriesLine:
    """`last value + (past - last value) @ kernel + bias + known ahead @ effect`.

    What is known ahead enters at its own step, with one effect for all steps: the value
    at that step, and the value at the same place of the last season.

    Attributes:
        kernel: Float64 array of shape `(lags, horizon)`.
        bias: Float64 array of shape `(horizon,)`.
        effect: Float64 array of shape `(2 * columns,)`; empty where nothing is known
            ahead.
    """

    kernel: np.ndarray
    bias: np.ndarray
    effect: np.ndarray

    @classmethod
    def fit(
        cls,
        values: np.ndarray,
        horizon: int,
        season: int,
        known: np.ndarray | None = None,
    ) -> SeriesLine | None:
        """Fit a series, the strength of the penalty chosen on its last windows.

        Args:
            values: Float64 array of shape `(rows,)`, NaN where a value is missing.
            horizon: Integer, steps to forecast.
            season: Integer, rows in a season.
            known: Float array of shape `(rows or more, columns)`, what is known ahead.
                Default: `None`, nothing.

        Returns:
            `SeriesLine`, or `None` where the series is too short.
        """
        lags = min(max(_MOST_LAGS, season), (len(values) - horizon) // 3)
        width = lags + 1 + horizon
        if lags < 2 or len(values) < width:
            return None
        windows = np.lib.stride_tricks.sliding_window_view(values, width)
        whole = np.isfinite(windows).all(axis=1)
        windows = windows[whole]
        if len(windows) < _FEWEST_WINDOWS:
            return None
        last = windows[:, lags : lags + 1]
        scale = np.abs(windows[:, :lags] - last).mean() or 1.0
        past, change = (windows[:, :lags] - last) / scale, windows[:, lags + 1 :] - last
        ahead, spread = None, np.zeros(0)
        if known is not None:
            ahead = known_inputs(
                known, np.flatnonzero(whole) + lags + 1, horizon, season
            )
            spread = ahead.std(axis=(0, 1))
            spread = np.where(spread > 0, spread, 1.0)
            ahead = ahead / spread
        # No window that is learned from holds a row of those that choose the strength.
        chooses = max(1, min(len(windows) // 5, 2 * horizon))
        learned = len(windows) - chooses - horizon
        if learned < _FEWEST_WINDOWS // 2:
            learned = len(windows) - chooses
        fits = _solved(past, change, ahead, slice(0, learned), STRENGTHS)
        late = slice(len(windows) - chooses, None)
        errors = [
            np.abs(_change(fit, past, ahead, late) - change[late]).mean()
            for fit in fits
        ]
        strength = STRENGTHS[np.argmin(errors)] * len(windows) / learned
        every = slice(None)
        (fit,) = _solved(past, change, ahead, every, np.array([strength]))
        return cls(fit[0] / scale, fit[1], fit[2] / spread)

    def change(
        self, past: np.ndarray, known: np.ndarray | None, season: int
    ) -> np.ndarray:
        """Return the change from the last value to each step of the forecast.

        Args:
            past: Float64 array of shape `(rows,)`, as many as `kernel` has lags and
                one more.
            known: Float array of shape `(rows so far + horizon, columns)`, or `None`.
            season: Integer, rows in a season.
        """
        change = (past[:-1] - past[-1]) @ self.kernel + self.bias
        if known is None or not len(self.effect):
            return change
        horizon = len(self.bias)
        end = np.array([len(known) - horizon])
        return change + known_inputs(known, end, horizon, season)[0] @ self.effect


def known_inputs(
    known: np.ndarray, ends: np.ndarray, horizon: int, season: int
) -> np.ndarray:
    """Return what is known at each step of some forecasts, and a season before.

    Args:
        known: Float array of shape `(rows, columns)`.
        ends: Integer array of shape `(windows,)`, the first row of each forecast.
        horizon: Integer.
        season: Integer, rows in a season: the last one before the forecast counts.

    Returns:
        Float64 array of shape `(windows, horizon, 2 * columns)`.

    Example:

    >>> price = np.array([[1.0], [2.0], [3.0], [8.0], [9.0]])
    >>> known_inputs(price, np.array([3]), horizon=2, season=2).tolist()
    [[[8.0, 2.0], [9.0, 3.0]]]
    """
    step = np.arange(horizon)
    rows = ends[:, None] + step
    before = np.maximum(rows - season * (step // season + 1), 0)
    return np.concatenate([known[rows], known[before]], axis=-1).astype("float64")


def _change(fit, past, ahead, rows):
    kernel, bias, effect = fit
    change = past[rows] @ kernel + bias
    return change if ahead is None else change + ahead[rows] @ effect


def _solved(past, change, ahead, rows, strengths):
    """`(kernel, bias, effect)` for each strength.

    One effect for all steps and a kernel for each: the effects are solved for with the
    kernels eliminated (Schur complement), from one decomposition.
    """
    x, y = past[rows], change[rows]
    if ahead is None:
        moments = Moments(len(x), x.sum(0), y.sum(0), x.T @ x, x.T @ y)
        solved = zip(*solve_each(moments, strengths), strict=True)
        return [(kernel, bias, np.zeros(0)) for kernel, bias in solved]
    k = ahead[rows].transpose(1, 0, 2)  # (horizon, windows, inputs)
    mean_x, mean_y, mean_k = x.mean(0), y.mean(0), k.mean(1)
    x, y, k = x - mean_x, y - mean_y, k - mean_k[:, None]
    values, vectors = np.linalg.eigh(x.T @ x)
    values = np.maximum(values, 0)
    rotated = x @ vectors
    of_y = rotated.T @ y  # (lags, horizon)
    of_k = rotated.T @ k  # (horizon, lags, inputs)
    squares = np.einsum("hwi,hwj->ij", k, k, optimize=True)
    products = np.einsum("hwi,wh->i", k, y, optimize=True)
    fits = []
    for strength in strengths:
        weighted = of_k / (values + strength)[:, None]
        left = squares - np.einsum("hli,hlj->ij", of_k, weighted, optimize=True)
        left[np.diag_indices_from(left)] += strength
        right = products - np.einsum("hli,lh->i", weighted, of_y, optimize=True)
        effect = np.linalg.solve(left, right)
        rest = of_y - (of_k @ effect).T
        kernel = vectors @ (rest / (values + strength)[:, None])
        fits.append((kernel, mean_y - mean_x @ kernel - mean_k @ effect, effect))
    return fits
