"""Typical years (TMY): months that were taken from different years."""

from __future__ import annotations

import numpy as np
import pandas as pd

from keras_rnn.datasets.tables.time_parts import ASSUMED_YEAR

_HOURS = 8760


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
