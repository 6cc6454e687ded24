import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keras_rnn.errors import UserError
from keras_rnn.forecasting.features import (
    YEAR,
    calendar,
    period_length,
    period_name,
    usable_periods,
    wind_vectors,
)


def test_wind_becomes_its_two_components():
    frame = pd.DataFrame(
        {
            "T (degC)": [1.0, 2.0, 3.0],
            "wv (m/s)": [2.0, 3.0, 0.0],
            "max. wv (m/s)": [4.0, 6.0, np.nan],
            "wd (deg)": [0.0, 240.0, 77.0],
        }
    )
    vectors = wind_vectors(frame)
    assert list(vectors) == ["T (degC)", "Wx", "Wy", "max Wx", "max Wy"]
    np.testing.assert_allclose(vectors["Wx"], [2, -1.5, 0], atol=1e-12)
    np.testing.assert_allclose(vectors["Wy"], [0, -1.5 * math.sqrt(3), 0], atol=1e-12)
    np.testing.assert_allclose(vectors["max Wx"], [4, -3, np.nan], atol=1e-12)
    assert "wv (m/s)" in frame  # the given frame is left alone


@given(st.floats(0, 50), st.floats(0, 360))
def test_a_wind_vector_keeps_the_speed_and_the_direction(speed, direction):
    frame = pd.DataFrame({"wv (m/s)": [speed], "wd (deg)": [direction]})
    x, y = wind_vectors(frame).iloc[0]
    assert math.hypot(x, y) == pytest.approx(speed)
    if speed > 1e-3:
        turned = math.degrees(math.atan2(y, x)) - direction
        assert math.cos(math.radians(turned)) == pytest.approx(1)


@pytest.mark.parametrize("columns", [["wv (m/s)"], ["wd (deg)"], ["T"]])
def test_wind_without_both_parts_is_left_as_it_is(columns):
    frame = pd.DataFrame(1.0, index=range(3), columns=columns)
    pd.testing.assert_frame_equal(wind_vectors(frame), frame)


def test_a_sentinel_left_in_the_wind_is_refused():
    frame = pd.DataFrame(
        {"wv (m/s)": [1.0, -9999.0], "wd (deg)": 10.0},
        index=pd.date_range("2020-05-01", periods=2, freq="h"),
    )
    with pytest.raises(UserError, match=r"'wv \(m/s\)' is -9999 at 2020-05-01 01:00"):
        wind_vectors(frame)


def test_the_day_starts_at_midnight_and_the_year_at_new_year():
    index = pd.DatetimeIndex(["2009-01-01", "2015-01-01 06:00", "2100-07-02 12:00"])
    columns = calendar(index, ["day", "year"])
    assert list(columns) == ["day sin", "day cos", "year sin", "year cos"]
    np.testing.assert_allclose(columns["day sin"], [0, 1, 0], atol=1e-12)
    np.testing.assert_allclose(columns["day cos"], [1, 0, -1], atol=1e-12)
    assert columns["year cos"].iloc[:2].min() > 0.999
    assert columns["year cos"].iloc[2] < -0.999


def test_the_calendar_is_the_formula_of_seconds_since_1970():
    index = pd.date_range("2009-01-01 00:10", periods=1000, freq="7h")
    seconds = (index - pd.Timestamp(0)) / pd.Timedelta("1s")
    columns = calendar(index, ["day", "week", "year", "12h"])
    for name, length in [
        ("day", 86_400),
        ("week", 7 * 86_400),
        ("year", 365.2425 * 86_400),
        ("12 h", 43_200),
    ]:
        angle = 2 * np.pi * np.asarray(seconds) / length
        np.testing.assert_allclose(columns[f"{name} sin"], np.sin(angle), atol=1e-8)
        np.testing.assert_allclose(columns[f"{name} cos"], np.cos(angle), atol=1e-8)


@given(st.integers(1, 400), st.integers(1, 100))
def test_the_future_continues_the_past(past, future):
    whole = pd.date_range("2016-12-01 00:50", periods=past + future, freq="h")
    periods = ["day", "week", "year", pd.Timedelta("5h")]
    together = calendar(whole, periods)
    apart = pd.concat(
        [calendar(whole[:past], periods), calendar(whole[past:], periods)]
    )
    pd.testing.assert_frame_equal(together, apart, check_freq=False)


def test_the_calendar_does_not_depend_on_how_pandas_stores_the_stamps():
    index = pd.date_range("2020-01-01", periods=50, freq="h")
    pd.testing.assert_frame_equal(
        calendar(index.as_unit("s"), ["day"]),
        calendar(index.as_unit("ns"), ["day"]),
        check_index_type=False,
    )


def test_a_frame_gives_the_columns_of_its_index_alone():
    frame = pd.DataFrame(
        {"T": 1.0}, index=pd.date_range("2020-01-01", periods=96, freq="h")
    )
    assert list(calendar(frame)) == ["day sin", "day cos"]
    assert list(frame.join(calendar(frame))) == ["T", "day sin", "day cos"]


@pytest.mark.parametrize(
    ("years", "freq", "expected"),
    [
        (8, "h", ["day", "year"]),
        (3.01, "10min", ["day", "year"]),
        (2.9, "h", ["day"]),
        (1, "h", ["day"]),
        (8, "6h", ["day", "year"]),
        (8, "12h", ["year"]),
        (8, "MS", ["year"]),
        (10, "QS", ["year"]),
        (10, "YS", []),
        (2 / 365, "h", []),
    ],
)
def test_a_period_needs_enough_cycles_and_enough_rows(years, freq, expected):
    index = pd.date_range(
        "2009-01-01", pd.Timestamp("2009-01-01") + years * YEAR, freq=freq
    )
    assert usable_periods(index) == expected


def test_names_and_lengths_of_periods():
    assert period_name(pd.Timedelta("24h")) == "day"
    assert period_name("week") == "week"
    assert period_name(pd.Timedelta("12h25min12s")) == "12.42 h"
    assert period_name(pd.Timedelta("60D")) == "60 d"
    assert period_length("week") == pd.Timedelta(days=7)


@pytest.mark.parametrize(
    ("period", "message"),
    [
        ("dya", "There is no period 'dya'. Did you mean 'day'"),
        ("0h", "A period must be a time span"),
        (-1, "A period must be a time span"),
    ],
)
def test_what_is_no_period_is_refused(period, message):
    with pytest.raises(UserError, match=message):
        calendar(pd.date_range("2020-01-01", periods=5, freq="h"), [period])


def test_the_calendar_needs_time_stamps():
    with pytest.raises(UserError, match="index is a RangeIndex"):
        calendar(pd.DataFrame({"T": [1.0, 2.0]}))
