"""Dialogs about pictures of shapes: later questions refer back to earlier ones.

"Is there a red square?" Yes. "What size is it?" Large. "And the circle?" Small. What
"it" is, and what is asked of the circle, no picture tells: only what was said before.
"""

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from keras_rnn.datasets.generated import shapes
from keras_rnn.datasets.generated.generated_parts import GeneratedParts
from keras_rnn.datasets.generated.shape_drawing import draw_all
from keras_rnn.datasets.generated.shape_grammar import RELATION_WORDS, SIZE_WORDS, pick
from keras_rnn.datasets.generated.shape_questions import name_of, questions
from keras_rnn.datasets.generated.shape_scene import (
    COLOURS,
    RELATIONS,
    SHAPES,
    Scene,
    Thing,
)

ROUNDS = 6

# Questions that refer back. "It" is what the last question was about. Where that was
# another thing than the one it named ("the other thing in its row"), it is the new one.
WORDINGS = {
    "its colour": ("what colour is it?", "what is its colour?", "and its colour?"),
    "its shape": ("what shape is it?", "what is its shape?", "and its shape?"),
    "its size": ("what size is it?", "how large is it?", "and its size?"),
    "its relation": ("is it {relation} {other}?",),
    "beside it": ("what {field} is the other thing in its {line}?",),
    "another's": ("and {the}?", "what about {the}?"),
}
# Questions that begin anew (`keras_rnn.datasets.generated.shape_questions`).
_NEW = ("colour", "shape", "size", "exists", "relation")
_FIELDS = ("colour", "shape", "size")
# In which relations things do not stand that are in one row or column.
_ACROSS = {"row": ("above", "below"), "column": ("left of", "right of")}
# How often a question refers back where it can, and how.
_REFERS, _TRIES = 0.75, 4
_WAYS = (*("its",) * 4, *("another's",) * 3, *("beside it",) * 2, "its relation")

_WORDS = {
    "colour": set(COLOURS),
    "shape": set(SHAPES),
    "size": {word for words in SIZE_WORDS.values() for word in words},
}


class Round(NamedTuple):
    """A question of a dialog, and its answer.

    Attributes:
        text: String, the question.
        answer: String, one word.
        kind: String, of `WORDINGS`, or of `shape_questions`.
        refers_back: Boolean, whether one has to know what was said before.
        thing: `Thing` that the question is about, or `None` if there is none, or more.
        other: `Thing` that one has to look at before, or `None`: what a relation is to,
            or what "it" was where another thing is asked for.
    """

    text: str
    answer: str
    kind: str
    refers_back: bool
    thing: Thing | None = None
    other: Thing | None = None


@dataclass(frozen=True)
class VisualDialogs:
    """Pictures with a dialog each.

    Attributes:
        scenes: List of `keras_rnn.datasets.shapes.Scene`.
        images: Array of unsigned bytes `(dialogs, size, size, 3)`.
        rounds: List of lists of `Round`, all of one length.
    """

    scenes: list[Scene]
    images: np.ndarray
    rounds: list[list[Round]]

    def __len__(self) -> int:
        return len(self.rounds)

    @property
    def texts(self) -> list[str]:
        """List of strings, all questions."""
        return [one.text for rounds in self.rounds for one in rounds]

    @property
    def questions(self) -> list[list[str]]:
        """List of lists of strings."""
        return [[one.text for one in rounds] for rounds in self.rounds]

    @property
    def answers(self) -> np.ndarray:
        """Array of strings `(dialogs, rounds)`."""
        return self._each("answer")

    @property
    def kinds(self) -> np.ndarray:
        """Array of strings `(dialogs, rounds)`."""
        return self._each("kind")

    @property
    def refers_back(self) -> np.ndarray:
        """Boolean array `(dialogs, rounds)`."""
        return self._each("refers_back")

    @property
    def boxes(self) -> np.ndarray:
        """Float array `(dialogs, rounds, 4)`: top, left, bottom and right of the thing
        that each question is about, 0 to 1; NaN where that is no one thing."""
        return np.array(
            [
                [scene.box(one.thing) if one.thing else (np.nan,) * 4 for one in rounds]
                for scene, rounds in zip(self.scenes, self.rounds, strict=True)
            ]
        )

    def _each(self, name: str) -> np.ndarray:
        return np.array([[getattr(one, name) for one in each] for each in self.rounds])


