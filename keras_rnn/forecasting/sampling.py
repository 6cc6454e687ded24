"""Thinning a series by time and closing its short holes, never looking ahead."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from keras_rnn.errors import UserError
from keras_rnn.forecasting.thinning import thin
from keras_rnn.forecasting.time_steps import (
    GAP,
    infer_step,
    months_in_span,
    months_in_step,
    months_text,
    parse_span,
    retail_steps,
    shift_time_stamps,
    span_text,
    step_text,
    steps_between,
)

# Rows this far apart, or further, are never thinned unasked.
_KEPT = pd.Timedelta("30min")
# Finer rows are thinned to the first of these that leaves so many rows: eight days of
# hours.
_ROUND = ("1h", "30min", "15min", "10min", "5min", "1min", "10s", "1s")
_ENOUGH_ROWS = 200


def resample(
    frame: pd.DataFrame,
    every: str | pd.Timedelta | None = None,
    *,
    max_fill: int = 3,
    aggregate: str | Mapping[str, str] = "last",
    marks: str = "",
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Thin a series to one row each `every`, and fill its short holes.

    A thinned row is stamped t and holds what the readings in (t - every, t] come to,
    of each column the last one or their mean, sum, least or largest: nothing that was
    measured later. The stamps t are the whole multiples of `every` since 1970 (weeks
    end on Sunday, months and years with their last day), so that new data falls on the
    same ones. An interval that the series ends in the middle of is left out. Without
    `every`, or if it is the series' own step, each row keeps its own stamp.

    A hole of at most `max_fill` steps is filled with the last value before it: an
    interpolation would bring the value after the hole into the inputs before it.
    Longer holes stay: missing rows stay missing, missing values stay NaN, and
    `Windows` puts no window over either.

    Args:
        frame: DataFrame of numbers with a sorted `DatetimeIndex` without repeats.
        every: String such as `"1h"` or `"1 month"`, or `pandas.Timedelta`. Default:
            the series' own step.
        max_fill: Integer, the longest hole to fill, in steps of the result; 0 fills
            none. Default: `3`.
        aggregate: `"last"`, `"mean"`, `"sum"`, `"min"` or `"max"`, what a thinned row
            holds, or a mapping from column to it. A sum of fewer than nine tenths of
            the usual number of readings is missing. Default: `"last"`.
        marks: `"start"` if a stamp is the beginning of what its row is about: then a
            thinned row holds [t - every, t). Default: `""`.

    Returns:
        `(frame, repairs)`: the new DataFrame and a dict from what was done, in
        words, to how often; only what did happen is in it.

    Raises:
        UserError: `every` is no time span or finer than the series, or `aggregate` is
            none of the words.

    Example:

    >>> import pandas as pd
    >>> stamps = pd.date_range("2024-01-01 00:10", periods=12, freq="10min")
    >>> frame = pd.DataFrame({"T": range(12)}, index=stamps, dtype=float)
    >>> resample(frame, "1h")[0]["T"].to_list()
    [5.0, 11.0]
    >>> resample(frame, "1h", aggregate="sum")[0]["T"].to_list()
    [15.0, 51.0]
    """
    repairs: dict[str, int] = {}
    thinned = frame
    if every is not None and is_thinner(frame.index, every):
        thinned = thin(frame, every, aggregate, marks, repairs)
    if thinned is not frame and len(thinned) < 2:
        months = months_in_span(every)
        asked = every if months else span_text(parse_span(every, "`every`"))
        raise UserError(
            f"`every={asked}` leaves too few rows of the series, which "
            f"is {span_text(frame.index[-1] - frame.index[0])} long. Choose a "
            "shorter one."
        )
    filled = _add_missing_rows(thinned, max_fill, repairs)
    return _carry_forward(filled, thinned.index, max_fill, repairs), repairs


def default_every(index: pd.DatetimeIndex) -> str | pd.Timedelta:
    """Return how far apart rows are learned from when nobody says.

    Rows half an hour or more apart stay as they are, and months stay months. Finer
    ones are thinned to an hour, or to less where that would leave too few.

    Args:
        index: `pandas.DatetimeIndex`, sorted and without repeats, two rows or more.

    Returns:
        String such as `"1 month"`, or `pandas.Timedelta`.

    Example:

    >>> minutes = pd.date_range("2024-01-01", periods=2000, freq="min")
    >>> default_every(minutes)
    Timedelta('0 days 00:10:00')
    """
    step = infer_step(index)
    if step >= _KEPT:
        text = step_text(index)
        return text if months_in_span(text) else step
    length = index[-1] - index[0] + step
    for candidate in map(pd.Timedelta, _ROUND):
        whole = candidate >= step and candidate % step == pd.Timedelta(0)
        if whole and length / candidate >= _ENOUGH_ROWS:
            return candidate
    return step


