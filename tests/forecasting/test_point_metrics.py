import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from keras_rnn.forecasting.metrics import coverage, pinball_loss
from keras_rnn.forecasting.point_metrics import (
    all_measures,
    forecast_bias,
    mean_absolute_scaled_error,
    root_mean_squared_error,
    seasonal_naive_scale,
    symmetric_percentage_error,
)

numbers = arrays("float64", 12, elements=st.floats(-1e3, 1e3, width=32))


def hourly(values):
    index = pd.date_range("2024-01-01", periods=len(values), freq="h")
    return pd.Series(values, index, dtype="float64")


def test_literal_values():
    forecast, truth = np.array([2.0, 5.0, 0.0]), np.array([4.0, 4.0, 0.0])
    found = all_measures(forecast, truth, scale=2.0)
    assert found == pytest.approx(
        {
            "mae": 1.0,
            "rmse": (5 / 3) ** 0.5,
            "mase": 0.5,
            # 200 * 2/6, 200 * 1/9 and 0 where both are 0.
            "smape": (200 * 2 / 6 + 200 / 9) / 3,
            "bias": -1 / 3,
        }
    )


def test_the_scale_of_a_season():
    known = hourly([1, 2, 3, 2, 4, 6])
    assert seasonal_naive_scale(known, 3) == pytest.approx((1 + 2 + 3) / 3)
    assert seasonal_naive_scale(known, 1) == pytest.approx((1 + 1 + 1 + 2 + 2) / 5)
    assert np.isnan(seasonal_naive_scale(known, 6))
    assert np.isnan(seasonal_naive_scale(known, 60))


def test_the_scale_knows_no_pair_across_a_gap_or_a_hole():
    known = hourly([1, 2, 3, 2, 4, 6, 9, 9])
    gap = known.drop(known.index[3])
    assert seasonal_naive_scale(gap, 1) == pytest.approx((1 + 1 + 2 + 3 + 0) / 5)
    hole = known.where(known != 4)
    assert seasonal_naive_scale(hole, 1) == pytest.approx((1 + 1 + 1 + 3 + 0) / 5)


def test_a_scale_that_is_none_gives_no_figure():
    assert np.isnan(mean_absolute_scaled_error([1.0], [2.0], 0.0))
    assert np.isnan(mean_absolute_scaled_error([1.0], [2.0], np.nan))


@given(truth=numbers, error=numbers)
def test_bounds(truth, error):
    forecast = truth + error
    mae = np.abs(forecast - truth).mean()
    assert root_mean_squared_error(forecast, truth) >= mae * (1 - 1e-9)
    assert abs(forecast_bias(forecast, truth)) <= mae * (1 + 1e-9)
    assert 0 <= symmetric_percentage_error(forecast, truth) <= 200 * (1 + 1e-9)
    # The pinball loss of the median is half the absolute error.
    assert pinball_loss(forecast, truth, 0.5) == pytest.approx(mae / 2)


@given(truth=numbers, width=st.floats(0.01, 10))
def test_a_band_around_the_truth_holds_it(truth, width):
    assert coverage(truth - width, truth + width, truth) == 1
    assert coverage(truth + width, truth + 2 * width, truth) == 0


def test_as_utilsforecast_measures():
    """Of two forecasts and a band on three series, to six digits."""
    losses = pytest.importorskip("utilsforecast.losses")
    generator = np.random.default_rng(0)
    names = ["model", "ridge"]
    for season in (1, 4, 24):
        known = hourly(generator.normal(10, 3, 200).round(2))
        truth = generator.normal(10, 3, 60)
        truth[:3] = 0.0
        table = pd.DataFrame(
            {
                "unique_id": "x",
                "ds": pd.date_range("2024-02-01", periods=60, freq="h"),
                "y": truth,
                "model": truth + generator.normal(0.5, 2, 60),
                "ridge": truth * 0.7,
            }
        )
        table.loc[0, "ridge"] = 0.0
        table["model-lo-80"] = table["model"] - generator.uniform(0, 3, 60)
        table["model-hi-80"] = table["model"] + generator.uniform(0, 3, 60)
        training = pd.DataFrame({"unique_id": "x", "ds": known.index, "y": known})
        scale = seasonal_naive_scale(known, season)
        theirs = {
            "mae": losses.mae(table, names),
            "rmse": losses.rmse(table, names),
            "bias": losses.bias(table, names),
            "smape": losses.smape(table, names),
            "mase": losses.mase(table, names, season, training),
        }
        for name in names:
            found = all_measures(table[name], truth, scale)
            # They measure the sMAPE from 0 to 1.
            found["smape"] /= 200
            for measure, values in theirs.items():
                assert found[measure] == pytest.approx(
                    values[name].item(), rel=1e-6, abs=1e-12
                ), measure
        lower, upper = table["model-lo-80"], table["model-hi-80"]
        for quantile, values in ((0.1, lower), (0.9, upper)):
            loss = losses.quantile_loss(table, {"model": values.name}, quantile)
            assert pinball_loss(values, truth, quantile) == pytest.approx(
                loss["model"].item(), rel=1e-6
            )
        covered = losses.coverage(table, ["model"], 80)["model"].item()
        assert coverage(lower, upper, truth) == pytest.approx(covered, rel=1e-6)
