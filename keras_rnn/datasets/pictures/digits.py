"""Handwritten digits, 28 by 28 pixels: measured ones, or drawn by a generator."""

import gzip
import zlib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from keras_rnn.datasets.dataset import Dataset
from keras_rnn.datasets.sources.cache import own_path
from keras_rnn.errors import UserError

SIZE = 28
COUNT = 10_000

_NOT_THERE = (
    "The digits are generated, not written by hand: for real ones, set KERAS_RNN_DATA "
    "to a folder that holds mnist_test/t10k-images-idx3-ubyte.gz and "
    "mnist_test/t10k-labels-idx1-ubyte.gz."
)

# Each digit as lines through points (x to the right, y down, both 0 to 1).
_STROKES = {
    0: "50,8 24,22 18,50 24,78 50,92 76,78 82,50 76,22 50,8",
    1: "32,28 54,8 54,92",
    2: "20,28 32,10 58,8 76,24 70,46 18,92 82,92",
    3: "22,14 50,8 74,22 66,42 44,48 70,56 78,74 56,92 20,86",
    4: "62,92 62,8 16,66 84,66",
    5: "76,10 30,10 26,46 56,42 78,60 68,86 22,90",
    6: "68,8 36,30 22,62 34,90 66,90 76,68 60,52 26,62",
    7: "18,10 82,10 44,92",
    8: "50,48 26,34 32,12 50,8 68,12 74,34 50,48 22,68 30,90 50,94 70,90 78,68 50,48",
    9: "74,36 54,50 28,38 30,14 56,8 74,24 74,36 68,68 46,92",
}


@dataclass(frozen=True)
class Digits(Dataset):
    """Images of digits, and which digit each is.

    `name`, `kind`, `origin` and `note` are those of `Dataset`.

    Args:
        images: Integer array `(count, 28, 28)`, 0 (paper) to 255 (ink), row by row
            from the top.
        labels: Integer array `(count,)`, 0 to 9.
    """

    images: np.ndarray
    labels: np.ndarray
    name: str = field(default="digits", kw_only=True)

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def amount(self) -> str:
        """String, how much there is of what."""
        return f"{len(self):,} images"


def load(generated: bool = False) -> Digits:
    """Load 10,000 digits: those of a file, or generated ones.

    The file is the test part of MNIST, two files in the folder that `KERAS_RNN_DATA`
    names: `mnist_test/t10k-images-idx3-ubyte.gz` and `t10k-labels-idx1-ubyte.gz` beside
    it. Nothing is downloaded: without them the digits are drawn by `generate`, and
    `kind` and `note` say so. The first half of the file is by tidier writers than the
    second, so shuffle before splitting.

    Args:
        generated: Boolean, whether to draw them although the files are there.
            Default: `False`.

    Returns:
        `Digits`.

    Raises:
        UserError: A file is there and cannot be read.
    """
    images_path = own_path("mnist_test/t10k-images-idx3-ubyte.gz")
    labels_path = own_path("mnist_test/t10k-labels-idx1-ubyte.gz")
    if generated or images_path is None or labels_path is None:
        images, labels = generate()
        note = "" if generated else _NOT_THERE
        return Digits(images, labels, note=note, origin="drawn by a generator, seed 0")
    images, labels = read_idx(images_path), read_idx(labels_path)
    if images.shape[1:] != (SIZE, SIZE) or labels.shape != images.shape[:1]:
        raise UserError(
            f"{images_path} holds an array {images.shape} and {labels_path.name} one "
            f"of {labels.shape}: expected (count, {SIZE}, {SIZE}) and (count,)."
        )
    if labels.size and labels.max() > 9:
        raise UserError(f"{labels_path} has a label {labels.max()}: expected 0 to 9.")
    return Digits(
        images,
        labels,
        kind="file",
        name="handwritten digits (test part of MNIST)",
        origin=str(images_path),
    )


