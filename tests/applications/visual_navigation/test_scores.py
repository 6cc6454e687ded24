import numpy as np
import pytest

from keras_rnn.applications.visual_navigation import scores
from keras_rnn.datasets.generated import map_walks, shape_maps
from keras_rnn.datasets.generated.map_pictures import GROUND, WALL, content
from keras_rnn.datasets.generated.map_routes import ACTIONS, distances
from keras_rnn.datasets.generated.shape_maps import NOWHERE, NavigationTasks

CIRCLE, SQUARE = content("red", "circle"), content("blue", "square")

# The start is at the top left; the circle can be reached through the gap below alone.
GRID = np.array(
    [
        [GROUND, WALL, CIRCLE],
        [GROUND, WALL, GROUND],
        [GROUND, SQUARE, GROUND],
    ]
)


def tasks(landmarks, goals, lengths):
    count = len(goals)
    return NavigationTasks(
        grids=np.stack([GRID] * count),
        starts=np.zeros(count, "int32"),
        landmarks=np.array(landmarks),
        goals=np.array(goals),
        lengths=np.array(lengths),
        texts=["go to the red circle"] * count,
        legs=np.full(count, "direct"),
    )


TO_SQUARE = ["down", "down", "right"]


@pytest.mark.parametrize(
    ("actions", "success", "efficiency", "steps"),
    [
        ([*TO_SQUARE, "stop"], True, 1.0, 3),
        (["down", "up", "down", "down", "left", "right", "stop"], True, 0.5, 6),
        (TO_SQUARE, False, 0.0, 3),  # it does not say that it is there
        ([*TO_SQUARE, "right", "stop"], False, 0.0, 4),
        (["stop"], False, 0.0, 0),
        (["right", *TO_SQUARE, "stop"], True, 0.75, 4),  # against the wall first
    ],
)
def test_success_is_to_stop_at_the_goal_and_detours_cost(
    actions, success, efficiency, steps
):
    found = scores.evaluate(tasks([NOWHERE], [7], [3]), [actions])
    assert found.success.tolist() == [success]
    assert found.as_told.tolist() == [success]
    assert found.efficiency.tolist() == [efficiency]
    assert found.steps.tolist() == [steps]


def test_who_leaves_the_landmark_out_succeeds_but_not_as_told():
    both = tasks([8, 8], [7, 7], [5, 5])
    walks = [[*TO_SQUARE, "stop"], [*TO_SQUARE, "right", "left", "stop"]]
    found = scores.evaluate(both, walks)
    assert found.success.tolist() == [True, True]
    assert found.as_told.tolist() == [False, True]
    assert found.efficiency.tolist() == [1.0, 1.0]
    assert found.metrics() == {"success": 1.0, "spl": 1.0, "as_told": 0.5}


def test_groups_have_figures_of_their_own():
    both = tasks([NOWHERE] * 3, [7, 7, 7], [3, 3, 3])
    slow = ["down", "up", "down", "down", "left", "right", "stop"]
    found = scores.evaluate(both, [[*TO_SQUARE, "stop"], ["stop"], slow])
    assert found.by(np.array(["a", "a", "b"])) == {
        "a": {"tasks": 2, "success": 0.5, "spl": 0.5},
        "b": {"tasks": 1, "success": 1.0, "spl": 0.5},
    }


def test_the_nearest_shape_is_reached_the_shortest_way():
    walks = map_walks.nearest_shapes(tasks([NOWHERE], [2], [6]))
    assert walks == [[*TO_SQUARE, "stop"]]


def test_shortest_walks_go_around_walls():
    one = tasks([NOWHERE], [2], [6])
    walks = map_walks.shortest_walks(one, distances(one.walls, one.goals))
    assert walks == [[*TO_SQUARE, "right", "up", "up", "stop"]]
    assert scores.evaluate(one, walks).metrics()["spl"] == 1.0


def test_a_walk_by_chance_stops_and_knows_nothing():
    many = tasks([NOWHERE] * 500, [7] * 500, [3] * 500)
    walks = map_walks.random_walks(many, np.random.default_rng(0))
    assert all(walk[-1] == "stop" and walk.count("stop") == 1 for walk in walks)
    moves = [len(walk) - 1 for walk in walks]
    assert 4 < np.mean(moves) < 7
    assert {action for walk in walks for action in walk} == set(ACTIONS)


def test_who_sees_nothing_walks_as_the_most_similar_instruction_says():
    known = shape_maps.generate(6, 0, 0).part("train")
    routes = [[f"{number}"] for number in range(6)]
    asked = known.some([4, 2])
    assert scores.similar_walks(known, routes, asked) == [["4"], ["2"]]
