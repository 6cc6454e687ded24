import numpy as np
import pandas as pd
import pytest
from helpers.backtests import made_backtest

from keras_rnn.errors import UserError
from keras_rnn.forecasting.rolling_scores import RollingBacktest


@pytest.fixture(scope="module")
def result():
    return made_backtest()


def test_over_all(result):
    table = result.scores().set_index("forecast")
    assert list(table.index) == ["model", "persistence", "seasonal_naive", "ridge"]
    rows = result.forecasts
    assert (table["values"] == 120).all()
    errors = rows["model"] - rows["truth"]
    model = table.loc["model"]
    assert model["mae"] == pytest.approx(errors.abs().mean())
    assert model["rmse"] == pytest.approx((errors**2).mean() ** 0.5)
    assert model["bias"] == pytest.approx(errors.mean())
    scaled = errors.abs() / np.where(rows["fold"] == 1, 2.0, 4.0)
    assert model["mase"] == pytest.approx(scaled.mean())
    inside = (rows["lower"] <= rows["truth"]) & (rows["truth"] <= rows["upper"])
    assert model["coverage"] == pytest.approx(inside.mean())
    naive = table.loc[["persistence", "seasonal_naive"], "mae"].min()
    assert model["skill"] == pytest.approx(1 - model["mae"] / naive)
    others = table.drop("model")
    assert others[["pinball", "coverage"]].isna().all(axis=None)


@pytest.mark.parametrize("by", ["fold", "step", "hour", "month"])
def test_a_part_is_judged_as_a_whole_of_its_own(result, by):
    """The scores of each value of `by` are those of a backtest of these rows alone."""
    table = result.scores(by)
    keys = {
        "fold": result.forecasts["fold"],
        "step": result.forecasts["step"],
        "hour": result.forecasts["time"].dt.hour,
        "month": result.forecasts["time"].dt.month,
    }[by]
    assert table[by].nunique() == keys.nunique() > 1
    for key in keys.unique():
        part = result.forecasts[keys == key]
        alone = RollingBacktest(part, result.folds, "load").scores()
        found = table[table[by] == key].drop(columns=by).reset_index(drop=True)
        pd.testing.assert_frame_equal(found, alone)


def test_the_mean_of_earlier_years_is_naive_too():
    table = made_backtest(year_mean=True).scores().set_index("forecast")
    assert table.loc["year_mean", "skill"] == 0
    assert table.loc["model", "skill"] < -100


def test_all_scores_are_those_by_everything(result):
    table = result.all_scores()
    assert list(table)[:3] == ["by", "value", "forecast"]
    assert list(table["by"].unique()) == ["all", "fold", "step", "hour", "month"]
    hours = table[table["by"] == "hour"].reset_index(drop=True)
    expected = result.scores("hour")
    np.testing.assert_array_equal(hours["value"], expected["hour"])
    np.testing.assert_array_equal(hours["mae"], expected["mae"])


def test_days_have_no_hours():
    daily = made_backtest(step="D")
    assert list(daily.all_scores()["by"].unique()) == ["all", "fold", "step", "month"]
    with pytest.raises(UserError) as raised:
        daily.scores("hour")
    assert str(raised.value) == (
        "All values that are forecast lie in the same hour: there are no scores "
        "`by=hour`. Choose `by=fold` or `by=step`."
    )


def test_by_something_else(result):
    with pytest.raises(UserError) as raised:
        result.scores("months")
    assert str(raised.value) == (
        "Scores are by fold, step, hour, month, not by 'months'. Did you mean 'month'?"
    )


def test_without_a_band_there_is_no_coverage():
    table = made_backtest(band=False).scores()
    assert table[["pinball", "coverage"]].isna().all(axis=None)


def test_as_utilsforecast_measures(result):
    """By fold, where each has a training of its own: MASE, and the band."""
    losses = pytest.importorskip("utilsforecast.losses")
    table = result.forecasts.rename(
        columns={
            "truth": "y",
            "time": "ds",
            "lower": "model-lo-80",
            "upper": "model-hi-80",
        }
    ).assign(unique_id=result.forecasts["fold"].astype(str))
    # A training part whose naive error, of the season 1, is 2 or 4.
    known = pd.concat(
        pd.DataFrame(
            {
                "unique_id": fold,
                "ds": pd.date_range("2024-01-01", periods=9, freq="h"),
                "y": np.arange(9) % 2 * scale,
            }
        )
        for fold, scale in (("1", 2.0), ("2", 4.0))
    )
    names = result.names
    found = result.scores("fold").pivot_table("mase", "fold", "forecast")
    mase = losses.mase(table, names, 1, known).set_index("unique_id")
    smape = losses.smape(table, names).set_index("unique_id")
    rmse = losses.rmse(table, names).set_index("unique_id")
    scores = result.scores("fold").set_index(["forecast", "fold"])
    for name in names:
        for fold in (1, 2):
            row = scores.loc[(name, fold)]
            key = str(fold)
            assert row["mase"] == pytest.approx(mase.loc[key, name], rel=1e-6)
            assert row["smape"] == pytest.approx(200 * smape.loc[key, name], rel=1e-6)
            assert row["rmse"] == pytest.approx(rmse.loc[key, name], rel=1e-6)
    assert found.shape == (2, 4)
    covered = losses.coverage(table, ["model"], 80).set_index("unique_id")["model"]
    low = losses.quantile_loss(table, {"model": "model-lo-80"}, 0.1)
    high = losses.quantile_loss(table, {"model": "model-hi-80"}, 0.9)
    pinball = (low["model"] + high["model"]) / 2
    for place, fold in enumerate((1, 2)):
        row = scores.loc[("model", fold)]
        assert row["coverage"] == pytest.approx(covered[str(fold)], rel=1e-6)
        assert row["pinball"] == pytest.approx(pinball[place], rel=1e-6)
