import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keras_rnn.errors import UserError
from keras_rnn.forecasting.sampling import resample


def series(values, freq="10min", start="2009-01-01 00:10"):
    stamps = pd.date_range(start, periods=len(values), freq=freq, name="time")
    return pd.DataFrame({"T": np.array(values, float)}, index=stamps)


def test_ten_minutes_to_an_hour_is_every_sixth_row_from_the_sixth_on():
    frame = series(np.arange(144 * 3))
    frame["p"] = frame["T"] * 2 + 1
    hourly, repairs = resample(frame, "1h")
    pd.testing.assert_frame_equal(hourly, frame[5::6], check_freq=False)
    assert repairs == {}


def test_a_thinned_row_holds_the_last_reading_before_its_stamp():
    # 00:10 to 00:50, then nothing until 01:20.
    frame = series(range(12)).drop(
        pd.date_range("2009-01-01 01:00", periods=2, freq="10min")
    )
    hourly, _ = resample(frame, "1h")
    assert hourly["T"].to_list() == [4.0, 11.0]
    assert hourly.index[0] == pd.Timestamp("2009-01-01 01:00")
    assert hourly.index.name == "time"


@given(
    st.lists(st.integers(0, 400), min_size=30, max_size=80, unique=True),
    st.sampled_from([15, 30, 60, 120]),
)
def test_thinning_agrees_with_looking_back_from_each_stamp(minutes, every):
    # Mostly one row a minute, so that the step is known.
    minutes = sorted({*minutes, *range(100, 140), *range(200, 240), *range(300, 399)})
    stamps = pd.Timestamp("2020-05-01") + pd.to_timedelta(minutes, unit="min")
    frame = pd.DataFrame({"x": np.array(minutes, float)}, index=stamps)
    thinned, _ = resample(frame, f"{every}min", max_fill=0)
    expected = {}
    for t in range(0, 600, every):
        seen = [m for m in minutes if t - every < m <= t]
        complete = minutes[-1] > t - 1
        if seen and complete:
            expected[pd.Timestamp("2020-05-01") + pd.Timedelta(minutes=t)] = seen[-1]
    assert thinned["x"].to_dict() == expected


def test_changing_later_readings_never_changes_earlier_rows():
    frame = series(np.arange(300))
    frame.iloc[40:43] = np.nan
    before, _ = resample(frame, "1h")
    frame.iloc[150:] = -1
    after, _ = resample(frame, "1h")
    known = frame.index[149]
    pd.testing.assert_frame_equal(before[:known], after[:known])


def test_an_interval_that_the_series_ends_in_is_left_out():
    hourly, _ = resample(series(range(15)), "1h")  # until 02:30
    assert hourly["T"].to_list() == [5.0, 11.0]


def test_hourly_rows_off_the_hour_thin_to_whole_intervals():
    frame = series(range(9), freq="h")  # 00:10 to 08:10
    thinned, _ = resample(frame, "3h")
    assert thinned["T"].to_list() == [2.0, 5.0, 8.0]
    assert thinned.index.hour.tolist() == [3, 6, 9]


@pytest.mark.parametrize("every", [None, "1h", "60min", pd.Timedelta("1h")])
def test_the_own_step_keeps_every_row_with_its_own_stamp(every):
    # The minute shifts after the long gap: a grid would lose or move rows.
    stamps = pd.date_range("2009-10-01 00:10", periods=30, freq="h").append(
        pd.date_range("2009-10-05 00:20", periods=30, freq="h")
    )
    frame = pd.DataFrame({"T": np.arange(60.0)}, index=stamps)
    same, repairs = resample(frame, every)
    pd.testing.assert_frame_equal(same, frame)
    assert repairs == {"gaps longer than that left open": 1}


def test_short_holes_are_filled_with_the_value_before_them():
    frame = series(range(20)).drop(series(range(20)).index[[4, 5, 10]])
    filled, repairs = resample(frame)
    assert filled["T"].to_list() == [
        *[0, 1, 2, 3, 3, 3, 6, 7, 8, 9, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19]
    ]
    assert filled.index.equals(series(range(20)).index)
    assert repairs == {"rows added in short gaps": 3}


