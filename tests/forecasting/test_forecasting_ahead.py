"""What is known ahead enters at its own step: in training, and after it."""

import json

import keras
import numpy as np
import pandas as pd
import pytest
from helpers.forecasts import weather

from keras_rnn.errors import UserError
from keras_rnn.forecasting.column_importance import column_groups
from keras_rnn.forecasting.forecaster import Forecaster
from keras_rnn.forecasting.network import forecasting_network
from keras_rnn.forecasting.plan import plan_forecast
from keras_rnn.forecasting.ridge import RidgeChange
from keras_rnn.forecasting.rolling_origin import rolling_backtest
from keras_rnn.forecasting.rolling_plan import plan_backtest

HORIZON = 5
SMALL = {"horizon": HORIZON, "history": 8, "model": "ridge", "verbose": 0}
ROWS = 420


def shop(rows=ROWS, future=0):
    """Days whose sales follow the price of that day alone; the last ones to come."""
    rng = np.random.default_rng(4)
    days = pd.date_range("2023-01-01", periods=600, freq="D")
    price = rng.uniform(1, 3, 600).round(2)
    sold = (90 - 20 * price + rng.normal(0, 0.5, 600)).round(1)
    frame = pd.DataFrame({"sold": sold, "price": price}, days).iloc[: rows + future]
    if future:
        frame.loc[frame.index[-future:], "sold"] = np.nan
    return frame


@pytest.fixture(scope="module")
def fitted():
    return Forecaster.fit(shop(future=HORIZON), "sold", known_ahead="price", **SMALL)


@pytest.fixture(scope="module")
def saved(fitted, tmp_path_factory):
    folder = tmp_path_factory.mktemp("ahead")
    fitted.save(folder)
    return folder


def test_it_is_far_better_than_without(fitted):
    without = Forecaster.fit(shop(), "sold", **SMALL)
    errors = fitted.metadata["test mae"]
    assert errors["model"] < 0.6
    assert without.metadata["test mae"]["model"] > 8
    assert errors["persistence"] == without.metadata["test mae"]["persistence"]


def test_each_step_follows_its_own_price(fitted):
    future = shop(future=HORIZON).iloc[-HORIZON:]
    expected = 90 - 20 * future["price"]
    forecast = fitted.predict()
    assert list(forecast.index) == list(future.index)
    np.testing.assert_allclose(forecast["forecast"], expected, atol=1.2)
    np.testing.assert_allclose(forecast["upper"] - forecast["lower"], 1.5, atol=1)
    # One price moves its own step, and hardly any other.
    other = future[["price"]].copy()
    other.iloc[2] += 1.0
    moved = fitted.predict(shop(), future=other)["forecast"] - forecast["forecast"]
    np.testing.assert_allclose(moved, [0, 0, -20, 0, 0], atol=0.7)


def test_all_ways_in_say_the_same(fitted, saved):
    whole = shop(future=HORIZON)
    future = whole[["price"]].iloc[-HORIZON:]
    loaded = Forecaster.load(saved)
    expected = fitted.predict()
    for forecast in (
        loaded.predict(),
        loaded.predict(whole),
        loaded.predict(shop(), future=future),
        loaded.predict(future=future),
        loaded.predict(shop(), future=future.rename_axis("day").reset_index()),
    ):
        pd.testing.assert_frame_equal(
            forecast, expected, check_freq=False, check_names=False, rtol=1e-5
        )
    trained = Forecaster.fit(shop(), "sold", future=future, **SMALL)
    pd.testing.assert_frame_equal(trained.predict(), expected, rtol=1e-5)


def test_without_a_future_it_asks_for_one(saved):
    one = Forecaster.fit(shop(), "sold", known_ahead=["price"], **SMALL)
    message = (
        "5 rows are forecast, up to 2024-02-29 00:00:00, and the future of 'price'"
    )
    for arguments in ((), (shop(),)):
        with pytest.raises(UserError, match=message):
            one.predict(*arguments)
    assert one.past.isna().sum().sum() == HORIZON
    short = shop(future=HORIZON)[["price"]].iloc[-HORIZON:-1]
    with pytest.raises(UserError, match="given for 4 rows"):
        one.predict(future=short)
    with pytest.raises(UserError, match=r"begin at 2024-02-26.*is 2024-02-25"):
        one.predict(future=short.iloc[1:])


def test_a_forecaster_that_knows_nothing_ahead_refuses_a_future():
    one = Forecaster.fit(shop(), "sold", **SMALL)
    with pytest.raises(UserError, match="fitted with no column known ahead"):
        one.predict(future=shop(future=3).iloc[-3:])


def test_old_files_load(tmp_path):
    one = Forecaster.fit(weather(300).frame, "T (degC)", **SMALL)
    one.save(tmp_path)
    path = tmp_path / "forecaster.json"
    state = json.loads(path.read_text())
    for name in ("known ahead", "holidays", "rows ahead"):
        del state["preparation"][name]
    path.write_text(json.dumps(state))
    pd.testing.assert_frame_equal(Forecaster.load(tmp_path).predict(), one.predict())


