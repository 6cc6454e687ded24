import numpy as np
import pandas as pd
import pytest
from helpers.forecasts import TARGET, series_of, weather

from keras_rnn.errors import UserError
from keras_rnn.forecasting.plan import MODELS, check_model, plan_forecast


@pytest.fixture(scope="module")
def series():
    return weather(2000)


def monthly(rows):
    index = pd.date_range("1990-01-31", periods=rows, freq="ME")
    season = np.sin(2 * np.pi * np.arange(rows) / 12)
    noise = np.random.default_rng(0).normal(size=rows) / 10
    return series_of(pd.DataFrame({"sales": season + noise}, index=index), "sales")


def test_defaults(series):
    plan = plan_forecast(series)
    assert plan.task.target == TARGET
    assert (plan.task.history, plan.task.horizon) == (72, 24)
    assert plan.season == ("day", 24)
    assert plan.task.season == 24
    assert plan.task.calendar == plan.preparation.calendar_columns
    assert [len(part) for part in plan.parts] == [1400, 400, 200]
    assert plan.task.lookback == 72


def test_parts_follow_each_other(series):
    plan = plan_forecast(series)
    stamps = [stamp for part in plan.parts for stamp in part.index]
    assert stamps == sorted(set(stamps))
    assert stamps[0] == series.frame.index[0]
    assert stamps[-1] == series.frame.index[-1]


def test_a_window_reaches_back_a_season(series):
    task = plan_forecast(series, history=10, horizon=5).task
    assert task.lookback == 24
    windows = task.windows(series.frame)
    assert windows.input_width == 24
    assert windows.count == 2000 - 24 - 5 + 1
    inputs, labels = windows[0]
    assert labels.shape[1:] == (5, 1)
    places = [series.frame.columns.get_loc(TARGET), 24]
    np.testing.assert_allclose(
        labels[0, :, 0], series.frame[TARGET].iloc[24:29], rtol=1e-6
    )
    assert inputs[0, -1, places[0]] == np.float32(series.frame[TARGET].iloc[23])


def test_short_series_get_a_shorter_history():
    plan = plan_forecast(weather(400), horizon=10)
    assert plan.task.history == (40 - 10) // 2
    assert plan.season == ("day", 24)


def test_a_test_part_shorter_than_a_season_has_none():
    plan = plan_forecast(weather(300), horizon=10)
    assert plan.season == ("", 1)
    assert plan.task.lookback == plan.task.history


def test_months():
    plan = plan_forecast(monthly(360), horizon=6)
    assert plan.season == ("year", 12)
    assert plan.preparation.every == "31 d"
    assert plan.task.lookback == max(12, plan.task.history)


@pytest.mark.parametrize("rows", [30, 31, 60, 137, 250])
def test_what_is_suggested_works(rows):
    """Each error names a horizon or a history that is no error."""
    series = weather(rows)
    with pytest.raises(UserError, match="longer than the test part") as refused:
        plan_forecast(series)
    horizon = int(str(refused.value).split("`horizon=")[1].split("`")[0])
    plan = plan_forecast(series, horizon=horizon)
    assert plan.task.windows(plan.parts.test).count >= 1
    with pytest.raises(UserError, match="make windows of") as refused:
        plan_forecast(series, horizon=horizon, history=500)
    history = int(str(refused.value).rsplit("`history=", 1)[1].split("`")[0])
    plan = plan_forecast(series, horizon=horizon, history=history)
    assert plan.task.windows(plan.parts.test).count >= 1


def test_horizon_longer_than_the_test_part(series):
    with pytest.raises(UserError) as refused:
        plan_forecast(series, horizon=199)
    assert str(refused.value) == (
        "A horizon of 199 rows is longer than the test part allows: the last 10 % of "
        "the series are 200 rows, one each 1 h. Choose `horizon=66` or less, or give "
        "more rows."
    )
    assert plan_forecast(series, horizon=198).task.history == 2


def test_fewer_rows_than_a_window(series):
    with pytest.raises(UserError, match=r"windows of 201 rows, and the test part has"):
        plan_forecast(series, history=177)
    plan = plan_forecast(series, history=176)
    assert plan.task.windows(plan.parts.test).count == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"history": 1}, "`history` must be 2 rows or more, not 1"),
        ({"horizon": 0}, "`horizon` must be 1 row or more, not 0"),
        ({"target": "T"}, "There is no column 'T'"),
        ({"every": "1min"}, "finer than the data"),
    ],
)
def test_arguments_that_cannot_be(arguments, message, series):
    with pytest.raises(UserError, match=message):
        plan_forecast(series, **arguments)


def test_the_end_has_to_be_known_before_any_training(series):
    frame = series.frame.copy()
    frame.iloc[-40:-30, 0] = np.nan
    broken = series_of(frame, TARGET)
    with pytest.raises(UserError, match=r"column 'p \(mbar\)' has no value at 2020-05"):
        plan_forecast(broken)
    assert plan_forecast(broken, history=24).task.lookback == 24


def test_models():
    for model in MODELS:
        check_model(model)
    with pytest.raises(UserError, match=r"no model 'grv'. Did you mean 'gru'"):
        check_model("grv")
