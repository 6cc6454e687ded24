import keras
import numpy as np
import pandas as pd
import pytest
from helpers.forecasts import COLUMNS, TARGET, series_of, small_plan, weather
from sklearn.linear_model import Ridge

from keras_rnn.errors import UserError
from keras_rnn.forecasting.backtest import target_values
from keras_rnn.forecasting.ensemble import EnsembleTraining
from keras_rnn.forecasting.network_training import NetworkSettings
from keras_rnn.forecasting.ridge import choose_ridge
from keras_rnn.forecasting.scaling import Scaler
from keras_rnn.forecasting.split import Split, with_past
from keras_rnn.forecasting.train import in_physical_units, train_forecaster


@pytest.fixture(scope="module")
def series():
    return weather(500)


@pytest.fixture(scope="module")
def plan(series):
    return small_plan(series)


@pytest.fixture(scope="module")
def trained(series, plan):
    return train_forecaster(plan, model="ridge", seed=5, verbose=0)


@pytest.fixture(scope="module")
def scaler(plan):
    return Scaler.fit(plan.parts.train)


def test_readings_in_readings_out(trained, plan, scaler):
    """The saved model is scaler, ensemble and scaler again, done by hand."""
    past, _ = plan.task.windows(plan.parts.test).arrays()
    scaled = (past - scaler.mean) / scaler.std
    expected = trained.ensemble.model.predict(scaled, verbose=0)
    place = COLUMNS.index(TARGET)
    expected = expected * scaler.std[place] + scaler.mean[place]
    found = trained.forecaster.model.predict(past, verbose=0)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("target", COLUMNS)
def test_the_output_has_the_targets_unit(target, trained, scaler):
    physical = in_physical_units(trained.ensemble.model, scaler, target)
    past = np.tile(scaler.mean, (1, 24, 1)).astype("float32")
    zero = trained.ensemble.model.predict(np.zeros_like(past), verbose=0)
    place = COLUMNS.index(target)
    np.testing.assert_allclose(
        physical.predict(past, verbose=0),
        zero * scaler.std[place] + scaler.mean[place],
        rtol=1e-5,
        atol=1e-3,
    )
    assert physical.name == "forecaster"


@pytest.mark.parametrize(("mean", "std"), [(3e-9, 1e-9), (1e5, 0.5), (-2e7, 4e6)])
def test_units_of_any_size(mean, std):
    """Readings of a billionth, small changes on a large value, and large ones."""
    scaler = Scaler(("x",), np.array([mean]), np.array([std]))
    inputs = keras.Input((3, 1))
    model = keras.Model(inputs, inputs[:, -2:, 0])
    values = np.array([[[0.5], [-1.0], [2.0]]])
    readings = (values * std + mean).astype("float32")
    expected = readings[:, -2:, 0]
    physical = in_physical_units(model, scaler, "x")
    np.testing.assert_allclose(physical.predict(readings, verbose=0), expected)
    centred = physical.get_layer("divide_by_std").output
    scaled = keras.Model(physical.inputs, centred).predict(readings, verbose=0)
    np.testing.assert_allclose(scaled, values, rtol=0.02)


def test_errors_are_those_of_the_forecasts_of_the_test_part(trained, plan, scaler):
    """All of its rows: the first window looks back into the part before it."""
    windows = plan.task.windows(with_past(plan.parts, 24).test)
    past, truth = target_values(windows)
    found = trained.backtest.errors["model"]
    assert found.shape == (50 - 6 + 1, 6)
    assert trained.backtest.start == plan.parts.test.index[0]
    # A model of the members as they were before they learned from the test part.
    scaled = Split(*map(scaler.transform, with_past(plan.parts, 24)))
    members = EnsembleTraining(plan.task, NetworkSettings(cell=None))
    members.choose(scaled.train, scaled.validation)
    both = scaler.transform(pd.concat(plan.parts[:2]))
    members.learn(both.iloc[350 - 29 :], both, "validation")
    model = in_physical_units(members.ensemble().model, scaler, TARGET)
    forecast = model.predict(windows, verbose=0)
    np.testing.assert_allclose(found, truth - forecast, atol=1e-4)
    np.testing.assert_allclose(
        trained.backtest.errors["persistence"], truth - past[:, -1:]
    )


