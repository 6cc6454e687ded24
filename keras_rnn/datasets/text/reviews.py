"""Sentences from film reviews, for or against the film."""

import itertools
import tarfile
from pathlib import Path

import numpy as np

from keras_rnn.datasets.sources.public_file import find
from keras_rnn.datasets.text.labelled_texts import (
    LabelledTexts,
    from_pairs,
    read_lines,
    read_tab_file,
)
from keras_rnn.errors import UserError

URL = "https://www.cs.cornell.edu/people/pabo/movie-review-data/rt-polaritydata.tar.gz"
CLASSES = ("negative", "positive")
_FILES = {"negative": "rt-polarity.neg", "positive": "rt-polarity.pos"}
_NAME = "film-review sentences (Pang & Lee 2005)"


def load(source: str | Path | None = None) -> LabelledTexts:
    """Return sentences, each positive or negative.

    Args:
        source: A path: a file of lines `label<TAB>text`, or a folder with
            `rt-polarity.neg` and `rt-polarity.pos`; `"sample"` for generated
            sentences. Default: the 10,662 sentences of Pang & Lee, "Seeing stars"
            (2005), from `KERAS_RNN_DATA`, the cache or the network, or, where none of
            them has it, the sample.

    Returns:
        `LabelledTexts`.

    Raises:
        UserError: The data cannot be read.
    """
    if source == "sample":
        return sample()
    if source is not None:
        path = Path(source).expanduser()
        if path.is_dir():
            return _from_folder(path, "file", str(path))
        return read_tab_file(path)
    try:
        found = find("rt_polarity", "reviews/rt-polaritydata.tar.gz", URL, check=_check)
    except UserError as error:
        return sample(
            note=f"The reviews cannot be had, so a generated sample stands in. {error}"
        )
    if found.path.is_dir():
        return _from_folder(found.path, found.kind, found.origin)
    folder = _unpacked(found.path)
    return _from_folder(folder, found.kind, found.origin)


def sample(count: int = 4000, seed: int = 0, note: str = "") -> LabelledTexts:
    """Return generated sentences, in which what is negated counts the other way.

    "not a boring film" is praise: a bag of words does not know what was negated, a
    network that reads does.

    Args:
        count: Integer; those that are as much for as against are left out again.
            Default: `4000`.
        seed: Integer. Default: `0`.
        note: String, why the sample stands in for other data. Default: `""`.

    Returns:
        `LabelledTexts`.
    """
    rng = np.random.default_rng(seed)
    good = ("moving", "funny", "clever", "gripping", "warm", "honest", "charming")
    bad = ("boring", "silly", "tedious", "shallow", "loud", "clumsy", "predictable")
    things = ("film", "story", "plot", "cast", "script", "ending", "comedy", "drama")
    degrees = ("", "very ", "rather ", "truly ", "surprisingly ")
    pairs = []
    for _ in range(count):
        parts, score = [], 0
        for joint in ("", " and ", ", but ")[: rng.integers(1, 4)]:
            positive, negated = rng.random(2) < (0.5, 0.35)
            word = rng.choice(good if positive else bad)
            degree, thing = rng.choice(degrees), rng.choice(things)
            verb = "is not" if negated else "is"
            parts.append(f"{joint}the {thing} {verb} {degree}{word}")
            # What comes after "but" is what is meant.
            weight = 3 if "but" in joint else 1
            score += weight * (1 if positive != negated else -1)
        if score:
            pairs.append((CLASSES[score > 0], "".join(parts) + " ."))
    return from_pairs(
        pairs,
        CLASSES,
        name="film-review sentences",
        kind="sample",
        origin=f"generated, seed {seed}",
        note=note,
    )


def _from_folder(folder: Path, kind: str, origin: str) -> LabelledTexts:
    each = [
        [(label, line.strip()) for line in read_lines(folder / name) if line.strip()]
        for label, name in _FILES.items()
    ]
    pairs = list(itertools.chain(*each))
    return from_pairs(pairs, CLASSES, name=_NAME, kind=kind, origin=origin)


def _unpacked(path: Path) -> Path:
    """The folder with the two files of the archive, made beside it."""
    folder = path.parent / "rt-polaritydata"
    if not all((folder / name).exists() for name in _FILES.values()):
        try:
            with tarfile.open(path) as archive:
                archive.extractall(path.parent, filter="data")
        except (tarfile.TarError, EOFError, OSError) as error:
            raise UserError(
                f"{path} is damaged: {error}. Delete it to download it anew."
            ) from error
    return folder


def _check(path: Path) -> None:
    try:
        with tarfile.open(path) as archive:
            names = {Path(name).name for name in archive.getnames()}
    except (tarfile.TarError, EOFError) as error:
        raise ValueError(f"it is no archive ({error})") from error
    if not names.issuperset(_FILES.values()):
        raise ValueError(f"it has no {' and '.join(_FILES.values())}")
