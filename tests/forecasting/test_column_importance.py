import numpy as np
import pandas as pd
import pytest
from helpers.forecasts import COLUMNS, TARGET, weather

from keras_rnn.datasets.series.weather_sample import generate
from keras_rnn.errors import UserError
from keras_rnn.forecasting.column_importance import (
    column_groups,
    importance_table,
    permutation_importance,
)
from keras_rnn.forecasting.forecaster import Forecaster
from keras_rnn.forecasting.preparation import Preparation
from keras_rnn.forecasting.windows import Windows


@pytest.fixture(scope="module")
def windows():
    generator = np.random.default_rng(0)
    hours = pd.date_range("2024-01-01", periods=200, freq="h")
    frame = pd.DataFrame(generator.normal(size=(200, 3)), hours, list("abc"))
    return Windows(frame, 4, 2, 2, ["a"])


GROUPS = {"a": [0], "b and c": [1, 2]}


def test_only_what_is_used_is_important(windows):
    def predict(past):
        return np.repeat(past[:, -1:, 0], 2, axis=1)

    found = permutation_importance(predict, windows, GROUPS, repeats=3, seed=0)
    assert list(found["column"]) == ["a"] * 3 + ["b and c"] * 3
    past, truth = windows.arrays()
    mae = np.abs(past[:, -1:, 0] - truth[:, :, 0]).mean()
    np.testing.assert_allclose(found["mae"], mae)
    np.testing.assert_array_equal(found["increase"][3:], 0)
    # By hand: the past of another window, and the future of this one.
    order = np.random.default_rng(0).permutation(len(past))
    worse = np.abs(past[order, -1:, 0] - truth[:, :, 0]).mean() - mae
    assert found["increase"][0] == pytest.approx(worse, rel=1e-4)


def test_columns_of_a_group_move_together(windows):
    frame = pd.DataFrame(windows.values, windows.index, list("abc"))
    frame["c"] = -frame["b"]
    pairs = Windows(frame, 4, 2, 2, ["a"])

    def opposite(past):
        np.testing.assert_array_equal(past[:, :, 1], -past[:, :, 2])
        return past[:, :2, 0]

    permutation_importance(opposite, pairs, GROUPS)


def test_the_same_seed_gives_the_same_orders(windows):
    def predict(past):
        return past[:, :2, 0] + past[:, :2, 1]

    one, same = (
        permutation_importance(predict, windows, GROUPS, seed=4) for _ in range(2)
    )
    pd.testing.assert_frame_equal(one, same)
    other = permutation_importance(predict, windows, GROUPS, seed=5)
    assert (one["increase"] != other["increase"]).all()
    assert len(one) == 10


def test_a_column_that_harms_is_below_zero(windows):
    """A forecast that follows a column the wrong way errs less without it."""
    frame = pd.DataFrame(windows.values, windows.index, list("abc"))
    frame["b"] = frame["a"].shift(-1).fillna(0.0)
    pairs = Windows(frame, 4, 1, 1, ["a"])
    found = permutation_importance(lambda past: -past[:, -1:, 1], pairs, GROUPS)
    table = importance_table(found).set_index("column")
    assert table.loc["b and c", "increase"] < 0
    assert table.loc["b and c", "share"] < 0
    assert table.loc["b and c", "spread"] > 0


def test_groups_of_the_clock_and_the_wind():
    frame = generate(800, start="2020-03-01", step="1h", seed=0)
    preparation, _, _ = Preparation.fit(frame, TARGET)
    groups = column_groups(preparation, TARGET)
    features = preparation.features
    named = {
        name: [features[place] for place in places] for name, places in groups.items()
    }
    assert named["wind"] == ["Wx", "Wy", "max Wx", "max Wy"]
    assert named["calendar"] == ["day sin", "day cos"]
    assert named["p (mbar)"] == ["p (mbar)"]
    places = [place for group in groups.values() for place in group]
    assert sorted(places) == list(range(len(features)))
    speed, _, _ = Preparation.fit(frame, "wv (m/s)")
    assert "wv (m/s)" in column_groups(speed, "wv (m/s)")


def test_a_column_called_like_a_wind_component_stands_for_itself():
    preparation = Preparation("1 h", ("Wx", "T"), (), ("Wx", "T"))
    assert column_groups(preparation, "T") == {"Wx": [0], "T": [1]}


def test_a_forecaster_explains_itself():
    frame = weather(400).frame
    forecaster = Forecaster.fit(
        frame, TARGET, history=12, horizon=6, model="ridge", verbose=0
    )
    table = forecaster.explain(frame.iloc[-150:], repeats=2)
    assert list(table) == ["column", "increase", "spread", "share"]
    assert set(table["column"]) == {*COLUMNS, "calendar"}
    assert table["column"][0] == TARGET
    assert table["increase"][0] > 0
    with pytest.raises(UserError, match="`repeats` must be 1 or more, not 0"):
        forecaster.explain(frame, repeats=0)
    with pytest.raises(UserError, match="no column 'rh"):
        forecaster.explain(frame.drop(columns="rh (%)"))
    with pytest.raises(UserError) as raised:
        forecaster.explain(frame.iloc[:20])
    assert "\n" not in str(raised.value)