def test_the_ridge_beside_it_learned_from_what_the_forecast_did(trained, plan, scaler):
    train, validation, test = (
        plan.task.windows(scaler.transform(part)) for part in with_past(plan.parts, 24)
    )
    known = scaler.transform(pd.concat(plan.parts[:2]))
    ridge = choose_ridge(train, validation, COLUMNS.index(TARGET), history=12)
    # Windows of 24 + 6 rows whose last row is in the validation part.
    ridge = ridge.learn(plan.task.windows(known.iloc[350 - 29 :]))
    place = COLUMNS.index(TARGET)
    past, truth = test.arrays()
    errors = (truth[:, :, 0] - ridge.predict(past)) * scaler.std[place]
    np.testing.assert_allclose(trained.backtest.errors["ridge"], errors, atol=1e-3)


def test_band_and_story(trained, plan, series):
    forecaster = trained.forecaster
    assert forecaster.unit == "degC"
    assert forecaster.horizon == 6
    metadata = forecaster.metadata
    assert metadata["trained on"] == [
        str(series.frame.index[0]),
        str(series.frame.index[-1]),
    ]
    assert metadata["data"] == {
        "name": "tiny",
        "kind": "sample",
        "origin": "generated for a test",
    }
    assert metadata["test mae"] == trained.backtest.mae
    assert (metadata["model"], metadata["seed"], metadata["season"]) == ("ridge", 5, 24)
    assert metadata["weights"] == trained.ensemble.weights
    assert metadata["test bands"] == trained.backtest.bands.to_dict("records")
    assert metadata["test crps"] == trained.backtest.crps


