"""The README's table of tables that are read: each row is what happens."""

# ruff: noqa: E501

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pandas as pd
import pytest

from keras_rnn.datasets import read_table
from keras_rnn.errors import UserError

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
TABLE = README.split("\n| format | example | since |\n|---|---|---|\n")[1].split(
    "\n\n"
)[0]
ROWS = [[cell.strip() for cell in row.split("|")[1:-1]] for row in TABLE.splitlines()]
HOURS = pd.date_range("2021-03-04", periods=48, freq="h")
MONTHS = pd.date_range("2014-01-01", periods=48, freq="MS")
QUARTERS = pd.date_range("1970-01-01", periods=40, freq="QS")


def table(header, times, row):
    """Lines of a file; `row` is a function of number and time."""
    return "\n".join([header, *(row(i, time) for i, time in enumerate(times))])


def monthly(form):
    return table("Month,v", MONTHS, lambda i, t: f"{t.strftime(form)},{i}.5")


def hourly(form, header="time,v"):
    return table(header, HOURS, lambda i, t: f"{t.strftime(form)},{i}.5")


def numbers(*cells):
    """These cells again and again."""
    cells = [*cells] * 48
    return table("time,v", HOURS, lambda i, t: f'{t:%Y-%m-%d %H:%M},"{cells[i]}"')


STORES = table(
    "date,store,v",
    pd.date_range("2021-03-04", periods=20),
    lambda i, t: f"{t:%Y-%m-%d},North,{i}.5\n{t:%Y-%m-%d},South,{i + 1}.5",
)
EPW = "\n".join(
    [
        "LOCATION,Nowhere,-,XXX,invented,999999,52.5,13.4,1.0,34.0",
        *("COMMENTS,",) * 6,
        "DATA PERIODS,1,1,Data,Sunday, 1/ 1,12/31",
        *(
            f"2021,{t.month},{t.day},{t.hour + 1},60,A7,{i}.5"
            for i, t in enumerate(HOURS)
        ),
    ]
)
TMY3 = table(
    '999999,"NOWHERE",XX,1.0,52.5,13.4,34\nDate (MM/DD/YYYY),Time (HH:MM),Dry-bulb (C)',
    HOURS,
    lambda i, t: f"{t:%m/%d/%Y},{t.hour + 1:02}:00,{i}.5",
)
HOUR = ("2021-03-04 00:00", "hourly")
ENDING = ("2021-03-04 01:00", "hourly")
MONTH = ("2014-01-01 00:00", "monthly")

