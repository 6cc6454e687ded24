"""The evaluation of the M4 competition, against by-hand and published figures."""

import numpy as np
import pytest

from keras_rnn.datasets import m4
from keras_rnn.forecasting.many_series.m4_evaluation import (
    is_seasonal,
    m4_scores,
    mase_of_each,
    msis_of_each,
    naive2,
    seasonal_factors,
    seasonal_naive_scales,
    smape_of_each,
)


def test_smape_and_mase_of_each_series():
    forecast = np.array([[3.0, 0.0], [1.0, -1.0]])
    truth = np.array([[1.0, 0.0], [1.0, 1.0]])
    assert smape_of_each(forecast, truth).tolist() == [50, 100]
    scales = np.array([2.0, 0.0])
    np.testing.assert_array_equal(mase_of_each(forecast, truth, scales), [0.5, np.nan])


def test_the_interval_score_by_hand():
    """A width of 2, once exceeded by 1: 2 + 40 x 1 there, in units of 4."""
    lower, upper = np.zeros((1, 2)), np.full((1, 2), 2.0)
    score = msis_of_each(lower, upper, np.array([[1.0, 3.0]]), np.array([4.0]))
    assert score[0] == pytest.approx((2 + 42) / 2 / 4)


def test_scales_need_more_than_a_season():
    scales = seasonal_naive_scales([np.array([1.0, 5.0, 2.0, 8.0]), np.ones(2)], 2)
    np.testing.assert_array_equal(scales, [2.0, np.nan])


@pytest.mark.parametrize("season", [4, 5])
def test_seasonal_factors_are_found_below_a_trend(season):
    factors = np.linspace(0.6, 1.4, season)
    level = np.exp(0.001 * np.arange(10 * season + 2))
    values = level * np.resize(factors, len(level))
    np.testing.assert_allclose(seasonal_factors(values, season), factors, rtol=2e-3)


def test_naive2_goes_on_from_the_right_place_of_the_season():
    factors = np.array([0.5, 1.0, 1.5])
    values = 4 * np.resize(factors, 13)  # ends on the first place
    np.testing.assert_allclose(naive2(values, 4, 3), [4, 6, 2, 4])


def test_naive2_without_a_season_is_the_last_value():
    walk = np.cumsum(np.random.default_rng(0).normal(size=200)) + 50
    assert not is_seasonal(np.random.default_rng(1).normal(size=200), 7)
    assert naive2(walk, 2, 1).tolist() == [walk[-1]] * 2
    assert naive2(np.ones(40), 2, 4).tolist() == [1, 1]


def test_naive2_has_an_owa_of_one():
    known = [np.resize([1.0, 2.0, 3.0], 30), np.arange(1.0, 20)]  # one without a MASE
    truth = np.array([[1.5, 4.5], [20.0, 22.0]])
    forecast = np.stack([naive2(one, 2, 3) for one in known])
    bands = forecast - 1, forecast + 1
    scores = m4_scores(forecast, truth, known, 3, bands=bands)
    assert scores.owa == pytest.approx(1)
    assert scores.coverage == 0.5


def test_the_published_figures_of_the_hourly_series(real_data):
    """Naive2 18.383 / 2.395, and the seasonal naive forecast 13.912 / 1.193 / .627."""
    real_data("m4/Hourly-train.csv.gz")
    data = m4.load("m4-hourly")
    forecast = np.stack([naive2(one, 48, 24) for one in data.train])
    scores = m4_scores(forecast, data.test, data.train, data.season)
    assert round(scores.smape, 3) == 18.383
    assert round(scores.mase, 3) == 2.395
    forecast = np.stack([np.resize(one[-24:], 48) for one in data.train])
    scores = m4_scores(forecast, data.test, data.train, data.season)
    assert round(scores.smape, 3) == 13.912
    assert round(scores.mase, 3) == 1.193
    # 0.62750; from the two published figures, rounded as they are, 0.62745.
    assert scores.owa == pytest.approx(0.6275, abs=1e-4)
