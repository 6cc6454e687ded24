"""The picture of a series' frequencies, with the periods that it repeats itself in."""

import numpy as np

from keras_rnn.forecasting.features import YEAR, period_length, period_name
from keras_rnn.forecasting.spectrum import (
    column_of,
    evenly_spaced,
    find_periods,
    power_spectrum,
)


def plot_spectrum(frame, column, periods=None, *, axes=None):
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
