import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keras_rnn.forecasting.exponential_smoothing import (
    TRENDS,
    ExponentialSmoothing,
    SmoothingForm,
    fit_at_origins,
    fit_exponential_smoothing,
)


def quarters(rows=60, seed=0):
    """A series that grows, with a season that grows with it."""
    row = np.arange(rows)
    noise = np.random.default_rng(seed).normal(0, 0.03, rows)
    return 50 * np.exp(0.02 * row + 0.3 * np.sin(np.pi * row / 2) + noise)


def by_hand(smoothing, values, level, trend, season, horizon):
    """The recursion of Hyndman et al. 2008, a number at a time."""
    errors, season = [], list(season)
    for value in values:
        before = level + smoothing.damping * trend
        errors.append(value - before - season[0])
        level = before + smoothing.level * errors[-1]
        trend = smoothing.damping * trend + smoothing.trend * errors[-1]
        season = [*season[1:], season[0] + smoothing.season * errors[-1]]
    forecasts = []
    for _ in range(horizon):
        trend *= smoothing.damping
        level += trend
        forecasts.append(level + season[0])
        season = [*season[1:], season[0]]
    return np.array(errors), np.array(forecasts)


@pytest.mark.parametrize("trend", TRENDS)
@pytest.mark.parametrize("season", [1, 4])
def test_the_kernel_is_the_recursion_from_the_best_beginning(trend, season):
    smoothing = ExponentialSmoothing(
        SmoothingForm(trend, season, log=False),
        level=0.3,
        trend=0.0 if trend == "none" else 0.1,
        season=0.0 if season == 1 else 0.2,
        damping=0.9 if trend == "damped" else 1.0,
    )
    values = quarters(24)

    def run(beginning):
        level, slope = beginning[0], beginning[1] if trend != "none" else 0.0
        rest = beginning[1 + (trend != "none") :]
        return by_hand(smoothing, values, level, slope, [*rest, 0.0], 6)

    # The errors are linear in the beginning: its best is a least squares problem.
    states = smoothing.form.states
    nothing = run(np.zeros(states))[0]
    effects = np.stack([run(one)[0] - nothing for one in np.eye(states)], axis=1)
    beginning, *_ = np.linalg.lstsq(effects, -nothing, rcond=None)
    _, expected = run(beginning)
    np.testing.assert_allclose(smoothing.forecast(values, 6), expected, rtol=1e-9)


def test_simple_smoothing_of_three_values():
    """With half of each error and the level that fits best: 4 / 21, 6 / 21, 11 / 21."""
    simple = ExponentialSmoothing(SmoothingForm("none", 1, log=False), level=0.5)
    np.testing.assert_allclose(simple.kernel(3, 1)[:, 0], np.array([4, 6, 11]) / 21)


@pytest.mark.parametrize(
    ("trend", "season", "log", "expected"),
    [
        # level; level and trend; level, trend and damping; each with the variance
        ("none", 1, False, 3),
        ("additive", 1, False, 5),
        ("damped", 1, True, 6),
        ("none", 12, False, 15),
        ("damped", 4, True, 10),
    ],
)
def test_numbers_that_are_fitted(trend, season, log, expected):
    assert SmoothingForm(trend, season, log).parameters == expected


@pytest.mark.parametrize("season", [1, 4])
@pytest.mark.parametrize("log", [False, True])
def test_likelihood_and_forecasts_are_those_of_statsmodels(season, log):
    reference = pytest.importorskip("statsmodels.tsa.statespace.exponential_smoothing")
    values = quarters()
    # Where the series needs it or not: the form is given, not chosen.
    for trend in TRENDS:
        [fitted] = _fits_of(SmoothingForm(trend, season, log), values)
        numbers = np.log(values) if log else values
        model = reference.ExponentialSmoothing(
            numbers,
            trend=trend != "none",
            damped_trend=trend == "damped",
            seasonal=season if season > 1 else None,
            initialization_method="concentrated",
        )
        names = {
            "smoothing_level": fitted.level,
            "smoothing_trend": fitted.trend,
            "smoothing_seasonal": fitted.season,
            "damping_trend": fitted.damping,
        }
        known = model.smooth([names[name] for name in model.param_names])
        likelihood = known.llf - (numbers.sum() if log else 0.0)
        expected = np.exp(known.forecast(8)) if log else known.forecast(8)
        # Of a damped trend, the beginning that it finds is not quite the best.
        digits = 3e-3 if trend == "damped" else 1e-7
        assert fitted.log_likelihood == pytest.approx(likelihood, rel=digits)
        assert fitted.log_likelihood > likelihood - 1e-5
        np.testing.assert_allclose(fitted.forecast(values, 8), expected, rtol=digits)


