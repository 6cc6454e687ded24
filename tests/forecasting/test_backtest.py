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


def test_the_mean_of_earlier_years_is_a_naive_forecast():
    one = judged([[1.5, 1.5]], year_mean=np.array([[2.0, 2.0]]))
    assert one.best_naive == "year_mean"
    assert one.skill == pytest.approx(0.25)


def test_no_row_without_a_season():
    windows = Windows(series(), 3, 2, 2, ["T"])
    one = backtest(np.zeros((4, 2)), np.zeros((4, 2)), windows, ("", 1))
    assert list(one.errors) == ["model", "persistence", "ridge"]


def test_the_mean_of_earlier_years_is_that_of_each_row():
    """Windows over two days of 2022, known are two years of which it is the mean."""
    days = pd.date_range("2022-07-01", periods=6)
    windows = Windows(pd.DataFrame({"T": np.arange(6.0)}, index=days), 2, 2, 2, ["T"])
    before = pd.date_range("2020-01-01", "2022-06-30")
    known = pd.Series(np.where(before.year == 2020, 10.0, 20.0), index=before)
    zero = np.zeros((3, 2))
    one = backtest(zero, zero, windows, ("", 1), known)
    truth = np.array([[2.0, 3.0], [3.0, 4.0], [4.0, 5.0]])
    np.testing.assert_allclose(one.errors["year_mean"], truth - 15.0)


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
