"""The series of the M4 competition: many of one frequency, and what followed each."""

from __future__ import annotations

import csv
import gzip
import io
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from keras_rnn.datasets.dataset import Dataset
from keras_rnn.datasets.sources.cache import own_path
from keras_rnn.datasets.sources.public_file import Found, find
from keras_rnn.errors import UserError, nearest

URL = (
    "https://raw.githubusercontent.com/Mcompetitions/M4-methods/master/Dataset/"
    "{folder}/{file}.csv"
)

# Steps to forecast, and steps of a season, as the competition set them.
HORIZONS = {
    "hourly": 48,
    "daily": 14,
    "weekly": 13,
    "monthly": 18,
    "quarterly": 8,
    "yearly": 6,
}
SEASONS = {
    "hourly": 24,
    "daily": 1,
    "weekly": 1,
    "monthly": 12,
    "quarterly": 4,
    "yearly": 1,
}
NAMES = tuple(f"m4-{frequency}" for frequency in HORIZONS)


@dataclass(frozen=True)
class M4(Dataset):
    """Series of one frequency, without time stamps, of different lengths.

    `name`, `kind`, `origin` and `note` are those of `Dataset`.

    Attributes:
        ids: Tuple of strings, the name of each series.
        train: Tuple of float64 arrays `(steps,)`, what a forecaster may see.
        test: float64 array `(series, horizon)`, what followed.
        frequency: String: `"hourly"`, ..., `"yearly"`.
        season: Integer, steps of a season by the rules of the competition; 1 for none.
    """

    ids: tuple[str, ...]
    train: tuple[np.ndarray, ...]
    test: np.ndarray
    frequency: str
    season: int
    name: str = field(default="M4", kw_only=True)

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def horizon(self) -> int:
        """Integer, steps to forecast."""
        return self.test.shape[1]

    @property
    def amount(self) -> str:
        """String, how much there is of what."""
        lengths = [len(one) for one in self.train]
        return (
            f"{len(self):,} series of {min(lengths):,} to {max(lengths):,} steps, "
            f"{self.horizon} to forecast"
        )


def load(source: str = "m4-hourly") -> M4:
    """Load the series of one frequency: one's own files, the cache or the network.

    Source: Makridakis, Spiliotis & Assimakopoulos 2020, "The M4 Competition: 100,000
    time series and 61 forecasting methods", International Journal of Forecasting 36.

    Args:
        source: String: `"m4-hourly"`, `"m4-daily"`, `"m4-weekly"`, `"m4-monthly"`,
            `"m4-quarterly"` or `"m4-yearly"`. Default: `"m4-hourly"`.

    Returns:
        `M4`.

    Raises:
        UserError: An unknown name, or files that cannot be had or read.
    """
    if source not in NAMES:
        raise UserError(
            f"There is no M4 data set {source!r}.{nearest(source, NAMES)} "
            f"Known are {', '.join(map(repr, NAMES))}."
        )
    frequency = source.removeprefix("m4-")
    train_file, test_file = _find(frequency, "Train"), _find(frequency, "Test")
    ids, train = read_m4(train_file.path)
    test_ids, test = read_m4(test_file.path)
    horizon = HORIZONS[frequency]
    if ids != test_ids:
        raise UserError(
            f"{train_file.path} and {test_file.path} do not hold the same series in "
            "the same order: take both from one source."
        )
    for name, one in zip(ids, test, strict=True):
        if len(one) != horizon:
            raise UserError(
                f"{test_file.path}, series {name!r}: expected {horizon} values, found "
                f"{len(one)}."
            )
    return M4(
        tuple(ids),
        tuple(train),
        np.array(test),
        frequency,
        SEASONS[frequency],
        name=f"M4 {frequency}",
        kind=train_file.kind,
        origin=train_file.origin,
    )


def read_m4(path: str | Path) -> tuple[list[str], list[np.ndarray]]:
    """Read a file of the competition: a header, then a series a line, its name first.

    Args:
        path: String or `pathlib.Path`, also of a file compressed by gzip. Lines may end
            in empty cells, where others are longer.

    Returns:
        Tuple: list of strings, the names, and list of float64 arrays `(steps,)`.

    Raises:
        UserError: The file cannot be read, or a line is no series; with its number.
    """
    path = Path(path)
    names: list[str] = []
    series: list[np.ndarray] = []
    for number, (name, *cells) in enumerate(_lines(path), 2):
        while cells and not cells[-1].strip():
            cells.pop()
        try:
            values = np.array(cells, "float64")
        except ValueError as error:
            raise UserError(f"{path}, line {number}, {name!r}: {error}.") from error
        if not len(values) or not np.isfinite(values).all():
            raise UserError(
                f"{path}, line {number}, {name!r}: expected numbers without a gap."
            )
        names.append(name)
        series.append(values)
    if not names:
        raise UserError(f"{path} holds no series below its header.")
    return names, series


def _lines(path: Path) -> list[list[str]]:
    try:
        data = path.read_bytes()
        data = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
        lines = list(csv.reader(io.StringIO(data.decode("utf-8"))))
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise UserError(f"{path} cannot be read: {error}") from error
    return [line for line in lines[1:] if line]


def _find(frequency: str, part: str) -> Found:
    file = f"{frequency.capitalize()}-{part.lower()}"
    url = URL.format(folder=part, file=file)
    for own in (f"m4/{file}.csv", f"m4/{file}.csv.gz"):
        if own_path(own, is_there=Path.exists):
            return find(own, own, url)
    return find(f"m4/{file}.csv", f"m4/{file}.csv", url, check=_check)


def _check(path: Path) -> None:
    try:
        read_m4(path)
    except UserError as error:
        raise ValueError(str(error)) from error
