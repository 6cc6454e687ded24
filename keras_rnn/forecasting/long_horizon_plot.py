"""The picture of long horizons: bars for each model, marks for published figures."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from keras_rnn.forecasting.long_horizon import LongHorizonScore

# By model, so that pictures of different models can be compared.
_COLOURS = {
    "last_value": "#b9b9b9",
    "seasonal_repeat": "#8c8c8c",
    "dlinear": "#9db8d2",
    "segment_network": "#1f5a93",
}


def plot_long_horizons(scores: Sequence[LongHorizonScore], caption: str = "") -> Figure:
    """Draw both errors on the test part, a group of bars for each horizon.

    A black line across a bar is what the model's authors published for it, which counts
    the windows of whole batches alone.

    Args:
        scores: Sequence of `LongHorizonScore`.
        caption: String, what the data is; it stands under the picture. Default: `""`.

    Returns:
        `matplotlib.figure.Figure`.
    """
    import matplotlib.pyplot as plt

    horizons = list(dict.fromkeys(score.horizon for score in scores))
    names = list(dict.fromkeys(score.name for score in scores))
    figure, axes = plt.subplots(
        1, 2, figsize=(5 + 2.2 * len(horizons), 4.6), layout="constrained"
    )
    width = 0.8 / len(names)
    published: list = []
    for each, which, title in (
        (axes[0], "mse", "mean squared error"),
        (axes[1], "mae", "mean absolute error"),
    ):
        highest = max(getattr(score.test, which) for score in scores)
        for number, name in enumerate(names):
            found = [score for score in scores if score.name == name]
            places = np.array([horizons.index(score.horizon) for score in found])
            places = places + (number - (len(names) - 1) / 2) * width
            heights = [getattr(score.test, which) for score in found]
            each.bar(
                places,
                heights,
                width * 0.92,
                color=_COLOURS.get(name),
                label=name,
            )
            for place, score, height in zip(places, found, heights, strict=True):
                top = height
                if score.published is not None:
                    mark = getattr(score.published, which)
                    if height < mark < height + 0.07 * highest:
                        top = mark
                    ends = [place - width / 2, place + width / 2]
                    # White below, so that it shows on a dark bar.
                    each.plot(ends, [mark, mark], color="white", linewidth=3.2)
                    published = each.plot(
                        ends, [mark, mark], color="black", linewidth=1.4
                    )
                each.annotate(
                    f"{height:.3f}",
                    (place, top),
                    (0, 3),
                    textcoords="offset points",
                    ha="center",
                    fontsize=7,
                )
        each.set_xticks(range(len(horizons)), [f"{one} ahead" for one in horizons])
        each.set_title(f"{title}, standardised", loc="left")
        each.spines[["top", "right"]].set_visible(False)
        each.margins(y=0.12)
    handles, labels = axes[0].get_legend_handles_labels()
    if published:
        handles = [*handles, published[0]]
        labels = [*labels, "published (whole batches)"]
    figure.legend(
        handles, labels, loc="outside upper right", ncols=len(labels), frameon=False
    )
    if caption:
        figure.supxlabel(
            fill(caption, int(15 * figure.get_figwidth())), fontsize=8, color="0.35"
        )
    return figure
