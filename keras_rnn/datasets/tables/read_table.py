"""Reading a table of measurements as people really have them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from keras_rnn.datasets.tables import weather_files, workbooks
from keras_rnn.datasets.tables.calendar_step import find_step
from keras_rnn.datasets.tables.cells import read_cells, records
from keras_rnn.datasets.tables.column_names import readable_names
from keras_rnn.datasets.tables.columns import Column, counts_rows, read_measurements
from keras_rnn.datasets.tables.encoding import to_utf8
from keras_rnn.datasets.tables.file_bytes import read_bytes
from keras_rnn.datasets.tables.layout import Layout, find_layout
from keras_rnn.datasets.tables.no_time_column import make_stamps
from keras_rnn.datasets.tables.separators import BLANKS, read_rows
from keras_rnn.datasets.tables.several_series import (
    check_one_notation,
    check_one_series,
    choose_rows,
    in_repeated_hour,
    refuse_several,
)
from keras_rnn.datasets.tables.table import Table, TimeAxis
from keras_rnn.datasets.tables.time_columns import (
    FoundTime,
    columns_text,
    find_times,
    has_repeats,
)
from keras_rnn.datasets.tables.time_reading import TimeReading
from keras_rnn.datasets.tables.typical_year import as_one_year
from keras_rnn.datasets.tables.wide_tables import put_upright
from keras_rnn.errors import UserError

_COUNTERS = ("", "#", "no", "nr", "id", "index", "instant", "unnamed: 0")
_RUNNING = (
    "ds",
    "record",
    "row",
    "rownum",
    "recnum",
    "obs",
    "n",
    "seq",
    "rec",
    "no.",
    "lfd",
)
_FOOTER_ROWS = 60


@dataclass
class _Source:
    """The columns of a file as they were read, before they mean anything."""

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


def read_table(
    path: str | Path,
    *,
    time_column: str | None = None,
    date_order: str | None = None,
    where: Mapping[str, object] | None = None,
    every: object = None,
    start: object = None,
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
) -> Table:
    """Read a table from the bytes of an unpacked file.

    Args:
        data: Bytes, what the file holds.
        path: String or `pathlib.Path`, its name for messages; it need not exist.
        time_column: See `read_table`, like all that follow.
        date_order: String or `None`.
        where: Mapping or `None`.
        every: String or `None`.
        start: String, `pandas.Timestamp` or `None`.

    Returns:
        A `Table`.
    """
    path = Path(path)
    repairs: Counter[str] = Counter()
    if weather_files.is_epw(data):
        found = weather_files.read_epw(to_utf8(data, path)[0])
        if found is not None:
            return _epw_table(found, path, repairs)
    source = _source(data, path, repairs)
    if where:
        source.cells, chosen = choose_rows(source.cells, where, path)
    else:
        chosen = {}
    return _assemble(source, repairs, time_column, date_order, chosen, every, start)


def _source(data: bytes, path: Path, repairs: Counter[str]) -> _Source:
    if workbooks.is_parquet(data):
        cells = workbooks.parquet_cells(data, path)
        return _Source(
            cells, path, given=tuple(cells.columns), reader="pandas.read_parquet"
        )
    reader = "pandas.read_csv"
    notes = []
    if workbooks.is_workbook(data):
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
    cells, left_out = read_cells(data, plan, names, path)
    repairs.update(left_out)
    words = {BLANKS: "blanks", "": "none", "\t": "tab"}
    return _Source(
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


def _assemble(
    source: _Source,
    repairs: Counter[str],
    time_column: str | None,
    date_order: str | None,
    chosen: dict[str, str],
    every: object,
    start: object,
) -> Table:
    path, columns = source.path, {}
    cells = _without_empty(source, repairs, columns)
    wide = put_upright(cells)
    if wide is not None:
        cells, note = wide
        source.notes.append(note)
        source.upright = True
        if list(cells.columns) == ["value"] and len(source.cells) > 1:
            refuse_several(source.cells, [source.cells.columns[0]], path)
    found = find_times(cells, time_column, path, date_order)
    if found is None or (start is not None and every is not None):
        found = _without_time(cells, found, every, start, source)
    cells, stamps = _checked_stamps(cells, found, source, repairs)
    found_columns = [name for name in found.columns if name in cells.columns]
    reading = found.reading
    repairs.update(reading.repairs)
    as_year = as_one_year(stamps) if reading.unit == "time" else None
    if as_year is not None:
        stamps = as_year
        source.notes.append(
            "the months are from different years (a typical year): they were put "
            f"into one, {stamps.dt.year.iloc[0]}"
        )
    check_one_series(
        cells, stamps, tuple(found_columns), _first_repeat(stamps, source), path
    )
    if reading.question:
        raise UserError(
            f"{path}, column {found.columns[0]!r}: {reading.question}. Say it with "
            "`date_order`."
        )
    if in_repeated_hour(stamps):
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
    numbers = _measurements(source, cells, found, columns, repairs)
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
    frame = _framed(numbers, index)
    written = _written(cells, found, stamps, source)
    frame = _in_order(frame, repairs)
    _count_gaps(frame.index, repairs)
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
            frame.index[0],
            written[0],
            frame.index[-1],
            written[1],
            reading.zone,
            reading.marks,
        ),
        tuple(columns[name] for name in order if name in columns),
        (*source.notes, *found.notes, *_order_note(cells, found, stamps, source)),
        chosen,
        source.reader,
        source.layout,
    )


def _order_note(
    cells: pd.DataFrame, found: FoundTime, stamps: pd.Series, source: _Source
) -> tuple[str, ...]:
    """Which of day and month was first, with a cell that shows it."""
    reading = found.reading
    if reading.order not in ("day first", "month first") or not reading.why:
        return ()
    telling = (stamps.dt.day != stamps.dt.month).to_numpy()
    if len(found.columns) > 1:  # 24:00 belongs to the next day
        telling = telling & (stamps.dt.normalize() != stamps).to_numpy()
    place = int(telling.argmax())
    written = _row_text(cells, found.columns[:1], place, source)
    stamp = stamps.iloc[place]
    return (
        f"dates were read {reading.order}, {written!r} as {stamp.day} "
        f"{stamp:%B %Y}: {reading.why}",
    )


def _without_empty(
    source: _Source, repairs: Counter[str], columns: dict[str, Column]
) -> pd.DataFrame:
    """Drop empty rows, nameless empty columns and running numbers."""
    cells = source.cells
    # Most rows have a first or a last cell: only the others are looked at as a whole.
    if len(cells.columns):
        empty = (cells.iloc[:, 0].isna() & cells.iloc[:, -1].isna()).to_numpy(copy=True)
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


def _without_time(
    cells: pd.DataFrame,
    found: FoundTime | None,
    every: object,
    start: object,
    source: _Source,
) -> FoundTime:
    path = source.path
    if found is not None:
        raise UserError(
            f"{path} has time stamps in column {found.columns[0]!r}, so `start` and "
            "`every` cannot make others. Leave out `start`."
        )
    if every is None or start is None:
        raise UserError(
            f"{path}: no column holds time stamps.{_shown(cells)} If one does, name it "
            "as `time_column`; if the rows follow each other evenly, say how with "
            "`every` and `start`, such as every='1h', start='2024-01-01'."
        )
    index = make_stamps(len(cells), start, every)
    stamps = pd.Series(index, index=cells.index)
    reading = TimeReading(stamps, "time", f"made from start {start} and every {every}")
    return FoundTime(reading, ())


def _shown(cells: pd.DataFrame) -> str:
    """The columns, with the first cell of each."""
    if len(cells.columns) > 12 or not len(cells):
        return columns_text(cells)
    first = ", ".join(
        f"{name!r} ({str(cells[name].iloc[0]).strip()!r})" for name in cells.columns
    )
    return f" The columns, with their first cells, are: {first}."


def _checked_stamps(
    cells: pd.DataFrame, found: FoundTime, source: _Source, repairs: Counter[str]
) -> tuple[pd.DataFrame, pd.Series]:
    """Drop rows without a stamp and a legend below; refuse other unreadable ones."""
    stamps = found.reading.stamps
    missing = stamps.isna()
    if not missing.any():
        return cells, stamps
    written = cells[list(found.columns)] if found.columns else cells
    filled = written.notna().any(axis=1)
    footer = _footer_rows(written, missing & filled, missing)
    if footer:
        repairs["rows below the table that are no data, dropped"] = footer
        cells, stamps = cells.iloc[:-footer], stamps.iloc[:-footer]
        cells = _numbers_again(cells)
        missing, filled = missing.iloc[:-footer], filled.iloc[:-footer]
    unreadable = missing & filled
    if unreadable.any():
        others = cells.drop(columns=list(found.columns))
        check_one_notation(others, unreadable, source.path)
        raise _unreadable(written, unreadable, found, source)
    if missing.any():
        repairs["rows without a time stamp, dropped"] = int(missing.sum())
        cells, stamps = cells[~missing], stamps[~missing]
    return cells, stamps


def _footer_rows(
    written: pd.DataFrame, unreadable: pd.Series, missing: pd.Series
) -> int:
    """How many of the last rows hold words where the others have stamps."""
    count = 0
    for row in range(len(written) - 1, max(len(written) - _FOOTER_ROWS, 0), -1):
        if not missing.iloc[row]:
            break
        if unreadable.iloc[row]:
            first = written.iloc[row].dropna()
            cell = str(first.iloc[0]).strip() if len(first) else ""
            if cell[:1].isdigit():
                break
            count = len(written) - row
    return count


def _numbers_again(cells: pd.DataFrame) -> pd.DataFrame:
    """Columns that were text for the sake of the rows below the table."""
    for name in cells.columns:
        if not pd.api.types.is_numeric_dtype(cells[name]):
            numbers = pd.to_numeric(cells[name], errors="coerce")
            if (numbers.notna() == cells[name].notna()).all() and numbers.notna().any():
                cells = cells.assign(**{name: numbers})
    return cells


def _unreadable(
    written: pd.DataFrame, unreadable: pd.Series, found: FoundTime, source: _Source
) -> UserError:
    """The error that names the first row whose stamp cannot be read."""
    row = unreadable.idxmax()
    where = _line_of(row, source)
    cell = " ".join(str(cell) for cell in written.loc[row])
    name = " and ".join(repr(name) for name in found.columns)
    return UserError(
        f"{source.path}{where}, column {name}: {cell!r} cannot be read as a time stamp "
        "like those in the other rows. Correct or delete that line."
    )


def _line_of(row: object, source: _Source) -> str:
    if source.plan is None or source.upright:
        return ""
    for place, (line, _) in enumerate(records(source.data, source.plan)):
        if place == row:
            return f", line {line}"
    return ""


def _first_repeat(stamps: pd.Series, source: _Source) -> tuple[int, int] | None:
    if source.plan is None or source.upright or not has_repeats(stamps):
        return None
    second = stamps.index[stamps.duplicated().to_numpy()][0]
    first = stamps.index[(stamps == stamps.loc[second]).to_numpy()][0]
    lines = {}
    for place, (line, _) in enumerate(records(source.data, source.plan)):
        if place in (first, second):
            lines[place] = line
        if len(lines) == 2:
            return lines[first], lines[second]
    return None


def _measurements(
    source: _Source,
    cells: pd.DataFrame,
    found: FoundTime,
    columns: dict[str, Column],
    repairs: Counter[str],
) -> dict[str, np.ndarray]:
    numbers = {}
    points = "." in found.reading.notation
    for name in cells.columns.drop(list(found.columns), errors="ignore"):
        if name in columns:
            continue
        text = not pd.api.types.is_numeric_dtype(cells[name])
        # A column that was kept as text for its points is one of thousands, perhaps.
        grouped = text and source.layout.get("separator") not in (",", None)
        decimal = source.decimal
        if grouped and decimal == "." and _is_grouped(cells[name]):
            decimal = ","
        likely = points if source.decimal == "." and decimal == "," else True
        if source.layout.get("separator") == "," and points:
            likely = False
        values, column = read_measurements(
            cells[name],
            name,
            decimal,
            repairs,
            thousands=likely,
            unit=source.units.get(name, ""),
        )
        columns[name] = column
        if column.note:
            source.notes.append(f"column {name!r}: {column.note}")
        if values is not None:
            numbers[name] = values
    return numbers


def _framed(numbers: dict[str, np.ndarray], index: pd.DatetimeIndex) -> pd.DataFrame:
    """One block of memory, filled column by column."""
    block = np.empty((len(numbers), len(index)))
    for place, values in enumerate(numbers.values()):
        block[place] = values
    return pd.DataFrame(block.T, index=index, columns=list(numbers), copy=False)


def _is_grouped(column: pd.Series) -> bool:
    pointed = column[column.str.contains(".", regex=False, na=False)]
    return bool(len(pointed)) and bool(
        pointed.str.strip().str.fullmatch(r"[+\-−]?\d{1,3}(\.\d{3})+").all()
    )


def _written(
    cells: pd.DataFrame, found: FoundTime, stamps: pd.Series, source: _Source
) -> tuple[str, str]:
    """How the stamps of the earliest and the latest row stand in the file."""
    if not found.columns or not len(stamps):
        return "", ""
    times = stamps.to_numpy()
    first, last = (
        _row_text(cells, found.columns, place, source)
        for place in (int(times.argmin()), int(times.argmax()))
    )
    return first, last


def _row_text(
    cells: pd.DataFrame, columns: tuple[str, ...], place: int, source: _Source
) -> str:
    raw = _raw_row(cells.index[place], source)
    names = list(source.cells.columns)
    parts = []
    for name in columns:
        value = cells[name].iloc[place]
        if raw and name in names and names.index(name) < len(raw):
            parts.append(raw[names.index(name)].strip())
        elif isinstance(value, float):
            parts.append(f"{value:.10g}")
        else:
            parts.append(str(value))
    return " ".join(parts)


def _raw_row(label: object, source: _Source) -> list[str]:
    """The cells of the first or the last row as text; nothing for other rows."""
    if source.plan is None or source.upright:
        return []
    if label == 0:
        return source.plan.sample[0]
    if label == len(source.cells) - 1 and not source.cut:
        tail = source.data[-20_000:].decode(errors="replace").splitlines()
        rows = read_rows(tail[-3:], source.plan.separator)
        return rows[-1][1] if rows else []
    return []


def _in_order(frame: pd.DataFrame, repairs: Counter[str]) -> pd.DataFrame:
    times = frame.index
    if not times.is_monotonic_increasing:
        late = int((np.diff(times.asi8) < 0).sum())
        repairs["rows earlier than the row before them, sorted"] = late
        frame = frame.sort_index(kind="stable")
    if not frame.index.is_unique:
        repeated = frame.index.duplicated(keep="first")
        repairs["rows that repeat a time stamp, dropped"] = int(repeated.sum())
        frame = frame[~repeated]
    return frame


def _count_gaps(times: pd.DatetimeIndex, repairs: Counter[str]) -> None:
    """Count the gaps of a series that otherwise has an even step."""
    if len(times) < 4:
        return
    step = find_step(times.to_numpy())
    if step.gaps and step.share >= 0.9:
        repairs["gaps in time, left open"] = step.gaps
        repairs["rows missing in these gaps"] = step.missing


def _epw_table(
    found: weather_files.EpwFile, path: Path, repairs: Counter[str]
) -> Table:
    stamps = found.stamps
    notes = ["hour 1 of a day is the one that begins at 00:00"]
    as_year = as_one_year(stamps)
    if as_year is not None:
        stamps = as_year
        notes.append(
            "the months are from different years (a typical year): they were put "
            f"into one, {stamps.dt.year.iloc[0]}"
        )
    numbers: dict[str, np.ndarray] = {}
    columns = [Column("year, month, day, hour", "time", used=False, why="read as time")]
    for name in found.cells.columns:
        unit = found.units.get(name, "")
        values, column = read_measurements(
            found.cells[name], name, ".", repairs, unit=unit
        )
        columns.append(column)
        if values is not None:
            numbers[name] = values
    frame = _framed(numbers, pd.DatetimeIndex(stamps, name="time"))
    frame = _in_order(frame, repairs)
    _count_gaps(frame.index, repairs)
    axis = TimeAxis(
        ("year", "month", "day", "hour"),
        "year, month, day, hour of an EPW file",
        first=frame.index[0],
        first_written=found.written[0],
        last=frame.index[-1],
        last_written=found.written[1],
        zone="standard time of the place",
        marks="start",
    )
    layout = {"first line": str(found.first_line), "separator": ",", "decimal": "."}
    return Table(
        frame,
        dict(repairs),
        axis,
        tuple(columns),
        tuple(notes),
        reader=found.reader,
        layout=layout,
    )
