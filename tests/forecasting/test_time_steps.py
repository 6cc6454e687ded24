import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keras_rnn.errors import UserError
from keras_rnn.forecasting.time_steps import (
    infer_step,
    next_time_stamps,
    parse_span,
    shift_time_stamps,
    span_text,
    step_text,
    steps_between,
)


def hours(*numbers):
    return pd.Timestamp("2024-01-01") + pd.to_timedelta(list(numbers), unit="h")


def test_the_step_is_the_most_frequent_difference():
    assert infer_step(hours(0, 1, 2, 3, 10, 11, 40)) == pd.Timedelta("1h")


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_the_step_does_not_depend_on_how_pandas_stores_the_stamps(unit):
    index = pd.date_range("2024-01-01", periods=5, freq="10min").as_unit(unit)
    assert infer_step(index) == pd.Timedelta("10min")
    assert steps_between(index).tolist() == [1, 1, 1, 1]
    assert next_time_stamps(index, 1)[0] == pd.Timestamp("2024-01-01 00:50")


def test_a_jittering_clock_has_its_rounded_median_as_step():
    jitter = np.random.default_rng(0).integers(-3, 4, 500)
    stamps = pd.Timestamp("2024-01-01") + pd.to_timedelta(
        600 * np.arange(500) + jitter, unit="s"
    )
    assert infer_step(stamps) == pd.Timedelta("10min")
    assert np.abs(steps_between(stamps) - 1).max() < 0.02


def test_a_median_that_is_near_no_round_number_stays():
    assert infer_step(hours(0, 1.25, 2.75, 4.5)) == pd.Timedelta("1.5h")


@pytest.mark.parametrize("freq", ["MS", "ME", "QS", "QE", "YS", "YE", "2MS"])
def test_months_quarters_and_years_are_one_step_each(freq):
    index = pd.date_range("2015-01-01", periods=20, freq=freq)
    assert steps_between(index).tolist() == [1.0] * 19
    kept = index.delete([4, 5, 9])
    assert steps_between(kept).tolist() == [1, 1, 1, 3, 1, 1, 2, *[1] * 9]
    expected = pd.date_range(index[-1], periods=4, freq=freq)[1:]
    assert next_time_stamps(kept, 3).tolist() == expected.tolist()


def test_the_31st_is_followed_by_the_last_day_of_each_month():
    index = pd.DatetimeIndex(["2023-12-31", "2024-01-31"])
    assert next_time_stamps(index, 3).strftime("%m-%d").tolist() == [
        "02-29",
        "03-31",
        "04-30",
    ]


def test_a_30_day_logger_is_no_monthly_series():
    index = pd.date_range("2024-01-01", periods=8, freq="30D")
    assert next_time_stamps(index, 1)[0] == index[-1] + pd.Timedelta("30D")


def test_friday_to_monday_is_one_working_day_and_a_holiday_is_a_gap():
    index = pd.bdate_range("2024-01-01", periods=15)
    assert steps_between(index).tolist() == [1.0] * 14
    assert steps_between(index.delete(5)).max() == 2  # Monday the 8th
    assert next_time_stamps(index[:5], 2).strftime("%a").tolist() == ["Sat", "Sun"]
    assert next_time_stamps(index[:10], 2).strftime("%a").tolist() == ["Mon", "Tue"]


def test_a_daily_series_with_weekends_has_a_gap_over_a_missing_weekend():
    index = pd.date_range("2024-01-01", periods=21, freq="D").delete([5, 6])
    assert steps_between(index).max() == 3


def retail(*weeks, start="2024-02-04"):
    """Rows of months that have so many weeks."""
    return pd.DatetimeIndex(
        pd.Timestamp(start) + pd.to_timedelta(7 * np.cumsum([0, *weeks]), unit="D")
    )


def test_months_of_four_and_five_weeks_follow_in_their_order():
    index = retail(*[4, 5, 4] * 4)
    assert step_text(index) == "1 month of 4 or 5 weeks"
    assert steps_between(index).tolist() == [1.0] * 12
    assert next_time_stamps(index, 4).strftime("%Y-%m-%d").tolist() == [
        *("2025-03-02", "2025-04-06", "2025-05-04", "2025-06-01")
    ]
    # One row on, the long month is next.
    assert next_time_stamps(index[:-2], 1).tolist() == [index[-2]]


