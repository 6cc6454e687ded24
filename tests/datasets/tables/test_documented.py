"""docs/tables.md: each row of its tables is what happens."""

# ruff: noqa: E501

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from keras_rnn.datasets.tables.numbers import read_numbers
from keras_rnn.datasets.tables.read_table import table_of_bytes
from keras_rnn.datasets.tables.time_columns import find_times, read_column
from keras_rnn.errors import UserError

PAGE = (Path(__file__).parents[3] / "docs" / "tables.md").read_text(encoding="utf-8")


def rows_of(title, *, columns):
    """Cells of the first table below a heading."""
    section = PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]
    rows = [
        [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        for line in section.splitlines()
        if line.startswith("|")
    ][2:]
    assert len(rows) > 5
    assert all(len(row) == columns for row in rows)
    return rows


def code(cell):
    return re.sub(r"^`|`$", "", cell).replace("``", "`")


def column_of(cells):
    numbers = pd.to_numeric(pd.Series(cells, dtype="str"), errors="coerce")
    return numbers if numbers.notna().all() else pd.Series(cells, dtype="str")


@pytest.mark.parametrize(
    ("written", "expected", "notation"), rows_of("Time in one column", columns=3)
)
def test_time_in_one_column(written, expected, notation):
    reading = read_column(column_of([code(written)] * 2), "time", telling=True)
    assert reading.stamps.tolist() == [pd.Timestamp(expected)] * 2
    assert reading.notation == notation
    assert reading.question == ""


EARLIER = {
    "05:30": "04:30", "05:00": "04:00", "06:00": "05:00", "12:30a": "12:15a",
    "05:00-06:00": "04:00-05:00", "530": "500", "24": "1", "48": "1", "März": "Januar",
    "202103250500": "202103250430", "202103250530": "202103250500",
}  # fmt: skip


@pytest.mark.parametrize(
    ("header", "row", "expected"), rows_of("Time in several columns", columns=3)
)
def test_time_in_several_columns(header, row, expected):
    names, cells = code(header).split(","), code(row).split(",")
    # Above it a row an hour (a month, a day, ...) earlier.
    frame = pd.DataFrame(dict(zip(names, ([cell] for cell in cells), strict=True)))
    earlier = frame.copy()
    if ":" in cells[1] or "TIMESTAMP" in names[0]:
        for name in names:
            earlier[name] = EARLIER.get(frame[name].item(), frame[name].item())
    else:
        last = names[1] if len(names) < 4 else names[-1]
        earlier[last] = EARLIER.get(frame[last].item(), "1")
    table = pd.concat([earlier, frame], ignore_index=True)
    table = table.apply(lambda column: column_of(column.tolist()))
    found = find_times(table.assign(value=[1.5, 2.5]), None, "a.csv")
    assert found.reading.stamps.iloc[-1] == pd.Timestamp(expected)
    assert set(found.columns) | set(found.others) == set(names)


@pytest.mark.parametrize(("cells", "values", "unit"), rows_of("Numbers", columns=3))
def test_numbers(cells, values, unit):
    time = pd.date_range("2021-01-01", periods=2)
    cells = re.findall(r"`([^`]*)`", cells)
    quoted = [
        f'{t:%Y-%m-%d},"{cell}"' for t, cell in zip(time, cells * 2, strict=False)
    ]
    table = table_of_bytes("\n".join(["date,x", *quoted]).encode(), "a.csv")
    if len(cells) == 2:
        expected = [float(value) for value in values.split(", ")]
        np.testing.assert_array_equal(table.frame["x"], expected)
        assert table.units["x"] == unit
    numbers = read_numbers(pd.Series(cells, dtype="str")).values
    good = [float(v) for v in values.split(", ")]
    if "nan" not in values:
        np.testing.assert_array_equal(numbers, good)


def daily(periods, form="%Y-%m-%d"):
    return pd.date_range("2020-01-01", periods=periods).strftime(form).tolist()


REFUSED = {
    "a row for each date and store": (
        ["date,store,sales", *(f"{d},{s},{i}.5" for i, d in enumerate(daily(20)) for s in ("North", "South"))], {},
    ),
    "day or month first, and both are even": (
        ["Date,v", *(f"{d},{i}.5" for i, d in enumerate(daily(10, "%d/%m/%Y")))], {},
    ),
    "more than three rows in a hundred repeat a stamp": (
        ["date,v,w", *(f"{d},{i}.{j}7,{i * j * 1.37:.3f}" for i, d in enumerate(daily(20), 1) for j in (1, 2))], {},
    ),
    "a table without time": (["sales", "7.5", "8.5", "9.5"], {}),
    "one bad stamp": (["time,T", *(f"{d},1.5" for d in daily(2)), "yesterday,2.5", *(f"{d},1.5" for d in daily(30)[2:])], {}),
    "one long row": (["time,T", "2020-01-01,1.5", "2020-01-02,1.5,7", "2020-01-03,1.5", "2020-01-04,1.5"], {}),
    "no number is left": (["time,X", *(f'{d},"+{83 + i:04d},1"' for i, d in enumerate(daily(20)))], {}),
    "`where` names what is not there": (
        ["date,store,sales", *(f"{d},{s},1.5" for d in daily(20) for s in ("North", "South"))], {"where": {"store": "Nort"}},
    ),
    "`start` beside time stamps": (
        ["time,T", *(f"{d},1.5" for d in daily(20))], {"start": "2024-01-01", "every": "1h"},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("line", "when"), rows_of("What is refused", columns=2))
def test_refusals(line, when):
    text, arguments = REFUSED[when]
    with pytest.raises(UserError) as caught:
        table_of_bytes("\n".join(text).encode(), "a.csv", **arguments)
    assert str(caught.value) == code(line)


def test_every_refusal_is_documented():
    assert {when for _, when in rows_of("What is refused", columns=2)} == set(REFUSED)
