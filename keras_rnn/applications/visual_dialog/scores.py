"""How dialogs were answered: figures, and a baseline without eyes and memory."""

from typing import NamedTuple

import numpy as np

from keras_rnn.applications.shared.question_only import blind_answers


class Judged(NamedTuple):
    """How a network answered dialogs.

    Attributes:
        answers: List of lists of strings.
        right: Boolean array `(dialogs, rounds)`.
        maps: Array `(dialogs, rounds, 2, rows, columns)`, where it looked.
        refers_back: Boolean array `(dialogs, rounds)`.
    """

    answers: list
    right: np.ndarray
    maps: np.ndarray
    refers_back: np.ndarray

    def metrics(self):
        """Return a dict of accuracies."""
        return {
            "accuracy": float(self.right.mean()),
            "accuracy_referring_back": float(self.right[self.refers_back].mean()),
        }


def guesses(data):
    """Return what was answered most often to the wording of each question of the test.

    Args:
        data: `keras_rnn.datasets.shape_dialogs.ShapeDialogs`.

    Returns:
        List of lists of strings.
    """
    learnt, test = data.part("train"), data.part("test")
    found = iter(
        blind_answers(learnt.texts, learnt.answers.ravel().tolist(), test.texts)
    )
    return [[next(found) for _ in rounds] for rounds in test.rounds]


def by_kind(dialogs, found, without, guessed):
    """Return the figures of each kind of question.

    Args:
        dialogs: `keras_rnn.datasets.shape_dialogs.Dialogs`.
        found: `Judged`, with history; `without` likewise, without it.
        without: See `found`.
        guessed: Boolean array `(dialogs, rounds)`, where the baseline is right.

    Returns:
        Dict from a kind to a dict.
    """
    kinds = {}
    for kind in sorted(set(dialogs.kinds.ravel().tolist())):
        own = dialogs.kinds == kind
        kinds[kind] = {
            "questions": int(own.sum()),
            "refers_back": bool(dialogs.refers_back[own].all()),
            "accuracy": float(found.right[own].mean()),
            "accuracy_without_history": float(without.right[own].mean()),
            "baseline": float(guessed[own].mean()),
        }
    return kinds
