"""Columns that a network learns from more easily: wind vectors, time of day, year."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from keras_rnn.errors import UserError, nearest
from keras_rnn.forecasting.time_steps import infer_step, nanoseconds, parse_span

DAY = pd.Timedelta(days=1)
WEEK = pd.Timedelta(days=7)
# The Gregorian calendar's mean year.
YEAR = pd.Timedelta(days=365.2425)

PERIODS = {"day": DAY, "week": WEEK, "year": YEAR}

_WIND = [("wv (m/s)", "Wx", "Wy"), ("max. wv (m/s)", "max Wx", "max Wy")]
_DIRECTION = "wd (deg)"
# What `wind_vectors` makes of them.
WIND_COLUMNS = tuple(name for _, *components in _WIND for name in components)

# A column that is missing in more than this share of the training rows would cost
# more windows than it can be worth.
_MOST_MISSING = 0.05
# More columns than these that are left out for one reason are not all named.
_MOST_NAMES = 4


def wind_vectors(frame: pd.DataFrame) -> pd.DataFrame:
    """Replace wind speed and direction by the wind's two components.

    An angle is a poor input: 359 and 1 degree are neighbours, and the direction
    means nothing without wind. Each of the station's speeds, "wv (m/s)" and
    "max. wv (m/s)", becomes speed * cos and speed * sin of "wd (deg)": columns
    "Wx", "Wy" and "max Wx", "max Wy", at the end of the frame. What a speed or the
    direction is missing for stays missing. Without the direction, or without any
    speed, the frame is returned as it is.

    Args:
        frame: DataFrame with the station's column names.

    Returns:
        A new DataFrame without the speeds and the direction.

    Raises:
        UserError: A speed is negative, which it is where a sentinel such as -9999
            was left in.

    Example:

    >>> import pandas as pd
    >>> frame = pd.DataFrame({"wv (m/s)": [2.0], "wd (deg)": [90.0], "T": [5.0]})
    >>> wind_vectors(frame).round(3).to_dict("list")
    {'T': [5.0], 'Wx': [0.0], 'Wy': [2.0]}
    """
    speeds = [names for names in _WIND if names[0] in frame]
    if _DIRECTION not in frame or not speeds:
        return frame
    radians = np.deg2rad(frame[_DIRECTION])
    vectors = frame.drop(columns=[_DIRECTION, *(names[0] for names in speeds)])
    for speed, x, y in speeds:
        if (frame[speed] < 0).any():
            row = int(np.argmax(frame[speed] < 0))
            raise UserError(
                f"Column {speed!r} is {frame[speed].iloc[row]:g} at "
                f"{frame.index[row]}: a speed cannot be negative. Replace such "
                "readings by NaN."
            )
        vectors[x] = frame[speed] * np.cos(radians)
        vectors[y] = frame[speed] * np.sin(radians)
    return vectors


def calendar(
    times: pd.DatetimeIndex | pd.DataFrame,
    periods: Sequence[str | pd.Timedelta] | None = None,
) -> pd.DataFrame:
    """Return sine and cosine of where each time stands in the day, the year, ...

    The phase is counted from 1970-01-01 00:00, not from the first row: stamps of
    the future continue it, and the same stamp always has the same values. So "day
    cos" is 1 at midnight and "year cos" within half a day of the year's start.

    Args:
        times: `pandas.DatetimeIndex`, or a DataFrame that has one.
        periods: List of "day", "week", "year" or any `pandas.Timedelta`, such as
            those of `find_periods`. Default: `usable_periods(times)`.

    Returns:
        Float64 DataFrame of the columns "day sin", "day cos" and so on alone,
        indexed by the times: join it to a frame by `frame.join(calendar(frame))`.

    Raises:
        UserError: A name that is no period, or no time stamps.

    Example:

    >>> import pandas as pd
    >>> hours = pd.date_range("2024-01-01", periods=3, freq="6h")
    >>> calendar(hours, ["day"]).round(3).to_dict("list")
    {'day sin': [0.0, 1.0, 0.0], 'day cos': [1.0, 0.0, -1.0]}
    """
    index = times.index if isinstance(times, pd.DataFrame) else times
    stamps = nanoseconds(index)
    columns = {}
    for period in usable_periods(index) if periods is None else periods:
        name, span = _named(period)
        nanoseconds_in = span.as_unit("ns").value
        # Whole periods are dropped in integers: no digit is lost to the decades.
        angle = 2 * np.pi * (stamps % nanoseconds_in) / nanoseconds_in
        columns[f"{name} sin"] = np.sin(angle)
        columns[f"{name} cos"] = np.cos(angle)
    return pd.DataFrame(columns, index=index)


def usable_periods(
    times: pd.DatetimeIndex | pd.DataFrame,
    periods: Sequence[str | pd.Timedelta] = ("day", "year"),
) -> list[str | pd.Timedelta]:
    """Return those of the periods that a series is long and fine enough for.

    A period needs at least four rows, and the series at least three of it: the
    training part of a 70/20/10 split then holds each phase twice. With one year of
    weather, "time of year" only tells a network which rows it has not seen yet.

    Args:
        times: `pandas.DatetimeIndex`, or a DataFrame that has one.
        periods: List of names or `pandas.Timedelta`. Default: `("day", "year")`.

    Returns:
        List of the usable ones, as they were given.

    Example:

    >>> import pandas as pd
    >>> usable_periods(pd.date_range("2024-01-01", "2024-12-31", freq="h"))
    ['day']
    """
    index = times.index if isinstance(times, pd.DataFrame) else times
    step = infer_step(index)
    length = index[-1] - index[0] + step
    return [
        period
        for period in periods
        if round(_named(period)[1] / step) >= 4 and 3 * _named(period)[1] <= length
    ]


def period_name(period: str | pd.Timedelta) -> str:
    """Return "day", "week", "year", or a length such as "12 h" for another period.

    Args:
        period: String, a name or a time span such as `"12h"`, or `pandas.Timedelta`.
    """
    return _named(period)[0]


def period_length(period: str | pd.Timedelta) -> pd.Timedelta:
    """Return the `pandas.Timedelta` of "day", "week", "year" or any time span.

    Args:
        period: String, a name or a time span such as `"12h"`, or `pandas.Timedelta`.
    """
    return _named(period)[1]


def _named(period):
    """A period's name and length, whichever of the two was given."""
    if isinstance(period, str) and period in PERIODS:
        return period, PERIODS[period]
    for name, span in PERIODS.items():
        if period == span:
            return name, span
    if isinstance(period, str) and not period[:1].isdigit():
        raise UserError(
            f"There is no period {period!r}.{nearest(period, PERIODS)} Use 'day', "
            "'week', 'year' or a time span such as '12h'."
        )
    span = parse_span(period, "A period")
    hours = span / pd.Timedelta(hours=1)
    return (f"{hours:.4g} h" if hours < 48 else f"{hours / 24:.4g} d"), span


