import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keras_rnn.forecasting.baselines import (
    persistence,
    season_of,
    seasonal_naive,
    seasonal_places,
    usual_horizon,
    year_means,
)


@pytest.mark.parametrize(
    ("frequency", "season"),
    [
        ("10min", ("day", 144)),
        ("h", ("day", 24)),
        ("6h", ("day", 4)),
        # Three rows are too few to show a day.
        ("8h", ("week", 21)),
        ("D", ("week", 7)),
        ("B", ("week", 5)),
        ("W", ("year", 52)),
        ("MS", ("year", 12)),
        ("ME", ("year", 12)),
        ("QS", ("year", 4)),
        ("YS", ("", 1)),
    ],
)
def test_season_of_a_step(frequency, season):
    index = pd.date_range("2015-01-05", periods=60, freq=frequency)
    assert season_of(index) == season


def test_gaps_do_not_hide_the_season():
    index = pd.date_range("2020-01-01", periods=500, freq="h")
    assert season_of(index[np.r_[0:100, 130:200, 400:500]]) == ("day", 24)


def test_persistence_repeats_the_last_value():
    past = np.array([[1.0, 2.0], [5.0, -3.0]])
    assert persistence(past, 3).tolist() == [[2.0] * 3, [-3.0] * 3]


@given(
    season=st.integers(1, 9),
    longer=st.integers(0, 9),
    horizon=st.integers(1, 30),
    windows=st.integers(1, 3),
)
def test_seasonal_naive_is_the_last_known_value_at_that_place(
    season, longer, horizon, windows
):
    history = season + longer
    past = np.random.default_rng(0).normal(size=(windows, history))
    forecast = seasonal_naive(past, horizon, season)
    assert forecast.shape == (windows, horizon)
    for step in range(horizon):
        place = history + step
        while place >= history:
            place -= season
        np.testing.assert_array_equal(forecast[:, step], past[:, place])


def test_same_hour_yesterday():
    hours = np.arange(72.0)[None] % 24
    expected = np.arange(48.0)[None] % 24
    np.testing.assert_array_equal(seasonal_naive(hours, 48, 24), expected)


@given(st.integers(1, 10), st.integers(1, 10))
def test_without_a_season_it_is_persistence(history, horizon):
    past = np.random.default_rng(1).normal(size=(2, history))
    np.testing.assert_array_equal(
        seasonal_naive(past, horizon, 1), persistence(past, horizon)
    )


def test_places():
    assert seasonal_places(history=10, horizon=7, season=3).tolist() == [
        *(7, 8, 9),
        *(7, 8, 9),
        7,
    ]


def test_a_past_shorter_than_the_season():
    with pytest.raises(ValueError, match=r"season of 24 rows .*\(1, 23\)"):
        seasonal_naive(np.zeros((1, 23)), 2, 24)


@pytest.mark.parametrize(
    ("frequency", "steps"),
    [
        *[("h", 24), ("30min", 48), ("10min", 144), ("min", 144), ("3h", 8)],
        *[("D", 14), ("B", 10), ("7D", 13), ("MS", 12), ("QS", 8), ("YS", 5)],
        ("12h", 28),
    ],
)
def test_usual_horizon(frequency, steps):
    index = pd.date_range("2020-01-01", periods=60, freq=frequency)
    assert usual_horizon(index) == steps


def test_year_means_are_of_the_same_days_a_year_before_and_more():
    known = pd.Series(
        [1.0, 2.0, 30.0, np.nan, 5.0],
        pd.DatetimeIndex(
            ["2021-07-10", "2022-07-08", "2022-07-01", "2022-07-09", "2023-07-10"]
        ),
    )
    known = known.sort_index()
    stamps = pd.DatetimeIndex(["2023-07-10", "2024-02-29", "2024-07-17"])
    means = year_means(known, stamps)
    # Of this year nothing; 1 July is nine days off; 17 July has the 10th of two years.
    np.testing.assert_allclose(means, [1.5, np.nan, 3.0])


def test_the_year_of_months_of_four_and_five_weeks_has_twelve():
    days = pd.to_timedelta(7 * np.cumsum([0, *[4, 4, 5] * 8]), unit="D")
    index = pd.Timestamp("2020-02-02") + days
    assert season_of(index) == ("year", 12)
    assert usual_horizon(index) == 12
