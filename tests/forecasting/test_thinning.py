import numpy as np
import pandas as pd
import pytest

from keras_rnn.errors import UserError
from keras_rnn.forecasting.sampling import default_every, is_thinner, resample


def rows(start, periods, frequency, values=None):
    index = pd.date_range(start, periods=periods, freq=frequency, name="time")
    values = np.ones(periods) if values is None else np.resize(values, periods)
    return pd.DataFrame({"rain": values.astype(float)}, index=index)


def thinned(frame, every, how="sum", **arguments):
    result = resample(frame, every, aggregate=how, max_fill=0, **arguments)[0]
    stamps = [f"{stamp:%Y-%m-%d %H:%M}" for stamp in result.index]
    return dict(zip(stamps, result["rain"].tolist(), strict=True))


def test_an_hour_holds_the_readings_up_to_its_end():
    frame = rows("2024-01-01 00:10", 12, "10min", [1, 2, 3, 4, 5, 6, 7])
    assert thinned(frame, "1h") == {"2024-01-01 01:00": 21, "2024-01-01 02:00": 22}
    assert thinned(frame, "1h", "max")["2024-01-01 02:00"] == 7
    assert thinned(frame, "1h", "min")["2024-01-01 02:00"] == 1
    assert thinned(frame, "1h", "mean")["2024-01-01 01:00"] == 3.5


def test_stamps_that_begin_an_interval_are_of_the_hour_that_begins_with_them():
    """What is stamped 00:50 lasts until 01:00; what is stamped 01:00, until 01:10."""
    frame = rows("2024-01-01 00:00", 12, "10min", [1, 2, 3, 4, 5, 6, 7])
    expected = {"2024-01-01 01:00": 21, "2024-01-01 02:00": 22}
    assert thinned(frame, "1h", marks="start") == expected
    # The second hour is not over before its last reading is.
    short = frame.iloc[:-1]
    with pytest.raises(UserError, match="leaves too few rows"):
        thinned(short, "1h", marks="start")


@pytest.mark.parametrize("marks", ["", "start", "end"])
@pytest.mark.parametrize("every", ["1h", "1d", "7d", "1 month"])
def test_no_stamp_is_earlier_than_what_it_holds(every, marks):
    frame = rows("2024-01-03 05:20", 20_000, "10min")
    frame["rain"] = frame.index.as_unit("s").asi8.astype(float)  # the stamp itself
    result, _ = resample(frame, every, aggregate="max", marks=marks)
    assert (result["rain"].to_numpy() <= result.index.as_unit("s").asi8).all()
    # And nothing is left out on the way.
    lowest, _ = resample(frame, every, aggregate="min", marks=marks)
    assert (lowest["rain"].to_numpy()[1:] - result["rain"].to_numpy()[:-1] == 600).all()


def test_a_sum_of_too_few_readings_is_missing():
    frame = rows("2024-01-01 00:10", 24, "10min")
    holed = frame.drop(frame.index[[7, 8]])
    result, repairs = resample(holed, "1h", aggregate="sum", max_fill=0)
    assert result["rain"].isna().tolist() == [False, True, False, False]
    assert repairs["rain: sums of too few readings, set to missing"] == 1


def test_days_become_months_of_the_calendar():
    frame = rows("2023-12-01", 31 + 31 + 29 + 30, "D")
    assert thinned(frame, "1 month") == {
        "2023-12-31 00:00": 31,
        "2024-01-31 00:00": 31,
        "2024-02-29 00:00": 29,
    }  # March has one day to go


def test_hours_become_months_that_end_at_midnight():
    frame = rows("2024-01-01 01:00", 24 * 60, "h")
    expected = {"2024-02-01 00:00": 24 * 31, "2024-03-01 00:00": 24 * 29}
    assert thinned(frame, "1 month") == expected


@pytest.mark.parametrize(
    ("frequency", "stamps"),
    [("MS", ["2020-03-01", "2020-06-01"]), ("ME", ["2020-03-31", "2020-06-30"])],
)
def test_months_become_quarters_stamped_like_their_last_month(frequency, stamps):
    frame = rows("2020-01-01", 8, frequency, [1, 2, 3, 4, 5, 6, 7, 8])
    result = thinned(frame, "quarter")
    assert [stamp[:10] for stamp in result] == stamps
    assert list(result.values()) == [6, 15]


