"""Small pictures of columns: a line of characters in a terminal, or a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from keras_rnn.datasets.series.series import Series

_LEVELS = "▁▂▃▄▅▆▇█"
_NO_VALUE = "·"
_WIDTH = 40
_LONGEST_NAME = 24
_MOST_COLUMNS = 40
_MOST_GAPS = 3


def sparkline(column: pd.Series, width: int = _WIDTH) -> str:
    """Return a column as a line of characters, each the mean of a stretch of time.

    Args:
        column: `pandas.Series` of numbers with a sorted `DatetimeIndex`.
        width: Integer, the most characters. Default: `40`.

    Returns:
        String; a dot stands for a stretch without a value.

    Example:

    >>> days = pd.date_range("2024-01-01", periods=6)
    >>> sparkline(pd.Series([0.0, 1.0, 2.0, np.nan, 4.0, 7.0], index=days), width=6)
    '▁▂▃·▅█'
    """
    values = column.to_numpy("float64")
    ticks = column.index.to_numpy().astype("datetime64[s]").astype("int64")
    width = min(width, len(values))
    if len(values) < 2:
        return _NO_VALUE * width
    # The first and the last row stand in the middle of their character.
    step = (ticks[-1] - ticks[0]) / max(width - 1, 1)
    place = np.minimum(np.floor((ticks - ticks[0]) / step + 0.5), width - 1).astype(int)
    known = np.isfinite(values)
    count = np.bincount(place[known], minlength=width)
    total = np.bincount(place[known], weights=values[known], minlength=width)
    means = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    if not known.any():
        return _NO_VALUE * width
    low, high = np.nanmin(means), np.nanmax(means)
    # The mean of equal numbers is not always that number to the last digit.
    varies = high - low > 1e-9 * max(abs(low), abs(high))
    scale = (len(_LEVELS) - 1) / (high - low) if varies else 0.0
    return "".join(
        _NO_VALUE if np.isnan(mean) else _LEVELS[round((mean - low) * scale)]
        for mean in means
    )


def gaps_of(column: pd.Series) -> list[tuple[pd.Timestamp, pd.Timestamp]]:
    """Return the stretches without a value: the last row before and the first after.

    Args:
        column: `pandas.Series` of numbers with a sorted `DatetimeIndex`.

    Returns:
        List of pairs of `pandas.Timestamp`, the longest stretch first.
    """
    from keras_rnn.forecasting.time_steps import GAP, steps_between

    if len(column) < 2:
        return []
    known = np.flatnonzero(column.notna().to_numpy())
    if len(known) < 2:
        return []
    place = np.concatenate([[0.0], np.cumsum(steps_between(column.index))])[known]
    apart = np.diff(place)
    wide = np.flatnonzero(apart > GAP)
    wide = wide[np.argsort(-apart[wide], kind="stable")]
    times = column.index[known]
    return [(times[i], times[i + 1]) for i in wide]


def show_columns(series: Series) -> None:
    """Print each column as a line, with its range and its longest gaps.

    Args:
        series: `keras_rnn.datasets.Series`.
    """
    from keras_rnn.cli.console import console

    frame = series.frame
    shown = list(frame.columns[:_MOST_COLUMNS])
    width = min(max(len(str(name)) for name in shown), _LONGEST_NAME)
    gaps = {}
    console.print()
    for name in shown:
        words = _range_words(frame[name], series.units.get(name, ""), str(name))
        console.print(f"{_cut(str(name), width)} {sparkline(frame[name])} {words}")
        gaps[name] = _gap_words(frame[name])
    left = len(frame.columns) - len(shown)
    if left:
        console.print(f"and {left:,} more columns")
    console.print()
    texts = set(gaps.values())
    if len(texts) == 1 and len(gaps) > 1:
        gaps = {"all columns": texts.pop()}
    for name, text in gaps.items():
        if text:
            console.print(f"No value   {name}: {text}")


def _range_words(column, unit, name):
    known = column.dropna()
    if not len(known):
        return "no value"
    unit = f" {unit}" if unit and unit not in name else ""
    missing = len(column) - len(known)
    words = f"{known.min():.4g} to {known.max():.4g}{unit}"
    return f"{words}, {missing:,} missing" if missing else words


def _gap_words(column):
    found = gaps_of(column)
    texts = [
        f"between {before:%Y-%m-%d %H:%M} and {after:%Y-%m-%d %H:%M}"
        for before, after in found[:_MOST_GAPS]
    ]
    more = f" and {len(found) - len(texts):,} more" if len(found) > len(texts) else ""
    return "; ".join(texts) + more


def _cut(name, width):
    return f"{name:<{width}}" if len(name) <= width else f"{name[: width - 1]}…"


def plot_columns(series: Series) -> Figure:
    """Draw each column over time; stretches without a value are shaded.

    Args:
        series: `keras_rnn.datasets.Series`.

    Returns:
        `matplotlib.figure.Figure`.
    """
    from matplotlib.figure import Figure

    frame = series.frame.iloc[:, :_MOST_COLUMNS]
    count = frame.shape[1]
    figure = Figure(figsize=(9, 1.1 + 1.1 * count), layout="constrained")
    axes = np.ravel(figure.subplots(count, 1, sharex=True, squeeze=False))
    for one, name in zip(axes, frame.columns, strict=True):
        column = frame[name]
        gaps = gaps_of(column)
        known = column.dropna()
        # Broken where rows are missing, too.
        breaks = pd.Series(np.nan, index=pd.DatetimeIndex([a for a, _ in gaps]))
        breaks.index = breaks.index + pd.Timedelta("1us")
        line = pd.concat([known, breaks]).sort_index() if gaps else known
        one.plot(line.index, line, lw=0.7, color="#1f2a44")
        for before, after in gaps:
            one.axvspan(before, after, color="#d1495b", alpha=0.2, lw=0)
        one.set_title(str(name).replace("$", r"\$"), loc="left", fontsize=9)
        one.spines[["top", "right"]].set_visible(False)
        one.margins(x=0.01)
    caption = series.describe().replace("$", r"\$")
    figure.supxlabel(caption, fontsize=8, color="#6c757d", x=0.01, ha="left")
    return figure
