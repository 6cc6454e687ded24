"""From rows in any order, each of one series, to a panel without a missing row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from keras_rnn.errors import UserError
from keras_rnn.forecasting.many_series.panel import SeriesPanel
from keras_rnn.forecasting.many_series.panel_known_ahead import known_rows_of
from keras_rnn.forecasting.many_series.panel_static import static_of
from keras_rnn.forecasting.many_series.panel_step import PanelStep
from keras_rnn.forecasting.pandas_input import TimeZone
from keras_rnn.forecasting.sampling import run_lengths
from keras_rnn.forecasting.time_steps import retail_steps, span_text

if TYPE_CHECKING:
    from collections.abc import Iterable

# More rows, as a share of all, are never left out without being asked.
FEW = 0.03
# The longest hole that is filled, in steps, as in `resample`.
_MOST_FILLED = 3
# A hole makes room for at most so many rows for each row that is there.
_MOST_SPARSE = 20
# Series that end so many days and so many horizons earlier than the last are told of.
_EARLY = np.timedelta64(365, "D")
_SHOWN = 4


@dataclass(frozen=True, eq=False)
class PanelRows:
    """Rows of many series as a table holds them.

    Attributes:
        names: List of strings, the series.
        codes: Integer array of shape `(rows,)`, the place in `names` of each row.
        stamps: `pandas.DatetimeIndex` of the rows.
        values: Float array of shape `(rows,)`.
        target: String, what the values are.
        where: Function from the number of a row to where it stands, such as "row 7".
        unit: String. Default: `""`.
        notes: Dict from what was done so far, in words, to how often.
        others: Dict from name to float array of shape `(rows,)`, other columns of
            numbers.
        static: Dict from name to array of shape `(rows,)`, floats or strings, what is
            to be constant within a series.
        known: Dict of those of `others` whose future is known.
        future: `PanelRows` of rows to come, or `None`.
        remarks: Tuple of strings, what was found out where nobody said.
    """

    names: list[str]
    codes: np.ndarray
    stamps: pd.DatetimeIndex
    values: np.ndarray
    target: str
    where: Callable[[int], str]
    unit: str = ""
    notes: dict[str, int] = field(default_factory=dict)
    others: dict[str, np.ndarray] = field(default_factory=dict)
    static: dict[str, np.ndarray] = field(default_factory=dict)
    known: dict[str, np.ndarray] = field(default_factory=dict)
    future: PanelRows | None = None
    remarks: tuple[str, ...] = ()

    def panel(self, every: str | pd.Timedelta | None = None) -> SeriesPanel:
        """Return the series in the order of time, with a place for each missing row.

        Args:
            every: String, the step of the rows. Default: that of most series.

        Returns:
            `SeriesPanel`.

        Raises:
            UserError: Series, row or column that cannot be used.
        """
        notes = dict(self.notes)
        every_row = rows = sorted_once(self, notes)
        zone = one_time_zone(self, rows)
        stamps = self.stamps if zone is None else zone.strip(self.stamps)
        times = stamps.as_unit("ns").to_numpy()
        rows = self._with_values(rows, notes)
        rows = self._longer_than_one(rows, notes)
        step, rows = _one_step(self, rows, times, every, notes)
        panel, at = _laid_out(self, rows, times, step, notes, zone)
        known, static = panel.known_ahead, panel.static
        if self.known:
            known = known_rows_of(self, panel, rows, at, every_row, times, notes)
        if self.static:
            static = static_of(self, panel.names, notes)
        left = [name for name in self.others if name not in self.known]
        if left:
            more = f" and {len(left) - _SHOWN} more" if len(left) > _SHOWN else ""
            told = ", ".join(map(repr, left[:_SHOWN])) + more
            notes[f"columns neither forecast nor known ahead, left out ({told})"] = len(
                left
            )
        panel.remarks.extend(self.remarks)
        return replace(panel, known_ahead=known, static=static)

    def series_at(self, row: int) -> str:
        """Return the series of a row, quoted for a message."""
        return repr(self.names[self.codes[row]])

    def listed(self, places: Iterable[int]) -> str:
        """Return some series by name, for a note."""
        names = [repr(self.names[place]) for place in places]
        more = len(names) - _SHOWN
        return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")

    def _with_values(self, rows, notes):
        """Without the rows before a series' first value and after its last one."""
        known = ~np.isnan(self.values[rows])
        codes = self.codes[rows]
        count = len(self.names)
        places = np.flatnonzero(known)
        first = np.full(count, len(rows))
        np.minimum.at(first, codes[places], places)
        last = np.full(count, -1)
        np.maximum.at(last, codes[places], places)
        place = np.arange(len(rows))
        kept = (place >= first[codes]) & (place <= last[codes])
        empty = np.setdiff1d(np.unique(codes), codes[places])
        if len(empty) == count or not len(places):
            raise UserError(f"Column {self.target!r} holds no value in any series.")
        if len(empty):
            text = f"series without a value of {self.target!r}, left out"
            notes[f"{text} ({self.listed(empty)})"] = len(empty)
        outside = ~kept & ~np.isin(codes, empty)
        text = "rows before the first or after the last value of a series"
        if self.known:  # Those after the last value are rows to come.
            outside &= place < first[codes]
            text = "rows before the first value of a series"
        if outside.any():
            notes[text] = int(outside.sum())
        return rows[kept]

    def _longer_than_one(self, rows, notes):
        counts = np.bincount(self.codes[rows], minlength=len(self.names))
        single = np.flatnonzero(counts == 1)
        if not len(single):
            return rows
        if len(single) == np.count_nonzero(counts):
            place = rows[self.codes[rows] == single[0]][0]
            raise UserError(
                f"Each series has one row alone, first {self.series_at(place)} "
                f"({self.where(place)}): there is no past to forecast from. Name the "
                "column that tells the series apart, or give more rows."
            )
        notes[f"series of one row, left out ({self.listed(single)})"] = len(single)
        return rows[counts[self.codes[rows]] > 1]


