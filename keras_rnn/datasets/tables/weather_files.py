"""EnergyPlus weather files (EPW), read by pvlib where it is there; typical years."""

from __future__ import annotations

import io
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from keras_rnn.datasets.tables.columns import Column, read_measurements
from keras_rnn.datasets.tables.table import (
    Table,
    TimeAxis,
    count_gaps,
    framed,
    in_order,
)
from keras_rnn.datasets.tables.time_parts import ASSUMED_YEAR
from keras_rnn.optional import install, is_installed

# The thirty-five columns of an EPW file, which has no row of names; in brackets the
# units of its definition (EnergyPlus, Auxiliary Programs, "EPW CSV Format").
_COLUMNS = (
    *("year", "month", "day", "hour", "minute", "data_source_unct", "temp_air"),
    *("temp_dew", "relative_humidity", "atmospheric_pressure", "etr", "etrn"),
    *("ghi_infrared", "ghi", "dni", "dhi", "global_hor_illum", "direct_normal_illum"),
    *("diffuse_horizontal_illum", "zenith_luminance", "wind_direction", "wind_speed"),
    *("total_sky_cover", "opaque_sky_cover", "visibility", "ceiling_height"),
    *("present_weather_observation", "present_weather_codes", "precipitable_water"),
    *("aerosol_optical_depth", "snow_depth", "days_since_last_snowfall", "albedo"),
    *("liquid_precipitation_depth", "liquid_precipitation_quantity"),
)
_UNITS = {
    **dict.fromkeys(("temp_air", "temp_dew"), "°C"),
    **dict.fromkeys(("etr", "etrn", "ghi_infrared", "ghi", "dni", "dhi"), "Wh/m²"),
    "relative_humidity": "%",
    "atmospheric_pressure": "Pa",
    "wind_direction": "deg",
    "wind_speed": "m/s",
    "visibility": "km",
    "ceiling_height": "m",
    "precipitable_water": "mm",
    "snow_depth": "cm",
    "liquid_precipitation_depth": "mm",
}
# What stands for no measurement, by the definition of the format.
_MISSING = {
    **dict.fromkeys(("temp_air", "temp_dew"), 99.9),
    "relative_humidity": 999,
    "atmospheric_pressure": 999_999,
    **dict.fromkeys(("etr", "etrn", "ghi_infrared", "ghi", "dni", "dhi"), 9999),
    **dict.fromkeys(
        ("global_hor_illum", "direct_normal_illum", "diffuse_horizontal_illum"), 999_999
    ),
    "zenith_luminance": 9999,
    **dict.fromkeys(("wind_direction", "wind_speed", "precipitable_water"), 999),
    **dict.fromkeys(("total_sky_cover", "opaque_sky_cover"), 99),
    "visibility": 9999,
    "ceiling_height": 99_999,
    "aerosol_optical_depth": 0.999,
    **dict.fromkeys(("snow_depth", "albedo", "liquid_precipitation_depth"), 999),
    **dict.fromkeys(("days_since_last_snowfall", "liquid_precipitation_quantity"), 99),
}


@dataclass(frozen=True)
class EpwFile:
    """The columns of an EPW file as they were read.

    Args:
        cells: `pandas.DataFrame` without the columns that `stamps` was made from.
        stamps: `pandas.Series` of datetimes, the start of each hour.
        written: Tuple of strings, date and hour of the first and last row in the file.
        units: Dict from column to unit.
        reader: String, what read it.
        first_line: Integer, line on which the data begin.
    """

    cells: pd.DataFrame
    stamps: pd.Series
    written: tuple[str, str]
    units: dict[str, str]
    reader: str
    first_line: int


def read_epw(data: bytes) -> EpwFile | None:
    """Read an EPW file, or return `None` when its rows are not those of one.

    Its hours 1 to 24 are the ends of intervals. Stamps are their starts, as pvlib and
    EnergyPlus have them: hour 1 is 00:00.

    Args:
        data: Bytes in UTF-8.
    """
    lines = data.decode(errors="replace").splitlines()
    first = next(
        (
            place
            for place, line in enumerate(lines)
            if re.match(r"\d{4},\s*\d{1,2},\s*\d{1,2},\s*\d{1,2},\s*\d{1,2},", line)
        ),
        None,
    )
    if first is None:
        return None
    width = lines[first].count(",") + 1
    if width > len(_COLUMNS):
        return None
    frame, reader = _with_pvlib(data, first, width)
    if frame is None:
        frame = pd.read_csv(
            io.StringIO("\n".join(lines[first:])), header=None, names=_COLUMNS[:width]
        )
        reader = "the columns that EnergyPlus defines, read with pandas"
        if not is_installed("pvlib"):
            reader += f" ({install('tables')} brings pvlib, which reads them, too)"
    parts = frame[["year", "month", "day"]]
    hours = pd.to_timedelta(frame["hour"] - 1, unit="h")
    stamps = (pd.to_datetime(parts, errors="coerce") + hours).astype("datetime64[us]")
    date = [",".join(line.split(",")[:5]) for line in (lines[first], lines[-1])]
    cells = frame.drop(
        columns=["year", "month", "day", "hour", "minute", "data_source_unct"]
    )
    for name, gone in _MISSING.items():
        if name in cells.columns:
            cells[name] = cells[name].mask(cells[name] == gone)
    return EpwFile(cells, stamps, (date[0], date[1]), dict(_UNITS), reader, first + 1)


