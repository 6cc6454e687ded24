"""What a watch measures on a wrist in motion: who stands, walks, runs or plays?"""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from keras_rnn.datasets.dataset import Dataset
from keras_rnn.datasets.sources.public_file import find
from keras_rnn.errors import UserError

URL = "https://www.timeseriesclassification.com/aeon-toolkit/BasicMotions.zip"
NAME = "motions of a watch (BasicMotions)"

# Of the generated motions: how often a second a wrist swings, how far (in the unit of
# the accelerometer), and how often it is struck.
_KINDS = {
    "Standing": (0.3, 0.3, 0.0),
    "Running": (2.6, 9.0, 0.0),
    "Walking": (1.6, 3.5, 0.0),
    "Badminton": (0.6, 1.5, 0.05),
}
RATE = 10  # measurements a second


@dataclass(frozen=True)
class Motions(Dataset):
    """Recordings of equal length, each of one activity.

    `name`, `kind`, `origin` and `note` are those of `Dataset`.

    Attributes:
        train: float32 array `(recordings, steps, channels)`.
        train_labels: int32 array `(recordings,)`, the numbers of their classes.
        test: float32 array `(recordings, steps, channels)`, kept for the test.
        test_labels: int32 array `(recordings,)`, the numbers of their classes.
        classes: Tuple of strings, what the numbers mean.
    """

    train: np.ndarray
    train_labels: np.ndarray
    test: np.ndarray
    test_labels: np.ndarray
    classes: tuple[str, ...]
    name: str = field(default=NAME, kw_only=True)

    def __len__(self) -> int:
        return len(self.train) + len(self.test)

    @property
    def amount(self) -> str:
        """String, how much there is of what."""
        _, steps, channels = self.train.shape
        return f"{len(self)} recordings of {steps} steps, {channels} channels"


def load(source: str | Path | None = None) -> Motions:
    """Return recordings of an accelerometer and a gyroscope on the wrist.

    Ten measurements a second for ten seconds, in three directions each, of students
    who stand, walk, run or play badminton; half of them are for the test.

    Args:
        source: Path of a folder with `NAME_TRAIN.ts` and `NAME_TEST.ts`, such as those
            of the UEA archive, of series of equal length; `"sample"` for generated
            ones. Default: BasicMotions of that archive, from `KERAS_RNN_DATA`, the
            cache or the network, or, where none of them has it, the sample.

    Returns:
        `Motions`.

    Raises:
        UserError: A file is missing or cannot be read, or the two do not fit.
    """
    if source == "sample":
        return sample()
    if source is not None:
        return _read_folder(Path(source), "file", str(source), Path(source).name)
    try:
        found = find("basic_motions", "basic_motions.zip", URL, check=_check_zip)
    except UserError as error:
        return sample(
            note=f"The recordings cannot be had, so a sample stands in. {error}"
        )
    if found.kind == "file":
        return _read_folder(found.path, found.kind, found.origin, NAME)
    parts = [
        read_ts(_unzipped(found.path, part), f"{found.path}, {part}")
        for part in ("TRAIN", "TEST")
    ]
    return _joined(parts, kind=found.kind, origin=found.origin, name=NAME)


