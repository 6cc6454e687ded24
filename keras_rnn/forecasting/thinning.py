"""One row for each hour, week or month, of all the readings in it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from keras_rnn.forecasting.amounts import checked_aggregates
from keras_rnn.forecasting.time_steps import (
    infer_step,
    months_in_span,
    months_in_step,
    nanoseconds,
    parse_span,
)

_DAY = pd.Timedelta(days=1)
_WEEK = 7 * _DAY
# A sum of fewer readings than this share of the usual number is missing. A February has
# 0.903 of the days of most months.
_LEAST_OF_SUM = 0.9
# 1970-01-04 was a Sunday.
_SUNDAY = pd.Timedelta(days=3)


def thin(
    frame: pd.DataFrame,
    every: str | pd.Timedelta,
    aggregate: str | Mapping[str, str],
    marks: str,
    repairs: dict[str, int],
) -> pd.DataFrame:
    """Return one row for each `every`, stamped with its end.

    Args:
        frame: DataFrame of numbers with a sorted `DatetimeIndex` without repeats.
        every: String such as `"1h"` or `"1 month"`, or `pandas.Timedelta`.
        aggregate: One of `AGGREGATES`, or a mapping from column to one.
        marks: `"start"` if a stamp is the beginning of what its row is about, else
            its end.
        repairs: Dict, receives what was done.

    Returns:
        DataFrame.
    """
    chosen = checked_aggregates(aggregate, frame.columns)
    step = infer_step(frame.index)
    ends, last_is_whole = _interval_ends(frame.index, every, marks == "start", step)
    if not last_is_whole:
        frame, ends = frame[ends < ends[-1]], ends[ends < ends[-1]]
    groups = frame.groupby(
        pd.DatetimeIndex(ends, name=frame.index.name).as_unit(frame.index.unit),
        sort=False,
    )
    if set(chosen.values()) <= {"last"}:
        return groups.last()
    columns = {}
    for name, how in chosen.items():
        column = groups[name]
        values = column.sum() if how == "sum" else getattr(column, how)()
        if how == "sum":
            count = column.count()
            usual = count.mode().max() if len(count) else 0
            short = count < _LEAST_OF_SUM * usual
            values = values.mask(short)
            if short.any():
                text = f"{name}: sums of too few readings, set to missing"
                repairs[text] = int(short.sum())
        columns[name] = values
    return pd.DataFrame(columns)


def _interval_ends(index, every, from_start, step):
    """The end of each row's interval, and whether the last interval is complete."""
    months = months_in_span(every)
    if months:
        return _month_ends(index, months, from_start, step)
    width = parse_span(every, "`every`").as_unit("ns").value
    anchor = 0
    if width % _WEEK.value == 0:
        # Of daily rows the week ends with Sunday's, of finer ones at its midnight.
        anchor = _SUNDAY.value if _whole_days(index) else (_SUNDAY + _DAY).value
    stamps = nanoseconds(index) - anchor
    if from_start:
        ends = (stamps // width + 1) * width
        # The last reading lasts one step.
        whole = stamps[-1] + step.as_unit("ns").value >= ends[-1]
    else:
        ends = -(-stamps // width) * width
        # Readings may come up to one step before t: later ones are still to come.
        whole = stamps[-1] > ends[-1] - step.as_unit("ns").value
    return pd.DatetimeIndex(ends + anchor), bool(whole)


def _month_ends(index, months, from_start, step):
    """Months of the calendar, stamped with their last day or, if finer, their end."""
    own = months_in_step(index)
    whole_days = _whole_days(index)
    # A row at midnight of the first closes the month before, unless it is a day's.
    inside = index if whole_days or from_start else index - pd.Timedelta(1, "ns")
    number = np.asarray(inside.year * 12 + inside.month - 1)
    last = number // months * months + months - 1
    if own:  # stamped like the last month in it
        ends = index.take(_last_places(last))
        ends = ends.take(np.unique(last, return_inverse=True)[1])
        return ends, bool(number[-1] > last[-1] - own)
    first_after = pd.to_datetime(
        {"year": (last + 1) // 12, "month": (last + 1) % 12 + 1, "day": 1}
    )
    ends = pd.DatetimeIndex(first_after)
    if whole_days:
        ends = ends - _DAY
        return ends, bool(index[-1] + step > ends[-1])
    return ends, bool(index[-1] + step >= ends[-1])


def _last_places(groups):
    """The last place of each run of equal, rising numbers."""
    return np.flatnonzero(np.append(groups[1:] != groups[:-1], True))


def _whole_days(index):
    return bool((index == index.normalize()).all())


def thinning_notes(chosen: Mapping[str, str], step: str, rows: int) -> dict[str, int]:
    """Return what a thinned row holds, in words.

    Args:
        chosen: Mapping from column to what a thinned row holds of it.
        step: String, such as `"1 h"`.
        rows: Integer, how many thinned rows there are.

    Returns:
        Dict from words to how many columns or rows they are about.
    """
    words = {
        "last": f"columns thinned to the last reading of each {step}",
        "sum": f"columns of amounts summed over each {step}",
        "mean": f"columns averaged over each {step}",
        "min": f"columns reduced to the least reading of each {step}",
        "max": f"columns reduced to the largest reading of each {step}",
    }
    notes = {}
    for how, text in words.items():
        names = [name for name, one in chosen.items() if one == how]
        shown = f" ({', '.join(names)})" if how != "last" and len(names) <= 6 else ""
        if names:
            notes[text + shown] = len(names)
    if set(chosen.values()) != {"last"}:
        notes[f"rows stamped with the end of their {step}"] = rows
    return notes
