"""A long text, to be read letter by letter."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from keras_rnn.datasets.dataset import Dataset
from keras_rnn.datasets.sources.public_file import find
from keras_rnn.datasets.text.labelled_texts import read_lines
from keras_rnn.errors import UserError

URL = (
    "https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/"
    "input.txt"
)
SHA256 = "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed"


@dataclass(frozen=True)
class PlainText(Dataset):
    """One text.

    `name`, `kind`, `origin` and `note` are those of `Dataset`.

    Attributes:
        text: String, lines ended by `"\\n"`.
    """

    text: str

    @property
    def texts(self) -> list[str]:
        """List of strings, the lines that are not empty."""
        return [line for line in self.text.split("\n") if line.strip()]

    def __len__(self) -> int:
        return len(self.text)

    @property
    def amount(self) -> str:
        """String, how much there is of what."""
        return f"{len(self):,} characters"


def load(source: str | Path | None = None) -> PlainText:
    """Return a text.

    Args:
        source: Path of a text file, UTF-8 or latin-1; `"sample"` for a generated text.
            Default: the plays of Shakespeare that char-rnn (Karpathy 2015) made known,
            1,115,394 characters, from `KERAS_RNN_DATA`, the cache or the network, or,
            where none of them has it, the sample.

    Returns:
        `PlainText`.

    Raises:
        UserError: The file is missing, empty or no text.
    """
    if source == "sample":
        return sample()
    if source is not None:
        return _read(source, Path(source).name, "file", str(source))
    try:
        found = find(
            "shakespeare/input.txt", "shakespeare/input.txt", URL, sha256=SHA256
        )
    except UserError as error:
        return sample(
            note=f"Shakespeare cannot be had, so a generated sample stands in. {error}"
        )
    return _read(found.path, "plays of Shakespeare", found.kind, found.origin)


# Of the sample. A sentence agrees with its subject in number, and refers back to it.
_PEOPLE = ("Ada", "Bela", "Cora", "Dario", "Emil", "Flora")
_ONE = {"the cat": "it", "the king": "he", "the queen": "she", "the old house": "it"}
_MANY = ("the birds", "the two brothers", "the clouds", "three ships")
_DOES = {"sleep": "sleeps", "wait": "waits", "sing": "sings", "grow": "grows"}
_WHERE = ("by the sea", "in the garden", "under the bridge", "at home", "in the north")
_WHEN = ("at night", "every morning", "in winter", "until noon")


def sample(count: int = 1500, seed: int = 0, note: str = "") -> PlainText:
    """Return a generated play: who speaks, and a line or two.

    Verbs agree with their subjects, and the second sentence of a line refers to the
    first one's subject: a model of a few letters cannot know which pronoun is right.

    Args:
        count: Integer, how many speeches. Default: `1500`.
        seed: Integer. Default: `0`.
        note: String, why the sample stands in for other data. Default: `""`.

    Returns:
        `PlainText`.

    Example:

    >>> print(sample(count=1).text)
    Flora:
    The queen waits by the sea at night.
    """
    rng = np.random.default_rng(seed)
    speeches = [f"{rng.choice(_PEOPLE)}:\n{_speech(rng)}" for _ in range(count)]
    return PlainText(
        text="\n\n".join(speeches),
        name="play",
        kind="sample",
        origin=f"generated, seed {seed}",
        note=note,
    )


def _speech(rng: np.random.Generator) -> str:
    single = rng.random() < 0.6
    subject = str(rng.choice(list(_ONE) if single else _MANY))
    lines = [f"{subject} {_predicate(rng, single)}"]
    if rng.random() < 0.6:
        again = _ONE[subject] if single else "they"
        lines.append(f"{again} {_predicate(rng, single)}")
    return "\n".join(f"{line[0].upper()}{line[1:]}." for line in lines)


def _predicate(rng: np.random.Generator, single: bool) -> str:
    verb = str(rng.choice(list(_DOES)))
    words = [_DOES[verb] if single else verb, str(rng.choice(_WHERE))]
    if rng.random() < 0.4:
        words.append(str(rng.choice(_WHEN)))
    return " ".join(words)


def _read(path: str | Path, name: str, kind: str, origin: str) -> PlainText:
    return PlainText("\n".join(read_lines(path)), name=name, kind=kind, origin=origin)
