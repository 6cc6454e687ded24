import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keras_rnn.datasets.tables.timestamps import (
    parse_numbers,
    parse_text,
    parse_time_of_day,
)


def stamps(*cells):
    times = parse_text(pd.Series(cells, dtype="str"))
    return None if times is None else [str(stamp) for stamp in times.stamps]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2016-12-31 23:50:00", "2016-12-31 23:50:00"),
        ("2016-12-31T23:50", "2016-12-31 23:50:00"),
        ("2016-12-31", "2016-12-31 00:00:00"),
        ("2016-12", "2016-12-01 00:00:00"),
        ("2016/12/31 23:50", "2016-12-31 23:50:00"),
        ("2016.12.31 23:50", "2016-12-31 23:50:00"),
        ("2016-12-31 23:50:00.25", "2016-12-31 23:50:00.250000"),
        ("2016-12-31T23:50:00Z", "2016-12-31 23:50:00"),
        ("2016-12-31 23:50:00 UTC", "2016-12-31 23:50:00"),
        ("2017-01-01T00:50:00+01:00", "2016-12-31 23:50:00"),
        ("2016-12-31 18:50:00-0500", "2016-12-31 23:50:00"),
        ("31.12.2016 23:50:00", "2016-12-31 23:50:00"),
        ("31.12.2016 23:50", "2016-12-31 23:50:00"),
        ("31.12.2016 23.50.00", "2016-12-31 23:50:00"),
        ("31.12.2016, 23:50 Uhr", "2016-12-31 23:50:00"),
        ("31.12.16 23:50", "2016-12-31 23:50:00"),
        ("31.12.98", "1998-12-31 00:00:00"),
        ("31/12/2016 23:50", "2016-12-31 23:50:00"),
        ("31-12-2016 23:50", "2016-12-31 23:50:00"),
        ("12/31/2016 23:50", "2016-12-31 23:50:00"),
        ("12/31/2016 11:50 PM", "2016-12-31 23:50:00"),
        ("12/31/2016 11:50:30pm", "2016-12-31 23:50:30"),
        ("12/31/2016 12:05 AM", "2016-12-31 00:05:00"),
        ("31-Dec-2016 23:50", "2016-12-31 23:50:00"),
        ("31 December 2016", "2016-12-31 00:00:00"),
        ("31. Dezember 2016 23:50", "2016-12-31 23:50:00"),
        ("31. März 2016", "2016-03-31 00:00:00"),
        ("Dec 31, 2016 23:50", "2016-12-31 23:50:00"),
        ("31.12.2016 24:00", "2017-01-01 00:00:00"),
        ("2016-12-31 24:00:00", "2017-01-01 00:00:00"),
        ("31.12.2016 23:50:00+01:00", "2016-12-31 22:50:00"),
        (" 31.12.2016 23:50 ", "2016-12-31 23:50:00"),
    ],
)
def test_one_stamp(cell, expected):
    assert stamps(cell) == [expected]


@pytest.mark.parametrize(
    "cells",
    [("Jena", "Weimar"), ("12:30", "12:40"), ("N", "SW"), ("1.5 m", "2 m"), ("", "")],
)
def test_what_is_no_time(cells):
    assert stamps(*cells) is None


def test_an_empty_column_is_no_time():
    assert parse_text(pd.Series([None, None], dtype="str")) is None


def test_the_whole_column_decides_between_day_and_month():
    # Only the last row tells.
    cells = ["03/04/2016 00:00"] * 500 + ["03/13/2016 00:00"]
    assert stamps(*cells)[0] == "2016-03-04 00:00:00"
    cells = ["03/04/2016 00:00"] * 500 + ["13/04/2016 00:00"]
    assert stamps(*cells)[0] == "2016-04-03 00:00:00"


def test_a_row_between_the_sampled_ones_decides_too():
    cells = ["03/04/2016"] * 50_001
    cells[777] = "03/25/2016"
    assert stamps(*cells)[0] == "2016-03-04 00:00:00"


@pytest.mark.parametrize(
    ("sign", "first"), [("/", "day"), ("/", "month"), (".", "day")]
)
def test_even_steps_decide_where_no_row_does(sign, first):
    """The first twelve days of January, hourly: each date could be either."""
    times = pd.date_range("2020-01-01", "2020-01-12 23:00", freq="1h")
    form = f"%d{sign}%m{sign}%Y %H:%M" if first == "day" else "%m/%d/%Y %H:%M"
    parsed = parse_text(pd.Series(times.strftime(form), dtype="str"))
    assert parsed.stamps.tolist() == times.tolist()
    assert parsed.notes == {}


@pytest.mark.parametrize("cell", ["03/04/2016", "03-04-2016"])
def test_what_nothing_decides_is_told(cell):
    times = parse_text(pd.Series([cell, cell], dtype="str"))
    assert times.stamps.tolist() == [pd.Timestamp("2016-03-04")] * 2
    note = "time stamps that may be day or month first, read as month first"
    assert times.notes == {note: 2}


def test_dates_with_points_are_german():
    times = parse_text(pd.Series(["03.04.2016"], dtype="str"))
    assert times.stamps.tolist() == [pd.Timestamp("2016-04-03")]
    assert times.notes == {}