@dataclass(frozen=True, kw_only=True)
class ShapeDialogs(GeneratedParts[VisualDialogs]):
    """Dialogs about pictures of shapes, in a train, a validation and a test part.

    The attributes are those of `GeneratedParts`; each part is `VisualDialogs`.
    """

    name: str = "dialogs about pictures of coloured shapes"
    counted: ClassVar[str] = "dialogs"


def generate(
    train: int = 8000,
    validation: int = 300,
    test: int = 600,
    *,
    seed: int = 0,
    rounds: int = ROUNDS,
    size: int = 32,
) -> ShapeDialogs:
    """Return dialogs about pictures of three shapes each.

    In the test colours, shapes and relations come together that no picture of the
    training shows together (`keras_rnn.datasets.shapes`).

    Args:
        train, validation, test: Integers, number of dialogs in each part. Default:
            `8000`, `300` and `600`.
        seed: Integer. Default: `0`.
        rounds: Integer, questions of a dialog. Default: `6`.
        size: Integer, pixels of a picture's side. Default: `32`.

    Returns:
        `ShapeDialogs`.

    Example:

    >>> data = generate(2, 1, 3)
    >>> for one in data.part("test").rounds[2][:3]:
    ...     print(one.text, one.answer)
    is the yellow triangle to the right of the large cross? no
    is it to the left of the black square? yes
    what shape is the other thing in its row? square
    """
    world = shapes.generate(train, validation, test, seed=seed, things=3, cells=2)
    parts = {}
    for number, part in enumerate(shapes.PARTS):
        generator = np.random.default_rng((seed, len(shapes.PARTS), number))
        scenes = world.scenes[part]
        parts[part] = VisualDialogs(
            scenes,
            draw_all(scenes, size),
            [dialog(scene, generator, rounds) for scene in scenes],
        )
    return ShapeDialogs(parts, seed)


def dialog(
    scene: Scene, generator: np.random.Generator, rounds: int = ROUNDS
) -> list[Round]:
    """Return questions about a scene, later ones of which refer back.

    What refers back is chosen so that it has to be understood: of an attribute is
    asked where the things differ in it and where it was not said; of a relation, or of
    what is in a row with "it", where another "it" would make the answer another; and
    "and the circle?" leaves open which of two attributes is asked for. Yes and no are
    each the answer of half of the questions that have them.

    Args:
        scene: `keras_rnn.datasets.shapes.Scene` with at least two things.
        generator: `numpy.random.Generator`.
        rounds: Integer, how many questions. Default: `6`.

    Returns:
        List of `Round`.

    Raises:
        ValueError: The scene has a single thing: of that, "it" is never in doubt.
    """
    if len(scene.things) < 2:
        raise ValueError("A dialog is about two things or more, not about one.")
    talk = _Talk(scene, generator)
    while len(talk.rounds) < rounds:
        talk.go_on()
    return talk.rounds


