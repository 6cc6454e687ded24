"""Tables whose columns are months, hours or years: put one value below the other."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import pandas as pd
from pandas.api.types import is_numeric_dtype, is_string_dtype

from keras_rnn.datasets.tables.clock import read_clock
from keras_rnn.datasets.tables.column_names import part_of
from keras_rnn.datasets.tables.dates import sample_of
from keras_rnn.datasets.tables.month_names import month_of
from keras_rnn.datasets.tables.periods import read_periods
from keras_rnn.datasets.tables.separators import is_stamp
from keras_rnn.datasets.tables.time_columns import read_column

_Label = TypeVar("_Label")
# No wide table has fewer columns than a year has quarters.
NARROWEST = 4
_HOUR = re.compile(
    r"(HE|HR|H|Hour|Std|Stunde|P|SP|Period|Interval|Value)?[ _.]?0*(\d{1,3})$",
    re.IGNORECASE,
)


def put_upright(cells: pd.DataFrame) -> tuple[pd.DataFrame, str] | None:
    """Turn a wide table into one with a column of time and one of values.

    Known are a row for each year with twelve months or four quarters, a row for each
    month with its days, a row for each date with its hours, and a row for each series
    with years, quarters or months.

    Args:
        cells: `pandas.DataFrame`, the columns as they were read.

    Returns:
        Tuple `(long table, note)`, or `None` when the table is not wide.
    """
    return (
        _by_year(cells, _months(cells), "month", "{year}-{label:02d}")
        or _by_year(cells, _quarters(cells), "quarter", "{year}-Q{label}")
        or _by_month(cells)
        or _by_date(cells)
        or _by_series(cells)
        or _by_number(cells)
    )


def _months(cells: pd.DataFrame) -> dict[str, int] | None:
    """Columns named after the twelve months, in words or numbers."""
    found: dict[str, int] = {}
    if "13" in map(str, cells.columns):
        return None  # days, or hours
    for name in cells.columns:
        word = str(name).strip()
        match = re.fullmatch(r"(?:M|Month ?|m)?0?(\d{1,2})", word)
        month = month_of(word) if word.isalpha() or "." in word else None
        if match and 1 <= int(match[1]) <= 12:
            month = int(match[1])
        if month:
            if month in found.values():
                return None
            found[name] = month
    return found if len(found) == 12 else None


def _quarters(cells: pd.DataFrame) -> dict[str, int] | None:
    found = {
        name: int(match[1])
        for name in cells.columns
        if (
            match := re.fullmatch(
                r"(?:Q|K|T|Qtr ?|Quarter ?)([1-4])", str(name).strip()
            )
        )
        or (
            match := re.fullmatch(
                r"([1-4])(?:\.|st|nd|rd|th)? ?(?:Q|Qtr|Quarter|Quartal)", str(name)
            )
        )
    }
    return found if sorted(found.values()) == [1, 2, 3, 4] else None


def _year_column(cells: pd.DataFrame, without: dict[str, int]) -> str | None:
    for name in cells.columns:
        column = cells[name]
        if name in without or not is_numeric_dtype(column):
            continue
        likely = part_of(name) == "year" or name == cells.columns[0]
        present = column.dropna()
        if likely and len(present) and present.between(1678, 2200).all():
            return name
    return None


def _by_year(
    cells: pd.DataFrame, labels: dict[str, int] | None, what: str, form: str
) -> tuple[pd.DataFrame, str] | None:
    if labels is None:
        return None
    year = _year_column(cells, labels)
    if year is None:
        return None
    rest = _summaries(cells, {year, *labels})

    def stamp(row: float, label: int) -> str:
        return form.format(year=int(row), label=label)

    cells = cells[cells[year].notna()]
    long = _melt(cells, rest, labels, cells[year], stamp)
    return long, f"a row for each year was put upright, one row for each {what}"


def _by_month(cells: pd.DataFrame) -> tuple[pd.DataFrame, str] | None:
    """Year, month and the days 1 to 31."""
    parts = {part_of(name): name for name in reversed(cells.columns) if part_of(name)}
    days = _numbered(cells, 31)
    if days is None or not {"year", "month"} <= parts.keys():
        return None
    year, month = cells[parts["year"]], cells[parts["month"]]
    if not (is_numeric_dtype(year) and is_numeric_dtype(month)):
        return None
    start = year.astype(int).astype(str) + "-" + month.astype(int).map("{:02d}".format)
    rest = _summaries(cells, {parts["year"], parts["month"], *days})
    long = _melt(cells, rest, days, start, lambda row, label: f"{row}-{label:02d}")
    long = long[long["value"].notna()]  # the 30th of February
    return long, "a row for each month was put upright, one row for each day"


def _by_date(cells: pd.DataFrame) -> tuple[pd.DataFrame, str] | None:
    """A date and 24, 48 or 96 columns for the parts of the day."""
    if cells.shape[1] < 24:
        return None
    clocks = [
        name for name in cells.columns if re.match(r"\d{1,2}:\d{2}", str(name).strip())
    ]
    labels: Mapping[str, str | int] | None = None
    if len(clocks) >= 24:
        labels = {name: str(name).strip() for name in clocks}
    else:
        for count in (24, 25, 48, 50, 96, 100):
            numbered = _numbered(cells, count)
            if numbered:
                labels = numbered
                break
    if not labels:
        return None
    others = [name for name in cells.columns if name not in labels]
    dates = next(
        (
            name
            for name in others
            if (reading := read_column(cells[name], name)) and reading.unit == "day"
        ),
        None,
    )
    if dates is None:
        return None
    rest = [name for name in others if name != dates]
    long = _melt(cells, rest, labels, cells[dates], lambda row, label: row)
    name = "time of day" if clocks else "hour"
    if not clocks and len(labels) > 25:
        name = "period"
    long = long.rename(columns={"time": dates})
    long.insert(1, name, list(labels.values()) * len(cells))
    if read_clock(long[name], name) is None:
        return None
    return long, "a row for each date was put upright, one row for each part of the day"


def _numbered(cells: pd.DataFrame, count: int) -> dict[str, int] | None:
    """`count` columns numbered from 0 or 1, under one kind of name."""
    found = {
        name: int(match[2])
        for name in cells.columns
        if (match := _HOUR.match(str(name).strip()))
        # Twenty-four columns P1, P2, ... may be anything.
        and (count > 25 or (match[1] or "h").lower()[0] in "hs")
    }
    numbers = sorted(found.values())
    if numbers in (list(range(1, count + 1)), list(range(count))):
        return found
    return None


def _by_series(cells: pd.DataFrame) -> tuple[pd.DataFrame, str] | None:
    """A row for each series, and columns named after years, quarters, months, days."""
    labels = {
        name: re.sub(r"\s*\[.*\]$|^[XY](?=\d{4})", "", str(name)).strip()
        for name in cells.columns
        if (re.search(r"\d{4}", str(name)) or is_stamp(str(name)))
        and len(str(name)) < 25
    }
    if len(labels) < 4 or 2 * len(labels) < cells.shape[1]:
        return None
    text = pd.Series(labels, dtype="str")
    sample = sample_of(text)
    reading = read_column(text, "time") or read_periods(text, sample)
    if (
        reading is None
        or reading.stamps.isna().any()
        or reading.stamps.duplicated().any()
    ):
        return None
    rest = [name for name in cells.columns if name not in labels]
    whole = pd.Series("", index=cells.index)
    long = _melt(cells, rest, labels, whole, lambda row, label: label)
    note = "a row for each series was put upright, one row for each point in time"
    return _without_outer_gaps(long), note


def _names_of_rows(cells: pd.DataFrame) -> str:
    """The first column, if it names series whose values stand in V2, V3, V4, ..."""
    first = cells.columns[0]
    numbers = [re.fullmatch(r"[A-Za-z]{0,2}(\d+)", str(name)) for name in cells.columns]
    found = [int(match[1]) for match in numbers if match]
    if len(found) < max(6, len(numbers) - 1):
        return ""
    steps = {later - earlier for earlier, later in itertools.pairwise(found)}
    numeric = all(map(is_numeric_dtype, cells.dtypes.iloc[1:]))
    if steps != {1} or not numeric or not cells[first].is_unique:
        return ""
    if not is_string_dtype(cells[first]) or read_column(cells[first], first):
        return ""
    return first


def _by_number(cells: pd.DataFrame) -> tuple[pd.DataFrame, str] | None:
    """A row for each series, without any time, as the M4 competition has them."""
    first = _names_of_rows(cells)
    if not first:
        return None
    values = cells.drop(columns=first).iloc[0].to_numpy(dtype="float64")
    filled = (~pd.isna(values)).nonzero()[0]
    long = pd.DataFrame({"value": values[filled[0] : filled[-1] + 1]})
    return long, "a row for each series was put upright"


def _without_outer_gaps(long: pd.DataFrame) -> pd.DataFrame:
    """A lonely series may begin later or end earlier than the others did."""
    filled = long["value"].notna().to_numpy().nonzero()[0]
    constant = all(
        long[name].nunique(dropna=False) < 2
        for name in long.columns.drop(["time", "value"])
    )
    if not constant or not len(filled):
        return long
    return long.iloc[filled[0] : filled[-1] + 1]


def _summaries(cells: pd.DataFrame, used: set[str]) -> list[str]:
    """The other columns, without means and totals over the year."""
    summary = re.compile(
        r"ann|total|mean|avg|average|sum|year|jahr|mittel|j-d|d-n|djf|mam|jja|son|"
        r"seas|max|min|unnamed|column \d+|metann",
        re.IGNORECASE,
    )
    return [
        name
        for name in cells.columns
        if name not in used and not summary.search(str(name))
    ]


def _melt(
    cells: pd.DataFrame,
    rest: list[str],
    labels: Mapping[str, _Label],
    starts: pd.Series,
    stamp: Callable[[Any, _Label], object],
) -> pd.DataFrame:
    count = len(labels)
    times = [stamp(start, label) for start in starts for label in labels.values()]
    columns: dict[str, object] = {"time": times}
    for name in rest:
        columns[name] = cells[name].repeat(count).to_numpy()
    block = cells[list(labels)]
    if all(is_numeric_dtype(dtype) for dtype in block.dtypes):
        columns["value"] = block.to_numpy(dtype="float64").ravel()
    else:
        text = block.astype("object").where(block.notna(), None)
        columns["value"] = pd.array(
            [None if v is None else str(v) for v in text.to_numpy().ravel()],
            dtype="str",
        )
    return pd.DataFrame(columns)
