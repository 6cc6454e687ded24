"""People who say the ten digits, recorded; or a robot that does."""

import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from keras_rnn.datasets.dataset import Dataset
from keras_rnn.datasets.sound.robot_speech import WORDS, say
from keras_rnn.datasets.sound.wav_files import RATE, decode_wav, read_wav
from keras_rnn.datasets.sources.public_file import find
from keras_rnn.errors import UserError

URL = (
    "https://github.com/Jakobovski/free-spoken-digit-dataset/archive/refs/heads/"
    "master.tar.gz"
)
NAME = "spoken digits (Free Spoken Digit Dataset)"

# The takes that the data set's own page keeps for the test, and those that choose the
# epoch.
TEST_TAKES, VALIDATION_TAKES = range(5), range(5, 7)

# Samples, digit, speaker and take.
Recording = tuple[np.ndarray, int, str, int]

# Pitch in Hz and size of each robot.
_ROBOTS = {"anvil": (95, 1.0), "bolt": (130, 1.08), "cog": (190, 1.16)}


@dataclass(frozen=True)
class SpokenDigits(Dataset):
    """Recordings of single digits, by several speakers, several takes each.

    `name`, `kind`, `origin` and `note` are those of `Dataset`.

    Attributes:
        waves: List of float32 arrays `(samples,)`, -1 to 1.
        digits: Integer array, what is said: 0 to 9.
        speakers: Array of strings, who says it.
        takes: Integer array, which take it is.
        rate: Integer, samples a second. Default: `8000`.
    """

    waves: list[np.ndarray]
    digits: np.ndarray
    speakers: np.ndarray
    takes: np.ndarray
    rate: int = RATE
    name: str = field(default=NAME, kw_only=True)

    def __len__(self) -> int:
        return len(self.waves)

    @property
    def texts(self) -> list[str]:
        """List of strings, what is said, spelled out."""
        return [WORDS[digit] for digit in self.digits]

    @property
    def amount(self) -> str:
        """String, how much there is of what."""
        minutes = sum(map(len, self.waves)) / self.rate / 60
        speakers = len(set(self.speakers.tolist()))
        return (
            f"{len(self):,} recordings of {speakers} speakers, {minutes:.0f} minutes, "
            f"{self.rate} Hz"
        )

    def places(self, part: str, without: str | None = None) -> np.ndarray:
        """Return which recordings belong to a part.

        Args:
            part: `"train"`, `"validation"` or `"test"`: split by take, so that no take
                is in two of them.
            without: String, a speaker to leave out. Default: `None`.

        Returns:
            Integer array.
        """
        test = np.isin(self.takes, TEST_TAKES)
        validation = np.isin(self.takes, VALIDATION_TAKES)
        chosen = {
            "train": ~test & ~validation,
            "validation": validation,
            "test": test,
        }[part]
        return np.flatnonzero(chosen & (self.speakers != without))


def load(source: str | Path | None = None) -> SpokenDigits:
    """Return recordings of spoken digits.

    Args:
        source: Path of a folder or a `.tar.gz` archive of files called
            `DIGIT_SPEAKER_TAKE.wav`, such as `7_jackson_32.wav`; takes 0 to 4 are the
            test, 5 and 6 choose the epoch. `"sample"` for a robot's. Default: the Free
            Spoken Digit Dataset, from `KERAS_RNN_DATA`, the cache or the network, or,
            where none of them has it, the sample.

    Returns:
        `SpokenDigits`.

    Raises:
        UserError: A file is missing, has another name or cannot be read.
    """
    if source == "sample":
        return sample()
    if source is not None:
        path = Path(source).expanduser()
        return _from(path, path.name, "file", str(path))
    try:
        found = find(
            "fsdd/recordings.tar.gz", "fsdd_recordings.tar.gz", URL, check=_check
        )
    except UserError as error:
        return sample(
            note=f"The recordings cannot be had, so a robot stands in. {error}"
        )
    return _from(found.path, NAME, found.kind, found.origin)


def sample(takes: int = 14, seed: int = 0, note: str = "") -> SpokenDigits:
    """Return digits as three robots say them, each with its own pitch and size.

    The sounds are made by `keras_rnn.datasets.sound.robot_speech.say`.

    Args:
        takes: Integer, of each digit and robot. Default: `14`.
        seed: Integer. Default: `0`.
        note: String, why the sample stands in for other data. Default: `""`.

    Returns:
        `SpokenDigits`.
    """
    generator = np.random.default_rng(seed)
    made = [
        (say(digit, generator, pitch=pitch, size=size), digit, name, take)
        for name, (pitch, size) in _ROBOTS.items()
        for digit in range(10)
        for take in range(takes)
    ]
    return _made(
        made,
        kind="sample",
        name="digits said by robots",
        note=note,
        origin=f"made of sines, seed {seed}",
    )


def parse_name(path: str | Path) -> tuple[int, str, int]:
    """Return digit, speaker and take of a file's name.

    Args:
        path: String or `pathlib.Path`.

    Returns:
        Tuple of an integer, a string and an integer.

    Raises:
        UserError: The name is of another form.

    Example:

    >>> parse_name("recordings/7_jackson_32.wav")
    (7, 'jackson', 32)
    """
    parts = Path(path).stem.split("_")
    if len(parts) == 3 and parts[0] in map(str, range(10)) and parts[2].isdecimal():
        return int(parts[0]), parts[1], int(parts[2])
    raise UserError(
        f"{path} is not called DIGIT_SPEAKER_TAKE.wav, such as 7_jackson_32.wav."
    )


def _from(path: Path, name: str, kind: str, origin: str) -> SpokenDigits:
    read = _read_folder if path.is_dir() else _read_archive
    # By speaker, digit and take, in whatever order the files are.
    made = sorted(read(path), key=lambda one: (one[2], one[1], one[3]))
    if not made:
        raise UserError(f"{path} has no files DIGIT_SPEAKER_TAKE.wav.")
    data = _made(made, kind=kind, name=name, origin=origin)
    for part in ("train", "validation", "test"):
        if not len(data.places(part)):
            raise UserError(
                f"{path} has no takes for the {part} part: takes 0 to 4 are the test, "
                "5 and 6 choose the epoch, and the others are learned from."
            )
    return data


def _made(made: Iterable[Recording], **about: Any) -> SpokenDigits:
    waves, digits, speakers, takes = zip(*made, strict=True)
    return SpokenDigits(
        list(waves), np.array(digits), np.array(speakers), np.array(takes), **about
    )


def _read_folder(folder: Path) -> Iterator[Recording]:
    for path in sorted(folder.glob("*.wav")):
        digit, speaker, take = parse_name(path)
        yield read_wav(path), digit, speaker, take


def _read_archive(path: Path) -> Iterator[Recording]:
    try:
        with tarfile.open(path) as archive:
            for member in archive:
                stream = archive.extractfile(member)  # `None` of a folder
                if stream and member.name.endswith(".wav"):
                    digit, speaker, take = parse_name(member.name)
                    wave = decode_wav(stream.read(), f"{path}, {member.name}")
                    yield wave, digit, speaker, take
    except (tarfile.TarError, EOFError, OSError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UserError(
            f"{path} cannot be read as an archive: {reason}. Give a folder or a "
            ".tar.gz archive of WAV files."
        ) from error


def _check(path: Path) -> None:
    try:
        with tarfile.open(path) as archive:
            count = sum(name.endswith(".wav") for name in archive.getnames())
    except (tarfile.TarError, EOFError, OSError) as error:
        raise ValueError(f"it is no archive ({error})") from error
    if count < 100:
        raise ValueError(f"it has {count} WAV files")
