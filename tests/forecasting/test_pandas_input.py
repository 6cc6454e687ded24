import datetime

import numpy as np
import pandas as pd
import pytest

from keras_rnn.errors import UserError
from keras_rnn.forecasting.pandas_input import TimeZone, as_series


def frame(rows=6, **columns):
    index = pd.date_range("2024-01-01", periods=rows, freq="h")
    return pd.DataFrame({"T": np.arange(float(rows)), **columns}, index=index)


def test_a_frame_with_stamps_is_taken_as_it_is():
    series, time_zone = as_series(frame(unit=1), name="mine")
    pd.testing.assert_frame_equal(
        series.frame, frame(unit=1.0).rename_axis("time"), check_freq=False
    )
    assert (series.repairs, series.name, series.kind) == ({}, "mine", "frame")
    assert time_zone is None
    assert series.default_target == ""


def test_the_only_column_is_the_target():
    assert as_series(frame())[0].default_target == "T"
    assert as_series(frame()["T"])[0].default_target == "T"
    assert as_series(frame()["T"].rename(None))[0].default_target == "value"


def test_units_stand_in_the_names():
    one = frame().rename(columns={"T": "T (degC)"})
    assert as_series(one)[0].units == {"T (degC)": "degC"}


def test_the_given_frame_is_not_changed():
    given = frame(who="A").iloc[::-1].tz_localize("Europe/Berlin")
    copy = given.copy()
    as_series(given)
    pd.testing.assert_frame_equal(given, copy)


@pytest.mark.parametrize(
    "stamps",
    [
        pd.date_range("2024-01-01", periods=6, freq="h"),
        [f"2024-01-01 {hour:02}:00" for hour in range(6)],
        [f"2024-01-01T{hour:02}:00:00" for hour in range(6)],
        [datetime.datetime(2024, 1, 1, hour) for hour in range(6)],
    ],
)
def test_the_only_column_of_stamps_is_found_and_told(stamps):
    given = frame().reset_index(drop=True).assign(when=stamps)
    series, _ = as_series(given)
    assert list(series.frame.index) == list(frame().index)
    assert list(series.frame.columns) == ["T"]
    assert series.repairs == {"time stamps taken from column 'when'": 6}


def test_stamps_as_text_in_the_index():
    given = frame().set_axis([f"2024-01-0{day}" for day in range(1, 7)])
    series, _ = as_series(given)
    assert list(series.frame.index) == list(pd.date_range("2024-01-01", periods=6))
    assert series.repairs == {"time stamps read from the index": 6}


def test_periods_are_their_beginnings():
    given = frame().set_axis(pd.period_range("2024-01", periods=6, freq="M"))
    series, _ = as_series(given)
    assert list(series.frame.index) == list(
        pd.date_range("2024-01-01", periods=6, freq="MS")
    )


def test_a_named_column_of_stamps():
    index = frame().index
    given = frame().reset_index(drop=True).assign(begin=index, end=index.shift(1))
    series, _ = as_series(given, time_column="end")
    assert series.frame.index[0] == index[1]
    assert series.repairs == {"column 'begin' holds no numbers, left out": 1}


def test_unsorted_rows_are_sorted_and_counted():
    series, _ = as_series(frame().iloc[[1, 0, 2, 4, 3, 5]])
    assert series.frame["T"].tolist() == [0, 1, 2, 3, 4, 5]
    assert series.repairs == {"rows earlier than the row before them, sorted": 2}


def test_rows_that_repeat_another_are_dropped_and_counted():
    given = pd.concat([frame(p=np.nan), frame(p=np.nan).iloc[2:4]])
    series, _ = as_series(given)
    assert len(series.frame) == 6
    assert series.repairs["rows that repeat another, dropped"] == 2