def test_it_learns_on_and_knows_what_comes_then(fitted):
    whole = shop(rows=ROWS + 40, future=HORIZON)
    later = fitted.update(whole, verbose=0)
    expected = 90 - 20 * whole["price"].iloc[-HORIZON:]
    np.testing.assert_allclose(later.predict()["forecast"], expected, atol=2)
    blind = fitted.update(whole.iloc[:-HORIZON], verbose=0)
    with pytest.raises(UserError, match="is given for no row"):
        blind.predict()
    # Fewer new rows than are forecast at once.
    few = fitted.update(shop(rows=ROWS + 2, future=HORIZON), verbose=0)
    assert few.predict().index[0] == pd.Timestamp("2024-02-27")


def test_what_it_owes_to_the_price(fitted):
    table = fitted.explain(shop()).set_index("column")
    assert table["increase"].idxmax() == "price"
    assert table.loc["price", "increase"] > 5
    groups = column_groups(fitted.preparation, "sold")
    names = fitted.preparation.features
    assert [names[place] for place in groups["price"]] == [
        "price",
        "price, 5 rows ahead",
    ]


def test_a_backtest_knows_it_too():
    plan = plan_backtest(
        shop(), "sold", folds=2, horizon=HORIZON, history=8, known_ahead=["price"]
    )
    result = rolling_backtest(plan, model="ridge")
    mae = result.scores().set_index("forecast")["mae"]
    assert mae["model"] < 0.7
    assert mae["persistence"] > 8
    # Up to the last row: what comes after it is asked of no window.
    assert result.forecasts["time"].max() == shop().index[-1]


def test_short_series_know_it_too():
    frame = shop(rows=120, future=HORIZON)
    one = Forecaster.fit(frame, "sold", known_ahead=["price"], **SMALL)
    expected = 90 - 20 * frame["price"].iloc[-HORIZON:]
    np.testing.assert_allclose(one.predict()["forecast"], expected, atol=2)
    assert one.metadata["test mae"]["model"] < 1


def test_a_step_of_the_network_reads_what_is_known_up_to_it():
    keras.utils.set_random_seed(0)
    plan = plan_forecast(shop(), "sold", horizon=4, history=8, known_ahead=["price"])
    columns = len(plan.preparation.features)
    (place,) = plan.task.places_ahead(columns)
    # No line, so that the network alone can tell what is to come.
    line = RidgeChange(
        7, (0, 1), 0, 1.0, np.zeros((18, 4)), np.zeros(4), ahead=(place,)
    )
    model = forecasting_network(plan.task, columns, line, units=4)
    for weight in model.trainable_weights:
        weight.assign(np.random.default_rng(1).normal(size=weight.shape) / 2)
    past = np.random.default_rng(2).normal(size=(1, plan.task.lookback, columns))
    forecast = model.predict(past, verbose=0)
    for step in range(4):
        other = past.copy()
        other[0, -4 + step, place] += 1
        moved = np.abs(model.predict(other, verbose=0) - forecast)[0].max(axis=-1)
        np.testing.assert_allclose(moved[:step], 0, atol=1e-6)
        assert (moved[step:] > 1e-5).all()


def test_the_horizon_is_what_is_known():
    plan = plan_forecast(shop(future=6), "sold")
    assert plan.task.horizon == 6
    assert "6 steps ahead and not 14: the future is known for 6 rows" in plan.remarks
    assert any("'price' known ahead" in remark for remark in plan.remarks)
    with pytest.raises(UserError, match=r"given for 6 rows.*`horizon=6`"):
        plan_forecast(shop(future=6), "sold", horizon=9)


def test_hours_that_are_thinned_to_days():
    frame = weather(24 * 60).frame[["T (degC)", "rh (%)"]]
    future = frame.iloc[-80:][["rh (%)"]]
    known = frame.iloc[:-80]
    plan = plan_forecast(
        known,
        "T (degC)",
        every="1d",
        horizon=3,
        history=5,
        aggregate="mean",
        future=future,
    )
    days = frame["rh (%)"].resample("1D", closed="right", label="right").mean()
    last = plan.parts.test.index[-1]
    ahead = plan.parts.test["rh (%), 3 rows ahead"].iloc[-3:]
    np.testing.assert_allclose(ahead, days[days.index > last].iloc[:3])


def test_stamps_with_a_time_zone():
    frame = shop(future=HORIZON).tz_localize("Europe/Berlin")
    one = Forecaster.fit(
        frame.iloc[:-HORIZON], "sold", future=frame[["price"]].iloc[-HORIZON:], **SMALL
    )
    assert str(one.predict().index.tz) == "Europe/Berlin"
    with pytest.raises(UserError, match=r"Use frame\.tz_localize to make them alike"):
        one.predict(future=shop(future=HORIZON)[["price"]].iloc[-HORIZON:])


def test_a_leak_is_told(capsys):
    frame = shop().assign(turnover=lambda frame: 3 * frame["sold"])
    plan = plan_forecast(frame, "sold", horizon=HORIZON, known_ahead=["turnover"])
    (line,) = plan.warnings
    assert line.startswith("column 'turnover', which is known ahead, is the target")
