"""Who tells what a drawing shows: a network that answers questions about pictures.

It is the one of `visual_question_answering`, taught on real drawings alone, of every
colour with every shape. Drawings by a network are held before it as any others.
"""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from keras_rnn.applications.visual_question_answering import train as vqa
from keras_rnn.datasets.generated import pixel_drawings
from keras_rnn.datasets.generated.generated_parts import PARTS
from keras_rnn.datasets.generated.shape_questions import WORDINGS
from keras_rnn.datasets.pictures.picture_questions import PictureQuestions

ASKED = ("colour", "shape")
NAMES = ("the thing", "the shape")

# Pictures are twice as high and wide as drawings, for networks that read 32 pixels.
_SCALE = 2
_EPOCHS = 8


def teach(request, count=640):
    """Return a network that tells what colour and what shape a drawing shows.

    Args:
        request: `keras_rnn.applications.contract.Request`.
        count: Integer, how many drawings it learns from. Default: `640`.

    Returns:
        What `visual_question_answering.fit` returns.
    """
    generator = np.random.default_rng((request.seed, len(PARTS)))
    drawings = {
        part: pixel_drawings.random_drawings(generator, many)
        for part, many in (("train", count), ("validation", count // 10))
    }
    own = replace(
        request,
        epochs=request.epochs or _EPOCHS,
        folder=request.folder and request.folder / "judge",
    )
    return vqa.fit(questions(drawings), own)


def questions(parts):
    """Return questions about drawings: of each two for its colour, two for its shape.

    Args:
        parts: Dict from part to `keras_rnn.datasets.pixel_drawings.Drawings`.

    Returns:
        `PictureQuestions`.
    """
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


class Verdict(NamedTuple):
    """What drawings show, beside what they are to show.

    Attributes:
        shape: Boolean array, whether each shows the shape.
        colour: Boolean array, whether it shows the colour.
    """

    shape: np.ndarray
    colour: np.ndarray

    @property
    def right(self):
        """Boolean array, whether it shows both."""
        return self.shape & self.colour

    def shares(self):
        """Return a dict with how many are `right`, and right in one of both."""
        return {
            "right": float(self.right.mean()),
            "shape": float(self.shape.mean()),
            "colour": float(self.colour.mean()),
        }


def look(judge, pixels, things):
    """Return what a network finds drawings to show.

    Args:
        judge: What `teach` returned.
        pixels: Integer array `(drawings, 16, 16)`, pixel values.
        things: List of `Thing`, what each should show.

    Returns:
        `Verdict`.
    """
    images = pixel_drawings.to_colours(pixels, _SCALE)
    found = {}
    for kind in ASKED:
        text = WORDINGS[kind][0].format(the=NAMES[0])
        answers = vqa.predict(judge, [(image, text) for image in images])
        names = np.array(vqa.classes(judge).names(answers))
        found[kind] = names == [getattr(thing, kind) for thing in things]
    return Verdict(found["shape"], found["colour"])


class Nearest(NamedTuple):
    """The real drawing that is most like another, of all that there can be.

    Attributes:
        thing: `Thing`.
        place: String, one of `pixel_drawings.PLACES`.
        off: Integer, how many pixels are different.
    """

    thing: object
    place: str
    off: int


def nearest(pixels):
    """Return the real drawing most like each of others: a judge without a network.

    Args:
        pixels: Integer array `(drawings, 16, 16)`, pixel values.

    Returns:
        List of `Nearest`.
    """
    known = pixel_drawings.every_thing()
    real = np.stack([pixel_drawings.pixels_of(thing) for thing, _ in known])
    found = []
    for one in np.asarray(pixels):
        off = (real != one).sum(axis=(1, 2))
        best = int(off.argmin())
        found.append(Nearest(*known[best], int(off[best])))
    return found
