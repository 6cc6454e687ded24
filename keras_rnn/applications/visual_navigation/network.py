"""The network that reads an instruction and acts on a map, step by step."""

from collections.abc import Callable, Sequence

import keras
from keras import ops

from keras_rnn.applications.shared.texts import words
from keras_rnn.datasets.generated.map_pictures import CELL
from keras_rnn.datasets.generated.map_routes import ACTIONS
from keras_rnn.datasets.text.token_numbers import PADDING
from keras_rnn.layers import MapWindow, Recurrent, TokenEmbedding

# So many words make a phrase, the middle one and as many to each side.
_REACH = 7


def build(
    vocabulary: Sequence[str],
    side: int,
    *,
    units: int = 64,
    width: int = 32,
    sight: int | None = None,
) -> keras.Model:
    """Build the network: a reader of the instruction, and a decoder that acts.

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
    is the map of what is meant. At each step the decoder knows what it did, and the
    words whose place it stands on. It chooses words, sees where their place lies from
    where it stands, and which cells are free, and acts.

    Args:
        vocabulary: Sequence of strings, the words of instructions.
        side: Integer, cells of a map's row and rows.
        units: Even integer, size of the decoder's state; the reader has half of it in
            each direction. Default: `64`.
        width: Integer, size of the vectors of words and cells. Default: `32`.
        sight: Integer, how many cells far it sees. Default: the whole map.

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
        "decoder": Recurrent(
            "gru", units, return_sequences=True, return_state=True, name="decoder"
        ),
        "query": keras.layers.Dense(units, name="query"),
        "attention": keras.layers.Attention(name="attention"),
        "window": MapWindow(side, sight, name="window"),
        "surroundings": keras.layers.Dense(
            2 * units, activation="relu", name="surroundings"
        ),
        "action": keras.layers.Dense(len(ACTIONS), name="action"),
    }
    outputs, *_ = act(layers.get, known, start, places, before)
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
    cells = _cells(side, width)(picture)
    keys = keras.layers.Dense(width, name="keys")(cells)
    scores = ops.einsum("blw,bcw->blc", phrases, keys)
    # A phrase that means no place may choose none, which has the score 0.
    meant = ops.softmax(ops.pad(scores, ((0, 0), (0, 0), (0, 1))), axis=-1)
    meant = meant[:, :, :-1] * is_word[:, :, None]
    free = keras.layers.Dense(1, activation="sigmoid", name="free")(cells)[:, :, 0]
    return keras.Model(
        [picture, instruction], [read, is_word, meant, free, start], name="preparation"
    )


def _cells(side, width):
    """Each cell of the map as a vector."""
    return keras.Sequential(
        [
            keras.Input((side * CELL, side * CELL, 3)),
            keras.layers.Rescaling(1 / 127.5, -1),
            keras.layers.Conv2D(2 * width, CELL, strides=CELL, activation="relu"),
            keras.layers.Dense(width, activation="relu"),
            keras.layers.Reshape((side**2, width)),
        ],
        name="cells",
    )


def act(
    layer: Callable[[str], keras.Layer],
    known: Sequence[keras.KerasTensor],
    state: keras.KerasTensor,
    places: keras.KerasTensor,
    before: keras.KerasTensor,
) -> tuple:
    """Return logits of actions, the decoder's state, the weights of words and of cells.

    Args:
        layer: Function from a name to a layer, such as `model.get_layer`.
        known: What the layer `"preparation"` returns, but for the state.
        state: Keras tensor `(batch, units)`, of the decoder.
        places, before: Keras tensors `(batch, time)`, as `build` describes them.
    """
    read, is_word, meant, free = known
    cells = free.shape[-1]
    here = ops.one_hot(places, cells)
    standing = ops.einsum("btc,blc->btl", here, meant)
    told = ops.einsum("btl,blu->btu", standing, read)
    did = ops.one_hot(before, len(ACTIONS))
    steps, state = layer("decoder")(
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


def words_of(model: keras.Model) -> TokenEmbedding:
    """Return the layer that knows the words of instructions."""
    return model.get_layer("preparation").get_layer("words")


def instruction_words(text: str) -> list[str]:
    """Return the words of an instruction, and its commas.

    Example:

    >>> instruction_words("Go to the red circle, then stop.")
    ['go', 'to', 'the', 'red', 'circle', ',', 'then', 'stop']
    """
    return [word for word in words(text) if word[0].isalnum() or word == ","]
