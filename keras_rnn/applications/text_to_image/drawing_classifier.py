"""Classifiers that tell what a drawing shows, and so whether it is right.

One is the network of `visual_question_answering`, trained on real drawings alone, of
every colour with every shape. The other one looks for the nearest real drawing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import keras
import numpy as np

from keras_rnn.applications.contract import Request
from keras_rnn.applications.visual_question_answering import train as vqa
from keras_rnn.datasets.generated import pixel_drawings
from keras_rnn.datasets.generated.generated_parts import PARTS
from keras_rnn.datasets.generated.pixel_drawings import Drawings
from keras_rnn.datasets.generated.shape_questions import WORDINGS
from keras_rnn.datasets.generated.shape_scene import Thing
from keras_rnn.datasets.pictures.picture_questions import PictureQuestions

ASKED = ("colour", "shape")
NAMES = ("the thing", "the shape")

# Pictures are twice as high and wide as drawings, for networks that read 32 pixels.
_SCALE = 2
_EPOCHS = 8


def train_classifier(request: Request, count: int = 640) -> keras.Model:
    """Return a network that tells what colour and what shape a drawing shows.

    It is that of `visual_question_answering`, trained on `count` drawings.
    """
    generator = np.random.default_rng((request.seed, len(PARTS)))
    drawings = {
        part: pixel_drawings.random_drawings(generator, many)
        for part, many in (("train", count), ("validation", count // 10))
    }
    own = replace(
        request,
        epochs=request.epochs or _EPOCHS,
        folder=request.folder and request.folder / "classifier",
    )
    return vqa.fit(questions(drawings), own)


def questions(parts: Mapping[str, Drawings]) -> PictureQuestions:
    """Return questions about drawings: two for each one's colour, two for its shape."""
    asked = [
        (kind, wording.format(the=name))
        for kind in ASKED
        for wording, name in zip(WORDINGS[kind], NAMES, strict=True)
    ]
    each = [
        (part, thing, *question)
        for part, drawings in parts.items()
        for thing in drawings.things
        for question in asked
    ]
    pixels = np.concatenate([one.pixels for one in parts.values()])
    boxes = [pixel_drawings.scene_of(thing).box(thing) for _, thing, _, _ in each]
    return PictureQuestions(
        images=pixel_drawings.to_colours(pixels, _SCALE),
        texts=[text for *_, text in each],
        answers=[getattr(thing, kind) for _, thing, kind, _ in each],
        owners=np.arange(len(pixels)).repeat(len(asked)),
        parts=np.array([part for part, *_ in each]),
        boxes=np.array(boxes, "float32"),
        kinds=[kind for *_, kind, _ in each],
        name="questions about drawings of coloured shapes",
        kind="sample",
        origin="generated",
    )


class Correctness(NamedTuple):
    """Whether drawings show what they should.

    Attributes:
        shape, colour: Boolean arrays, whether each shows the shape, and the colour.
    """

    shape: np.ndarray
    colour: np.ndarray

    @property
    def right(self) -> np.ndarray:
        """Boolean array, whether each shows both."""
        return self.shape & self.colour

    def shares(self) -> dict[str, float]:
        """Return how many are `right`, and right in one of both."""
        return {
            "right": float(self.right.mean()),
            "shape": float(self.shape.mean()),
            "colour": float(self.colour.mean()),
        }


def classify(
    classifier: keras.Model, pixels: np.ndarray, things: Sequence[Thing]
) -> Correctness:
    """Return whether drawings show the things they should, as a network sees them.

    Args:
        classifier: What `train_classifier` returned.
        pixels: Integer array `(drawings, 16, 16)`, pixel values.
        things: Sequence of `Thing`.
    """
    images = pixel_drawings.to_colours(pixels, _SCALE)
    found = {}
    for kind in ASKED:
        text = WORDINGS[kind][0].format(the=NAMES[0])
        answers = vqa.probabilities(classifier, [(image, text) for image in images])
        names = np.array(vqa.answer_layer(classifier).names(answers))
        found[kind] = names == [getattr(thing, kind) for thing in things]
    return Correctness(found["shape"], found["colour"])


def nearest(pixels: np.ndarray) -> list[tuple[Thing, str, int]]:
    """Return the real drawing most like each of others: a classifier without weights.

    Of each the `Thing` that it shows, its place, one of `pixel_drawings.PLACES`, and
    how many pixels are different.
    """
    known = pixel_drawings.every_thing()
    real = np.stack([pixel_drawings.pixels_of(thing) for thing, _ in known])
    found = []
    for one in np.asarray(pixels):
        off = (real != one).sum(axis=(1, 2))
        best = int(off.argmin())
        found.append((*known[best], int(off[best])))
    return found


def compare_nearest(pixels: np.ndarray, drawings: Drawings) -> dict[str, float | None]:
    """Return how far the most similar real drawings are as they should be.

    These are `right` as the metric is; of captions that say so, `size` and `place`; and
    `flawless`: the picture is right, and a real drawing, pixel by pixel.
    """
    lists: dict[str, list[bool]]
    lists = {"right": [], "size": [], "place": [], "flawless": []}
    for (found, place, off), thing, where, text in zip(
        nearest(pixels),
        drawings.things,
        drawings.places,
        drawings.captions,
        strict=True,
    ):
        right = (found.shape, found.colour) == (thing.shape, thing.colour)
        lists["right"].append(right)
        lists["flawless"].append(right and off == 0)
        said = pixel_drawings.parse_caption(text)
        assert said is not None, f"no caption of a drawing: {text!r}"
        noun, said_place = said
        if noun.size:
            lists["size"].append(found.size == thing.size)
        if said_place:
            lists["place"].append(place == where)
    return {
        name: float(np.mean(each)) if each else None for name, each in lists.items()
    }
