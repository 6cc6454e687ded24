import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import norm
from sklearn import metrics

from keras_rnn.forecasting.conformal import Bands
from keras_rnn.forecasting.metrics import (
    LADDER,
    band_scores,
    best_naive,
    coverage,
    crps_of_bands,
    crps_of_quantiles,
    mean_absolute_error,
    pinball_loss,
    score_table,
    skill,
)

NUMBERS = st.floats(-1e6, 1e6)


def test_literal_error():
    forecast, truth = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, 0.0], [4, 8]])
    assert mean_absolute_error(forecast, truth) == (0 + 2 + 1 + 4) / 4


@given(arrays(float, (2, 4, 3), elements=NUMBERS))
def test_error_is_that_of_scikit_learn(pair):
    forecast, truth = pair
    expected = metrics.mean_absolute_error(truth, forecast)
    assert mean_absolute_error(forecast, truth) == pytest.approx(expected)


def test_errors_of_float32_are_averaged_in_float64():
    forecast = np.full((1000, 1000), 0.1, np.float32)
    error = mean_absolute_error(forecast, np.zeros((1000, 1000), np.float32))
    assert error == pytest.approx(float(np.float32(0.1)), rel=1e-9)
    assert isinstance(error, float)


@pytest.mark.parametrize(
    ("model", "naive", "expected"),
    [(1.5, 2.0, 0.25), (2.0, 2.0, 0.0), (3.0, 2.0, -0.5), (0.0, 2.0, 1.0)],
)
def test_skill(model, naive, expected):
    assert skill(model, naive) == expected


def test_skill_where_naive_is_perfect():
    assert skill(0.0, 0.0) == 0.0
    assert skill(0.1, 0.0) == float("-inf")


def test_best_naive_of_a_dict():
    assert best_naive({"model": 1, "persistence": 3, "seasonal_naive": 2}) == (
        "seasonal_naive"
    )
    assert best_naive({"model": 1, "ridge": 0.5}) == ""
    assert best_naive({}) == ""


def test_a_table_of_scores():
    table = score_table(
        {"model": 3.0, "persistence": 4.0, "seasonal_naive": 3.0, "ridge": 1.0}
    )
    assert table.to_dict("list") == {
        "forecast": ["model", "persistence", "seasonal_naive", "ridge"],
        "mae": [3.0, 4.0, 3.0, 1.0],
        "skill": [0.0, 1 - 4 / 3, 0.0, 1 - 1 / 3],
    }


def test_a_table_of_scores_by_step():
    """Each step is measured against the naive forecast that is better at it."""
    errors = {
        "model": np.array([1.0, 4.0]),
        "persistence": np.array([2.0, 8.0]),
        "seasonal_naive": np.array([4.0, 5.0]),
    }
    table = score_table({}, errors)
    assert table["step"].tolist() == [1, 2] * 3
    assert table["mae"].tolist() == [1, 4, 2, 8, 4, 5]
    np.testing.assert_allclose(table["skill"], [0.5, 0.2, 0, -0.6, -1, 0])


def test_coverage_counts_the_ends():
    assert coverage([[0.0, 0.0]], [[1.0, 1.0]], [[0.0, 1.0]]) == 1.0
    assert coverage([0.0, 0.0, 0.0], [1.0, 1.0, 1.0], [-0.1, 0.5, 1.1]) == 1 / 3


@given(arrays(float, (2, 4), elements=NUMBERS), st.floats(0.01, 0.99))
def test_pinball_loss_is_that_of_scikit_learn(pair, level):
    quantile, truth = pair
    expected = metrics.mean_pinball_loss(truth, quantile, alpha=level)
    assert pinball_loss(quantile, truth, level) == pytest.approx(expected)


@given(arrays(float, (2, 4), elements=NUMBERS))
def test_pinball_loss_of_the_middle_is_half_the_error(pair):
    forecast, truth = pair
    expected = mean_absolute_error(forecast, truth) / 2
    assert pinball_loss(forecast, truth, 0.5) == pytest.approx(expected)