def test_the_band_is_from_the_validation_part_alone(trained, plan, scaler):
    """By hand, from the errors of blends with weights of the other half."""
    forecaster, std = trained.forecaster, scaler.std[COLUMNS.index(TARGET)]
    errors = std * trained.ensemble.calibration.errors
    past, truth = (
        values[:, :, place].astype("float64")
        for values, place in zip(
            plan.task.windows(with_past(plan.parts, 24).validation).arrays(),
            (COLUMNS.index(TARGET), 0),
            strict=True,
        )
    )
    assert errors.shape == truth.shape
    # No season fits twice into 24 rows: the change from row to row alone.
    moves = np.abs(np.diff(past, axis=1)).mean(axis=1)
    spread = np.maximum(moves, moves.mean() / 4)
    rank = -(-4 * (len(errors) + 1) // 5)
    reach = np.sort(np.abs(errors) / spread[:, None], axis=0)[rank - 1]
    np.testing.assert_allclose(forecaster.bands.reach, [reach], rtol=1e-3)
    assert forecaster.bands.levels == (80.0,)


def test_coverage_is_measured_on_the_test_part(trained, plan, scaler):
    test = plan.task.windows(with_past(plan.parts, 24).test)
    past, _ = test.arrays()
    moves = np.abs(np.diff(past[:, :, COLUMNS.index(TARGET)], axis=1)).mean(axis=1)
    bands = trained.forecaster.bands
    half = np.maximum(moves, bands.least_spread)[:, None] * bands.reach[0]
    inside = np.abs(trained.backtest.errors["model"]) <= half
    (row,) = trained.backtest.bands.to_dict("records")
    assert row["coverage"] == pytest.approx(inside.mean(), abs=0.01)
    assert row["width"] == pytest.approx(2 * half.mean(), rel=1e-3)
    assert 0 < trained.backtest.crps < trained.backtest.mae["model"]


def test_the_forecaster_has_learned_from_all_rows(trained, plan, scaler):
    """Its regression is the one on every window, the strength for each as it was."""
    scaled = [scaler.transform(part) for part in with_past(plan.parts, 24)]
    train, validation, _ = map(plan.task.windows, scaled)
    every = plan.task.windows(scaler.transform(pd.concat(plan.parts)))
    fitted = choose_ridge(train, validation, COLUMNS.index(TARGET), history=12)
    past, future = every.arrays()
    past, future = past.astype("float64"), future.astype("float64")
    changes = (past[:, 12:-1] - past[:, -1:]).reshape(len(past), -1)
    change = future[:, :, 0] - past[:, -1:, COLUMNS.index(TARGET)]
    expected = Ridge(fitted.strength * every.count / train.count).fit(changes, change)
    np.testing.assert_allclose(
        trained.ensemble.ridge.kernel, expected.coef_.T, atol=1e-5
    )


def test_nothing_that_is_scored_has_learned_from_the_test_part(series, plan, trained):
    """Another test part: other errors, the same choices and the same first forecast."""
    frame = series.frame.copy()
    rows = len(plan.parts.test)
    frame.iloc[-rows:] = frame.iloc[-rows:].to_numpy()[::-1] + 20
    other_series = series_of(frame, TARGET)
    other_plan = small_plan(other_series)
    other = train_forecaster(other_plan, model="ridge", seed=5, verbose=0)
    for name in ("model", "ridge"):
        first = [
            plan_.parts.test[TARGET].to_numpy()[:6] - one.backtest.errors[name][0]
            for one, plan_ in ((trained, plan), (other, other_plan))
        ]
        np.testing.assert_allclose(*first, atol=1e-4)
    assert other.ensemble.weights == trained.ensemble.weights
    np.testing.assert_array_equal(
        other.forecaster.bands.reach, trained.forecaster.bands.reach
    )
    assert other.backtest.mae != trained.backtest.mae


def test_gaps_cost_windows_and_nothing_else():
    whole = weather(900)
    series = series_of(whole.frame.drop(whole.frame.index[845:850]), TARGET)
    plan = small_plan(series)
    trained = train_forecaster(plan, model="ridge", verbose=0)
    # 40 and 50 rows before and after the gap; 24 of the past are there before the 40.
    assert len(plan.parts.test) == 90
    assert trained.backtest.count == (40 - 6 + 1) + (50 - 30 + 1)


def test_an_unknown_model(series, plan):
    with pytest.raises(UserError, match="no model 'lstn'"):
        train_forecaster(plan, model="lstn")


def test_a_test_part_without_a_whole_window(series):
    """The last 26 rows are whole, which is enough to forecast, not to be judged."""
    frame = series.frame.copy()
    frame.iloc[-50:-26:5, 0] = np.nan
    frame.iloc[-52:-26, 0] = np.nan
    series = series_of(frame, TARGET)
    with pytest.raises(UserError, match="A window needs 30 rows"):
        train_forecaster(small_plan(series), model="ridge", verbose=0)


def test_levels_of_ones_own(plan):
    trained = train_forecaster(plan, model="ridge", levels=(95, 50), verbose=0)
    assert list(trained.backtest.bands["level"]) == [50.0, 95.0]
    widths = trained.backtest.bands["width"]
    assert widths[0] < widths[1]
    with pytest.raises(UserError, match="`levels` must be per cent above 0"):
        train_forecaster(plan, model="ridge", levels=(50, 100))


def test_what_cannot_be_negative_is_not_forecast_negative():
    """Rain that never was below 0: neither forecast nor band is."""
    rng = np.random.default_rng(0)
    hours = pd.date_range("2024-01-01", periods=600, freq="h")
    rain = np.where(rng.random(600) < 0.3, rng.gamma(0.6, 3.0, 600), 0.0)
    frame = pd.DataFrame({"rain (mm)": rain}, index=hours)
    plan = small_plan(series_of(frame, "rain (mm)"))
    assert plan.limits == (0.0, np.inf)
    trained = train_forecaster(plan, model="ridge", levels=95, verbose=0)
    future = trained.forecaster.predict()
    assert (future >= 0).all(axis=None)
    assert future["lower"].eq(0).any()
