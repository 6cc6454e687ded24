"""Exponential smoothing: level, trend and season that follow the series."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

TRENDS = ("none", "additive", "damped")

# The smoothing parameters that are tried: all of these, in every combination. Shares,
# so that each combination is a filter that forgets: the trend's is of the level's, the
# season's of what the level leaves.
_LEVEL = (0.001, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.999)
_TREND = (0.0001, 0.02, 0.1, 0.3, 0.8)
_SEASON = (0.0001, 0.05, 0.15, 0.4, 0.8)
_DAMPING = (0.8, 0.9, 0.98)


@dataclass(frozen=True)
class SmoothingForm:
    """Which parts an exponential smoothing has.

    Attributes:
        trend: `"none"`, `"additive"`, or `"damped"`, a trend that fades.
        season: Integer, rows of a season; 1 for none.
        log: Boolean, whether the logarithms are smoothed: then trend and season
            multiply.
    """

    trend: str
    season: int
    log: bool

    @property
    def states(self) -> int:
        """Integer, numbers that describe the beginning of a series."""
        return 1 + (self.trend != "none") + self.season - 1

    @property
    def parameters(self) -> int:
        """Integer, all numbers that are fitted, the variance among them."""
        smoothing = 1 + (self.trend != "none") + (self.trend == "damped")
        return self.states + smoothing + (self.season > 1) + 1


@dataclass(frozen=True)
class ExponentialSmoothing:
    """Exponential smoothing with fixed parameters.

    In the innovations form, with error `e` of the forecast before:

    ```
    y[t] = l[t-1] + damping b[t-1] + s[t-m] + e[t]
    l[t] = l[t-1] + damping b[t-1] + level e[t]
    b[t] = damping b[t-1] + trend e[t]
    s[t] = s[t-m] + season e[t]
    ```

    What it began with is not kept: the beginning that fits a stretch of the past best
    is a linear function of that stretch, and so are all forecasts from it.

    Source: Hyndman, Koehler, Ord & Snyder 2008, "Forecasting with exponential
    smoothing: the state space approach", chapters 2, 3 and 5.

    Attributes:
        form: `SmoothingForm`.
        level: Float between 0 and 1, how far the level follows an error.
        trend: Float from 0 to `level`; 0 without a trend.
        season: Float from 0 to `1 - level`; 0 without a season.
        damping: Float up to 1, what is left of the trend a row later.
        log_likelihood: Float, of the values that it was fitted to.
        aicc: Float, Akaike's criterion, corrected for few values.
    """

    form: SmoothingForm
    level: float
    trend: float = 0.0
    season: float = 0.0
    damping: float = 1.0
    log_likelihood: float = np.nan
    aicc: float = np.nan

    def kernel(self, past: int, horizon: int) -> np.ndarray:
        """Return the forecasts as a linear map of the past.

        Args:
            past: Integer, rows of the past.
            horizon: Integer, rows to forecast.

        Returns:
            Float64 array of shape `(past, horizon)`: `values @ kernel` is the forecast,
            of logarithms if the form is of those. Each column sums to 1.

        Example:

        >>> simple = ExponentialSmoothing(SmoothingForm("none", 1, False), level=0.5)
        >>> simple.kernel(past=3, horizon=1).round(3).ravel().tolist()
        [0.19, 0.286, 0.524]
        """
        settings = np.array([[self.level, self.trend, self.season, self.damping]])
        states = self.form.states
        # Each row of the past as an impulse, beside each number of the beginning.
        impulses = np.hstack([np.eye(past), np.zeros((past, states))])
        filtered = _Filter(self.form, settings, past)
        residuals = np.stack([filtered.step(row)[0] for row in impulses])
        forecasts = np.stack(
            [filtered.step(None)[0] for _ in range(horizon)], axis=1
        )  # (past + states, horizon)
        beginning = np.linalg.pinv(residuals[:, past:]) @ residuals[:, :past]
        return forecasts[:past] - beginning.T @ forecasts[past:]

    def forecast(self, past: npt.ArrayLike, horizon: int) -> np.ndarray:
        """Forecast what follows one or several stretches of the past.

        Args:
            past: Array of shape `(windows, rows)`, or `(rows,)`.
            horizon: Integer, rows to forecast.

        Returns:
            Float64 array of shape `(windows, horizon)`, or `(horizon,)`.
        """
        values = np.asarray(past, "float64")
        kernel = self.kernel(values.shape[-1], horizon)
        if self.form.log:
            return np.exp(np.log(values) @ kernel)
        return values @ kernel


def fit_exponential_smoothing(
    values: npt.ArrayLike, season: int = 1
) -> ExponentialSmoothing:
    """Return the exponential smoothing that describes a series best, by AICc.

    Tried are level alone, with trend and with damped trend, each with and without a
    season, and for positive values each on logarithms, too; and of each some hundred
    combinations of smoothing parameters. For every one of them the best beginning is
    found by least squares.

    Args:
        values: Array of numbers, one a row; NaN where one is missing.
        season: Integer, rows of a season; 1 for none.

    Returns:
        `ExponentialSmoothing`.

    Example:

    >>> row = np.arange(60)
    >>> grows = np.exp(0.01 * row) * (10 + np.sin(2 * np.pi * row / 12))
    >>> fitted = fit_exponential_smoothing(grows, season=12)
    >>> fitted.form
    SmoothingForm(trend='additive', season=12, log=True)
    >>> fitted.forecast(grows, 3).round(2).tolist()
    [18.22, 19.32, 20.2]
    """
    values = np.asarray(values, "float64")
    return fit_at_origins(values, season, [len(values)])[0]


def fit_at_origins(
    values: npt.ArrayLike, season: int, origins: Sequence[int]
) -> list[ExponentialSmoothing]:
    """Fit to the rows before each of several origins, in one pass over the series.

    Args:
        values: Array of numbers, one a row; NaN where one is missing.
        season: Integer, rows of a season; 1 for none.
        origins: Sequence of integers, increasing: how many rows each fit sees.

    Returns:
        List of `ExponentialSmoothing`, one for each origin.
    """
    values = np.asarray(values, "float64")
    best: list[ExponentialSmoothing | None] = [None] * len(origins)
    for form in _forms(values, season, origins[0]):
        for number, fitted in enumerate(_fits(form, values, origins)):
            former = best[number]
            if former is None or fitted.aicc < former.aicc:
                best[number] = fitted
    return [fitted for fitted in best if fitted is not None]


def _forms(values, season, rows):
    """The forms that so many rows can tell apart."""
    seasons = [1, season] if season > 1 and rows >= 2 * season + 6 else [1]
    known = values[np.isfinite(values)]
    logs = [False, True] if len(known) and known.min() > 0 else [False]
    return [SmoothingForm(*parts) for parts in product(TRENDS, seasons, logs)]


def _settings(form):
    """All combinations that are tried: array of shape `(settings, 4)`."""
    has_trend, has_season = form.trend != "none", form.season > 1
    shares = product(
        _LEVEL,
        _TREND if has_trend else [0.0],
        _SEASON if has_season else [0.0],
        _DAMPING if form.trend == "damped" else [1.0],
    )
    return np.array(
        [
            (level, trend * level, season * (1 - level), damping)
            for level, trend, season, damping in shares
        ]
    )


def _fits(form, values, origins) -> Iterator[ExponentialSmoothing]:
    """The best parameters of one form for the rows before each origin."""
    settings = _settings(form)
    logs = np.log(values) if form.log else values
    # For the digits of a small change on a large value.
    centre = np.nanmean(logs[: origins[0]])
    scale = np.nanstd(logs[: origins[0]]) or 1.0
    inputs = np.zeros((len(values), 1 + form.states))
    inputs[:, 0] = (logs - centre) / scale
    filtered = _Filter(form, settings, 1)
    columns = inputs.shape[1]
    squares = np.zeros((len(settings), columns, columns))
    begin = 0
    for end in origins:
        for block in range(begin, end, 64):
            residuals = np.stack(
                [filtered.step(row) for row in inputs[block : min(block + 64, end)]],
                axis=2,
            )  # (settings, columns, rows)
            squares += residuals @ residuals.transpose(0, 2, 1)
        begin = end
        error = _least_squares(squares)
        chosen = int(np.argmin(error))
        known = np.isfinite(values[:end])
        count = int(known.sum())
        variance = max(error[chosen] * scale**2 / count, np.finfo("float64").tiny)
        likelihood = -count / 2 * (np.log(2 * np.pi * variance) + 1)
        if form.log:
            likelihood -= logs[:end][known].sum()
        number = form.parameters
        few = count - number - 1
        aicc = -2 * likelihood + (2 * number * count / few if few > 0 else np.inf)
        level, trend, season, damping = map(float, settings[chosen])
        yield ExponentialSmoothing(
            form, level, trend, season, damping, float(likelihood), float(aicc)
        )


def _least_squares(squares):
    """Least sum of squares over all beginnings, from sums of products of residuals."""
    size = np.sqrt(np.einsum("sii->si", squares[:, 1:, 1:]))[:, :, None]
    inner = squares[:, 1:, 1:] / (size * size.transpose(0, 2, 1))
    outer = squares[:, 1:, :1] / size
    # Two numbers of a beginning that do the same leave it singular by rounding.
    inner = inner + 1e-11 * np.eye(inner.shape[-1])
    error = squares[:, 0, 0] - (outer * np.linalg.solve(inner, outer)).sum((1, 2))
    # Rounding: of a series without noise nothing is left.
    return np.maximum(error, 1e-12 * squares[:, 0, 0])


class _Filter:
    """The recursion for all settings at once, and for several series side by side.

    The series begin with nothing, but for the last ones: each of those begins with a
    single one in one place of the state. As the season's parts need not add up to
    zero, the last of them can be left at zero: the level has what is common to all.
    """

    def __init__(self, form, settings, series):
        columns, self.row = series + form.states, 0
        shape = (len(settings), columns)
        self.rates = settings.T[:, :, None]
        self.level, self.trend = np.zeros(shape), np.zeros(shape)
        self.seasons = np.zeros((form.season, *shape))
        starts = iter(range(series, columns))
        self.level[:, next(starts)] = 1
        if form.trend != "none":
            self.trend[:, next(starts)] = 1
        for place, column in enumerate(starts):
            self.seasons[place, :, column] = 1

    def step(self, values):
        """Go on by a row: the errors of the forecasts, or without values those."""
        level, trend, season, damping = self.rates
        part = self.seasons[self.row % len(self.seasons)]
        self.row += 1
        self.trend = damping * self.trend
        self.level = self.level + self.trend
        forecast = self.level + part
        if values is None:
            return forecast
        if np.isnan(values[0]):
            return np.zeros_like(forecast)
        error = values - forecast
        self.level += level * error
        self.trend += trend * error
        part += season * error
        return error