def test_weeks_end_on_sunday():
    frame = rows("2024-01-01", 15, "D")  # a Monday
    assert thinned(frame, "7d") == {"2024-01-07 00:00": 7, "2024-01-14 00:00": 7}


def test_a_leap_day_is_a_day():
    frame = rows("2024-02-28 01:00", 72, "h")
    assert list(thinned(frame, "1d")) == [
        *("2024-02-29 00:00", "2024-03-01 00:00", "2024-03-02 00:00")
    ]


def test_a_day_on_which_summer_time_begins_has_23_hours():
    """Local stamps: on 31 March 2024 no hour begins at 02:00."""
    frame = rows("2024-03-30 00:00", 72, "h")
    frame = frame.drop(pd.Timestamp("2024-03-31 02:00"))
    days = ["2024-03-31 00:00", "2024-04-01 00:00", "2024-04-02 00:00"]
    assert thinned(frame, "1d", marks="start") == dict(
        zip(days, [24, 23, 24], strict=True)
    )
    # Kept hourly, the hour that there was not holds the value before it.
    frame["rain"] = np.arange(71.0)
    hourly, repairs = resample(frame, "1h")
    assert len(hourly) == 72
    assert hourly["rain"].loc["2024-03-31 01:00":"2024-03-31 03:00"].tolist() == [
        *(25.0, 25.0, 26.0)
    ]
    assert repairs["rows added in short gaps"] == 1


def test_days_become_quarters_and_years():
    frame = rows("2023-01-01", 365 + 366, "D")
    assert thinned(frame, "quarter") == {
        "2023-03-31 00:00": 90,
        "2023-06-30 00:00": 91,
        "2023-09-30 00:00": 92,
        "2023-12-31 00:00": 92,
        "2024-03-31 00:00": 91,
        "2024-06-30 00:00": 91,
        "2024-09-30 00:00": 92,
        "2024-12-31 00:00": 92,
    }
    assert thinned(frame, "1 year") == {
        "2023-12-31 00:00": 365,
        "2024-12-31 00:00": 366,
    }


def test_a_month_that_the_series_begins_in_the_middle_of_has_no_sum():
    result = thinned(rows("2024-01-15", 17 + 29 + 31, "D"), "1 month")
    assert [*result] == ["2024-01-31 00:00", "2024-02-29 00:00", "2024-03-31 00:00"]
    assert np.isnan(result.pop("2024-01-31 00:00"))
    assert [*result.values()] == [29, 31]


def test_months_of_four_and_five_weeks_stay_as_they_are():
    days = pd.to_timedelta(7 * np.cumsum([0, *[4, 4, 5] * 4]), unit="D")
    index = pd.Timestamp("2024-02-04") + days
    assert not is_thinner(index, "28d")
    assert default_every(index) == pd.Timedelta("28D")
    for every in ("1 month", "quarter", "91d", "7d"):
        with pytest.raises(UserError) as caught:
            is_thinner(index, every)
        assert str(caught.value) == (
            "The rows are months of 4 or 5 weeks, of which no months of the calendar "
            f"and no other spans can be made: leave out `every`, which is {every!r}."
        )


@pytest.mark.parametrize(
    ("frequency", "every", "message"),
    [
        (
            "MS",
            "1d",
            "`every=1 d` is finer than the data, which has a row each 1 month",
        ),
        ("MS", "90d", "cannot be made of rows that are 1 month apart. Choose whole"),
        ("QS", "1 month", "is finer than the data, which has a row each 3 months"),
        ("YS", "quarter", "is finer than the data, which has a row each 1 year"),
    ],
)
def test_months_are_thinned_to_whole_months_alone(frequency, every, message):
    with pytest.raises(UserError, match=message):
        is_thinner(rows("2000-01-01", 30, frequency).index, every)


@pytest.mark.parametrize(
    ("frequency", "count", "every"),
    [
        ("MS", 144, "1 month"),
        ("QS", 80, "3 months"),
        ("7D", 100, pd.Timedelta("7D")),
        ("B", 300, pd.Timedelta("1D")),
        ("30min", 288, pd.Timedelta("30min")),
        ("15min", 96 * 50, pd.Timedelta("1h")),
        ("10min", 6 * 24 * 2, pd.Timedelta("10min")),
        ("s", 7200, pd.Timedelta("10s")),
    ],
)
def test_the_step_that_nobody_names(frequency, count, every):
    index = pd.date_range("2020-01-01", periods=count, freq=frequency)
    assert default_every(index) == every
