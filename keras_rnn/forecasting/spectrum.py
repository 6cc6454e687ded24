"""Which periods a series repeats itself with, found by its Fourier transform."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from keras_rnn.errors import UserError, nearest
from keras_rnn.forecasting.features import (
    DAY,
    PERIODS,
    YEAR,
    period_length,
    period_name,
)
from keras_rnn.forecasting.time_steps import nanoseconds, steps_between

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# A peak has to stand this far above the median of its neighbourhood. Real days and
# years stand at 40 to 14,000; of 5,005 series of white and red noise, 6 had a peak that
# passes. A day, week or year is expected, any other length is not.
PROMINENCE = 30
PROMINENCE_UNNAMED = 100
# A period that explains less of the variance than this is not worth two columns.
LEAST_SHARE = 0.003
# A period has to be seen at least this often, and each time by this many rows.
LEAST_CYCLES = 3
LEAST_ROWS = 3
# Up to this multiple of a frequency, a peak counts as its overtone. The 13th of a week
# is what a half day that is weaker on weekends brings with it.
HIGHEST_OVERTONE = 15
# Peaks this near to each other are one: a day that is stronger in summer has flanks.
NEAR = 0.02


class Spectrum(NamedTuple):
    """How strongly a series swings at each frequency.

    Attributes:
        frequency: Float64 array, in cycles a year (of 365.2425 days), without 0.
        power: Float64 array, the share of the series' variance at each frequency;
            it adds up to 1.
    """

    frequency: np.ndarray
    power: np.ndarray


def power_spectrum(values: npt.ArrayLike, step: str | pd.Timedelta) -> Spectrum:
    """Return the power spectrum of an evenly spaced series.

    The mean and the straight trend are taken off, and the ends faded out (a Hann
    window), so that a strong slow swing does not hide the weaker fast ones.

    Args:
        values: Array of numbers, `step` apart. NaN are bridged by straight lines.
        step: `pandas.Timedelta` or string such as `"1h"`.

    Returns:
        `Spectrum`.

    Raises:
        UserError: Fewer than eight numbers.

    Example:

    >>> import numpy as np
    >>> hour = np.arange(24 * 365)
    >>> swing = power_spectrum(np.sin(2 * np.pi * hour / 24), "1h")
    >>> bool(350 < swing.frequency[swing.power.argmax()] < 380)
    True
    """
    numbers = np.asarray(values, "float64")
    known = np.flatnonzero(np.isfinite(numbers))
    if len(known) < 8:
        raise UserError(
            f"A spectrum needs at least 8 numbers, and there are {len(known)}. Give "
            "a longer series."
        )
    rows = np.arange(len(numbers))
    numbers = np.interp(rows, known, numbers[known])
    numbers = numbers - np.polynomial.Polynomial.fit(rows, numbers, 1)(rows)
    power = np.abs(np.fft.rfft(numbers * np.hanning(len(numbers)))) ** 2
    years = len(numbers) * (pd.Timedelta(step) / YEAR)
    total = power[1:].sum()
    return Spectrum(
        np.arange(1, len(power)) / years, power[1:] / (total if total > 0 else 1.0)
    )


def find_periods(
    frame: pd.DataFrame,
    column: str,
    step: str | pd.Timedelta | None = None,
    *,
    most: int = 4,
) -> list[pd.Timedelta]:
    """Return the periods that a column repeats itself with, the strongest first.

    A period is a peak of the spectrum that stands far above its neighbourhood,
    explains at least 0.3 % of the variance and fits into the series three times or
    more. Its overtones (half, a third ... of a period found: they only say that the
    swing is no pure sine) are left out. Within 2 % of a day, week or year it is that,
    exactly; any other length has to stand out three times as far.

    Judge the training part alone: periods are something learned from data.

    Args:
        frame: DataFrame with a sorted `DatetimeIndex`. Missing rows and values are
            bridged by straight lines, for this purpose only.
        column: String, the column to look at.
        step: `pandas.Timedelta` or string. Default: the frame's usual step.
        most: Integer, how many at most. Default: `4`.

    Returns:
        List of `pandas.Timedelta`; empty if nothing repeats itself.

    Raises:
        UserError: No such column.

    Example:

    >>> import numpy as np, pandas as pd
    >>> hours = pd.date_range("2024-01-01", periods=24 * 60, freq="h")
    >>> noise = np.random.default_rng(0).normal(size=len(hours))
    >>> swing = np.sin(2 * np.pi * np.arange(len(hours)) / 24)
    >>> find_periods(pd.DataFrame({"load": swing + noise}, index=hours), "load")
    [Timedelta('1 days 00:00:00')]
    """
    values, step = evenly_spaced(column_of(frame, column), step)
    if np.isfinite(values).sum() < 4 * LEAST_CYCLES * LEAST_ROWS:
        return []
    return _peaks(power_spectrum(values, step).power, len(values) * step, most)


def plot_spectrum(
    frame: pd.DataFrame,
    column: str,
    periods: list[str | pd.Timedelta] | None = None,
    *,
    axes: Axes | None = None,
) -> Figure:
    """Draw how strongly a column swings at each frequency.

    The frequency runs logarithmically from one cycle in the whole series to the
    fastest that its step can show, as in TensorFlow's time series tutorial. The
    amplitudes are relative to the largest.

    Args:
        frame: DataFrame with a sorted `DatetimeIndex`.
        column: String, the column to draw.
        periods: List of period names or `pandas.Timedelta` to mark. Default: those
            that `find_periods` finds.
        axes: matplotlib axes to draw on. Default: new ones.

    Returns:
        `matplotlib.figure.Figure`.
    """
    import matplotlib.pyplot as plt

    if periods is None:
        periods = find_periods(frame, column)
    frequency, power = power_spectrum(*evenly_spaced(column_of(frame, column)))
    if axes is None:
        _, axes = plt.subplots(figsize=(9, 4), layout="constrained")
    amplitude = np.sqrt(power)
    axes.plot(frequency, amplitude / amplitude.max(), lw=0.8, color="tab:blue")
    axes.set_xscale("log")
    axes.set_xlim(frequency[0], frequency[-1])
    axes.set_ylim(0, 1.1)
    axes.set_xlabel("frequency (cycles a year, logarithmic)")
    axes.set_ylabel("amplitude (largest = 1)")
    axes.set_title(f"What {column} repeats itself with", pad=24)
    for period in periods:
        name, span = period_name(period), period_length(period)
        axes.axvline(YEAR / span, color="tab:red", lw=1, ls="--", zorder=0)
        axes.annotate(
            f"1 / {name}",
            (YEAR / span, 1),
            xycoords=axes.get_xaxis_transform(),
            xytext=(0, 3),
            textcoords="offset points",
            ha="center",
            color="tab:red",
        )
    return axes.figure


def column_of(frame: pd.DataFrame, column: str) -> pd.Series:
    """Return one column, or tell which there are.

    Raises:
        UserError: No such column.
    """
    if column not in frame:
        raise UserError(
            f"There is no column {column!r}.{nearest(column, frame.columns)} The "
            f"columns are {', '.join(map(str, frame.columns))}."
        )
    return frame[column]


def evenly_spaced(
    series: pd.Series, step: str | pd.Timedelta | None = None
) -> tuple[np.ndarray, pd.Timedelta]:
    """Return the values on an even grid, NaN where the series has no row.

    A month counts as a month and Friday to Monday as one step in a series of
    working days: the grid's step is then their mean length.

    Args:
        series: `pandas.Series` with a sorted `DatetimeIndex`.
        step: `pandas.Timedelta`, the distance of the grid's points. Default: the
            series' own.

    Returns:
        `(values, step)`: a float64 array and the `pandas.Timedelta` between them.
    """
    stamps = nanoseconds(series.index)
    if step is None:
        place = np.concatenate([[0.0], np.cumsum(steps_between(series.index))])
    else:
        place = (stamps - stamps[0]) / pd.Timedelta(step).as_unit("ns").value
    place = np.round(place).astype(int)
    values = np.full(place[-1] + 1, np.nan)
    values[place] = series.to_numpy(dtype="float64")
    span = pd.Timedelta(int(stamps[-1] - stamps[0]), unit="ns")
    return values, span / max(int(place[-1]), 1)


def _peaks(power, length, most):
    """Periods of the spectrum's peaks; entry i of `power` is i + 1 cycles."""
    cycles = np.arange(1, len(power) + 1)
    prominence = power / _background(power)
    # The fading spreads a pure sine over three neighbouring frequencies.
    share = np.convolve(power, np.ones(3), "same")
    highest = np.maximum.reduce([np.roll(power, 1), power, np.roll(power, -1)])
    candidate = (
        (power == highest)
        & (prominence >= PROMINENCE)
        & (share >= LEAST_SHARE)
        & (cycles >= LEAST_CYCLES)
        & (cycles <= 2 * len(power) / LEAST_ROWS)
    )
    found = {}  # period -> whether it is a day, week or year; the strongest first
    for i in sorted(np.flatnonzero(candidate), key=lambda i: -share[i]):
        centre = _centre(power, i)
        period, is_named = _named(centre, length)
        stands_out = prominence[i] >= PROMINENCE_UNNAMED and centre >= LEAST_CYCLES
        if is_named or stands_out:
            found.setdefault(period, is_named)
    periods = [
        period
        for period, is_named in found.items()
        if is_named or not _is_overtone(period, list(found))
    ]
    return periods[:most]