def check_target(values: pd.Series, target: str) -> None:
    """Raise a `UserError` unless a column can be forecast.

    Args:
        values: `pandas.Series`, the training part of the column.
        target: String, its name.
    """
    if values.isna().all():
        raise UserError(
            f"Column {target!r} has no value in the training part. "
            "Choose another `target`."
        )
    if values.nunique() == 1:
        raise UserError(
            f"Column {target!r} is {values.dropna().iloc[0]:g} throughout the training "
            "part: there is nothing to forecast. Choose another `target`."
        )


def why_unfit(values: pd.Series) -> str:
    """Return why a column cannot serve as input, or `""` if it can.

    Args:
        values: `pandas.Series`, the training part of the column.
    """
    missing = values.isna().mean()
    if missing > _MOST_MISSING:
        return f"{missing:.0%} of its values are missing"
    return "it never changes" if values.nunique() <= 1 else ""


def left_out_notes(unfit: dict[str, str]) -> dict[str, int]:
    """Return which columns were left out and why; many of one kind in one line.

    Args:
        unfit: Dict from column to the reason.

    Returns:
        Dict from words to how many columns they are about.
    """
    notes = {}
    for name, why in unfit.items():
        names = [other for other, reason in unfit.items() if reason == why]
        if len(names) > _MOST_NAMES:
            first = ", ".join(map(repr, names[:_MOST_NAMES]))
            text = f"columns left out, of each {why}: {first} and others"
            notes[text] = len(names)
        else:
            notes[f"column {name!r} left out: {why}"] = 1
    return notes
