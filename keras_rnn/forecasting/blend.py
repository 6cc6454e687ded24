"""Weights for an average of several forecasts, chosen on validation data."""

from collections.abc import Sequence

import numpy as np

_ROUNDS = 500
_MOST_TO_CROSS_FIT = 2_000
# Of thirteen series of 72 to 309 rows that are no part of this package, the average was
# best with 8 to 12: lower powers let poor forecasts in, and the best one alone is luck.
_POWER = 12.0


def blend_weights(
    forecasts: np.ndarray, truth: np.ndarray, naive: Sequence[int]
) -> np.ndarray:
    """Return the best convex weights, or the best naive forecast alone.

    The blend is used if it is better on validation than every naive forecast by
    more than one standard error of that difference, and else the naive one is: on a
    random walk, what looks like a gain is luck (the one-standard-error rule, Breiman
    et al. 1984, "Classification and regression trees"). Windows that overlap repeat
    each other's errors, so only every `horizon`-th counts in the standard error.

    Args:
        forecasts: Array of shape `(windows, horizon, members)`.
        truth: Array of shape `(windows, horizon)`; what is NaN does not count.
        naive: Sequence of integers, which members are naive forecasts.

    Returns:
        Float array of shape `(members,)`.

    Example:

    >>> truth = np.array([[1.0, 2.0], [3.0, 5.0], [2.0, 2.0]])
    >>> naive, lucky = truth + 1, truth + [[0, 0], [1, 2], [1, 1]]
    >>> blend_weights(np.stack([naive, lucky], axis=-1), truth, naive=[0])
    array([1., 0.])
    """
    counted = np.isfinite(truth).any(axis=1)
    forecasts, truth = forecasts[counted], truth[counted]
    weights = convex_weights(forecasts, truth)
    errors = np.nanmean(np.abs(forecasts[..., list(naive)] - truth[..., None]), axis=1)
    best = int(np.argmin(errors.mean(axis=0)))
    blended = np.nanmean(np.abs(forecasts @ weights - truth), axis=1)
    gains = errors[:, best] - blended
    apart = gains[:: truth.shape[1]]
    doubt = standard_error(apart) if len(apart) > 1 else 0.0
    if gains.mean() > doubt:
        return weights
    return np.eye(forecasts.shape[-1])[naive[best]]


def cross_fitted(
    forecasts: np.ndarray, truth: np.ndarray, naive: Sequence[int], rows: np.ndarray
) -> np.ndarray:
    """Return blends whose weights were chosen on other rows than they forecast.

    The rows that are forecast are cut in two halves in time. What is said of a row of
    one half is weighted as is best for the rows of the other half, so that the errors
    of the blend are those of rows that set nothing: good for a band around it.

    Source: Vovk 2015, "Cross-conformal predictors", with two folds.

    Args:
        forecasts: Array of shape `(windows, horizon, members)`.
        truth: Array of shape `(windows, horizon)`.
        naive: Sequence of integers, which members are naive forecasts.
        rows: Integer array of shape `(windows, horizon)`, the row of the series that
            each forecast is of.

    Returns:
        Float array of shape `(windows, horizon)`.

    Example:

    >>> truth = np.arange(8.0)[:, None]
    >>> early = np.where(truth < 4, truth, truth + 1)  # right in the first half
    >>> late = np.where(truth < 4, truth + 1, truth)  # right in the second
    >>> members = np.stack([early, late], axis=-1)
    >>> blends = cross_fitted(members, truth, [0, 1], np.arange(8)[:, None])
    >>> (blends - truth)[:, 0].round(2)
    array([1., 1., 1., 1., 1., 1., 1., 1.])
    """
    later = rows > (rows.min() + rows.max()) / 2
    # Neighbouring windows err alike: not each of very many is needed.
    some = slice(None, None, max(1, len(truth) // _MOST_TO_CROSS_FIT))
    blended = np.full(truth.shape, np.nan)
    for half in (later, ~later):
        known = np.where(half, np.nan, truth)[some]
        if half.any() and np.isfinite(known).any():
            weights = blend_weights(forecasts[some], known, naive)
            blended[half] = forecasts[half] @ weights
    return blended


def standard_error(values: np.ndarray) -> float:
    """Return the standard error of the mean of two or more values."""
    return float(values.std(ddof=1) / np.sqrt(len(values)))


def convex_weights(
    forecasts: np.ndarray, truth: np.ndarray, rounds: int = _ROUNDS
) -> np.ndarray:
    """Return the weights that make the average's absolute error smallest.

    The weights are not negative and sum to 1, so the average stays between its
    members at every step, and a member that adds nothing goes to 0. They are found
    by exponentiated gradient descent, which needs no matrix to be inverted: two equal
    forecasts simply share their weight. Where the descent ends above the best member,
    that member is taken alone.

    Source: Kivinen & Warmuth 1997, "Exponentiated gradient versus gradient descent
    for linear predictors", for the update; Bates & Granger 1969, "The combination
    of forecasts", for the idea.

    Args:
        forecasts: Array of shape `(windows, horizon, members)`.
        truth: Array of shape `(windows, horizon)`; what is NaN does not count.
        rounds: Integer, steps of the descent. Default: `500`.

    Returns:
        Float array of shape `(members,)`.

    Example:

    >>> truth = np.array([[1.0, 2.0], [3.0, 5.0]])
    >>> good, bad = truth, truth + 9
    >>> convex_weights(np.stack([good, bad], axis=-1), truth).round(2)
    array([1., 0.])
    """
    members = forecasts.shape[-1]
    # Errors of each member; the weights sum to 1, so the average's error is theirs.
    errors = (forecasts - truth[..., None]).reshape(-1, members).astype("float64")
    errors = errors[np.isfinite(errors[:, 0])]
    scale = np.abs(errors).mean() or 1.0
    weights = np.full(members, 1 / members)
    alone = np.abs(errors).mean(axis=0)
    best, least = np.eye(members)[alone.argmin()], alone.min()
    for number in range(rounds):
        error = errors @ weights
        loss = np.abs(error).mean()
        if loss < least:
            best, least = weights, loss
        slope = np.sign(error) @ errors / len(errors) / scale
        pace = 2.0 / np.sqrt(1 + number)
        weights = weights * np.exp(-pace * (slope - slope @ weights))
        weights = weights / weights.sum()
    return best


def inverse_error_weights(
    forecasts: np.ndarray, truth: np.ndarray, power: float = _POWER
) -> np.ndarray:
    """Return weights that fall with a power of each forecast's mean absolute error.

    Where few errors are known, best weights are mostly luck. These have nothing to
    fit: forecasts that are equally good share the weight, and one that errs a third
    more than the best gets a thirtieth of its weight.

    Source: Bates & Granger 1969, "The combination of forecasts"; Stock & Watson 2004,
    "Combination forecasts of output growth in a seven-country data set", for the power.

    Args:
        forecasts: Array of shape `(windows, horizon, members)`.
        truth: Array of shape `(windows, horizon)`.
        power: Float. Default: `12`.

    Returns:
        Float array of shape `(members,)`.

    Example:

    >>> truth = np.array([[1.0, 2.0], [3.0, 5.0]])
    >>> members = np.stack([truth + 1, truth - 1, truth + 2], axis=-1)
    >>> inverse_error_weights(members, truth, power=2).round(3)
    array([0.444, 0.444, 0.111])
    """
    errors = np.abs(forecasts - truth[..., None]).mean(axis=(0, 1))
    least = errors.min()
    if least == 0:
        shares = (errors == 0).astype("float64")
    else:
        shares = (least / errors) ** power
    return shares / shares.sum()
