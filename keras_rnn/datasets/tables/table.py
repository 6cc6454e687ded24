"""Reading a table of measurements as people really have them."""

import csv
import io
import warnings
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from pandas.api.types import infer_dtype, is_numeric_dtype, is_object_dtype

from keras_rnn.datasets.tables.column_names import readable_names
from keras_rnn.datasets.tables.file_bytes import read_bytes
from keras_rnn.datasets.tables.numeric import to_numbers
from keras_rnn.datasets.tables.sentinels import find_sentinels
from keras_rnn.datasets.tables.text_format import data_start, decode, records, sniff
from keras_rnn.datasets.tables.time_column import find_times
from keras_rnn.errors import UserError

_COUNTERS = (
    "",
    "#",
    "no",
    "nr",
    "id",
    "index",
    "instant",
    "record",
    "row",
    "unnamed: 0",
)


@dataclass(frozen=True)
class Table:
    """A table of measurements over time and what was repaired in it.

    Args:
        frame: `pandas.DataFrame` of floats with a sorted, unique `DatetimeIndex`
            without time zone named `"time"`. Missing values are NaN.
        repairs: Dict from what was repaired or noticed to how often.
    """

    frame: pd.DataFrame
    repairs: dict[str, int]


def read_table(path, *, time_column=None):
    """Read a CSV file of measurements over time.

    The file may be packed with gzip or zip; encoded in UTF-8, UTF-16 or Latin-1;
    separated by comma, semicolon, tab or `|`; with decimal points or commas; with
    or without remarks above its header. Time stamps may be ISO, German, British or
    American, with AM/PM, as seconds since 1970, with an offset from UTC (they become
    UTC), and may stand in any column or in two (date and time of day).

    What is repaired: rows out of order are sorted; of rows with the same stamp the
    first is kept; empty rows are dropped; placeholders such as -9999, words and
    infinities in columns of numbers become NaN; columns of text are left out. All of
    it is counted in `repairs`, and so are missing values and gaps in time, which
    stay as they are.

    Args:
        path: String or `pathlib.Path`.
        time_column: String, the column with the time stamps. Default: `None`, it
            is looked for.

    Returns:
        A `Table`.

    Raises:
        UserError: The file cannot be read, has no time stamps or no numbers, or
            holds a row that makes no sense; the message names file, column and line.

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
    """
    path = Path(path).expanduser()
    text = decode(read_bytes(path), path)
    text_format = sniff(text, path)
    repairs = Counter()
    if text_format.skipped:
        repairs["lines above the data that are no header, skipped"] = (
            text_format.skipped
        )
    names, restored = readable_names(text_format.names)
    if restored:
        repairs["column names with damaged characters, restored"] = restored
    if not text_format.has_header:
        repairs["columns without a name, since there is no header, numbered"] = len(
            names
        )
    cells = _read_cells(text, text_format, names, path)
    cells = _without_empty(cells, text_format.names, repairs)

    found = find_times(cells, time_column, path)
    times = found.times.stamps
    repairs.update(found.times.notes)
    _check_times(cells, found, text, text_format, path)
    stamped = times.notna()
    if not stamped.all():
        repairs["rows without a time stamp, dropped"] = int((~stamped).sum())
        cells, times = cells[stamped], times[stamped]

    numbers = {}
    for name in cells.columns.drop(list(found.columns)):
        column = _as_measurements(cells[name], name, text_format.decimal, repairs)
        if column is not None:
            numbers[name] = column
    if not numbers:
        raise UserError(f"{path} has no column of numbers beside its time stamps.")
    index = pd.DatetimeIndex(times, name="time")
    frame = pd.DataFrame(numbers).set_axis(index, axis="index")
    frame = _in_order(frame, repairs)
    _count_gaps(frame.index, repairs)
    return Table(frame, dict(repairs))


def _read_cells(text, text_format, names, path):
    """Cut the text into columns: numbers where all cells are, else strings."""
    stream = io.StringIO(text)
    stream.seek(data_start(text, text_format))
    try:
        with warnings.catch_warnings():
            # Rows that are longer than the header: pandas would cut them silently.
            warnings.simplefilter("error", pd.errors.ParserWarning)
            cells = pd.read_csv(
                stream,
                sep=text_format.separator,
                decimal=text_format.decimal,
                header=None,
                names=names,
                index_col=False,
                skipinitialspace=True,
                low_memory=False,
            )
    except (pd.errors.ParserError, pd.errors.ParserWarning) as error:
        raise _misfit(text, text_format, names, path) from error
    for name in filter(lambda name: is_object_dtype(cells[name]), cells):
        # Truth values with empty cells among them, or integers beyond 64 bits.
        if not _holds_text(cells[name]):
            cells[name] = cells[name].map(float, na_action="ignore").astype("float64")
    return cells


