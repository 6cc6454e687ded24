import numpy as np
import pandas as pd
import pytest

from keras_rnn.datasets.tables.calendar_step import find_step, retail_months


def step_of(*dates):
    return find_step(pd.DatetimeIndex(dates).to_numpy())


@pytest.mark.parametrize(
    ("frequency", "text"),
    [
        ("10min", "every 10 minutes"),
        ("30min", "half-hourly"),
        ("1h", "hourly"),
        ("3h", "every 3 hours"),
        ("1D", "daily"),
        ("B", "each working day"),
        ("7D", "weekly"),
        ("W-SUN", "weekly"),
        ("14D", "every 2 weeks"),
        ("30D", "every 30 days"),
        ("MS", "monthly"),
        ("ME", "monthly"),
        ("BME", "monthly"),
        ("BMS", "monthly"),
        ("2MS", "every 2 months"),
        ("QS", "quarterly"),
        ("QE", "quarterly"),
        ("6MS", "half-yearly"),
        ("YS", "yearly"),
        ("5YS", "every 5 years"),
        ("7s", "every 7 seconds"),
    ],
)
def test_steps(frequency, text):
    step = find_step(pd.date_range("2019-01-31", periods=40, freq=frequency).to_numpy())
    assert step.text == text
    assert (step.share, step.gaps, step.missing) == (1, 0, 0)


def test_gaps_are_counted_by_the_calendar():
    months = pd.date_range("2019-01-01", periods=48, freq="MS").delete([5, 20, 21])
    step = find_step(months.to_numpy())
    assert (step.text, step.gaps, step.missing) == ("monthly", 2, 3)
    days = pd.bdate_range("2021-03-01", periods=40).delete([7])
    assert find_step(days.to_numpy()).missing == 1


def test_months_of_four_and_five_weeks():
    weeks = np.cumsum([4, 4, 5] * 8) * np.timedelta64(7, "D")
    step = find_step((np.datetime64("2020-01-05") + weeks).astype("datetime64[us]"))
    assert (step.text, step.missing) == ("monthly, in months of 4 or 5 weeks", 0)


def weeks_apart(*weeks, start="2020-01-05"):
    days = 7 * np.cumsum([0, *weeks])
    return np.datetime64(start) + days.astype("timedelta64[D]")


@pytest.mark.parametrize(
    ("weeks", "months"),
    [
        ([4, 4, 5] * 4, [1] * 12),
        ([4, 5, 4] * 3 + [4, 5, 5], [1] * 12),  # a year of 53 weeks
        ([4, 4, 5] * 3 + [4, 4, 6], [1] * 12),  # and one that puts it at the end
        ([5, 4, 4, 9, 4, 5, 4, 4, 5], [1, 1, 1, 2, 1, 1, 1, 1, 1]),  # a month missing
        ([4] * 12, None),  # each four weeks
        ([4] * 11 + [5], None),  # the same, once late
        ([1, 4, 4, 5, 4, 4, 5, 4], None),
    ],
)
def test_retail_months_are_counted(weeks, months):
    found = retail_months(weeks_apart(*weeks))
    assert (None if found is None else found.tolist()) == months


def test_a_missing_month_of_weeks_is_a_gap():
    step = find_step(weeks_apart(4, 4, 5, 4, 9, 4, 4, 5, 4, 4, 5))
    assert step.text == "monthly, in months of 4 or 5 weeks"
    assert (step.gaps, step.missing) == (1, 1)


def test_the_day_of_the_month_may_be_any():
    assert step_of("2020-01-15", "2020-02-15", "2020-03-15").text == "monthly"
    assert step_of("2020-01-30", "2020-02-29", "2020-03-30").text == "monthly"


def test_a_clock_that_jitters():
    rng = np.random.default_rng(0)
    times = pd.date_range("2020-01-01", periods=200, freq="10min").to_numpy()
    times = times.astype("datetime64[us]")
    times = times + rng.integers(-3_000_000, 3_000_000, 200)
    assert find_step(times).text == "about every 10 minutes"


def test_uneven_rows_have_no_step():
    times = np.cumsum(np.arange(1, 30) ** 2) * np.timedelta64(61, "s")
    step = find_step(np.datetime64("2020-01-01T00:00:00") + times)
    assert (step.text, step.unit) == ("uneven", "")


def test_no_steps():
    assert step_of("2020-01-01").text == "one row"
    assert step_of().text == "no row"


def test_months_are_more_even_than_the_first_days_of_each_january():
    months = pd.date_range("2014-01-01", periods=120, freq="MS")
    swapped = [m.replace(month=m.day, day=m.month) for m in months]
    assert find_step(months.to_numpy()).evenness == 1
    assert find_step(pd.DatetimeIndex(swapped).to_numpy()).evenness < 0.1
