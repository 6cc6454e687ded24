"""Spread and memory of the fluctuations, against the formula of their spectrum."""

import numpy as np
import pytest

from keras_rnn.datasets.series.random_waves import random_wave

ROWS = 200_000


def memory_at(values, lag):
    return np.mean(values[lag:] * values[:-lag]) / np.mean(values**2)


def expected(hours, memory, smoothing, period=None):
    """Autocorrelation of white noise behind two first-order filters (real part)."""
    turn = 0 if period is None else 2j * np.pi / period
    a, b = 1 / memory - turn, 1 / smoothing + 0j

    def covariance(lag):
        # Residues of 1 / |(iw + a)(iw + b)|^2 at its two poles.
        first = np.exp(-a * lag) / ((b - a) * (a + np.conj(a)) * (a + np.conj(b)))
        second = np.exp(-b * lag) / ((a - b) * (b + np.conj(a)) * (b + np.conj(b)))
        return np.real(first + second)

    return covariance(hours) / covariance(0.0)


@pytest.mark.parametrize("hours", [0.25, 1.0, 3.0])
@pytest.mark.parametrize(
    "shape",
    [
        {"memory": 10.0, "smoothing": 2.0},
        {"memory": 12.0, "smoothing": 1.0, "period": 30.0},
    ],
    ids=["damped", "oscillating"],
)
def test_statistics_do_not_depend_on_the_step(hours, shape):
    wave = random_wave(np.random.default_rng(3), ROWS, hours, **shape)
    # The longer the memory in rows, the fewer independent values there are.
    tolerance = 5.0 * np.sqrt(2 * shape["memory"] / hours / ROWS)
    for part in (wave.real, wave.imag):
        assert part.var() == pytest.approx(1.0, abs=tolerance)
        for lag in (3.0, 6.0, 12.0):
            assert memory_at(part, round(lag / hours)) == pytest.approx(
                expected(lag, **shape), abs=tolerance
            )


def test_starts_in_its_stationary_state():
    starts = [
        random_wave(np.random.default_rng(seed), 1, 1.0, memory=50.0, smoothing=5.0)[0]
        for seed in range(2000)
    ]
    assert np.real(starts).var() == pytest.approx(1.0, abs=0.15)


def test_real_part_leads_by_a_quarter_period():
    wave = random_wave(
        np.random.default_rng(0), ROWS, 1.0, memory=400.0, smoothing=1.0, period=40.0
    )
    quarter = 10
    together = np.mean(wave.real[:-quarter] * wave.imag[quarter:])
    assert together > 0.9


def test_same_seed_same_wave():
    first, second = (
        random_wave(np.random.default_rng(7), 50, 1.0, memory=5.0, smoothing=1.0)
        for _ in range(2)
    )
    np.testing.assert_array_equal(first, second)
