"""Photographs with captions, in the format of Flickr8k (Hodosh et al. 2013)."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from keras_rnn.datasets.dataset import Dataset
from keras_rnn.datasets.text.labelled_texts import read_lines
from keras_rnn.errors import UserError

PARTS = ("train", "validation", "test")
CAPTION_FILES = ("Flickr8k.token.txt", "captions.txt")
PICTURE_FOLDERS = ("Images", "Flicker8k_Dataset", "Flickr8k_Dataset")

# Lists of pictures that come with Flickr8k: one name a line.
_LISTS = {
    "train": "Flickr_8k.trainImages.txt",
    "validation": "Flickr_8k.devImages.txt",
    "test": "Flickr_8k.testImages.txt",
}
# Flickr8k's captions tell of a picture that is not among its pictures.
_ABSENT = "2258277193_586949ec62.jpg"

_SUFFIXES = (".jpg", ".jpeg", ".png", ".gif", ".bmp", ".webp", ".tif", ".tiff")
_LINE = re.compile(r"(?P<name>[^\t]+)#\d+[ ]*\t(?P<caption>.*\S.*)")


@dataclass(frozen=True)
class CaptionedPhotographs(Dataset):
    """Picture files, each with its captions.

    `name`, `kind`, `origin` and `note` are those of `Dataset`.

    Attributes:
        paths: List of `pathlib.Path`, those of the training first, then those of the
            validation, then those of the test.
        captions: List of lists of strings, one list for each picture.
        parts: Array of strings: `"train"`, `"validation"` or `"test"`.
    """

    paths: list[Path]
    captions: list[list[str]]
    parts: np.ndarray

    def __len__(self) -> int:
        return len(self.paths)

    @property
    def texts(self) -> list[str]:
        """List of strings, all captions."""
        return [text for own in self.captions for text in own]

    def places(self, part: str) -> slice:
        """Return the places of a part in `paths`, as a slice.

        Args:
            part: String, `"train"`, `"validation"` or `"test"`.
        """
        own = np.flatnonzero(self.parts == part)
        return slice(int(own[0]), int(own[-1]) + 1)

    @property
    def amount(self) -> str:
        """String, how much there is of what."""
        counts = ", ".join(f"{np.sum(self.parts == part):,} {part}" for part in PARTS)
        return f"{len(self):,} pictures ({counts}) with {len(self.texts):,} captions"


def load(folder: str | Path) -> CaptionedPhotographs:
    """Return the photographs of a folder, with their captions.

    The folder holds a file of captions, `Flickr8k.token.txt` or `captions.txt`, and
    the pictures, in `Images`, in `Flicker8k_Dataset` (as the original spells it) or in
    the folder itself. Where it holds `Flickr_8k.trainImages.txt`, `...devImages.txt`
    and `...testImages.txt`, these tell which picture belongs to which part, and others
    are left out. Else one picture in ten is kept for the validation and one in ten for
    the test, always the same ones. All captions of a picture are in one part.

    Flickr8k itself has captions of one picture that it does not have
    (2258277193_586949ec62.jpg); these alone may lack theirs.

    Args:
        folder: String or `pathlib.Path`.

    Returns:
        `CaptionedPhotographs`. The pictures themselves are not opened yet.

    Raises:
        UserError: Something is missing or is not as it should be; with the file and
            the line.
    """
    folder = Path(folder).expanduser()
    if not folder.is_dir():
        raise UserError(
            f"{folder} is not a folder. Give one that holds pictures and "
            f"{CAPTION_FILES[0]}, lines of name.jpg#0, a tab and a caption."
        )
    captions_file = _first(folder, CAPTION_FILES, Path.is_file)
    if captions_file is None:
        raise UserError(
            f"{folder} has no file of captions: {' or '.join(CAPTION_FILES)}, lines of "
            "name.jpg#0, a tab and a caption."
        )
    pictures = _first(folder, PICTURE_FOLDERS, Path.is_dir) or folder
    captions, lines = read_captions(captions_file)
    if not (pictures / _ABSENT).is_file():
        captions.pop(_ABSENT, None)
        lines.pop(_ABSENT, None)
    there = {
        path.name
        for path in pictures.iterdir()
        if path.suffix.lower() in _SUFFIXES and path.is_file()
    }
    for name, line in lines.items():
        if name not in there:
            raise UserError(
                f"{captions_file}, line {line}: there is no picture "
                f"{pictures / name}. Put it there, or take its captions away."
            )
    for name in sorted(there - set(captions)):
        raise UserError(
            f"{pictures / name} has no caption in {captions_file}. Add a line "
            f"{name}#0, a tab and a caption, or take the picture away."
        )
    part_of = _parts(folder, sorted(captions), captions_file)
    names = [name for part in PARTS for name in part_of[part]]
    return CaptionedPhotographs(
        paths=[pictures / name for name in names],
        captions=[captions[name] for name in names],
        parts=np.repeat(PARTS, [len(part_of[part]) for part in PARTS]),
        name=f"photographs of {folder.name}",
        kind="file",
        origin=str(folder),
    )


def read_captions(path: str | Path) -> tuple[dict[str, list[str]], dict[str, int]]:
    """Read a file of captions: lines `name.jpg#0`, a tab, and a caption.

    Flickr8k's own file once calls a picture `....jpg.1`: what stands behind a picture's
    suffix is left out.

    Args:
        path: String or `pathlib.Path` of a text file in UTF-8, UTF-16 with a byte order
            mark, or latin-1.

    Returns:
        Dict from a picture's name to the list of its captions, and dict from the same
        names to the number of the line where each is first named.

    Raises:
        UserError: The file is missing or empty, or a line has no number, no tab or no
            caption.
    """
    captions: dict[str, list[str]] = {}
    lines: dict[str, int] = {}
    for number, line in enumerate(read_lines(path), 1):
        if not line.strip():
            continue
        found = _LINE.fullmatch(line)
        if not found:
            raise UserError(
                f"{path}, line {number}: expected name.jpg#0, a tab and a caption. "
                f"Found {line[:40]!r}."
            )
        name = found["name"].strip()
        if Path(name).suffix.lower() not in _SUFFIXES:
            shorter = name.removesuffix(Path(name).suffix)
            name = shorter if shorter.lower().endswith(_SUFFIXES) else name
        captions.setdefault(name, []).append(found["caption"].strip())
        lines.setdefault(name, number)
    return captions, lines


def _first(
    folder: Path, names: Iterable[str], is_there: Callable[[Path], bool]
) -> Path | None:
    return next((folder / name for name in names if is_there(folder / name)), None)


def _parts(folder: Path, names: list[str], captions_file: Path) -> dict[str, list[str]]:
    """The names of each part."""
    lists = {part: folder / name for part, name in _LISTS.items()}
    if all(path.is_file() for path in lists.values()):
        return {part: _listed(path, set(names)) for part, path in lists.items()}
    if len(names) < len(PARTS):
        raise UserError(
            f"{captions_file} has captions of {len(names)} pictures. Give three at "
            "least: one to learn from, one to validate on and one to test on."
        )
    order = np.random.default_rng(0).permutation(len(names))
    names = [names[place] for place in order]
    held = max(len(names) // 10, 1)
    return {
        "train": names[2 * held :],
        "validation": names[:held],
        "test": names[held : 2 * held],
    }


def _listed(path: Path, known: set[str]) -> list[str]:
    """The names in a list of pictures."""
    names = []
    for number, line in enumerate(read_lines(path), 1):
        if not (name := line.strip()):
            continue
        if name not in known:
            raise UserError(
                f"{path}, line {number}: {name} has no captions. Correct the name or "
                "take the line away."
            )
        names.append(name)
    return names
