"""Sentences of one language, to learn from which words stand beside which."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from keras_rnn.datasets.dataset import Dataset
from keras_rnn.datasets.text import sentence_pairs
from keras_rnn.datasets.text.labelled_texts import read_lines


@dataclass(frozen=True)
class Sentences(Dataset):
    """Sentences, each only once.

    `name`, `kind`, `origin` and `note` are those of `Dataset`.

    Attributes:
        texts: List of strings.
    """

    texts: list[str]

    def __len__(self) -> int:
        return len(self.texts)

    @property
    def amount(self) -> str:
        """String, how much there is of what."""
        return f"{len(self):,} sentences"


def load(source: str | Path | None = None) -> Sentences:
    """Return English sentences, or those of a file.

    Args:
        source: Path of a text file, UTF-8 or latin-1, with a sentence or a paragraph a
            line; `"sample"` for generated sentences. Default: the English side of
            `keras_rnn.datasets.sentence_pairs`, from `KERAS_RNN_DATA`, the cache or
            the network, or, where none of them has it, the sample.

    Returns:
        `Sentences`.

    Raises:
        UserError: The file is missing, empty or no text.

    Example:

    >>> load("sample").texts[0]
    'Do they not want to work with them in the garden?'
    """
    if source is not None and source != "sample":
        path = Path(source).expanduser()
        lines = [line.strip() for line in read_lines(path)]
        return Sentences(_once(lines), name=path.name, kind="file", origin=str(path))
    pairs = sentence_pairs.load(source)
    side = pairs.languages.index("English")
    return Sentences(
        texts=_once((pairs.sources, pairs.targets)[side]),
        name="English sentences"
        + ("" if pairs.kind == "sample" else " (Tatoeba, manythings.org)"),
        kind=pairs.kind,
        origin=pairs.origin,
        note=pairs.note,
    )


def _once(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(text for text in texts if text))