def test_longer_holes_stay():
    frame = series(range(20)).drop(series(range(20)).index[4:8])
    left, repairs = resample(frame)
    pd.testing.assert_frame_equal(left, frame)
    assert repairs == {"gaps longer than that left open": 1}
    filled, repairs = resample(frame, max_fill=4)
    assert len(filled) == 20
    assert repairs == {"rows added in short gaps": 4}


def test_missing_values_are_carried_or_left_by_the_length_of_their_run():
    nan = np.nan
    frame = series([nan, 1, nan, nan, nan, 5, nan, nan, nan, nan, 10, nan])
    filled, repairs = resample(frame)
    expected = [nan, 1, 1, 1, 1, 5, nan, nan, nan, nan, 10, 10]
    np.testing.assert_array_equal(filled["T"], expected)
    assert repairs == {"values carried forward": 4, "values left missing": 5}


def test_max_fill_zero_fills_nothing():
    frame = series([1, np.nan, 3, 4]).drop(series(range(4)).index[2])
    same, repairs = resample(frame, max_fill=0)
    pd.testing.assert_frame_equal(same, frame)
    assert repairs == {"values left missing": 1, "gaps longer than that left open": 1}


def test_a_missing_month_is_added_on_its_first_day():
    frame = series(range(12), freq="MS", start="2023-01-01")
    filled, repairs = resample(frame.drop(frame.index[[1, 7]]))
    assert filled.index.equals(frame.index)
    assert filled["T"].to_list() == [0, 0, 2, 3, 4, 5, 6, 6, 8, 9, 10, 11]
    assert repairs == {"rows added in short gaps": 2}


def test_a_holiday_is_added_to_working_days_and_no_weekend_is():
    frame = series(range(15), freq="B", start="2024-01-01")
    filled, _ = resample(frame.drop(pd.Timestamp("2024-01-08")))
    assert filled.index.equals(frame.index)
    assert filled["T"].loc["2024-01-08"] == 4


def test_the_given_frame_is_left_alone():
    frame = series([1, np.nan, 3, 4])
    copy = frame.copy()
    resample(frame)
    pd.testing.assert_frame_equal(frame, copy)


@pytest.mark.parametrize(
    ("every", "message"),
    [
        ("1min", "`every=1 min` is finer than the data, which has a row each 10 min"),
        (
            "soon",
            "`every` must be a time span such as '10min', '1h', '1d' or '1 month', "
            "not 'soon'",
        ),
        ("-1h", "`every` must be a time span"),
        (
            "100d",
            "`every=100 d` leaves too few rows of the series, which is 3 h 10 min long",
        ),
    ],
)
def test_an_unusable_step_is_refused(every, message):
    with pytest.raises(UserError, match=message):
        resample(series(range(20)), every)


def read_weather(path):
    frame = pd.read_csv(path, encoding="latin-1", index_col=0, parse_dates=True)
    frame = frame.astype(float).mask(frame == -9999)
    return frame[~frame.index.duplicated()].sort_index()


def test_real_weather_hourly_is_the_tutorials_slice(real_data):
    frame = read_weather(real_data("weather/weather_2020.csv.zip"))
    regular = frame.loc[:"2020-04-30", ["p (mbar)", "T (degC)", "rh (%)"]]
    assert (np.diff(regular.index) == pd.Timedelta("10min")).all()
    hourly, _ = resample(regular, "1h")
    pd.testing.assert_frame_equal(
        hourly, regular[5::6], check_freq=False, check_names=False
    )


def test_real_hourly_file_loses_no_row_where_its_minutes_shift(real_data):
    frame = pd.read_csv(real_data("weather/jena_hourly_2009_2016_6col.csv.gz"))
    stamps = pd.to_datetime(frame.pop("Date Time"), format="%d.%m.%Y %H:%M:%S")
    frame.index = pd.DatetimeIndex(stamps)
    for every in (None, "1h"):
        same, repairs = resample(frame, every)
        assert len(same) == 70_038
        assert same.index.equals(frame.index)
        assert repairs == {"gaps longer than that left open": 2}
