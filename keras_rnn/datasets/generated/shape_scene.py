"""Scenes of coloured shapes: what is where, and which scenes are kept for the test."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

COLOURS = {
    "red": (220, 30, 30),
    "green": (30, 160, 50),
    "blue": (40, 70, 220),
    "yellow": (240, 200, 20),
    "black": (20, 20, 20),
    "purple": (150, 50, 190),
}
SHAPES = ("circle", "square", "triangle", "cross")
SIZES = {"small": 0.29, "large": 0.42}
RELATIONS = ("left of", "right of", "above", "below")
MOTIONS = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}
STILL = "still"

# What a thing can be in: it stands in a relation, alone, it moves, or a way leads by it
# or to it.
_SITUATIONS = (*RELATIONS, "alone", *MOTIONS, "landmark", "goal")

# By how much of the picture's side two centres have to differ.
_APART = 0.15


@dataclass(frozen=True)
class Thing:
    """One coloured shape.

    Args:
        shape: String, one of `SHAPES`.
        colour: String, one of `COLOURS`.
        size: String, `"small"` or `"large"`.
        x: Float, its middle, 0 (left) to 1 (right).
        y: Float, its middle, 0 (top) to 1 (bottom).
        motion: String, one of `MOTIONS`, or `"still"`. Default: `"still"`.
    """

    shape: str
    colour: str
    size: str
    x: float
    y: float
    motion: str = STILL


@dataclass(frozen=True)
class Scene:
    """Things in a picture.

    Args:
        things: Tuple of `Thing`.
        cells: Float, into how many columns and rows the picture is divided: a thing
            stands near the middle of a cell, and sizes are relative to one.
            Default: `3`.

    Example:

    >>> ball = Thing("circle", "red", "small", x=0.2, y=0.5)
    >>> box = Thing("square", "blue", "large", x=0.8, y=0.5)
    >>> scene = Scene((ball, box))
    >>> scene.relations(ball, box)
    ('left of',)
    >>> [round(side, 2) for side in scene.box(box)]
    [0.38, 0.68, 0.62, 0.92]
    """

    things: tuple[Thing, ...]
    cells: float = 3

    @property
    def moving(self) -> bool:
        """Boolean, whether anything moves."""
        return any(thing.motion != STILL for thing in self.things)

    def radius(self, thing: Thing) -> float:
        """Return half a thing's height, as a part of the picture's.

        Args:
            thing: `Thing`.

        Returns:
            Float.
        """
        return SIZES[thing.size] / self.cells

    def box(self, thing: Thing) -> tuple[float, float, float, float]:
        """Return top, left, bottom and right of a thing, 0 to 1.

        Args:
            thing: `Thing`.

        Returns:
            Tuple of four floats.
        """
        # Squares are made as large to the eye as circles are.
        half = self.radius(thing) * (0.88 if thing.shape == "square" else 1.0)
        return thing.y - half, thing.x - half, thing.y + half, thing.x + half

    def relations(self, first: Thing, second: Thing) -> tuple[str, ...]:
        """Return in which relations the first thing stands to the second.

        Args:
            first: `Thing`.
            second: `Thing`.

        Returns:
            Tuple of strings of `RELATIONS`.
        """
        x, y = first.x - second.x, first.y - second.y
        holds = (x < -_APART, x > _APART, y < -_APART, y > _APART)
        return tuple(name for name, held in zip(RELATIONS, holds, strict=True) if held)

    def relations_of(self, thing: Thing) -> list[str]:
        """Return in which relations a thing stands to any of the others, as a list.

        Args:
            thing: `Thing`.

        Returns:
            List of strings of `RELATIONS`.
        """
        return [
            relation
            for other in self.things
            if other is not thing
            for relation in self.relations(thing, other)
        ]

    def combinations(self) -> set[tuple[str, str, str]]:
        """Return the set of `(colour, shape, situation)` that the scene shows.

        A situation is a relation to any other thing, a motion, or `"alone"`.
        """
        found = set()
        for thing in self.things:
            situations = self.relations_of(thing)
            if len(self.things) == 1 and not self.moving:
                situations = ["alone"]
            if thing.motion != STILL:
                situations.append(thing.motion)
            found |= {(thing.colour, thing.shape, one) for one in situations}
        return found


def part_of(combination: tuple[str, str, str]) -> str:
    """Return which part a combination belongs to.

    One in eight is seen in the test alone, and one in eight in the validation. Each
    colour is seen in training with each shape, and both in each relation: what is new
    in the test is only which come together.

    Args:
        combination: Tuple of colour, shape and situation.

    Returns:
        String, `"train"`, `"validation"` or `"test"`.

    Example:

    >>> part_of(("red", "circle", "left of")), part_of(("blue", "circle", "left of"))
    ('test', 'train')
    """
    colour, shape, situation = combination
    number = (
        list(COLOURS).index(colour)
        + 2 * SHAPES.index(shape)
        + 3 * _SITUATIONS.index(situation)
    )
    return {0: "test", 4: "validation"}.get(number % 8, "train")


def part(scene: Scene) -> str:
    """Return the part of a scene: of the test if any of its combinations is.

    Args:
        scene: `Scene`.

    Returns:
        String, `"train"`, `"validation"` or `"test"`.
    """
    parts = {part_of(one) for one in scene.combinations()}
    return next((one for one in ("test", "validation") if one in parts), "train")


def random_scene(
    generator: np.random.Generator,
    things: int | Sequence[int] = 2,
    *,
    cells: int = 3,
    moving: bool = False,
) -> Scene:
    """Return a scene drawn by chance. No two things are of one colour and shape.

    Args:
        generator: `numpy.random.Generator`.
        things: Integer, or tuple of integers to choose from. Default: `2`.
        cells: Integer, number of columns and of rows that the picture is divided into.
            Default: `3`.
        moving: Boolean, whether things may move, each to a free neighbouring cell.
            Default: `False`.

    Returns:
        `Scene`.
    """
    count = things if isinstance(things, int) else int(generator.choice(things))
    kinds = generator.permutation(len(COLOURS) * len(SHAPES))[:count]
    places = generator.permutation(cells**2)[:count]
    large = generator.random(count) < 0.5
    jitter = generator.uniform(-0.12, 0.12, (count, 2)) / cells
    made = [
        Thing(
            SHAPES[kind % len(SHAPES)],
            list(COLOURS)[kind // len(SHAPES)],
            "large" if is_large else "small",
            float((place % cells + 0.5) / cells + dx),
            float((place // cells + 0.5) / cells + dy),
        )
        for kind, place, is_large, (dx, dy) in zip(
            kinds, places, large, jitter, strict=True
        )
    ]
    if moving:
        taken = {divmod(int(place), cells)[::-1] for place in places}
        for number, place in enumerate(places):
            motion = _free_way(generator, int(place), cells, taken)
            made[number] = replace(made[number], motion=motion)
    return Scene(tuple(made), cells)


def random_scenes(
    generator: np.random.Generator,
    count: int,
    of: str = "train",
    things: int | Sequence[int] = 2,
    **options: Any,
) -> list[Scene]:
    """Return scenes of one part. Each number of things is as frequent in any part.

    Args:
        generator: `numpy.random.Generator`.
        count: Integer.
        of: String, `"train"`, `"validation"` or `"test"`. Default: `"train"`.
        things: Integer, or tuple of integers to choose from. Default: `2`.
        **options: Further arguments of `random_scene`: `cells`, `moving`.

    Returns:
        List of `Scene`.
    """
    return [_one_of(of, generator, things, options) for _ in range(count)]


def _one_of(
    wanted: str,
    generator: np.random.Generator,
    things: int | Sequence[int],
    options: dict[str, Any],
) -> Scene:
    number = things if isinstance(things, int) else int(generator.choice(things))
    while True:
        scene = random_scene(generator, number, **options)
        if part(scene) == wanted:
            return scene


def _free_way(
    generator: np.random.Generator, place: int, cells: int, taken: set[tuple[int, int]]
) -> str:
    """A motion into a cell that nothing is in or comes to, or none."""
    column, row = place % cells, place // cells
    ways = [STILL]
    for name, (dx, dy) in MOTIONS.items():
        goal = (column + dx, row + dy)
        if goal not in taken and all(0 <= at < cells for at in goal):
            ways.append(name)
    # Standing still is one of five: as seldom as each direction.
    motion = ways[int(generator.integers(len(ways)))]
    if motion != STILL:
        dx, dy = MOTIONS[motion]
        taken.add((column + dx, row + dy))
    return motion


def moved(scene: Scene, part_of_way: float) -> Scene:
    """Return the scene after its things went a part of their way.

    Args:
        scene: `Scene`.
        part_of_way: Float, 0 (as it is) to 1 (each that moves is a cell further).

    Returns:
        `Scene`.
    """
    step = part_of_way / scene.cells
    things = []
    for thing in scene.things:
        dx, dy = MOTIONS.get(thing.motion, (0, 0))
        things.append(replace(thing, x=thing.x + dx * step, y=thing.y + dy * step))
    return replace(scene, things=tuple(things))


def move(scene: Scene, frames: int) -> list[Scene]:
    """Return the scenes of a film, from the beginning to the end of all motions.

    Args:
        scene: `Scene`.
        frames: Integer, how many, at least 2.

    Returns:
        List of `Scene`.

    Example:

    >>> ball = Thing("circle", "red", "small", x=0.5, y=0.5, motion="right")
    >>> [round(one.things[0].x, 2) for one in move(Scene((ball,)), frames=3)]
    [0.5, 0.67, 0.83]
    """
    return [moved(scene, float(along)) for along in np.linspace(0, 1, frames)]
