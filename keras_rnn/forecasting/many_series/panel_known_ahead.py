"""Which columns of many series are known ahead, and the rows to come of each series."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from keras_rnn.errors import UserError, nearest
from keras_rnn.forecasting.known_ahead import checked_names
from keras_rnn.forecasting.many_series.known_rows import KnownRows
from keras_rnn.forecasting.time_steps import span_text

if TYPE_CHECKING:
    from keras_rnn.forecasting.many_series.panel import SeriesPanel
    from keras_rnn.forecasting.many_series.panel_rows import PanelRows

# So many rows without the target at the end of a series are a hole, as of one series.
_HOLE = 3
# The part of a step by which a clock may jitter.
_OFF = 0.25


@dataclass(frozen=True, eq=False)
class _RowsToCome:
    """Rows after the last ones of a panel: series, time, values, and where each stands.

    A later one of the same series and time counts.
    """

    series: np.ndarray
    times: np.ndarray
    values: np.ndarray
    where: Callable[[int], str]


def looking_ahead(
    table: PanelRows,
    known_ahead: str | Iterable[str] | None = None,
    future: PanelRows | None = None,
) -> PanelRows:
    """Return the rows of many series once it is known which columns look ahead.

    As of one series (`find_known_ahead`): the columns that are named, or those that the
    future rows have, or those that are filled in more than three rows without target
    at the end of a series.

    Args:
        table: `PanelRows`.
        known_ahead: String or iterable of strings. Default: `None`, they are looked
            for.
        future: `PanelRows` of rows to come. Default: `None`.

    Raises:
        UserError: No such column, the target itself, or columns of which it cannot be
            told whether their future is known.
    """
    remarks: list[str] = []
    if known_ahead is not None:
        columns = checked_names(
            known_ahead, [*table.others, table.target], table.target
        )
        if future is not None and not columns:
            raise _no_use()
    elif future is not None:
        columns = tuple(name for name in table.others if name in future.others)
        if not columns:
            raise UserError(
                f"The future rows have no column of the data: theirs are "
                f"{_listed(future.others)}, those of the data {_listed(table.others)}."
            )
        remarks.append(f"known ahead, as the future rows say: {_listed(columns)}")
    else:
        columns = _detected(table, remarks)
    return replace(
        table,
        known={name: table.others[name] for name in columns},
        future=future,
        remarks=(*table.remarks, *remarks),
    )


def _detected(table, remarks):
    """The columns that are filled in the rows without target at the end of series."""
    if not table.others:
        return ()
    times = table.stamps.asi8
    known = ~np.isnan(table.values)
    last = np.full(len(table.names), np.iinfo("int64").max)
    last[table.codes[known]] = np.iinfo("int64").min
    np.maximum.at(last, table.codes[known], times[known])
    rows = np.flatnonzero(times > last[table.codes])
    if not len(rows):
        return ()
    filled = {name: np.isfinite(v[rows]).sum() for name, v in table.others.items()}
    if not any(filled.values()):
        return ()
    counts = np.bincount(table.codes[rows])
    longest = int(np.argmax(counts))
    told = (
        f"the last {counts[longest]} rows of series {table.names[longest]!r} have no "
        f"{table.target!r}"
    )
    if counts[longest] <= _HOLE:
        some = _listed(name for name, count in filled.items() if count)
        remarks.append(
            f"{told}, and are left out; if they are to be forecast and {some} is known "
            "ahead, name it as `known_ahead`"
        )
        return ()
    partly = [name for name, count in filled.items() if 0 < count < len(rows)]
    if partly:
        row = rows[np.argmax(np.isnan(table.others[partly[0]][rows]))]
        raise UserError(
            f"{told[0].upper()}{told[1:]}, and column {partly[0]!r} is filled in some "
            f"such rows and not in others (series {table.series_at(row)}, "
            f"{table.where(row)}): name what is known ahead as `known_ahead`, or leave "
            "off these rows."
        )
    whole = tuple(name for name, count in filled.items() if count == len(rows))
    remarks.append(
        f"{told}: taken as the rows to forecast, with {_listed(whole)} known ahead"
    )
    return whole


def known_rows_of(
    table: PanelRows,
    panel: SeriesPanel,
    kept: np.ndarray,
    at: np.ndarray,
    rows: np.ndarray,
    times: np.ndarray,
    notes: dict[str, int],
) -> KnownRows:
    """Return what is known of each row of a panel, and of the rows to come.

    Args:
        table: `PanelRows` that the panel was made of.
        panel: `SeriesPanel`.
        kept: Integer array, the rows of the table that are in the panel, in its order.
        at: Integer array of the same shape, their places in `panel.values`.
        rows: Integer array, all rows of the table, series by series, sorted by time.
        times: `datetime64[ns]` array, the stamps of all rows of the table.
        notes: Dict, receives what was done.

    Raises:
        UserError: The rows to come do not follow a series, or miss a value.
    """
    columns = tuple(table.known)
    values = np.column_stack(list(table.known.values()))
    past = np.full((len(panel.values), len(columns)), np.nan)
    past[at] = values[kept]
    place = np.full(len(table.names), -1)
    codes = table.codes[kept]
    lasts = np.flatnonzero(np.append(codes[1:] != codes[:-1], True))
    place[codes[lasts]] = np.arange(len(panel))
    ends = times[kept[lasts]]
    mine = rows[place[table.codes[rows]] >= 0]
    later = mine[times[mine] > ends[place[table.codes[mine]]]]
    pieces = [
        _RowsToCome(
            place[table.codes[later]],
            times[later],
            values[later],
            lambda row: table.where(int(later[row])),
        )
    ]
    if table.future is not None:
        pieces.append(_of_future(table.future, panel, columns, table.names))
    return _joined(panel, columns, _filled(past, panel, columns, notes), ends, pieces)


def with_future(panel: SeriesPanel, future: PanelRows) -> SeriesPanel:
    """Return a panel with rows to come in place of those it had.

    Args:
        panel: `SeriesPanel` with columns that are known ahead.
        future: `PanelRows`.

    Raises:
        UserError: They do not follow a series, or miss a value.
    """
    known = panel.known_ahead
    if known is None:
        raise _no_use()
    piece = _of_future(future, panel, known.columns, panel.names)
    rows = np.repeat(known.offsets[:-1] - panel.offsets[:-1], panel.lengths)
    past = known.values[np.arange(len(panel.values)) + rows]
    return replace(
        panel, known_ahead=_joined(panel, known.columns, past, panel.ends, [piece])
    )


def check_rows_ahead(
    panel: SeriesPanel, horizon: int, columns: Iterable[str] | None = None
) -> None:
    """Raise a `UserError` unless each step of a forecast is known of each series.

    Args:
        panel: `SeriesPanel`.
        horizon: Integer, rows to forecast.
        columns: Iterable of strings, what has to be given. Default: all that is known.
    """
    ahead = panel.rows_ahead
    if panel.known_ahead is None or not len(panel) or ahead.min() >= horizon:
        return
    place = int(np.argmin(ahead))
    last = pd.Timestamp(panel.future_stamps(horizon)[place, -1])
    what = f"{ahead[place]} rows" if ahead[place] else "no row"
    short = int((ahead < horizon).sum())
    more = f", as for {short - 1:,} series more" if short > 1 else ""
    raise UserError(
        f"{horizon} rows are forecast, of series {panel.names[place]!r} up to {last}, "
        f"and the future of {_listed(columns or panel.known_ahead.columns)} is given "
        f"for {what} of it{more}. Give it as `future`, or as rows at the end whose "
        "target is empty"
        + (f"; or choose `horizon={ahead[place]}`." if ahead[place] else ".")
    )


def _no_use():
    return UserError(
        "No column is known ahead, and so `future` tells nothing. Leave it out, or "
        "name the columns as `known_ahead` when you train."
    )


def _of_future(future, panel, columns, known_names):
    """The rows of a table to come, those of series that were left out not."""
    for name in columns:
        if name not in future.others:
            raise UserError(
                f"The future rows have no column {name!r}, which is known ahead."
                f"{nearest(name, future.others)} Their columns are: "
                f"{_listed(future.others)}."
            )
    unknown = [name for name in future.names if name not in set(known_names)]
    if unknown:
        row = int(np.argmax(future.codes == future.names.index(unknown[0])))
        raise UserError(
            f"The future rows are of a series {unknown[0]!r} ({future.where(row)}), "
            f"and the data has none.{nearest(unknown[0], known_names)} Give its past "
            "as well, or leave it out."
        )
    if (future.stamps.tz is None) != (panel.time_zone is None):
        raise UserError(
            "The time stamps of the readings have "
            f"{'no time zone' if panel.time_zone is None else panel.time_zone.name}, "
            f"and those of the future rows {future.stamps.tz or 'none'}. Make them "
            "alike."
        )
    stamps = future.stamps
    if panel.time_zone is not None:
        stamps = panel.time_zone.strip(stamps.tz_convert(panel.time_zone.name))
    numbers = {name: place for place, name in enumerate(panel.names)}
    place = np.array([numbers.get(name, -1) for name in future.names])[future.codes]
    rows = np.flatnonzero(place >= 0)
    return _RowsToCome(
        place[rows],
        stamps.as_unit("ns").to_numpy()[rows],
        np.column_stack([future.others[name][rows] for name in columns]),
        lambda row: future.where(int(rows[row])),
    )


def _joined(panel, columns, past, ends, pieces):
    """Past and rows to come, these checked series by series."""
    series = np.concatenate([piece.series for piece in pieces])
    times = np.concatenate([piece.times for piece in pieces])
    values = np.concatenate([piece.values for piece in pieces])
    firsts = np.cumsum([0, *(len(piece.series) for piece in pieces)])

    def where(row):
        number = int(np.searchsorted(firsts, row, side="right")) - 1
        return pieces[number].where(int(row - firsts[number]))

    order = np.lexsort((np.arange(len(series)), times, series))
    series, times = series[order], times[order]
    again = np.zeros(len(order), bool)
    again[:-1] = (series[1:] == series[:-1]) & (times[1:] == times[:-1])
    order, series, times = order[~again], series[~again], times[~again]
    values = values[order]
    if len(order):
        _check_steps(panel, columns, series, times, values, ends, order, where)
    counts = np.bincount(series, minlength=len(panel))
    offsets = np.concatenate([[0], np.cumsum(panel.lengths + counts)])
    joined = np.empty((offsets[-1], len(columns)), "float32")
    own = np.repeat(offsets[:-1] - panel.offsets[:-1], panel.lengths)
    joined[np.arange(len(past)) + own] = past
    first = np.cumsum(counts) - counts
    ahead = np.arange(len(order)) - first[series] + panel.lengths[series]
    joined[offsets[:-1][series] + ahead] = values
    return KnownRows(columns, joined, offsets)


def _check_steps(panel, columns, series, times, values, ends, order, where):
    """Each series' rows to come: the first step after its end, the second, ..."""
    steps = panel.step.between(ends[series], times)
    first = np.concatenate([[True], series[1:] != series[:-1]])
    begin = np.maximum.accumulate(np.where(first, np.arange(len(series)), 0))
    expected = np.arange(len(series)) - begin + 1
    off = np.abs(steps - expected) > _OFF
    if off.any():
        row = int(np.argmax(off))
        place = series[row]
        name, stamp = panel.names[place], pd.Timestamp(times[row])
        of = f"The future rows of series {name!r}"
        at = f"{stamp} ({where(order[row])})"
        right = pd.Timestamp(panel.step.after(ends[[place]], int(expected[row]))[0])
        if first[row]:
            raise UserError(
                f"{of} begin at {at}, and the first row after its last reading, "
                f"{pd.Timestamp(ends[place])}, is {right}. Give the rows from there on."
            )
        if expected[row] == 2:
            apart = span_text(stamp - pd.Timestamp(times[row - 1]))
            raise UserError(
                f"{of} are {apart} apart at {at}, and those of the data "
                f"{panel.step.text}. Give rows of the same step."
            )
        raise UserError(
            f"{of} have a gap before {at}: {right} is missing. Give each row."
            if stamp > right
            else f"{of} do not fall on the steps of the data, {panel.step.text}: {at} "
            f"stands where {right} should. Give each row."
        )
    empty = ~np.isfinite(values)
    if empty.any():
        row, column = np.argwhere(empty)[0]
        more = f", and {int(empty.sum()) - 1:,} more" if empty.sum() > 1 else ""
        raise UserError(
            f"The future rows of series {panel.names[series[row]]!r} have no value of "
            f"{columns[column]!r} at {pd.Timestamp(times[row])} "
            f"({where(order[row])}){more}, and it is known ahead. Fill it in."
        )


