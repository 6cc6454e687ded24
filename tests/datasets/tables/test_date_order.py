"""Day or month first: from months, quarters, hours, dots, or not at all."""

import pandas as pd
import pytest

from keras_rnn.datasets.tables.column_names import order_in_name
from keras_rnn.datasets.tables.time_columns import find_times, read_column
from keras_rnn.errors import UserError


def read(cells, order=None, name="Date"):
    return read_column(pd.Series(list(cells), dtype="str"), name, order)


@pytest.mark.parametrize("frequency", ["MS", "QS", "1D", "1h", "7D"])
@pytest.mark.parametrize("sign", ["/", "-", "."])
@pytest.mark.parametrize("first", ["day", "month"])
def test_the_calendar_decides(frequency, sign, first):
    times = pd.date_range("2014-01-01", periods=300, freq=frequency)
    form = f"%d{sign}%m{sign}%Y" if first == "day" else f"%m{sign}%d{sign}%Y"
    reading = read(times.strftime(form + " %H:%M"))
    assert reading.stamps.tolist() == times.tolist()
    assert reading.order == f"{first} first"
    assert reading.question == ""


def test_why_is_told():
    months = pd.date_range("2014-01-01", periods=24, freq="MS")
    assert read(months.strftime("%m/%d/%Y")).why == (
        "so the rows are monthly; day first they are daily with 353 rows missing"
    )
    assert read(["24/12/2014", "25/12/2014"]).why == "'24/12/2014' can be nothing else"
    assert read(["01.02.2014"]).why == "dates with points are day first"


@pytest.mark.parametrize(
    "cells", [["03/04/2016", "03/04/2016"], ["01/02/2016", "02/02/2016"]]
)
def test_equally_good_readings_are_a_question(cells):
    assert "(date_order='day first') or" in read(cells).question
    reading = read(cells, "day first")
    assert (reading.question, reading.order) == ("", "day first")


def test_a_single_row_that_tells():
    """It stands between the rows that are looked at first."""
    cells = ["03/04/2016"] * 50_001
    cells[777] = "03/25/2016"
    assert read(cells).stamps.iloc[0] == pd.Timestamp("2016-03-04")
    cells[777] = "25/04/2016"
    assert read(cells).stamps.iloc[0] == pd.Timestamp("2016-04-03")


def test_rows_that_contradict_the_others_are_not_read():
    stamps = read(["25/12/2016"] * 30 + ["12/26/2016"]).stamps
    assert stamps.isna().tolist() == [False] * 30 + [True]


def test_hours_in_another_column_decide():
    times = pd.date_range("2021-01-01", "2021-01-11 23:00", freq="1h")
    cells = pd.DataFrame({"D": times.strftime("%m/%d/%Y"), "h": times.hour, "v": 1.5})
    found = find_times(cells, None, "a.csv")
    assert found.reading.stamps.tolist() == times.tolist()
    assert found.reading.notation.startswith("month/day/year")


def test_years_of_two_digits_may_stand_first():
    days = pd.date_range("2021-01-28", periods=60)
    assert read(days.strftime("%y-%m-%d")).stamps.tolist() == days.tolist()
    assert read(days.strftime("%d-%m-%y")).stamps.tolist() == days.tolist()


@pytest.mark.parametrize(
    ("name", "order"),
    [
        ("Date (MM/DD/YYYY)", "month first"),
        ("dd.mm.yyyy", "day first"),
        ("Datum TT.MM.JJJJ", "day first"),
        ("date_yyyy-mm-dd", "year first"),
        ("Date", None),
        ("daily", None),
        ("MM", None),
        ("Demand (MW)", None),
        ("time", None),
    ],
)
def test_a_name_may_say_it(name, order):
    assert order_in_name(name) == order


def test_an_order_that_does_not_exist():
    with pytest.raises(UserError) as caught:
        find_times(pd.DataFrame({"a": ["1"]}), None, "a.csv", "dmy")
    assert str(caught.value) == (
        "date_order must be one of 'day first', 'month first', 'year first', not 'dmy'."
    )