class _Talk:
    """A dialog as it goes on.

    Attributes:
        rounds: List of `Round`.
        topic: `Thing` that "it" is, or `None`.
        known: Set of the attributes of it that were said.
        field: String, the attribute that was asked for last, or `None`.
    """

    def __init__(self, scene, generator):
        self.scene, self.generator = scene, generator
        self.rounds, self.topic, self.known, self.field = [], None, set(), None
        self.asked = set()

    def go_on(self):
        """Add a round, unless what was tried does not fit here."""
        ways = ["new"]
        if self.topic is not None and self.generator.random() < _REFERS:
            ways = [pick(self.generator, _WAYS) for _ in range(_TRIES)]
        for way in ways:
            found = _ASK[way](self)
            if found is None:
                continue
            # Nothing is asked twice. "What size is it?" is, of another thing.
            one, known, field = found
            asked = (one.text, field, one.thing if one.refers_back else None)
            if asked not in self.asked:
                self.asked.add(asked)
                self.rounds.append(one)
                self.topic, self.known, self.field = one.thing, known, field
                return

    def new(self):
        """Begin with another thing, which is named."""
        found = questions(self.scene, self.generator, 1, (pick(self.generator, _NEW),))
        if not found:
            return None
        [question] = found
        field = question.kind if question.kind in _FIELDS else None
        known = _said(question.text) | ({field} if field else set())
        return Round(*question[:3], False, *question[3:]), known, field

    def its(self):
        """Ask for another attribute of the same thing."""
        open_ones = [
            field
            for field in _FIELDS
            if field not in self.known and len(self._values(field)) > 1
        ]
        if not open_ones:
            return None
        field = pick(self.generator, open_ones)
        kind = f"its {field}"
        text = pick(self.generator, WORDINGS[kind])
        answer = getattr(self.topic, field)
        return Round(text, answer, kind, True, self.topic), self.known | {field}, field

    def its_relation(self):
        """Ask where it is, seen from another thing."""
        other = self._other()
        name = name_of(other, self.scene, self.generator)
        if name is None:
            return None
        rest = [one for one in self.scene.things if one not in (self.topic, other)]
        wanted = self.generator.random() < 0.5

        def holds(relation, thing):
            return relation in self.scene.relations(thing, other)

        choices = [
            relation
            for relation in RELATIONS
            if holds(relation, self.topic) == wanted
            and all(holds(relation, one) != wanted for one in rest)
        ]
        if not choices:
            return None
        text = WORDINGS["its relation"][0].format(
            relation=pick(
                self.generator, RELATION_WORDS[pick(self.generator, choices)]
            ),
            other="the " + name.words(self.generator),
        )
        answer = "yes" if wanted else "no"
        one = Round(text, answer, "its relation", True, self.topic, other)
        return one, self.known, None

    def beside_it(self):
        """Ask for what is in a line with it, which is spoken of from then on."""
        line = pick(self.generator, tuple(_ACROSS))
        found = [
            thing
            for thing in self.scene.things
            if thing is not self.topic
            and not set(_ACROSS[line]) & set(self.scene.relations(thing, self.topic))
        ]
        field = pick(self.generator, ("colour", "shape"))
        # After the answer it can be told from all others by that alone.
        if len(found) != 1 or self._count(field, getattr(found[0], field)) > 1:
            return None
        text = WORDINGS["beside it"][0].format(field=field, line=line)
        answer = getattr(found[0], field)
        one = Round(text, answer, "beside it", True, found[0], self.topic)
        return one, {field}, field

    def anothers(self):
        """Ask for the same attribute of another thing, without saying which."""
        if self.field is None:
            return None
        other = self._other()
        name = name_of(other, self.scene, self.generator, without=(self.field,))
        if name is None:
            return None
        text = pick(self.generator, WORDINGS["another's"])
        text = text.format(the="the " + name.words(self.generator))
        answer = getattr(other, self.field)
        said = _said(text)
        if len(said) > 1:
            return None
        known = said | {self.field}
        return Round(text, answer, "another's", True, other), known, self.field

    def _other(self):
        others = [one for one in self.scene.things if one is not self.topic]
        return pick(self.generator, others)

    def _values(self, field):
        return {getattr(thing, field) for thing in self.scene.things}

    def _count(self, field, value):
        return sum(getattr(thing, field) == value for thing in self.scene.things)


_ASK = {
    "new": _Talk.new,
    "its": _Talk.its,
    "its relation": _Talk.its_relation,
    "beside it": _Talk.beside_it,
    "another's": _Talk.anothers,
}


def _said(text: str) -> set[str]:
    """The attributes that a question says something of: not asked for afterwards."""
    words = set(text.rstrip("?").split())
    return {field for field in _FIELDS if words & _WORDS[field]}
