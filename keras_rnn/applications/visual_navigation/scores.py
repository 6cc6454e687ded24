"""Scores of walks, and the baselines, which walk without a network."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from keras_rnn.applications.shared.texts import most_similar
from keras_rnn.applications.visual_navigation.agent import Walks
from keras_rnn.datasets.generated.map_routes import STOP
from keras_rnn.datasets.generated.map_walks import (
    follow,
    nearest_shapes,
    random_walks,
    right_walks,
)
from keras_rnn.datasets.generated.shape_maps import NOWHERE, NavigationTasks, ShapeMaps

BASELINE = "to the nearest shape, without reading"


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
        """Return `tasks`, `success` and `spl` for each of the groups of walks."""
        return {
            str(group): {
                "tasks": int((groups == group).sum()),
                "success": float(self.success[groups == group].mean()),
                "spl": float(self.efficiency[groups == group].mean()),
            }
            for group in np.unique(groups)
        }


def evaluate(tasks: NavigationTasks, walks: Walks | Sequence[list[str]]) -> WalkResults:
    """Return how well walks, or lists of actions, do what they were told."""
    actions = walks.actions if isinstance(walks, Walks) else walks
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


def similar_walks(
    known: NavigationTasks, routes: Sequence[list[str]], tasks: NavigationTasks
) -> list[list[str]]:
    """Return walks that see nothing: the right ones of the most similar texts."""
    return [routes[place] for place in most_similar(known.texts, tasks.texts)]
