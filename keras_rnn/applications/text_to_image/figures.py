"""Pictures of what a network drew: right and wrong, on the way, at temperatures."""

import textwrap

import numpy as np

from keras_rnn.applications.shared.attention_maps import draw_maps
from keras_rnn.datasets.generated.pixel_drawings import SIZE, to_colours


def draw_right_and_wrong(drawings, pixels, verdict, caption="", count=7):
    """Draw pictures with their captions: right ones above, wrong ones below.

    Args:
        drawings: `keras_rnn.datasets.pixel_drawings.Drawings`, with the captions.
        pixels: Integer array `(drawings, 16, 16)`, pixel values of the pictures.
        verdict: `keras_rnn.applications.text_to_image.judge.Verdict`.
        caption: String, to stand below. Default: `""`.
        count: Integer, pictures of either kind. Default: `7`.

    Returns:
        `matplotlib.figure.Figure`.
    """
    rows = {}
    for name, chosen in (("right", verdict.right), ("wrong", ~verdict.right)):
        places = np.flatnonzero(chosen)[:count]
        rows[name] = [_shown(pixels[one], drawings.captions[one]) for one in places]
    title = (
        "Drawn from captions whose colour, shape and place never came together before"
    )
    return draw_maps(rows, caption, title)


def draw_growing(texts, pixels, caption="", count=4, steps=6):
    """Draw pictures on their way from the first row to the last.

    Args:
        texts: List of strings, the captions.
        pixels: As in `draw_right_and_wrong`; `caption` likewise.
        caption: See `pixels`.
        count: Integer, how many pictures. Default: `4`.
        steps: Integer, how often each is shown. Default: `6`.

    Returns:
        `matplotlib.figure.Figure`.
    """
    ends = np.linspace(SIZE / steps, SIZE, steps).round().astype(int)
    rows = {}
    for text, one in list(zip(texts, pixels, strict=True))[:count]:
        shown = []
        for end in ends:
            image = to_colours(one)
            image[end:] = 255
            shown.append((image, None, None, f"after {end * SIZE} pixels"))
        rows[_folded(text)] = shown
    return draw_maps(rows, caption, "A picture as it grows, row by row")


def draw_temperatures(texts, drawn, caption="", count=7):
    """Draw the same captions at several temperatures.

    Args:
        texts: List of strings.
        drawn: Dict from temperature to pixel values, as in `draw_right_and_wrong`.
        caption: As there.
        count: Integer, how many captions. Default: `7`.

    Returns:
        `matplotlib.figure.Figure`.
    """
    rows = {
        f"temperature {each:g}": [
            _shown(one, text)
            for text, one in list(zip(texts, pixels, strict=True))[:count]
        ]
        for each, pixels in drawn.items()
    }
    return draw_maps(rows, caption, "The higher the temperature, the more by chance")


def _shown(pixels, text):
    return to_colours(pixels), None, None, text


def _folded(text):
    return textwrap.fill(text, 20)