def test_numbers_of_every_kind_are_floats():
    given = frame(
        whole=pd.array([1, None, 3, 4, 5, 6], "Int64"),
        yes=[True, False] * 3,
        mixed=np.array([1, 2.5, None, 4, 5, 6], object),
        endless=[1, np.inf, 3, 4, 5, -np.inf],
        text=list("abcdef"),
        day=pd.date_range("2024-01-01", periods=6),
    )
    series, _ = as_series(given)
    assert list(series.frame) == ["T", "whole", "yes", "mixed", "endless"]
    assert (series.frame.dtypes == "float64").all()
    assert series.frame.isna().sum().tolist() == [0, 1, 0, 1, 2]
    assert series.repairs == {
        "column 'text' holds no numbers, left out": 1,
        "column 'day' holds no numbers, left out": 1,
        "endless: infinite, set to missing": 2,
    }


@pytest.mark.parametrize(
    ("data", "arguments", "message"),
    [
        ([1, 2, 3], {}, "Readings are a pandas DataFrame or Series .* not list"),
        (frame(0), {}, "0 rows and 1 columns: there is nothing to forecast"),
        (frame()[[]], {}, "6 rows and 0 columns"),
        (frame(1), {}, "at least two rows, and there is one"),
        (
            frame().reset_index(drop=True),
            {},
            r"index holds no time stamps \(RangeIndex\), and no column holds some. "
            "Name the column, `time_column`",
        ),
        (
            frame().reset_index(names="a").assign(b=frame().index),
            {},
            "columns 'a', 'b' hold some",
        ),
        (frame(), {"time_column": "tiem"}, "There is no column 'tiem'"),
        (frame(), {"time_column": "T"}, "'T' holds no time stamps: its first value is"),
        (frame().set_axis([*frame().index[:5], pd.NaT]), {}, "Row 5 has no time stamp"),
        (
            frame(p=1.0).set_axis(["T", "T"], axis="columns"),
            {},
            "There are two columns 'T'",
        ),
        (frame().astype(str), {}, "No column holds numbers: 'T'. Convert"),
        (
            frame(sold=["1,200"] * 6),
            {"target": "sold"},
            "'sold' holds no numbers: its first value is '1,200'. Convert it with "
            "pd.to_numeric, or choose another `target`",
        ),
    ],
)
def test_what_cannot_be_used(data, arguments, message):
    with pytest.raises(UserError, match=message) as refused:
        as_series(data, **arguments)
    assert "\n" not in str(refused.value)


def test_stamps_that_repeat_with_different_values():
    given = pd.concat([frame(p=1.0), frame(p=1.0).iloc[2:4].add([10, 0])])
    with pytest.raises(UserError) as refused:
        as_series(given)
    assert str(refused.value) == (
        "2 rows repeat the time stamp of another with different values, first at "
        "2024-01-01 02:00:00 in column 'T' (they differ in 'T'). Keep the rows of one "
        "series, or join them: frame.groupby(level=0).mean()."
    )


# Time zones


def test_hours_are_learned_from_in_utc():
    index = pd.date_range("2024-03-31", periods=6, freq="h", tz="Europe/Berlin")
    series, time_zone = as_series(frame().set_axis(index))
    assert time_zone == TimeZone("Europe/Berlin", is_local=False)
    assert series.frame.index[0] == pd.Timestamp("2024-03-30 23:00")
    assert (np.diff(series.frame.index) == np.timedelta64(1, "h")).all()
    assert list(series.repairs) == ["time stamps in Europe/Berlin, learned from in UTC"]
    assert list(time_zone.restore(series.frame.index)) == list(index)


def test_days_stay_days_where_clocks_are_changed():
    index = pd.date_range("2024-03-29", periods=6, freq="D", tz="Europe/Berlin")
    series, time_zone = as_series(frame().set_axis(index))
    assert time_zone == TimeZone("Europe/Berlin", is_local=True)
    assert list(series.frame.index) == list(pd.date_range("2024-03-29", periods=6))
    assert list(time_zone.restore(series.frame.index)) == list(index)