def sorted_once(table: PanelRows, notes: dict[str, int]) -> np.ndarray:
    """Return the numbers of the rows by series and time, each once.

    Args:
        table: `PanelRows`.
        notes: Dict, receives what was done.

    Raises:
        UserError: Two rows of one series and time differ.
    """
    times = table.stamps.asi8
    same = np.diff(table.codes) == 0
    early = same & (np.diff(times) < 0)
    if early.any():
        text = "rows earlier than the row of their series before them, sorted"
        notes[text] = int(early.sum())
    if (np.diff(table.codes)[~same] > 0).all() and not early.any():
        return _without_repeats(table, np.arange(len(times)), notes)
    return _without_repeats(table, np.lexsort((times, table.codes)), notes)


def _without_repeats(table, rows, notes):
    """One row for each series and time; it is an error if two of them differ."""
    times, codes = table.stamps.asi8[rows], table.codes[rows]
    again = np.zeros(len(rows), bool)
    again[1:] = (codes[1:] == codes[:-1]) & (times[1:] == times[:-1])
    if not again.any():
        return rows
    places = np.flatnonzero(again)
    for column, of_column in {table.target: table.values, **table.known}.items():
        values = of_column[rows]
        now, before = values[places], values[places - 1]
        differ = (now != before) & ~(np.isnan(now) & np.isnan(before))
        if not differ.any():
            continue
        second = places[np.argmax(differ)]
        row, first = rows[second], rows[second - 1]
        raise UserError(
            f"Series {table.series_at(row)} has two rows for {table.stamps[row]} "
            f"({table.where(first)} and {table.where(row)}) with different values in "
            f"column {column!r}: {values[second - 1]:g} and {values[second]:g}; "
            f"{int(differ.sum()):,} rows repeat another so. Drop one, join them, or "
            "name the column that tells them apart."
        )
    notes["rows that repeat another of their series, dropped"] = int(again.sum())
    return rows[~again]


def one_time_zone(table: PanelRows, rows: np.ndarray) -> TimeZone | None:
    """Return the time zone of the stamps, `None` where they have none.

    Args:
        table: `PanelRows`.
        rows: Integer array from `sorted_once`.
    """
    if table.stamps.tz is None:
        return None
    # One series shows whether days are local ones.
    codes = table.codes[rows]
    longest = np.bincount(codes).argmax()
    return TimeZone.of(table.stamps[rows[codes == longest]])


def _one_step(table, rows, times, every, notes):
    """The step of most series, and the rows of those that have it."""
    codes = table.codes[rows]
    same = codes[1:] == codes[:-1]
    between = np.diff(times[rows]).astype("int64")[same]
    series = codes[1:][same]
    usual = _most_frequent(series, between, len(table.names))
    step = _step_of_most(table, rows, times, usual) if every is None else None
    step = step or PanelStep.named(every)
    span = step.span.as_unit("ns").value
    known = np.flatnonzero(usual > 0)
    # A series with more holes than rows still has neighbours one step apart.
    least = np.full(len(table.names), np.iinfo("int64").max)
    np.minimum.at(least, series, between)
    ratio = least[known] / span
    other = known[(ratio > 1.5) | (ratio < 0.5)]
    if not len(other):
        return step, rows
    of_others = np.isin(codes, other)
    row = rows[np.argmax(of_others)]
    own = span_text(pd.Timedelta(int(least[table.codes[row]]), unit="ns"))
    if of_others.mean() > FEW or len(other) > max(1, FEW * len(known)):
        raise UserError(
            f"Series {table.series_at(row)} has a row each {own} (from "
            f"{table.where(row)} on), and the most have one each {step.text}: "
            f"{len(other):,} of {len(known):,} series have another step. Forecast them "
            "apart, or bring them to one step first."
        )
    text = f"series of another step than {step.text}, left out"
    notes[f"{text} ({table.listed(other)})"] = len(other)
    return step, rows[~of_others]


