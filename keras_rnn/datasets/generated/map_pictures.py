"""Maps of cells as pictures: ground, walls and coloured shapes; and read back."""

from functools import cache
from pathlib import Path

import numpy as np

from keras_rnn.datasets.generated.map_routes import FAR, distances
from keras_rnn.datasets.generated.shape_drawing import BACKGROUND, draw
from keras_rnn.datasets.generated.shape_scene import COLOURS, SHAPES, Scene, Thing
from keras_rnn.datasets.pictures.image_files import read_image
from keras_rnn.errors import UserError

# What a cell holds; a shape is the number of its kind, from 2 on.
GROUND, WALL = 0, 1
KINDS = tuple((colour, shape) for colour in COLOURS for shape in SHAPES)
CELL = 8

_WALL = (96, 96, 96)
_START = (255, 120, 0)
# The largest cells that a picture is read with.
_LARGEST = 64
# A cell's side through the width of the frame around the start.
_FRAME = 8
# How far a cell's colours may be from what it is taken for, on average.
_TOLERANCE = 24
_FRAME_TOLERANCE = 60


def content(colour: str, shape: str) -> int:
    """Return the number that stands in a grid for a shape.

    Args:
        colour: String, one of `COLOURS`.
        shape: String, one of `SHAPES`.

    Returns:
        Integer, 2 or more.

    Example:

    >>> content("red", "circle"), content("red", "square")
    (2, 3)
    """
    return KINDS.index((colour, shape)) + WALL + 1


def name_of(number: int) -> str:
    """Return what a cell holds, in words.

    Args:
        number: Integer, as in a grid.

    Returns:
        String.

    Example:

    >>> name_of(2), name_of(0), name_of(1)
    ('red circle', 'ground', 'wall')
    """
    if number in (GROUND, WALL):
        return ("ground", "wall")[number]
    return " ".join(KINDS[number - WALL - 1])


@cache
def tiles(cell: int = CELL) -> np.ndarray:
    """Return the picture of everything that a cell can hold.

    Args:
        cell: Integer, pixels of a side. Default: `8`.

    Returns:
        Array of unsigned bytes `(contents, cell, cell, 3)`. It is kept for the next
        call: do not write into it.
    """
    found = np.empty((len(KINDS) + 2, cell, cell, 3), "uint8")
    found[GROUND], found[WALL] = BACKGROUND, _WALL
    for colour, shape in KINDS:
        thing = Thing(shape, colour, "large", 0.5, 0.5)
        found[content(colour, shape)] = draw(Scene((thing,), cells=1), cell)
    return found


def draw_maps(
    grids: np.ndarray, cell: int = CELL, starts: np.ndarray | None = None
) -> np.ndarray:
    """Return pictures of maps.

    Args:
        grids: Integer array `(maps, side, side)`, what is in each cell.
        cell: Integer, pixels of a cell's side. Default: `8`.
        starts: Integer array `(maps,)`, cells to draw an orange frame around.
            Default: none.

    Returns:
        Array of unsigned bytes `(maps, side * cell, side * cell, 3)`.

    Example:

    >>> grid = np.array([[[GROUND, WALL], [content("red", "circle"), GROUND]]])
    >>> picture = draw_maps(grid)
    >>> picture.shape, picture[0, 4, 12].tolist(), picture[0, 12, 4].tolist()
    ((1, 16, 16, 3), [96, 96, 96], [220, 30, 30])
    """
    count, side = grids.shape[:2]
    cells = tiles(cell)[grids]  # (maps, side, side, cell, cell, 3)
    if starts is not None:
        for one, start in zip(cells, starts, strict=True):
            _frame(one[divmod(int(start), side)])
    return cells.transpose(0, 1, 3, 2, 4, 5).reshape(count, side * cell, side * cell, 3)


def _frame(tile: np.ndarray) -> None:
    width = _frame_width(len(tile))
    for part in (tile[:width], tile[-width:], tile[:, :width], tile[:, -width:]):
        part[:] = _START


def _frame_width(cell: int) -> int:
    return max(1, cell // _FRAME)


def read_map(path: str | Path, side: int) -> tuple[np.ndarray, int]:
    """Return the map that a picture shows, and where its start is.

    Its cells may have any number of pixels, from 8 on. A picture that was scaled or
    stored with loss (JPEG) is read as well, if they have 32 or more.

    Args:
        path: String or `pathlib.Path`.
        side: Integer, cells of a row and rows.

    Returns:
        Tuple of the grid, an integer array `(side, side)`, and a cell.

    Raises:
        UserError: The file is missing, damaged, no picture, or shows no such map, or
            one without a start, or the start is walled in.
    """
    # In its own size, if it may be, so that what was drawn is found again as it was.
    picture = read_image(path, None, colour=True)
    cell = min(max(round(max(picture.shape) / side), CELL), _LARGEST)
    size = (side * cell, side * cell)
    if picture.shape[:2] != size:
        picture = read_image(path, size, colour=True)
    cells = picture.reshape(side, cell, side, cell, 3).transpose(0, 2, 1, 3, 4)
    cells = cells.reshape(side**2, cell, cell, 3).astype("int16")
    # What is in a cell is judged inside, and a frame at the edge.
    inside, width = np.zeros((cell, cell), bool), _frame_width(cell)
    inside[width:-width, width:-width] = True
    known = tiles(cell)[:, inside].astype("int16")
    apart = np.stack([abs(one[inside] - known).mean(axis=(1, 2)) for one in cells])
    strange = np.flatnonzero(apart.min(axis=1) > _TOLERANCE)
    if len(strange):
        row, column = divmod(int(strange[0]), side)
        raise UserError(
            f"{path} is no map of {side} by {side} cells: row {row + 1}, column "
            f"{column + 1} shows neither ground nor wall nor one of the shapes."
        )
    edges = abs(cells[:, ~inside] - np.array(_START)).mean(axis=(1, 2))
    starts = np.flatnonzero(edges < _FRAME_TOLERANCE)
    if len(starts) != 1:
        raise UserError(
            f"{path} has {len(starts)} starts. Draw an orange frame around the one "
            "cell to start from."
        )
    grid = apart.argmin(axis=1).reshape(side, side)
    away = distances((grid == WALL)[None], starts)[0]
    if (away == FAR).sum() == side**2 - 1:
        raise UserError(f"{path}: no route leads anywhere, the start is walled in.")
    return grid, int(starts[0])