def sample(count: int = 20, steps: int = 100, seed: int = 0, note: str = "") -> Motions:
    """Return generated recordings: swings of a wrist, with noise, and strokes.

    Args:
        count: Integer, recordings of each class, half of them for the test. Default:
            `20`.
        steps: Integer, length of a recording. Default: `100`.
        seed: Integer. Default: `0`.
        note: String, why the sample stands in for other data. Default: `""`.

    Returns:
        `Motions`.
    """
    generator = np.random.default_rng(seed)
    parts = []
    for _ in ("train", "test"):
        labels = np.repeat(np.arange(len(_KINDS)), count // 2).astype("int32")
        series = [
            _swings(list(_KINDS.values())[one], steps, generator) for one in labels
        ]
        parts.append((np.array(series, "float32"), labels))
    (train, train_labels), (test, test_labels) = parts
    return Motions(
        train,
        train_labels,
        test,
        test_labels,
        tuple(_KINDS),
        name="motions of a watch",
        origin=f"generated, seed {seed}",
        note=note,
    )


def read_ts(text: str, where: str) -> tuple[np.ndarray, list[str]]:
    """Read series of equal length in the format `.ts` of the UEA archive.

    Lines of `#` are remarks, those of `@` say what the file holds, and after `@data`
    each line is a recording: its channels with colons between, the values of each with
    commas, and the class last.

    Args:
        text: String.
        where: String, how to call the file in a message.

    Returns:
        Tuple: float32 array `(recordings, steps, channels)`, and list of strings, the
        class of each.

    Raises:
        UserError: The text is no such file, or the series differ in size; with the
            number of the line.

    Example:

    >>> series, classes = read_ts("@data\\n1,2,3:4,5,6:Walking", "here")
    >>> series[0].tolist(), classes
    ([[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]], ['Walking'])
    """
    series: list[np.ndarray] = []
    classes: list[str] = []
    is_data = False
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip()
        if not is_data:
            is_data = line.lower() == "@data"
            continue
        if not line or line.startswith("#"):
            continue
        *channels, name = line.split(":")
        if not channels or not name.strip():
            raise UserError(
                f"{where}, line {number}: expected channels and a class, with colons "
                f"between. Found {line[:40]!r}."
            )
        try:
            values = np.array([one.split(",") for one in channels], "float32").T
        except ValueError as error:
            raise UserError(
                f"{where}, line {number}: not all channels are equally many numbers "
                f"({error})."
            ) from error
        if series and values.shape != series[0].shape:
            raise UserError(
                f"{where}, line {number} has {values.shape[0]} steps of "
                f"{values.shape[1]} channels, the lines before {series[0].shape[0]} of "
                f"{series[0].shape[1]}: only series of equal size can be read."
            )
        if not np.isfinite(values).all():
            raise UserError(f"{where}, line {number}: a value is missing.")
        series.append(values)
        classes.append(name.strip())
    if not series:
        raise UserError(f"{where} has no recordings after a line @data.")
    return np.array(series), classes


def _swings(
    kind: tuple[float, float, float], steps: int, generator: np.random.Generator
) -> np.ndarray:
    """One recording: each channel swings in its own way, at about the same pace."""
    pace, reach, strokes = kind
    time = np.arange(steps)[:, None] / RATE
    channels = 6
    size = reach * generator.uniform(0.3, 1.2, channels)
    size[3:] /= 3  # turning is measured in other units
    phase = generator.uniform(0, 2 * np.pi, channels)
    swing = np.sin(2 * np.pi * pace * generator.uniform(0.85, 1.15) * time + phase)
    struck = generator.random((steps, 1)) < strokes
    blow = struck * generator.normal(0, 8, (steps, channels))
    noise = generator.normal(0, 0.3 + 0.1 * reach, (steps, channels))
    return size * swing + blow + noise


def _read_folder(folder: Path, kind: str, origin: str, name: str) -> Motions:
    parts = []
    for part in ("TRAIN", "TEST"):
        paths = sorted(folder.glob(f"*_{part}.ts"))
        if len(paths) != 1:
            raise UserError(
                f"{folder} has {len(paths)} files *_{part}.ts. Give a folder with one, "
                "and one for the other part."
            )
        try:
            text = paths[0].read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UserError(f"{paths[0]} cannot be read as UTF-8: {error}") from error
        parts.append(read_ts(text, str(paths[0])))
    return _joined(parts, kind=kind, origin=origin, name=name)


def _joined(parts: Sequence[tuple[np.ndarray, Sequence[str]]], **about: str) -> Motions:
    (train, train_names), (test, test_names) = parts
    if train.shape[1:] != test.shape[1:]:
        raise UserError(
            f"{about['origin']}: the series to train on are {train.shape[1:]} (steps, "
            f"channels), and those of the test {test.shape[1:]}: expected the same."
        )
    classes = tuple(dict.fromkeys(train_names))
    strange = sorted(set(test_names) - set(classes))
    if strange or len(classes) < 2:
        raise UserError(
            f"{about['origin']}: the classes to train on are {', '.join(classes)}"
            + (f", and the test has {', '.join(strange)}." if strange else ": too few.")
        )
    numbers = {name: number for number, name in enumerate(classes)}
    labels = [
        np.array([numbers[name] for name in names], "int32")
        for names in (train_names, test_names)
    ]
    return Motions(train, labels[0], test, labels[1], classes, **about)


def _unzipped(path: Path, part: str) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            [name] = [
                name for name in archive.namelist() if name.endswith(f"{part}.ts")
            ]
            return io.TextIOWrapper(io.BytesIO(archive.read(name)), "utf-8").read()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise UserError(
            f"{path} is damaged: {error}. Delete it to download it anew."
        ) from error


def _check_zip(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except zipfile.BadZipFile as error:
        raise ValueError(f"it is no archive ({error})") from error
    if sum(name.endswith(("_TRAIN.ts", "_TEST.ts")) for name in names) != 2:
        raise ValueError("it has not the two files .ts")


def read_recording(path: str | Path, channels: int) -> np.ndarray:
    """Read the measurements of a text file.

    Args:
        path: String or `pathlib.Path`.
        channels: Integer, how many numbers a line has to have.

    Returns:
        float32 array `(steps, channels)`.

    Raises:
        UserError: The file is missing or empty, or a line has something else; with
            its number.
    """
    path = Path(path).expanduser()
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path} cannot be read as a text: {error}") from error
    rows = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            rows.append([float(value) for value in line.replace(",", " ").split()])
        except ValueError as error:
            raise UserError(f"{path}, line {number}: {error}.") from error
        if len(rows[-1]) != channels:
            raise UserError(
                f"{path}, line {number} has {len(rows[-1])} values. The model knows "
                f"{channels} channels: give a number for each, with commas between."
            )
    if not rows:
        raise UserError(f"{path} holds no measurements.")
    return np.array(rows, "float32")