def _most_frequent(series, between, count):
    """Of each series the most frequent time between neighbouring rows; 0 for none."""
    usual = np.zeros(count, "int64")
    order = np.lexsort((between, series))
    series, between = series[order], between[order]
    if not len(series):
        return usual
    new = np.flatnonzero(
        np.concatenate(
            [[True], (np.diff(series) != 0) | (np.diff(between) != 0)],
        )
    )
    lengths = np.diff(np.append(new, len(series)))
    # The last one written for a series is that of most rows.
    most = np.lexsort((lengths, series[new]))
    usual[series[new][most]] = between[new][most]
    return usual


def _step_of_most(table, rows, times, usual):
    """The step of the longest series among those of the most frequent one."""
    codes = table.codes[rows]
    counts = np.bincount(codes, minlength=len(usual))
    spans, votes = np.unique(usual[usual > 0], return_counts=True)
    span = spans[np.argmax(votes)]
    longest = np.argmax(np.where(usual == span, counts, 0))
    index = pd.DatetimeIndex(times[rows[codes == longest]])
    if retail_steps(index) is not None:
        raise UserError(
            f"Series {table.names[longest]!r} has months of four or five weeks, which "
            "are known for one series alone: forecast it by itself."
        )
    step = PanelStep.of(index)
    days = pd.DatetimeIndex(times[rows])
    if step.working_days and days.day_of_week.max() > 4:
        return PanelStep(step.span)
    if step.month_ends and not days.is_month_end.all():
        return PanelStep(step.span, step.months)
    return step


def _laid_out(table, rows, times, step, notes, zone):
    """The panel: each row at its place in time, short holes filled."""
    codes = table.codes[rows]
    same = codes[1:] == codes[:-1]
    moved = np.where(same, step.between(times[rows[:-1]], times[rows[1:]]), 0)
    whole = np.round(moved).astype("int64")
    crooked = same & ((abs(moved - whole) > 0.25) | (whole == 0))
    if crooked.any():
        row = rows[1:][np.argmax(crooked)]
        if crooked.sum() > max(1, FEW * len(rows)):
            raise UserError(
                f"Series {table.series_at(row)} has a row at {table.stamps[row]} "
                f"({table.where(row)}) that is no whole number of steps of {step.text} "
                f"after the one before it, and so have {int(crooked.sum()):,} rows. "
                "Bring the rows to an even step first."
            )
        notes[f"rows off the step of {step.text}, moved to the next"] = int(
            crooked.sum()
        )
        whole = np.where(crooked, np.maximum(whole, 1), whole)
    firsts = np.flatnonzero(np.concatenate([[True], ~same]))
    reached = np.concatenate([[0], np.cumsum(whole)])
    # Places count from the first row of each series.
    places = reached - np.repeat(reached[firsts], np.diff(np.append(firsts, len(rows))))
    lengths = places[np.append(firsts[1:], len(rows)) - 1] + 1
    _check_sparse(table, rows, firsts, lengths, whole)
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    values = np.full(offsets[-1], np.nan, "float32")
    at = places + np.repeat(offsets[:-1], np.diff(np.append(firsts, len(rows))))
    values[at] = table.values[rows]
    _fill_short_holes(values, len(rows), notes)
    kept = codes[firsts]
    panel = SeriesPanel(
        names=[table.names[code] for code in kept],
        values=values,
        offsets=offsets,
        starts=times[rows[firsts]].astype("datetime64[ns]"),
        step=step,
        target=table.target,
        unit=table.unit,
        notes=notes,
        time_zone=zone,
    )
    panel.remarks.extend(_early_ends(panel))
    return panel, at


def _check_sparse(table, rows, firsts, lengths, whole):
    if lengths.sum() <= _MOST_SPARSE * len(rows):
        return
    place = int(np.argmax(whole))
    before, after = rows[place], rows[place + 1]
    raise UserError(
        f"Series {table.series_at(after)} has no row between {table.stamps[before]} "
        f"({table.where(before)}) and {table.stamps[after]} ({table.where(after)}), "
        f"{int(whole[place]) - 1:,} missing rows. Correct the time stamp, or leave out "
        "the rows before it."
    )


def _fill_short_holes(values, given, notes):
    """Carry the last value over holes of a few rows; a hole is never at an end."""
    missing = np.isnan(values)
    if not missing.any():
        return
    fill = missing & (run_lengths(missing) <= _MOST_FILLED)
    last = np.maximum.accumulate(np.where(missing, 0, np.arange(len(values))))
    values[fill] = values[last[fill]]
    for text, count in (
        ("rows added where time is missing", len(values) - given),
        (f"values carried forward, at most {_MOST_FILLED} in a row", fill.sum()),
        ("values left missing", (missing & ~fill).sum()),
    ):
        if count:
            notes[text] = int(count)


def _early_ends(panel):
    """Series that end a year or more before the last of them."""
    ends = panel.ends
    latest = ends.max()
    early = np.flatnonzero(latest - ends > _EARLY)
    if not len(early):
        return
    first = early[np.argmin(ends[early])]
    yield (
        f"{len(early):,} of {len(panel):,} series end more than a year before the last "
        f"one ({pd.Timestamp(latest):%Y-%m-%d}), the first {panel.names[first]!r} at "
        f"{pd.Timestamp(ends[first]):%Y-%m-%d}: the forecast of each goes on from its "
        "own end"
    )
