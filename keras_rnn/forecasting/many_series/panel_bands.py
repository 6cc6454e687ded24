"""How wide the bands of many series are: errors on rows that were held out.

Split conformal prediction (see `keras_rnn.forecasting.conformal`) with the errors of
all series, each in units of its own seasonal change. Forecasts of one series that begin
a row apart err alike: ten of them say little more than one. So where there are few
series, more rows are held out than one horizon, for forecasts further apart.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from keras_rnn.forecasting.conformal import conformal_rank, errors_needed

# Errors of each step that bands are taken from: as many as there should be, at most.
_WANTED = 40
_MOST = 4000
# The share of a series that is held out at most, unless that is less than one horizon.
_SHARE = 0.25


def held_out_rows(lengths: npt.ArrayLike, horizon: int, least: int) -> np.ndarray:
    """Return how many rows at the end of each series are held out for bands.

    One horizon; of few series several, as far as a quarter of a series holds them.

    Args:
        lengths: Integer array of shape `(series,)`.
        horizon: Integer, rows to forecast.
        least: Integer, rows that have to be left of a series.

    Returns:
        Integer array of shape `(series,)`; 0 where a series is too short.

    Example:

    >>> held_out_rows([5, 60, 900], horizon=12, least=8).tolist()
    [0, 31, 225]
    >>> held_out_rows(np.full(40, 900), horizon=12, least=8).max()
    np.int64(12)
    """
    lengths = np.asarray(lengths, "int64")
    enough = lengths >= least + horizon
    each = -(-_WANTED // max(1, int(enough.sum())))
    rows = np.minimum(horizon * each, (_SHARE * lengths).astype("int64"))
    rows = np.maximum(rows, horizon + each - 1)
    return np.where(enough, np.minimum(rows, lengths - least), 0)


def held_out_starts(rows: np.ndarray, horizon: int) -> range:
    """Return how many rows before the last possible one the forecasts begin.

    Args:
        rows: Integer array of shape `(series,)`, from `held_out_rows`.
        horizon: Integer, rows to forecast.

    Returns:
        Range, from 0 on; a series takes part in those below `rows - horizon + 1`.

    Example:

    >>> held_out_starts(np.array([0, 31, 225]), horizon=12)
    range(0, 214, 6)
    """
    count = int(rows.max()) - horizon + 1
    return range(0, count, max(1, -(-count // _WANTED)))


def sorted_errors(errors: Sequence[np.ndarray], horizon: int) -> np.ndarray:
    """Return the errors of each step, sorted, those that are not known left out.

    Args:
        errors: Sequence of float arrays of shape `(count, horizon)`.
        horizon: Integer, rows to forecast.

    Returns:
        Float array of shape `(count, horizon)`.
    """
    joined = np.concatenate([np.zeros((0, horizon)), *errors])
    joined = np.sort(joined[np.isfinite(joined).all(axis=1)], axis=0)
    return joined[:: max(1, len(joined) // _MOST)]


def reach_of_bands(errors: np.ndarray, levels: Sequence[float]) -> np.ndarray:
    """Return how far the bands of each level reach, in the unit of the errors.

    Args:
        errors: Float array of shape `(count, horizon)`, from `sorted_errors`.
        levels: Sequence of floats, in per cent.

    Returns:
        Float array of shape `(horizon, levels)`; NaN where there are too few errors
        for a level.
    """
    count, horizon = errors.shape
    reach = np.full((horizon, len(levels)), np.nan)
    for place, level in enumerate(levels):
        if count >= errors_needed(level):
            reach[:, place] = errors[conformal_rank(count, level) - 1]
    return reach
