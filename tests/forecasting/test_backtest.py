import numpy as np
import pandas as pd
import pytest

from keras_rnn.forecasting.backtest import (
    Backtest,
    backtest,
    target_values,
)
from keras_rnn.forecasting.windows import Windows


def judged(model, persistence=((4.0, 4.0),), seasonal=((3.0, 3.0),), **changes):
    errors = {
        "model": np.array(model, float),
        "persistence": np.array(persistence),
        "seasonal_naive": np.array(seasonal),
        "ridge": np.array([[1.0, 1.0]]),
    }
    stamps = pd.Timestamp("2024-01-01"), pd.Timestamp("2024-01-02")
    return Backtest(errors | changes, "day", *stamps)


def series(rows=12):
    """A target beside another column, with a gap after row 8."""
    index = pd.date_range("2024-01-01", periods=rows + 5, freq="h").delete(range(8, 13))
    values = {"other": np.full(rows, 7.0), "T": 0.1 * np.arange(rows) ** 2 + 1000}
    return pd.DataFrame(values, index=index)


def test_errors_literal():
    one = judged([[1.0, -2.0], [-3.0, 6.0]])
    assert one.count == 2
    assert one.mae == {
        "model": 3.0,
        "persistence": 4.0,
        "seasonal_naive": 3.0,
        "ridge": 1.0,
    }
    assert one.mae_by_step["model"].tolist() == [2.0, 4.0]


def test_errors_are_computed_once(monkeypatch):
    one = judged([[1.0, -2.0]])
    assert one.mae is one.mae
    assert one.mae_by_step is one.mae_by_step
    monkeypatch.setattr("keras_rnn.forecasting.backtest.mean_absolute_error", None)
    assert one.skill == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("persistence", "seasonal", "best", "skill"),
    [(4.0, 3.0, "seasonal_naive", 0.5), (2.0, 3.0, "persistence", 0.25)],
)
def test_skill_is_against_the_better_naive(persistence, seasonal, best, skill):
    one = judged([[1.5, 1.5]], [[persistence] * 2], [[seasonal] * 2])
    assert one.best_naive == best
    assert one.skill == pytest.approx(skill)


def test_spread_holds_the_middle_of_the_errors():
    errors = np.arange(-50.0, 51.0)[:, None] * [1.0, 2.0]
    lower, upper = judged(errors).spread(0.8)
    assert lower.tolist() == [-40, -80]
    assert upper.tolist() == [40, 80]


def test_spread_holds_the_forecast_itself():
    lower, upper = judged([[1.0, -5.0], [2.0, -6.0], [3.0, -7.0]]).spread(0.5)
    assert lower.tolist() == [0.0, -6.5]
    assert upper.tolist() == [2.5, 0.0]


def test_target_values_are_those_of_the_windows():
    windows = Windows(series(), 3, 2, 2, ["T"])
    past, future = target_values(windows)
    expected_past, expected_future = windows.arrays()
    # 8 and 4 rows hold 4 and no windows of 5 rows.
    assert (past.shape, future.shape) == ((4, 3), (4, 2))
    np.testing.assert_array_equal(past, expected_past[:, :, 1])
    np.testing.assert_array_equal(future, expected_future[:, :, 0])
    assert past.dtype == future.dtype == "float64"


def test_forecasts_are_compared_with_what_came():
    frame = series()
    windows = Windows(frame, 3, 2, 2, ["T"])
    truth = frame["T"].to_numpy("float32").astype("float64")
    starts = range(4)
    came = np.array([truth[s + 3 : s + 5] for s in starts])
    one = backtest(came - 0.5, came + 2.0, windows, ("day", 2))
    np.testing.assert_allclose(one.errors["model"], np.full((4, 2), 0.5))
    np.testing.assert_allclose(one.errors["ridge"], np.full((4, 2), -2.0))
    for s in starts:
        np.testing.assert_allclose(one.errors["persistence"][s], came[s] - truth[s + 2])
        np.testing.assert_allclose(
            one.errors["seasonal_naive"][s], came[s] - truth[s + 1 : s + 3]
        )
    assert one.season == "day"
    assert (one.start, one.end) == (frame.index[3], frame.index[7])
