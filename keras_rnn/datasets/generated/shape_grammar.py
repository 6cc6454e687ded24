"""What can be said about scenes of shapes, and whether it is true.

One grammar both ways: `captions` writes with its tables, and `parse` reads with them.
Sentences are in small letters; sizes and directions have several words each.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

import numpy as np

from keras_rnn.datasets.generated.shape_scene import (
    COLOURS,
    SHAPES,
    STILL,
    Scene,
    Thing,
)

Choice = TypeVar("Choice")

SIZE_WORDS = {"small": ("small", "little"), "large": ("large", "big")}
ANY_SHAPE = ("shape", "thing")
NUMBERS = ("zero", "one", "two", "three", "four")
PLURALS = {
    "circle": "circles",
    "square": "squares",
    "triangle": "triangles",
    "cross": "crosses",
    "shape": "shapes",
    "thing": "things",
}
RELATION_WORDS = {
    "left of": ("left of", "to the left of", "on the left of"),
    "right of": ("right of", "to the right of", "on the right of"),
    "above": ("above", "over"),
    "below": ("below", "under"),
}
MOTION_WORDS = {
    "left": ("moves left", "moves to the left", "goes left"),
    "right": ("moves right", "moves to the right", "goes right"),
    "up": ("moves up", "goes up", "rises"),
    "down": ("moves down", "goes down", "sinks"),
    STILL: ("stands still", "does not move"),
}
SENTENCES = {
    "exists": ("{a}", "there is {a}", "the picture shows {a}"),
    "absent": ("there is no {bare}", "the picture shows no {bare}"),
    "count": ("there are {number} {plural}", "the picture shows {number} {plural}"),
    "relation": (
        "{a} {relation} {b}",
        "{a} is {relation} {b}",
        "there is {a} {relation} {b}",
        "the picture shows {a} {relation} {b}",
    ),
    "motion": ("{a} {motion}",),
}


class Noun(NamedTuple):
    """What is said of a thing; `None` is whatever it may be.

    Attributes:
        size: `"small"`, `"large"` or `None`.
        colour: String or `None`.
        shape: String or `None`.
    """

    size: str | None = None
    colour: str | None = None
    shape: str | None = None

    def fits(self, thing: Thing) -> bool:
        """Return whether it can be said of a thing."""
        return all(
            said is None or said == being
            for said, being in zip(
                self, (thing.size, thing.colour, thing.shape), strict=True
            )
        )

    def among(self, scene: Scene) -> list[Thing]:
        """Return the things of a scene that it can be said of.

        Args:
            scene: `Scene`.

        Returns:
            List of `Thing`.
        """
        return [thing for thing in scene.things if self.fits(thing)]

    def words(self, generator: np.random.Generator, plural: bool = False) -> str:
        """Return it in words, without an article.

        Args:
            generator: `numpy.random.Generator`.
            plural: Boolean. Default: `False`.

        Returns:
            String.
        """
        noun = self.shape or pick(generator, ANY_SHAPE)
        size = pick(generator, SIZE_WORDS[self.size]) if self.size else None
        said = (size, self.colour, PLURALS[noun] if plural else noun)
        return " ".join(word for word in said if word)


class Statement(NamedTuple):
    """The meaning of a caption.

    Attributes:
        kind: String, one of `SENTENCES`.
        first: `Noun`.
        second: `Noun`, of a relation. Default: `None`.
        what: Relation, motion, or the number counted. Default: `None`.
    """

    kind: str
    first: Noun
    second: Noun | None = None
    what: Any = None

    def holds(self, scene: Scene) -> bool:
        """Return whether it is true of a scene: of any of the things it fits.

        Args:
            scene: `Scene`.

        Returns:
            Boolean.
        """
        found = self.first.among(scene)
        if self.kind == "absent":
            return not found
        if self.kind == "count":
            return len(found) == self.what
        if self.kind == "motion":
            return any(thing.motion == self.what for thing in found)
        if self.kind == "relation":
            assert self.second is not None
            return any(
                self.what in scene.relations(one, other)
                for one in found
                for other in self.second.among(scene)
                if other is not one
            )
        return bool(found)


def is_true(caption: str, scene: Scene) -> bool:
    """Return whether a caption describes a scene truly.

    Its meaning counts, not its words: another relation that holds as well, or fewer
    details, are as true. What is no sentence of the grammar is not true.

    Args:
        caption: String.
        scene: `Scene`.

    Returns:
        Boolean.

    Example:

    >>> from keras_rnn.datasets.generated.shape_scene import Scene, Thing
    >>> ball = Thing("circle", "red", "small", x=0.2, y=0.2)
    >>> scene = Scene((ball, Thing("square", "blue", "large", x=0.8, y=0.8)))
    >>> is_true("a little circle is above a blue thing", scene)
    True
    >>> is_true("a blue square is above a circle", scene)
    False
    """
    meaning = parse(caption)
    return meaning is not None and meaning.holds(scene)


def parse(caption: str) -> Statement | None:
    """Return the `Statement` of a caption, or `None` if it is no sentence.

    Args:
        caption: String.

    Returns:
        `Statement`, or `None`.

    Example:

    >>> parse("there is a big cross").first
    Noun(size='large', colour=None, shape='cross')
    """
    text = " ".join(caption.lower().rstrip(" .").split())
    for kind, pattern in _PATTERNS:
        match = pattern.fullmatch(text)
        if match:
            return _meaning(kind, match.groupdict())
    return None


def captions(
    scene: Scene,
    generator: np.random.Generator,
    count: int = 5,
    kinds: Sequence[str] | None = None,
) -> list[str]:
    """Return true captions of a scene, in varied words.

    Args:
        scene: `Scene`.
        generator: `numpy.random.Generator`.
        count: Integer. Default: `5`.
        kinds: Sequence of the kinds of `SENTENCES` to choose from. Default: all that
            the scene has: relations of two things or more, motions where anything
            moves, otherwise what there is.

    Returns:
        List of strings.
    """
    if kinds is None:
        kinds = ("motion",) if scene.moving else ("relation",)
        if len(scene.things) == 1 and not scene.moving:
            kinds = ("exists",)
    return [
        say(_true_statement(scene, pick(generator, kinds), generator), generator)
        for _ in range(count)
    ]


def say(
    statement: Statement, generator: np.random.Generator, sentence: str | None = None
) -> str:
    """Return a statement in words.

    Args:
        statement: `Statement`.
        generator: `numpy.random.Generator`, which chooses the words.
        sentence: String with the slots of `SENTENCES`. Default: one of those.

    Returns:
        String.
    """
    kind, first, second, what = statement
    sentence = sentence or pick(generator, SENTENCES[kind])
    words = {}
    if kind == "relation":
        assert second is not None
        words["relation"] = pick(generator, RELATION_WORDS[what])
        words["b"] = "a " + second.words(generator)
    elif kind == "motion":
        words["motion"] = pick(generator, MOTION_WORDS[what])
    elif kind == "count":
        words["number"] = NUMBERS[what]
    return sentence.format(
        a="a " + first.words(generator),
        bare=first.words(generator),
        plural=first.words(generator, plural=True),
        **words,
    )


def described(
    thing: Thing, generator: np.random.Generator, without: Sequence[str] = ()
) -> Noun:
    """Return a `Noun` of a thing, with as many details as chance wants.

    Args:
        thing: `Thing`.
        generator: `numpy.random.Generator`.
        without: Sequence of fields of `Noun` to say nothing of. Default: none.

    Returns:
        `Noun`.
    """
    chances = {"size": 0.4, "colour": 0.8, "shape": 0.85}
    said = {
        field: getattr(thing, field)
        for field, chance in chances.items()
        if generator.random() < chance and field not in without
    }
    return Noun(**said)


def random_noun(generator: np.random.Generator) -> Noun:
    """Return a `Noun` of colour or shape or both, whatever there is in a scene.

    Args:
        generator: `numpy.random.Generator`.

    Returns:
        `Noun`.
    """
    said = int(generator.integers(3))
    colour = pick(generator, tuple(COLOURS)) if said != 0 else None
    shape = pick(generator, SHAPES) if said != 1 else None
    return Noun(None, colour, shape)


def pick(generator: np.random.Generator, choices: Sequence[Choice]) -> Choice:
    """Return one of a sequence, by chance."""
    return choices[int(generator.integers(len(choices)))]


def _true_statement(
    scene: Scene, kind: str, generator: np.random.Generator
) -> Statement:
    things = [scene.things[i] for i in generator.permutation(len(scene.things))]
    if kind == "relation":
        pairs = [
            (one, other, relation)
            for one in things
            for other in things
            if other is not one
            for relation in scene.relations(one, other)
        ]
        if not pairs:
            raise ValueError("A scene of one thing has no relations to tell of.")
        one, other, relation = pick(generator, pairs)
        return Statement(
            kind, described(one, generator), described(other, generator), relation
        )
    if kind == "motion":
        moving = [thing for thing in things if thing.motion != STILL] or things
        return Statement(kind, described(moving[0], generator), what=moving[0].motion)
    if kind == "absent":
        while (noun := random_noun(generator)).among(scene):
            pass
        return Statement(kind, noun)
    noun = described(things[0], generator)
    number = len(noun.among(scene))
    if kind == "count" and number > 1:
        return Statement(kind, noun, what=number)
    return Statement("exists", noun)


def _choices(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


def _noun_pattern(slot: str, plural: bool = False) -> str:
    sizes = _choices(word for words in SIZE_WORDS.values() for word in words)
    nouns = _choices(PLURALS.values() if plural else PLURALS)
    return (
        rf"(?:(?P<{slot}_size>{sizes}) )?(?:(?P<{slot}_colour>{_choices(COLOURS)}) )?"
        rf"(?P<{slot}_shape>{nouns})"
    )


def _pattern(sentence: str) -> re.Pattern[str]:
    """A sentence as a regular expression."""
    relations = [word for words in RELATION_WORDS.values() for word in words]
    motions = [word for words in MOTION_WORDS.values() for word in words]
    slots = {
        "a": f"(?:a|the) {_noun_pattern('first')}",
        "b": f"(?:a|the) {_noun_pattern('second')}",
        "bare": _noun_pattern("first"),
        "plural": _noun_pattern("first", plural=True),
        "relation": f"(?P<relation>{_choices(relations)})",
        "motion": f"(?P<motion>{_choices(motions)})",
        "number": f"(?P<number>{_choices(NUMBERS)})",
    }
    return re.compile(sentence.format(**slots))


def _inverse(table: Mapping[str, Sequence[str]]) -> dict[str, str]:
    return {word: name for name, words in table.items() for word in words}


_PATTERNS = [
    (kind, _pattern(sentence)) for kind, ways in SENTENCES.items() for sentence in ways
]
_SIZES, _RELATIONS = _inverse(SIZE_WORDS), _inverse(RELATION_WORDS)
_MOTIONS = _inverse(MOTION_WORDS)
_SINGULAR = {plural: noun for noun, plural in PLURALS.items()}


def _meaning(kind: str, found: dict[str, str]) -> Statement:
    def noun(slot):
        shape = found[f"{slot}_shape"]
        shape = _SINGULAR.get(shape, shape)
        return Noun(
            _SIZES.get(found[f"{slot}_size"]),
            found[f"{slot}_colour"],
            None if shape in ANY_SHAPE else shape,
        )

    if kind == "relation":
        relation = _RELATIONS[found["relation"]]
        return Statement(kind, noun("first"), noun("second"), relation)
    what: str | int | None = None
    if kind == "motion":
        what = _MOTIONS[found["motion"]]
    if kind == "count":
        what = NUMBERS.index(found["number"])
    return Statement(kind, noun("first"), what=what)
