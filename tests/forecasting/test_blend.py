import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from keras_rnn.forecasting.blend import (
    blend_weights,
    convex_weights,
    cross_fitted,
)


def loss(weights, forecasts, truth):
    return np.abs(forecasts @ weights - truth).mean()


def members(seed, windows=40, horizon=3, count=3, spread=(0.5, 0.6, 1.0, 2.0)):
    """Forecasts that err independently, each with its own spread and bias."""
    rng = np.random.default_rng(seed)
    truth = rng.normal(size=(windows, horizon))
    errors = rng.normal(size=(windows, horizon, count)) * spread[:count]
    return truth[..., None] + errors + rng.normal(size=count) * 0.1, truth


def least_loss(forecasts, truth):
    """The least absolute error of any convex weights: a linear programme."""
    count = forecasts.shape[-1]
    errors = (forecasts - truth[..., None]).reshape(-1, count)
    rows = len(errors)
    # minimise sum(t) where -t <= errors @ w <= t, w on the simplex
    cost = np.r_[np.zeros(count), np.ones(rows) / rows]
    bounded = np.block([[errors, -np.eye(rows)], [-errors, -np.eye(rows)]])
    solved = linprog(
        cost,
        A_ub=bounded,
        b_ub=np.zeros(2 * rows),
        A_eq=np.r_[np.ones(count), np.zeros(rows)][None],
        b_eq=[1.0],
    )
    return solved.fun


@settings(max_examples=20)
@given(seed=st.integers(0, 10**6), count=st.integers(1, 4))
def test_weights_are_convex_and_beat_every_member(seed, count):
    forecasts, truth = members(seed, count=count)
    weights = convex_weights(forecasts, truth)
    assert weights.shape == (count,)
    assert (weights >= 0).all()
    assert weights.sum() == pytest.approx(1)
    for member in np.eye(count):
        assert loss(weights, forecasts, truth) <= loss(member, forecasts, truth) + 1e-12


@settings(max_examples=15)
@given(seed=st.integers(0, 10**6))
def test_error_is_the_least_of_all(seed):
    forecasts, truth = members(seed)
    weights = convex_weights(forecasts, truth)
    assert loss(weights, forecasts, truth) <= 1.005 * least_loss(forecasts, truth)


@pytest.mark.parametrize("unit", [1e-3, 1e4])
def test_weights_do_not_depend_on_the_unit(unit):
    forecasts, truth = members(1)
    np.testing.assert_allclose(
        convex_weights(unit * forecasts, unit * truth),
        convex_weights(forecasts, truth),
        atol=1e-9,
    )


def test_a_perfect_member_is_taken_alone():
    forecasts, truth = members(2)
    forecasts[..., 1] = truth
    assert convex_weights(forecasts, truth).tolist() == [0, 1, 0]


def test_equal_members_share():
    forecasts, truth = members(3, count=1)
    twice = np.concatenate([forecasts, forecasts], axis=-1)
    assert loss(convex_weights(twice, truth), twice, truth) == pytest.approx(
        loss([1.0], forecasts, truth)
    )


def test_members_that_are_all_perfect():
    truth = np.ones((4, 2))
    weights = convex_weights(np.ones((4, 2, 3)), truth)
    assert np.isfinite(weights).all()
    assert weights.sum() == pytest.approx(1)


# The blend or naive


def test_a_clear_gain_is_taken():
    forecasts, truth = members(4, windows=200, spread=(2.0, 1.5, 0.5))
    np.testing.assert_array_equal(
        blend_weights(forecasts, truth, naive=(0, 1)), convex_weights(forecasts, truth)
    )


def test_a_gain_that_may_be_luck_is_not():
    """Half of the windows gain 0.50, the others lose 0.45: 0.025 +- 0.076."""
    truth, naive = np.zeros((40, 1)), np.ones((40, 1))
    other = naive - np.tile([[0.5], [-0.45]], (20, 1))
    forecasts = np.stack([naive, naive + 1, other], axis=-1)
    assert loss(convex_weights(forecasts, truth), forecasts, truth) < 0.98
    assert blend_weights(forecasts, truth, naive=(0, 1)).tolist() == [1, 0, 0]
    # Sixteen times as many windows halve the doubt twice: 0.025 +- 0.019.
    more, truths = np.tile(forecasts, (16, 1, 1)), np.tile(truth, (16, 1))
    assert blend_weights(more, truths, naive=(0, 1))[2] > 0.9


def test_the_better_naive_forecast_stands_in():
    truth = np.zeros((50, 2))
    useless, worse, better = truth + 3.0, truth + 1.0, truth + 0.5
    forecasts = np.stack([useless, worse, better], axis=-1)
    assert blend_weights(forecasts, truth, naive=(1, 2)).tolist() == [0, 0, 1]
    assert blend_weights(forecasts, truth, naive=(0, 1))[2] > 0.9


def test_windows_that_overlap_count_once():
    """Ten windows that repeat one error are one piece of evidence, not ten."""
    truth = np.zeros((40, 10))
    naive = np.ones((40, 10))
    gains = np.repeat([0.9, -0.5, 0.6, -0.4], 10)  # one number for ten windows
    other = naive - gains[:, None]
    forecasts = np.stack([naive, other], axis=-1)
    assert loss([0, 1], forecasts, truth) < loss([1, 0], forecasts, truth)
    assert blend_weights(forecasts, truth, naive=(0,)).tolist() == [1, 0]
    # The same gains in windows that do not overlap are forty pieces of evidence.
    short = forecasts[:, :1]
    assert blend_weights(short, truth[:, :1], naive=(0,))[1] > 0


def test_a_single_window():
    forecasts, truth = members(5, windows=1)
    assert blend_weights(forecasts, truth, naive=(0, 1)).sum() == pytest.approx(1)


def test_what_is_not_known_does_not_count():
    forecasts, truth = members(7)
    some = np.random.default_rng(0).random(truth.shape) < 0.5
    known = np.where(some, truth, np.nan)
    expected = convex_weights(forecasts[some][:, None], truth[some][:, None])
    np.testing.assert_allclose(convex_weights(forecasts, known), expected)
    known = np.where(np.arange(40)[:, None] < 20, truth, np.nan)
    np.testing.assert_allclose(
        blend_weights(forecasts, known, naive=[2]),
        blend_weights(forecasts[:20], truth[:20], naive=[2]),
    )


def test_no_row_weights_its_own_forecast():
    """Changing what came in one half changes no forecast of that half."""
    forecasts, truth = members(8)
    rows = np.arange(40)[:, None] + np.arange(3)
    later = rows > rows.mean()
    blends = cross_fitted(forecasts, truth, [2], rows)
    assert np.isfinite(blends).all()
    other = cross_fitted(forecasts, np.where(later, -truth, truth), [2], rows)
    np.testing.assert_array_equal(other[later], blends[later])
    assert (other[~later] != blends[~later]).all()


def test_one_window_of_one_step_cannot_be_crossed():
    blends = cross_fitted(np.ones((1, 1, 2)), np.ones((1, 1)), [0], np.zeros((1, 1)))
    assert np.isnan(blends).all()
