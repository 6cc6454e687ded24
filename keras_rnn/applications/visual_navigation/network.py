"""The network that reads an instruction and walks over a map, and how it walks."""

from typing import NamedTuple

import keras
import numpy as np
from keras import ops

from keras_rnn.applications.shared.texts import words
from keras_rnn.datasets.generated.map_pictures import CELL
from keras_rnn.datasets.generated.map_routes import ACTIONS, STOP, step
from keras_rnn.layers import MapWindow, Recurrent, TokenEmbedding
from keras_rnn.layers.token_embedding import PADDING

# So many actions at most, then a walk is over without having arrived.
MOST = 24

# So many words make a phrase, the middle one and as many to each side.
_REACH = 7


def build(vocabulary, side, *, units=64, width=32, sight=None):
    """Build the network: a reader of the instruction, and a walker that acts.

    ```
                                            up       right      stop
                                             |         |         |
                                           head      head      head
                                             |         |         |
                       attention to words, the words' places on the map
                                             |         |         |
    h_1 <-> h_2 <-> h_3 <-> h_4  - - - ->   s_1 ----> s_2 ----> s_3
     |       |       |       |               |         |         |
    go      to      red    circle          start      up       right
    ```

    Each phrase (a word with its neighbours) looks for its place on the map, once: that
    is the map of what is meant. At each step the walker knows what it did, and the
    words whose place it stands on. It chooses words, sees where their place lies from
    where it stands, and which cells are free, and acts.

    Args:
        vocabulary: List of strings, the words of instructions.
        side: Integer, cells of a map's row and rows.
        units: Even integer, size of the walker's state; the reader has half of it in
            each direction. Default: `64`.
        width: Integer, size of the vectors of words and cells. Default: `32`.
        sight: Integer, how many cells far the walker sees. Default: the whole map.

    Returns:
        `keras.Model` from pictures `(batch, 8 * side, 8 * side, 3)`, 0 to 255, word
        numbers `(batch, words)`, places `(batch, time)` and the moves that led there
        (`(batch, time)`, 0 for none, else their number in `ACTIONS` and one) to logits
        of actions `(batch, time, 5)`.
    """
    picture = keras.Input((side * CELL, side * CELL, 3), name="picture")
    instruction = keras.Input((None,), dtype="int32", name="instruction")
    places = keras.Input((None,), dtype="int32", name="places")
    before = keras.Input((None,), dtype="int32", name="before")
    *known, start = _preparation(vocabulary, side, units, width)([picture, instruction])
    layers = {
        "walker": Recurrent(
            "gru", units, return_sequences=True, return_state=True, name="walker"
        ),
        "query": keras.layers.Dense(units, name="query"),
        "attention": keras.layers.Attention(name="attention"),
        "window": MapWindow(side, sight, name="window"),
        "surroundings": keras.layers.Dense(
            2 * units, activation="relu", name="surroundings"
        ),
        "action": keras.layers.Dense(len(ACTIONS), name="action"),
    }
    outputs, *_ = _act(layers.get, known, start, places, before)
    inputs = [picture, instruction, places, before]
    return keras.Model(inputs, outputs, name="visual_navigation")


def _preparation(vocabulary, side, units, width):
    """What is done before the first step: to read, and to find phrases on the map."""
    picture = keras.Input((side * CELL, side * CELL, 3))
    instruction = keras.Input((None,), dtype="int32")
    vectors = TokenEmbedding(vocabulary, width, name="words")(instruction)
    read, *ends = Recurrent(
        "gru",
        units // 2,
        bidirectional=True,
        return_sequences=True,
        return_state=True,
        name="reader",
    )(vectors)
    begin = keras.layers.Dense(units, activation="tanh", name="begin")
    start = begin(ops.concatenate(ends, axis=-1))
    is_word = ops.cast(ops.not_equal(instruction, PADDING), "float32")
    # A sum over neighbouring words, so that colours and shapes that never came
    # together make a phrase too. It reaches from "to" over "the red circle": attention
    # often settles on "to" first, and from there it can still learn which shape.
    phrases = keras.layers.Conv1D(
        width, _REACH, padding="same", use_bias=False, name="phrases"
    )(vectors * is_word[:, :, None])
    cells = _eyes(side, width)(picture)
    keys = keras.layers.Dense(width, name="keys")(cells)
    scores = ops.einsum("blw,bcw->blc", phrases, keys)
    # A phrase that means no place may choose none, which has the score 0.
    meant = ops.softmax(ops.pad(scores, ((0, 0), (0, 0), (0, 1))), axis=-1)
    meant = meant[:, :, :-1] * is_word[:, :, None]
    free = keras.layers.Dense(1, activation="sigmoid", name="free")(cells)[:, :, 0]
    return keras.Model(
        [picture, instruction], [read, is_word, meant, free, start], name="preparation"
    )


