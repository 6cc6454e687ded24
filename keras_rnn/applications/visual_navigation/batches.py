"""Batches of routes, on which the agent now and then goes astray."""

import numpy as np

from keras_rnn.datasets.generated.map_walks import SLIP, ShortestPathOracle
from keras_rnn.datasets.generated.shape_maps import Tasks
from keras_rnn.training import Batches


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
