"""Small drawings of one shape each, pixel by pixel out of a few colours, with captions.

As on squared paper: a shape stands on the grid of the pixels, and each pixel has one of
13 values: the background, and of each colour the full one and a pale one for edges.
Scenes are split by combination: some colour, shape and place come together in the test
alone, so that a model has to compose what it learned and cannot have it by heart.
"""

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt

from keras_rnn.datasets.generated.generated_parts import GeneratedParts
from keras_rnn.datasets.generated.shape_drawing import BACKGROUND, draw
from keras_rnn.datasets.generated.shape_grammar import Noun, Statement, parse, pick, say
from keras_rnn.datasets.generated.shape_scene import (
    COLOURS,
    SHAPES,
    SIZES,
    Scene,
    Thing,
)

SIZE = 16
# A pixel is empty, pale or full.
LEVELS = 3

# In which direction a thing is off the middle of the picture, as (x, y).
PLACES = {
    "left": (-1, 0),
    "right": (1, 0),
    "top": (0, -1),
    "bottom": (0, 1),
    "middle": (0, 0),
}
PLACE_WORDS = {
    "left": ("on the left", "at the left"),
    "right": ("on the right", "at the right"),
    "top": ("at the top", "near the top"),
    "bottom": ("at the bottom", "near the bottom"),
    "middle": ("in the middle", "in the centre"),
}

# By how many pixels it is: so far that all of it stays in the picture.
OFF = {"small": 4, "large": 2}

# Shapes are as large as in a scene of so many columns.
_CELLS = 1.25
# Nobody says where or how large a thing is each time.
_SAYS_PLACE, _SAYS_SIZE = 0.7, 0.6


