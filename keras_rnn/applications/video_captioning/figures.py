"""Figures of films with their captions, right ones before wrong ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from keras_rnn.applications.shared.picture_figures import picture_grid, right_and_wrong
from keras_rnn.datasets.generated.captioned_scenes import CaptionedPictures

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def draw_captions(
    films: CaptionedPictures,
    texts: Sequence[str],
    right: np.ndarray,
    caption: str,
    count: int = 4,
) -> Figure:
    """Return a figure of films with their captions, right ones first.

    Args:
        films: `CaptionedPictures`.
        texts: Sequence of strings, the caption of each.
        right: Boolean array, which of them are true.
        caption: String, to stand below.
        count: Integer, films of either kind. Default: `4`.
    """
    chosen = np.concatenate([one[:count] for one in right_and_wrong(right).values()])
    frames = films.pictures.shape[1]
    figure, grid = picture_grid(
        len(chosen),
        frames,
        (1.25 * frames + 0.4, 1.5 * len(chosen) + 0.8),
        "Films that no training has seen, and what is said of them\n",
        caption,
        title_size=12,
        spines=True,
    )
    for row, place in zip(grid, chosen, strict=True):
        for axes, picture in zip(row, films.pictures[place], strict=True):
            axes.imshow(picture)
        row[0].text(
            0,
            1.08,
            texts[place] if right[place] else f"WRONG: {texts[place]}",
            transform=row[0].transAxes,
            color="0.2" if right[place] else "firebrick",
            in_layout=False,  # it may reach over the next picture
        )
    figure.get_layout_engine().set(hspace=0.2)
    return figure
