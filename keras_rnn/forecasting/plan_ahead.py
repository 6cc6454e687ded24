"""What a plan makes of the future: the rows to come, and public holidays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from keras_rnn.forecasting.baselines import usual_horizon
from keras_rnn.forecasting.features import DAY
from keras_rnn.forecasting.public_holidays import PublicHolidays, check_holidays
from keras_rnn.forecasting.time_steps import infer_step

if TYPE_CHECKING:
    from keras_rnn.datasets.series.series import Series
    from keras_rnn.forecasting.known_ahead import KnownAhead
    from keras_rnn.forecasting.pandas_input import TimeZone
    from keras_rnn.forecasting.preparation import Preparation
    from keras_rnn.forecasting.split import Split


def rows_to_come(
    preparation: Preparation, known: KnownAhead, last: pd.Timestamp
) -> pd.DataFrame:
    """Return what is known ahead of the prepared rows after the last one.

    Args:
        preparation: `Preparation`, which has columns that are known ahead.
        known: `KnownAhead`, which has a future.
        last: `pandas.Timestamp` of the last prepared row.
    """
    rows = known.future
    assert rows is not None
    if preparation.aggregate:
        # An interval that began before the last reading ends after it.
        rows = pd.concat([known.history[list(known.columns)], rows])
    return preparation.to_come(rows, last)


def known_horizon(rows: int, index: pd.DatetimeIndex, remarks: list[str]) -> int:
    """Return how many steps are known ahead, and no more than is usual.

    Args:
        rows: Integer, how many rows the future is known for.
        index: `pandas.DatetimeIndex` of the readings.
        remarks: List, receives what was chosen.
    """
    usual = usual_horizon(index)
    if rows != usual:
        why = f"the future is known for {rows} rows"
        remarks.append(
            f"{rows} steps ahead and not {usual}: {why}"
            if rows < usual
            else f"{usual} steps ahead: {why}, and a `horizon` would use more of them"
        )
    return min(rows, usual)


def holidays_of_series(
    place: str, series: Series, time_zone: TimeZone | None
) -> PublicHolidays:
    """Return the holidays of a place, by the dates that the stamps have there.

    Args:
        place: String, such as `"DE-BY"`.
        series: `keras_rnn.datasets.Series`.
        time_zone: `TimeZone` of the readings, or `None`.
    """
    place = check_holidays(place, series.frame.index)
    zone = time_zone.name if time_zone and not time_zone.is_local else ""
    marks = series.table.time.marks if series.table else ""
    return PublicHolidays(place, zone, at_end=marks == "end")


def remark_on_holidays(
    preparation: Preparation, parts: Split, series: Series, remarks: list[str]
) -> None:
    """Say where holidays tell nothing, or not quite what they should.

    Args:
        preparation: `Preparation` with holidays.
        parts: `Split` of the prepared frame.
        series: `keras_rnn.datasets.Series` that it was made from.
        remarks: List, receives the sentences.
    """
    assert preparation.holidays is not None
    place, name = preparation.holidays.place, preparation.holidays.names[0]
    if not parts.train[name].any():
        remarks.append(
            f"no holiday of {place} is in the training part: nothing is learned of them"
        )
    in_utc = series.table is not None and series.table.time.zone == "UTC"
    if in_utc and infer_step(series.frame.index) < DAY:
        remarks.append(
            f"the holidays of {place} are taken by dates in UTC, as the time stamps are"
        )
