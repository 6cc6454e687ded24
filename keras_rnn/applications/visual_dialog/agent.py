"""Answers questions of dialogs round by round with a trained network."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np

from keras_rnn.applications.shared.lengths import longest
from keras_rnn.applications.shared.questions import checked_words, question_words
from keras_rnn.applications.visual_dialog.network import (
    ROUNDS,
    WORDS,
    connect,
    layers_of,
)
from keras_rnn.datasets.pictures.image_files import read_image
from keras_rnn.datasets.text.token_numbers import PADDING, UNKNOWN
from keras_rnn.errors import UserError


class DialogAgent:
    """Answers round by round: each answer is read in later rounds.

    Args:
        model: What `network.build` returned, trained, or the same loaded from its file.
        history: Boolean, as the model was built. Default: `True`.
    """

    def __init__(self, model: keras.Model, history: bool = True) -> None:
        self.layers = layers_of(model)
        self.size = model.inputs[0].shape[1]
        self.history = history
        self.models: dict[tuple[int, int], keras.Model] = {}

    @classmethod
    def of(cls, model: keras.Model, history: bool = True) -> DialogAgent:
        """Return the agent of a model, made once: a chat asks again and again."""
        agent = getattr(model, "_dialog_agent", None)
        if agent is None:
            agent = cls(model, history)
            # Past Keras, which would track it as a part of the model.
            object.__setattr__(model, "_dialog_agent", agent)
        return agent

    @property
    def vocabulary(self) -> tuple[str, ...]:
        """The words of questions that it knows."""
        return self.layers["reader"].get_layer("words").vocabulary

    @property
    def answers(self) -> tuple[str, ...]:
        """The answers that it has."""
        return self.layers["said"].vocabulary

    def encode(self, dialogs: Sequence[Sequence[str]]) -> np.ndarray:
        """Return the numbers of words, `(dialogs, rounds, words)`, padded."""
        rounds = longest(dialogs, ROUNDS)
        tokens = [
            question_words(text)
            for texts in dialogs
            for text in (*texts, *[""] * (rounds - len(texts)))
        ]
        length = longest(tokens, WORDS)
        numbers = self.layers["reader"].get_layer("words").encode(tokens, length)
        return numbers.reshape(len(dialogs), rounds, length)

    def encode_answers(
        self, answers: Sequence[Sequence[str]] | np.ndarray
    ) -> np.ndarray:
        """Return the numbers of answers, `(dialogs, rounds)`."""
        return self.layers["said"].encode(answers)

    def talk(
        self, images: np.ndarray, numbers: np.ndarray, given: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
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
        rounds, words = numbers.shape[1:]
        if (rounds, words) not in self.models:
            inputs, *outputs = connect(self.layers, rounds, words, self.history)
            self.models[rounds, words] = keras.Model(inputs, outputs)
        model = self.models[rounds, words]
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
            found, maps = _predict(model, inputs)
            if is_over:
                break
            mine = np.argmax(found[:, place], axis=-1) + UNKNOWN + 1
            known[:, place] = np.where(own[:, place], mine, known[:, place])
        return np.asarray(found), np.asarray(maps)

    def read_image(self, picture: str | Path | np.ndarray) -> np.ndarray:
        """Return a picture of a file, of any size and mode, as the network reads it."""
        if isinstance(picture, np.ndarray):
            return picture
        return read_image(picture, (self.size, self.size), colour=True)

    def check(self, question: str) -> None:
        """Check that a question can be answered.

        Raises:
            UserError: It has no words, or none that the network knows.
        """
        if not set(checked_words(question)) & set(self.vocabulary):
            raise UserError(
                f"{question!r} has no word that the model knows. It knows, for "
                'example, "is there a red square?" and "what size is it?"'
            )


def _predict(model, inputs):
    """What a model gives, without the pipeline that takes longer than few dialogs."""
    size = 64
    if len(inputs[0]) > size:
        return model.predict(inputs, batch_size=size, verbose=0)
    return map(keras.ops.convert_to_numpy, model.predict_on_batch(inputs))
