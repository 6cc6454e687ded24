"""The picture of a forecast: the last days, what comes, and how far off it may be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from keras_rnn.forecasting.conformal import LEVELS, band_columns
from keras_rnn.forecasting.time_steps import step_text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_PAST, _FUTURE, _NAIVE, _GREY = "#1f2a44", "#d1495b", "#8d99ae", "#6c757d"


def plot_forecast(
    past: pd.Series,
    future: pd.DataFrame,
    *,
    target: str,
    unit: str = "",
    levels: Iterable[float] = LEVELS,
    caption: str = "",
    mae_by_step: Mapping[str, npt.ArrayLike] | None = None,
) -> Figure:
    """Draw a forecast with its band and, if there is one, the errors by step.

    Args:
        past: `pandas.Series`, the target's last values, indexed by time.
        future: DataFrame of "forecast" and the ends of the bands, as
            `Forecaster.predict` returns it, indexed by time; no band is drawn where
            these are NaN.
        target: String, the column's name.
        unit: String, its unit. Default: `""`.
        levels: Iterable of floats, the levels of the bands in per cent, ascending.
            Default: `(80,)`.
        caption: String, what the forecast rests on; printed below the picture.
            Default: `""`.
        mae_by_step: Dict from "model", "persistence", "seasonal_naive", "year_mean",
            "drift", "exponential_smoothing" and "ridge", those that there are, to the
            mean absolute error at each step, as `Backtest.mae_by_step`; drawn to the
            right. Default: `None`.

    Returns:
        `matplotlib.figure.Figure`.
    """
    from matplotlib.figure import Figure

    wide = mae_by_step is not None
    figure = Figure(figsize=(11 if wide else 8, 4.4), layout="constrained")
    ratios = {"width_ratios": [2.1, 1]} if wide else {}
    axes = np.ravel(figure.subplots(1, 2 if wide else 1, gridspec_kw=ratios))
    _draw_forecast(axes[0], past, future, target, unit, tuple(levels))
    if wide:
        _draw_errors(axes[1], mae_by_step, unit)
    figure.supxlabel(_plain(caption), fontsize=8, color=_GREY, x=0.01, ha="left")
    return figure


def _draw_forecast(axes, past, future, target, unit, levels):
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    axes.plot(past.index, past, color=_PAST, label="so far")
    # From the last measured point on, so that the line does not break.
    times = past.index[-1:].append(future.index)
    line = np.append(past.iloc[-1:], future["forecast"])
    _draw_bands(axes, future, levels)
    axes.plot(times, line, color=_FUTURE, label="forecast")
    axes.axvline(past.index[-1], color=_GREY, linewidth=0.8, linestyle=":")
    ahead = f"the next {len(future)} steps of {step_text(past.index)}"
    axes.set_title(_plain(f"{target}: {ahead}"), loc="left")
    axes.set_ylabel(_plain(f"{_bare(target)} [{unit}]" if unit else target))
    locator = AutoDateLocator()
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))
    axes.margins(x=0.01)
    axes.grid(alpha=0.25)
    low, high = axes.get_ylim()
    axes.set_ylim(low, high + 0.14 * (high - low))  # room for the legend
    axes.legend(frameon=False, loc="upper left", ncols=3)
    axes.spines[["top", "right"]].set_visible(False)


def _draw_bands(axes, future, levels):
    """Nested bands, the narrowest on top and darkest."""
    from matplotlib.colors import to_rgb

    bands = list(zip(levels, band_columns(levels), strict=True))
    for place, (level, (low, high)) in enumerate(reversed(bands)):
        if future[[low, high]].isna().any(axis=None):
            continue
        shade = min(0.2 + 0.16 * place, 0.7)
        axes.fill_between(
            future.index,
            future[low],
            future[high],
            color=1 - shade * (1 - np.array(to_rgb(_FUTURE))),
            linewidth=0,
            label=f"{level:g} % band",
        )


def _draw_errors(axes, mae_by_step, unit):
    from matplotlib.ticker import MaxNLocator

    steps = np.arange(1, len(mae_by_step["model"]) + 1)
    styles = {
        "persistence": ("persistence", _NAIVE, ":"),
        "seasonal_naive": ("seasonal naive", _NAIVE, "--"),
        "year_mean": ("earlier years", _NAIVE, "-."),
        "drift": ("drift", _NAIVE, (0, (1, 3))),
        "exponential_smoothing": ("exponential smoothing", "#7a5195", "-"),
        "ridge": ("ridge", "#edae49", "-"),
        "model": ("this forecast", _FUTURE, "-"),
    }
    for name, error in mae_by_step.items():
        label, color, style = styles[name]
        marker = "o" if len(steps) == 1 else None
        # Not hidden below a ridge that is all it consists of.
        front = 3 if name == "model" else 2
        (line,) = axes.plot(steps, error, color=color, label=label, marker=marker)
        line.set(linestyle=style, zorder=front)
    axes.set_title("Error on the held-out part", loc="left")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel("steps ahead")
    axes.set_ylabel(_plain("mean absolute error" + (f" [{unit}]" if unit else "")))
    axes.set_ylim(bottom=0)
    axes.grid(alpha=0.25)
    axes.legend(frameon=False, loc="best")
    axes.spines[["top", "right"]].set_visible(False)


def _plain(text):
    """The text as it is: matplotlib reads what stands between two $ as a formula."""
    return text.replace("$", r"\$")


def _bare(column):
    """`"T"` from `"T (degC)"`: the unit stands beside it."""
    return column.split(" (")[0]
