"""Questions about pictures: their words, their pictures, and an answer without any."""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from keras_rnn.applications.shared.texts import words
from keras_rnn.datasets.pictures.image_files import read_image
from keras_rnn.errors import UserError

_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".tif", ".tiff")
# Both ways of writing are one word.
_SPELLINGS = {"colour": "color", "grey": "gray"}


def question_words(text: str) -> list[str]:
    """Return the words of a question, without signs, in one way of writing.

    Example:

    >>> question_words("What colour is the circle?")
    ['what', 'color', 'is', 'the', 'circle']
    """
    found = [word for word in words(text) if word[0].isalnum()]
    return [_SPELLINGS.get(word, word) for word in found]


def checked_words(text: str) -> list[str]:
    """Return the words of a question.

    Raises:
        UserError: It has none.
    """
    if found := question_words(text):
        return found
    raise UserError(f"{text!r} is no question: it has no words.")


def most_frequent_answers(
    questions: Sequence[str], answers: Sequence[str], asked: Sequence[str]
) -> list[str]:
    """Answer questions without a picture: what was answered most often. A baseline.

    Where a question is new, that of the longest beginning that is known counts.

    Args:
        questions, answers: Sequences of strings, of the training part.
        asked: Sequence of strings, other questions.

    Example:

    >>> learn = ["what color is it?", "is there a cross?", "is there a circle?"]
    >>> most_frequent_answers(learn, ["red", "no", "no"], ["is there a square?"])
    ['no']
    """
    counts: dict[tuple[str, ...], Counter] = {}
    for text, answer in zip(questions, answers, strict=True):
        read = question_words(text)
        for end in range(len(read) + 1):
            counts.setdefault(tuple(read[:end]), Counter())[answer] += 1
    found = []
    for text in asked:
        read = question_words(text)
        while tuple(read) not in counts:
            read.pop()
        found.append(counts[tuple(read)].most_common(1)[0][0])
    return found


def is_picture(text: str | Path) -> bool:
    """Return whether a text is a picture's path, or that of any file."""
    return Path(text).suffix.lower() in _PICTURES or Path(text).is_file()


def texts_of_pictures(
    inputs: Sequence[str], usage: str, is_first: Callable[[str], bool] = is_picture
) -> list[tuple[str, list[str]]]:
    """Return each picture with the texts that follow it on the command line.

    Args:
        inputs: Sequence of strings: a picture, texts about it; then, if wanted, the
            next picture.
        usage: String, the error's text.
        is_first: Function from a string to whether it is a picture. Default:
            `is_picture`.

    Raises:
        UserError: A picture has no text, or a text has no picture.

    Example:

    >>> texts_of_pictures(["a.png", "what?", "where?", "b.png", "who?"], "")
    [('a.png', ['what?', 'where?']), ('b.png', ['who?'])]
    """
    found: list[tuple[str, list[str]]] = []
    for one in inputs:
        if is_first(one):
            found.append((one, []))
        elif found:
            found[-1][1].append(one)
        else:
            raise UserError(usage)
    if not found or not all(texts for _, texts in found):
        raise UserError(usage)
    return found


def read_pictures(
    pictures: Sequence[str | Path | np.ndarray], size: tuple[int, int]
) -> np.ndarray:
    """Return pictures as one array `(pictures, height, width, 3)` of bytes.

    They are paths, of any size and mode, or arrays of that size.

    Raises:
        UserError: A file is missing, damaged or no picture.
    """
    return np.array(
        [
            one if isinstance(one, np.ndarray) else read_image(one, size, colour=True)
            for one in pictures
        ]
    )
