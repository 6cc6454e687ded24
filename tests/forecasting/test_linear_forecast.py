import keras
import numpy as np
import pandas as pd
import pytest
from helpers.forecasts import series_of

from keras_rnn.forecasting.exponential_smoothing import (
    ExponentialSmoothing,
    SmoothingForm,
)
from keras_rnn.forecasting.features import calendar
from keras_rnn.forecasting.linear_forecast import (
    LinearForecast,
    Logarithm,
    YearWave,
    basis,
)
from keras_rnn.forecasting.plan import plan_forecast
from keras_rnn.forecasting.ridge import RidgeChange
from keras_rnn.forecasting.scaling import Scaler
from keras_rnn.forecasting.train import train_forecaster
from keras_rnn.forecasting.windows import Windows

COLUMNS, TARGET, ROWS, HORIZON = 3, 1, 8, 2


@pytest.fixture(scope="module")
def readings():
    values = np.exp(np.random.default_rng(0).normal(2, 0.3, (ROWS, COLUMNS)))
    return pd.DataFrame(values, columns=["p", "sales", "q"])


@pytest.fixture(scope="module")
def scaler(readings):
    return Scaler.fit(readings)


@pytest.fixture(scope="module")
def past(readings, scaler):
    return scaler.transform(readings).to_numpy()[None]


@pytest.fixture(scope="module")
def logarithm(readings, scaler):
    return Logarithm.fit(readings["sales"].to_numpy(), scaler, TARGET)


@pytest.fixture(scope="module")
def line():
    kernel = np.random.default_rng(1).normal(size=(2 * 2, HORIZON))
    return RidgeChange(2, (1, 2), TARGET, 1.0, kernel, np.array([0.1, -0.2]))


def physical(standardised, scaler):
    return standardised * scaler.std[TARGET] + scaler.mean[TARGET]


def test_logarithms_and_back(readings, scaler, past, logarithm):
    logs = logarithm.forward(past[0, :, TARGET].astype("float64"))
    expected = np.log(readings["sales"])
    np.testing.assert_allclose(
        logs * logarithm.scale + logarithm.centre, expected, rtol=1e-6
    )
    assert (logs.mean(), logs.std()) == pytest.approx((0, 1), abs=1e-6)
    np.testing.assert_allclose(
        physical(logarithm.backward(logs), scaler), readings["sales"], rtol=1e-6
    )


def test_what_has_no_logarithm_counts_as_the_least(scaler, logarithm):
    """-9 in standardised values is below 0 in readings."""
    assert physical(-9.0, scaler) < 0
    log = logarithm.forward(np.array([-9.0]))
    assert physical(logarithm.backward(log), scaler)[0] == pytest.approx(
        logarithm.least
    )


def test_drift_goes_on_with_the_mean_change():
    values = np.array([1.0, 5.0, np.nan, 7.0])
    drift = LinearForecast.of_drift(values, TARGET, COLUMNS, 3)
    past = np.full((1, 1, COLUMNS), 10.0)
    np.testing.assert_allclose(drift.predict(past), [[12.0, 14.0, 16.0]])


def test_a_ridge_regression_is_the_same_forecast(line, past):
    linear = LinearForecast.of_ridge(line, COLUMNS)
    assert linear.kernel.shape == (3, COLUMNS, HORIZON)
    np.testing.assert_allclose(linear.predict(past), line.predict(past), rtol=1e-9)


@pytest.mark.parametrize("log", [False, True])
def test_smoothing_of_standardised_values_is_smoothing(
    log, readings, scaler, past, logarithm
):
    smoothing = ExponentialSmoothing(SmoothingForm("additive", 3, log), 0.4, 0.1, 0.2)
    shape = (ROWS, COLUMNS, HORIZON)
    linear = LinearForecast.of_smoothing(smoothing, TARGET, shape, logarithm)
    assert (linear.logarithm is None) != log
    np.testing.assert_allclose(
        physical(linear.predict(past)[0], scaler),
        smoothing.forecast(readings["sales"], HORIZON),
        rtol=1e-5,
    )


@pytest.mark.parametrize("log", [False, True])
def test_the_layer_says_the_same_before_and_after_a_file(
    log, line, past, logarithm, tmp_path
):
    linear = LinearForecast.of_ridge(line, COLUMNS, logarithm if log else None)
    inputs = keras.Input((ROWS, COLUMNS))
    model = keras.Model(inputs, linear.layer(inputs, "line"))
    assert model.trainable_weights == []
    many = np.concatenate([past, past[:, ::-1], past - 4])
    expected = linear.predict(many)
    np.testing.assert_allclose(model.predict(many, verbose=0), expected, rtol=1e-4)
    model.save(tmp_path / "line.keras")
    loaded = keras.models.load_model(tmp_path / "line.keras")
    np.testing.assert_array_equal(
        loaded.predict(many, verbose=0), model.predict(many, verbose=0)
    )


def days(count, second=0.0):
    index = pd.date_range("2020-03-01", periods=count, freq="D", name="time")
    clock = calendar(index, ["year"])
    angle = np.arctan2(clock["year sin"], clock["year cos"])
    wave = 9 - 10 * np.cos(angle - 0.3) + second * np.sin(2 * angle)
    return pd.DataFrame({"T": wave}, index=index).join(clock)


@pytest.mark.parametrize(("degree", "second"), [(1, 0.0), (2, 3.0)])
def test_a_wave_goes_on_as_it_began(degree, second):
    """Three quarters of a year are enough for one cycle, a year and a half for two."""
    frame = days(800, second)
    known = Windows(frame.iloc[: 280 * degree], 3, 14, 14, ["T"])
    later = Windows(frame.iloc[500:], 3, 14, 14, ["T"])
    wave = YearWave.fit(known, (1, 2), degree)
    truth = later.arrays()[1][:, :, 0]
    assert np.abs(wave.predict_windows(later) - truth).max() < 0.5


def test_basis():
    sine, cosine = np.array([0.5]), np.array([2.0])
    assert basis(sine, cosine, 1).tolist() == [[0.5, 2.0]]
    assert basis(sine, cosine, 2).tolist() == [[0.5, 2.0, 0.25, 1.0, 4.0]]


def test_days_of_one_year_are_forecast_with_it():
    """Warm days in a cold month: only who knows the year knows that they end."""
    frame = days(366)[["T"]]
    frame["T"] += np.random.default_rng(0).normal(size=366) * 4
    plan = plan_forecast(series_of(frame, "T"))
    trained = train_forecaster(plan, model="ridge", verbose=0)
    assert "wave of the year" in trained.ensemble.weights
    assert trained.ensemble.weights["wave of the year"] > 0.3
    assert trained.backtest.skill > 0.15
    assert list(trained.backtest.mae) == [
        *("model", "persistence", "seasonal_naive"),
        *("drift", "exponential_smoothing", "ridge"),
    ]
    # In the file as in the figures: the wave is a part of the model.
    windows = plan.task.windows(plan.parts.train)
    past, _ = windows.arrays()
    assert trained.forecaster.model.predict(past, verbose=0).shape == (len(past), 14)
