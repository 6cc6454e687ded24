"""The picture of a comparison: bars for each model, lines for naive."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from keras_rnn.forecasting.comparison import Score

_COLOURS = {"validation": "#9db8d2", "test": "#1f5a93"}
_NAIVE = {"persistence": "--", "seasonal_naive": ":"}
_RED = "#c44e52"


def plot_comparison(
    scores: Sequence[Score], target: str, unit: str = "", caption: str = ""
) -> Figure:
    """Draw validation and test errors of all models, a row of axes for each task.

    On the left stand the errors that the task asks for, standardised; on the right
    those of the target, in its unit. Horizontal lines mark the naive forecasts'
    errors on the test part; a cross marks a model that is worse than the better one.

    Args:
        scores: List of `Score`.
        target: String, the column of interest.
        unit: String, the target's unit. Default: `""`.
        caption: String, what the data is; it stands under the picture. Default: `""`.

    Returns:
        `matplotlib.figure.Figure`.
    """
    import matplotlib.pyplot as plt

    tasks = list(dict.fromkeys(score.task for score in scores))
    figure, axes = plt.subplots(
        len(tasks),
        2,
        figsize=(13, 1 + 3.6 * len(tasks)),
        squeeze=False,
        layout="constrained",
    )
    for row, task in zip(axes, tasks, strict=True):
        found = [score for score in scores if score.task == task]
        _draw(row[0], found, "mae", "mean absolute error, standardised")
        _draw(row[1], found, "target_mae", f"mean absolute error{_in(unit)}")
        row[0].set_title(f"{task}: {_question(found[0])}", loc="left")
        row[1].set_title(f"{target} alone", loc="left")
    # One entry each, from whichever axes have it.
    entries: dict = {}
    for each in axes.flat:
        handles, labels = each.get_legend_handles_labels()
        entries |= dict(zip(labels, handles, strict=True))
    figure.legend(
        entries.values(),
        entries.keys(),
        loc="outside upper right",
        ncols=4,
        frameon=False,
    )
    if caption:
        figure.supxlabel(caption, fontsize=8, color="0.35")
    return figure


def _question(score):
    from keras_rnn.forecasting.models.registry import TASKS

    return TASKS[score.task].title


def _draw(axes, scores, which, label):
    bars = [
        score
        for score in scores
        if score.name not in _NAIVE and np.isfinite(getattr(score.test, which))
    ]
    places = np.arange(len(bars))
    for shift, part in ((-0.2, "validation"), (0.2, "test")):
        heights = [getattr(getattr(score, part), which) for score in bars]
        drawn = axes.bar(places + shift, heights, 0.4, color=_COLOURS[part], label=part)
    axes.bar_label(drawn, fmt="{:#.3g}", fontsize=7, padding=2)
    for place, score in zip(places, bars, strict=True):
        if getattr(score.skill, which) < 0 and not score.is_naive:
            height = getattr(score.test, which)
            axes.plot(place + 0.2, height / 2, "x", color="white", mew=2)
    naive = {s.name: getattr(s.test, which) for s in scores if s.name in _NAIVE}
    shown = [getattr(score.validation, which) for score in bars]
    shown += [getattr(score.test, which) for score in bars]
    top = 1.15 * max([*shown, min(naive.values())])
    axes.set_ylim(0, top)
    for name, height in naive.items():
        _mark_naive(axes, name, height, top)
    axes.set_xticks(places, [score.name for score in bars], rotation=30, ha="right")
    axes.set_ylabel(label)
    axes.spines[["top", "right"]].set_visible(False)


def _mark_naive(axes, name, height, top):
    """A line at a naive error; a note where it is far above all bars."""
    words = f"{name.replace('_', ' ')} (test)"
    if height <= top:
        axes.axhline(
            height, color=_RED, linestyle=_NAIVE[name], linewidth=1.2, label=words
        )
    else:
        note = f"{words}: {height:#.3g}, above the picture"
        place = (0.99, 0.98)
        axes.text(
            *place, note, ha="right", va="top", color=_RED, transform=axes.transAxes
        )


def _in(unit):
    return f" ({unit})" if unit else ""
