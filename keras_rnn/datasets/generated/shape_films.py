"""Films in which one of two shapes goes about: what it does is known of each frame."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from keras_rnn.datasets.generated.generated_parts import PARTS
from keras_rnn.datasets.generated.shape_drawing import draw_all
from keras_rnn.datasets.generated.shape_scene import (
    MOTIONS,
    STILL,
    Scene,
    Thing,
    part_of,
    random_scene,
)

ACTIVITIES = (STILL, *MOTIONS)

# How far it goes from one frame to the next, as a part of the picture's side, how near
# to the edge its middle comes, and how many frames it does the same.
_STEP, _EDGE = 0.06, 0.15
_SHORTEST, _LONGEST = 3, 7
# How often it stands still although it could go.
_STILL = 0.1


def random_film(generator: np.random.Generator, frames: int = 16) -> list[Scene]:
    """Return the scenes of a film, drawn by chance.

    The first thing of each scene is the one that moves, or stands still, for some
    frames at a time; its `motion` is what it does until the next frame, and in the last
    frame what it did before. The other one never moves.

    Args:
        generator: `numpy.random.Generator`.
        frames: Integer, at least 2. Default: `16`.

    Returns:
        List of `Scene`.

    Example:

    >>> film = random_film(np.random.default_rng(0), frames=5)
    >>> [scene.things[0].motion for scene in film]
    ['left', 'left', 'left', 'left', 'left']
    """
    actor, other = random_scene(generator, 2).things
    scenes: list[Scene] = []
    while len(scenes) < frames:
        length = int(generator.integers(_SHORTEST, _LONGEST + 1))
        ways = _ways(actor, length)
        stays = not ways or generator.random() < _STILL
        name = STILL if stays else str(generator.choice(ways))
        dx, dy = MOTIONS.get(name, (0, 0))
        for _ in range(length):
            scenes.append(Scene((replace(actor, motion=name), other)))
            actor = replace(actor, x=actor.x + _STEP * dx, y=actor.y + _STEP * dy)
    *scenes, last = scenes[:frames]
    actor = replace(last.things[0], motion=scenes[-1].things[0].motion)
    return [*scenes, Scene((actor, other))]


def random_films(
    generator: np.random.Generator, count: int, of: str = "train", frames: int = 16
) -> list[list[Scene]]:
    """Return films of one part: split by colour, shape and motion, as scenes are.

    In a film of the test comes at least one combination that no other part has, in one
    of the validation at least one that training has not.

    Args:
        generator: `numpy.random.Generator`.
        count: Integer.
        of: String, `"train"`, `"validation"` or `"test"`. Default: `"train"`.
        frames: Integer. Default: `16`.

    Returns:
        List of lists of `Scene`.
    """
    found: list[list[Scene]] = []
    while len(found) < count:
        film = random_film(generator, frames)
        if film_part(film) == of:
            found.append(film)
    return found


def drawn_films(
    count: int, of: str = "train", seed: int = 0, size: int = 16
) -> tuple[np.ndarray, np.ndarray]:
    """Return pictures of random films and what happens in each of their frames.

    Args:
        count: Integer.
        of: String, `"train"`, `"validation"` or `"test"`: some colour, shape and
            motion come together in the test alone. Default: `"train"`.
        seed: Integer. Default: `0`.
        size: Integer, pixels of a picture's side. Default: `16`.

    Returns:
        Tuple: pictures `(count, frames, size, size, 3)` of unsigned bytes, and the
        number of each frame's activity in `ACTIVITIES`, `(count, frames)`.
    """
    generator = np.random.default_rng((seed, PARTS.index(of)))
    drawn = random_films(generator, count, of)
    pictures = draw_all([scene for film in drawn for scene in film], size)
    shape = (count, len(drawn[0]), size, size, 3)
    return pictures.reshape(shape), np.array([activities(film) for film in drawn])


def film_part(film: Sequence[Scene]) -> str:
    """Return the part of a film: of the test if any of its combinations is.

    Args:
        film: List of `Scene`.
    """
    actors = [scene.things[0] for scene in film]
    parts = {
        part_of((one.colour, one.shape, one.motion))
        for one in actors
        if one.motion != STILL
    }
    return next((one for one in ("test", "validation") if one in parts), "train")


def activities(film: Sequence[Scene]) -> np.ndarray:
    """Return what the acting thing does, the number of each frame's in `ACTIVITIES`."""
    names = [scene.things[0].motion for scene in film]
    return np.array([ACTIVITIES.index(name) for name in names], "int32")


def _ways(actor: Thing, length: int) -> list[str]:
    """Where the thing can go for so many frames without leaving the picture."""
    found = []
    for name, (dx, dy) in MOTIONS.items():
        x, y = actor.x + _STEP * length * dx, actor.y + _STEP * length * dy
        if _EDGE < x < 1 - _EDGE and _EDGE < y < 1 - _EDGE:
            found.append(name)
    return found
