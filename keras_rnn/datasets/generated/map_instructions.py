"""Instructions that lead to a place on a map of shapes, in varied words."""

import numpy as np

from keras_rnn.datasets.generated.shape_grammar import ANY_SHAPE, pick

# Colour and shape, of which either may be left out.
Name = tuple[str | None, str | None]

# How a route is told: to a shape, by way of another, or some cells past one.
LEGS = ("direct", "past", "count")

DIRECTION_WORDS = {
    "left": ("left", "to the left"),
    "right": ("right", "to the right"),
    "up": ("up", "upwards"),
    "down": ("down", "downwards"),
}
COUNT_WORDS = {1: "one cell", 2: "two cells", 3: "three cells"}

_GO = ("go", "walk", "move")
_THEN = ("then", "and then", "from there")
# A direction is said of a way in so many cases, and a shape by half of its name, where
# that is enough.
_DIRECTION, _HALF = 0.5, 0.15

SENTENCES = {
    "direct": (
        "{go} {way} to {goal}",
        "{go} {way} to {goal} and stop there",
        "find {goal}",
        "stop at {goal}",
    ),
    "past": (
        "{go} {way} to {mark}, {then} {go} {on} to {goal}",
        "{go} {way} to {mark}, {then} turn {on} and stop at {goal}",
        "pass {mark} and stop at {goal}",
        "stop at {goal} after a visit to {mark}",
        "before you stop at {goal}, {go} to {mark}",
    ),
    "count": (
        "{go} {way} to {mark}, {then} {go} {cells} {on}",
        "from {mark} {go} {cells} {on} and stop",
        "{go} {way} to {mark} and stop {cells} further {on}",
    ),
}


def instruct(
    legs: str,
    generator: np.random.Generator,
    *,
    goal: Name | None = None,
    mark: Name | None = None,
    way: str | None = None,
    on: str | None = None,
    cells: int | None = None,
) -> str:
    """Return an instruction.

    Args:
        legs: String, one of `LEGS`.
        generator: `numpy.random.Generator`, which chooses the words.
        goal: Tuple of the goal's colour and shape, one of which may be `None` (it is
            left out), unless `legs` is `"count"`.
        mark: Tuple of colour and shape of the landmark that is passed, one of which may
            be `None`, unless `legs` is `"direct"`.
        way: String, direction of the first leg.
        on: String, direction of the second.
        cells: Integer, how many cells the second leg has, if they are counted.

    Returns:
        String.

    Example:

    >>> import numpy as np
    >>> goal, mark = ("blue", "square"), ("red", "circle")
    >>> instruct("past", np.random.default_rng(4), goal=goal, mark=mark, on="up")
    'stop at the blue square after a visit to the red circle'
    """
    sentence = pick(generator, SENTENCES[legs])
    if on is None and "turn" in sentence:
        raise ValueError("Who turns has to know where to: give `on`.")
    said = {
        "go": pick(generator, _GO),
        "then": pick(generator, _THEN),
        "way": _perhaps(way, generator),
        "on": _perhaps(on, generator),
        "goal": _noun(goal, generator) if goal else "",
        "mark": _noun(mark, generator) if mark else "",
        "cells": COUNT_WORDS[cells] if cells else "",
    }
    if on and "turn" in sentence:
        said["on"] = on
    if on and legs == "count":
        said["on"] = pick(generator, DIRECTION_WORDS[on])
    return " ".join(sentence.format(**said).split())


def shorten_name(
    name: tuple[str, str], others: list[tuple[str, str]], generator: np.random.Generator
) -> Name:
    """Return a shape's name, now and then only half of it, where that is enough.

    Args:
        name: Tuple of colour and shape.
        others: List of such tuples, of all other shapes on the map.
        generator: `numpy.random.Generator`.

    Returns:
        Tuple of colour and shape, one of them `None` if it is not said.
    """
    colour, shape = name
    chance = generator.random()
    if chance < _HALF and colour not in {other for other, _ in others}:
        return colour, None
    if _HALF <= chance < 2 * _HALF and shape not in {other for _, other in others}:
        return None, shape
    return name


def _perhaps(direction: str | None, generator: np.random.Generator) -> str:
    if direction is None or generator.random() >= _DIRECTION:
        return ""
    return pick(generator, DIRECTION_WORDS[direction])


def _noun(name: Name, generator: np.random.Generator) -> str:
    colour, shape = name
    said = ("the", colour, shape or pick(generator, ANY_SHAPE))
    return " ".join(word for word in said if word)
