"""The network of a dialog about a picture: it reads, remembers, looks and answers."""

import math
from collections.abc import Sequence

import keras
import numpy as np
from keras import ops

from keras_rnn.architectures import many_to_one
from keras_rnn.layers import ClassProbabilities, PictureAttention, TokenEmbedding

# Rounds of a dialog and words of a question that a network is built for. For more of
# either the same weights are put together anew.
ROUNDS, WORDS = 6, 16

# The layers of which a network for any number of rounds is put together.
LAYERS = (
    "reader",
    "image_encoder",
    "said",
    "history",
    "ask",
    "look",
    "look_again",
    "head",
)

# Scale of a place's coordinates, beside what the image encoder tells of it.
_COORDINATES = 4.0
# Scale of the mark that a place was looked at in the round before.
_MARK = 4.0


def build(
    vocabulary: Sequence[str],
    answers: Sequence[str],
    encoder: keras.Model,
    *,
    rounds: int = ROUNDS,
    width: int = 64,
    history: bool = True,
) -> keras.Model:
    """Build the network. In each round it answers with one word.

    ```
    a_t                answer         answer         answer
                         |              |              |
    looks twice       picture        picture        picture
                         |              |              |
    what is asked       ask            ask            ask
                       /   \\          /   \\          /   \\
    question          q_1   |        q_2   |        q_3   |
                            |              |              |
    history       0 ---->  h_0  ------->  h_1  ------->  h_2
                                         /              /
    what was                      q_1, a_1,      q_2, a_2,
    said and seen                   glimpses       glimpses
    ```

    A *hierarchical recurrent encoder* (Das et al. 2017): one recurrent network reads
    the words of a question, another one the rounds. Unlike the paper's, the latter
    remembers of each round also what was looked at, and the picture is marked where the
    round before looked: so "it" leads back to a place.

    Args:
        vocabulary: Sequence of strings, the words of questions.
        answers: Sequence of strings.
        encoder: `keras.Model` from pictures to a grid, called `"image_encoder"`.
        rounds: Integer, questions of a dialog. Default: `6`.
        width: Integer, size of all vectors. Default: `64`.
        history: Boolean; `False` builds the same network with blanks in place of what
            was said before. Default: `True`.

    Returns:
        `keras.Model` from pictures, 0 to 255, the words of the questions
        `(batch, rounds, words)` and the answers that were given, both as numbers of
        their `TokenEmbedding`, to the probabilities of each answer,
        `(batch, rounds, answers)`. The answer to a question is not read for itself,
        only for later ones.
    """
    reader = keras.Input((None,), dtype="int32")
    layers = {
        "reader": many_to_one(
            reader,
            {"cell": "gru", "units": width},
            encoder=TokenEmbedding(vocabulary, width // 2, name="words"),
            head=keras.layers.Dense(width, activation="tanh", name="summary"),
            name="reader",
        ),
        "image_encoder": encoder,
        "said": TokenEmbedding(answers, width // 2, mask_zero=False, name="said"),
        "history": keras.layers.GRUCell(width, name="history"),
        "ask": keras.layers.Dense(width, activation="tanh", name="ask"),
        "look": PictureAttention(width, name="look"),
        "look_again": PictureAttention(width, name="look_again"),
        "head": _head(answers, width),
    }
    inputs, outputs, _ = connect(layers, rounds, WORDS, history)
    return keras.Model(inputs, outputs, name="visual_dialog")


def _head(answers, width):
    """The answer, from what was asked and both glimpses."""
    asked, first, last = (keras.Input((width,)) for _ in range(3))
    seen = keras.layers.Concatenate()([first, last])
    fitting = keras.layers.Multiply()(
        [keras.layers.Dense(2 * width)(asked), keras.layers.Dense(2 * width)(seen)]
    )
    hidden = keras.layers.Concatenate()([asked, seen, fitting])
    hidden = keras.layers.Dense(2 * width, activation="relu")(hidden)
    hidden = keras.layers.Dropout(0.2)(hidden)
    outputs = ClassProbabilities(answers, name="answer")(hidden)
    return keras.Model([asked, first, last], outputs, name="head")


def from_grids(model: keras.Model, history: bool = True) -> keras.Model:
    """Return the network that reads grids of the image encoder in place of pictures.

    Its outputs are the probabilities of answers, `"answer"`, and where it looked first
    and then again, `"look"`, `(batch, rounds, 2, places)`. The weights are the same.
    """
    rounds, words = model.inputs[1].shape[1:]
    inputs, answers, maps = connect(layers_of(model), rounds, words, history, False)
    outputs = {
        "answer": answers,
        "look": ops.reshape(maps, (-1, rounds, 2, math.prod(maps.shape[3:]))),
    }
    return keras.Model(inputs, outputs, name=f"{model.name}_from_grids")


def layers_of(model: keras.Model) -> dict[str, keras.Layer]:
    """Return the `LAYERS` of a model that `build` returned."""
    return {name: model.get_layer(name) for name in LAYERS}


def connect(
    layers: dict[str, keras.Layer],
    rounds: int,
    words: int,
    history: bool,
    reads_pictures: bool = True,
) -> tuple[list, keras.KerasTensor, keras.KerasTensor]:
    """Put the layers of a network together for a number of rounds and of words.

    Args:
        layers: What `layers_of` returned.
        rounds, words: Integers.
        history: Boolean, whether it reads what was said before.
        reads_pictures: Boolean; `False` for grids in place of them. Default: `True`.

    Returns:
        Inputs, probabilities of answers `(batch, rounds, answers)`, and where it looks,
        `(batch, rounds, 2, rows, columns)`.
    """
    encoder = layers["image_encoder"]
    image = keras.Input(
        (encoder.input_shape if reads_pictures else encoder.output_shape)[1:]
    )
    questions = keras.Input((rounds, words), dtype="int32", name="questions")
    given = keras.Input((rounds,), dtype="int32", name="given")
    # All questions are read side by side, and the picture goes through the convolutions
    # once. The rest goes round by round.
    read = layers["reader"](ops.reshape(questions, (-1, words)))
    read = ops.reshape(read, (-1, rounds, read.shape[-1]))
    said = layers["said"](given)
    grid = _with_coordinates(encoder(image) if reads_pictures else image)
    known = ops.zeros_like(read[:, 0])
    marks = ops.zeros_like(grid[..., :2])
    answers, maps = [], []
    for place in range(rounds):
        question = read[:, place]
        asked = layers["ask"](ops.concatenate([question, known], axis=-1))
        marked = ops.concatenate([grid, marks], axis=-1)
        first, first_map = layers["look"](asked, marked)
        more = ops.concatenate([asked, first], axis=-1)
        last, last_map = layers["look_again"](more, marked)
        answers.append(layers["head"]([asked, first, last]))
        maps.append(ops.concatenate([first_map, last_map], axis=1))
        now = ops.concatenate([question, said[:, place], first, last], axis=-1)
        marks = ops.transpose(maps[-1], (0, 2, 3, 1)) * _MARK
        if not history:
            now, marks = now * 0.0, marks * 0.0
        known, _ = layers["history"](now, [known])
    inputs = [image, questions, given]
    return inputs, ops.stack(answers, axis=1), ops.stack(maps, axis=1)


def _with_coordinates(grid):
    """A grid that also tells how far right and how far down each place is.

    Sides of each other can then be told by the sign of a difference.
    """
    rows, columns = grid.shape[1:3]
    down, right = np.meshgrid(
        np.linspace(-1, 1, rows), np.linspace(-1, 1, columns), indexing="ij"
    )
    places = _COORDINATES * np.stack([right, down], axis=-1).astype("float32")
    return ops.concatenate([grid, ops.zeros_like(grid[..., :2]) + places], axis=-1)
