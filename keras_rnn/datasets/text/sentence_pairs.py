"""Sentences with their translations, one pair a line."""

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from keras_rnn.datasets.dataset import Dataset
from keras_rnn.datasets.sources.public_file import find
from keras_rnn.datasets.text.labelled_texts import lines_of, read_lines
from keras_rnn.datasets.text.sentence_grammar import draw_pairs
from keras_rnn.errors import UserError

URL = "https://storage.googleapis.com/download.tensorflow.org/data/spa-eng.zip"
_NAME = "English sentences with Spanish translations (Tatoeba, manythings.org)"


@dataclass(frozen=True)
class SentencePairs(Dataset):
    """Sentences, each with its translation.

    Attributes:
        sources: List of strings.
        targets: List of strings, their translations.
        languages: Tuple of two strings.
    """

    sources: list[str]
    targets: list[str]
    languages: tuple[str, str]

    @property
    def texts(self) -> list[str]:
        """The sentences that are to be translated."""
        return self.sources

    def __len__(self) -> int:
        return len(self.sources)

    @property
    def amount(self) -> str:
        """String, how much there is of what."""
        return f"{len(self):,} pairs"


def load(source: str | Path | None = None) -> SentencePairs:
    """Return pairs of sentences.

    Args:
        source: A path: a text file of lines `sentence<TAB>translation` (further
            columns, such as Tatoeba's attributions, are left out), or a zip archive
            with one; `"sample"` for generated pairs, French to English. Default: the
            118,964 pairs English to Spanish of Tatoeba, from `KERAS_RNN_DATA`, the
            cache or the network, or, where none of them has it, the sample.

    Returns:
        `SentencePairs`.

    Raises:
        UserError: The data cannot be read.
    """
    if source == "sample":
        return sample()
    if source is not None:
        path = Path(source).expanduser()
        return _read(
            path,
            languages=("source", "target"),
            name=path.name,
            kind="file",
            origin=str(path),
        )
    try:
        found = find(
            "spa_eng/spa-eng.zip", "sentence_pairs/spa-eng.zip", URL, check=_check
        )
    except UserError as error:
        return sample(
            note=f"The pairs cannot be had, so a generated sample stands in. {error}"
        )
    return _read(
        found.path,
        languages=("English", "Spanish"),
        name=_NAME,
        kind=found.kind,
        origin=found.origin,
    )


def sample(count: int = 6000, seed: int = 0, note: str = "") -> SentencePairs:
    """Return generated pairs, French to English: see `sentence_grammar`.

    Args:
        count: Integer, how many pairs. All differ. Default: `6000`.
        seed: Integer. Default: `0`.
        note: String. Default: `""`.
    """
    pairs = draw_pairs(count, seed)
    return SentencePairs(
        sources=[source for source, _ in pairs],
        targets=[target for _, target in pairs],
        languages=("French", "English"),
        name="French sentences with English translations",
        kind="sample",
        origin=f"generated, seed {seed}",
        note=note,
    )


def _read(path: Path, **about: Any) -> SentencePairs:
    lines = _zipped_lines(path) if path.suffix.lower() == ".zip" else read_lines(path)
    sources, targets = [], []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        columns = [column.strip() for column in line.split("\t")[:2]]
        if len(columns) < 2 or not all(columns):
            raise UserError(
                f"{path}, line {number}: expected a sentence, a tab and its "
                f"translation. Found {line[:40]!r}."
            )
        sources.append(columns[0])
        targets.append(columns[1])
    return SentencePairs(sources=sources, targets=targets, **about)


def _zipped_lines(path: Path) -> list[str]:
    try:
        with zipfile.ZipFile(path) as archive:
            member = _member(archive)
            if member is None:
                raise UserError(f"{path} holds no .txt file with pairs of sentences.")
            data = archive.read(member)
    except OSError as error:
        raise UserError(
            f"Cannot read {path}: {error.strerror or error}. Give the path of a file."
        ) from error
    except (zipfile.BadZipFile, EOFError) as error:
        raise UserError(
            f"{path} is damaged: {error}. Delete it and download it anew."
        ) from error
    return lines_of(data, f"{path}/{member}")


def _member(archive: zipfile.ZipFile) -> str | None:
    """The name of the largest text in an archive, or None."""
    texts = [one for one in archive.infolist() if one.filename.endswith(".txt")]
    texts.sort(key=lambda one: one.file_size)
    return texts[-1].filename if texts else None


def _check(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            member = _member(archive)
    except zipfile.BadZipFile as error:
        raise ValueError(f"it is no archive ({error})") from error
    if member is None:
        raise ValueError("it has no text")
