"""The picture of what a forecast owes to each column."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

_HELPS, _HARMS, _GREY = "#1f5a93", "#c44e52", "#6c757d"
# Columns that fit below each other.
_MOST_COLUMNS = 25


def plot_importance(
    table: pd.DataFrame, *, target: str, unit: str = "", caption: str = ""
) -> Figure:
    """Draw how much larger the error is with each column shuffled, the dearest above.

    Args:
        table: DataFrame, as from `importance_table`; of more than 25 columns the first.
        target: String, the column that is forecast.
        unit: String, its unit. Default: `""`.
        caption: String, what the figures are of; it stands under the picture. Default:
            `""`.

    Returns:
        `matplotlib.figure.Figure`.
    """
    from matplotlib.figure import Figure

    shown = table.iloc[:_MOST_COLUMNS]
    figure = Figure(figsize=(8, 1.6 + 0.34 * len(shown)), layout="constrained")
    axes = figure.subplots()
    places = np.arange(len(shown))
    colors = [_HELPS if value >= 0 else _HARMS for value in shown["increase"]]
    axes.barh(
        places,
        shown["increase"],
        xerr=shown["spread"],
        color=colors,
        error_kw={"ecolor": _GREY, "capsize": 2, "linewidth": 1},
    )
    for place, (increase, spread, share) in enumerate(
        shown[["increase", "spread", "share"]].to_numpy()
    ):
        if np.isfinite(share):
            axes.annotate(
                f"{share:+.1%}",
                (max(increase + spread, 0), place),
                xytext=(4, 0),
                textcoords="offset points",
                va="center",
                fontsize=8,
                color=_GREY,
            )
    axes.set_yticks(places, [_plain(name) for name in shown["column"]])
    axes.invert_yaxis()
    axes.axvline(0, color=_GREY, linewidth=0.8)
    axes.margins(x=0.12)
    where = f" [{unit}]" if unit else ""
    axes.set_xlabel(_plain(f"mean absolute error gained by shuffling{where}"))
    more = len(table) - len(shown)
    words = f", the first {len(shown)} of {len(table)}" if more else ""
    axes.set_title(
        _plain(f"What the forecast of {target} owes to each column{words}"), loc="left"
    )
    axes.grid(axis="x", alpha=0.25)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    figure.supxlabel(_plain(caption), fontsize=8, color=_GREY, x=0.01, ha="left")
    return figure


def _plain(text):
    """The text as it is: matplotlib reads what stands between two $ as a formula."""
    return text.replace("$", r"\$")
