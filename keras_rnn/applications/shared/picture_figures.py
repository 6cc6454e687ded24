"""Figures of pictures: in rows and columns, right answers above wrong ones."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure


def picture_grid(
    rows: int,
    columns: int,
    figsize: tuple[float, float],
    title: str = "",
    caption: str = "",
    *,
    title_size: float = 10,
    spines: bool = False,
) -> tuple[Figure, np.ndarray]:
    """Return a figure for pictures, without ticks.

    Args:
        rows: Integer; at 0 the figure has one empty row.
        columns: Integer.
        figsize: Tuple of two floats, width and height in inches.
        title, caption: Strings, above and below. Default: `""`.
        title_size: Float, in points. Default: `10`.
        spines: Boolean, whether each picture has a frame. Default: `False`.

    Returns:
        `matplotlib.figure.Figure`, and its axes as an array `(rows, columns)`.

    Example:

    >>> figure, grid = picture_grid(2, 3, (4, 3), title="Six pictures")
    >>> grid.shape, figure.get_suptitle(), len(grid[0, 0].get_xticks())
    ((2, 3), 'Six pictures', 0)
    """
    figure = Figure(figsize=figsize, layout="constrained")
    grid = figure.subplots(max(rows, 1), columns, squeeze=False)
    for axes in grid.ravel():
        axes.set(xticks=[], yticks=[])
        axes.spines[:].set_visible(spines)
    if title:
        figure.suptitle(title, fontsize=title_size)
    if caption:
        figure.supxlabel(caption, fontsize=7, color="0.4")
    return figure, grid


def draw_rows(
    rows: Mapping[str, Sequence | np.ndarray],
    draw: Callable[[Axes, Any], None],
    figsize: tuple[float, float],
    title: str = "",
    caption: str = "",
    *,
    columns: int | None = None,
    **options: Any,
) -> Figure:
    """Return a figure with a labelled row of pictures for each item of a dict.

    Args:
        rows: Dict from a row's label to what is drawn in it.
        draw: Function of matplotlib axes and one of these.
        figsize, title, caption, **options: What `picture_grid` takes.
        columns: Integer. Default: the length of the longest row.
    """
    columns = columns or max(map(len, rows.values()), default=1)
    figure, grid = picture_grid(len(rows), columns, figsize, title, caption, **options)
    for line, (label, items) in zip(grid, rows.items(), strict=False):
        line[0].set_ylabel(label)
        for axes, item in zip(line, items, strict=False):
            draw(axes, item)
    return figure


def right_and_wrong(
    right: np.ndarray, names: tuple[str, str] = ("right", "wrong")
) -> dict[str, np.ndarray]:
    """Return the places of right and of wrong answers, each under its name.

    Example:

    >>> found = right_and_wrong(np.array([True, False, True]))
    >>> {name: places.tolist() for name, places in found.items()}
    {'right': [0, 2], 'wrong': [1]}
    """
    return dict(zip(names, map(np.flatnonzero, (right, ~right)), strict=True))
