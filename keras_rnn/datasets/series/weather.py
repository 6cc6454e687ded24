"""Weather series: the Jena station's, or a generated one."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pandas as pd

from keras_rnn.datasets.series.series import Series, choose_target
from keras_rnn.datasets.series.weather_sample import generate
from keras_rnn.datasets.sources.cache import cache_folder, own_path
from keras_rnn.datasets.sources.download import NotOnServerError, download
from keras_rnn.datasets.tables.column_names import units_of
from keras_rnn.datasets.tables.file_bytes import read_bytes, to_utf8
from keras_rnn.datasets.tables.layout import find_layout
from keras_rnn.datasets.tables.read_table import read_table
from keras_rnn.errors import UserError, nearest

JENA_URL = (
    "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
    "jena_climate_2009_2016.csv.zip"
)
STATION_URLS = (
    "https://www.bgc-jena.mpg.de/wetter/mpi_roof_{year}{half}.zip",
    "https://www.bgc-jena.mpg.de/wetter/data/mpi_roof_{year}{half}.zip",
)

_TEMPERATURE = "T (degC)"
_NAMES = ("weather", "weather-2020", "sample")
# Files that KERAS_RNN_DATA may hold, the most complete first.
_JENA_FILES = (
    "jena_climate_2009_2016.csv",
    "jena_climate_2009_2016.csv.zip",
    "weather/jena_climate_2009_2016.csv",
    "weather/jena_climate_2009_2016.csv.zip",
    "weather/jena_hourly_2009_2016_6col.csv.gz",
)
_YEAR_FILES = ("weather/weather_{year}.csv.zip", "weather/weather_{year}.csv")
_HALF_FILES = ("mpi_roof_{year}{half}.zip", "weather/mpi_roof_{year}{half}.zip")


def load(source: str = "weather", *, time_column: str | None = None) -> Series:
    """Load a weather series.

    Where it comes from, in this order: `KERAS_RNN_DATA`, a folder with files of
    one's own; the cache of earlier downloads; a download. Only the default source has
    a last resort, a generated sample, and then `Series.kind` is `"sample"` and
    `Series.note` says why. `load_series` also reads tables of one's own.

    Args:
        source: String: `"weather"` (Max Planck Institute for Biogeochemistry, Jena,
            2009 to 2016), `"weather-2020"` or another year of the same station, or
            `"sample"` (two generated years). Default: `"weather"`.
        time_column: String, the file's column with the time stamps. Default:
            `None`, it is looked for.

    Returns:
        A `Series`.

    Raises:
        UserError: An unknown name, or data that cannot be had or read.

    Example:

    >>> series = load("sample")
    >>> series.kind, len(series.frame), series.default_target
    ('sample', 105120, 'T (degC)')
    """
    name = str(source)
    year = re.fullmatch(r"weather-(\d{4})", name)
    if name == "sample":
        if time_column is not None:
            raise UserError("The sample is generated: it has no time column to choose.")
        return _sample()
    if name == "weather":
        return _jena(time_column)
    if year:
        return _station(int(year[1]), time_column)
    known = ", ".join(map(repr, _NAMES))
    raise UserError(
        f"There is no weather series {name!r}.{nearest(name, _NAMES)} "
        f"Known are {known} and other years such as 'weather-2019'."
    )


def _sample(note: str = "") -> Series:
    # It ends in summer, so that the forecast past its end has a daily cycle to show.
    frame = generate(105_120, start="2019-07-01 00:10")
    return Series(
        frame=frame,
        name="generated weather",
        kind="sample",
        origin="generated, seed 0",
        units=units_of(frame.columns),
        default_target=_TEMPERATURE,
        note=note,
    )


def _jena(time_column: str | None) -> Series:
    name = "Jena weather 2009-2016"
    own = own_path(*_JENA_FILES)
    if own:
        return _from_files([own], name, "file", str(own), time_column)
    path = cache_folder() / "weather" / "jena_climate_2009_2016.csv.zip"
    try:
        if not path.exists():
            download(JENA_URL, path, check=_check_weather)
    except UserError as error:
        return _sample(
            f"The Jena weather data cannot be had, so a generated sample stands in. "
            f"{error} To use real data, give a CSV file or set KERAS_RNN_DATA to a "
            f"folder that holds {_JENA_FILES[1]}."
        )
    return _from_files([path], name, "download", JENA_URL, time_column)


def _station(year: int, time_column: str | None) -> Series:
    name = f"Jena weather {year}"
    own = own_path(*(name.format(year=year) for name in _YEAR_FILES))
    if own:
        return _from_files([own], name, "file", str(own), time_column)
    halves = [
        own_path(*(name.format(year=year, half=half) for name in _HALF_FILES))
        for half in "ab"
    ]
    if any(halves):
        files = [half for half in halves if half]
        origin = " and ".join(map(str, files))
        return _from_files(files, name, "file", origin, time_column)
    files, note = _downloaded_halves(year)
    origin = STATION_URLS[0].format(year=year, half="[ab]")
    return _from_files(files, name, "download", origin, time_column, note)


def _downloaded_halves(year: int) -> tuple[list[Path], str]:
    """Files of the year's halves; the running year may have only the first."""
    files, missing = [], []
    for half in "ab":
        path = cache_folder() / "weather" / f"mpi_roof_{year}{half}.zip"
        try:
            if not path.exists():
                _download_half(year, half, path)
            files.append(path)
        except NotOnServerError as error:
            missing.append(str(error))
        except UserError as error:
            raise UserError(_without(year, error)) from error
    if not files:
        raise UserError(_without(year, missing[0]))
    return files, f"Only one half of {year} is there: {missing[0]}" if missing else ""


def _download_half(year: int, half: str, path: Path) -> Path:
    """Try the addresses that the station's files have had."""
    *others, last = (url.format(year=year, half=half) for url in STATION_URLS)
    for url in others:
        try:
            return download(url, path, check=_check_weather)
        except NotOnServerError:
            continue
    return download(last, path, check=_check_weather)


def _without(year: int, reason: object) -> str:
    return (
        f"The weather of {year} cannot be had: {reason} Set KERAS_RNN_DATA to a folder "
        f"that holds {_YEAR_FILES[0].format(year=year)}, give a CSV file, or take the "
        "data set 'sample'."
    )


def _check_weather(path: Path) -> None:
    data, _ = to_utf8(read_bytes(path), path)
    if _TEMPERATURE not in find_layout(data, path).names:
        raise ValueError(f"it has no column {_TEMPERATURE!r}")


def _from_files(
    paths: list[Path],
    name: str,
    kind: str,
    origin: str,
    time_column: str | None,
    note: str = "",
) -> Series:
    """Read one file, or several that follow each other in time."""
    tables = []
    repairs: Counter[str] = Counter()
    for path in paths:
        try:
            tables.append(read_table(path, time_column=time_column))
        except UserError as error:
            if kind != "download":
                raise
            raise UserError(f"{error} Delete {path} to download it anew.") from error
        repairs.update(tables[-1].repairs)
    frame = tables[0].frame
    if len(tables) > 1:
        frame = pd.concat([table.frame for table in tables]).sort_index(kind="stable")
        repeated = frame.index.duplicated(keep="first")
        frame = frame[~repeated]
        if repeated.any():
            repairs["rows that repeat a time stamp, dropped"] += int(repeated.sum())
    return Series(
        frame=frame,
        name=name,
        kind=kind,
        origin=origin,
        repairs=dict(repairs),
        units=units_of(frame.columns),
        default_target=choose_target(tables[0])[0],
        note=note,
        table=tables[0] if len(tables) == 1 else None,
        aggregate="last",
    )