@given(st.floats(-3, 3))
def test_crps_of_the_normal_distribution(truth):
    """Against its closed form (Gneiting & Raftery 2007, section 4.2)."""
    levels = (np.arange(2000) + 0.5) / 2000
    density, share = norm.pdf(truth), norm.cdf(truth)
    expected = truth * (2 * share - 1) + 2 * density - 1 / np.sqrt(np.pi)
    found = crps_of_quantiles(norm.ppf(levels)[:, None], [truth], levels)
    assert found == pytest.approx(expected, abs=2e-3)


def test_crps_without_a_band_is_the_absolute_error():
    forecast, truth = np.array([1.0, 2.0]), np.array([3.0, 1.0])
    levels = np.arange(1, 100) / 100
    same = np.tile(forecast, (99, 1))
    assert crps_of_quantiles(same, truth, levels) == pytest.approx(1.5)


@pytest.fixture(scope="module")
def case():
    """Forecasts of 0 after random walks, and 200 errors to take bands from."""
    rng = np.random.default_rng(3)
    walks = rng.normal(size=(500, 12)).cumsum(axis=1)
    past, future = walks[:, :8], walks[:, 8:] - walks[:, 7:8]
    return future[:200], past[:200], np.zeros((300, 4)), past[200:], future[200:]


def test_scores_by_brute_force(case):
    errors, before, forecast, past, truth = case
    bands = Bands.fit(errors, before, 1, (50, 80))
    scores = band_scores(bands, forecast, past, truth)
    assert list(scores["level"]) == [50.0, 80.0]
    moves = np.abs(np.diff(before, axis=1)).mean(axis=1)
    least = 0.25 * moves.mean()
    for level, (_, row) in zip((50, 80), scores.iterrows(), strict=True):
        rank = -(-201 * level // 100)
        inside, widths, losses = [], [], []
        for step in range(4):
            scaled = [
                abs(errors[i, step]) / max(moves[i], least) for i in range(len(errors))
            ]
            reach = sorted(scaled)[rank - 1]
            for i in range(len(truth)):
                spread = max(np.abs(np.diff(past[i])).mean(), least)
                came, half = truth[i, step], reach * spread
                inside.append(-half <= came <= half)
                widths.append(2 * half)
                for end, share in (
                    (-half, 0.5 - level / 200),
                    (half, 0.5 + level / 200),
                ):
                    above = came - end
                    losses.append(share * above if above > 0 else (share - 1) * above)
        assert row["coverage"] == pytest.approx(np.mean(inside))
        assert row["width"] == pytest.approx(np.mean(widths))
        assert row["pinball"] == pytest.approx(np.mean(losses))


def test_crps_is_near_that_of_the_sample(case):
    """Of all scaled errors and their opposites as equally likely outcomes."""
    errors, before, forecast, past, truth = case
    ladder = Bands.fit(errors, before, 1, LADDER)
    found = crps_of_bands(ladder, forecast, past, truth)

    def moves(rows):
        return np.abs(np.diff(rows, axis=1)).mean(axis=1)

    least = 0.25 * moves(before).mean()
    scaled = errors / np.maximum(moves(before), least)[:, None]
    sample = np.concatenate([scaled, -scaled])
    expected = []
    for step in range(4):
        apart = np.abs(sample[:, None, step] - sample[None, :, step]).mean() / 2
        for one, spread in zip(truth[:, step], moves(past), strict=True):
            spread = max(spread, least)
            near = np.abs(sample[:, step] - one / spread).mean()
            expected.append(spread * (near - apart))
    assert found == pytest.approx(np.mean(expected), rel=0.02)
    assert found < np.abs(truth).mean()


def test_no_row_without_a_band(case):
    errors, before, forecast, past, truth = case
    few = Bands.fit(errors[:12], before[:12], 1, (80, 95))
    assert list(band_scores(few, forecast, past, truth)["level"]) == [80.0]
    none = Bands.fit(errors[:9], before[:9], 1, LADDER)
    assert band_scores(none, forecast, past, truth).empty
    assert crps_of_bands(none, forecast, past, truth) is None


def test_few_errors_still_have_a_score(case):
    errors, before, forecast, past, truth = case
    ladder = Bands.fit(errors[:12], before[:12], 1, LADDER)
    assert np.isnan(ladder.reach[-1]).all()
    assert 0 < crps_of_bands(ladder, forecast, past, truth) < 3 * np.abs(truth).mean()