def _with_pvlib(data: bytes, first: int, width: int) -> tuple[pd.DataFrame | None, str]:
    """Read with pvlib, if it is there and the file is whole."""
    if first != 8 or width != len(_COLUMNS) or not is_installed("pvlib"):
        return None, ""
    import pvlib

    try:
        text = io.StringIO(data.decode(errors="replace"))
        frame, _ = pvlib.iotools.read_epw(text)
    except Exception:
        return None, ""
    frame = frame.reset_index(drop=True)
    if list(frame.columns) != list(_COLUMNS):
        return None, ""
    return frame, f"pvlib {pvlib.__version__}"


def epw_table(found: EpwFile, path: Path, repairs: Counter[str]) -> Table:
    """Return the table of an EPW file; a typical year is put into one."""
    stamps = found.stamps
    notes = ["hour 1 of a day is the one that begins at 00:00"]
    as_year = as_one_year(stamps)
    if as_year is not None:
        stamps = as_year
        notes.append(
            "the months are from different years (a typical year): they were put "
            f"into one, {stamps.dt.year.iloc[0]}"
        )
    numbers: dict[str, np.ndarray] = {}
    columns = [Column("year, month, day, hour", "time", used=False, why="read as time")]
    for name in found.cells.columns:
        unit = found.units.get(name, "")
        values, column = read_measurements(
            found.cells[name], name, ".", repairs, unit=unit
        )
        columns.append(column)
        if values is not None:
            numbers[name] = values
    frame = framed(numbers, pd.DatetimeIndex(stamps, name="time"))
    frame = in_order(frame, repairs)
    count_gaps(frame.index, repairs)
    axis = TimeAxis(
        ("year", "month", "day", "hour"),
        "year, month, day, hour of an EPW file",
        first=frame.index[0],
        first_written=found.written[0],
        last=frame.index[-1],
        last_written=found.written[1],
        zone="standard time of the place",
        marks="start",
    )
    layout = {"first line": str(found.first_line), "separator": ",", "decimal": "."}
    return Table(
        frame,
        dict(repairs),
        axis,
        tuple(columns),
        tuple(notes),
        reader=found.reader,
        layout=layout,
    )


def as_one_year(stamps: pd.Series) -> pd.Series | None:
    """Put the months of a typical year into one year, 2001.

    Args:
        stamps: `pandas.Series` of datetimes as they stand in the file.

    Returns:
        `pandas.Series` of datetimes, or `None` when this is no typical year: twelve
        months in order, from two years or more, that make one whole year together.
    """
    if len(stamps) < 365 or stamps.isna().any():
        return None
    times = stamps.to_numpy().astype("datetime64[us]")
    ticks = times.astype("int64")
    first = int(stamps.dt.year.iloc[0])
    # The last row may stand at 24:00, and so in another year already.
    steps = np.diff(ticks)
    usual = int(np.median(steps))
    if usual <= 0 or (steps == usual).all():
        return None
    months = (times - np.timedelta64(usual, "us")).astype("datetime64[M]").astype(int)
    changes = np.flatnonzero(np.diff(months % 12) != 0)
    if len(changes) not in (11, 12) or len(np.unique(months // 12)) < 2:
        return None
    in_turn = np.diff((months % 12)[np.r_[0, changes + 1]]) % 12 == 1
    if not in_turn.all():
        return None
    start = pd.Timestamp(stamps.iloc[0]).replace(year=ASSUMED_YEAR)
    even = start.as_unit("us").asm8 + np.arange(len(times)) * np.timedelta64(
        usual, "us"
    )
    year = np.timedelta64(365, "D").astype("timedelta64[us]").astype(int)
    if abs(len(times) * usual - year) > 86_400_000_000:
        return None
    same = pd.Series(even, index=stamps.index)
    agrees = (same.dt.month == stamps.dt.month) & (same.dt.day == stamps.dt.day)
    agrees &= (same.dt.hour == stamps.dt.hour) | (first < 0)
    return same if agrees.mean() > 0.999 else None
