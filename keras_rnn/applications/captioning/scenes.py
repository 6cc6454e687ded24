"""Pictures of generated scenes with captions: drawn, described, shown."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from keras_rnn.applications.shared.captions import CaptionedPictures
from keras_rnn.applications.shared.picture_figures import draw_rows, right_and_wrong
from keras_rnn.datasets.generated import shapes
from keras_rnn.datasets.generated.generated_parts import GeneratedParts
from keras_rnn.datasets.generated.shape_grammar import Noun, Statement, pick, say

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class CaptionedScenes(GeneratedParts):
    """Pictures to learn from, to validate on and to test on.

    Attributes are those of `GeneratedParts`.
    """

    name: str = "scenes of coloured shapes"
    counted = "pictures with captions"


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
    nouns = [
        Noun(one.size if generator.random() < 0.4 else None, one.colour, one.shape)
        for one in (first, second)
    ]
    relation = pick(generator, scene.relations(first, second))
    return say(Statement("relation", *nouns, relation), generator)


def in_words(scene: shapes.Scene) -> str:
    """Return what a scene holds, for a table."""
    first, second = scene.things[:2]
    things = [f"{one.size} {one.colour} {one.shape}" for one in (first, second)]
    return f"{things[0]} {' and '.join(scene.relations(first, second))} {things[1]}"


def draw_captions(
    pictures: Sequence[np.ndarray],
    texts: Sequence[str],
    right: np.ndarray,
    caption: str,
    count: int = 5,
    names: tuple[str, str] = ("true", "not true"),
) -> Figure:
    """Return a figure of pictures with their captions, right ones above wrong ones.

    Args:
        pictures: Sequence of arrays `(size, size, 3)`.
        texts: Sequence of strings, the caption of each.
        right: Boolean array, which of them are true.
        caption: String, to stand below.
        count: Integer, pictures of either kind. Default: `5`.
        names: Tuple of strings, what right and wrong ones are called.
            Default: `("true", "not true")`.
    """

    def draw(axes, place):
        axes.imshow(pictures[place])
        axes.set_title(textwrap.fill(texts[place], 26), fontsize=8)

    return draw_rows(
        right_and_wrong(right, names),
        draw,
        (2.0 * count + 0.6, 5.6),
        "Pictures that no training has seen, and what is said of them",
        caption,
        columns=count,
        title_size=12,
    )
