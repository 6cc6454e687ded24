"""Labels of the places of scenes: what is there, and on which side of another thing."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from keras_rnn.datasets.generated.shape_scene import (
    COLOURS,
    MOTIONS,
    RELATIONS,
    SHAPES,
    SIZES,
    STILL,
    Scene,
    Thing,
    move,
)

# Attributes of the thing at a place. Labels count from 1; 0 is that there is none.
ATTRIBUTES = {"colour": tuple(COLOURS), "shape": SHAPES, "size": tuple(SIZES)}
MOTION = {"motion": (STILL, *MOTIONS)}
# And on which side of another thing it is.
SIDES = {"across": RELATIONS[:2], "upright": RELATIONS[2:]}


def attribute_labels(
    scenes: Sequence[Scene],
    rows: int = 8,
    columns: int = 8,
    attributes: Mapping[str, Sequence[str]] = ATTRIBUTES,
) -> np.ndarray:
    """Return the attributes of the thing at each place of scenes.

    A place belongs to the thing whose box its middle lies in.

    Args:
        scenes: Sequence of `Scene`.
        rows, columns: Integers. Default: `8`.
        attributes: Dict from an attribute of things to its values. Default:
            `ATTRIBUTES`: colour, shape and size.

    Returns:
        int32 array `(scenes, rows, columns, attributes)`: the number of each value,
        counted from 1; 0 where nothing is.
    """

    def of(thing, scene):
        return [
            values.index(getattr(thing, name)) + 1
            for name, values in attributes.items()
        ]

    return _labels(scenes, (rows, columns, len(attributes)), of)


def side_labels(scenes: Sequence[Scene], rows: int = 8, columns: int = 8) -> np.ndarray:
    """Return on which sides of another thing the thing at each place is.

    Args:
        scenes: Sequence of `Scene` of two things at most.
        rows, columns: Integers. Default: `8`.

    Returns:
        int32 array `(scenes, rows, columns, 2)`: the number in `SIDES`, counted from 1;
        0 where nothing is, or nothing beside it.
    """

    def of(thing, scene):
        relations = scene.relations_of(thing)
        return [
            next((n for n, one in enumerate(sides, 1) if one in relations), 0)
            for sides in SIDES.values()
        ]

    return _labels(scenes, (rows, columns, len(SIDES)), of)


def frame_labels(scenes: Sequence[Scene], frames: int) -> np.ndarray:
    """Return attributes and motion at each place of each frame but the last.

    Args:
        scenes: Sequence of `Scene`, as each film begins.
        frames: Integer, of each film.

    Returns:
        int32 array `(films, frames - 1, 8, 8, 4)`, as `attribute_labels` returns it.
    """
    film = [frame for scene in scenes for frame in move(scene, frames)[:-1]]
    found = attribute_labels(film, attributes={**ATTRIBUTES, **MOTION})
    return found.reshape(len(scenes), frames - 1, *found.shape[1:])


def places_of(
    thing: Thing, scene: Scene, rows: int, columns: int
) -> tuple[np.ndarray, ...]:
    """Return the index of the places of a grid whose middle lies in a thing's box."""
    y, x = (np.arange(rows) + 0.5) / rows, (np.arange(columns) + 0.5) / columns
    top, left, bottom, right = scene.box(thing)
    return np.ix_((y > top) & (y < bottom), (x > left) & (x < right))


def _labels(
    scenes: Sequence[Scene],
    shape: tuple[int, int, int],
    of: Callable[[Thing, Scene], list[int]],
) -> np.ndarray:
    labels = np.zeros((len(scenes), *shape), "int32")
    for own, scene in zip(labels, scenes, strict=True):
        for thing in scene.things:
            own[places_of(thing, scene, *shape[:2])] = of(thing, scene)
    return labels
