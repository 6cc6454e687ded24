"""How far forecasts are from what came."""

import numpy as np
import numpy.typing as npt


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
