"""Walks over maps without a network: the right ones, and simple guesses.

The right ones are known from each cell's distance to where to go (`map_routes`).
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from keras_rnn.datasets.generated.map_pictures import WALL
from keras_rnn.datasets.generated.map_routes import (
    ACTIONS,
    STOP,
    best_actions,
    distances,
    next_cells,
)
from keras_rnn.datasets.generated.shape_maps import LONGEST, NOWHERE, NavigationTasks

# So many actions at most, then a walk is over without having arrived.
MOST = 24
# Steps of a route to learn from, and how often one of them goes in any direction.
STEPS, SLIP = LONGEST + 6, 0.2

_STOP = ACTIONS.index(STOP)


class ShortestPathOracle:
    """Knows from each place of some maps which actions are best.

    Args:
        tasks: `NavigationTasks`.
    """

    def __init__(self, tasks: NavigationTasks) -> None:
        self.tasks, self.walls = tasks, tasks.walls
        self.to_goal = distances(self.walls, tasks.goals)
        landmarks = np.where(tasks.landmarks == NOWHERE, tasks.goals, tasks.landmarks)
        self.to_landmark = distances(self.walls, landmarks)

    def best(self, places: np.ndarray, passed: np.ndarray) -> np.ndarray:
        """Return which actions are best, `(tasks, 5)`.

        Args:
            places: Integer array `(tasks,)`.
            passed: Boolean array `(tasks,)`, whether the landmark is behind already.
        """
        distance = np.where(passed[:, None], self.to_goal, self.to_landmark)
        return best_actions(self.walls, distance, places)

    def routes(
        self, generator: np.random.Generator, slip: float = SLIP
    ) -> tuple[np.ndarray, ...]:
        """Return routes that are walked as they are told, but for some slips.

        Where several actions are best, one of them is taken by chance. A slip is a move
        in any direction; after it, the best way on is taken from where it led to.

        Args:
            generator: `numpy.random.Generator`.
            slip: Float, how often a step is a slip. Default: `0.2`.

        Returns:
            Tuple of arrays: the places before each step, the moves that led there (0
            for none, else the number of the action and one), both `(tasks, steps)`,
            the best actions, `(tasks, steps, 5)`, which add up to 1, and the weights of
            the steps, 0 after the end.
        """
        count = len(self.tasks)
        places, before = self.tasks.starts, np.zeros(count, "int32")
        passed = self.tasks.landmarks == NOWHERE
        walking = np.ones(count, bool)
        found = []
        for _ in range(STEPS):
            passed = passed | (places == self.tasks.landmarks)
            best = self.best(places, passed)
            found.append((places, before, best / best.sum(axis=1)[:, None], walking))
            action = (best * generator.random(best.shape)).argmax(axis=1)
            slips = (generator.random(count) < slip) & (action != _STOP)
            action = np.where(slips, generator.integers(0, _STOP, count), action)
            walking = walking & (action != _STOP)
            following = next_cells(self.walls, places, action)
            before = np.where(following != places, action + 1, 0)
            places = following
        places, before, best, walked = (
            np.stack(one, axis=1) for one in zip(*found, strict=True)
        )
        return (
            places.astype("int32"),
            before.astype("int32"),
            best.astype("float32"),
            walked.astype("float32"),
        )


def follow(
    tasks: NavigationTasks, actions: Sequence[list[str]]
) -> tuple[np.ndarray, np.ndarray]:
    """Return where actions lead, whatever it is that chose them.

    Args:
        tasks: `NavigationTasks`.
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
        places.append(next_cells(walls, places[-1], np.array(chosen, int)))
    stopped = np.array([STOP in each for each in actions], bool)
    return np.stack(places, axis=1), stopped


def right_walks(tasks: NavigationTasks) -> list[list[str]]:
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


def shortest_walks(tasks: NavigationTasks, distance: np.ndarray) -> list[list[str]]:
    """Return the actions of shortest ways.

    Args:
        tasks: `NavigationTasks`.
        distance: Integer array, what `map_routes.distances` says of where to go.
    """
    found: list[list[str]] = [[] for _ in range(len(tasks))]
    places = tasks.starts
    walls = tasks.walls
    for _ in range(MOST):
        action = best_actions(walls, distance, places).argmax(axis=1)
        for each, one in zip(found, action, strict=True):
            if STOP not in each:
                each.append(ACTIONS[one])
        places = next_cells(walls, places, action)
    return found


def nearest_shapes(tasks: NavigationTasks) -> list[list[str]]:
    """Return walks that see the map and read nothing: to the nearest shape."""
    count, walls = len(tasks), tasks.walls
    away = distances(walls, tasks.starts)
    is_thing = tasks.grids.reshape(count, -1) > WALL
    targets = np.where(is_thing, away, away.max() + 1).argmin(axis=1)
    return shortest_walks(tasks, distances(walls, targets))


def random_walks(
    tasks: NavigationTasks, generator: np.random.Generator, stop: float = 0.15
) -> list[list[str]]:
    """Return walks that know nothing: any move, and now and then to stop.

    Args:
        tasks: `NavigationTasks`.
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