def _add_missing_rows(frame, max_fill, repairs):
    """Insert rows of NaN where at most `max_fill` are missing; count the longer."""
    steps = steps_between(frame.index)
    missing = np.round(steps).astype(int) - 1
    gaps = steps > GAP
    short = np.flatnonzero(gaps & (missing <= max_fill))
    _count(repairs, "gaps longer than that left open", gaps.sum() - len(short))
    if len(short) == 0:
        return frame
    numbers = missing[short]
    before = frame.index[short].repeat(numbers)
    added = shift_time_stamps(
        frame.index, before, np.concatenate([np.arange(1, m + 1) for m in numbers])
    )
    index = frame.index.union(added.as_unit(frame.index.unit), sort=True)
    return frame.reindex(index.rename(frame.index.name))


def _carry_forward(frame, known_rows, max_fill, repairs):
    """Fill runs of at most `max_fill` NaN with the value before them."""
    _count(repairs, "rows added in short gaps", len(frame) - len(known_rows))
    added = len(frame) - len(known_rows)
    columns, filled, left = {}, 0, 0
    for i, name in enumerate(frame.columns):
        values = frame.iloc[:, i].to_numpy(dtype="float64", copy=True)
        missing = np.isnan(values)
        if missing.any():
            fill = missing & (run_lengths(missing) <= max_fill)
            # Row of the last value at or before each row; -1 before the first.
            last = np.maximum.accumulate(np.where(missing, -1, np.arange(len(values))))
            fill &= last >= 0
            values[fill] = values[last[fill]]
            filled += int(fill.sum())
            left += int(missing.sum() - fill.sum())
        columns[name] = values
    _count(repairs, "values carried forward", filled - added * len(frame.columns))
    _count(repairs, "values left missing", left)
    return pd.DataFrame(columns, index=frame.index)


def run_lengths(mask: np.ndarray) -> np.ndarray:
    """Return at each true entry the length of the run of true entries it belongs to.

    Args:
        mask: Boolean array.
    """
    edges = np.diff(np.concatenate([[0], mask.astype(np.int8), [0]]))
    begins, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    lengths = np.zeros(len(mask), int)
    lengths[mask] = np.repeat(ends - begins, ends - begins)
    return lengths


def _count(repairs, what, number):
    if number > 0:
        repairs[what] = int(number)


def is_thinner(index: pd.DatetimeIndex, every: str | pd.Timedelta) -> bool:
    """Return whether `every` is longer than the step of a series.

    Args:
        index: `pandas.DatetimeIndex`, sorted and without repeats, two rows or more.
        every: String such as `"1h"` or `"1 month"`, or `pandas.Timedelta`.

    Raises:
        UserError: It is no time span, finer than the series, not in whole months
            where the series is monthly, or any other than the series' own where
            months have four or five weeks.
    """
    step = infer_step(index)
    own, months = months_in_step(index), months_in_span(every)
    if retail_steps(index) is not None:
        if not months and abs(parse_span(every, "`every`") - step) <= step * 0.01:
            return False
        raise UserError(
            "The rows are months of 4 or 5 weeks, of which no months of the calendar "
            "and no other spans can be made: leave out `every`, which is "
            f"{str(every)!r}."
        )
    if months and own:
        if months < own:
            raise _finer(every, months_text(own))
        return months > own
    if months:
        if months * 28 * pd.Timedelta(days=1) < step:
            raise _finer(every, span_text(step))
        return True
    every = parse_span(every, "`every`")
    # A jittering clock's step is only known to about a percent.
    if every < step * 0.99:
        raise _finer(span_text(every), months_text(own) if own else span_text(step))
    if own and every > step * 1.01:
        raise UserError(
            f"`every={span_text(every)}` cannot be made of rows that are "
            f"{months_text(own)} apart. Choose whole months or years, such as "
            f"`every={months_text(4 * own if own > 1 else 3)}`."
        )
    return every > step * 1.01


def _finer(asked, own):
    return UserError(
        f"`every={asked}` is finer than the data, which has a row each {own}. Choose "
        f"{own} or more."
    )


def step_to_ask_for(rows: pd.DataFrame, every: str | pd.Timedelta) -> str:
    """Return the step of resampled rows as `every` may be given again.

    Args:
        rows: DataFrame, as from `resample`.
        every: String or `pandas.Timedelta`, what was asked for.
    """
    if months_in_span(every):
        return every
    if len(rows) > 1 and months_in_span(step_text(rows.index)):
        return step_text(rows.index)
    return span_text(parse_span(every, "`every`"))
