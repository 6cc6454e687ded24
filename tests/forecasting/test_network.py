import keras
import numpy as np
import pytest
from helpers.check_model import check_fit, check_save

from keras_rnn.forecasting.network import VIEWS, forecasting_network
from keras_rnn.forecasting.plan import ForecastTask
from keras_rnn.forecasting.ridge import RidgeChange

COLUMNS, TARGET, CALENDAR = 5, 1, 2
CHANGE, LEVEL = VIEWS.index("change"), VIEWS.index("level")


def task(history=8, horizon=3, season=10, calendar=CALENDAR):
    return ForecastTask("T", history, horizon, season, calendar)


def line(lags=6, columns=(0, 1, 2, 3, 4), horizon=3):
    rng = np.random.default_rng(0)
    kernel = rng.normal(size=(lags * len(columns), horizon)) / 10
    return RidgeChange(lags, columns, TARGET, 1.0, kernel, rng.normal(size=horizon))


def readings(rows=10, count=4):
    values = np.random.default_rng(1).normal(size=(count, rows, COLUMNS))
    return values.astype("float32")


def predict(model, past):
    return keras.ops.convert_to_numpy(model(past))


@pytest.fixture(scope="module")
def fresh():
    keras.utils.set_random_seed(0)
    return forecasting_network(task(), COLUMNS, line(), units=4)


@pytest.fixture(scope="module")
def stirred():
    """The same network with random weights, as if it had learnt something."""
    keras.utils.set_random_seed(0)
    model = forecasting_network(task(), COLUMNS, line(), units=4)
    rng = np.random.default_rng(2)
    model.set_weights([rng.normal(size=w.shape) / 3 for w in model.get_weights()])
    return model


def test_a_forecast_of_each_view(fresh):
    assert fresh.input_shape == (None, 10, COLUMNS)
    assert fresh.output_shape == (None, 3, len(VIEWS))


def test_it_starts_at_the_line_and_at_the_last_value(fresh):
    """Before any training the recurrent parts correct nothing."""
    past = readings()
    forecast = predict(fresh, past)
    np.testing.assert_allclose(
        forecast[:, :, CHANGE], line().predict(past), rtol=1e-4, atol=1e-5
    )
    last = np.repeat(past[:, -1:, TARGET], 3, axis=1)
    np.testing.assert_allclose(forecast[:, :, LEVEL], last, atol=1e-6)


def test_the_line_may_see_less_than_the_network():
    keras.utils.set_random_seed(0)
    narrow = line(lags=2, columns=(1, 4))
    model = forecasting_network(task(), COLUMNS, narrow, units=4)
    past = readings()
    np.testing.assert_allclose(
        predict(model, past)[:, :, CHANGE],
        narrow.predict(past),
        rtol=1e-4,
        atol=1e-5,
    )


def test_the_change_knows_no_level(stirred):
    """Warmer by 7 all the time: the forecast is warmer by 7, and the same else."""
    past = readings()
    shift = np.array([3, 7, -2, 0, 0], "float32")  # the clock stays
    moved = predict(stirred, past + shift) - predict(stirred, past)
    np.testing.assert_allclose(moved[:, :, CHANGE], 7, atol=1e-3)
    assert np.abs(moved[:, :, LEVEL] - 7).max() > 0.1


def test_the_change_knows_the_clock(stirred):
    past = readings()
    later = past + np.array([0, 0, 0, 0.5, -0.5], "float32")
    moved = predict(stirred, later) - predict(stirred, past)
    assert (np.abs(moved[:, :, CHANGE]).max(axis=1) > 1e-3).all()


def test_rows_before_the_history_do_not_count(stirred):
    past = readings()
    other = past.copy()
    other[:, :2] += 5
    np.testing.assert_array_equal(predict(stirred, past), predict(stirred, other))
    other[:, 2] += 5
    assert (predict(stirred, past) != predict(stirred, other)).any()


@pytest.mark.parametrize("cell", ["gru", "lstm", "simple_rnn"])
def test_each_cell_learns_and_loads(cell):
    keras.utils.set_random_seed(0)
    model = forecasting_network(
        task(), COLUMNS, line(), cell=cell, units=4, dropout=0, segment=3
    )
    # The heads start at zero, and let nothing through to what is before them.
    rng = np.random.default_rng(3)
    for weight in model.trainable_weights:
        weight.assign(rng.normal(size=weight.shape) / 3)
    fixed = [w for w in model.non_trainable_weights if "fixed_line" in w.path]
    before = [np.array(weight.numpy()) for weight in fixed]
    check_fit(model, readings(), np.ones((4, 3, len(VIEWS)), "float32"))
    assert len(fixed) == 2
    for weight, old in zip(fixed, before, strict=True):
        np.testing.assert_array_equal(weight.numpy(), old)
    check_save(model, readings())


@pytest.mark.parametrize("history", [2, 3, 4, 7])
def test_every_length_of_history(history):
    keras.utils.set_random_seed(0)
    short = task(history=history, horizon=1, season=1, calendar=0)
    model = forecasting_network(short, COLUMNS, line(history - 1, horizon=1), units=2)
    past = readings(rows=history)
    forecast = predict(model, past)
    assert forecast.shape == (4, 1, len(VIEWS))
    expected = line(history - 1, horizon=1).predict(past)
    np.testing.assert_allclose(forecast[:, :, CHANGE], expected, rtol=1e-4, atol=1e-5)