def _centre(power, i):
    """Cycles of a peak, between two frequencies if need be: a parabola's vertex."""
    if not 0 < i < len(power) - 1:
        return i + 1.0
    left, middle, right = np.log(power[i - 1 : i + 2] + np.finfo("float64").tiny)
    bend = left - 2 * middle + right
    return i + 1 + (0.5 * (left - right) / bend if bend < 0 else 0.0)


def _named(cycles, length):
    """A peak's period, and whether it is a day, week or year."""
    for period in PERIODS.values():
        expected = length / period
        near = abs(expected - cycles) < max(1, NEAR * expected)
        if near and expected >= LEAST_CYCLES:
            return period, True
    return (length / cycles).round("s" if length > DAY else "us"), False


def _is_overtone(period, found):
    """Whether a period is a whole fraction of another, or a stronger one's flank."""
    for other in found:
        ratio = other / period
        if abs(ratio - 1) < NEAR and found.index(other) < found.index(period):
            return True
        multiple = round(ratio)
        if 2 <= multiple <= HIGHEST_OVERTONE and abs(ratio - multiple) < 0.1:
            return True
    return False


def _background(power):
    """The median power around each frequency, from half to twice its cycles."""
    # It changes slowly: points spread evenly in the logarithm are enough.
    centres = np.unique(np.round(np.geomspace(1, len(power), 400)).astype(int))
    medians = [
        np.median(_without_peak(power, centre, max(centre // 2, 1), 2 * centre + 3))
        for centre in centres
    ]
    cycles = np.arange(1, len(power) + 1)
    tiny = np.finfo("float64").tiny
    return np.exp(
        np.interp(np.log(cycles), np.log(centres), np.log(np.maximum(medians, tiny)))
    )


def _without_peak(power, centre, low, high):
    neighbourhood = np.arange(low, min(high, len(power)) + 1)
    kept = neighbourhood[np.abs(neighbourhood - centre) > 2]
    return power[(kept if len(kept) else neighbourhood) - 1]
