import numpy as np
import pytest

from keras_rnn.forecasting.adaptive_bands import AdaptiveBands
from keras_rnn.forecasting.conformal import Bands


def bands(*levels, horizon=1):
    reach = np.outer(np.arange(1.0, 1 + len(levels)), np.arange(1.0, 1 + horizon))
    return Bands(levels, reach)


def test_they_begin_with_the_reach_of_the_training():
    adaptive = AdaptiveBands(bands(50.0, 80.0, 95.0, horizon=3))
    np.testing.assert_allclose(
        adaptive.reach(), np.outer([1.0, 2.0, 3.0], [1, 2, 3]), rtol=0.06
    )


def test_one_step_of_the_equation():
    adaptive = AdaptiveBands(bands(80.0), pace=0.01)
    adaptive.learn(0, 9.0, np.array([True]))
    assert adaptive.misses[0, 0] == pytest.approx(0.2 + 0.01 * (0.2 - 1))
    adaptive.learn(0, 0.1, np.array([False]))
    assert adaptive.misses[0, 0] == pytest.approx(0.192 + 0.01 * 0.2)


def test_the_reach_is_the_kth_of_the_latest_errors():
    adaptive = AdaptiveBands(bands(80.0), pace=0.0, kept=100)
    errors = np.random.default_rng(0).permutation(np.arange(1.0, 101))
    for error in errors:
        adaptive.learn(0, error, np.array([False]))
    assert adaptive.reach()[0, 0] == 81  # ceil(101 x 0.8)


def test_without_a_band_there_is_none_until_errors_are_known():
    adaptive = AdaptiveBands(Bands((80.0,), np.array([[np.nan]])))
    assert np.isnan(adaptive.reach()).all()
    adaptive.learn(0, 4.0, np.array([False]))
    assert np.isfinite(adaptive.reach()).all()


def test_a_wider_band_is_never_inside_a_narrower_one():
    adaptive = AdaptiveBands(bands(50.0, 80.0), pace=0.1)
    for _ in range(4):
        adaptive.learn(0, 2.0, np.array([True, False]))
    low, high = adaptive.reach()[:, 0]
    assert low <= high


def covered(errors, adaptive):
    """Whether a band of one step held, error after error."""
    held = []
    for error in errors:
        missed = error > adaptive.reach()[:, 0]
        held.append(~missed)
        adaptive.learn(0, error, missed)
    return np.array(held)


@pytest.mark.parametrize("seed", range(3))
def test_the_band_holds_what_it_promises_and_does_again_after_noise_doubles(seed):
    """80 %, one standard error of 1,000 is 1.3 %; ACI balances what it owes."""
    errors = np.abs(np.random.default_rng(seed).normal(size=4_500))
    errors[2_000:] *= 2
    held = covered(errors, AdaptiveBands(bands(80.0)))
    assert 0.79 <= held[:2_000].mean() <= 0.81
    assert held[2_000:2_100].mean() < 0.75
    assert 0.79 <= held[2_500:].mean() <= 0.81


def test_a_state_goes_on():
    errors = np.abs(np.random.default_rng(0).normal(size=60))
    whole, first = AdaptiveBands(bands(80.0)), AdaptiveBands(bands(80.0))
    covered(errors, whole)
    covered(errors[:30], first)
    again = AdaptiveBands(bands(80.0))
    again.restore(first.arrays())
    covered(errors[30:], again)
    np.testing.assert_array_equal(whole.reach(), again.reach())
