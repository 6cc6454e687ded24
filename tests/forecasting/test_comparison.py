import keras
import numpy as np
import pandas as pd
import pytest

from keras_rnn.forecasting import split
from keras_rnn.forecasting.comparison import (
    Comparison,
    ComparisonSettings,
    Errors,
    Score,
)


def series(rows=800):
    """Hourly rows: a day's wave with noise, and a column that follows it."""
    hours = pd.date_range("2024-01-01", periods=rows, freq="h")
    rng = np.random.default_rng(0)
    wave = 10 + 5 * np.sin(2 * np.pi * np.arange(rows) / 24) + rng.normal(size=rows)
    frame = {"T (degC)": wave, "p (mbar)": 1000 - wave + rng.normal(size=rows)}
    return pd.DataFrame(frame, index=hours)


@pytest.fixture(scope="module")
def comparison():
    return Comparison(split.split(series()), "T (degC)", ComparisonSettings(epochs=2))


def windows_of(values, past, future):
    """A brute-force list of windows: arrays of all pasts and all futures."""
    starts = range(len(values) - past - future + 1)
    return (
        np.array([values[s : s + past] for s in starts]),
        np.array([values[s + past : s + past + future] for s in starts]),
    )


TRAIN = series().iloc[:560]
UNIT = TRAIN["T (degC)"].to_numpy().std()


def standardised(part):
    rows = {"validation": slice(560, 720), "test": slice(720, 800)}[part]
    return ((series().iloc[rows] - TRAIN.mean()) / TRAIN.std(ddof=0)).to_numpy()


@pytest.mark.parametrize(("task", "horizon"), [("single-step", 1), ("multi-step", 24)])
@pytest.mark.parametrize("part", ["validation", "test"])
def test_naive_scores_against_numpy(task, horizon, part, comparison):
    past, future = windows_of(standardised(part), 24, horizon)
    last = np.abs(past[:, -1:] - future).mean((0, 1))
    day_before = np.abs(past[:, :horizon] - future).mean((0, 1))
    persistence, seasonal, _ = comparison.references(task)
    for score, errors in ((persistence, last), (seasonal, day_before)):
        found = getattr(score, part)
        expected = errors.mean() if task == "multi-step" else errors[0]
        assert found.mae == pytest.approx(expected, rel=1e-5)
        assert found.target_mae == pytest.approx(errors[0] * UNIT, rel=1e-5)
    assert comparison.count(task, part) == len(past)


def test_best_naive_is_the_better_of_the_two(comparison):
    persistence, seasonal, ridge = comparison.references("multi-step")
    assert seasonal.test.mae < persistence.test.mae
    for score in (persistence, seasonal, ridge):
        assert score.best_naive == seasonal.test
    assert persistence.loses
    assert not seasonal.loses
    assert persistence.is_naive
    assert seasonal.is_naive
    assert not ridge.is_naive


def test_ridge_forecasts_the_target_alone(comparison):
    *_, ridge = comparison.references("multi-step")
    assert np.isnan(ridge.test.mae)
    # Noise of mean absolute value 0.8 is all that cannot be known; a day ago there
    # was as much of it.
    assert 0.75 < ridge.test.target_mae < ridge.best_naive.target_mae
    *_, single = comparison.references("single-step")
    assert single.test.mae == pytest.approx(single.test.target_mae / UNIT)


def test_untrained_models_are_the_naive_forecasts(comparison):
    persistence, seasonal, _ = comparison.references("multi-step")
    for name, reference in (("last", persistence), ("repeat", seasonal)):
        score, _ = comparison.train("multi-step", name)
        assert score.is_naive
        assert score.training is None
        assert score.parameters == 0
        assert score.test.mae == pytest.approx(reference.test.mae, rel=1e-6)
        assert score.validation.target_mae == pytest.approx(
            reference.validation.target_mae, rel=1e-6
        )


def test_models_are_judged_on_the_same_windows_whatever_they_read(comparison):
    past, future = windows_of(standardised("test"), 24, 1)
    for name, rows in (("linear", 1), ("conv", 3), ("gru", 24)):
        score, model = comparison.train("single-step", name)
        predictions = model.predict(past[:, -rows:].astype("float32"), verbose=0)
        error = np.abs(predictions[:, -1, 0] - future[:, 0, 0]).mean()
        assert score.test.mae == pytest.approx(error, rel=1e-4)
        assert score.test.target_mae == pytest.approx(error * UNIT, rel=1e-4)
        assert len(score.training.epochs) == 2
        assert score.parameters == model.count_params()


def test_a_model_of_ones_own_is_judged_as_the_table_is(comparison):
    trained, model = comparison.train("single-step", "conv")
    judged = comparison.judge("single-step", model, input_width=3, name="mine")
    assert judged.name == "mine"
    assert (judged.validation, judged.test) == (trained.validation, trained.test)
    assert judged.best_naive == trained.best_naive
    assert judged.parameters == trained.parameters
    assert not judged.is_naive
    assert judged.training is None

    past = keras.Input((1, 2))
    persistence = keras.Model(past, past[:, :, :1], name="as_now")
    judged = comparison.judge("single-step", persistence, input_width=1)
    assert judged.name == "as_now"
    assert judged.is_naive
    assert judged.test.target_mae == pytest.approx(
        comparison.references("single-step")[0].test.target_mae, rel=1e-6
    )


def test_the_same_seed_gives_the_same_scores():
    def test_error(seed):
        settings = ComparisonSettings(seed=seed, epochs=1)
        comparison = Comparison(split.split(series()), "T (degC)", settings)
        return comparison.train("single-step", "dense")[0].test.mae

    assert test_error(1) == test_error(1) != test_error(2)


def test_a_season_longer_than_a_day_of_rows_widens_all_windows():
    ten_minutes = pd.date_range("2024-01-01", periods=3000, freq="10min")
    frame = pd.DataFrame({"T": np.sin(np.arange(3000) / 144)}, index=ten_minutes)
    comparison = Comparison(split.split(frame), "T")
    assert comparison.season == ("day", 144)
    assert comparison.lookback == 144
    assert comparison.count("single-step", "test") == 300 - 144


def test_losing_is_told_for_all_columns_and_for_the_target():
    def score(mae, target_mae):
        mine, naive = Errors(mae, target_mae), Errors(0.5, 2.0)
        return Score("multi-step", "lstm", mine, mine, naive)

    assert not score(0.4, 1.9).loses
    assert score(0.6, 1.9).loses
    assert score(0.4, 2.1).loses
    assert score(0.4, 1.5).skill == Errors(pytest.approx(0.2), pytest.approx(0.25))
    assert not score(float("nan"), 1.5).loses


def test_a_checkpoint_folder_resumes_a_model(tmp_path, comparison):
    first, _ = comparison.train("single-step", "dense", tmp_path)
    again, model = comparison.train("single-step", "dense", tmp_path)
    assert again.training.resumed_after == 2
    assert again.seconds >= first.training.seconds
    assert again.test == first.test
    assert isinstance(model, keras.Model)
