"""Figures of captions: right ones above wrong ones."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from keras_rnn.applications.shared.picture_figures import draw_rows, right_and_wrong

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def draw_captions(
    pictures: Sequence[np.ndarray],
    texts: Sequence[str],
    right: np.ndarray,
    caption: str,
    count: int = 5,
    names: tuple[str, str] = ("true", "not true"),
) -> Figure:
    """Return a figure of pictures with their captions, right ones above wrong ones.

    Args:
        pictures: Sequence of arrays `(size, size, 3)`.
        texts: Sequence of strings, the caption of each.
        right: Boolean array, which of them are true.
        caption: String, to stand below.
        count: Integer, pictures of either kind. Default: `5`.
        names: Tuple of strings, what right and wrong ones are called.
            Default: `("true", "not true")`.
    """

    def draw(axes, place):
        axes.imshow(pictures[place])
        axes.set_title(textwrap.fill(texts[place], 26), fontsize=8)

    return draw_rows(
        right_and_wrong(right, names),
        draw,
        (2.0 * count + 0.6, 5.6),
        "Pictures that no training has seen, and what is said of them",
        caption,
        columns=count,
        title_size=12,
    )