def _holds_text(column):
    """Whether objects are text, which has a type of its own from pandas 3 on."""
    if infer_dtype(column, skipna=True) != "string":
        return False
    return not column.dropna().str.fullmatch(r"[+-]?\d+").all()


def _misfit(text, text_format, names, path):
    """The error that names the first row with too many cells."""
    with suppress(csv.Error):
        for line, cells in records(text, text_format):
            if len(cells) > len(names):
                return UserError(
                    f"{path}, line {line}: {len(cells)} cells, but the table has "
                    f"{len(names)} columns. Correct that line."
                )
    return UserError(f"{path}: a quotation mark is opened and never closed.")


def _without_empty(cells, names, repairs):
    """Drop empty rows, nameless empty columns and running numbers."""
    empty = cells.isna().all(axis=1)
    if empty.any():
        repairs["empty rows, dropped"] = int(empty.sum())
        cells = cells[~empty]
    for given, name in zip(names, cells.columns, strict=True):
        column = cells[name]
        if not given and column.isna().all():
            cells = cells.drop(columns=name)
        elif given.lower() in _COUNTERS and _counts_rows(column):
            repairs[f"column {name!r} only numbers the rows, left out"] = len(column)
            cells = cells.drop(columns=name)
    return cells


def _counts_rows(column):
    if not is_numeric_dtype(column) or len(column) < 2 or column.isna().any():
        return False
    return column.iloc[0] in (0, 1) and bool((column.diff().iloc[1:] == 1).all())


def _check_times(cells, found, text, text_format, path):
    """Raise an error that names the first row whose stamp cannot be read."""
    written = cells[list(found.columns)]
    filled = written.notna().any(axis=1)
    unreadable = found.times.stamps.isna() & filled
    if not unreadable.any():
        return
    row = unreadable.idxmax()
    line = next(
        line for i, (line, _) in enumerate(records(text, text_format)) if i == row
    )
    cell = " ".join(str(cell) for cell in written.loc[row])
    name = " and ".join(repr(name) for name in found.columns)
    raise UserError(
        f"{path}, line {line}, column {name}: {cell!r} cannot be read as a time stamp "
        "like those in the other rows. Correct or delete that line."
    )


def _as_measurements(column, name, decimal, repairs):
    """Float column with NaN for all that is no measurement; `None` for text."""
    if is_numeric_dtype(column):
        numbers = column.astype("float64")
    else:
        numbers, is_text = to_numbers(column, decimal)
        words = int(is_text.sum())
        if words > numbers.notna().sum():
            repairs[f"column {name!r} holds text, left out"] = words
            return None
        if words:
            repairs[f"{name}: text instead of a number, set to missing"] = words
    values = numbers.to_numpy(copy=True)
    empty = (
        int(np.isnan(values).sum())
        - repairs[f"{name}: text instead of a number, set to missing"]
    )
    if empty:
        repairs[f"{name}: no value"] = empty
    infinite = np.isinf(values)
    if infinite.any():
        repairs[f"{name}: infinite, set to missing"] = int(infinite.sum())
        values[infinite] = np.nan
    for number, count in find_sentinels(values).items():
        text = f"{name}: {number:g} stands for no measurement, set to missing"
        repairs[text] = count
        values[values == number] = np.nan
    return values


def _in_order(frame, repairs):
    times = frame.index
    if not times.is_monotonic_increasing:
        late = int((np.diff(times.asi8) < 0).sum())
        repairs["rows earlier than the row before them, sorted"] = late
        frame = frame.sort_index(kind="stable")
    repeated = frame.index.duplicated(keep="first")
    if repeated.any():
        repairs["rows that repeat a time stamp, dropped"] = int(repeated.sum())
        frame = frame[~repeated]
    return frame


def _count_gaps(times, repairs):
    """Count the gaps of a series that otherwise has an even step."""
    steps = np.diff(times.asi8)
    if len(steps) < 3:
        return
    sizes, counts = np.unique(steps, return_counts=True)
    usual = sizes[counts.argmax()]
    gaps = steps[steps > 1.5 * usual]
    if len(gaps) and counts.max() >= 0.9 * len(steps):
        missing = int(np.round(gaps / usual - 1).sum())
        repairs["gaps in time, left open"] = len(gaps)
        repairs["rows missing in these gaps"] = missing
