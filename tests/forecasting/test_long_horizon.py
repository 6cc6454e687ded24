import numpy as np
import pytest

from keras_rnn.errors import UserError
from keras_rnn.forecasting.long_horizon import (
    PUBLISHED,
    LongHorizonComparison,
    LongHorizonSettings,
)
from keras_rnn.forecasting.long_horizon_windows import (
    LongHorizonWindows,
    WindowBatches,
    borders_of,
)

ROWS = np.random.default_rng(0).normal(3, 2, size=(200, 2)).cumsum(axis=0)
SETTINGS = LongHorizonSettings(
    segment=4, units=4, sample=32, batch_size=16, epochs=2, learning_rate=0.01
)


@pytest.fixture(scope="module")
def series():
    return LongHorizonWindows(ROWS, (140, 160, 200), lookback=12)


@pytest.fixture(scope="module")
def comparison(series):
    return LongHorizonComparison(series, SETTINGS, season=6, name="etth1")


@pytest.fixture(scope="module")
def trained(comparison):
    return comparison.train("segment_network", 7)


def test_borders_are_those_of_the_benchmarks():
    assert borders_of(17_420, "etth1") == (8640, 11_520, 14_400)
    assert borders_of(52_696, "weather-2020") == (36_887, 42_157, 52_696)
    assert borders_of(17_420) == (12_194, 13_936, 17_420)
    assert borders_of(10) == (7, 8, 10)


def test_windows_of_a_part_start_in_the_past_of_the_part(series):
    standardised = (ROWS - ROWS[:140].mean(0)) / ROWS[:140].std(0)
    counts = {"train": 140 - 12 - 7 + 1, "validation": 14, "test": 34}
    first = {"train": 0, "validation": 140 - 12, "test": 160 - 12}
    for part, count in counts.items():
        windows = series.windows(part, 7)
        assert windows.shape == (count, 19, 2)
        for place in (0, count - 1):
            start = first[part] + place
            expected = standardised[start : start + 19]
            np.testing.assert_allclose(windows[place], expected, atol=1e-5)


def test_the_last_row_of_each_part_is_forecast_and_none_beyond(series):
    np.testing.assert_array_equal(
        [series.windows(part, 7)[-1, -1] for part in ("train", "validation", "test")],
        series.values[[139, 159, 199]],
    )


def test_later_rows_change_neither_scaling_nor_training_windows(series):
    changed = ROWS.copy()
    changed[140:] *= 100
    other = LongHorizonWindows(changed, (140, 160, 200), lookback=12)
    np.testing.assert_array_equal(other.mean, series.mean)
    np.testing.assert_array_equal(other.windows("train", 7), series.windows("train", 7))


def test_a_constant_column_stays_finite():
    rows = np.column_stack([ROWS[:, 0], np.full(200, 5.0)])
    series = LongHorizonWindows(rows, (140, 160, 200), lookback=12)
    np.testing.assert_array_equal(series.values[:, 1], 0)


def test_a_horizon_that_no_part_holds_is_refused(series):
    with pytest.raises(UserError) as error:
        series.windows("validation", 21)
    assert str(error.value) == (
        "The parts have 140, 20 and 40 rows to train, validate and test: too few for "
        "12 rows of the past and a horizon of 21. Choose a shorter horizon, or give "
        "more rows."
    )


def test_batches_are_all_windows_or_a_new_sample_an_epoch(series):
    windows = series.windows("train", 7)
    every = WindowBatches(windows, 12, 50)
    parts = [every[number] for number in range(len(every))]
    assert [len(past) for past, _ in parts] == [50, 50, 22]
    joined = [np.concatenate(part, axis=1) for part in parts]
    np.testing.assert_array_equal(np.concatenate(joined), windows)
    drawn = WindowBatches(windows, 12, 16, sample=40, seed=3)
    assert len(drawn) == 3
    assert [len(drawn[number][0]) for number in range(3)] == [16, 16, 8]
    first = drawn[0][0]
    drawn.epoch = 1
    assert np.abs(drawn[0][0] - first).max() > 0
    drawn.epoch = 0
    np.testing.assert_array_equal(drawn[0][0], first)


@pytest.mark.parametrize("part", ["validation", "test"])
def test_errors_are_those_of_a_plain_loop(trained, comparison, part, series):
    score, model = trained
    windows = series.windows(part, 7)
    squared, absolute = [], []
    forecasts = np.asarray(model(windows[:, :12].copy()))
    for window, forecast in zip(windows, forecasts, strict=True):
        for step in range(7):
            for column in range(2):
                error = float(forecast[step, column] - window[12 + step, column])
                squared.append(error**2)
                absolute.append(abs(error))
    found = getattr(score, part)
    assert len(squared) == len(windows) * 14
    assert found.mse == pytest.approx(np.mean(squared), rel=1e-5)
    assert found.mae == pytest.approx(np.mean(absolute), rel=1e-5)


def test_no_window_is_dropped_at_the_end_of_the_last_batch(comparison, monkeypatch):
    model = comparison.build("last_value", 7)
    whole = comparison.judge(model, "test", 7)
    monkeypatch.setattr("keras_rnn.forecasting.long_horizon._MANY", 5)
    in_parts = comparison.judge(model, "test", 7)
    assert in_parts == pytest.approx(whole, rel=1e-9)


def test_whole_batches_leave_out_the_windows_at_the_end(comparison, series):
    model = comparison.build("last_value", 7)
    windows = series.windows("test", 7)  # 34 of them
    error = windows[:30, 11:12] - windows[:30, 12:]
    found = comparison.judge(model, "test", 7, whole_batches_of=10)
    assert found.mse == pytest.approx(float((error**2).mean()), rel=1e-5)
    assert found.mae == pytest.approx(float(np.abs(error).mean()), rel=1e-5)
    assert found != comparison.judge(model, "test", 7)


def test_published_figures_stand_beside_errors_on_the_same_windows(comparison):
    score, model = comparison.train("dlinear", 7)
    assert score.as_published is None
    benchmark = {"etth1": {"dlinear": {7: (0.375, 0.399)}}}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("keras_rnn.forecasting.long_horizon.PUBLISHED", benchmark)
        score, model = comparison.train("dlinear", 7)
    # Batches of 32, as the authors', hold 32 of 34 windows.
    assert score.as_published == comparison.judge(model, "test", 7, 32)
    assert score.published == (0.375, 0.399)
    assert score.test == comparison.judge(model, "test", 7)


def test_a_score_says_how_it_was_measured(trained):
    score, _ = trained
    assert score.measured == (
        "all 34 test windows x 2 columns, standardised, 12 rows back; seed 0, mae "
        "loss, epoch 2 of 2 kept, 4 units, segments of 4, dropout 0.5"
    )
    assert (score.windows, score.epochs, score.is_naive) == (34, 2, False)
    assert score.published is None  # nobody published this horizon
    assert score.seconds > 0


def test_published_figures():
    assert PUBLISHED["etth1"]["segment_network"][96] == (0.351, 0.392)
    assert PUBLISHED["weather-2020"]["segment_network"][96] == (0.143, 0.198)
    assert PUBLISHED["etth1"]["dlinear"][96] == (0.375, 0.399)
    assert PUBLISHED["etth1"]["segment_network"][336] == (0.423, 0.433)
    assert PUBLISHED["weather-2020"]["dlinear"][720] == (0.323, 0.362)


def test_an_unknown_model_is_refused(comparison):
    with pytest.raises(UserError, match="Did you mean 'dlinear'"):
        comparison.build("dlinar", 7)
