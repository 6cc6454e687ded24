"""Months, hours and years beside each other."""

# ruff: noqa: E501

import numpy as np
import pandas as pd
import pytest

from keras_rnn.datasets.tables.read_table import table_of_bytes
from keras_rnn.errors import UserError

VALUES = np.arange(1, 1000) + 0.5


def read(*lines, **arguments):
    return table_of_bytes("\n".join(lines).encode(), "a.csv", **arguments)


def rows(starts, count):
    return [
        ",".join([start, *map(str, VALUES[i * count : (i + 1) * count])])
        for i, start in enumerate(starts)
    ]


@pytest.mark.parametrize(
    ("header", "starts", "count", "first", "last", "text"),
    [
        ("Year,Jan,Feb,Mar,Apr,May,Jun,Jul,Aug,Sep,Oct,Nov,Dec", ["1990", "1991"], 12,
         "1990-01-01", "1991-12-01", "monthly"),
        ("Jahr,Januar,Februar,März,April,Mai,Juni,Juli,August,September,Oktober,November,Dezember",
         ["1990", "1991"], 12, "1990-01-01", "1991-12-01", "monthly"),
        ("year,1,2,3,4,5,6,7,8,9,10,11,12", ["1990", "1991"], 12, "1990-01-01", "1991-12-01", "monthly"),
        ("Year,Q1,Q2,Q3,Q4", ["1990", "1991", "1992"], 4, "1990-01-01", "1992-10-01", "quarterly"),
        ("Date," + ",".join(f"{h:02d}:00" for h in range(24)), ["2021-03-04", "2021-03-05"], 24,
         "2021-03-04 00:00", "2021-03-05 23:00", "hourly"),
        ("Date," + ",".join(f"HE{h}" for h in range(1, 25)), ["2021-03-04", "2021-03-05"], 24,
         "2021-03-04 01:00", "2021-03-06 00:00", "hourly"),
        ("Date," + ",".join(f"P{h}" for h in range(1, 49)), ["2021-03-04", "2021-03-05"], 48,
         "2021-03-04 00:00", "2021-03-05 23:30", "half-hourly"),
        ("Land," + ",".join(map(str, range(1990, 2010))), ["X"], 20, "1990-01-01", "2009-01-01", "yearly"),
        ("geo," + ",".join(f"{y}-Q{q}" for y in range(1990, 1995) for q in (1, 2, 3, 4)), ["X"], 20,
         "1990-01-01", "1994-10-01", "quarterly"),
    ],
)  # fmt: skip
def test_one_value_below_the_other(header, starts, count, first, last, text):
    table = read(header, *rows(starts, count))
    assert table.frame["value"].tolist() == VALUES[: count * len(starts)].tolist()
    assert table.frame.index[0] == pd.Timestamp(first)
    assert table.frame.index[-1] == pd.Timestamp(last)
    assert table.step.text == text
    assert "was put upright" in table.notes[0]


def test_days_of_the_month():
    header = "Year,Month," + ",".join(map(str, range(1, 32)))
    january = ["2021,1", *map(str, VALUES[:31])]
    february = ["2021,2", *map(str, VALUES[31:59]), "", "", ""]
    table = read(header, ",".join(january), ",".join(february))
    assert table.frame["value"].tolist() == VALUES[:59].tolist()
    assert table.step.text == "daily"


def test_means_of_the_year_are_left_out():
    header = "Year,Jan,Feb,Mar,Apr,May,Jun,Jul,Aug,Sep,Oct,Nov,Dec,Annual,DJF"
    table = read(header, *(row + ",9,9" for row in rows(["1990", "1991"], 12)))
    assert list(table.frame) == ["value"]


def test_several_rows_are_several_series():
    header = "Land,Code," + ",".join(map(str, range(1990, 2010)))
    lines = [header, *(f"{row}" for row in rows(["X,1", "Y,2"], 20))]
    with pytest.raises(UserError, match="'Land' \\(2 values: 'X', 'Y'\\)"):
        read(*lines)
    frame = read(*lines, where={"Land": "Y"}).frame
    assert frame["value"].tolist() == VALUES[20:40].tolist()


def test_rows_without_any_time():
    lines = ["V1,V2,V3,V4,V5,V6,V7,V8", "H1,1,2,3,4,5,6,7", "H2,5,6,7,8,9,,"]
    with pytest.raises(UserError, match=r"where={'V1': 'H1'}"):
        read(*lines, every="1h", start="2024-01-01")
    with pytest.raises(UserError, match="`every` and `start`"):
        read(*lines, where={"V1": "H2"})
    frame = read(*lines, where={"V1": "H2"}, every="1h", start="2024-01-01").frame
    assert frame["value"].tolist() == [5, 6, 7, 8, 9]
    assert frame.index[-1] == pd.Timestamp("2024-01-01 04:00")


@pytest.mark.parametrize("form", ["%Y-%m-%d %H:%M:%S", "%d.%m.%Y", "%Y-%m-%d"])
def test_numbered_columns_beside_time_stamps_are_columns(form):
    header = "time," + ",".join(f"c{i}" for i in range(10))
    days = pd.date_range("2021-01-01", periods=30).strftime(form)
    table = read(header, *rows(days, 10))
    assert table.frame.shape == (30, 10)
