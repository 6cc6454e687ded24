"""Scores of walks, and walks without a network: baselines and the right ones."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from keras_rnn.applications.shared.texts import most_similar
from keras_rnn.applications.visual_navigation.agent import MOST, Walks
from keras_rnn.applications.visual_navigation.batches import ShortestPathOracle
from keras_rnn.datasets.generated.map_pictures import WALL
from keras_rnn.datasets.generated.map_routes import (
    ACTIONS,
    STOP,
    best_actions,
    distances,
    step,
)
from keras_rnn.datasets.generated.shape_maps import NOWHERE, ShapeMaps, Tasks

BASELINE = "to the nearest shape, without reading"

_STOP = ACTIONS.index(STOP)


class WalkResults(NamedTuple):
    """Scores of walks.

    Attributes:
        success: Boolean array, whether it stopped at the goal.
        as_told: Boolean array, whether it also passed the landmark that it was told of.
        efficiency: Float array, 0 where it did not succeed, else the length of the
            shortest route as it was told through that of the walk, at most 1.
        steps: Integer array, moves, those against walls included.
    """

    success: np.ndarray
    as_told: np.ndarray
    efficiency: np.ndarray
    steps: np.ndarray

    def metrics(self) -> dict[str, float]:
        """Return the dict of `success`, `spl` and `as_told`, each 0 to 1.

        SPL is success weighted by path length (Anderson et al. 2018, *On evaluation of
        embodied navigation agents*): the mean of `efficiency`.
        """
        return {
            "success": float(self.success.mean()),
            "spl": float(self.efficiency.mean()),
            "as_told": float(self.as_told.mean()),
        }

    def by(self, groups: np.ndarray) -> dict[str, dict]:
        """Return `tasks`, `success` and `spl` for each group.

        Args:
            groups: Array, the group of each walk.
        """
        return {
            str(group): {
                "tasks": int((groups == group).sum()),
                "success": float(self.success[groups == group].mean()),
                "spl": float(self.efficiency[groups == group].mean()),
            }
            for group in np.unique(groups)
        }


def evaluate(tasks: Tasks, walks: Walks | Sequence[list[str]]) -> WalkResults:
    """Return how well some walks do what they were told.

    Args:
        tasks: `Tasks`.
        walks: `Walks`, or a sequence of lists of actions.
    """
    actions = getattr(walks, "actions", walks)
    places, stopped = follow(tasks, actions)
    success = stopped & (places[:, -1] == tasks.goals)
    passed = (places == tasks.landmarks[:, None]).any(axis=1)
    steps = np.array([sum(one != STOP for one in each) for each in actions])
    shortest = tasks.lengths / np.maximum(np.maximum(steps, tasks.lengths), 1)
    return WalkResults(
        success=success,
        as_told=success & (passed | (tasks.landmarks == NOWHERE)),
        efficiency=success * shortest,
        steps=steps,
    )


def follow(tasks: Tasks, actions: Sequence[list[str]]) -> tuple[np.ndarray, np.ndarray]:
    """Return where actions lead, whatever it is that chose them.

    Args:
        tasks: `Tasks`.
        actions: Sequence of lists of strings of `ACTIONS`.

    Returns:
        Tuple of the places, `(tasks, steps + 1)`, the last one again and again after
        the end, and a boolean array, which of them end with `"stop"`.
    """
    longest = max(map(len, actions), default=0)
    places, walls = [tasks.starts], tasks.walls
    for number in range(longest):
        chosen = [
            ACTIONS.index(each[number]) if number < len(each) else _STOP
            for each in actions
        ]
        places.append(step(walls, places[-1], np.array(chosen, int)))
    stopped = np.array([STOP in each for each in actions], bool)
    return np.stack(places, axis=1), stopped


def baselines(data: ShapeMaps) -> dict[str, dict[str, float]]:
    """Return the metrics of walks without a network on the test part, by name."""
    train, test = data.part("train"), data.part("test")
    walks = {
        BASELINE: nearest_shapes(test),
        "as the most similar instruction, without looking": similar_walks(
            train, right_walks(train), test
        ),
        "by chance": random_walks(test, np.random.default_rng(data.seed)),
    }
    return {name: evaluate(test, each).metrics() for name, each in walks.items()}


def right_walks(tasks: Tasks) -> list[list[str]]:
    """Return the actions that do what is told, the shortest way."""
    oracle = ShortestPathOracle(tasks)
    first = shortest_walks(tasks, oracle.to_landmark)
    has_two = tasks.landmarks != NOWHERE
    starts = np.where(has_two, tasks.landmarks, tasks.starts)
    second = shortest_walks(replace(tasks, starts=starts), oracle.to_goal)
    return [
        [*one[:-1], *other] if both else other
        for one, other, both in zip(first, second, has_two, strict=True)
    ]


def random_walks(
    tasks: Tasks, generator: np.random.Generator, stop: float = 0.15
) -> list[list[str]]:
    """Return walks that know nothing: any move, and now and then to stop.

    Args:
        tasks: `Tasks`.
        generator: `numpy.random.Generator`.
        stop: Float, how often. Default: `0.15`, after 6 moves in the mean, about as
            long as routes are.
    """
    found = []
    for _ in range(len(tasks)):
        moves = min(int(generator.geometric(stop)) - 1, MOST - 1)
        walked = [ACTIONS[one] for one in generator.integers(0, _STOP, moves)]
        found.append([*walked, STOP])
    return found


def nearest_shapes(tasks: Tasks) -> list[list[str]]:
    """Return walks that see the map and read nothing: to the nearest shape."""
    count, walls = len(tasks), tasks.walls
    away = distances(walls, tasks.starts)
    is_thing = tasks.grids.reshape(count, -1) > WALL
    targets = np.where(is_thing, away, away.max() + 1).argmin(axis=1)
    return shortest_walks(tasks, distances(walls, targets))


def shortest_walks(tasks: Tasks, distance: np.ndarray) -> list[list[str]]:
    """Return the actions of shortest ways.

    Args:
        tasks: `Tasks`.
        distance: Integer array, what `map_routes.distances` says of where to go.
    """
    found, places = [[] for _ in range(len(tasks))], tasks.starts
    walls = tasks.walls
    for _ in range(MOST):
        action = best_actions(walls, distance, places).argmax(axis=1)
        for each, one in zip(found, action, strict=True):
            if STOP not in each:
                each.append(ACTIONS[one])
        places = step(walls, places, action)
    return found


def similar_walks(
    known: Tasks, routes: Sequence[list[str]], tasks: Tasks
) -> list[list[str]]:
    """Return walks that see nothing: the route of the most similar instruction.

    Args:
        known: `Tasks`, to look in.
        routes: Sequence of lists of actions, the right ones for these.
        tasks: `Tasks`, whose walks are wanted.
    """
    return [routes[place] for place in most_similar(known.texts, tasks.texts)]