def test_a_week_more_in_a_year_does_not_change_the_order():
    index = retail(*[4, 5, 4] * 3, *[4, 5, 5], *[4, 5, 4] * 2)
    assert steps_between(index).tolist() == [1.0] * 18
    after = np.diff(next_time_stamps(index, 4).to_numpy())
    assert (after / np.timedelta64(1, "D")).tolist() == [35, 28, 28]


def test_a_month_of_weeks_that_is_missing():
    index = retail(*[4, 4, 5] * 3).delete(4)
    assert steps_between(index).tolist() == [1, 1, 1, 2, 1, 1, 1, 1]
    added = shift_time_stamps(index, index[[3]], [1])
    assert added.tolist() == [retail(*[4, 4, 5] * 3)[4]]


def test_steps_are_told_in_a_time_zone_too():
    """Through a night with an hour that comes twice, and by weeks of the local time."""
    hours = pd.date_range("2024-10-26", periods=60, freq="h", tz="Europe/Berlin")
    assert step_text(hours) == "1 h"
    assert steps_between(hours).tolist() == [1.0] * 59
    weeks = retail(*[4, 5, 4] * 4).tz_localize("Europe/Berlin")
    assert step_text(weeks) == "1 month of 4 or 5 weeks"
    working = pd.bdate_range("2024-01-01", "2024-01-12", tz="Asia/Tokyo")
    assert steps_between(working).tolist() == [1.0] * 9


def test_following_keeps_the_name_and_the_phase():
    index = pd.date_range("2024-01-01 00:50", periods=3, freq="h", name="time")
    after = next_time_stamps(index, 2)
    assert after.name == "time"
    assert after.tolist() == [
        pd.Timestamp("2024-01-01 03:50"),
        pd.Timestamp("2024-01-01 04:50"),
    ]


def test_advance_goes_different_ways_from_different_stamps():
    index = pd.date_range("2024-01-01", periods=4, freq="MS")
    moved = shift_time_stamps(index, index[[0, 2]], [1, 2])
    assert moved.strftime("%m").tolist() == ["02", "05"]


@given(
    st.sampled_from(["10min", "h", "D", "MS", "ME", "B", "W", "YE", "7s"]),
    st.integers(8, 60),
    st.integers(1, 20),
)
def test_rows_and_what_follows_them_are_one_unbroken_series(freq, rows, count):
    # From a Monday on, so that working days show their weekend within eight rows.
    whole = pd.date_range("2019-07-01", periods=rows + count, freq=freq)
    after = next_time_stamps(whole[:rows], count)
    assert after.tolist() == whole[rows:].tolist()


@pytest.mark.parametrize(
    ("index", "message"),
    [
        (pd.DatetimeIndex([]), "at least two rows, and there are none"),
        (hours(0), "at least two rows, and there is one"),
        (pd.RangeIndex(5), "their index is a RangeIndex"),
        (hours(0, 2, 1), r"Row 2 \(2024-01-01 01:00:00\) is not later"),
        (hours(0, 1, 1), "Row 2 .* drop repeated stamps"),
        (pd.DatetimeIndex(["2024-01-01", None]), "Row 1 has no time stamp"),
    ],
)
def test_what_has_no_step_is_refused(index, message):
    with pytest.raises(UserError, match=message):
        infer_step(index)


# Spans as a person writes them


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("10min", 600),
        ("1h", 3600),
        ("2H", 7200),
        ("1.5h", 5400),
        ("1d", 86_400),
        ("1D 2h", 93_600),
        ("1 day", 86_400),
        ("2 days 30 seconds", 172_830),
        ("h", 3600),
        ("d", 86_400),
        (pd.Timedelta("90s"), 90),
    ],
)
def test_what_people_write_is_understood(text, seconds):
    assert parse_span(text, "every").total_seconds() == seconds


@pytest.mark.parametrize(
    "text", ["soon", "", "0h", "-1h", None, "1 x", pd.NaT, [], 5, "10"]
)
def test_what_is_no_span_is_refused(text):
    with pytest.raises(UserError, match="every must be a time span such as '10min'"):
        parse_span(text, "every")


@pytest.mark.parametrize(
    ("span", "text"),
    [
        ("1D 2h", "1 d 2 h"),
        ("90s", "1 min 30 s"),
        ("600s", "10 min"),
        ("250ms", "0.25 s"),
    ],
)
def test_spans_are_written_as_people_do(span, text):
    assert span_text(pd.Timedelta(span)) == text
