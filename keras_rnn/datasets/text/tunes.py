"""Folk tunes in ABC notation."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from keras_rnn.datasets.dataset import Dataset
from keras_rnn.datasets.sources.public_file import find
from keras_rnn.datasets.text.labelled_texts import read_lines
from keras_rnn.errors import UserError

URL = (
    "https://raw.githubusercontent.com/MITDeepLearning/introtodeeplearning/"
    "master/mitdeeplearning/data/irish.abc"
)
_NAME = "Irish folk tunes in ABC notation"
# Not "A:|", which is a note at the end of a part.
_FIELD = re.compile(r"([A-Za-z]):(?![|:])(.*)")
# What a header field means where a tune has none (ABC standard 2.1).
_METRE, _LENGTH = "4/4", "1/8"


@dataclass(frozen=True)
class Tune:
    """A tune as it stands in a file.

    Attributes:
        metre: String, what its field `M:` says.
        length: String, what its field `L:` says: the length of a note without number.
        key: String, what its field `K:` says.
        body: String, the lines of notes, with the fields between them, if any.
        line: Integer, where the tune begins in its file, counted from 1.
    """

    metre: str
    length: str
    key: str
    body: str
    line: int

    @property
    def text(self) -> str:
        """String, the tune in ABC notation, of its fields `M:`, `L:` and `K:` alone."""
        return f"M:{self.metre}\nL:{self.length}\nK:{self.key}\n{self.body}\n"


@dataclass(frozen=True)
class Tunes(Dataset):
    """Tunes, and where they come from.

    `name`, `kind`, `origin` and `note` are those of `Dataset`.

    Attributes:
        tunes: List of `Tune`.
    """

    tunes: list[Tune]

    def __len__(self) -> int:
        return len(self.tunes)

    @property
    def texts(self) -> list[str]:
        """List of strings, the tunes in ABC notation."""
        return [tune.text for tune in self.tunes]

    @property
    def amount(self) -> str:
        """String, how much there is of what."""
        return f"{len(self.tunes):,} tunes"


def load(source: str | Path | None = None) -> Tunes:
    """Return tunes in ABC notation.

    Args:
        source: Path of an ABC file, its tunes beginning with `X:`; `"sample"` for
            generated jigs and reels. Default: the 804 Irish tunes that come with MIT's
            course *Introduction to Deep Learning*, from `KERAS_RNN_DATA`, the cache or
            the network, or, where none of them has it, the sample.

    Returns:
        `Tunes`.

    Raises:
        UserError: The file is missing or empty, holds no tune, or one without key or
            without notes; with the number of the line.
    """
    if source == "sample":
        return sample()
    if source is not None:
        return _read(source, Path(source).name, "file", str(source))
    try:
        found = find("irish_abc/irish.abc", "tunes/irish.abc", URL, check=_check)
    except UserError as error:
        return sample(
            note=f"The tunes cannot be had, so a generated sample stands in. {error}"
        )
    return _read(found.path, _NAME, found.kind, found.origin)


# Of the sample, each with its scale as ABC writes it: the key makes it D, G or A.
_KEYS = {"D": "DEFGABcdefga", "G": "DEFGABcdefgab", "Ador": "EGABcdefgab"}
_HOME = {"D": "D", "G": "G", "Ador": "A"}


def sample(count: int = 400, seed: int = 0, note: str = "") -> Tunes:
    """Return generated tunes: jigs in 6/8 and reels in 4/4, each of two parts.

    A part is two phrases of four bars, the second like the first but for its end; a
    melody goes by small steps, and ends on the key's first note. Some tunes start with
    notes before the first bar line, whose length the last bar of a part then lacks.

    Args:
        count: Integer. Default: `400`.
        seed: Integer. Default: `0`.
        note: String, why the sample stands in for other data. Default: `""`.

    Returns:
        `Tunes`.

    Example:

    >>> tune = sample(count=1).tunes[0]
    >>> tune.metre, tune.key, tune.body.count("|") > 8
    ('4/4', 'G', True)
    """
    rng = np.random.default_rng(seed)
    tunes = []
    for number in range(count):
        metre = ("6/8", "4/4")[int(rng.integers(2))]
        key = str(rng.choice(list(_KEYS)))
        pickup = int(rng.choice([0, 0, {"6/8": 1, "4/4": 2}[metre]]))
        parts = [_part(rng, metre, key, pickup, low) for low in (0, 3)]
        tunes.append(Tune(metre, "1/8", key, "\n".join(parts), 7 * number + 1))
    return Tunes(
        tunes,
        name="folk tunes in ABC notation",
        kind="sample",
        origin=f"generated, seed {seed}",
        note=note,
    )


def _part(rng: np.random.Generator, metre: str, key: str, pickup: int, low: int) -> str:
    """Eight bars, to be repeated."""
    scale, group = _KEYS[key], {"6/8": 3, "4/4": 4}[metre]
    place = scale.index(_HOME[key]) + low

    def notes(left):
        nonlocal place
        written = ""
        while left:
            length = int(rng.choice([1, 2])) if left > 1 and rng.random() < 0.3 else 1
            written += scale[place] + ("2" if length == 2 else "")
            left -= length
            step = int(rng.choice([-2, -1, -1, 1, 1, 2]))
            if not 0 <= place + step < len(scale):
                step = -step
            place += step
        return written

    def bar():
        return f"{notes(group)} {notes(group)}"

    home = _HOME[key]
    last = 2 * group - pickup - group
    end = f"{notes(group)} {home}{last if last > 1 else ''}"
    phrase = [bar() for _ in range(3)]
    start = f"{notes(pickup)}|" if pickup else ""
    first = start + "|".join([*phrase, bar()])
    return f"{first}|\n{'|'.join([*phrase, end])}:|"


def _read(path: str | Path, name: str, kind: str, origin: str) -> Tunes:
    tunes: list[Tune] = []
    header: dict[str, str] = {}
    body: list[str] = []
    start: int | None = None

    def close():
        if start is None:
            return
        if "K" not in header:
            raise UserError(
                f"{origin}, line {start}: the tune has no key. Every tune needs a "
                "field such as K:D before its notes."
            )
        notes = "\n".join(body)
        if not notes:
            raise UserError(
                f"{origin}, line {start}: the tune has no notes after its key."
            )
        tunes.append(
            Tune(
                header.get("M", _METRE),
                header.get("L", _LENGTH),
                header["K"],
                notes,
                start,
            )
        )

    for number, line in enumerate(read_lines(path), 1):
        line = line.partition("%")[0].strip()
        field = _FIELD.fullmatch(line)
        if field and field[1] == "X":
            close()
            header, body, start = {}, [], number
        elif start is None or not line:
            continue  # what stands before the first tune is about the file
        elif field and "K" not in header:
            header.setdefault(field[1], field[2].strip())
        elif "K" not in header:
            raise UserError(
                f"{origin}, line {number}: notes before the key. Every tune needs a "
                f"field such as K:D before its notes. Found {line[:40]!r}."
            )
        elif not field or field[1] in "KLM":
            body.append(line)
    close()
    if not tunes:
        raise UserError(
            f"{origin} holds no tune. In ABC notation a tune begins with a line X:1, "
            "and has a key, such as K:D, before its notes."
        )
    return Tunes(tunes, name=name, kind=kind, origin=origin)


def _check(path: Path) -> None:
    try:
        _read(path, _NAME, "download", str(path))
    except UserError as error:
        raise ValueError(f"it holds no tunes ({error})") from error
