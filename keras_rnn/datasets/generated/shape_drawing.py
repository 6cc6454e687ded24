"""Pictures of scenes: coloured shapes on light grey, with soft edges."""

from collections.abc import Sequence

import numpy as np

from keras_rnn.datasets.generated.shape_scene import COLOURS, Scene

BACKGROUND = (236, 236, 236)

# Arms of a cross are so wide, as a part of its radius.
_ARM = 0.36


def draw(scene: Scene, size: int = 32) -> np.ndarray:
    """Return the picture of a scene.

    Args:
        scene: `Scene`.
        size: Integer, pixels of a side. Default: `32`.

    Returns:
        Array of unsigned bytes `(size, size, 3)`: red, green and blue.

    Example:

    >>> from keras_rnn.datasets.generated.shape_scene import Scene, Thing
    >>> draw(Scene((Thing("square", "red", "large", 0.5, 0.5),)))[16, 16].tolist()
    [220, 30, 30]
    """
    middles = (np.arange(size, dtype="float32") + 0.5) / size
    picture = np.empty((size, size, 3), "float32")
    picture[:] = BACKGROUND
    for thing in scene.things:
        x, y = middles[None, :] - thing.x, middles[:, None] - thing.y
        outside = _distance(thing.shape, x, y, scene.radius(thing))
        covered = np.clip(0.5 - outside * size, 0, 1)[:, :, None]
        picture += covered * (np.array(COLOURS[thing.colour], "float32") - picture)
    return picture.round().astype("uint8")


def draw_all(scenes: Sequence[Scene], size: int = 32) -> np.ndarray:
    """Return the pictures of scenes, `(len(scenes), size, size, 3)`.

    Args:
        scenes: Sequence of `Scene`.
        size: Integer, pixels of a side. Default: `32`.

    Returns:
        Array of unsigned bytes `(scenes, size, size, 3)`.
    """
    pictures = np.empty((len(scenes), size, size, 3), "uint8")
    for place, scene in enumerate(scenes):
        pictures[place] = draw(scene, size)
    return pictures


def _distance(shape: str, x: np.ndarray, y: np.ndarray, radius: float) -> np.ndarray:
    """How far points are outside of a shape's edge; below zero inside."""
    if shape == "circle":
        return np.sqrt(x**2 + y**2) - radius
    if shape == "square":
        return np.maximum(abs(x), abs(y)) - 0.88 * radius
    if shape == "triangle":
        # From the tip above to the corners below: twice as high as half its base.
        sides = (2 * abs(x) - y - radius) / 5**0.5
        return np.maximum(sides, y - radius)
    long, wide = np.maximum(abs(x), abs(y)), np.minimum(abs(x), abs(y))
    return np.maximum(long - radius, wide - _ARM * radius)
