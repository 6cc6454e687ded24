import numpy as np
import pandas as pd
import pytest
from helpers.forecasts import series_of

from keras_rnn.forecasting.features import calendar
from keras_rnn.forecasting.linear_forecast import YearWave, basis
from keras_rnn.forecasting.plan import plan_forecast
from keras_rnn.forecasting.train import train_forecaster
from keras_rnn.forecasting.windows import Windows


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
