"""Parts of data to train on, to validate on and to test on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from keras_rnn.errors import UserError


class Split(NamedTuple):
    """Places of the examples of each part.

    Attributes:
        train, validation, test: Integer arrays.
        known: Integer array, train and validation together, what a baseline may see.
    """

    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray
    known: np.ndarray


def split(
    count: int,
    *,
    test: float,
    validation: float,
    labels: Sequence[int] | np.ndarray | None = None,
) -> Split:
    """Split examples at random, always in the same way.

    Args:
        count: Integer, how many examples.
        test: Float, the share of the test.
        validation: Float, the share of the rest that validates.
        labels: Integer array, classes whose shares are to be the same in each part.
            Default: `None`.

    Returns:
        `Split`.

    Example:

    >>> parts = split(20, test=0.1, validation=1 / 9)
    >>> [len(part) for part in parts]
    [16, 2, 2, 18]
    """
    from sklearn.model_selection import train_test_split

    def cut(places: np.ndarray, share: float) -> list[np.ndarray]:
        classes = None if labels is None else np.asarray(labels)[places]
        return train_test_split(
            places, test_size=share, stratify=classes, random_state=0
        )

    known, tested = cut(np.arange(count), test)
    train, validated = cut(known, validation)
    return Split(train, validated, tested, known)


def too_few(data: object, has: str, needs: str) -> UserError:
    """Return the error of data that are too few to keep some for the test.

    Args:
        data: With the attribute `origin`.
        has: String, what there is.
        needs: String, what is to be there at least.

    Example:

    >>> from types import SimpleNamespace
    >>> str(too_few(SimpleNamespace(origin="a.tsv"), "3 texts", "20"))
    'a.tsv has 3 texts. Give at least 20, so that some can be kept for the test.'
    """
    return UserError(
        f"{data.origin} has {has}. Give at least {needs}, so that some can be kept for "
        "the test."
    )
