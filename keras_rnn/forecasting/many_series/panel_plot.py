"""A page of small pictures: some of many series, and what follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from keras_rnn.forecasting.conformal import band_columns
from keras_rnn.forecasting.many_series.panel import SeriesPanel
from keras_rnn.forecasting.many_series.panel_scores import PanelScores

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_PAST, _FUTURE, _GREY = "#1f2a44", "#d1495b", "#6c757d"
MOST_SHOWN = 12
_ACROSS = 3
# Rows of the past that are drawn for each that is forecast.
_PAST_ROWS = 4
_LONGEST_NAME = 28


def shown_series(
    panel: SeriesPanel, scores: PanelScores | None = None, most: int = MOST_SHOWN
) -> dict[str, str]:
    """Choose the series to draw, and what to say of each.

    Args:
        panel: `SeriesPanel`.
        scores: `PanelScores`, by which the best, the median and the worst are chosen.
            Default: `None`, evenly from first to last.
        most: Integer, how many. Default: `12`.

    Returns:
        Dict from name to words such as "best" and "worst", `""` for the others.
    """
    if scores is None or not scores.names:
        places = np.unique(np.linspace(0, len(panel) - 1, most).round().astype(int))
        return {panel.names[place]: "" for place in places}
    ranked = scores.ranked
    last = len(ranked) - 1
    places = np.unique(np.linspace(0, last, min(most, last + 1)).round().astype(int))
    if len(places) > 2:
        # The one in the middle is drawn, whichever it is.
        places[np.argmin(np.abs(places - last // 2))] = last // 2
    words = {last: "worst", last // 2: "median", 0: "best"}
    titles = {}
    for place in places:
        error = scores.mase["model"][ranked[place]]
        told = words.get(int(place), "") if last else ""
        measured = f"MASE {error:.2f}" if np.isfinite(error) else "no MASE"
        titles[scores.names[ranked[place]]] = f"{told + ', ' if told else ''}{measured}"
    return titles


def plot_panel(
    panel: SeriesPanel,
    future: pd.DataFrame,
    *,
    titles: Mapping[str, str],
    levels: Sequence[float],
    caption: str = "",
) -> Figure:
    """Draw the last rows and the forecast of each series of a panel.

    Args:
        panel: `SeriesPanel` of at most a dozen series.
        future: DataFrame, as `PanelForecaster.predict` returns it for them.
        titles: Mapping from a series' name to what is said beside it.
        levels: Sequence of floats, the levels of the bands in per cent.
        caption: String, what the forecasts rest on, below the pictures. Default: `""`.

    Returns:
        `matplotlib.figure.Figure`.
    """
    from matplotlib.figure import Figure

    across = min(_ACROSS, len(panel))
    down = -(-len(panel) // across)
    figure = Figure(
        figsize=(4.4 * across + 0.2, 2.3 * down + 0.7), layout="constrained"
    )
    axes = np.ravel(figure.subplots(down, across, squeeze=False))
    groups = dict(iter(future.groupby("series", sort=False)))
    for place, name in enumerate(panel.names):
        _draw(axes[place], panel.of(name), groups[name], levels)
        shown = name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"
        told = titles.get(name, "")
        text = f"{shown}: {told}" if told else shown
        axes[place].set_title(_plain(text), loc="left", fontsize=9)
    for unused in axes[len(panel) :]:
        unused.set_visible(False)
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(
        handles,
        labels,
        loc="outside upper right",
        ncols=len(labels),
        frameon=False,
        fontsize=9,
    )
    value = panel.target + (f" [{panel.unit}]" if panel.unit else "")
    figure.suptitle(_plain(value), x=0.01, ha="left", fontsize=11)
    figure.supxlabel(_plain(caption), fontsize=8, color=_GREY, x=0.01, ha="left")
    return figure


def _draw(axes, values, future, levels):
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    past = values.iloc[-_PAST_ROWS * len(future) :]
    axes.plot(past.index, past, color=_PAST, linewidth=1, label="so far")
    has_times = "time" in future
    times = pd.Index(future["time" if has_times else "row"])
    for place, (low, high) in reversed(list(enumerate(band_columns(levels)))):
        if future[[low, high]].isna().any(axis=None):
            continue
        axes.fill_between(
            times,
            future[low],
            future[high],
            color=_FUTURE,
            alpha=0.16 + 0.1 * (len(levels) - 1 - place),
            linewidth=0,
            label=f"{levels[place]:g} % band",
        )
    axes.plot(
        past.index[-1:].append(times),
        np.append(past.iloc[-1:], future["forecast"]),
        color=_FUTURE,
        linewidth=1.2,
        label="forecast",
    )
    axes.axvline(past.index[-1], color=_GREY, linewidth=0.6, linestyle=":")
    if has_times:
        locator = AutoDateLocator(minticks=2, maxticks=5)
        axes.xaxis.set_major_locator(locator)
        axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))
    axes.tick_params(labelsize=7)
    axes.xaxis.get_offset_text().set_fontsize(7)
    axes.margins(x=0.01)
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)


def _plain(text):
    """The text as it is: matplotlib reads what stands between two $ as a formula."""
    return text.replace("$", r"\$")
