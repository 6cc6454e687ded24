"""Walks over maps with a trained network, one action after another."""

from typing import NamedTuple

import keras
import numpy as np

from keras_rnn.applications.visual_navigation.network import (
    act,
    instruction_words,
    words_of,
)
from keras_rnn.datasets.generated.map_routes import ACTIONS, STOP, next_cells
from keras_rnn.datasets.generated.map_walks import MOST
from keras_rnn.datasets.generated.shape_maps import NavigationTasks

_STOP = ACTIONS.index(STOP)


class Walks(NamedTuple):
    """Walks of a network.

    Attributes:
        actions: List of lists of strings of `ACTIONS`: each ends with `"stop"`, unless
            the walk took too long.
        places: Integer array `(walks, steps + 1)`, where it was before each action; the
            last place again and again after the end.
        stopped: Boolean array, whether it ended by itself.
        words: Array `(walks, steps, words)`, how much it looked at each word.
        maps: Array `(walks, steps, side, side)`, where on the map it wanted to go.
    """

    actions: list[list[str]]
    places: np.ndarray
    stopped: np.ndarray
    words: np.ndarray
    maps: np.ndarray


class NavigationAgent:
    """Walks over many maps at once, taking a step on all of them together.

    Args:
        model: What `build` returned, trained, or the same loaded from its file.
    """

    def __init__(self, model: keras.Model) -> None:
        self.model = model
        self.preparation = model.get_layer("preparation")
        *known, start = [
            keras.Input(one.shape[1:], dtype=one.dtype)
            for one in self.preparation.outputs
        ]
        step_inputs = [keras.Input((1,), dtype="int32") for _ in range(2)]
        outputs = act(model.get_layer, known, start, *step_inputs)
        self.step = keras.Model([*known, start, *step_inputs], outputs, name="step")

    def walk(self, tasks: NavigationTasks) -> Walks:
        """Return how the network walks, choosing the most probable action.

        The goals of `tasks` are not looked at.
        """
        tokens = words_of(self.model).encode(list(map(instruction_words, tasks.texts)))
        inputs = (tasks.pictures, tokens)
        *known, state = self.preparation.predict(inputs, batch_size=256, verbose=0)
        count, walls = len(tasks), tasks.walls
        places, before = tasks.starts, np.zeros(count, "int32")
        walking = np.ones(count, bool)
        chosen, visited, words_seen, maps = [], [places], [], []
        for _ in range(MOST):
            given = [*known, state, places[:, None], before[:, None]]
            logits, state, weights, sought = self.step.predict_on_batch(given)
            action = np.where(walking, logits[:, 0].argmax(axis=-1), _STOP)
            following = next_cells(walls, places, action)
            before = np.where(following != places, action + 1, 0).astype("int32")
            places = following.astype("int32")
            chosen.append(np.where(walking, action, _STOP + 1))
            visited.append(places)
            words_seen.append(weights[:, 0])
            maps.append(sought[:, 0].reshape(count, tasks.side, tasks.side))
            walking &= action != _STOP
            if not walking.any():
                break
        table = np.stack(chosen, axis=1)
        return Walks(
            [[ACTIONS[one] for one in row if one <= _STOP] for row in table.tolist()],
            np.stack(visited, axis=1),
            ~walking,
            np.stack(words_seen, axis=1),
            np.stack(maps, axis=1),
        )
