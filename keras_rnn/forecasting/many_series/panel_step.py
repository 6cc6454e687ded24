"""The step that all series of a panel have in common."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from keras_rnn.forecasting.baselines import season_of, usual_horizon
from keras_rnn.forecasting.time_steps import (
    infer_step,
    is_working_days,
    months_in_span,
    months_in_step,
    months_text,
    parse_span,
    span_text,
)

# Rows of a regular series that show the season of a step: thirty years of days.
_SHOWN = 40
_WORKING_DAY = "1 working day"
_DAY = np.timedelta64(1, "D")


@dataclass(frozen=True)
class PanelStep:
    """How far apart the rows of every series are, by the clock or by the calendar.

    Attributes:
        span: `pandas.Timedelta` between two rows; of months, the usual one.
        months: Integer, the months of a step by the calendar; 0 for a fixed span.
            Default: `0`.
        month_ends: Boolean, whether months are stamped with their last day. Default:
            `False`.
        working_days: Boolean, whether the rows are those of Monday to Friday. Default:
            `False`.

    Example:

    >>> step = PanelStep.of(pd.date_range("2024-01-31", periods=9, freq="ME"))
    >>> step.text, step.season
    ('1 month', ('year', 12))
    >>> step.after(np.array(["2024-01-31"], "datetime64[ns]"), 2).astype("M8[D]")
    array(['2024-03-31'], dtype='datetime64[D]')
    """

    span: pd.Timedelta
    months: int = 0
    month_ends: bool = False
    working_days: bool = False

    @classmethod
    def of(cls, index: pd.DatetimeIndex) -> PanelStep:
        """Return the step of one series.

        Args:
            index: `pandas.DatetimeIndex`, sorted and without repeats, two rows or more.
        """
        months = months_in_step(index)
        return cls(
            span=infer_step(index),
            months=months,
            month_ends=bool(months and index.is_month_end.all()),
            working_days=is_working_days(index),
        )

    @classmethod
    def named(cls, every: str | pd.Timedelta) -> PanelStep:
        """Return the step that a user names.

        Args:
            every: String such as `"1h"`, `"1 month"` or `"1 working day"`, or
                `pandas.Timedelta`.

        Raises:
            UserError: It is no time span.
        """
        if every == _WORKING_DAY:
            return cls(pd.Timedelta(days=1), working_days=True)
        months = months_in_span(every)
        if months:
            return cls(pd.Timedelta(days=round(months * 30.436875)), months)
        return cls(parse_span(every, "`every`"))

    @property
    def text(self) -> str:
        """String: "1 h", "1 month", "1 working day"."""
        if self.months:
            return months_text(self.months)
        return _WORKING_DAY if self.working_days else span_text(self.span)

    @property
    def season(self) -> tuple[str, int]:
        """`(name, rows)`: the shortest of day, week and year, as `season_of` has it."""
        return season_of(self._example())

    @property
    def usual_horizon(self) -> int:
        """Integer, how many steps ahead are usually asked for."""
        return usual_horizon(self._example())

    def after(self, stamps: np.ndarray, count: int | np.ndarray) -> np.ndarray:
        """Return time stamps moved on by a number of steps.

        Args:
            stamps: Array of datetimes without time zone.
            count: Integer, or an array of them of the same shape.

        Returns:
            Array of `datetime64[ns]`.
        """
        stamps = np.asarray(stamps, "datetime64[ns]")
        count = np.broadcast_to(np.asarray(count, "int64"), stamps.shape)
        if self.months:
            return self._months_after(stamps, count)
        days = stamps.astype("datetime64[D]")
        if self.working_days:
            moved = np.busday_offset(days, count, roll="forward")
            return moved.astype("datetime64[ns]") + (stamps - days)
        return stamps + count * self.span.as_unit("ns").to_timedelta64()

    def between(self, earlier: np.ndarray, later: np.ndarray) -> np.ndarray:
        """Return how many steps lie between time stamps, as floats.

        Args:
            earlier: Array of datetimes without time zone.
            later: Array of the same shape.
        """
        if self.months:
            first, last = (t.astype("datetime64[M]") for t in (earlier, later))
            return (last - first).astype("int64") / self.months
        if self.working_days:
            first, last = (t.astype("datetime64[D]") for t in (earlier, later))
            return np.busday_count(first, last).astype("float64")
        return (later - earlier) / self.span.as_unit("ns").to_timedelta64()

    def _months_after(self, stamps, count):
        month = stamps.astype("datetime64[M]")
        moved = month + count * self.months
        # The 31st of January is followed by the last day of February.
        last_day = (moved + 1).astype("datetime64[D]") - _DAY
        if self.month_ends:
            day = last_day
        else:
            days = stamps.astype("datetime64[D]") - month.astype("datetime64[D]")
            day = np.minimum(moved.astype("datetime64[D]") + days, last_day)
        return day.astype("datetime64[ns]") + (stamps - stamps.astype("datetime64[D]"))

    def _example(self):
        start = np.datetime64("2001-01-31" if self.month_ends else "2001-01-01", "ns")
        return pd.DatetimeIndex(
            self.after(np.repeat(start, _SHOWN), np.arange(_SHOWN)), name="time"
        )
