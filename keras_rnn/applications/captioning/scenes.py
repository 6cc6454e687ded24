"""Pictures of generated scenes with captions: drawn, described, shown."""

import textwrap
from dataclasses import dataclass

import numpy as np

from keras_rnn.applications.shared.captioned_films import CaptionedFilms, Films
from keras_rnn.applications.shared.figure_grid import blank_page
from keras_rnn.datasets.generated import shapes
from keras_rnn.datasets.generated.shape_grammar import Noun, Statement, pick, say


@dataclass(frozen=True, kw_only=True)
class CaptionedScenes(CaptionedFilms):
    """Pictures to learn from, to validate on and to test on: films of one frame."""

    name: str = "scenes of coloured shapes"
    counted = "pictures with captions"


def generate(train, validation, test, *, size=32, each=5, seed=0):
    """Return pictures of two things with captions, split by what comes together.

    Args:
        train: Integer, how many pictures; `validation` and `test` likewise.
        validation: See `train`.
        test: See `train`.
        size: Integer, pixels of a side. Default: `32`.
        each: Integer, captions of a picture. Default: `5`.
        seed: Integer. Default: `0`.

    Returns:
        `CaptionedScenes`, whose parts are `Films` with pictures
        `(count, size, size, 3)`.

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
        parts[name] = Films(scenes, shapes.draw_all(scenes, size), captions)
    return CaptionedScenes(parts, seed)


def caption_of(scene, generator):
    """Return a true caption: how one thing stands to another.

    Colour and shape are always told, the size now and then.

    Args:
        scene: `Scene` of two things or more.
        generator: `numpy.random.Generator`.
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


def in_words(scene):
    """Return what a scene holds, for a table."""
    first, second = scene.things[:2]
    things = [f"{one.size} {one.colour} {one.shape}" for one in (first, second)]
    return f"{things[0]} {' and '.join(scene.relations(first, second))} {things[1]}"


def draw_captions(pictures, texts, right, caption, count=5, kinds=("true", "not true")):
    """Return a page of pictures with their captions, right ones above wrong ones.

    Args:
        pictures: `Films` with pictures `(count, size, size, 3)`.
        texts: List of strings, what is said of each.
        right: Boolean array, whether it is true.
        caption: String, to stand below.
        count: Integer, pictures of either kind. Default: `5`.
        kinds: Tuple of strings, what right and wrong ones are called.
            Default: `("true", "not true")`.

    Returns:
        `matplotlib.figure.Figure`.
    """
    title = "Pictures that no training has seen, and what is said of them"
    size = 2.0 * count + 0.6, 5.6
    figure, grid = blank_page(2, count, size, title, caption, title_size=12)
    for row, name, chosen in zip(grid, kinds, (right, ~right), strict=True):
        row[0].set_ylabel(name)
        for axes, place in zip(row, np.flatnonzero(chosen), strict=False):
            axes.imshow(pictures.pictures[place])
            axes.set_title(textwrap.fill(texts[place], 26), fontsize=8)
    return figure
