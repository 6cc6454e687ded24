"""New rows of many series behind those that a forecaster knows, as one table."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from keras_rnn.errors import UserError
from keras_rnn.forecasting.many_series.panel import SeriesPanel
from keras_rnn.forecasting.many_series.panel_rows import PanelRows

# The part of a step by which a clock may jitter.
_OFF = 0.25
_KNOWN = "what the forecaster knows"


def rows_of_panel(panel: SeriesPanel) -> PanelRows:
    """Return the rows of a panel as a table holds them, those to come at the end.

    Args:
        panel: `SeriesPanel` with time stamps.
    """
    known = panel.known_ahead
    counts = panel.lengths + panel.rows_ahead
    codes = np.repeat(np.arange(len(panel)), counts)
    places = np.arange(len(codes)) - np.repeat(np.cumsum(counts) - counts, counts)
    values = np.full(len(codes), np.nan)
    values[places < panel.lengths[codes]] = panel.values
    stamps = panel.step.after(panel.starts[codes], places)
    columns = {}
    if known is not None:
        columns = dict(
            zip(known.columns, known.values.T.astype("float64"), strict=True)
        )
    static = {}
    if panel.static is not None:
        static = {
            str(name): panel.static[name].to_numpy()[codes] for name in panel.static
        }
    return PanelRows(
        list(panel.names),
        codes,
        panel.with_zone(pd.DatetimeIndex(stamps)),
        values,
        panel.target,
        lambda row: _KNOWN,
        panel.unit,
        others=columns,
        static=static,
        known=columns,
    )


def following_rows(
    past: SeriesPanel, new: PanelRows, *, thinned: bool = False
) -> PanelRows:
    """Return the rows of a panel and those that came since.

    Rows that are known already may stand among the new ones, with the same values. Rows
    to come that were known are replaced by those that have come.

    Args:
        past: `SeriesPanel`, what is known.
        new: `PanelRows`, of some of its series and of others.
        thinned: Boolean, whether each of the new rows was made of several: the first
            of a series may then be of a part of its span. Default: `False`.

    Raises:
        UserError: Rows that are known have other values, or rows do not fall on the
            steps of their series.
    """
    check_times(past)
    old = rows_of_panel(past)
    codes, names = _joined_names(past.names, new)
    times = _times(past, new)
    known_series = codes < len(past)
    series = np.where(known_series, codes, 0)
    place = _places(past, new, codes, times, known_series)
    kept = place >= 0
    notes = dict(new.notes)
    if (~kept).any():
        notes["rows before those that the forecaster knows, left out"] = int(
            (~kept).sum()
        )
    again = known_series & kept & (place < past.lengths[series])
    if thinned:
        first = np.zeros(len(codes), bool)
        order = np.lexsort((times, codes))
        first[order[np.flatnonzero(np.diff(codes[order], prepend=-1))]] = True
        kept &= ~(again & first)
        again &= ~first
    at = past.offsets[:-1][series] + place
    _check_same(past, new, np.flatnonzero(again), at)
    # A value that was missing may have come late; else what is known stays.
    late = again & np.isfinite(new.values)
    late[again] &= np.isnan(past.values[at[again]])
    kept &= ~again | late
    stamps = np.where(
        known_series,
        past.step.after(past.starts[series], np.maximum(place, 0)),
        times,
    )
    own = np.arange(len(old.codes)) - np.searchsorted(old.codes, old.codes)
    replaced = _pairs(old.codes, own, codes[kept], place[kept])
    if new.future is not None:
        told = np.isin(past.names, new.future.names)
        replaced |= told[old.codes] & (own >= past.lengths[old.codes])
    stays = np.flatnonzero(~replaced)
    come = np.flatnonzero(kept)
    every = np.concatenate([old.codes[stays], codes[come]])
    moments = np.concatenate(
        [past.step.after(past.starts[old.codes], own)[stays], stamps[come]]
    ).astype("datetime64[ns]")
    order = np.lexsort((moments, every))

    def joined(before, after):
        return np.concatenate([before[stays], after[come]])[order]

    rows = np.concatenate([np.full(len(stays), -1), come])[order]
    known = {
        name: joined(values, _column(new, name)) for name, values in old.known.items()
    }
    return replace(
        new,
        names=names,
        codes=every[order],
        stamps=past.with_zone(pd.DatetimeIndex(moments[order])),
        # In the digits that are kept, so that what comes twice is the same.
        values=joined(old.values, new.values.astype("float32").astype("float64")),
        target=past.target,
        where=lambda row: _KNOWN if rows[row] < 0 else new.where(int(rows[row])),
        unit=past.unit,
        notes=notes,
        others=known,
        known=known,
        static={
            name: joined(*_alike(name, values, _static(new, name)))
            for name, values in old.static.items()
        },
    )


def check_times(past: SeriesPanel) -> None:
    """Raise a `UserError` unless it can be told which rows are later.

    Args:
        past: `SeriesPanel`.
    """
    if not past.has_times:
        raise UserError(
            "This forecaster counts rows, without time stamps, and cannot tell which "
            "ones are new. Fit it again on all of them."
        )


def _joined_names(known, new):
    """The series of each new row, in the list of all: the known ones come first."""
    numbers = {name: place for place, name in enumerate(known)}
    for name in new.names:
        numbers.setdefault(name, len(numbers))
    return np.array([numbers[name] for name in new.names])[new.codes], list(numbers)


def _times(past, new):
    """The stamps of the new rows, as those of the past are kept."""
    zone, stamps = past.time_zone, new.stamps
    if (stamps.tz is None) != (zone is None):
        raise UserError(
            "The forecaster was fitted on time stamps with "
            f"{'no time zone' if zone is None else zone.name}, and the new ones have "
            f"{stamps.tz or 'none'}. Make them alike."
        )
    if zone is not None:
        stamps = zone.strip(stamps.tz_convert(zone.name))
    return stamps.as_unit("ns").to_numpy()


def _places(past, new, codes, times, known_series):
    """The number of each row in its series; of new series any number."""
    place = np.zeros(len(codes), "int64")
    rows = np.flatnonzero(known_series)
    starts = past.starts[codes[rows]]
    steps = past.step.between(starts, times[rows])
    whole = np.round(steps).astype("int64")
    off = np.abs(steps - whole) > _OFF
    if past.step.working_days:
        off |= pd.DatetimeIndex(times[rows]).day_of_week.to_numpy() > 4
    if off.any():
        row = int(rows[np.argmax(off)])
        last = pd.Timestamp(past.ends[codes[row]])
        raise UserError(
            f"Series {new.series_at(row)} has a row at {new.stamps[row]} "
            f"({new.where(row)}) that is no whole number of steps of {past.step.text} "
            f"after {last}, the last one that the forecaster knows. Give rows of the "
            "same step, or fit it anew."
        )
    place[rows] = whole
    return place


def _check_same(past, new, rows, at):
    """Rows that are known already have the values that are known."""
    columns = {past.target: (past.values, new.values)}
    known = past.known_ahead
    if known is not None:
        own = np.repeat(known.offsets[:-1] - past.offsets[:-1], past.lengths)
        mine = known.values[np.arange(len(past.values)) + own]
        columns |= {
            name: (mine[:, column], _column(new, name))
            for column, name in enumerate(known.columns)
        }
    for name, (old, again) in columns.items():
        was, now = old[at[rows]].astype("float64"), again[rows]
        differ = ~np.isclose(was, now, rtol=1e-4, atol=1e-6)
        differ &= np.isfinite(was) & np.isfinite(now)
        if not differ.any():
            continue
        row = int(rows[np.argmax(differ)])
        raise UserError(
            f"Series {new.series_at(row)} has {name!r} = {again[row]:.6g} at "
            f"{new.stamps[row]} ({new.where(row)}), and the forecaster knows "
            f"{old[at[row]]:.6g} there ({int(differ.sum()):,} rows differ). Give later "
            "rows alone, or fit it anew."
        )


def _pairs(codes, places, others, at):
    """Whether each pair of a series and a place is among others."""
    most = int(max(places.max(initial=0), at.max(initial=0))) + 1
    return np.isin(codes * most + places, others * most + at)


def _column(new, name):
    if name not in new.known:
        raise UserError(
            f"The new rows have no column {name!r}, which is known ahead. Give it."
        )
    return new.known[name]


def _static(new, name):
    if name in new.static:
        return new.static[name]
    return np.full(len(new.codes), np.nan)


def _alike(name, old, new):
    """Static values of one kind: numbers, or words."""
    if old.dtype.kind == new.dtype.kind:
        return old, new
    if new.dtype.kind == "f" and np.isnan(new).all():
        return old, np.full(len(new), "", "object")
    kinds = ["numbers" if one.dtype.kind == "f" else "words" for one in (old, new)]
    raise UserError(
        f"Column {name!r} is static: the forecaster knows {kinds[0]} in it, and the "
        f"new rows hold {kinds[1]}. Correct it, or fit it anew."
    )
