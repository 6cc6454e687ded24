"""Dates in one column and the time of day in another."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
from pandas.api.types import is_numeric_dtype, is_string_dtype

from keras_rnn.datasets.tables.calendar_step import has_repeats
from keras_rnn.datasets.tables.clock import Clock, on_the_clock, read_clock
from keras_rnn.datasets.tables.column_names import part_of, zone_in_name
from keras_rnn.datasets.tables.date_order import WORDS, choose_order
from keras_rnn.datasets.tables.dates import plain
from keras_rnn.datasets.tables.time_reading import FoundTime, TimeReading

# Parts of an hour, their unit, and what they are parts of.
_FINER = (("minute", "min", "1h"), ("second", "s", "1min"), ("less", "ms", "1s"))
_FINER_NAMES = {"minute": "mm|MM", "second": "ss", "less": "(?i)ms|millis.*|msec"}


def with_time_of_day(
    cells: pd.DataFrame, name: str | None, reading: TimeReading
) -> FoundTime:
    """Add the column with the time of day, when dates and times stand apart."""
    alone = FoundTime(reading, () if name is None else (name,))
    if name is not None and reading.unit == "day":
        reading = _filled_down(cells, name, reading)
    if reading.unit not in ("day", "time") or not has_repeats(reading.stamps):
        return alone
    if reading.unit == "time" and not _all_midnight(reading.stamps):
        return alone
    readings: list[tuple[tuple[bool, bool, int], str, Clock]] = []
    for place, other in enumerate(cells.columns):
        if other == name:
            continue
        clock = read_clock(_with_half(cells, other), other)
        if clock is None or clock.offsets.nunique() < 2:
            continue
        repeats = _repeats(reading.stamps, clock.offsets)
        if repeats > 0.5 and clock.periods:
            continue
        readings.append(
            ((repeats > 0.03, is_numeric_dtype(cells[other]), place), other, clock)
        )
    if not readings:
        return alone
    _, other, clock = min(readings, key=lambda item: item[0])
    clock, finer = _with_minutes(cells, reading, other, clock)
    reading = _order_again(reading, clock)
    offsets = clock.offsets
    if clock.periods:
        offsets = on_the_clock(reading.stamps, clock)
    stamps = plain(reading.stamps + offsets)
    marks, notes = clock.marks or reading.marks, [clock.note] if clock.note else []
    others = {}
    for (repeats, *_), later, further in readings:
        if later == other or repeats or clock.periods:
            continue
        if is_numeric_dtype(cells[later]) and part_of(later) != "hour":
            continue  # a quantity that happens to be as large as the hour
        apart = (further.offsets - clock.offsets) % pd.Timedelta(days=1)
        if apart.value_counts(normalize=True).max() > 0.9:
            marks = "start"
            others[later] = f"the end of the interval that begins at {other!r}"
    whole = replace(
        reading,
        stamps=stamps,
        unit="time",
        notation=f"{reading.notation}, and the time of day from {other!r}",
        marks=marks,
        zone=reading.zone or zone_in_name(other),
    )
    columns = (*(() if name is None else (name,)), other, *finer)
    return FoundTime(whole, columns, others, tuple(notes), clock.periods)


def _with_minutes(
    cells: pd.DataFrame, reading: TimeReading, hours: str, clock: Clock
) -> tuple[Clock, list[str]]:
    """Add columns of minutes, seconds and less, as far as rows need them."""
    used: list[str] = []
    if clock.periods:
        return clock, used
    for part, unit, coarser in _FINER:
        whole = not (clock.offsets.dropna() % pd.Timedelta(coarser)).any()
        if _repeats(reading.stamps, clock.offsets) <= 0.03 or not whole:
            continue
        for name in cells.columns:
            column = cells[name]
            named = part_of(name) == part or re.fullmatch(_FINER_NAMES[part], str(name))
            if not named or not is_numeric_dtype(column) or name == hours:
                continue
            fine = pd.to_timedelta(column.astype("float64"), unit=unit)
            fine = fine.dt.as_unit("us")
            if (column % 1 == 0).all() and fine.between("0", coarser, "left").all():
                offsets = clock.offsets + fine
                clock, used = replace(clock, offsets=offsets), [*used, name]
                break
    return clock, used


def _filled_down(cells: pd.DataFrame, name: str, reading: TimeReading) -> TimeReading:
    """Dates that stand in the first row of each day alone, beside times in all rows."""
    empty = cells[name].isna()
    if not empty.any():
        return reading
    empty &= cells.drop(columns=name).notna().any(axis=1)
    if empty.mean() < 0.5 or empty.iloc[0]:
        return reading
    count = int(empty.sum())
    rivals = {order: dates.ffill() for order, dates in reading.rivals.items()}
    written = None if reading.written is None else reading.written.ffill()
    repairs = {
        **reading.repairs,
        "cells without a date, taken from the row above": count,
    }
    return replace(
        reading,
        stamps=reading.stamps.ffill(),
        rivals=rivals,
        written=written,
        repairs=repairs,
    )


def _with_half(cells: pd.DataFrame, name: str) -> pd.Series:
    """A column of times with AM or PM from the column behind it, if that says so."""
    place = cells.columns.get_loc(name) + 1
    if place >= cells.shape[1] or not is_string_dtype(cells[name]):
        return cells[name]
    behind = cells.iloc[:, place]
    if not is_string_dtype(behind) or behind.isna().any():
        return cells[name]
    halves = set(behind.head(1000).str.strip().str.upper().str.replace(".", ""))
    if not halves <= {"AM", "PM", "A", "P"}:
        return cells[name]
    return cells[name].str.strip() + " " + behind.str.strip()


def _order_again(reading: TimeReading, clock: Clock) -> TimeReading:
    """Choose between day and month first once more: hours tell more than dates."""
    if not reading.rivals or reading.written is None:
        return reading
    whole = {order: dates + clock.offsets for order, dates in reading.rivals.items()}
    sign = "." if "." in reading.notation else "/"
    choice = choose_order(whole, reading.written, sign)
    words = reading.notation.replace(".", "/").split("/")
    if len(words) == 3:
        letters = {"d": "day", "m": "month", "y": "year"}
        notation = sign.join(letters[letter] for letter in choice.order)
    else:
        notation = reading.notation
    return replace(
        reading,
        stamps=reading.rivals[choice.order],
        notation=notation,
        order=WORDS[choice.order],
        why=choice.why,
        question=choice.question,
    )


def _all_midnight(stamps: pd.Series) -> bool:
    ticks = stamps.dropna().to_numpy().astype("datetime64[us]").astype("int64")
    return bool((ticks % 86_400_000_000 == 0).all())


def _repeats(dates: pd.Series, offsets: pd.Series) -> float:
    """The share of rows whose date and time of day have been there before."""
    return float(pd.DataFrame({"a": dates, "b": offsets}).duplicated().mean())
