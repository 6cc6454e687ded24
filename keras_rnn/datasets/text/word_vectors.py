"""Words and the vector of each, and the text file that other programs read, too."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from keras_rnn.datasets.text.labelled_texts import read_lines
from keras_rnn.errors import UserError


@dataclass(frozen=True)
class WordVectors:
    """Words, each with a vector.

    Args:
        words: Sequence of distinct strings.
        table: float32 array `(words, width)`.

    Example:

    >>> vectors = WordVectors(["up", "down"], np.array([[0.0, 1.0], [0.0, -1.0]]))
    >>> vectors["down"].tolist(), "left" in vectors, vectors.width
    ([0.0, -1.0], False, 2)
    """

    words: tuple[str, ...]
    table: np.ndarray

    def __post_init__(self) -> None:
        table = np.asarray(self.table, "float32")
        object.__setattr__(self, "words", tuple(self.words))
        object.__setattr__(self, "table", table)
        if table.ndim != 2 or len(table) != len(self.words):
            raise ValueError(
                f"A table for {len(self.words)} words has as many rows. Received an "
                f"array of shape {table.shape}."
            )
        if len(self.places) < len(self.words):
            raise ValueError("A word is there twice.")

    @cached_property
    def places(self) -> dict[str, int]:
        """Dict from word to its row."""
        return {word: place for place, word in enumerate(self.words)}

    @property
    def width(self) -> int:
        """Integer, how many numbers a vector has."""
        return self.table.shape[1]

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, word: object) -> bool:
        return word in self.places

    def __getitem__(self, word: str) -> np.ndarray:
        return self.table[self.places[word]]

    def to_text(self) -> str:
        """Return them in the text format of word2vec.

        A line says how many words there are and how wide a vector is; then a line a
        word: the word and the numbers, with spaces between.

        Returns:
            String.

        Example:

        >>> print(WordVectors(["up"], np.array([[0.5, -1.0]])).to_text(), end="")
        1 2
        up 0.5 -1
        """
        lines = [f"{len(self)} {self.width}"]
        lines += [
            " ".join([word, *(f"{value:.6g}" for value in row)])
            for word, row in zip(self.words, self.table.tolist(), strict=True)
        ]
        return "\n".join(lines) + "\n"


def read(path: str | Path, wanted: Collection[str] | None = None) -> WordVectors:
    """Read vectors from a text file, as word2vec, GloVe and fastText write it.

    Args:
        path: String or `pathlib.Path`; UTF-8 or latin-1. A first line with two numbers
            says how many words and how wide; GloVe leaves it out.
        wanted: Set of strings, the words to keep. Default: all.

    Returns:
        `WordVectors`; where a word stands twice, the first of its vectors.

    Raises:
        UserError: The file is missing or empty, or a line has not as many numbers as
            the others; with the number of the line.
    """
    path = Path(path).expanduser()
    words: dict[str, None] = {}
    rows: list[np.ndarray] = []
    width = None
    for number, line in enumerate(read_lines(path), 1):
        parts = line.rstrip().split(" ")
        if not line.strip() or (number == 1 and _is_head(parts)):
            continue
        width = width or len(parts) - 1
        # A word may have a space within; the numbers have none.
        word, row = " ".join(parts[:-width]), parts[len(parts) - width :]
        if wanted is not None and word and word not in wanted:
            continue
        try:
            found = np.array(row, "float32")
        except ValueError:
            found = None
        if not word or width < 1 or found is None or not np.isfinite(found).all():
            raise UserError(
                f"{path}, line {number}: expected a word and {max(width, 1)} numbers "
                f"with single spaces between. Found {line[:40]!r}."
            )
        if word not in words:
            words[word] = None
            rows.append(found)
    if width is None:
        raise UserError(f"{path} has no word with its numbers.")
    return WordVectors(tuple(words), np.reshape(rows, (len(rows), width)))


def _is_head(parts: list[str]) -> bool:
    return len(parts) == 2 and all(part.isdigit() for part in parts)