def test_rows_that_contradict_the_others_are_not_read():
    cells = ["25/12/2016"] * 30 + ["12/26/2016"]
    assert stamps(*cells)[-1] == "NaT"
    assert stamps(*cells)[0] == "2016-12-25 00:00:00"


@pytest.mark.parametrize(
    "bad", ["31.02.2016 10:00", "01.01.2016 25:00", "01.01.2016 10:61", "gestern", "1"]
)
def test_a_bad_cell_among_good_ones_is_nat(bad):
    cells = [f"{day:02d}.01.2016 10:00" for day in range(1, 31)]
    cells.insert(7, bad)
    found = stamps(*cells)
    assert found.pop(7) == "NaT"
    assert "NaT" not in found


def test_midnight_written_as_a_date_alone():
    assert stamps("31.12.2016 23:00", "01.01.2017", "01.01.2017 01:00:30") == [
        "2016-12-31 23:00:00",
        "2017-01-01 00:00:00",
        "2017-01-01 01:00:30",
    ]


def test_summer_time_becomes_utc():
    cells = ["2020-10-25T02:30:00+02:00", "2020-10-25T02:30:00+01:00"]
    times = parse_text(pd.Series(cells, dtype="str"))
    assert [stamp.hour for stamp in times.stamps] == [0, 1]
    assert times.notes == {"time stamps with an offset from UTC, changed to UTC": 2}


def test_dates_only():
    assert parse_text(pd.Series(["31.12.2016", "01.01.2017"], dtype="str")).dates_only
    assert not parse_text(pd.Series(["31.12.2016 10:00"], dtype="str")).dates_only


FORMS = [
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%d.%m.%Y %H:%M:%S",
    "%d/%m/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %I:%M:%S %p",
    "%d-%b-%Y %H:%M:%S",
    "%Y/%m/%d %H:%M:%S",
]


@given(
    st.sampled_from(FORMS),
    st.datetimes(pd.Timestamp("1971-01-01"), pd.Timestamp("2067-01-01")),
    st.sampled_from(["10min", "1h", "6h", "1D", "97min"]),
)
def test_round_trip_of_whole_columns(form, start, step):
    """Forty even steps, unless they leave it open which is day and which month."""
    times = pd.date_range(pd.Timestamp(start).floor("s"), periods=400, freq=step)
    parsed = parse_text(pd.Series(times.strftime(form), dtype="str"))
    told = any("day or month" in note for note in parsed.notes)
    assert told or parsed.stamps.tolist() == times.tolist()
    assert not told or times[-1] - times[0] < pd.Timedelta("12D")


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ([20161231, 20170101], ["2016-12-31", "2017-01-01"]),
        ([2016123123, 2017010100], ["2016-12-31 23:00", "2017-01-01 00:00"]),
        ([201612312350, 201701010000], ["2016-12-31 23:50", "2017-01-01"]),
        ([20161231235000, 20170101000000], ["2016-12-31 23:50", "2017-01-01"]),
        ([1483228200, 1483228800], ["2016-12-31 23:50", "2017-01-01"]),
        ([1483228200.5], ["2016-12-31 23:50:00.5"]),
        ([1483228200000], ["2016-12-31 23:50"]),
        ([1483228200000000], ["2016-12-31 23:50"]),
        ([1483228200000000000], ["2016-12-31 23:50"]),
    ],
)
def test_numbers_as_time(numbers, expected):
    times = parse_numbers(pd.Series(numbers))
    assert times.stamps.tolist() == [pd.Timestamp(stamp) for stamp in expected]


def test_missing_numbers_are_nat():
    times = parse_numbers(pd.Series([20161231, np.nan, 20170102]))
    assert times.stamps.isna().tolist() == [False, True, False]


def test_days_as_excel_counts_them():
    cells = pd.Series([42735.0, 42735 + 1435 / 1440])  # 2016-12-31 23:55
    assert parse_numbers(cells) is None
    times = parse_numbers(cells, excel=True)
    assert times.stamps.tolist() == [
        pd.Timestamp("2016-12-31"),
        pd.Timestamp("2016-12-31 23:55"),
    ]


@pytest.mark.parametrize(
    "numbers", [[], [1, 2, 3], [20161399, 20161301], [-5.0], [101325.0, 99800.0]]
)
def test_other_numbers_are_no_time(numbers):
    assert parse_numbers(pd.Series(numbers, dtype=float), excel=True) is None


@pytest.mark.parametrize(
    ("cells", "minutes"),
    [
        (["23:50", "0:10"], [1430, 10]),
        (["23:50:00", "00:10:30"], [1430, 10.5]),
        (["18.00.00", "19.00.00"], [1080, 1140]),
        (["11:50 PM", "12:10 am"], [1430, 10]),
        (["24:00", "01:00"], [1440, 60]),
        ([0, 23], [0, 1380]),
        ([10, 2350], [10, 1430]),
    ],
)
def test_times_of_day(cells, minutes):
    found = parse_time_of_day(pd.Series(cells))
    assert (found / pd.Timedelta("1min")).tolist() == minutes


@pytest.mark.parametrize("cells", [["a"], [2370], [-1], [1.5], ["2020-01-01"], [""]])
def test_no_times_of_day(cells):
    assert parse_time_of_day(pd.Series(cells)) is None
