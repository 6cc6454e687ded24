"""The way in to many series: a table of one's own, or a known data set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from keras_rnn.datasets.dataset import Dataset
from keras_rnn.datasets.series import m4
from keras_rnn.datasets.series.loading import load_series
from keras_rnn.datasets.series.series import choose_target
from keras_rnn.datasets.tables.read_table import read_table
from keras_rnn.datasets.tables.table import Table
from keras_rnn.errors import UserError
from keras_rnn.forecasting.many_series.panel import SeriesPanel
from keras_rnn.forecasting.many_series.panel_forecaster import PanelColumns
from keras_rnn.forecasting.many_series.panel_tables import named_rows

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
    """

    panel: SeriesPanel
    columns: PanelColumns = field(default_factory=PanelColumns)
    table: Table | None = None
    target_note: str = ""
    truth: np.ndarray | None = None
    season: int | None = None

    @property
    def amount(self) -> str:
        """String: series, rows and span."""
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

    Returns:
        `PanelData`.

    Raises:
        UserError: The data cannot be had, read or told apart.
    """
    if str(source).startswith("m4-"):
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
        return _of_wide(source, list(targets), every, reading)
    if targets:
        raise UserError(
            "`series_column` is of long tables and `targets` of wide ones: give one of "
            "them, and `target` beside `series_column`."
        )
    path = Path(str(source)).expanduser()
    table = read_table(path, series_column=series_column, every=every, **reading)
    why = ""
    if target is None:
        target, why = choose_target(table)
    target = _column(table, target, path)
    try:
        panel = _long_panel(table, target, series_column, every)
    except UserError as error:
        raise UserError(f"{path}: {error}") from None
    return PanelData(
        panel=panel,
        columns=PanelColumns(
            series=series_column, target=target, time=time_column, every=every
        ),
        table=table,
        target_note=f"{target!r}: {why}; name another one with `target`" if why else "",
        name=path.name,
        kind="file",
        origin=str(source),
    )


def _long_panel(table, target, series_column, every):
    labels = table.names.index

    def where(row):
        line = table.line_of(labels[row])
        return f"line {line}" if line else f"row {row}"

    rows = named_rows(
        table.names,
        table.frame.index,
        table.frame[target].to_numpy(),
        series_column,
        target,
        where,
        dict(table.repairs),
        table.units[target],
    )
    return rows.panel(every)


def _column(table, target, path):
    from keras_rnn.errors import nearest

    if target in table.frame:
        return target
    raise UserError(
        f"{path} has no column of numbers {target!r}."
        f"{nearest(target, table.frame.columns)} They are: "
        f"{', '.join(map(repr, table.frame.columns))}."
    )


def _of_wide(source, targets, every, reading):
    series = load_series(source, every=every, **reading)
    panel = SeriesPanel.from_wide(series.frame, targets, every=every)
    units = {series.units.get(name, "") for name in targets}
    unit = units.pop() if len(units) == 1 else ""
    notes = series.repairs | panel.notes
    return PanelData(
        panel=panel.described(unit=unit, notes=notes),
        columns=PanelColumns(
            targets=tuple(targets), time=reading["time_column"], every=every
        ),
        table=series.table,
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
