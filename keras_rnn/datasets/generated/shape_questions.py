"""Questions about scenes of shapes, with their answers."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from keras_rnn.datasets.generated.shape_grammar import (
    NUMBERS,
    RELATION_WORDS,
    Noun,
    described,
    pick,
    random_noun,
)
from keras_rnn.datasets.generated.shape_scene import RELATIONS, Scene, Thing

WORDINGS = {
    "colour": ("what colour is {the}?", "what is the colour of {the}?"),
    "shape": ("what shape is {the}?", "what is {the}?"),
    "size": ("what size is {the}?", "how large is {the}?"),
    "exists": ("is there a {bare}?", "does the picture show a {bare}?"),
    "relation": ("is {the} {relation} {other}?",),
    "beside": (
        "what colour is the {noun} {relation} {other}?",
        "what is the colour of the {noun} {relation} {other}?",
    ),
    "count": ("how many {plural} are there?", "how many {plural} can be seen?"),
}


class Question(NamedTuple):
    """A question about a picture.

    Attributes:
        text: String.
        answer: String, one word.
        kind: String, one of `WORDINGS`.
        thing: `Thing` that the answer is about, or `None` if there is none, or more.
        other: `Thing` that a relation is to, or `None`.
    """

    text: str
    answer: str
    kind: str
    thing: Thing | None = None
    other: Thing | None = None


def questions(
    scene: Scene,
    generator: np.random.Generator,
    count: int = 8,
    kinds: Sequence[str] | None = None,
) -> list[Question]:
    """Return questions about a scene, no two with the same words.

    "The circle" is only said where there is one circle. Yes and no are each the answer
    of half of the questions that have them, whether there is a thing or not.

    Args:
        scene: `Scene`.
        generator: `numpy.random.Generator`.
        count: Integer, how many at most. Default: `8`.
        kinds: Sequence of the kinds of `WORDINGS` to choose from. Default: all.

    Returns:
        List of `Question`.
    """
    found: dict[str, Question] = {}
    for _ in range(4 * count):
        kind = pick(generator, kinds or tuple(WORDINGS))
        question = _ASK[kind](scene, generator)
        if question is not None:
            found.setdefault(question.text, question)
        if len(found) == count:
            break
    return list(found.values())


def name_of(
    thing: Thing,
    scene: Scene,
    generator: np.random.Generator,
    without: Sequence[str] = (),
) -> Noun | None:
    """Return a `Noun` that is said of this thing alone, or `None`.

    Args:
        thing: `Thing`.
        scene: `Scene` that it is in.
        generator: `numpy.random.Generator`.
        without: Sequence of fields of `Noun` to say nothing of. Default: none.

    Returns:
        `Noun`, or `None`.
    """
    for _ in range(6):
        noun = described(thing, generator, without)
        if any(noun) and len(noun.among(scene)) == 1:
            return noun
    return None


def _of_one(kind: str, generator: np.random.Generator, scene: Scene) -> Question | None:
    """Ask for the colour, shape or size of one thing."""
    thing = pick(generator, scene.things)
    noun = name_of(thing, scene, generator, without=(kind,))
    if noun is None:
        return None
    text = pick(generator, WORDINGS[kind]).format(the="the " + noun.words(generator))
    return Question(text, getattr(thing, kind), kind, thing)


def _exists(scene: Scene, generator: np.random.Generator) -> Question | None:
    wanted = generator.random() < 0.5
    for _ in range(20):
        noun = random_noun(generator)
        if wanted:
            thing = pick(generator, scene.things)
            noun = _as_it_is(noun, thing)
        found = noun.among(scene)
        if bool(found) == wanted:
            text = pick(generator, WORDINGS["exists"])
            return Question(
                text.format(bare=noun.words(generator)),
                "yes" if wanted else "no",
                "exists",
                found[0] if len(found) == 1 else None,
            )
    return None


def _as_it_is(noun: Noun, thing: Thing) -> Noun:
    """What a noun says something of, said of this thing."""
    return Noun(*(noun[i] and getattr(thing, field) for i, field in _FIELDS))


_FIELDS = tuple(enumerate(Noun._fields))


def _two(
    scene: Scene, generator: np.random.Generator
) -> tuple[Thing, Thing, Noun, Noun] | None:
    """Two things with a name each, or `None`."""
    if len(scene.things) < 2:
        return None
    places = generator.permutation(len(scene.things))[:2]
    things = [scene.things[place] for place in places]
    names = [name_of(thing, scene, generator) for thing in things]
    return None if None in names else (*things, *names)


def _relation(scene: Scene, generator: np.random.Generator) -> Question | None:
    two = _two(scene, generator)
    if two is None:
        return None
    one, other, name, other_name = two
    holding = scene.relations(one, other)
    wanted = generator.random() < 0.5
    choices = [each for each in RELATIONS if (each in holding) == wanted]
    text = WORDINGS["relation"][0].format(
        the="the " + name.words(generator),
        relation=pick(generator, RELATION_WORDS[pick(generator, choices)]),
        other="the " + other_name.words(generator),
    )
    return Question(text, "yes" if wanted else "no", "relation", one, other)


def _beside(scene: Scene, generator: np.random.Generator) -> Question | None:
    two = _two(scene, generator)
    if two is None:
        return None
    one, other, _, other_name = two
    relation = pick(generator, scene.relations(one, other))
    noun = Noun(shape=one.shape if generator.random() < 0.5 else None)
    fitting = [
        thing
        for thing in noun.among(scene)
        if thing is not other and relation in scene.relations(thing, other)
    ]
    if len(fitting) > 1:
        return None
    text = pick(generator, WORDINGS["beside"]).format(
        noun=noun.words(generator),
        relation=pick(generator, RELATION_WORDS[relation]),
        other="the " + other_name.words(generator),
    )
    return Question(text, one.colour, "beside", one, other)


def _count(scene: Scene, generator: np.random.Generator) -> Question:
    noun = random_noun(generator)
    if generator.random() < 0.7:
        thing = pick(generator, scene.things)
        noun = _as_it_is(noun, thing)
    if noun.colour and noun.shape:  # of these there is never more than one
        noun = noun._replace(colour=None)
    number = len(noun.among(scene))
    text = pick(generator, WORDINGS["count"])
    return Question(
        text.format(plural=noun.words(generator, plural=True)),
        NUMBERS[number],
        "count",
    )


_ASK = {
    "colour": lambda scene, generator: _of_one("colour", generator, scene),
    "shape": lambda scene, generator: _of_one("shape", generator, scene),
    "size": lambda scene, generator: _of_one("size", generator, scene),
    "exists": _exists,
    "relation": _relation,
    "beside": _beside,
    "count": _count,
}
