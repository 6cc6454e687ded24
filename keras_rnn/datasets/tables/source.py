"""The columns of a file as they were read, before they mean anything."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from keras_rnn.datasets.tables import workbooks
from keras_rnn.datasets.tables.cells import read_cells
from keras_rnn.datasets.tables.column_names import column_named, readable_names
from keras_rnn.datasets.tables.columns import Column, counts_rows
from keras_rnn.datasets.tables.file_bytes import is_parquet, is_workbook, to_utf8
from keras_rnn.datasets.tables.layout import Layout, find_layout
from keras_rnn.datasets.tables.separators import BLANKS

_COUNTERS = ("", "#", "no", "nr", "id", "index", "instant", "unnamed: 0")
_RUNNING = frozenset(
    (
        *("ds", "record", "row", "rownum", "recnum", "obs", "n", "seq", "rec"),
        *("no.", "lfd"),
    )
)


@dataclass
class Source:
    """The columns of a file as they were read, before they mean anything.

    Args:
        cells: `pandas.DataFrame` of numbers and text.
        path: `pathlib.Path` of the file.
        data: Bytes in UTF-8, the text of the file.
        plan: `Layout` of that text, or `None` for a file that is no text.
        given: Tuple of strings, the names of the columns as they stand in the file.
        units: Dict from column to what a row of units says.
        decimal: String, the decimal sign.
        reader: String, what cut the file into columns.
        notes: List of strings for the result.
        layout: Dict of what the file is like, for the result.
        upright: Boolean, whether a wide table was put upright.
        cut: Boolean, whether lines below the table were left out.
    """

    cells: pd.DataFrame
    path: Path
    data: bytes = b""
    plan: Layout | None = None
    given: tuple[str, ...] = ()
    units: dict[str, str] = field(default_factory=dict)
    decimal: str = "."
    reader: str = "pandas.read_csv"
    notes: list[str] = field(default_factory=list)
    layout: dict[str, str] = field(default_factory=dict)
    upright: bool = False
    cut: bool = False


def open_source(
    data: bytes, path: Path, repairs: Counter[str], verbatim: str | None = None
) -> Source:
    """Cut a file into columns, whatever it is: CSV, a workbook, a Parquet file.

    Args:
        data: Bytes of the file.
        path: `pathlib.Path`, its name for messages.
        repairs: Counter, receives what was repaired.
        verbatim: String, a column that stays text as it is written. Default: `None`.

    Raises:
        UserError: The file is no table, or has no such column.
    """
    if is_parquet(data):
        cells = workbooks.parquet_cells(data, path)
        return Source(
            cells, path, given=tuple(cells.columns), reader="pandas.read_parquet"
        )
    reader = "pandas.read_csv"
    notes = []
    if is_workbook(data):
        data, sheet = workbooks.workbook_as_text(data, path)
        reader = "pandas.read_excel"
        notes.append(f"the sheet {sheet!r} of the workbook was read")
    data, encoding = to_utf8(data, path)
    plan = find_layout(data, path)
    if plan.skipped:
        repairs["lines above the data that are no header, skipped"] = plan.skipped
    names, restored = readable_names(plan.names)
    if restored:
        repairs["column names with damaged characters, restored"] = restored
    if not plan.has_header:
        text = "columns without a name, since there is no header, numbered"
        repairs[text] = len(names)
    if verbatim is not None:
        verbatim = column_named(pd.DataFrame(columns=names), verbatim, path)
    cells, left_out = read_cells(data, plan, names, path, verbatim)
    repairs.update(left_out)
    words = {BLANKS: "blanks", "": "none", "\t": "tab"}
    return Source(
        cells,
        path,
        data,
        plan,
        plan.names,
        dict(zip(names, plan.units, strict=False)) if plan.units else {},
        plan.decimal,
        reader,
        [*notes, *plan.notes],
        {
            "encoding": encoding,
            "separator": words.get(plan.separator, plan.separator),
            "decimal": plan.decimal,
            "first line": str(plan.first_line),
        },
        cut=bool(left_out),
    )


def without_empty(
    source: Source, repairs: Counter[str], columns: dict[str, Column]
) -> pd.DataFrame:
    """Drop empty rows, nameless empty columns and running numbers."""
    cells = source.cells
    # Most rows have a first or a last cell: only the others are looked at as a whole.
    if len(cells.columns):
        empty = cells.iloc[:, 0].isna().to_numpy(copy=True)
        if empty.any():
            empty &= cells.iloc[:, -1].isna().to_numpy()
        if empty.any():
            empty[empty] = cells[empty].isna().all(axis=1).to_numpy()
        if empty.any():
            repairs["empty rows, dropped"] = int(empty.sum())
            cells = cells[~empty]
    header = [str(name).strip() for name in source.given]
    if source.plan is not None and source.plan.has_header and len(cells):
        cells = _without_headers(cells, header, repairs)
    for given, name in zip(source.given, source.cells.columns, strict=True):
        column = cells[name]
        key = given.lower().strip()
        if not given and column.isna().all():
            cells = cells.drop(columns=name)
        elif (
            (key in _COUNTERS and source.plan and source.plan.has_header)
            or key in _RUNNING
        ) and _only_counts(column, key):
            repairs[f"column {name!r} only numbers the rows, left out"] = len(column)
            columns[name] = Column(
                name, "counter", used=False, why="it only numbers the rows"
            )
            cells = cells.drop(columns=name)
    return cells


def _only_counts(column: pd.Series, key: str) -> bool:
    return counts_rows(column) and (key in _RUNNING or column.iloc[0] in (0, 1))


def _without_headers(
    cells: pd.DataFrame, header: list[str], repairs: Counter[str]
) -> pd.DataFrame:
    """Drop the header where it stands once more between the rows."""
    places = [place for place, name in enumerate(header) if name]
    if not places:
        return cells
    first = cells.iloc[:, places[0]]
    if pd.api.types.is_numeric_dtype(first):
        return cells
    again = (first == header[places[0]]).to_numpy(dtype=bool, copy=True)
    if not again.any():
        return cells
    for place in places[1:]:
        again &= (
            cells.iloc[:, place].astype("str").str.strip() == header[place]
        ).to_numpy()
    if again.any():
        repairs["rows that repeat the header, dropped"] = int(again.sum())
        cells = cells[~again]
        for name in cells.columns:
            if not pd.api.types.is_numeric_dtype(cells[name]):
                numbers = pd.to_numeric(cells[name], errors="coerce")
                if (numbers.notna() == cells[name].notna()).all():
                    cells = cells.assign(**{name: numbers})
    return cells
