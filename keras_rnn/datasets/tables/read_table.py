"""Reading a table of measurements as people really have them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from keras_rnn.datasets.tables.calendar_step import has_repeats
from keras_rnn.datasets.tables.checked_stamps import (
    checked_stamps,
    first_repeat,
    line_of,
    order_note,
    written,
)
from keras_rnn.datasets.tables.column_names import column_named, names_a_series
from keras_rnn.datasets.tables.columns import Column
from keras_rnn.datasets.tables.file_bytes import is_epw, read_bytes, to_utf8
from keras_rnn.datasets.tables.no_time_column import without_time
from keras_rnn.datasets.tables.several_series import (
    check_one_series,
    choose_rows,
    in_repeated_hour,
    in_sequence_note,
    refuse_several,
)
from keras_rnn.datasets.tables.source import Source, open_source, without_empty
from keras_rnn.datasets.tables.table import (
    Table,
    TimeAxis,
    count_gaps,
    framed,
    in_order,
    measurements,
)
from keras_rnn.datasets.tables.time_columns import find_times
from keras_rnn.datasets.tables.weather_files import as_one_year, epw_table, read_epw
from keras_rnn.datasets.tables.wide_tables import NARROWEST, put_upright
from keras_rnn.errors import UserError


def read_table(
    path: str | Path,
    *,
    time_column: str | None = None,
    date_order: str | None = None,
    where: Mapping[str, object] | None = None,
    every: object = None,
    start: object = None,
    series_column: str | None = None,
    text_columns: tuple[str, ...] = (),
) -> Table:
    """Read a table of measurements over time, whatever wrote it.

    The file may be CSV, packed or not; in UTF-8, UTF-16 or Latin-1; separated by comma,
    semicolon, tab, `|` or blanks; with decimal points or commas; with remarks, units or
    a small table of facts above it and a legend below. It may be an EPW weather file, a
    Parquet file or an Excel workbook. Time may be written in one column or several, as
    stamps, months, quarters, weeks, years, numbers or intervals; `docs/tables.md` lists
    what is known. Stamps with an offset become UTC.

    What is repaired: rows out of order are sorted; of few rows with the same stamp the
    first is kept; empty rows are dropped; placeholders such as -9999, words and
    infinities in columns of numbers become NaN; columns of text are left out. All of
    it is counted in `repairs`, and so are missing values and gaps in time, which
    stay as they are. Where a file can be read in two ways, `notes` and `time` tell
    which was taken and why; where both are equally good, it is an error.

    Args:
        path: String or `pathlib.Path`.
        time_column: String, the column with the time stamps. Default: `None`, it
            is looked for.
        date_order: `"day first"`, `"month first"` or `"year first"`. Default: `None`,
            what gives even steps by the calendar.
        where: Mapping from column to value, the rows of one series in a table of
            several, such as `{"store": "North"}`. Default: `None`, all rows.
        every: String, the step of a table without time column, such as `"1h"` or `"1
            month"`. Default: `None`.
        start: String or `pandas.Timestamp`, the first stamp of such a table.
            Default: `None`.
        series_column: String, the column that names the series of each row: all of them
            are read, see `Table.names`. Default: `None`, the table holds one.
        text_columns: Tuple of strings, columns that are kept as text in `Table.texts`
            where they hold no numbers. Default: none.

    Returns:
        A `Table`.

    Raises:
        UserError: The file cannot be read, has no time stamps or no numbers, holds
            several series, or a row that makes no sense; the message names file,
            column and line, and the argument that helps.

    Example:

    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "roof.csv"
    >>> lines = ["Zeit;T", "31.12.2016 23:00;-4,1", "01.01.2017 00:00;-9999"]
    >>> _ = path.write_text("\\n".join(lines))
    >>> table = read_table(path)
    >>> table.frame["T"].tolist()
    [-4.1, nan]
    >>> table.repairs
    {'T: -9999 stands for no measurement, set to missing': 1}
    >>> table.time.order, table.time.last_written
    ('day first', '01.01.2017 00:00')
    """
    path = Path(path).expanduser()
    return table_of_bytes(
        read_bytes(path),
        path,
        time_column=time_column,
        date_order=date_order,
        where=where,
        every=every,
        start=start,
        series_column=series_column,
        text_columns=text_columns,
    )


def table_of_bytes(
    data: bytes,
    path: str | Path,
    *,
    time_column: str | None = None,
    date_order: str | None = None,
    where: Mapping[str, object] | None = None,
    every: object = None,
    start: object = None,
    series_column: str | None = None,
    text_columns: tuple[str, ...] = (),
) -> Table:
    """Read a table from the bytes of an unpacked file.

    Args:
        data: Bytes, what the file holds.
        path: String or `pathlib.Path`, its name for messages; it need not exist.
        time_column: String, the column with the time stamps. Default: `None`, it
            is looked for.
        date_order: `"day first"`, `"month first"` or `"year first"`. Default: `None`,
            what gives even steps by the calendar.
        where: Mapping from column to value, the rows of one series in a table of
            several. Default: `None`, all rows.
        every: String, the step of a table without time column, such as `"1h"`.
            Default: `None`.
        start: String or `pandas.Timestamp`, the first stamp of such a table.
            Default: `None`.
        series_column: String, the column that names the series of each row: all of them
            are read, see `Table.names`. Default: `None`, the table holds one.
        text_columns: Tuple of strings, columns that are kept as text in `Table.texts`
            where they hold no numbers. Default: none.

    Returns:
        A `Table`.

    Raises:
        UserError: The bytes are no table of measurements over time, or one that can
            be read in several ways; the message names file, column and line, and the
            argument that helps.

    Example:

    >>> data = b"time,T\\n2017-01-01 00:00,4.5\\n2017-01-01 01:00,5.0\\n"
    >>> table_of_bytes(data, "roof.csv").frame["T"].tolist()
    [4.5, 5.0]
    """
    path = Path(path)
    repairs: Counter[str] = Counter()
    if is_epw(data):
        found = read_epw(to_utf8(data, path)[0])
        if found is not None:
            return epw_table(found, path, repairs)
    source = open_source(data, path, repairs, series_column)
    if where:
        source.cells, chosen = choose_rows(source.cells, where, path)
    else:
        chosen = {}
    if series_column is not None:
        series_column = column_named(source.cells, series_column, path)
    text_columns = tuple(column_named(source.cells, n, path) for n in text_columns)
    return _assemble(
        source,
        repairs,
        time_column,
        date_order,
        chosen,
        every,
        start,
        series_column,
        text_columns,
    )


def _assemble(
    source: Source,
    repairs: Counter[str],
    time_column: str | None,
    date_order: str | None,
    chosen: dict[str, str],
    every: object,
    start: object,
    series_column: str | None,
    text_columns: tuple[str, ...],
) -> Table:
    path = source.path
    columns: dict[str, Column] = {}
    cells = without_empty(source, repairs, columns)
    wide = put_upright(cells) if cells.shape[1] >= NARROWEST else None
    if wide is not None:
        cells, note = wide
        source.notes.append(note)
        source.upright = True
        if list(cells.columns) == ["value"] and len(source.cells) > 1:
            refuse_several(source.cells, [source.cells.columns[0]], path)
    names = None
    if series_column is not None:
        names = cells[series_column]
        cells = cells.drop(columns=series_column)
        columns[series_column] = Column(
            series_column, "series", used=False, why="it names the series"
        )
    found = find_times(cells, time_column, path, date_order)
    if found is None or (start is not None and every is not None):
        found = without_time(cells, found, every, start, source)
    cells, stamps = checked_stamps(cells, found, source, repairs)
    found_columns = [name for name in found.columns if name in cells.columns]
    reading = found.reading
    repairs.update(reading.repairs)
    alone = names is None
    as_year = as_one_year(stamps) if alone and reading.unit == "time" else None
    if as_year is not None:
        stamps = as_year
        source.notes.append(
            "the months are from different years (a typical year): they were put "
            f"into one, {stamps.dt.year.iloc[0]}"
        )
    repeats = alone and has_repeats(stamps)
    named = alone and any(
        names_a_series(name) for name in cells.columns if name not in found_columns
    )
    if repeats or named:
        check_one_series(
            cells, stamps, tuple(found_columns), first_repeat(stamps, source), path
        )
    if reading.question:
        raise UserError(
            f"{path}, column {found.columns[0]!r}: {reading.question}. Say it with "
            "`date_order`."
        )
    if repeats and in_repeated_hour(stamps):
        source.notes.append(
            "the hour that the end of summer time repeats is there twice: its first "
            "rows were kept"
        )
    for name, why in found.others.items():
        columns[name] = Column(name, "time", used=False, why=why)
        repairs[f"column {name!r} holds time stamps, left out"] = len(cells)
    for name, value in chosen.items():
        if name in cells.columns:
            why = f"it is {value} in every row that was chosen"
            columns[name] = Column(name, "series", used=False, why=why)
    numbers = measurements(source, cells, found, columns, repairs)
    if not numbers:
        told = "; ".join(
            f"{column.name!r}: {column.why}"
            for column in columns.values()
            if column.kind == "text" and "it holds text" not in column.why
        )
        raise UserError(
            f"{path} has no column of numbers beside its time stamps."
            + (f" Left out are {told}." if told else "")
        )
    index = pd.DatetimeIndex(stamps, name="time")
    frame = framed(numbers, index)
    stamps_written = written(cells, found, stamps, source)
    if alone:
        frame = in_order(frame, repairs)
        count_gaps(frame.index, repairs)
    for name in found.columns:
        columns[name] = Column(name, "time", used=False, why="read as time")
    order = [*cells.columns, *(name for name in columns if name not in cells.columns)]
    return Table(
        frame,
        dict(repairs),
        TimeAxis(
            found.columns,
            reading.notation,
            reading.order,
            reading.why,
            frame.index.min(),
            stamps_written[0],
            frame.index.max(),
            stamps_written[1],
            reading.zone,
            reading.marks,
        ),
        tuple(columns[name] for name in order if name in columns),
        (
            *source.notes,
            *found.notes,
            *order_note(cells, found, stamps, source),
            *(in_sequence_note(cells, stamps, found.columns) if named else ()),
        ),
        chosen,
        source.reader,
        source.layout,
        None if names is None else names.loc[cells.index],
        lambda row: line_of(row, source),
        cells[[name for name in text_columns if name not in numbers]],
    )
