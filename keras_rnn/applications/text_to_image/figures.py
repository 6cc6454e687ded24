"""Figures of drawings: right and wrong, row by row, at several temperatures."""

import textwrap
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from keras_rnn.applications.shared.attention_maps import draw_maps
from keras_rnn.applications.shared.picture_figures import right_and_wrong
from keras_rnn.datasets.generated.pixel_drawings import SIZE, to_colours


def draw_right_and_wrong(
    captions: Sequence[str],
    pixels: np.ndarray,
    right: np.ndarray,
    caption: str = "",
    count: int = 7,
) -> Figure:
    """Draw pictures with their captions: right ones above, wrong ones below.

    Args:
        captions: Sequence of strings.
        pixels: Integer array `(drawings, 16, 16)`, pixel values of the pictures.
        right: Boolean array.
        caption: String, to stand below. Default: `""`.
        count: Integer, pictures of either kind. Default: `7`.
    """
    rows = {
        name: [_shown(pixels[one], captions[one]) for one in places[:count]]
        for name, places in right_and_wrong(right).items()
    }
    title = (
        "Drawn from captions whose colour, shape and place never came together before"
    )
    return draw_maps(rows, caption, title)


def draw_growing(
    captions: Sequence[str],
    pixels: np.ndarray,
    caption: str = "",
    count: int = 4,
    steps: int = 6,
) -> Figure:
    """Draw `count` pictures on their way from the first row to the last, in `steps`."""
    ends = np.linspace(SIZE / steps, SIZE, steps).round().astype(int)
    rows: dict[str, list] = {}
    for text, one in list(zip(captions, pixels, strict=True))[:count]:
        rows[textwrap.fill(text, 20)] = shown = []
        for end in ends:
            image = to_colours(one)
            image[end:] = 255
            shown.append((image, None, None, f"after {end * SIZE} pixels"))
    return draw_maps(rows, caption, "A picture as it grows, row by row")


def draw_temperatures(
    captions: Sequence[str],
    drawn: Mapping[float, np.ndarray],
    caption: str = "",
    count: int = 7,
) -> Figure:
    """Draw the same captions at several temperatures, from pixel values of each."""
    rows = {
        f"temperature {each:g}": [
            _shown(one, text)
            for text, one in list(zip(captions, pixels, strict=True))[:count]
        ]
        for each, pixels in drawn.items()
    }
    return draw_maps(rows, caption, "The higher the temperature, the more by chance")


def _shown(pixels, text):
    return to_colours(pixels), None, None, text
