"""How dialogs were answered: scores, and a baseline without picture and memory."""

from typing import NamedTuple

import numpy as np

from keras_rnn.applications.shared.questions import most_frequent_answers
from keras_rnn.datasets.generated.shape_dialogs import ShapeDialogs, VisualDialogs


class DialogResults(NamedTuple):
    """Answers of a network to dialogs.

    Attributes:
        answers: List of lists of strings.
        right: Boolean array `(dialogs, rounds)`.
        maps: Array `(dialogs, rounds, 2, rows, columns)`, where it looked.
        refers_back: Boolean array `(dialogs, rounds)`.
    """

    answers: list[list[str]]
    right: np.ndarray
    maps: np.ndarray
    refers_back: np.ndarray

    def metrics(self) -> dict[str, float]:
        """Return a dict of accuracies."""
        return {
            "accuracy": float(self.right.mean()),
            "accuracy_referring_back": float(self.right[self.refers_back].mean()),
        }


def baseline_is_right(data: ShapeDialogs) -> np.ndarray:
    """Return where the most frequent answer to a question's wording is right.

    That is of the test, `(dialogs, rounds)`.
    """
    train, test = data.part("train"), data.part("test")
    answers = train.answers.ravel().tolist()
    found = most_frequent_answers(train.texts, answers, test.texts)
    return np.array(found).reshape(test.answers.shape) == test.answers


def by_kind(
    dialogs: VisualDialogs,
    found: DialogResults,
    without: DialogResults,
    guessed: np.ndarray,
) -> dict[str, dict]:
    """Return the scores of each kind of question, with history and without it.

    Where the baseline is right is `guessed`, `(dialogs, rounds)`.
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
