"""Measures of how far forecasts are from the truth, and tables of them."""

import numpy as np
import numpy.typing as npt
import pandas as pd

NAIVE = ("persistence", "seasonal_naive", "year_mean", "drift")


def mean_absolute_error(forecast: npt.ArrayLike, truth: npt.ArrayLike) -> float:
    """Return the mean absolute error over all windows and steps, in their unit.

    Args:
        forecast: Array of any shape.
        truth: Array of the same shape, or a number.
    """
    return float(np.abs(np.asarray(forecast, "float64") - truth).mean())


def skill(model: float, naive: float) -> float:
    """Return `1 - model / naive`: the share of the naive error that is gone.

    0 is as good as naive, 1 is perfect, below 0 is worse than naive.

    Args:
        model: Float, the model's error.
        naive: Float, the naive forecast's error.

    Returns:
        Float; minus infinity if the naive forecast alone is perfect.

    Example:

    >>> skill(model=1.5, naive=2.0)
    0.25
    >>> skill(model=0.0, naive=0.0)
    0.0
    """
    if naive == 0:
        return 0.0 if model == 0 else float("-inf")
    return 1 - model / naive


def best_naive(mae: dict[str, float]) -> str:
    """Return the naive forecast with the smallest error in a dict, `""` if none.

    Args:
        mae: Dict from forecast to its mean absolute error.
    """
    known = [name for name in NAIVE if name in mae]
    return min(known, key=mae.__getitem__) if known and "model" in mae else ""


def score_table(
    mae: dict[str, float], mae_by_step: dict[str, np.ndarray] | None = None
) -> pd.DataFrame:
    """Return errors as a tidy table: a row for each forecast, or forecast and step.

    Args:
        mae: Dict from forecast to its mean absolute error over all steps.
        mae_by_step: Dict from forecast to its mean absolute error at each step.
            Default: `None`, a row for each forecast.

    Returns:
        DataFrame of the columns "forecast", "step" (where steps are asked for, from
        1 on), "mae" and "skill", the share of the best naive error of the same row's
        step that is gone: 0 is as good as naive, below 0 is worse.

    Example:

    >>> score_table({"model": 1.5, "persistence": 2.0, "seasonal_naive": 3.0})
             forecast  mae  skill
    0           model  1.5   0.25
    1     persistence  2.0   0.00
    2  seasonal_naive  3.0  -0.50
    """
    if mae_by_step is None:
        naive = mae[best_naive(mae)]
        rows = [(name, error, skill(error, naive)) for name, error in mae.items()]
        return pd.DataFrame(rows, columns=["forecast", "mae", "skill"])
    naives = [mae_by_step[name] for name in NAIVE if name in mae_by_step]
    best = np.min(naives, axis=0)
    by_step = [
        (name, step, float(error), skill(float(error), float(best[step - 1])))
        for name, errors in mae_by_step.items()
        for step, error in enumerate(errors, 1)
    ]
    return pd.DataFrame(by_step, columns=["forecast", "step", "mae", "skill"])
