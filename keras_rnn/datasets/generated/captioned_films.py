"""Films of generated shapes, with captions of what moves and how."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from keras_rnn.datasets.generated.captioned_scenes import CaptionedPictures
from keras_rnn.datasets.generated.generated_parts import GeneratedParts
from keras_rnn.datasets.generated.shape_drawing import draw_all
from keras_rnn.datasets.generated.shape_grammar import Noun, Statement, say
from keras_rnn.datasets.generated.shape_scene import (
    STILL,
    Scene,
    move,
    part_of,
    random_scene,
)
from keras_rnn.datasets.generated.shapes import part

SIZE, FRAMES = 32, 5
# Captions of each film: one of them is learnt from in each epoch.
_CAPTIONS = 5


@dataclass(frozen=True, kw_only=True)
class CaptionedFilms(GeneratedParts):
    """Films to learn from, to validate on and to test on.

    Attributes are those of `GeneratedParts`.
    """

    name: str = "films of coloured shapes"
    counted: ClassVar[str] = "films"


def generate(train: int, validation: int, test: int, seed: int = 0) -> CaptionedFilms:
    """Return films, split by what comes together in them.

    Of the two things in each of them, at least one moves to the next cell.

    Args:
        train, validation, test: Integers, how many films.
        seed: Integer. Default: `0`.

    Returns:
        `CaptionedFilms`, whose parts are `CaptionedPictures`.
    """
    return CaptionedFilms.drawn((train, validation, test), seed, _films_of)


def _films_of(generator, count, name):
    scenes = []
    while len(scenes) < count:
        scene = random_scene(generator, 2, moving=True)
        if scene.moving and part(scene) == name:
            scenes.append(scene)
    frames = [frame for scene in scenes for frame in move(scene, FRAMES)]
    pictures = draw_all(frames, SIZE).reshape(count, FRAMES, SIZE, SIZE, 3)
    captions = [captions_of(scene, generator) for scene in scenes]
    return CaptionedPictures(scenes, pictures, captions)


def captions_of(scene: Scene, generator: np.random.Generator) -> list[str]:
    """Return five true captions of a film: each of one thing that moves, and how.

    Colour and shape are always told, the size now and then.
    """
    moving = [thing for thing in scene.things if thing.motion != STILL]
    found = []
    for _ in range(_CAPTIONS):
        thing = moving[int(generator.integers(len(moving)))]
        size = thing.size if generator.random() < 0.4 else None
        noun = Noun(size, thing.colour, thing.shape)
        found.append(say(Statement("motion", noun, what=thing.motion), generator))
    return found


def is_new(scene: Scene) -> bool:
    """Return whether all that moves does so in a combination of the test alone."""
    moving = [thing for thing in scene.things if thing.motion != STILL]
    return all(part_of((one.colour, one.shape, one.motion)) == "test" for one in moving)


def in_words(scene: Scene) -> str:
    """Return what a film holds, for a table."""
    return "; ".join(
        f"{one.size} {one.colour} {one.shape}, {one.motion}" for one in scene.things
    )
