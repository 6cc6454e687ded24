"""Cutting a text into columns: numbers where all cells are, else text."""

from __future__ import annotations

import csv
import io
import re
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pandas as pd
from pandas.api.types import is_float_dtype, is_object_dtype

from keras_rnn.datasets.tables.layout import Layout, data_start
from keras_rnn.datasets.tables.separators import (
    BLANKS,
    is_blank,
    is_point_number,
    read_rows,
)
from keras_rnn.errors import UserError

_GROUPED = re.compile(r"[+\-\u2212]?\d{1,3}(\.\d{3})+$")
_PLAIN_ISO = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?$")
_MARK = "\0"
_FOOTER_ROWS = 60  # legends below a table are no longer than this


def read_cells(
    data: bytes,
    layout: Layout,
    names: list[str],
    path: str | Path,
    verbatim: str | None = None,
) -> tuple[pd.DataFrame, Counter[str]]:
    """Cut a text into columns.

    Args:
        data: Bytes in UTF-8, the whole file.
        layout: `Layout` of the table in it.
        names: List of distinct strings, the columns' names.
        path: The file, for error messages.
        verbatim: String, a column that stays text as it is written: `001`, `NA`.
            Default: `None`.

    Returns:
        Tuple `(cells, repairs)`: a `pandas.DataFrame`, and what was left out to how
        often.

    Raises:
        UserError: A row has more cells than the table has columns, or a quotation
            mark is opened and never closed.
    """
    repairs: Counter[str] = Counter()
    start = data_start(data, layout)
    as_text = {
        name for place, name in enumerate(names) if _is_suspicious(layout, place)
    }
    kept: dict[str, Callable[[str], str]] | None = None
    if verbatim is not None:
        kept = {verbatim: _marked}
    as_text.discard(str(verbatim))
    try:
        cells = _parse(data, start, layout, names, as_text, kept)
    except (pd.errors.ParserError, pd.errors.ParserWarning) as error:
        end = _footer(data, layout, len(names))
        if end is None:
            raise _misfit(data, layout, names, path) from error
        repairs["lines below the table, left out"] = data[end:].count(b"\n") or 1
        try:
            cells = _parse(data[:end], start, layout, names, as_text, kept)
        except (pd.errors.ParserError, pd.errors.ParserWarning):
            raise _misfit(data, layout, names, path) from error
    if verbatim is not None:
        text = cells[verbatim].str.removeprefix(_MARK)
        cells[verbatim] = text.astype("object").where(text != "", None)
    later = _unexpected_points(cells, layout, names) - as_text
    if later:
        text = _parse(data, start, layout, names, as_text | later, kept)
        cells[sorted(later)] = text.loc[cells.index, sorted(later)]
    for name in filter(lambda name: is_object_dtype(cells[name]), cells):
        if (
            name not in {*as_text, verbatim}
            and cells[name].map(type).isin((bool, int, float)).all()
        ):
            # Truth values with empty cells among them, or integers beyond 64 bits.
            cells[name] = cells[name].map(float, na_action="ignore").astype("float64")
    return cells, repairs


def records(data: bytes, layout: Layout) -> Iterator[tuple[int, list[str]]]:
    """Yield `(line, cells)` of each data row; a slow reading, to explain errors."""
    text = data[data_start(data, layout) :].decode(errors="replace")
    if layout.separator == BLANKS:
        lines = io.StringIO(text, newline=None).readlines()
        for line, cells in read_rows(lines, BLANKS):
            yield layout.first_line + line - 1, cells
        return
    stream = io.StringIO(text, newline=None)
    separator = layout.separator or ","
    reader = csv.reader(stream, delimiter=separator, skipinitialspace=True)
    line = layout.first_line
    for cells in reader:
        if not is_blank(cells):
            yield line, cells
        line = layout.first_line + reader.line_num


def _parse(
    data: bytes,
    start: int,
    layout: Layout,
    names: list[str],
    as_text: set[str],
    converters: dict[str, Callable[[str], str]] | None,
) -> pd.DataFrame:
    def parse(*, in_pieces: bool) -> pd.DataFrame:
        stream = io.BytesIO(data)  # shares the bytes as long as nothing is written
        stream.seek(start)
        return pd.read_csv(
            stream,
            sep=layout.separator or ",",
            decimal=layout.decimal,
            header=None,
            names=names,
            index_col=False,
            skipinitialspace=True,
            low_memory=in_pieces,
            dtype=dict.fromkeys(as_text, "str") or None,
            converters=converters,
            parse_dates=stamps or None,
            date_format="ISO8601" if stamps else None,
        )

    stamps = [
        name
        for place, name in enumerate(names)
        if _is_plain_iso(layout, place) and name not in (converters or ())
    ]
    with warnings.catch_warnings():
        # Rows that are longer than the header: pandas would cut them silently.
        warnings.simplefilter("error", pd.errors.ParserWarning)
        warnings.simplefilter("error", pd.errors.DtypeWarning)
        try:
            return parse(in_pieces=True)
        except pd.errors.DtypeWarning:
            return parse(in_pieces=False)  # numbers here, words there


def _marked(cell: str) -> str:
    """A cell that pandas cannot take for a number or, such as NA, for none."""
    return _MARK + cell.strip()


def _is_plain_iso(layout: Layout, place: int) -> bool:
    """Whether pandas can read a column's stamps at once: ISO, without offsets."""
    cells = [row[place] for row in layout.sample if place < len(row)]
    return bool(cells) and all(map(_PLAIN_ISO.match, cells))


def _is_suspicious(layout: Layout, place: int) -> bool:
    """Whether a column's numbers could be thousands: pandas would not ask.

    In a file that is not separated by commas, 1.138 beside 998 is above one thousand.
    """
    if layout.separator in (",", BLANKS, "") or layout.decimal == ",":
        return False
    cells = [row[place].strip() for row in layout.sample if place < len(row)]
    pointed = [cell for cell in cells if "." in cell and is_point_number(cell)]
    return bool(pointed) and all(map(_GROUPED.match, pointed))


def _unexpected_points(
    cells: pd.DataFrame, layout: Layout, names: list[str]
) -> set[str]:
    """Columns of whole numbers in the sample that have points further down."""
    if layout.separator in (",", BLANKS, "") or layout.decimal == ",":
        return set()
    found = set()
    for place, name in enumerate(names):
        column = cells[name]
        sample = [row[place] for row in layout.sample if place < len(row)]
        if any("." in cell for cell in sample) or not is_float_dtype(column):
            continue
        if (column.dropna() % 1 != 0).any():
            found.add(name)
    return found


def _footer(data: bytes, layout: Layout, width: int) -> int | None:
    """Where a legend below the table begins that pandas cannot read, or `None`."""
    bad = [(line, cells) for line, cells in records(data, layout) if len(cells) > width]
    if not bad:
        return None
    lines = data.splitlines(keepends=True)
    first = bad[0][0] - 1
    if len(lines) - first > _FOOTER_ROWS or not bad[0][1][0][:1].isalpha():
        return None
    return sum(len(line) for line in lines[:first])


def _misfit(
    data: bytes, layout: Layout, names: list[str], path: str | Path
) -> UserError:
    """The error that names the first row with too many cells."""
    with suppress(csv.Error):
        for line, cells in records(data, layout):
            if len(cells) > len(names):
                return UserError(
                    f"{path}, line {line}: {len(cells)} cells, but the table has "
                    f"{len(names)} columns. Correct that line."
                )
    return UserError(f"{path}: a quotation mark is opened and never closed.")