def _eyes(side, width):
    """Each cell of the map as a vector."""
    return keras.Sequential(
        [
            keras.Input((side * CELL, side * CELL, 3)),
            keras.layers.Rescaling(1 / 127.5, -1),
            keras.layers.Conv2D(2 * width, CELL, strides=CELL, activation="relu"),
            keras.layers.Dense(width, activation="relu"),
            keras.layers.Reshape((side**2, width)),
        ],
        name="eyes",
    )


def _act(layer, known, state, places, before):
    """What the walker does at some steps: logits, its state, and where it looked."""
    read, is_word, meant, free = known
    cells = free.shape[-1]
    here = ops.one_hot(places, cells)
    standing = ops.einsum("btc,blc->btl", here, meant)
    told = ops.einsum("btl,blu->btu", standing, read)
    did = ops.one_hot(before, len(ACTIONS))
    steps, state = layer("walker")(
        ops.concatenate([told, did], axis=-1), initial_state=[state]
    )
    asked, weights = layer("attention")(
        [layer("query")(steps), read, read],
        mask=[None, ops.cast(is_word, "bool")],
        return_attention_scores=True,
    )
    sought = ops.einsum("btl,blc->btc", weights, meant)
    window = layer("window")
    around = window(free[:, None] * ops.ones_like(sought), places)
    seen = [window(sought, places), around, steps, asked]
    hidden = layer("surroundings")(ops.concatenate(seen, axis=-1))
    return layer("action")(hidden), state, weights, sought


def words_of(model):
    """Return the layer that knows the words of instructions."""
    return model.get_layer("preparation").get_layer("words")


def instruction_words(text):
    """Return the words of an instruction, and its commas.

    Example:

    >>> instruction_words("Go to the red circle, then stop.")
    ['go', 'to', 'the', 'red', 'circle', ',', 'then', 'stop']
    """
    return [word for word in words(text) if word[0].isalnum() or word == ","]


class Walks(NamedTuple):
    """How a network walked.

    Attributes:
        actions: List of lists of strings of `ACTIONS`: each ends with `"stop"`, unless
            the walk took too long.
        places: Integer array `(walks, steps + 1)`, where it was before each action; the
            last place again and again after the end.
        stopped: Boolean array, whether it ended by itself.
        words: Array `(walks, steps, words)`, how much it looked at each word.
        maps: Array `(walks, steps, side, side)`, where on the map it wanted to go.
    """

    actions: list
    places: np.ndarray
    stopped: np.ndarray
    words: np.ndarray
    maps: np.ndarray


class Walker:
    """Walks over many maps at once: all of them take a step together.

    Args:
        model: What `build` returned, trained, or the same loaded from its file.
    """

    def __init__(self, model):
        self.model = model
        self.preparation = model.get_layer("preparation")
        *known, start = [
            keras.Input(one.shape[1:], dtype=one.dtype)
            for one in self.preparation.outputs
        ]
        step_inputs = [keras.Input((1,), dtype="int32") for _ in range(2)]
        outputs = _act(model.get_layer, known, start, *step_inputs)
        self.step = keras.Model([*known, start, *step_inputs], outputs, name="step")

    def walk(self, tasks):
        """Return how the network walks, choosing the most probable action.

        Args:
            tasks: `keras_rnn.datasets.shape_maps.Tasks`, of which the goals are not
                looked at.

        Returns:
            `Walks`.
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
            following = step(walls, places, action)
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


_STOP = ACTIONS.index(STOP)
