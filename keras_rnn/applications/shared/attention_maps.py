"""Where a network looked in pictures: maps, how well they fall, and how they look."""

import textwrap

import numpy as np

from keras_rnn.applications.shared.figure_grid import blank_page


def mass_inside(maps, boxes):
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


def area(boxes):
    """Return the part of the picture that each box is: the mass of an even look."""
    top, left, bottom, right = np.clip(np.asarray(boxes, "float64"), 0, 1).T
    return (bottom - top) * (right - left)


def _covered(start, end, cells):
    """Which part of each cell lies between two places, `(count, cells)`."""
    edges = np.arange(cells + 1) / cells
    ends = np.minimum(edges[1:], end[:, None])
    return np.clip(ends - np.maximum(edges[:-1], start[:, None]), 0, None) * cells


def draw_maps(rows, caption="", title=""):
    """Draw pictures with the maps over them: bright is where the network looked.

    Args:
        rows: Dict from a row's name to a list of tuples `(image, map, box, text)`. The
            box is drawn unless it is NaN.
        caption: String, below. Default: `""`.
        title: String, above. Default: `""`.

    Returns:
        `matplotlib.figure.Figure`.
    """
    rows = {name: shown for name, shown in rows.items() if shown}
    columns = max(map(len, rows.values()), default=1)
    size = 1.0 + 1.75 * columns, 0.6 + 2.4 * max(len(rows), 1)
    figure, grid = blank_page(len(rows), columns, size, title, caption)
    for line, (name, shown) in zip(grid, rows.items(), strict=False):
        line[0].set_ylabel(name)
        for axes, (image, weights, box, text) in zip(line, shown, strict=False):
            draw_map(axes, image, weights, box)
            axes.set_title(textwrap.fill(text, 24), fontsize=7)
    return figure


def draw_map(axes, image, weights=None, box=None):
    """Draw one picture, darkened where the network did not look.

    Args:
        axes: matplotlib axes.
        image: Array `(height, width, 3)` of bytes.
        weights: Array `(rows, columns)`, or `None` to darken nothing.
        box: Four numbers, top, left, bottom and right, 0 to 1, or `None`.
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
