"""Routes to learn from, on which the agent now and then goes astray."""

import numpy as np

from keras_rnn.datasets.generated.map_routes import (
    ACTIONS,
    STOP,
    best_actions,
    distances,
    step,
)
from keras_rnn.datasets.generated.shape_maps import LONGEST, NOWHERE, Tasks
from keras_rnn.training import Batches

# Steps of a route in training, and how often one of them goes in any direction.
STEPS, SLIP = LONGEST + 6, 0.2

_STOP = ACTIONS.index(STOP)


class ShortestPathOracle:
    """Knows from each place of some maps which actions are best.

    Args:
        tasks: `Tasks`.
    """

    def __init__(self, tasks: Tasks):
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
            following = step(self.walls, places, action)
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


class RouteBatches(Batches):
    """Tasks with routes, which are walked anew in each epoch.

    Args:
        tasks: `Tasks`.
        numbers: Integer array `(tasks, words)`, the words of the instructions.
        batch_size: Integer. Default: `64`.
        shuffle: Boolean, whether each epoch has another order. Default: `True`.
        seed: Integer. Default: `0`.
        slip: Float, how often a step goes astray. Default: `0.2`.
    """

    def __init__(
        self,
        tasks: Tasks,
        numbers: np.ndarray,
        batch_size: int = 64,
        shuffle: bool = True,
        seed: int = 0,
        slip: float = SLIP,
    ):
        self.oracle, self.slip = ShortestPathOracle(tasks), slip
        super().__init__((tasks.pictures, numbers), batch_size, shuffle, seed)

    def draw(self, generator):
        """Return an epoch's order and routes."""
        order = np.arange(self.count)
        if self.shuffle:
            order = generator.permutation(self.count)
        return order, self.oracle.routes(generator, slip=self.slip)

    def __getitem__(self, batch):
        order, (places, before, best, walked) = self.drawn()
        chosen = order[batch * self.batch_size : (batch + 1) * self.batch_size]
        pictures, numbers = self.arrays
        inputs = (pictures[chosen], numbers[chosen], places[chosen], before[chosen])
        return inputs, best[chosen], walked[chosen]
