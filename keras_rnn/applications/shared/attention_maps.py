"""Attention over pictures: how much of it lies in a box, and how it is drawn."""

import textwrap
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from keras_rnn.applications.shared.picture_figures import draw_rows

# Words whose maps are not drawn.
_FUNCTION_WORDS = ("a", "the", "is", "there", "picture", "shows", "of", "to", "on")


def mass_inside(maps: np.ndarray, boxes: npt.ArrayLike) -> np.ndarray:
    """Return how much of each map's weight lies in a box.

    A cell of the grid that lies in the box with a part of its area counts with that
    part.

    Args:
        maps: Array `(count, rows, columns)`, each map adding up to 1.
        boxes: Array `(count, 4)`: top, left, bottom and right, 0 to 1.

    Returns:
        Array `(count,)`, 0 to 1; NaN where a box is NaN.

    Example:

    >>> maps = np.full((1, 2, 2), 0.25)
    >>> mass_inside(maps, np.array([[0, 0, 1, 0.75]])).tolist()
    [0.75]
    """
    boxes = np.asarray(boxes, "float64")
    rows = _covered(boxes[:, 0], boxes[:, 2], maps.shape[1])
    columns = _covered(boxes[:, 1], boxes[:, 3], maps.shape[2])
    return np.einsum("nrc,nr,nc->n", maps, rows, columns)


def box_area(boxes: npt.ArrayLike) -> np.ndarray:
    """Return the part of the picture that each box covers: the mass of an even map."""
    top, left, bottom, right = np.clip(np.asarray(boxes, "float64"), 0, 1).T
    return (bottom - top) * (right - left)


def _covered(start, end, cells):
    """Which part of each cell lies between two places, `(count, cells)`."""
    edges = np.arange(cells + 1) / cells
    ends = np.minimum(edges[1:], end[:, None])
    return np.clip(ends - np.maximum(edges[:-1], start[:, None]), 0, None) * cells


def draw_maps(
    rows: Mapping[str, Sequence[tuple]], caption: str = "", title: str = ""
) -> Figure:
    """Draw pictures with attention maps over them: bright where the weight is.

    Args:
        rows: Dict from a row's label to a list of tuples `(image, map, box, text)`, as
            `draw_map` takes them.
        caption, title: Strings, below and above. Default: `""`.
    """
    rows = {name: shown for name, shown in rows.items() if shown}
    columns = max(map(len, rows.values()), default=1)
    size = 1.0 + 1.75 * columns, 0.6 + 2.4 * max(len(rows), 1)

    def draw(axes, shown):
        image, weights, box, text = shown
        draw_map(axes, image, weights, box)
        axes.set_title(textwrap.fill(text, 24), fontsize=7)

    return draw_rows(rows, draw, size, title, caption)


def draw_map(
    axes: Axes,
    image: np.ndarray,
    weights: np.ndarray | None = None,
    box: Sequence[float] | None = None,
) -> None:
    """Draw one picture, darkened where the attention is weak.

    Args:
        axes: matplotlib axes.
        image: Array `(height, width, 3)` of bytes.
        weights: Array `(rows, columns)`. Default: `None`, nothing is darkened.
        box: Four floats, top, left, bottom and right, 0 to 1, or NaN for no box.
            Default: `None`.
    """
    height, width = image.shape[:2]
    shown = image / 255
    if weights is not None:
        rows, columns = weights.shape
        places = (
            np.arange(height) * rows // height,
            np.arange(width) * columns // width,
        )
        strength = (weights / weights.max())[np.ix_(*places)]
        shown = shown * (0.3 + 0.7 * strength[:, :, None])
    axes.imshow(shown, extent=(0, width, height, 0), interpolation="nearest")
    if box is not None and not np.isnan(box).any():
        from matplotlib.patches import Rectangle

        top, left, bottom, right = box
        corner = (left * width, top * height)
        size = ((right - left) * width, (bottom - top) * height)
        axes.add_patch(Rectangle(corner, *size, fill=False, ec="tab:orange", lw=1.2))


def draw_word_maps(
    pictures: Sequence[np.ndarray],
    texts: Sequence[str],
    maps: Sequence[np.ndarray],
    caption: str = "",
    most: int = 8,
) -> Figure:
    """Draw pictures with the attention map of each word of their captions.

    Args:
        pictures: Sequence of arrays `(height, width, 3)` of bytes.
        texts: Sequence of strings, the caption of each.
        maps: Sequence of arrays `(words, rows, columns)`.
        caption: String, below. Default: `""`.
        most: Integer, words of a picture to show at most; articles and the like are
            left out. Default: `8`.
    """
    rows = {}
    for number, (picture, text, own) in enumerate(
        zip(pictures, texts, maps, strict=True), 1
    ):
        shown = [
            (picture, each, None, word)
            for word, each in zip(text.split(), own, strict=True)
            if word not in _FUNCTION_WORDS
        ]
        rows[f"picture {number}"] = [(picture, None, None, ""), *shown[:most]]
    return draw_maps(rows, caption, "Bright: where it looked for the word above")