def _filled(past, panel, columns, notes):
    """What is missing in the past taken from before, at the beginning from after."""
    rows = np.arange(len(past))
    for place, name in enumerate(columns):
        values = past[:, place]
        known = np.isfinite(values)
        if known.all():
            continue
        begins = np.repeat(panel.offsets[:-1], panel.lengths)
        ends = np.repeat(panel.offsets[1:], panel.lengths)
        before = np.maximum.accumulate(np.where(known, rows, -1))
        after = np.minimum.accumulate(np.where(known, rows, len(rows))[::-1])[::-1]
        source = np.where(before >= begins, before, after)
        outside = (source < begins) | (source >= ends)
        if outside.any():
            series = int(np.searchsorted(panel.offsets, np.argmax(outside), "right"))
            raise UserError(
                f"Series {panel.names[series - 1]!r} has no value of {name!r} in any "
                f"row up to the last value of {panel.target!r}, and it is known ahead. "
                "Fill it in, or leave out the series."
            )
        past[:, place] = values[source]
        notes[f"{name}: missing in the past, taken from the row before"] = int(
            (~known).sum()
        )
    return past


def _listed(names, most=8):
    names = [repr(name) for name in names]
    more = [f"and {len(names) - most} more"] if len(names) > most else []
    return ", ".join(names[:most] + more) or "none"
