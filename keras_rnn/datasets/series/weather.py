"""Weather series: the Jena station's, a generated one, or the user's own file."""

import re
from collections import Counter
from pathlib import Path

import pandas as pd

from keras_rnn.datasets.series.series import Series
from keras_rnn.datasets.series.weather_sample import generate
from keras_rnn.datasets.sources.cache import cache_folder, own_path
from keras_rnn.datasets.sources.download import NotOnServerError, download
from keras_rnn.datasets.tables.file_bytes import read_bytes
from keras_rnn.datasets.tables.table import read_table
from keras_rnn.datasets.tables.text_format import decode, sniff
from keras_rnn.datasets.tables.units import units_of
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


def load(source="weather", *, time_column=None):
    """Load a series to forecast.

    Where it comes from, in this order: a path that is given; `KERAS_RNN_DATA`, a
    folder with files of one's own; the cache of earlier downloads; a download. Only
    the default source has a last resort, a generated sample, and then
    `Series.kind` is `"sample"` and `Series.note` says why.

    Args:
        source: String or `pathlib.Path`: `"weather"` (Max Planck Institute for
            Biogeochemistry, Jena, 2009 to 2016), `"weather-2020"` or another year
            of the same station, `"sample"` (two generated years), or the path of
            a CSV file. Default: `"weather"`.
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
    if not Path(name).expanduser().exists() and not _looks_like_path(name):
        known = ", ".join(map(repr, _NAMES))
        raise UserError(
            f"There is no data set {name!r}.{nearest(name, _NAMES)} "
            f"Known are {known}, other years such as 'weather-2019', and CSV files."
        )
    return _from_files([Path(name)], Path(name).name, "file", name, time_column)


def _looks_like_path(name):
    return "/" in name or "\\" in name or bool(re.search(r"\.\w{1,5}$", name))


def _sample(note=""):
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


def _jena(time_column):
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


def _station(year, time_column):
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


def _downloaded_halves(year):
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


def _download_half(year, half, path):
    """Try the addresses that the station's files have had."""
    *others, last = (url.format(year=year, half=half) for url in STATION_URLS)
    for url in others:
        try:
            return download(url, path, check=_check_weather)
        except NotOnServerError:
            continue
    return download(last, path, check=_check_weather)


def _without(year, reason):
    return (
        f"The weather of {year} cannot be had: {reason} Set KERAS_RNN_DATA to a folder "
        f"that holds {_YEAR_FILES[0].format(year=year)}, give a CSV file, or take the "
        "data set 'sample'."
    )


def _check_weather(path):
    text = decode(read_bytes(path), path)
    if _TEMPERATURE not in sniff(text, path).names:
        raise ValueError(f"it has no column {_TEMPERATURE!r}")


def _from_files(paths, name, kind, origin, time_column, note=""):
    """Read one file, or several that follow each other in time."""
    tables, repairs = [], Counter()
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
        default_target=_default_target(frame),
        note=note,
    )


def _default_target(frame):
    for name in (_TEMPERATURE, "OT"):
        if name in frame.columns:
            return name
    filled = frame.columns[frame.notna().any()]
    return filled[-1] if len(filled) else frame.columns[-1]
