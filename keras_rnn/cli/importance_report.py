"""What is printed and written of how much a forecast owes to each column."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd

from keras_rnn.cli.console import console, fact, show_table

# The unit of the errors of many series.
SCALED = "seasonal changes (MASE)"
# Rows of the printed table; the file has all.
_MOST_COLUMNS = 15


def show_importance(importance: pd.DataFrame, unit: str) -> None:
    """Print how much worse the forecast gets without each column.

    Args:
        importance: DataFrame, as from `importance_table`.
        unit: String, the target's unit, or `""`.
    """
    shown = importance.iloc[:_MOST_COLUMNS]
    console.print()
    show_table(
        f"Error gained when a column is shuffled{f' in {unit}' if unit else ''}",
        ["", "mean", "spread", "share"],
        [
            [
                row.column,
                short_number(row.increase),
                short_number(row.spread),
                f"{row.share:+.1%}",
            ]
            for row in shown.itertuples()
        ],
    )
    if len(importance) > len(shown):
        fact("Explained", f"{len(importance) - len(shown)} more in explain.csv")


def show_importance_of_many(
    importance: pd.DataFrame, target: str, lookback: int
) -> None:
    """Print how much worse the forecasts of many series get without each column.

    Args:
        importance: DataFrame, as from `importance_table`, of scaled errors.
        target: String, what is forecast.
        lookback: Integer, the rows of a series that a forecast draws on.
    """
    show_importance(importance, SCALED)
    if len(importance) == 1:
        fact(
            "Explained",
            f"nothing beside {target!r} is known of the series: each forecast draws on "
            f"the last {lookback:,} rows of its own series",
        )


def write_importance(
    folder: Path, importance: pd.DataFrame, target: str, unit: str, caption: str
) -> None:
    """Write explain.csv and explain.png into a folder.

    Args:
        folder: `pathlib.Path`.
        importance: DataFrame, as from `importance_table`.
        target: String, the column that is forecast.
        unit: String, its unit, or `""`.
        caption: String, what the data is.
    """
    from keras_rnn.forecasting.importance_plot import plot_importance

    importance.to_csv(folder / "explain.csv", index=False, float_format="%.6g")
    figure = plot_importance(importance, target=target, unit=unit, caption=caption)
    figure.savefig(folder / "explain.png", dpi=150)


def short_number(value: float) -> str:
    """Return three digits that matter, and two places for those above 1; "" for none.

    Args:
        value: Float.
    """
    if not math.isfinite(value):
        return ""
    return f"{value:.2f}" if abs(value) >= 1 else f"{value:.3g}"
