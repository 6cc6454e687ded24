"""The network of a dialog about a picture: it reads, remembers, looks and answers."""

import math

import keras
import numpy as np
from keras import ops

from keras_rnn.applications.shared.batches import round_up
from keras_rnn.applications.shared.question_network import question_words
from keras_rnn.architectures import many_to_one
from keras_rnn.layers import ClassProbabilities, PictureAttention, TokenEmbedding
from keras_rnn.layers.token_embedding import PADDING

# Rounds of a dialog and words of a question that a network is built for. For more of
# either the same weights are put together anew.
ROUNDS, WORDS = 6, 16

# What a side of the picture counts, beside what eyes see there.
_FAR = 4.0
# What it counts that a place was looked at in the round before.
_MARK = 4.0


def build(vocabulary, answers, eyes, *, rounds=ROUNDS, width=64, history=True):
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
        vocabulary: List of strings, the words of questions.
        answers: Sequence of strings.
        eyes: `keras.Model` from pictures to a grid, called `"eyes"`
            (`keras_rnn.applications.visual_dialog.image_encoder`).
        rounds: Integer, questions of a dialog. Default: `6`.
        width: Integer, size of all vectors. Default: `64`.
        history: Boolean; `False` builds the same network with blanks in place of what
            was said before. Default: `True`.

    Returns:
        `keras.Model` from what the eyes read, pictures of 0 to 255, the words of the
        questions `(batch, rounds, words)` and the answers that were given, both as
        numbers of their `TokenEmbedding`, to the probabilities of each answer,
        `(batch, rounds, answers)`. The answer to a question is not read for itself,
        only for later ones.
    """
    reader = keras.Input((None,), dtype="int32")
    parts = {
        "reader": many_to_one(
            reader,
            {"cell": "gru", "units": width},
            encoder=TokenEmbedding(vocabulary, width // 2, name="words"),
            head=keras.layers.Dense(width, activation="tanh", name="summary"),
            name="reader",
        ),
        "eyes": eyes,
        "said": TokenEmbedding(answers, width // 2, mask_zero=False, name="said"),
        "history": keras.layers.GRUCell(width, name="history"),
        "ask": keras.layers.Dense(width, activation="tanh", name="ask"),
        "look": PictureAttention(width, name="look"),
        "look_again": PictureAttention(width, name="look_again"),
        "head": _head(answers, width),
    }
    inputs, outputs, _ = _put_together(parts, rounds, WORDS, history)
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


def without_eyes(model, history=True):
    """Return the network that reads what the eyes saw in place of pictures.

    Args:
        model: What `build` returned. The weights are the same.
        history: Boolean, as the model was built. Default: `True`.

    Returns:
        `keras.Model` to the probabilities of answers, called `"answer"`, and to where
        it looked first and then again, `"look"`, `(batch, rounds, 2, places)`.
    """
    rounds, words = model.inputs[1].shape[1:]
    inputs, answers, maps = _put_together(_parts(model), rounds, words, history, False)
    outputs = {
        "answer": answers,
        "look": ops.reshape(maps, (-1, rounds, 2, math.prod(maps.shape[3:]))),
    }
    return keras.Model(inputs, outputs, name=f"{model.name}_without_eyes")


def _parts(model):
    return {name: model.get_layer(name) for name in _PARTS}


def _put_together(parts, rounds, words, history, has_eyes=True):
    """Inputs, probabilities, and where it looks."""
    eyes = parts["eyes"]
    image = keras.Input((eyes.input_shape if has_eyes else eyes.output_shape)[1:])
    questions = keras.Input((rounds, words), dtype="int32", name="questions")
    given = keras.Input((rounds,), dtype="int32", name="given")
    # All questions are read side by side, and the picture goes through the convolutions
    # once. The rest goes round by round.
    read = parts["reader"](ops.reshape(questions, (-1, words)))
    read = ops.reshape(read, (-1, rounds, read.shape[-1]))
    said = parts["said"](given)
    grid = _with_places(eyes(image) if has_eyes else image)
    known = ops.zeros_like(read[:, 0])
    marks = ops.zeros_like(grid[..., :2])
    answers, maps = [], []
    for place in range(rounds):
        question = read[:, place]
        asked = parts["ask"](ops.concatenate([question, known], axis=-1))
        marked = ops.concatenate([grid, marks], axis=-1)
        first, first_map = parts["look"](asked, marked)
        more = ops.concatenate([asked, first], axis=-1)
        last, last_map = parts["look_again"](more, marked)
        answers.append(parts["head"]([asked, first, last]))
        maps.append(ops.concatenate([first_map, last_map], axis=1))
        now = ops.concatenate([question, said[:, place], first, last], axis=-1)
        marks = ops.transpose(maps[-1], (0, 2, 3, 1)) * _MARK
        if not history:
            now, marks = now * 0.0, marks * 0.0
        known, _ = parts["history"](now, [known])
    inputs = [image, questions, given]
    return inputs, ops.stack(answers, axis=1), ops.stack(maps, axis=1)


def _with_places(grid):
    """A grid that also tells how far right and how far down each place is.

    Sides of each other can then be told by the sign of a difference.
    """
    rows, columns = grid.shape[1:3]
    down, right = np.meshgrid(
        np.linspace(-1, 1, rows), np.linspace(-1, 1, columns), indexing="ij"
    )
    places = _FAR * np.stack([right, down], axis=-1).astype("float32")
    return ops.concatenate([grid, ops.zeros_like(grid[..., :2]) + places], axis=-1)


_PARTS = ("reader", "eyes", "said", "history", "ask", "look", "look_again", "head")


class Talker:
    """Goes through dialogs round by round: each answer is read in later rounds.

    Args:
        model: What `build` returned, trained, or the same loaded from its file.
        history: Boolean, as the model was built. Default: `True`.
    """

    def __init__(self, model, history=True):
        self.parts = _parts(model)
        self.size = model.inputs[0].shape[1]
        self.history = history
        self.models = {}

    @property
    def vocabulary(self):
        """Tuple of strings, the words of questions that it knows."""
        return self.parts["reader"].get_layer("words").vocabulary

    @property
    def answers(self):
        """Tuple of strings, the answers that it has."""
        return self.parts["said"].vocabulary

    def encode(self, dialogs):
        """Return the numbers of words, `(dialogs, rounds, words)`.

        Args:
            dialogs: List of lists of questions, which are strings. Missing rounds are
                padded at the end.
        """
        rounds = round_up(max(map(len, dialogs)), ROUNDS)
        tokens = [
            question_words(text)
            for texts in dialogs
            for text in (*texts, *[""] * (rounds - len(texts)))
        ]
        length = round_up(max(map(len, tokens)), WORDS)
        numbers = self.parts["reader"].get_layer("words").encode(tokens, length)
        return numbers.reshape(len(dialogs), rounds, length)

    def encode_answers(self, answers):
        """Return the numbers of answers, `(dialogs, rounds)`.

        Args:
            answers: Strings, `(dialogs, rounds)`.
        """
        return self.parts["said"].encode(answers)

    def talk(self, images, numbers, given=None):
        """Answer all questions of dialogs.

        Args:
            images: Array `(dialogs, size, size, 3)`.
            numbers: What `encode` returned.
            given: Integer array `(dialogs, rounds)`, the answers that count as given,
                as of a person who knows them. Where it is 0, the own answer does.
                Default: `None`, all 0.

        Returns:
            Tuple of probabilities, `(dialogs, rounds, answers)`, and where it looked,
            `(dialogs, rounds, 2, rows, columns)`.
        """
        model = self._for(*numbers.shape[1:])
        rounds = numbers.shape[1]
        known = np.zeros(numbers.shape[:2], "int32")
        if given is not None:
            known[:, : given.shape[1]] = given
        own = known == PADDING
        asked = (numbers != PADDING).any(axis=(0, 2))
        last = max(np.flatnonzero(asked), default=0)
        for place in range(rounds):
            is_over = place >= last
            if not is_over and not own[:, place].any():
                continue
            inputs = [images, numbers, known]
            found, maps = model.predict(inputs, batch_size=64, verbose=0)
            if is_over:
                break
            mine = np.argmax(found[:, place], axis=-1) + 2  # after padding and unknown
            known[:, place] = np.where(own[:, place], mine, known[:, place])
        return np.asarray(found), np.asarray(maps)

    def _for(self, rounds, words):
        """The network for so many rounds and words, which is compiled once."""
        key = rounds, words
        if key not in self.models:
            inputs, outputs, maps = _put_together(self.parts, *key, self.history)
            self.models[key] = keras.Model(inputs, [outputs, maps])
        return self.models[key]