def _fits_of(form, values):
    from keras_rnn.forecasting.exponential_smoothing import _fits

    return list(_fits(form, values, [len(values)]))


def test_what_grows_by_a_share_is_smoothed_in_logarithms():
    fitted = fit_exponential_smoothing(quarters(), season=4)
    assert fitted.form == SmoothingForm("additive", 4, log=True)
    row = np.arange(60, 64)
    future = 50 * np.exp(0.02 * row + 0.3 * np.sin(np.pi * row / 2))
    np.testing.assert_allclose(fitted.forecast(quarters(), 4), future, rtol=0.05)


def test_noise_around_a_level_has_no_trend():
    noise = np.random.default_rng(1).normal(5, 1, 80)
    fitted = fit_exponential_smoothing(noise, season=4)
    assert (fitted.form.trend, fitted.form.season) == ("none", 1)
    assert fitted.level < 0.1
    np.testing.assert_allclose(fitted.forecast(noise, 2), noise.mean(), atol=0.3)


def test_a_random_walk_keeps_its_last_value():
    walk = np.random.default_rng(2).normal(size=200).cumsum() - 100
    fitted = fit_exponential_smoothing(walk)
    assert fitted.form == SmoothingForm("none", 1, log=False)
    np.testing.assert_allclose(fitted.forecast(walk, 3), walk[-1], atol=0.5)


def test_fits_at_origins_are_fits_of_the_rows_before():
    values = quarters()
    together = fit_at_origins(values, 4, [40, 41, 60])
    alone = [fit_exponential_smoothing(values[:rows], 4) for rows in (40, 41, 60)]
    for one, other in zip(together, alone, strict=True):
        assert one.form == other.form
        assert one.aicc == pytest.approx(other.aicc, rel=1e-6)
        np.testing.assert_allclose(
            one.forecast(values[:40], 4), other.forecast(values[:40], 4), rtol=1e-6
        )


def test_later_rows_change_no_earlier_fit():
    values = quarters()
    changed = values.copy()
    changed[45:] = 1000 + 100 * np.arange(15) ** 2
    assert fit_at_origins(values, 4, [45])[0] == fit_at_origins(changed, 4, [45])[0]


def test_a_missing_value_says_nothing():
    """Of a constant change, the row without a value is known all the same."""
    values = 3.0 + 2.0 * np.arange(30)
    values[[7, 8, 20]] = np.nan
    fitted = fit_exponential_smoothing(values - 100)
    assert fitted.form.trend == "additive"
    np.testing.assert_allclose(
        fitted.forecast(np.arange(10.0), 2), [10.0, 11.0], rtol=1e-6
    )


@settings(max_examples=25, deadline=None)
@given(
    st.floats(0.01, 0.99),
    st.floats(0.0, 1.0),
    st.floats(-1e3, 1e3),
    st.floats(0.1, 100),
    st.sampled_from([1, 3]),
)
def test_another_unit_is_another_unit(level, share, offset, factor, season):
    form = SmoothingForm("additive", season, log=False)
    smoothing = ExponentialSmoothing(
        form, level, share * level, 0.0 if season == 1 else share * (1 - level)
    )
    kernel = smoothing.kernel(20, 5)
    np.testing.assert_allclose(kernel.sum(axis=0), 1, atol=1e-6)
    values = quarters(20)
    np.testing.assert_allclose(
        (factor * values + offset) @ kernel,
        factor * (values @ kernel) + offset,
        rtol=1e-5,
        atol=1e-3,
    )
