"""Pictures of generated scenes of two things, with captions of how they stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from keras_rnn.datasets.generated import shapes
from keras_rnn.datasets.generated.generated_parts import GeneratedParts
from keras_rnn.datasets.generated.shape_grammar import Noun, Statement, pick, say


@dataclass(frozen=True)
class CaptionedPictures:
    """Pictures or films of one part of the data, with captions.

    Attributes:
        scenes: List of `Scene`, that of a film as it begins; of photographs, their
            paths.
        pictures: Array of unsigned bytes `(count, height, width, 3)`, of films
            `(count, frames, height, width, 3)`; or what an encoder makes of them.
        captions: List of lists of strings, as many of each picture.
    """

    scenes: Sequence
    pictures: np.ndarray
    captions: list[list[str]]

    def __len__(self) -> int:
        return len(self.scenes)

    @property
    def texts(self) -> list[str]:
        """A caption of each picture."""
        return [texts[0] for texts in self.captions]

    @property
    def tokens(self) -> list[list[str]]:
        """The words of all captions."""
        return [text.split() for texts in self.captions for text in texts]


@dataclass(frozen=True, kw_only=True)
class CaptionedScenes(GeneratedParts):
    """Pictures to learn from, to validate on and to test on.

    Attributes are those of `GeneratedParts`.
    """

    name: str = "scenes of coloured shapes"
    counted: ClassVar[str] = "pictures with captions"


def generate(
    train: int,
    validation: int,
    test: int,
    *,
    size: int = 32,
    each: int = 5,
    seed: int = 0,
) -> CaptionedScenes:
    """Return pictures of two things with captions, split by what comes together.

    Args:
        train, validation, test: Integers, how many pictures.
        size: Integer, pixels of a side. Default: `32`.
        each: Integer, captions of a picture. Default: `5`.
        seed: Integer. Default: `0`.

    Returns:
        `CaptionedScenes`, whose parts are `CaptionedPictures`.

    Example:

    >>> data = generate(4, 1, 2)
    >>> data.part("test").pictures.shape
    (2, 32, 32, 3)
    """
    world = shapes.generate(train, validation, test, seed=seed, things=2, cells=2)
    generator = np.random.default_rng((seed, len(shapes.PARTS)))
    parts = {}
    for name, scenes in world.scenes.items():
        captions = [
            [caption_of(scene, generator) for _ in range(each)] for scene in scenes
        ]
        pictures = shapes.draw_all(scenes, size)
        parts[name] = CaptionedPictures(scenes, pictures, captions)
    return CaptionedScenes(parts, seed)


def caption_of(scene: shapes.Scene, generator: np.random.Generator) -> str:
    """Return a true caption: how one thing of two or more stands to another.

    Colour and shape are always told, the size now and then.
    """
    first, second = (
        scene.things[place] for place in generator.permutation(len(scene.things))[:2]
    )
    noun, other = (
        Noun(one.size if generator.random() < 0.4 else None, one.colour, one.shape)
        for one in (first, second)
    )
    relation = pick(generator, scene.relations(first, second))
    return say(Statement("relation", noun, other, relation), generator)


def in_words(scene: shapes.Scene) -> str:
    """Return what a scene holds, for a table."""
    first, second = scene.things[:2]
    things = [f"{one.size} {one.colour} {one.shape}" for one in (first, second)]
    return f"{things[0]} {' and '.join(scene.relations(first, second))} {things[1]}"
