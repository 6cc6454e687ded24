"""The way in to many series: a table of one's own, or a known data set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from keras_rnn.datasets.dataset import Dataset
from keras_rnn.datasets.series import m4
from keras_rnn.datasets.series.loading import load_series
from keras_rnn.datasets.series.series import choose_target
from keras_rnn.datasets.tables.read_table import read_table
from keras_rnn.datasets.tables.table import Table
from keras_rnn.errors import UserError
from keras_rnn.forecasting.many_series.panel import SeriesPanel
from keras_rnn.forecasting.many_series.panel_columns import PanelColumns
from keras_rnn.forecasting.many_series.panel_known_ahead import looking_ahead
from keras_rnn.forecasting.many_series.panel_rows import PanelRows
from keras_rnn.forecasting.many_series.panel_static import check_static, static_values
from keras_rnn.forecasting.many_series.panel_tables import named_rows, wide_rows

# The step of each frequency of the M4 competition.
_STEPS = {
    "hourly": "1h",
    "daily": "1d",
    "weekly": "7d",
    "monthly": "1 month",
    "quarterly": "3 months",
    "yearly": "1 year",
}


@dataclass(frozen=True, eq=False)
class PanelData(Dataset):
    """Many series with where they come from.

    Attributes:
        panel: `SeriesPanel`.
        columns: `PanelColumns`, where a table holds the series.
        table: `Table`, how a file of one's own was read. Default: `None`.
        target_note: String, the target and why it was chosen. Default: `""`.
        truth: Float array of shape `(series, horizon)`, what is published to follow the
            last rows. Default: `None`.
        season: Integer, rows in a season where the data set says so. Default: `None`.
        given: Tuple of two integers, the rows and series of the table, where `panel`
            holds what came before them, too. Default: `None`.
    """

    panel: SeriesPanel
    columns: PanelColumns = field(default_factory=PanelColumns)
    table: Table | None = None
    target_note: str = ""
    truth: np.ndarray | None = None
    season: int | None = None
    given: tuple[int, int] | None = None

    @property
    def amount(self) -> str:
        """String: series, rows and span."""
        if self.given is not None:
            return f"{self.given[0]:,} rows of {self.given[1]:,} series"
        panel, lengths = self.panel, self.panel.lengths
        rows = f"{lengths.min():,} to {lengths.max():,}"
        if lengths.min() == lengths.max():
            rows = f"{lengths.max():,}"
        text = f"{len(panel):,} series of {rows} rows, {len(panel.values):,} in all"
        if not panel.has_times:
            return text
        first, last = panel.starts.min(), panel.ends.max()
        return f"{text}, {_minute(first)} to {_minute(last)}"


def load_panel(
    source: str | Path,
    *,
    series_column: str | None = None,
    targets: Sequence[str] | None = None,
    target: str | None = None,
    time_column: str | None = None,
    date_order: str | None = None,
    where: Mapping[str, object] | None = None,
    every: str | None = None,
    start: object = None,
    known_ahead: Sequence[str] | None = None,
    static: Sequence[str] = (),
    future: str | Path | None = None,
    aggregate: str | Mapping[str, str] | None = None,
    past: SeriesPanel | None = None,
) -> PanelData:
    """Load many series: a table of one's own, or those of the M4 competition.

    Args:
        source: String or `pathlib.Path`: the path of a table; `"m4-hourly"` or another
            frequency; with `targets`, also what `load_series` knows.
        series_column: String, the column that names the series of a long table.
            Default: `None`.
        targets: List of strings, the columns of a wide table, each a series. Default:
            `None`.
        target: String, the column of the values in a long table. Default: a measured
            one, see `PanelData.target_note`.
        time_column: String, the column with the time stamps. Default: `None`, it is
            looked for.
        date_order: `"day first"`, `"month first"` or `"year first"`. Default: `None`,
            the rows decide.
        where: Mapping from column to value, the rows to read. Default: `None`, all.
        every: String, the step of the rows. Default: that of most series.
        start: String, the first stamp of a table without time column. Default: `None`.
        known_ahead: Sequence of strings, columns whose future is known. Default:
            `None`, they are looked for.
        static: Sequence of strings, columns that are constant within each series of a
            long table. Default: none.
        future: String or `pathlib.Path`, a table of the rows to come. Default: `None`,
            the rows at the end whose target is empty.
        aggregate: String, or mapping from column to it, what rows hold that are
            thinned to `every`. Default: amounts are summed, of all else the last value
            is taken.
        past: `SeriesPanel`, rows before those of the table, to be joined with them.
            Default: `None`, the table holds all.

    Returns:
        `PanelData`.

    Raises:
        UserError: The data cannot be had, read or told apart.
    """
    if str(source).startswith("m4-"):
        for name, value in (
            ("known_ahead", known_ahead),
            ("static", static),
            ("future", future),
            ("aggregate", aggregate),
        ):
            if value:
                raise UserError(
                    f"`{name}` is about tables of one's own, and {str(source)!r} has "
                    "no columns beside its series. Leave it out."
                )
        if past is not None:
            raise UserError(
                f"{str(source)!r} has no time stamps, and none of its rows is later "
                "than others. Give a table of one's own."
            )
        return _of_m4(str(source))
    reading: dict[str, Any] = {
        "time_column": time_column,
        "date_order": date_order,
        "where": where,
        "start": start,
    }
    if series_column is None:
        if not targets:
            raise UserError(
                "Many series need `series_column`, the column that names them, or "
                "`targets`, the columns that are one each."
            )
        if static:
            raise UserError(
                f"`static` names {static[0]!r}: a wide table has one row for all "
                "series and no column that is constant within one. Leave it out."
            )
        return _of_wide(
            source, list(targets), every, reading, known_ahead, future, aggregate, past
        )
    if targets:
        raise UserError(
            "`series_column` is of long tables and `targets` of wide ones: give one of "
            "them, and `target` beside `series_column`."
        )
    path = Path(str(source)).expanduser()
    table = read_table(
        path,
        series_column=series_column,
        text_columns=tuple(static),
        every=every,
        **reading,
    )
    why = ""
    if target is None:
        target, why = choose_target(_without(table, (*static, *(known_ahead or ()))))
    target = _column(table, target, path)
    columns = PanelColumns(
        series=series_column,
        target=target,
        time=time_column,
        every=every,
        known_ahead=None if known_ahead is None else tuple(known_ahead),
        static=tuple(static),
        aggregate=aggregate,
    )
    coming = None if future is None else load_future(future, columns, **reading)
    try:
        rows = looking_ahead(_long_rows(table, columns), known_ahead, coming)
        panel = columns.panel_of_rows(rows, past, table.time.marks)
    except UserError as error:
        raise UserError(f"{path}: {error}") from None
    return PanelData(
        panel=panel,
        columns=columns.fixed(panel),
        table=table,
        target_note=f"{target!r}: {why}; name another one with `target`" if why else "",
        given=None if past is None else (len(rows.codes), len(rows.names)),
        name=path.name,
        kind="file",
        origin=str(source),
    )


def load_future(source: str | Path, columns: PanelColumns, **reading: Any) -> PanelRows:
    """Load the rows to come of many series from a table.

    Args:
        source: String or `pathlib.Path`, a table of the form of the readings.
        columns: `PanelColumns` of the readings.
        **reading: `date_order`, `where`, `start` and `time_column` of `load_panel`.

    Raises:
        UserError: The table cannot be read.
    """
    path = Path(str(source)).expanduser()
    if columns.series is None:
        series = load_series(path, **reading)
        return columns.rows_to_come(series.frame, {})
    table = read_table(path, series_column=columns.series, **reading)
    assert table.names is not None
    rows = named_rows(
        table.names,
        table.frame.index,
        np.full(len(table.frame), np.nan),
        columns.series,
        "",
        _lines(table),
        {},
        others=_numbers(table, (columns.target,)),
    )
    where = rows.where
    return replace(rows, where=lambda row: f"{where(row)} of {path.name}")


def _without(table, names):
    """The table without columns that are not forecast."""
    kept = [name for name in table.frame if name not in names]
    return replace(table, frame=table.frame[kept]) if kept else table


def _lines(table):
    labels = table.names.index

    def where(row):
        line = table.line_of(labels[row])
        return f"line {line}" if line else f"row {row}"

    return where


def _numbers(table, taken):
    return {
        name: table.frame[name].to_numpy() for name in table.frame if name not in taken
    }


def _long_rows(table, columns):
    static = check_static(
        list(columns.static),
        [*table.frame, *table.texts],
        [columns.target, *(columns.known_ahead or ())],
    )
    parts = [table.frame.reset_index(drop=True), table.texts.reset_index(drop=True)]
    frame = pd.concat(parts, axis=1)
    return named_rows(
        table.names,
        table.frame.index,
        table.frame[columns.target].to_numpy(),
        columns.series,
        columns.target,
        _lines(table),
        {
            text: count
            for text, count in table.repairs.items()
            if not any(text.startswith(f"column {name!r} ") for name in static)
        },
        table.units[columns.target],
        others=_numbers(table, (columns.target, *static)),
        static=static_values(frame, static),
    )


def _column(table, target, path):
    from keras_rnn.errors import nearest

    if target in table.frame:
        return target
    raise UserError(
        f"{path} has no column of numbers {target!r}."
        f"{nearest(target, table.frame.columns)} They are: "
        f"{', '.join(map(repr, table.frame.columns))}."
    )


def _of_wide(source, targets, every, reading, known_ahead, future, aggregate, past):
    series = load_series(source, every=every, **reading)
    columns = PanelColumns(
        targets=tuple(targets),
        time=reading["time_column"],
        every=every,
        known_ahead=None if known_ahead is None else tuple(known_ahead),
        aggregate=aggregate,
    )
    coming = None if future is None else load_future(future, columns, **reading)
    rows = wide_rows(series.frame, targets, None, known_ahead=known_ahead or ())
    marks = series.table.time.marks if series.table else ""
    rows = looking_ahead(rows, known_ahead, coming)
    panel = columns.panel_of_rows(rows, past, marks)
    units = {series.units.get(name, "") for name in targets}
    unit = units.pop() if len(units) == 1 else ""
    notes = series.repairs | panel.notes
    return PanelData(
        panel=panel.described(unit=unit, notes=notes),
        columns=columns.fixed(panel),
        table=series.table,
        given=None if past is None else (len(rows.codes), len(rows.names)),
        name=series.name,
        kind=series.kind,
        origin=series.origin,
        note=series.note,
    )


def _of_m4(source):
    data = m4.load(source)
    panel = SeriesPanel.from_arrays(
        dict(zip(data.ids, data.train, strict=True)), _STEPS[data.frequency]
    )
    return PanelData(
        panel=panel,
        truth=data.test,
        season=data.season,
        name=data.name,
        kind=data.kind,
        origin=data.origin,
        note=data.note,
    )


def _minute(stamp):
    text = str(stamp.astype("datetime64[m]")).replace("T", " ")
    return text.removesuffix(" 00:00")
