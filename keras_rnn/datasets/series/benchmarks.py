"""The series of the long-horizon benchmarks, as their authors hand them out."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from keras_rnn.datasets.series.series import Series
from keras_rnn.datasets.sources.cache import own_path
from keras_rnn.datasets.sources.public_file import find
from keras_rnn.errors import UserError, nearest

ETTH1_URL = (
    "https://raw.githubusercontent.com/zhouhaoyi/ETDataset/main/ETT-small/ETTh1.csv"
)
_ETTH1_SHA256 = "f18de3ad269cef59bb07b5438d79bb3042d3be49bdeecf01c1cd6d29695ee066"
_WEATHER_FILES = ("weather/weather_2020.csv.zip", "weather/weather_2020.csv")

BENCHMARKS = ("etth1", "weather-2020")


def load_benchmark(name: str) -> Series:
    """Load a series of the long-horizon benchmarks, every value as in the file.

    Published figures are those of the raw file: rows in the file's order, repeated and
    missing stamps left as they are, and -9999, which the weather station writes where a
    sensor dropped out, a value as any other. `load_series` reads the same files for
    forecasts, and repairs all that.

    Args:
        name: `"etth1"` (load and oil temperature of a transformer, hourly, 7 columns)
            or `"weather-2020"` (the station in Jena, every 10 minutes, 21 columns).

    Returns:
        A `Series`. `Series.note` counts the sensor errors that it holds.

    Raises:
        UserError: An unknown name, or a file that cannot be had or read.
    """
    if name == "etth1":
        found = find("ett/ETTh1.csv", "ett/ETTh1.csv", ETTH1_URL, sha256=_ETTH1_SHA256)
        return _series(found.path, "ETTh1", found.kind, found.origin)
    if name == "weather-2020":
        path = own_path(*_WEATHER_FILES)
        if path is None:
            raise UserError(
                "The benchmark's weather file is not downloaded. Set KERAS_RNN_DATA to "
                f"a folder that holds {_WEATHER_FILES[0]}."
            )
        return _series(path, "Weather 2020", "file", str(path))
    raise UserError(
        f"There is no benchmark {name!r}.{nearest(name, BENCHMARKS)} Known are "
        f"{' and '.join(BENCHMARKS)}."
    )


def _series(path: Path, name: str, kind: str, origin: str) -> Series:
    try:
        frame = pd.read_csv(path, index_col=0, parse_dates=True, encoding="latin-1")
        frame = frame.astype("float64")
    except (ValueError, OSError) as error:
        raise UserError(f"{path} is not the benchmark's file: {error}") from error
    if frame.isna().to_numpy().any() or not isinstance(frame.index, pd.DatetimeIndex):
        raise UserError(
            f"{path} is not the benchmark's file: it has missing values, or no time "
            "stamps in its first column."
        )
    errors = int((frame == -9999).to_numpy().sum())
    return Series(
        frame=frame.rename_axis("time"),
        name=name,
        kind=kind,
        origin=origin,
        default_target="OT",
        note=f"{errors} values of -9999 (sensor errors) are kept, as in the published "
        "figures"
        if errors
        else "",
    )
