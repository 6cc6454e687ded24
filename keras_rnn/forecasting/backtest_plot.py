"""The picture of a backtest: truth and forecasts of the folds, the error of each."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from keras_rnn.forecasting.rolling_scores import BAND, BAND_COLUMNS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from keras_rnn.forecasting.rolling_scores import RollingBacktest

_TRUTH, _MODEL, _GREY = "#1f2a44", "#d1495b", "#6c757d"
# How each forecast is named and drawn.
_STYLES = {
    "model": ("this forecast", _MODEL),
    "persistence": ("persistence", "#c3c9d3"),
    "seasonal_naive": ("seasonal naive", "#8d99ae"),
    "year_mean": ("earlier years", "#5c677d"),
    "ridge": ("ridge", "#edae49"),
}
# More folds, or forecasts of a fold one after the other, could not be told apart.
_MOST_FOLDS = 6
_MOST_FORECASTS = 5
_ACROSS = 3


def plot_backtest(result: RollingBacktest, caption: str = "") -> Figure:
    """Draw the last forecasts of each fold over the truth, and the error by fold.

    Of the forecasts of a fold those are drawn that follow each other without an
    overlap, at most five, up to its end; of more than six folds the first, the last and
    some between.

    Args:
        result: `RollingBacktest`.
        caption: String, what the data is; it stands under the picture. Default: `""`.

    Returns:
        `matplotlib.figure.Figure`.
    """
    from matplotlib.figure import Figure

    count = min(_MOST_FOLDS, len(result.folds))
    shown = np.linspace(0, len(result.folds) - 1, count).round().astype(int)
    across = min(_ACROSS, count)
    down = math.ceil(count / across)
    figure = Figure(figsize=(12, 2.6 * down + 3.4), layout="constrained")
    above, below = figure.subfigures(2, 1, height_ratios=[2.6 * down, 3.0])
    panels = np.ravel(above.subplots(down, across, squeeze=False))
    for axes in panels[count:]:
        axes.set_visible(False)
    for number, axes in zip(shown, panels, strict=False):
        _draw_fold(axes, result, result.folds[number])
    handles, labels = panels[0].get_legend_handles_labels()
    above.legend(
        handles, labels, loc="outside upper right", ncols=len(labels), frameon=False
    )
    unit = f" [{result.unit}]" if result.unit else ""
    above.supylabel(_plain(f"{result.target.split(' (')[0]}{unit}"), fontsize=10)
    by_fold, by_step = below.subplots(1, 2, width_ratios=[1.6, 1])
    _draw_folds(by_fold, result, unit)
    _draw_steps(by_step, result)
    # Beside each other, the same error has the same height.
    top = max(by_fold.get_ylim()[1], by_step.get_ylim()[1])
    by_fold.set_ylim(0, top)
    by_step.set_ylim(0, top)
    below.supxlabel(_plain(caption), fontsize=8, color=_GREY, x=0.01, ha="left")
    return figure


def _draw_fold(axes, result, fold):
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    rows = result.forecasts[result.forecasts["fold"] == fold.number]
    horizon = rows["step"].max()
    origins = rows["origin"].unique()
    times = rows.groupby("origin")["time"].agg(["min", "max"])
    chosen = []
    # From the last one back, each as late as it can be without an overlap.
    for origin in sorted(origins, reverse=True):
        after = times.loc[chosen[-1], "min"] if chosen else None
        if after is None or times.loc[origin, "max"] < after:
            chosen.append(origin)
        if len(chosen) == _MOST_FORECASTS:
            break
    part = rows[rows["time"] >= times.loc[chosen[-1], "min"]]
    truth = part.drop_duplicates("time").sort_values("time")
    axes.plot(truth["time"], truth["truth"], color=_TRUTH, linewidth=1.4, label="truth")
    marker = "o" if horizon == 1 else None
    for number, origin in enumerate(chosen):
        one = rows[rows["origin"] == origin].sort_values("time")
        lower, upper = (one[name] for name in BAND_COLUMNS)
        if lower.notna().all():
            axes.fill_between(
                one["time"],
                lower,
                upper,
                color=_MODEL,
                alpha=0.16,
                linewidth=0,
                label=f"its {BAND:.0%} band" if not number else None,
            )
        axes.plot(
            one["time"],
            one["model"],
            color=_MODEL,
            marker=marker,
            markersize=3,
            linewidth=1.1,
            label="forecasts" if not number else None,
        )
    axes.set_title(f"fold {fold.number}", loc="left", fontsize=10)
    locator = AutoDateLocator(minticks=3, maxticks=7)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))
    axes.margins(x=0.01)
    _plainly(axes)


def _draw_folds(axes, result, unit):
    scores = result.scores("fold")
    numbers = [fold.number for fold in result.folds]
    width = 0.8 / len(result.names)
    for place, name in enumerate(result.names):
        label, color = _STYLES.get(name, (name, None))
        heights = scores[scores["forecast"] == name].set_index("fold")["mae"]
        shift = (place - (len(result.names) - 1) / 2) * width
        axes.bar(
            np.arange(len(numbers)) + shift,
            heights.reindex(numbers),
            width * 0.92,
            color=color,
            label=label,
        )
    labels = [f"{fold.number}\n{fold.start:%Y-%m-%d}" for fold in result.folds]
    every = math.ceil(len(labels) / 10)
    axes.set_xticks(np.arange(len(labels))[::every], labels[::every], fontsize=8)
    axes.set_title("Error by fold", loc="left")
    axes.set_ylabel(_plain(f"mean absolute error{unit}"))
    _plainly(axes)


def _draw_steps(axes, result):
    from matplotlib.ticker import MaxNLocator

    scores = result.scores("step")
    for name in result.names:
        label, color = _STYLES.get(name, (name, None))
        errors = scores[scores["forecast"] == name].set_index("step")["mae"]
        axes.plot(
            errors.index,
            errors,
            color=color,
            label=label,
            marker="o" if len(errors) == 1 else None,
            zorder=3 if name == "model" else 2,
        )
    axes.set_title("Error by step, all folds", loc="left")
    axes.set_xlabel("steps ahead")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend(frameon=False, loc="best", fontsize=9)
    _plainly(axes)


def _plainly(axes):
    axes.grid(alpha=0.25)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)


def _plain(text):
    """The text as it is: matplotlib reads what stands between two $ as a formula."""
    return text.replace("$", r"\$")
