"""Texts with a label each, and where they come from."""

import codecs
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from keras_rnn.datasets.dataset import Dataset
from keras_rnn.errors import UserError


@dataclass(frozen=True)
class LabelledTexts(Dataset):
    """Texts, each of one class.

    `name`, `kind`, `origin` and `note` are those of `Dataset`.

    Attributes:
        texts: List of strings.
        labels: int32 array, the number of each text's class.
        classes: Tuple of strings, what the numbers mean.
    """

    texts: list[str]
    labels: np.ndarray
    classes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.texts)

    @property
    def amount(self) -> str:
        """String, how much there is of what."""
        counts = np.bincount(self.labels, minlength=len(self.classes))
        each = ", ".join(
            f"{count:,} {name}"
            for name, count in zip(self.classes, counts, strict=True)
        )
        return f"{len(self):,} texts ({each})"


def from_pairs(
    pairs: Sequence[tuple[str, str]],
    classes: tuple[str, ...] | None = None,
    **about: str,
) -> LabelledTexts:
    """Return `LabelledTexts` of `(label, text)` pairs.

    Args:
        pairs: List of tuples of strings.
        classes: Tuple of strings, in the order of their numbers. Default: sorted.
        **about: Strings, the attributes of `Dataset`: `name`, `kind`, `origin`, `note`.

    Returns:
        `LabelledTexts`.
    """
    classes = (
        tuple(sorted({label for label, _ in pairs})) if classes is None else classes
    )
    numbers = {label: number for number, label in enumerate(classes)}
    return LabelledTexts(
        texts=[text for _, text in pairs],
        labels=np.array([numbers[label] for label, _ in pairs], "int32"),
        classes=classes,
        **about,
    )


def read_tab_file(path: str | Path) -> LabelledTexts:
    """Read a file of lines `label<TAB>text`.

    Args:
        path: String or `pathlib.Path` of a text file in UTF-8, UTF-16 with a byte order
            mark, or latin-1.

    Returns:
        `LabelledTexts`.

    Raises:
        UserError: The file is missing or empty, a line has no tab or no text, or
            there is only one label; with the number of the line.
    """
    pairs = []
    for number, line in enumerate(read_lines(path), 1):
        label, tab, text = line.partition("\t")
        if not line.strip():
            continue
        if not tab or not label.strip() or not text.strip():
            raise UserError(
                f"{path}, line {number}: expected a label, a tab and a text. "
                f"Found {line[:40]!r}."
            )
        pairs.append((label.strip(), text.strip()))
    if len({label for label, _ in pairs}) < 2:
        raise UserError(
            f"{path} has {len(pairs)} texts of one label; there is nothing to tell "
            "apart. Give texts of two labels or more."
        )
    path = Path(path)
    return from_pairs(pairs, name=path.name, kind="file", origin=str(path))


def read_lines(path: str | Path) -> list[str]:
    """Return the lines of a text file in UTF-8, UTF-16 or latin-1.

    Args:
        path: String or `pathlib.Path`.

    Returns:
        List of strings.

    Raises:
        UserError: The file is missing, empty or no text.
    """
    path = Path(path).expanduser()
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UserError(
            f"Cannot read {path}: {error.strerror or error}. Give the path of a file."
        ) from error
    return decode_lines(data, path)


def decode_lines(data: bytes, path: str | Path) -> list[str]:
    """Return the lines of a text file's content.

    It is read as UTF-8, or as UTF-16 if it begins with the mark of that, or else as
    latin-1, in which anything is a letter.

    Args:
        data: Bytes.
        path: String or `pathlib.Path`, how messages name the file.

    Returns:
        List of strings.

    Raises:
        UserError: It is empty or no text.
    """
    is_utf_16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = data.decode("utf-16" if is_utf_16 else "utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    if "\0" in text:
        raise UserError(
            f"{path} is not a text file: it holds zero bytes. Save it as UTF-8 text."
        )
    if not text.strip():
        raise UserError(f"{path} is empty. Give a file with text in it.")
    # Not `splitlines`: latin-1 films have characters that it takes for line ends.
    return text.replace("\r\n", "\n").rstrip("\n").split("\n")
