from collections import deque

import numpy as np
import pytest

from keras_rnn.datasets.generated.map_routes import (
    ACTIONS,
    FAR,
    best_actions,
    describe_route,
    distances,
    neighbours,
    next_cells,
)

LEFT, RIGHT, UP, DOWN, STOP = range(5)


def random_walls(count=40, side=5):
    generator = np.random.default_rng(0)
    walls = generator.random((count, side, side)) < 0.3
    targets = generator.integers(0, side**2, count)
    walls.reshape(count, -1)[np.arange(count), targets] = False
    return walls, targets


def breadth_first(wall, target):
    """One map, with a queue: as in every textbook."""
    side, found = len(wall), {int(target): 0}
    queue = deque([int(target)])
    while queue:
        cell = queue.popleft()
        row, column = divmod(cell, side)
        for down, right in ((-1, 0), (1, 0), (0, -1), (0, 1)):
            to = (row + down, column + right)
            if min(to) < 0 or max(to) >= side or wall[to]:
                continue
            if to[0] * side + to[1] not in found:
                found[to[0] * side + to[1]] = found[cell] + 1
                queue.append(to[0] * side + to[1])
    return [found.get(cell, FAR) for cell in range(side**2)]


def test_actions_are_in_the_order_that_everything_counts_on():
    assert ACTIONS == ("left", "right", "up", "down", "stop")
    assert neighbours(3)[4].tolist() == [3, 5, 1, 7]


@pytest.mark.parametrize(
    ("place", "action", "after"),
    [(4, LEFT, 3), (4, RIGHT, 4), (4, UP, 1), (4, DOWN, 7), (4, STOP, 4), (0, UP, 0)],
)
def test_a_wall_and_the_edge_stop_a_move(place, action, after):
    walls = np.zeros((1, 3, 3), bool)
    walls[0, 1, 2] = True
    assert next_cells(walls, np.array([place]), np.array([action])).tolist() == [after]


def test_distances_are_those_of_a_search_breadth_first():
    walls, targets = random_walls()
    found = distances(walls, targets)
    for wall, target, own in zip(walls, targets, found, strict=True):
        assert own.tolist() == breadth_first(wall, target)
    assert (found == FAR).any()


def test_who_takes_best_actions_arrives_the_shortest_way():
    walls, targets = random_walls()
    distance = distances(walls, targets)
    rows, generator = np.arange(len(walls)), np.random.default_rng(1)
    for start in range(25):
        places = np.full(len(walls), start)
        can = distance[:, start] < FAR
        is_free = ~walls.reshape(len(walls), -1)[:, start]
        while True:
            best = best_actions(walls, distance, places)
            assert (best.any(axis=1) == can)[is_free].all()
            own = distance[rows, places]
            assert (best[:, STOP] == (own == 0)).all()
            if (own[can] == 0).all():
                break
            action = (best * generator.random(best.shape)).argmax(axis=1)
            places = np.where(can, next_cells(walls, places, action), places)
            after = distance[rows, places]
            assert (after[can] == np.maximum(own[can] - 1, 0)).all()
        assert (places[can] == targets[can]).all()


def test_routes_in_words():
    assert (
        describe_route(["left", "left", "up", "left", "stop"])
        == "2 left, 1 up, 1 left, stop"
    )
    assert describe_route(["stop"]) == "stop"
    assert describe_route(["down"]) == "1 down"
