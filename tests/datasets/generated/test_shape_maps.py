import numpy as np
import pytest

from keras_rnn.datasets.generated import shape_maps
from keras_rnn.datasets.generated.map_pictures import GROUND, KINDS, WALL, name_of
from keras_rnn.datasets.generated.map_routes import distances
from keras_rnn.datasets.generated.shape_maps import NOWHERE
from keras_rnn.datasets.generated.shape_scene import COLOURS, SHAPES, part_of

DIRECTIONS = {"left": (0, -1), "right": (0, 1), "up": (-1, 0), "down": (1, 0)}
NUMBERS = {"one": 1, "two": 2, "three": 3}


@pytest.fixture(scope="module")
def data():
    return shape_maps.generate(400, 60, 120)


@pytest.fixture(params=["train", "validation", "test"])
def tasks(data, request):
    return data.part(request.param)


def cell_of(words, grid):
    """The one cell that a noun names; fails if there is none, or more."""
    found = [
        cell
        for cell, number in enumerate(grid.flat)
        if number > WALL
        and all(
            word in name_of(number).split()
            for word in words
            if word not in ("shape", "thing")
        )
    ]
    assert len(found) == 1, words
    return found[0]


def named_cells(text, grid):
    """The cells that an instruction names, in the order of the words."""
    found, noun = [], []
    for word in [*text.replace(",", "").split(), "."]:
        if word in COLOURS or word in SHAPES or word in ("shape", "thing"):
            noun.append(word)
        elif noun:
            found.append(cell_of(noun, grid))
            noun = []
    return found


def test_instructions_lead_where_they_say(tasks):
    """Read word by word, without the generator's help."""
    for grid, mark, goal, text, legs in zip(
        tasks.grids, tasks.landmarks, tasks.goals, tasks.texts, tasks.legs, strict=True
    ):
        named = named_cells(text, grid)
        if legs == "direct":
            assert named == [goal]
            assert mark == NOWHERE
        elif legs == "past":
            first = text.startswith(("stop at", "before you stop"))
            assert named == ([goal, mark] if first else [mark, goal])
        else:
            assert named == [mark]
            words = text.split()
            number = next(NUMBERS[word] for word in words if word in NUMBERS)
            said = words[words.index("cell" if number == 1 else "cells") :]
            # A direction is said after the number, others may be said before.
            names = [word.removesuffix("wards") for word in said]
            direction = next(name for name in names if name in DIRECTIONS)
            down, right = DIRECTIONS[direction]
            row, column = divmod(int(mark), tasks.side)
            for _ in range(number):
                row, column = row + down, column + right
                assert min(row, column) >= 0
                assert max(row, column) < tasks.side
                assert grid[row, column] != WALL
            assert goal == row * tasks.side + column


def test_lengths_are_those_of_the_shortest_ways(tasks):
    rows = np.arange(len(tasks))
    has_mark = tasks.landmarks != NOWHERE
    first = np.where(has_mark, tasks.landmarks, tasks.goals)
    to_first = distances(tasks.walls, first)[rows, tasks.starts]
    on = distances(tasks.walls, tasks.goals)[rows, first]
    assert (to_first + on == tasks.lengths).all()
    assert tasks.lengths.min() >= 2
    assert tasks.lengths.max() <= 10
    assert (tasks.grids.reshape(len(tasks), -1)[rows, tasks.starts] == GROUND).all()


def test_some_combinations_are_named_in_the_test_alone(data):
    named = {}
    for part in ("train", "validation", "test"):
        tasks, found = data.part(part), []
        for grid, mark, goal, legs in zip(
            tasks.grids, tasks.landmarks, tasks.goals, tasks.legs, strict=True
        ):
            own = set()
            if mark != NOWHERE:
                own.add((*name_of(grid.flat[mark]).split(), "landmark"))
            if legs != "count":
                own.add((*name_of(grid.flat[goal]).split(), "goal"))
            found.append(own)
        named[part] = found
    train = set().union(*named["train"])
    assert all(part_of(one) == "train" for one in train)
    for part in ("validation", "test"):
        assert all(own - train for own in named[part])
        assert all(any(part_of(one) == part for one in own) for own in named[part])
    for role in ("landmark", "goal"):
        # Each colour and each shape is known in this role.
        assert {one[0] for one in train if one[2] == role} == set(COLOURS)
        assert {one[1] for one in train if one[2] == role} == set(SHAPES)
        parts = [part_of((*kind, role)) for kind in KINDS]
        assert {one: parts.count(one) for one in set(parts)} == {
            "train": 18,
            "validation": 3,
            "test": 3,
        }


def test_no_map_is_in_two_parts(data):
    maps = [{grid.tobytes() for grid in one.grids} for one in data.parts.values()]
    assert [len(one) for one in maps] == [400, 60, 120]
    assert not maps[0] & maps[1]
    assert not maps[0] & maps[2]
    assert not maps[1] & maps[2]


def test_every_kind_of_instruction_is_there(tasks):
    counts = [int((tasks.legs == legs).sum()) for legs in ("direct", "past", "count")]
    assert sum(counts) == len(tasks)
    assert min(counts) >= len(tasks) // 10


def test_a_seed_makes_the_same_again_and_fewer_are_the_first_of_more(data):
    again = shape_maps.generate(0, 0, 7).part("test")
    test = data.part("test")
    assert again.texts == test.texts[:7]
    np.testing.assert_array_equal(again.grids, test.grids[:7])
    assert shape_maps.generate(3, 0, 0, seed=1).texts != data.part("train").texts[:3]


def test_says_what_it_is(data):
    assert len(data) == 580
    assert len(data.texts) == 580
    assert data.describe().endswith(
        "580 maps (400 train, 60 validation, 120 test), generated, seed 0"
    )
    few = data.part("test").some([3, 5])
    assert len(few) == 2
    assert few.texts == [data.part("test").texts[place] for place in (3, 5)]
    assert few.pictures.shape == (2, 48, 48, 3)
