"""Films of generated shapes with captions: drawn, batched, read from files, shown."""

from dataclasses import dataclass

import numpy as np

from keras_rnn.applications.shared.texts import shifted
from keras_rnn.datasets.generated.generated_parts import GeneratedParts
from keras_rnn.datasets.generated.shape_drawing import draw_all
from keras_rnn.datasets.generated.shape_grammar import Noun, Statement, say
from keras_rnn.datasets.generated.shape_scene import STILL, move, part_of, random_scene
from keras_rnn.datasets.generated.shapes import part
from keras_rnn.training import Batches

SIZE, FRAMES = 32, 5
# Captions of each film: one of them is learnt from in each epoch.
_CAPTIONS = 5


@dataclass(frozen=True)
class Films:
    """Films of one part.

    Attributes:
        scenes: List of `Scene`, as each film begins.
        pictures: Array of unsigned bytes `(films, frames, 32, 32, 3)`.
        captions: List of lists of strings, true ones of each film.
    """

    scenes: list
    pictures: np.ndarray
    captions: list

    def __len__(self):
        return len(self.scenes)

    @property
    def texts(self):
        """A caption of each film."""
        return [texts[0] for texts in self.captions]


@dataclass(frozen=True)
class CaptionedFilms(GeneratedParts):
    """`Films` to learn from, to validate on and to test on.

    Attributes are those of `GeneratedParts`.
    """

    name: str = "films of coloured shapes"
    counted = "films"


def generate(train, validation, test, seed=0):
    """Return films, split by what comes together in them.

    In each of two things that stand in the picture at least one moves to the next cell.

    Args:
        train: Integer, how many films; `validation` and `test` likewise.
        validation: See `train`.
        test: See `train`.
        seed: Integer. Default: `0`.

    Returns:
        `CaptionedFilms`.
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
    return Films(scenes, pictures, captions)


def captions_of(scene, generator, count=_CAPTIONS):
    """Return true captions of a film: each of one thing that moves, and how.

    Colour and shape are always told, the size now and then.

    Args:
        scene: `Scene`, in which something moves.
        generator: `numpy.random.Generator`.
        count: Integer. Default: `5`.

    Returns:
        List of strings.
    """
    moving = [thing for thing in scene.things if thing.motion != STILL]
    found = []
    for _ in range(count):
        thing = moving[int(generator.integers(len(moving)))]
        size = thing.size if generator.random() < 0.4 else None
        noun = Noun(size, thing.colour, thing.shape)
        found.append(say(Statement("motion", noun, what=thing.motion), generator))
    return found


def is_new(scene):
    """Return whether all that moves does so in a combination of the test alone."""
    moving = [thing for thing in scene.things if thing.motion != STILL]
    return all(part_of((one.colour, one.shape, one.motion)) == "test" for one in moving)


def in_words(scene):
    """Return what a film holds, for a table."""
    return "; ".join(
        f"{one.size} {one.colour} {one.shape}, {one.motion}" for one in scene.things
    )


class CaptionBatches(Batches):
    """Films, each with one of its captions, which is drawn anew in each epoch.

    Args:
        films: `Films`.
        words: `TokenEmbedding` whose vocabulary begins with `shared.word_marks.MARKS`.
        batch_size: Integer. Default: `32`.
        shuffle: Boolean; without it, the first caption counts. Default: `True`.
        seed: Integer. Default: `0`.
    """

    def __init__(self, films, words, batch_size=32, shuffle=True, seed=0, **kwargs):
        count, self.each = len(films.scenes), len(films.captions[0])
        tokens = [text.split() for texts in films.captions for text in texts]
        read, said = (
            array.reshape(count, self.each, -1) for array in shifted(words, tokens)
        )
        arrays = (films.pictures, read), said
        super().__init__(arrays, batch_size, shuffle, seed, **kwargs)

    def draw(self, generator):
        """Return an epoch's order, and which caption each film has in it."""
        if not self.shuffle:
            return np.arange(self.count), np.zeros(self.count, int)
        order = generator.permutation(self.count)
        return order, generator.integers(self.each, size=self.count)

    def __getitem__(self, batch):
        order, which = self.drawn()
        chosen = slice(batch * self.batch_size, (batch + 1) * self.batch_size)
        films, which = order[chosen], which[chosen]
        (pictures, read), said = self.arrays
        return (pictures[films], read[films, which]), said[films, which]


def most_similar(known, asked):
    """Return which of some films is most like each of others, pixel by pixel.

    Args:
        known: `Films`, to look in.
        asked: `Films`.

    Returns:
        List of integers, places in `known`.
    """
    from sklearn.neighbors import NearestNeighbors

    def flat(films):
        # Every second pixel is enough to tell them apart.
        pictures = films.pictures[..., ::2, ::2, :].astype("float32")
        return pictures.reshape(len(pictures), -1)

    finder = NearestNeighbors(n_neighbors=1, algorithm="brute").fit(flat(known))
    return finder.kneighbors(flat(asked), return_distance=False)[:, 0].tolist()


def draw_captions(films, texts, right, caption, count=4):
    """Return a picture of films with their captions, right ones first.

    Args:
        films: `Films`.
        texts: List of strings, what is said of each.
        right: Boolean array, whether it is true.
        caption: String, to stand below.
        count: Integer, films of either kind. Default: `4`.

    Returns:
        `matplotlib` figure.
    """
    from matplotlib.figure import Figure

    chosen = [*np.flatnonzero(right)[:count], *np.flatnonzero(~right)[:count]]
    frames = films.pictures.shape[1]
    figure = Figure(
        figsize=(1.25 * frames + 0.4, 1.5 * len(chosen) + 0.8), layout="constrained"
    )
    grid = figure.subplots(len(chosen), frames, squeeze=False)
    for row, place in zip(grid, chosen, strict=True):
        for axes, picture in zip(row, films.pictures[place], strict=True):
            axes.imshow(picture)
            axes.set(xticks=[], yticks=[])
        text = texts[place] if right[place] else f"WRONG: {texts[place]}"
        row[0].text(
            0,
            1.08,
            text,
            transform=row[0].transAxes,
            color="0.2" if right[place] else "firebrick",
            in_layout=False,  # it may reach over the next picture
        )
    figure.get_layout_engine().set(hspace=0.2)
    figure.suptitle("Films that no training has seen, and what is said of them\n")
    figure.supxlabel(caption, fontsize=7, color="0.4")
    return figure