def read_idx(path: Path) -> np.ndarray:
    """Read an array of bytes in the IDX format, compressed with gzip.

    Two zero bytes, a code for the type (8: unsigned byte), the number of dimensions,
    each dimension in four bytes, the largest first, and then the values.

    Args:
        path: `pathlib.Path`.

    Returns:
        Array of unsigned bytes.

    Raises:
        UserError: The file is no such array, or is not whole.
    """
    try:
        content = gzip.decompress(path.read_bytes())
    except (OSError, EOFError, zlib.error) as error:
        raise UserError(f"{path} cannot be read: {error}") from error
    if len(content) < 4 or content[:3] != b"\x00\x00\x08":
        raise UserError(f"{path} is no IDX file of bytes: get it again.")
    begin = 4 + 4 * content[3]
    shape = tuple(np.frombuffer(content[4:begin], ">u4").tolist())
    values = np.frombuffer(content[begin:], np.uint8)
    if len(shape) != content[3] or values.size != np.prod(shape, dtype=int):
        raise UserError(
            f"{path} says that it holds {' x '.join(map(str, shape))} values, and has "
            f"{values.size}: get it again."
        )
    return values.reshape(shape)


def generate(count: int = COUNT, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Draw digits with a pen: each sheared, turned, scaled, moved and bent by chance.

    Easier to tell apart than what people write, and good for trying things out.

    Args:
        count: Integer, how many. Default: 10,000.
        seed: Integer. Default: 0.

    Returns:
        Tuple of images, an integer array `(count, 28, 28)` of 0 (paper) to 255 (ink),
        and labels, an integer array `(count,)` of 0 to 9.

    Example:

    >>> images, labels = generate(20)
    >>> images.shape, images.dtype, labels.shape
    ((20, 28, 28), dtype('uint8'), (20,))
    """
    generator = np.random.default_rng(seed)
    labels = generator.integers(0, 10, count).astype(np.uint8)
    images = np.empty((count, SIZE, SIZE), np.uint8)
    for digit, points in _STROKES.items():
        places = np.flatnonzero(labels == digit)
        line = np.array([[int(n) for n in p.split(",")] for p in points.split()]) / 100
        for chunk in np.array_split(places, len(places) // 256 + 1):
            images[chunk] = _draw(line, len(chunk), generator)
    return images, labels


def _draw(line: np.ndarray, count: int, generator: np.random.Generator) -> np.ndarray:
    """Images `(count, 28, 28)` of one line, each distorted in its own way."""
    points = line - 0.5 + generator.normal(0, 0.025, (count, *line.shape))
    angle = generator.normal(0, 0.12, count)
    width, height = (
        generator.normal(0.85, 0.12, count),
        generator.normal(1, 0.06, count),
    )
    shear = generator.normal(-0.1, 0.2, count)
    matrix = np.array(
        [
            [width * np.cos(angle), shear - np.sin(angle)],
            [np.sin(angle), height * np.cos(angle)],
        ]
    )  # (2, 2, count)
    points = np.einsum("abn,npb->npa", matrix, points) * 19.0
    points += SIZE / 2 + generator.normal(0, 0.7, (count, 1, 2))

    points = points.astype(np.float32)
    grid = np.arange(SIZE, dtype=np.float32) + 0.5
    nearest = np.full((count, SIZE, SIZE), np.inf, np.float32)
    for number in range(len(line) - 1):
        start = points[:, number]
        along = points[:, number + 1] - start  # (count, x and y)
        x = grid - start[:, :1]  # (count, 28), from the start of this piece
        y = grid - start[:, 1:]
        length = np.maximum((along**2).sum(axis=1, keepdims=True), 1e-9)
        part = (y * along[:, 1:] / length)[:, :, None]
        part = np.clip(part + (x * along[:, :1] / length)[:, None], 0, 1)
        off_x = x[:, None] - part * along[:, :1, None]
        off_y = y[:, :, None] - part * along[:, 1:, None]
        nearest = np.minimum(nearest, off_x**2 + off_y**2)
    pen = generator.normal(1.25, 0.2, (count, 1, 1))
    ink = np.clip(pen + 0.5 - np.sqrt(nearest), 0, 1)
    return (255 * ink).round().astype(np.uint8)
