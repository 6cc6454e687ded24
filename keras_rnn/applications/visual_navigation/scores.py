"""How well routes lead where they should, and how well walks without a network do."""

from typing import NamedTuple

import numpy as np

from keras_rnn.applications.shared.texts import most_similar
from keras_rnn.applications.visual_navigation.network import MOST
from keras_rnn.datasets.generated.map_pictures import WALL
from keras_rnn.datasets.generated.map_routes import (
    ACTIONS,
    STOP,
    best_actions,
    distances,
    step,
)
from keras_rnn.datasets.generated.shape_maps import NOWHERE

_STOP = ACTIONS.index(STOP)


class Judged(NamedTuple):
    """What came of walks.

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

    def metrics(self):
        """Return the dict of `success`, `spl` and `as_told`, each 0 to 1.

        SPL is success weighted by path length (Anderson et al. 2018, *On evaluation of
        embodied navigation agents*): the mean of `efficiency`.
        """
        return {
            "success": float(self.success.mean()),
            "spl": float(self.efficiency.mean()),
            "as_told": float(self.as_told.mean()),
        }

    def by(self, groups):
        """Return success for each group.

        Args:
            groups: Array, the group of each walk.

        Returns:
            Dict from the group's name to a dict of `tasks`, `success` and `spl`.
        """
        return {
            str(group): {
                "tasks": int((groups == group).sum()),
                "success": float(self.success[groups == group].mean()),
                "spl": float(self.efficiency[groups == group].mean()),
            }
            for group in np.unique(groups)
        }


def judge(tasks, walks):
    """Return how well some walks do what they were told, as `Judged`.

    Args:
        tasks: `keras_rnn.datasets.shape_maps.Tasks`.
        walks: `Walks`, or a list of lists of
            actions.
    """
    actions = getattr(walks, "actions", walks)
    places, stopped = follow(tasks, actions)
    success = stopped & (places[:, -1] == tasks.goals)
    passed = (places == tasks.landmarks[:, None]).any(axis=1)
    steps = np.array([sum(one != STOP for one in each) for each in actions])
    shortest = tasks.lengths / np.maximum(np.maximum(steps, tasks.lengths), 1)
    return Judged(
        success=success,
        as_told=success & (passed | (tasks.landmarks == NOWHERE)),
        efficiency=success * shortest,
        steps=steps,
    )


def follow(tasks, actions):
    """Return where actions lead, whatever it is that chose them.

    Args:
        tasks: `keras_rnn.datasets.shape_maps.Tasks`.
        actions: List of lists of strings of `ACTIONS`.

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


def random_walks(tasks, generator, stop=0.15):
    """Return walks that know nothing: any move, and now and then to stop.

    Args:
        tasks: `keras_rnn.datasets.shape_maps.Tasks`.
        generator: `numpy.random.Generator`.
        stop: Float, how often. Default: `0.15`, after 6 moves in the mean, about as
            long as routes are.

    Returns:
        List of lists of actions.
    """
    found = []
    for _ in range(len(tasks)):
        moves = min(int(generator.geometric(stop)) - 1, MOST - 1)
        walked = [ACTIONS[one] for one in generator.integers(0, _STOP, moves)]
        found.append([*walked, STOP])
    return found


def nearest_shapes(tasks):
    """Return walks that see the map and read nothing: to the nearest shape."""
    count, walls = len(tasks), tasks.walls
    away = distances(walls, tasks.starts)
    is_thing = tasks.grids.reshape(count, -1) > WALL
    targets = np.where(is_thing, away, away.max() + 1).argmin(axis=1)
    return shortest_walks(tasks, distances(walls, targets))


def shortest_walks(tasks, distance):
    """Return the actions of shortest ways.

    Args:
        tasks: `keras_rnn.datasets.shape_maps.Tasks`.
        distance: Integer array, what `distances` says of where to go.

    Returns:
        List of lists of actions.
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


def blind_walks(known, routes, tasks):
    """Return walks that read and see nothing: as in the most similar instruction.

    Args:
        known: `keras_rnn.datasets.shape_maps.Tasks`, to look in.
        routes: List of lists of actions, the right ones for these.
        tasks: `Tasks`.

    Returns:
        List of lists of actions.
    """
    return [routes[place] for place in most_similar(known.texts, tasks.texts)]
