"""Stretches of DNA with a splice junction in their middle, or none."""

import io
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from keras_rnn.datasets.sources.public_file import find
from keras_rnn.datasets.text.labelled_texts import LabelledTexts, from_pairs, read_lines
from keras_rnn.errors import UserError

URL = (
    "https://archive.ics.uci.edu/static/public/69/"
    "molecular+biology+splice+junction+gene+sequences.zip"
)
CLASSES = ("EI", "IE", "N")
TAGS = ("exon", "intron", "neither")
LENGTH = 60

# What each code of the IUPAC stands for: N is any base.
BASES = {
    "A": "A", "C": "C", "G": "G", "T": "T", "R": "AG", "Y": "CT", "S": "CG", "W": "AT",
    "K": "GT", "M": "AC", "B": "CGT", "D": "AGT", "H": "ACT", "V": "ACG", "N": "ACGT",
}  # fmt: skip

# How often each base stands around a junction (exon|intron and intron|exon), a column
# a position, after the consensus MAG|GTRAGT and (Y)10 N CAG|G. Used by the sample.
_DONOR = (-3, "M A G G T R A G T")
_ACCEPTOR = (-14, "Y Y Y Y Y Y Y Y Y Y N C A G G")


def load(source: str | Path | None = None) -> LabelledTexts:
    """Return stretches of 60 bases of primate DNA, each of one class.

    EI: the middle is a donor, where the coding part (exon) ends and an intron begins;
    IE: an acceptor, the other way round; N: neither.

    Args:
        source: Path of a file with lines `class,name,sequence`; `"sample"` for
            generated ones. Default: the 3,190 of the UCI repository (Noordewier,
            Towell & Shavlik 1991), from `KERAS_RNN_DATA`, the cache or the network,
            or, where none of them has it, the sample.

    Returns:
        `LabelledTexts`.

    Raises:
        UserError: A line that is none of these, with its number.
    """
    if source == "sample":
        return sample()
    if source is not None:
        return _read(read_lines(source), Path(source).name, "file", str(source))
    try:
        found = find(
            "splice/splice_seq.csv", "splice/splice.zip", URL, check=_check_zip
        )
    except UserError as error:
        return sample(
            note=f"The DNA cannot be had, so a generated sample stands in. {error}"
        )
    lines = _zipped(found.path) if found.kind == "download" else read_lines(found.path)
    name = "splice junctions of primate genes (UCI)"
    return _read(lines, name, found.kind, found.origin)


def sample(count: int = 1500, seed: int = 0, note: str = "") -> LabelledTexts:
    """Return random DNA with the consensus of a junction in its middle, or without.

    Each position follows the consensus nine times in ten, so that no rule is without
    exceptions, and the stretches without a junction have its GT or AG as often by
    chance.

    Args:
        count: Integer. Default: `1500`.
        seed: Integer. Default: `0`.
        note: String, why the sample stands in for other data. Default: `""`.

    Returns:
        `LabelledTexts`.
    """
    rng = np.random.default_rng(seed)
    pairs = []
    for _ in range(count):
        label = rng.choice(CLASSES, p=(0.25, 0.25, 0.5))
        bases = rng.choice(list("ACGT"), LENGTH)
        if label != "N":
            first, consensus = _DONOR if label == "EI" else _ACCEPTOR
            for place, code in enumerate(consensus.split(), LENGTH // 2 + first):
                if rng.random() < 0.9:
                    bases[place] = rng.choice(list(BASES[code]))
        pairs.append((str(label), "".join(bases)))
    return from_pairs(
        pairs,
        CLASSES,
        name="splice junctions",
        kind="sample",
        origin=f"generated, seed {seed}",
        note=note,
    )


def tags(name: str) -> list[str]:
    """Return the tag of each of the 60 bases of a stretch.

    Args:
        name: String, its class.

    Returns:
        List of 60 strings of `TAGS`.

    Example:

    >>> tags("IE")[29:31], tags("N")[0]
    (['intron', 'exon'], 'neither')
    """
    exon, intron, neither = TAGS
    before, after = {"EI": (exon, intron), "IE": (intron, exon), "N": (neither,) * 2}[
        name
    ]
    return [before] * (LENGTH // 2) + [after] * (LENGTH // 2)


def check_bases(sequence: str, where: str, length: int | None = LENGTH) -> str:
    """Return a sequence in capital letters.

    Args:
        sequence: String.
        where: String, how to call it in a message.
        length: Integer, how many bases it has to have; `None` for one or more.
            Default: `60`.

    Returns:
        String.

    Raises:
        UserError: It holds something else than bases, or not so many of them.
    """
    sequence = sequence.strip().upper()
    wrong = re.search(f"[^{''.join(BASES)}]", sequence)
    if wrong:
        raise UserError(
            f"{where}: {wrong[0]!r} at place {wrong.start() + 1} is no base. Bases are "
            "A, C, G, T and the IUPAC codes for several, such as N for any."
        )
    if not sequence and length is None:
        raise UserError(f"{where} is empty. Give bases, such as ACGT.")
    if length is not None and len(sequence) != length:
        raise UserError(
            f"{where} has {len(sequence)} bases. Give {length}, the place in question "
            f"between the {length // 2}th and the next."
        )
    return sequence


def _read(lines: Iterable[str], name: str, kind: str, origin: str) -> LabelledTexts:
    pairs = []
    for number, line in enumerate(lines, 1):
        fields = [field.strip() for field in line.split(",")]
        where = f"{origin}, line {number}"
        if not line.strip() or (number == 1 and fields[0].lower() == "class"):
            continue
        if len(fields) != 3 or fields[0] not in CLASSES:
            raise UserError(
                f"{where}: expected class (EI, IE or N), name and sequence, with "
                f"commas between. Found {line[:40]!r}."
            )
        pairs.append((fields[0], check_bases(fields[2], where)))
    if len({label for label, _ in pairs}) < len(CLASSES):
        raise UserError(f"{origin} needs sequences of all of {', '.join(CLASSES)}.")
    return from_pairs(pairs, CLASSES, name=name, kind=kind, origin=origin)


def _zipped(path: Path) -> list[str]:
    """The lines of `splice.data` within the repository's archive."""
    try:
        with zipfile.ZipFile(path) as archive:
            text = archive.read("splice.data")
    except (zipfile.BadZipFile, KeyError, OSError) as error:
        raise UserError(
            f"{path} is damaged: {error}. Delete it to download it anew."
        ) from error
    return io.TextIOWrapper(io.BytesIO(text), "ascii").read().splitlines()


def _check_zip(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            archive.getinfo("splice.data")
    except (zipfile.BadZipFile, KeyError) as error:
        raise ValueError(f"it has no splice.data ({error})") from error
