"""Maps of coloured shapes and walls, with instructions that lead somewhere on them.

All are generated, from seeds. A shape is passed on the way (a landmark) or is where the
way ends (a goal). Some colours and shapes come together in such a part in the test
alone, as in `keras_rnn.datasets.shapes`; and no map of the test is one of the training.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from keras_rnn.datasets.generated import map_instructions
from keras_rnn.datasets.generated.generated_parts import PARTS, GeneratedParts
from keras_rnn.datasets.generated.map_pictures import GROUND, KINDS, WALL, draw_maps
from keras_rnn.datasets.generated.map_routes import FAR, distances, next_cells
from keras_rnn.datasets.generated.shape_scene import MOTIONS, part_of

SIDE = 6
# The longest route, in moves, and the shortest.
LONGEST, SHORTEST = 10, 2
NOWHERE = -1

_WALLS, _LONGEST_WALL = 4, 3
_THINGS = (5, 6, 7)
_MOST_CELLS = max(map_instructions.COUNT_WORDS)
# How often each kind of instruction is tried. Of the longer ones more turn out wrong.
_SHARES = (0.2, 0.4, 0.4)
# So many maps are drawn at once.
_BLOCK = 384


@dataclass(frozen=True)
class NavigationTasks:
    """Maps with an instruction each.

    Attributes:
        grids: Integer array `(tasks, side, side)`: ground, wall or a shape's number
            (`keras_rnn.datasets.generated.map_pictures`).
        starts: Integer array `(tasks,)`, cells, numbered row by row.
        landmarks: Integer array `(tasks,)`, the cell that the route has to pass, or
            `NOWHERE` (-1).
        goals: Integer array `(tasks,)`, where to stop.
        lengths: Integer array `(tasks,)`, moves of the shortest route as it is told.
        texts: List of strings, the instructions.
        legs: Array of strings, of `keras_rnn.datasets.generated.map_instructions.LEGS`.
    """

    grids: np.ndarray
    starts: np.ndarray
    landmarks: np.ndarray
    goals: np.ndarray
    lengths: np.ndarray
    texts: list[str]
    legs: np.ndarray

    def __len__(self) -> int:
        return len(self.texts)

    @property
    def side(self) -> int:
        """Integer, cells of a row and rows."""
        return self.grids.shape[1]

    @property
    def walls(self) -> np.ndarray:
        """Boolean array, like `grids`."""
        return self.grids == WALL

    @property
    def pictures(self) -> np.ndarray:
        """Array of unsigned bytes, the maps as the network sees them."""
        return draw_maps(self.grids)

    def some(self, places: Sequence[int] | np.ndarray) -> "NavigationTasks":
        """Return the tasks at some places.

        Args:
            places: Sequence of integers.
        """
        return NavigationTasks(
            grids=self.grids[places],
            starts=self.starts[places],
            landmarks=self.landmarks[places],
            goals=self.goals[places],
            lengths=self.lengths[places],
            texts=[self.texts[int(place)] for place in places],
            legs=self.legs[places],
        )


@dataclass(frozen=True, kw_only=True)
class ShapeMaps(GeneratedParts[NavigationTasks]):
    """Maps with instructions, in a train, a validation and a test part.

    The attributes are those of `GeneratedParts`; each part is `NavigationTasks`.
    """

    name: str = "maps of coloured shapes with instructions"
    counted: ClassVar[str] = "maps"


def generate(
    train: int = 4000,
    validation: int = 400,
    test: int = 800,
    *,
    seed: int = 0,
    side: int = SIDE,
) -> ShapeMaps:
    """Return maps with instructions, split by which colour and shape they name.

    Args:
        train, validation, test: Integers, number of maps in each part. Default: `4000`,
            `400` and `800`.
        seed: Integer. Default: `0`.
        side: Integer, cells of a row and rows. Default: `6`.

    Returns:
        `ShapeMaps`.

    Example:

    >>> data = generate(2, 1, 1)
    >>> data.part("train").texts[0]
    'pass the black circle and stop at the purple square'
    """
    draw = partial(_tasks_of, side=side)
    return ShapeMaps.drawn((train, validation, test), seed, draw)


def _tasks_of(generator, count, part, side):
    found = []
    while len(found) < count:
        found += _random_tasks(generator, part, side)
    columns = zip(*found[:count], strict=True) if count else ([],) * 7
    grids, starts, landmarks, goals, lengths, texts, legs = columns
    return NavigationTasks(
        np.array(grids, "int32").reshape(-1, side, side),
        *(np.array(one, "int32") for one in (starts, landmarks, goals, lengths)),
        list(texts),
        np.array(legs, dtype="U8"),
    )


def _random_tasks(generator, part, side):
    """Tasks of one part: of many drawn by chance, those that turned out well."""
    grids = _random_walls(generator, side)
    rows, walls = np.arange(_BLOCK), grids == WALL
    flat = grids.reshape(_BLOCK, -1)  # a view: what is put there is in the grids
    starts = _any_of(generator, flat == GROUND)[:, 0]
    away = distances(walls, starts)
    reached = (away > 0) & (away < FAR)
    things = generator.choice(_THINGS, _BLOCK)
    cells = _any_of(generator, reached)[:, : max(_THINGS)]
    kinds = generator.random((_BLOCK, len(KINDS))).argsort(axis=1)
    good = reached.sum(axis=1) >= side**2 // 2
    for place in range(max(_THINGS)):
        own = rows[place < things]
        flat[own, cells[own, place]] = kinds[own, place] + WALL + 1
    first, second = cells[:, 0], cells[:, 1]

    legs = generator.choice(len(map_instructions.LEGS), _BLOCK, p=_SHARES)
    on = generator.integers(0, len(MOTIONS), _BLOCK)
    counts = generator.integers(1, _MOST_CELLS + 1, _BLOCK)
    beyond, is_free = _straight_on(walls, first, on, counts)
    direct, past, count = (
        legs == number for number in range(len(map_instructions.LEGS))
    )
    good &= is_free | ~count
    goals = np.select([direct, past], [first, second], beyond)
    landmarks = np.where(direct, NOWHERE, first)
    more = np.select([past, count], [distances(walls, first)[rows, second], counts], 0)
    lengths = away[rows, first] + more
    good &= (lengths >= SHORTEST) & (lengths <= LONGEST)
    # A cell that is counted to is not named, whatever is in it.
    named = np.where(count, NOWHERE, goals)
    good &= _parts(flat, landmarks, named) == PARTS.index(part)

    found = []
    for row in np.flatnonzero(good):
        own = [KINDS[kind] for kind in kinds[row, : things[row]]]
        names = [
            map_instructions.shorten_name(own[i], own[:i] + own[i + 1 :], generator)
            for i in range(2)
        ]
        said = {"way": _direction(starts[row], first[row], side)}
        if direct[row]:
            said |= {"goal": names[0]}
        elif past[row]:
            towards = _direction(first[row], second[row], side)
            said |= {"mark": names[0], "goal": names[1], "on": towards}
        else:
            towards = list(MOTIONS)[on[row]]
            said |= {"mark": names[0], "on": towards, "cells": int(counts[row])}
        kind = map_instructions.LEGS[legs[row]]
        text = map_instructions.instruct(kind, generator, **said)
        own = (starts[row], landmarks[row], goals[row], lengths[row])
        found.append((grids[row], *own, text, kind))
    return found


def _parts(flat, landmarks, goals):
    """The number in `PARTS` of each task: of the test if anything named is new."""
    rows, found = np.arange(len(flat)), np.zeros(len(flat), int)
    for role, cells in (("landmark", landmarks), ("goal", goals)):
        numbers = [PARTS.index(part_of((*kind, role))) for kind in KINDS]
        # Ground and walls are not named, nor is what is nowhere.
        table = np.array([0, 0, *numbers])
        own = np.where(cells == NOWHERE, GROUND, flat[rows, cells])
        found = np.maximum(found, table[own])
    return found


def _random_walls(generator, side):
    """Maps with some straight pieces of wall."""
    grids = np.full((_BLOCK, side, side), GROUND, "int32")
    rows, columns = np.indices((side, side))
    for _ in range(_WALLS):
        length, row, column, upright = (
            generator.integers(0, most, (_BLOCK, 1, 1))
            for most in (_LONGEST_WALL, side, side, 2)
        )
        down, right = np.where(upright, length, 0), np.where(upright, 0, length)
        grids[
            (rows >= row)
            & (rows <= row + down)
            & (columns >= column)
            & (columns <= column + right)
        ] = WALL
    return grids


def _any_of(generator, allowed):
    """The cells of each map, in an order by chance, those that are allowed first."""
    return np.where(allowed, generator.random(allowed.shape), 2).argsort(axis=1)


def _straight_on(walls, cells, directions, counts):
    """The cells so many cells further, and whether no wall or edge is before them."""
    is_free = np.ones(len(cells), bool)
    for number in range(_MOST_CELLS):
        following = next_cells(walls, cells, directions)
        is_free &= (following != cells) | (number >= counts)
        cells = np.where(number < counts, following, cells)
    return cells, is_free


def _direction(start, end, side):
    """In which direction one cell lies from another, mainly."""
    (row, column), (to_row, to_column) = divmod(start, side), divmod(end, side)
    down, right = to_row - row, to_column - column
    if abs(down) > abs(right):
        return "down" if down > 0 else "up"
    return "right" if right > 0 else "left"
