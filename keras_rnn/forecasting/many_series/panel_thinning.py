"""Rows of many series that are finer than asked for: one row for each step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from keras_rnn.errors import UserError
from keras_rnn.forecasting.amounts import checked_aggregates, choose_aggregates
from keras_rnn.forecasting.many_series.panel_rows import one_time_zone, sorted_once
from keras_rnn.forecasting.sampling import is_thinner
from keras_rnn.forecasting.thinning import thin

if TYPE_CHECKING:
    from keras_rnn.forecasting.many_series.panel_rows import PanelRows


def thinned(
    table: PanelRows,
    every: str | pd.Timedelta | None,
    aggregate: str | Mapping[str, str] | None = None,
    marks: str = "",
) -> PanelRows:
    """Return one row for each `every`, where most series have more.

    Args:
        table: `PanelRows`.
        every: String such as `"1d"`, or `None`: the rows stay as they are.
        aggregate: What a row holds: `"last"`, `"mean"`, `"sum"`, `"min"` or `"max"`, or
            a mapping from the target to one. Default: amounts are summed, of all else
            the last value is taken.
        marks: `"start"` if a stamp is the beginning of what its row is about. Default:
            `""`, its end.

    Raises:
        UserError: `every` is finer than the rows, or nothing that rows can be thinned
            to, or a column looks ahead.
    """
    if every is None or every == "1 working day":
        if aggregate is not None:
            raise UserError(
                "`aggregate` says what thinned rows hold, and no row is thinned: give "
                "`every`, the step to thin them to, or leave it out."
            )
        return table
    notes = dict(table.notes)
    rows = sorted_once(table, notes)
    zone = one_time_zone(table, rows)
    stamps = table.stamps if zone is None else zone.strip(table.stamps)
    codes = table.codes[rows]
    cuts = np.flatnonzero(np.diff(codes)) + 1
    pieces = np.split(rows, cuts)
    longest = max(pieces, key=len)
    if len(longest) < 2 or not is_thinner(stamps[longest], every):
        if aggregate is not None:
            raise UserError(
                f"`aggregate` says what thinned rows hold, and the rows are {every} "
                "apart already: leave it out."
            )
        return table
    if table.known:
        raise UserError(
            f"`every={every}` thins the rows, and {next(iter(table.known))!r} is known "
            "ahead: bring the rows to that step first, those to come as well."
        )
    series = [table.codes[piece[0]] for piece in pieces]
    frames = []
    name = table.target
    whole = pd.DataFrame({name: table.values[longest]}, stamps[longest])
    how = choose_aggregates(whole, {name: table.unit})
    if aggregate is not None:
        how = checked_aggregates(aggregate, whole.columns)
    for piece in pieces:
        frame = pd.DataFrame({name: table.values[piece]}, stamps[piece])
        frames.append(
            thin(frame, every, how, marks, notes)
            if len(piece) > 1 and is_thinner(frame.index, every)
            else frame
        )
    lengths = [len(frame) for frame in frames]
    index = frames[0].index.append([frame.index for frame in frames[1:]])
    notes[f"rows thinned to {every} ({how[name]}), left"] = int(sum(lengths))
    return replace(
        table,
        codes=np.repeat(series, lengths),
        stamps=index if zone is None else zone.restore(index),
        values=np.concatenate([frame[name].to_numpy() for frame in frames]),
        where=lambda row: f"thinned row {row}",
        notes=notes,
        others={},
        static={
            name: _of_each(values, table, series, lengths)
            for name, values in table.static.items()
        },
    )


def _of_each(values, table, series, lengths):
    """The first value of each series for each of its rows."""
    first = np.full(len(table.names), 0)
    rows = np.arange(len(table.codes))
    first[table.codes[::-1]] = rows[::-1]
    return np.repeat(values[first[series]], lengths)
