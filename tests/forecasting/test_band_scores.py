import numpy as np
import pytest

from keras_rnn.forecasting.conformal import Bands
from keras_rnn.forecasting.metrics import LADDER, band_scores, crps_of_bands


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
