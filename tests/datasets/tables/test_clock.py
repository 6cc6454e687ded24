"""Times of the day in a column of their own, and what is none."""

import pandas as pd
import pytest

from keras_rnn.datasets.tables.clock import on_the_clock, read_clock


def minutes(cells, name="time"):
    clock = read_clock(pd.Series(cells), name)
    return None if clock is None else (clock.offsets / pd.Timedelta("1min")).tolist()


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["23:50", "0:10"], [1430, 10]),
        (["23:50:00", "00:10:30"], [1430, 10.5]),
        (["18.00.00", "19.00.00"], [1080, 1140]),
        (["11:50 PM", "12:10 am"], [1430, 10]),
        (["12:30a", "1:00p"], [30, 780]),
        (["24:00", "01:00"], [1440, 60]),
        (["00:00-01:00", "01:00 - 02:00"], [0, 60]),
        (["14h30", "15h00"], [870, 900]),
        (["23:50 UTC", "00:10 UTC"], [1430, 10]),
        ([0, 23], [0, 1380]),
        ([10, 2350], [10, 1430]),
        ([0.5, 1.5], [30, 90]),
        ([0.0, 0.25], [0, 360]),
    ],
)
def test_times_of_day(cells, expected):
    assert minutes(cells) == expected


@pytest.mark.parametrize(
    "cells", [["a"], [2370], [-1], ["2020-01-01"], [""], ["25:00"]]
)
def test_no_times_of_day(cells):
    assert minutes(cells) is None


@pytest.mark.parametrize(
    ("numbers", "name", "second", "marks"),
    [
        (range(24), "x", 60, ""),
        (range(1, 25), "x", 120, "end"),
        (range(1, 49), "x", 30, "start"),
        (range(48), "x", 30, "start"),
        (range(1, 97), "x", 15, "start"),
        (range(1, 289), "x", 5, "start"),
        (range(1, 51), "Settlement Period", 30, "start"),
        (range(1, 26), "HE", 120, "end"),
    ],
)
def test_numbers_that_run_through_a_day(numbers, name, second, marks):
    clock = read_clock(pd.Series(list(numbers)), name)
    assert clock.offsets.iloc[1] == pd.Timedelta(minutes=second)
    assert clock.marks == marks


@pytest.mark.parametrize("name", ["store", "station_id", "item", "Sensor", "zone"])
def test_numbers_of_shops_are_no_hours(name):
    assert read_clock(pd.Series(range(1, 25)), name) is None


def test_other_numbers_need_a_telling_name():
    assert read_clock(pd.Series([3, 7]), "bikes") is None
    assert minutes([3, 7], "hour") == [180, 420]


def test_half_hours_of_the_days_that_change_the_clock():
    """In Great Britain: one o'clock is missing in March and repeated in October."""
    spring = pd.Series(pd.Timestamp("2021-03-28"), index=range(46))
    clock = read_clock(pd.Series(range(1, 51)), "Settlement Period")
    times = on_the_clock(
        spring, type(clock)(clock.offsets[:46], periods=48, marks="start")
    )
    hours = (times / pd.Timedelta("1h")).tolist()
    assert hours[:4] == [0, 0.5, 2, 2.5]
    assert hours[-1] == 23.5
    autumn = pd.Series(pd.Timestamp("2021-10-31"), index=range(50))
    hours = (on_the_clock(autumn, clock) / pd.Timedelta("1h")).tolist()
    assert hours[:7] == [0, 0.5, 1, 1.5, 1, 1.5, 2]
    assert hours[-1] == 23.5
