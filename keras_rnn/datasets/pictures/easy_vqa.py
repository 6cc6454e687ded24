"""Pictures of one coloured shape each, and questions about them (easy-VQA)."""

import io
import json
import tarfile
import zlib
from pathlib import Path

import numpy as np

from keras_rnn.datasets.pictures.image_files import decode_image
from keras_rnn.datasets.pictures.picture_questions import PictureQuestions, sample
from keras_rnn.datasets.sources.public_file import find
from keras_rnn.errors import UserError

URL = "https://github.com/vzhou842/easy-VQA/archive/HEAD.tar.gz"
_NAME = "questions about pictures of shapes (easy-VQA)"

# Pixels of a side that the pictures have.
SIZE = 64

# So many pictures of the training part, one in ten, are kept for validation.
_VALIDATE = 10


def load(source: str | Path | None = None, size: int | None = None) -> PictureQuestions:
    """Return pictures with questions and answers.

    Args:
        source: Path of a folder, or of a tar archive of one, with `train` and `test`,
            each with `questions.json`, a list of `[question, answer, number]`, and the
            pictures `images/NUMBER.png`; `"sample"` for generated scenes of several
            shapes. Default: easy-VQA (Zhou 2019; 48,248 questions about 5,000
            pictures) from `KERAS_RNN_DATA`, the cache or the network, or, where none
            of them has it, the sample.
        size: Integer, pixels of a side that all pictures are brought to; any mode
            becomes red, green and blue. Default: `64`, and `32` for the sample.

    Returns:
        `PictureQuestions`. Every tenth picture of the training part is validation.

    Raises:
        UserError: Something is missing or damaged; with the name of the file.
    """
    if source == "sample":
        return sample(size=size or 32)
    if source is not None:
        path = Path(source).expanduser()
        return _from(path, path.name, "file", str(path), size or SIZE)
    try:
        found = find("easy_vqa/easy_vqa.tar.gz", "easy_vqa.tar.gz", URL, check=_check)
    except UserError as error:
        return sample(
            size=size or 32,
            note=f"easy-VQA cannot be had, so generated pictures stand in. {error}",
        )
    return _from(found.path, _NAME, found.kind, found.origin, size or SIZE)


def _from(path: Path, name: str, kind: str, origin: str, size: int) -> PictureQuestions:
    files = _Folder(path) if path.is_dir() else _Archive(path)
    pictures: list[np.ndarray] = []
    texts, answers, numbers_of, parts = [], [], [], []
    for part in ("train", "test"):
        numbers: dict[int, int] = {}
        for text, answer, number in _questions(files, part):
            if number not in numbers:
                numbers[number] = len(pictures)
                where = f"{part}/images/{number}.png"
                content = io.BytesIO(files.read(where))
                pictures.append(
                    decode_image(content, files.name(where), (size, size), colour=True)
                )
            texts.append(text)
            answers.append(answer)
            numbers_of.append(numbers[number])
            is_kept = part == "train" and number % _VALIDATE == _VALIDATE - 1
            parts.append("validation" if is_kept else part)
    for part in ("train", "validation", "test"):
        if part not in parts:
            raise UserError(
                f"{path} has no pictures for the {part} part. Give {_VALIDATE} or more "
                "to train on, numbered from 0, and some to test on."
            )
    owners = np.array(numbers_of)
    return PictureQuestions(
        images=np.array(pictures),
        texts=texts,
        answers=answers,
        owners=owners,
        parts=np.array(parts),
        boxes=np.array([foreground_box(image) for image in pictures], "float32")[
            owners
        ],
        kinds=[_kind(text) for text in texts],
        name=name,
        kind=kind,
        origin=origin,
    )


def foreground_box(image: np.ndarray) -> tuple[float, float, float, float]:
    """Return the box of all that is not background, the commonest colour.

    Args:
        image: Array `(height, width, 3)`.

    Returns:
        Tuple of floats: top, left, bottom and right, 0 to 1; NaN if there is nothing.
    """
    colours = image.astype("int32") @ (1, 256, 65536)
    values, counts = np.unique(colours, return_counts=True)
    background = values[counts.argmax()]
    background = np.array([background >> shift & 255 for shift in (0, 8, 16)])
    # Scaled pictures have a rim of in-between colours.
    inked = np.abs(image.astype("int32") - background).max(axis=-1) > 60
    rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    if not len(rows):
        return (np.nan,) * 4
    height, width = inked.shape
    return (
        float(rows[0] / height),
        float(columns[0] / width),
        float((rows[-1] + 1) / height),
        float((columns[-1] + 1) / width),
    )


def _kind(text: str) -> str:
    """What a question asks for."""
    first = text.lower().split()[:1]
    if first in (["is"], ["does"]):
        return "yes or no"
    return "colour" if "color" in text.lower() else "shape"


def _questions(files: "_Folder | _Archive", part: str) -> list:
    """The rows of a part's questions, checked."""
    where = f"{part}/questions.json"
    name = files.name(where)
    try:
        rows = json.loads(files.read(where))
    except ValueError as error:
        raise UserError(f"{name} is no JSON file: {error}") from error
    if not isinstance(rows, list) or not rows:
        raise UserError(f"{name} holds no questions.")
    for place, row in enumerate(rows, 1):
        kinds = [type(one) for one in row] if isinstance(row, list) else None
        if kinds != [str, str, int]:
            raise UserError(
                f"{name}, entry {place}: expected [question, answer, number of the "
                f"picture]. Found {json.dumps(row)[:60]}."
            )
    return rows


class _Folder:
    """Files of a folder."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def name(self, where: str) -> str:
        return str(self.path / where)

    def read(self, where: str) -> bytes:
        try:
            return (self.path / where).read_bytes()
        except OSError as error:
            raise UserError(
                f"Cannot read {self.name(where)}: {error.strerror or error}."
            ) from error


class _Archive:
    """Files of a tar archive, whatever folder of it holds `train` and `test`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with tarfile.open(path) as archive:
                self.files = {
                    entry.name: stream.read()
                    for entry in archive
                    if (stream := archive.extractfile(entry))
                }
        except (tarfile.TarError, EOFError, OSError, zlib.error) as error:
            reason = getattr(error, "strerror", None) or error
            raise UserError(
                f"{path} cannot be read as an archive: {reason}. Get it again."
            ) from error
        ends = ("train/questions.json", "test/questions.json")
        roots = [
            name.removesuffix(ends[0]) for name in self.files if name.endswith(ends[0])
        ]
        self.root = next((r for r in roots if r + ends[1] in self.files), "")

    def name(self, where: str) -> str:
        return f"{self.path}: {self.root}{where}"

    def read(self, where: str) -> bytes:
        try:
            return self.files[self.root + where]
        except KeyError:
            raise UserError(f"{self.path} has no file {self.root}{where}.") from None


def _check(path: Path) -> None:
    try:
        with tarfile.open(path) as archive:
            names = archive.getnames()
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise ValueError(f"it is no archive ({error})") from error
    if not any(name.endswith("train/questions.json") for name in names):
        raise ValueError("it has no train/questions.json")