# For each row: files, and the first stamp and step that they are read with.
FILES = {
    "packed files, encodings, separators, decimal signs": [
        (gzip.compress(hourly("%Y-%m-%d %H:%M").encode()), HOUR),
        (table("Zeit;Höhe", HOURS, lambda i, t: f"{t:%d.%m.%Y %H:%M};{i},5").encode("latin-1"), HOUR),
        (table("date     hour  v", HOURS, lambda i, t: f"{t:%Y%m%d}  {t:%H%M}  {i:4d}.5"), HOUR),
    ],
    "dates in any order, chosen by the calendar": [
        (table("Date,v", MONTHS, lambda i, t: f"{t.month}/{t.day}/{t.year},{i}.5"), MONTH),
        (monthly("%d/%m/%Y"), MONTH),
    ],
    "periods": [
        *((monthly(form), MONTH) for form in ("%Y-%m", "%b-%y", "%m.%Y", "%Y%m")),
        (table("q,v", QUARTERS, lambda i, t: f"{t.year} Q{t.quarter},{i}.5"), ("1970-01-01 00:00", "quarterly")),
        (table("week,v", range(2, 40), lambda i, w: f"2019-W{w:02},{i}.5"), ("2019-01-07 00:00", "weekly")),
        (table("year,v", range(1880, 1920), lambda i, y: f"{y},{i}.5"), ("1880-01-01 00:00", "yearly")),
        (table("time,v", range(48), lambda i, m: f"{2014 + m / 12:.4f},{i}.5"), MONTH),
        (table("Year," + ",".join(map(str, range(1, 13))), range(2014, 2018), lambda i, y: f"{y}," + ",".join(f"{m}.5" for m in range(12))), MONTH),
    ],
    "dates and times of day in columns of their own": [
        (table("Date,Hour Ending,v", HOURS, lambda i, t: f"{t:%Y-%m-%d},{t.hour + 1},{i}.5"), ENDING),
        (table("Date,Time,v", HOURS, lambda i, t: f"{t.month}/{t:%d/%y},{t.hour % 12 or 12}:00{'ap'[t.hour > 11]},{i}.5"), HOUR),
        (table("Date,Settlement Period,v", range(96), lambda i, p: f"2021-03-0{4 + p // 48},{p % 48 + 1},{i}.5"), ("2021-03-04 00:00", "half-hourly")),
        (hourly("%Y,%m,%d,%H", "Year,Month,Day,Hour,v"), HOUR),
    ],
    "intervals and zones": [
        (table("time,v", HOURS, lambda i, t: f"{t:%Y-%m-%d %H:%M} - {t + pd.Timedelta('1h'):%Y-%m-%d %H:%M},{i}.5"), HOUR),
        (hourly("%Y-%m-%d %H:%M CET"), HOUR),
        (hourly("%Y-%m-%dT%H:%M+01:00"), ("2021-03-03 23:00", "hourly")),
    ],
    "headers of loggers and portals": [
        (hourly("%Y-%m-%d %H:%M", "time,v\n,degC"), HOUR),
        (hourly('"%Y-%m-%d %H:%M:%S"', '"TOA5","a"\n"TIMESTAMP","v"\n"TS","Deg C"\n"","Avg"'), HOUR),
        (hourly("%Y-%m-%dT%H:%M:%SZ", "#datatype,double\ntime,v"), HOUR),
        (hourly("%Y-%m-%d %H:%M", "Station,Lat\nNorth,52.5\n\ntime,v"), HOUR),
    ],
    "numbers as people write them": [
        (numbers(*cells), HOUR)
        for cells in (["$1,234.50"], ["12.3 °C"], ["1'234.5"], [-9999, 1, 2, 3, 4], [-9900, 1, 2, 3, 4])
    ],
    "weather files": [(EPW, HOUR), (TMY3, ENDING)],
    "workbooks and Parquet files, with `[tables]`": [("xlsx", HOUR), ("parquet", HOUR)],
}  # fmt: skip


@pytest.mark.parametrize("what", FILES)
def test_a_row(what, tmp_path):
    for content, (first, step) in FILES[what]:
        path = tmp_path / "a.csv"
        if content in ("xlsx", "parquet"):
            path = tmp_path / f"a.{content}"
            frame = pd.DataFrame({"time": HOURS, "v": range(48)})
            write = frame.to_excel if content == "xlsx" else frame.to_parquet
            write(path, index=False)
        elif isinstance(content, str):
            path.write_text(content, encoding="utf-8")
        else:
            path.write_bytes(content)
        read = read_table(path)
        assert (f"{read.frame.index[0]:%Y-%m-%d %H:%M}", read.step.text) == (
            first,
            step,
        )
        assert read.frame.shape[1] == 1
        assert read.frame.iloc[1:5].notna().all(axis=None)


def test_several_series(tmp_path):
    (tmp_path / "a.csv").write_text(STORES)
    with pytest.raises(UserError, match="column 'store' \\(2 values: 'North', 'South'"):
        read_table(tmp_path / "a.csv")
    assert len(read_table(tmp_path / "a.csv", where={"store": "North"}).frame) == 20


def test_every_row_is_tested_and_says_since_when():
    rows = {what: since for what, _, since in ROWS}
    assert set(rows) == {*FILES, "several series in one table"}
    versions = re.findall(
        r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE
    )
    assert set(rows.values()) <= set(versions)