def palette() -> np.ndarray:
    """Return the colours of pixel values, bytes `(13, 3)`: background first.

    Example:

    >>> palette()[[0, 1, 2]].tolist()
    [[236, 236, 236], [228, 133, 133], [220, 30, 30]]
    """
    colours = [np.array(BACKGROUND)]
    for colour in COLOURS.values():
        colours += [(np.array(BACKGROUND) + colour) // 2, np.array(colour)]
    return np.array(colours, "uint8")


def to_colours(pixels: npt.ArrayLike, scale: int = 1) -> np.ndarray:
    """Return drawings as red, green and blue.

    Args:
        pixels: Integer array `(..., rows, columns)`, pixel values.
        scale: Integer, how many times as high and wide. Default: `1`.

    Returns:
        Array of unsigned bytes `(..., rows, columns, 3)`.
    """
    pixels = np.asarray(pixels).repeat(scale, axis=-2).repeat(scale, axis=-1)
    return palette()[pixels]


def scene_of(thing: Thing) -> Scene:
    """Return the scene that has this thing alone, as large as it is drawn here.

    Args:
        thing: `Thing`.

    Returns:
        `Scene`.
    """
    return Scene((thing,), cells=_CELLS)


def pixels_of(thing: Thing) -> np.ndarray:
    """Return a thing drawn on the grid, pixel values `(16, 16)`.

    Args:
        thing: `Thing`.
    """
    picture = draw(scene_of(thing), SIZE).astype("float64")
    full = np.array(COLOURS[thing.colour], "float64") - BACKGROUND
    covered = (picture - BACKGROUND) @ full / (full @ full)
    level = np.digitize(covered, (0.25, 0.75))
    first = 2 * list(COLOURS).index(thing.colour)
    return np.where(level > 0, first + level, 0).astype("int32")


def in_letters(pixels: np.ndarray) -> str:
    """Return a drawing as text: two signs a pixel, pale colours in small letters.

    Args:
        pixels: Integer array `(rows, columns)`, pixel values.

    Returns:
        String: `.` is the background, `K` black, other colours their first letter.
    """
    letters = "." + "".join(
        letter.lower() + letter
        for letter in ("K" if name == "black" else name[0].upper() for name in COLOURS)
    )
    return "\n".join("".join(2 * letters[one] for one in row) for row in pixels)


def part_of(colour: str, shape: str, place: str) -> str:
    """Return which part a colour, a shape and a place belong to together.

    One in eight is seen in the test alone, and one in eight in the validation. Each
    colour is seen in training with each shape, and both at each place.

    Args:
        colour: String, one of `COLOURS`.
        shape: String, one of `SHAPES`.
        place: String, one of `PLACES`.

    Returns:
        String, `"train"`, `"validation"` or `"test"`.

    Example:

    >>> part_of("red", "circle", "left"), part_of("red", "circle", "right")
    ('test', 'train')
    """
    number = (
        list(COLOURS).index(colour)
        + 2 * SHAPES.index(shape)
        + 3 * list(PLACES).index(place)
    )
    return {0: "test", 4: "validation"}.get(number % 8, "train")


def random_thing(
    generator: np.random.Generator, part: str | None = None
) -> tuple[Thing, str]:
    """Return a thing drawn by chance, and where in the picture it is.

    Args:
        generator: `numpy.random.Generator`.
        part: String, whose combinations it may be of. Default: `None`, any.

    Returns:
        `Thing`, and a string, one of `PLACES`.
    """
    combinations = [
        (colour, shape, place)
        for colour in COLOURS
        for shape in SHAPES
        for place in PLACES
        if part in (None, part_of(colour, shape, place))
    ]
    colour, shape, place = pick(generator, combinations)
    size = pick(generator, tuple(SIZES))
    return thing_at(place, size, colour, shape), place


def thing_at(place: str, size: str, colour: str, shape: str) -> Thing:
    """Return a thing that stands at a place.

    Args:
        place: String, one of `PLACES`.
        size: String, `"small"` or `"large"`.
        colour: String.
        shape: String.

    Returns:
        `Thing`.

    Example:

    >>> thing_at("top", "small", "red", "circle").y
    0.25
    """
    x, y = (0.5 + sign * OFF[size] / SIZE for sign in PLACES[place])
    return Thing(shape, colour, size, x, y)


def every_thing() -> list[tuple[Thing, str]]:
    """Return all that can be drawn: a list of tuples of a `Thing` and its place."""
    return [
        (thing_at(place, size, colour, shape), place)
        for shape in SHAPES
        for colour in COLOURS
        for size in SIZES
        for place in PLACES
    ]


def caption_of(
    thing: Thing,
    place: str,
    generator: np.random.Generator,
    says_place: float = _SAYS_PLACE,
) -> str:
    """Return a true caption: always colour and shape, often size and place.

    Args:
        thing: `Thing`.
        place: String, one of `PLACES`.
        generator: `numpy.random.Generator`.
        says_place: Float, how often the place is said. Default: `0.7`.

    Returns:
        String.
    """
    size = thing.size if generator.random() < _SAYS_SIZE else None
    noun = Noun(size, thing.colour, thing.shape)
    text = say(Statement("exists", noun), generator)
    if generator.random() < says_place:
        text += " " + pick(generator, PLACE_WORDS[place])
    return text


class CaptionMeaning(NamedTuple):
    """What a caption says.

    Attributes:
        noun: `keras_rnn.datasets.generated.shape_grammar.Noun`.
        place: String, one of `PLACES`, or `None`.
    """

    noun: Noun
    place: str | None


def parse_caption(caption: str) -> CaptionMeaning | None:
    """Return what a caption says, as `CaptionMeaning`, or `None` if it is no sentence.

    Args:
        caption: String.

    Returns:
        `CaptionMeaning`, or `None`.

    Example:

    >>> parse_caption("there is a big blue cross on the left").place
    'left'
    """
    text, where = caption.rstrip(" ."), None
    for place, ways in PLACE_WORDS.items():
        for words in ways:
            if text.endswith(f" {words}"):
                text, where = text.removesuffix(f" {words}"), place
    meaning = parse(text)
    if meaning is None or meaning.kind != "exists":
        return None
    return CaptionMeaning(meaning.first, where)


@dataclass(frozen=True)
class Drawings:
    """Drawings of one part.

    Attributes:
        things: List of `Thing`.
        places: List of strings, of `PLACES`.
        captions: List of strings.
        pixels: Integer array `(drawings, 16, 16)`, pixel values.
    """

    things: list[Thing]
    places: list[str]
    captions: list[str]
    pixels: np.ndarray

    def __len__(self) -> int:
        return len(self.things)

    @property
    def texts(self) -> list[str]:
        """List of strings, the captions."""
        return self.captions


def random_drawings(
    generator: np.random.Generator, count: int, part: str | None = None
) -> Drawings:
    """Return `Drawings` of a part's combinations, each with a caption.

    Those of validation and test always say the place: without it none would be new.

    Args:
        generator: `numpy.random.Generator`.
        count: Integer.
        part: String, whose combinations of colour, shape and place are drawn.
            Default: `None`, any.

    Returns:
        `Drawings`.
    """
    drawn = [random_thing(generator, part) for _ in range(count)]
    says_place = _SAYS_PLACE if part in (None, "train") else 1.0
    captions = [caption_of(*one, generator, says_place) for one in drawn]
    things, places = (list(one) for one in zip(*drawn, strict=True))
    return Drawings(things, places, captions, np.stack([*map(pixels_of, things)]))


@dataclass(frozen=True, kw_only=True)
class CaptionedDrawings(GeneratedParts[Drawings]):
    """Drawings with captions, in a train, a validation and a test part.

    The attributes are those of `GeneratedParts`; each part is `Drawings`.
    """

    name: str = "drawings of coloured shapes"
    counted: ClassVar[str] = "drawings with captions"


def generate(
    train: int, validation: int, test: int, seed: int = 0
) -> CaptionedDrawings:
    """Return drawings with captions, split by what comes together in them.

    Args:
        train, validation, test: Integers, number of drawings in each part.
        seed: Integer. Default: `0`.

    Returns:
        `CaptionedDrawings`.

    Example:

    >>> data = generate(4, 1, 2)
    >>> data.part("test").pixels.shape
    (2, 16, 16)
    """
    return CaptionedDrawings.drawn((train, validation, test), seed, random_drawings)
