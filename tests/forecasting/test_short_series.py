"""Short series, from a plan to a forecaster that has learned from all rows."""

import numpy as np
import pandas as pd
import pytest
from helpers.forecasts import series_of

from keras_rnn.forecasting import short_series
from keras_rnn.forecasting.baselines import seasonal_naive
from keras_rnn.forecasting.blend import inverse_error_weights
from keras_rnn.forecasting.exponential_smoothing import fit_at_origins
from keras_rnn.forecasting.forecaster import Forecaster
from keras_rnn.forecasting.plan import plan_forecast
from keras_rnn.forecasting.scaling import Scaler
from keras_rnn.forecasting.train import train_forecaster

ROWS, HORIZON = 96, 6
MEMBERS = [
    *("persistence", "seasonal naive", "drift", "exponential smoothing", "ridge"),
    "ridge on logarithms",
]


def sales(rows=ROWS, changed=0):
    """Months whose season grows with them; the last ones `changed`."""
    row = np.arange(rows)
    noise = np.random.default_rng(0).normal(0, 0.04, rows)
    values = 100 * np.exp(0.01 * row + 0.3 * np.sin(np.pi * row / 6) + noise)
    values[rows - changed :] *= 3
    index = pd.date_range("2010-01-01", periods=rows, freq="MS")
    return pd.DataFrame({"sales": values}, index=index)


def planned(frame):
    return plan_forecast(series_of(frame, "sales"), horizon=HORIZON)


@pytest.fixture(scope="module")
def plan():
    return planned(sales())


@pytest.fixture(scope="module")
def trained(plan):
    return train_forecaster(plan, model="ridge", verbose=0)


def test_parts_and_origins(plan, trained):
    assert [len(part) for part in plan.parts] == [57, 19, 20]
    judged = trained.backtest
    assert judged.is_rolling
    assert judged.count == 20 - HORIZON + 1
    assert (judged.start, judged.end) == (sales().index[76], sales().index[-1])
    assert trained.forecaster.metadata["trained on"][1] == str(sales().index[-1])


def test_members_stand_in_the_table(trained):
    assert list(trained.ensemble.weights) == MEMBERS
    assert sum(trained.ensemble.weights.values()) == pytest.approx(1)
    assert list(trained.backtest.mae) == [
        *("model", "persistence", "seasonal_naive", "drift"),
        *("exponential_smoothing", "ridge"),
    ]


def test_naive_errors_by_hand(trained):
    values = sales()["sales"].to_numpy()
    origins = range(76, 96 - HORIZON + 1)
    truth = np.stack([values[row : row + HORIZON] for row in origins])
    last = np.stack([np.repeat(values[row - 1], HORIZON) for row in origins])
    errors = trained.backtest.errors
    np.testing.assert_allclose(errors["persistence"], truth - last, atol=1e-3)
    year = np.stack(
        [seasonal_naive(values[None, :row], HORIZON, 12)[0] for row in origins]
    )
    np.testing.assert_allclose(errors["seasonal_naive"], truth - year, atol=1e-3)


def test_smoothing_at_an_origin_knows_the_rows_before_it(plan, trained):
    """The members are refitted at every second origin: 57, 59 ... 77 ..."""
    values = sales()["sales"].to_numpy()
    smoothing = fit_at_origins(values, 12, [57, 77])[1]
    for row in (77, 78):
        past = values[row - plan.task.smoothing : row]
        expected = values[row : row + HORIZON] - smoothing.forecast(past, HORIZON)
        found = trained.backtest.errors["exponential_smoothing"][row - 76]
        np.testing.assert_allclose(found, expected, atol=1e-2)


def test_later_rows_change_no_earlier_forecast(trained):
    other = train_forecaster(planned(sales(changed=5)), model="ridge", verbose=0)
    assert other.ensemble.weights == trained.ensemble.weights
    before = 20 - HORIZON + 1 - 5
    for name, errors in trained.backtest.errors.items():
        np.testing.assert_array_equal(
            other.backtest.errors[name][:before], errors[:before]
        )
        assert not np.allclose(other.backtest.errors[name][-1], errors[-1])


def test_the_saved_model_is_the_weighted_sum_of_members_of_all_rows(
    plan, trained, tmp_path
):
    scaler = Scaler.fit(plan.parts.train)
    members = short_series._Members(plan, scaler, pd.concat(plan.parts))
    [last] = members.fit([ROWS])
    past = members.scaled.to_numpy()[None]
    weights = trained.ensemble.weights
    expected = sum(last[name].predict(past)[0] * weights[name] for name in MEMBERS)
    place = scaler.columns.index("sales")
    expected = expected * scaler.std[place] + scaler.mean[place]
    future = trained.forecaster.predict()
    np.testing.assert_allclose(future["forecast"], expected, rtol=1e-5)
    assert future.index[0] == pd.Timestamp("2018-01-01")
    trained.forecaster.save(tmp_path)
    loaded = Forecaster.load(tmp_path)
    pd.testing.assert_frame_equal(loaded.predict(), future)
    pd.testing.assert_frame_equal(
        loaded.predict(sales()), trained.forecaster.predict(sales())
    )


def test_weights_fall_with_the_error():
    truth = np.zeros((4, 2))
    members = np.stack([truth + 1, truth + 1, truth + 2, truth - 4], axis=-1)
    weights = inverse_error_weights(members, truth)
    np.testing.assert_allclose(weights[:2], 0.5, atol=1e-4)
    assert weights[2] == pytest.approx(weights[0] / 2**12)
    perfect = np.stack([truth, truth + 1], axis=-1)
    np.testing.assert_array_equal(inverse_error_weights(perfect, truth), [1, 0])


def test_zero_and_below_have_no_logarithm():
    frame = sales() - 100
    trained = train_forecaster(planned(frame), model="ridge", verbose=0)
    assert list(trained.ensemble.weights) == MEMBERS[:-1]


def test_other_columns_are_seen_and_left_out():
    frame = sales().assign(price=np.random.default_rng(1).normal(size=ROWS))
    trained = train_forecaster(planned(frame), model="ridge", verbose=0)
    assert "ridge on the target alone" in trained.ensemble.weights
    assert len(trained.forecaster.predict(frame)) == HORIZON


@pytest.mark.parametrize("rows", [30, 31, 47])
def test_few_rows_are_enough(rows):
    forecaster = Forecaster.fit(sales(rows), model="ridge", verbose=0)
    assert forecaster.predict()["forecast"].notna().all()


def test_few_windows_train_no_network(trained):
    recurrent = train_forecaster(planned(sales()), model="gru", verbose=0)
    assert recurrent.ensemble.weights == trained.ensemble.weights
    assert recurrent.ensemble.history is None


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory):
    """Where the network that wins has learned, for the one that does not."""
    return tmp_path_factory.mktemp("checkpoints")


@pytest.mark.parametrize("wins", [True, False])
def test_a_network_takes_part_where_it_clearly_wins(
    wins, plan, checkpoints, monkeypatch
):
    monkeypatch.setattr(short_series, "_FEWEST_WINDOWS", 10)
    # However badly it does, or however well.
    monkeypatch.setattr(short_series, "_CLEARLY", -1e9 if wins else 1e9)
    trained = train_forecaster(
        plan, model="simple_rnn", epochs=1, folder=checkpoints, verbose=0
    )
    names = list(trained.ensemble.weights)
    views = ["simple_rnn of the change", "simple_rnn of the level"]
    assert names == MEMBERS + (views if wins else [])
    assert (trained.ensemble.history is None) != wins
    assert trained.forecaster.predict()["forecast"].notna().all()
