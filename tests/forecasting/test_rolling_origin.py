from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from helpers.forecasts import COLUMNS, TARGET, series_of, weather

from keras_rnn.errors import UserError
from keras_rnn.forecasting.forecaster import Forecaster
from keras_rnn.forecasting.plan import plan_forecast
from keras_rnn.forecasting.rolling_origin import backtest_again, rolling_backtest
from keras_rnn.forecasting.rolling_plan import plan_backtest
from keras_rnn.forecasting.train import train_forecaster

FORECASTS = ["model", "persistence", "seasonal_naive", "ridge"]


def planned(series, **changes):
    settings = {"history": 12, "horizon": 6, "folds": 3, "fold_rows": 20}
    return plan_backtest(series, **(settings | changes))


@pytest.fixture(scope="module")
def series():
    """Longer than what is short: of it, 390 rows and more are known before a fold."""
    return weather(450)


@pytest.fixture(scope="module")
def once(series):
    return rolling_backtest(planned(series), model="ridge", explain=True)


@pytest.fixture(scope="module")
def refitted(series):
    return rolling_backtest(planned(series, refit=True), model="ridge")


@pytest.mark.parametrize("which", ["once", "refitted"])
def test_a_row_for_each_value_that_was_forecast(which, series, request):
    result = request.getfixturevalue(which)
    table = result.forecasts
    assert list(table) == [
        *("fold", "origin", "time", "step", "truth", "model", "lower", "upper"),
        *("persistence", "seasonal_naive", "ridge"),
    ]
    # 20 rows hold 15 stretches of 6.
    assert len(table) == 3 * 15 * 6
    assert (table["time"] == table["origin"] + table["step"] * pd.Timedelta("1h")).all()
    truth = series.frame[TARGET]
    np.testing.assert_array_equal(table["truth"], truth[table["time"]])
    np.testing.assert_array_equal(table["persistence"], truth[table["origin"]])
    day = pd.Timedelta("24h")
    np.testing.assert_array_equal(table["seasonal_naive"], truth[table["time"] - day])
    for fold in result.folds:
        times = table.loc[table["fold"] == fold.number, "time"]
        assert (times.min(), times.max()) == (fold.start, fold.end)
        assert fold.origins == 15
    assert not table[FORECASTS].isna().any().any()


def test_each_fold_is_forecast_by_who_knew_what_was_before_it(refitted, series):
    """The third fold, done by hand with the rows before it alone."""
    fold = refitted.folds[2]
    frame = series.frame
    known = frame[frame.index < fold.start]
    assert fold.known == (known.index[0], known.index[-1], len(known))
    plan = plan_forecast(replace(series, frame=known), history=12, horizon=6)
    trained = train_forecaster(plan, model="ridge", verbose=0)
    rows = trained.forecaster.preparation.transform(frame, TARGET)
    windows = plan.task.windows(rows.iloc[430 - 24 :])
    table = refitted.forecasts[refitted.forecasts["fold"] == 3]
    expected = trained.forecaster.predict_windows(windows)
    np.testing.assert_allclose(table["model"], expected.ravel(), rtol=1e-4)
    past = np.stack([frame[TARGET].iloc[row - 24 : row] for row in range(430, 445)])
    ((level, lower, upper),) = trained.forecaster.bands.each(expected, past)
    assert level == 80
    assert (upper - lower).min() > 0.1
    np.testing.assert_allclose(table["lower"], lower.ravel(), rtol=1e-4)
    np.testing.assert_allclose(table["upper"], upper.ravel(), rtol=1e-4)
    change = (known[TARGET] - known[TARGET].shift(24)).abs().mean()
    assert fold.scale == pytest.approx(change)


def test_without_refits_all_folds_have_the_first_ones_model(once, refitted):
    first = once.forecasts["fold"] == 1
    same = ["truth", *FORECASTS]
    np.testing.assert_allclose(
        once.forecasts.loc[first, same], refitted.forecasts.loc[first, same], rtol=1e-5
    )
    assert len({fold.known for fold in once.folds}) == 1
    assert len({fold.known for fold in refitted.folds}) == 3
    later = once.forecasts["fold"] == 3
    difference = once.forecasts["model"] - refitted.forecasts["model"]
    assert difference[later].abs().max() > 1e-3


@pytest.mark.parametrize(("rows", "refit"), [(450, False), (450, True), (300, True)])
def test_no_fold_knows_what_comes_after_it(rows, refit):
    """Another future changes no forecast before it, of long series and of short."""
    series = weather(rows)
    plan = planned(series, refit=refit, folds=2)
    frame = series.frame.copy()
    last = plan.folds[0].end
    frame.loc[last + pd.Timedelta("1h") :] += 50.0
    other = planned(replace(series, frame=frame), refit=refit, folds=2)
    found = [rolling_backtest(one, model="ridge").forecasts for one in (plan, other)]
    before = found[0]["origin"] <= last
    said = ["fold", "origin", "step", "lower", "upper", *FORECASTS]
    pd.testing.assert_frame_equal(
        found[0].loc[before, said], found[1].loc[before, said]
    )
    assert before.sum() == 15 * 6 + 6
    assert not np.isclose(found[0]["model"], found[1]["model"])[~before].any()


def test_training_is_told_what_it_needs(series, tmp_path):
    plan = planned(series, refit=True)
    asked = []

    def train(known, **arguments):
        asked.append((known, arguments))
        arguments = arguments | {"model": "ridge", "folder": None}
        return train_forecaster(known, **arguments)

    done = []
    result = rolling_backtest(
        plan,
        model="lstm",
        epochs=3,
        seed=5,
        folder=tmp_path,
        progress=lambda so_far: done.append(len(so_far.folds)),
        train=train,
    )
    assert done == [1, 2, 3]
    assert (result.planned, result.refit) == (3, True)
    assert [known for known, _ in asked] == [fold.known for fold in plan.folds]
    for number, (_, arguments) in enumerate(asked, 1):
        assert arguments == {
            "model": "lstm",
            "epochs": 3,
            "seed": 5,
            "folder": tmp_path / f"fold_{number}",
            "verbose": 0,
        }


def test_many_origins_are_thinned_out_of_step_with_the_day(series, monkeypatch):
    from keras_rnn.forecasting import rolling_origin

    monkeypatch.setattr(rolling_origin, "_MOST_VALUES", 100)
    result = rolling_backtest(planned(series, folds=1, fold_rows=80), model="ridge")
    # 75 origins of 6 values; 5 rows apart is the first that shares nothing with 24.
    assert result.stride == 5
    assert result.folds[0].origins == 15
    starts = result.forecasts["origin"].unique()
    assert set(np.diff(starts)) == {np.timedelta64(5, "h")}


def test_a_forecast_that_one_fold_lacks_is_in_none():
    """Of four years of days; those before the first fold hold no whole year."""
    days = pd.date_range("2020-01-01", periods=900, freq="D")
    values = 10 + np.sin(2 * np.pi * np.arange(900) / 365.25) * 8
    values += np.random.default_rng(0).normal(0, 1, 900)
    series = series_of(pd.DataFrame({TARGET: values}, index=days), TARGET)
    settings = {"horizon": 3, "history": 7, "refit": True, "folds": 2}
    early = planned(series, **settings, fold_rows=225)
    result = rolling_backtest(early, model="ridge")
    assert result.names == [
        "model",
        "persistence",
        "seasonal_naive",
        "year_mean",
        "ridge",
    ]
    known = series.frame[TARGET][: early.folds[1].start][:-1]
    row = result.forecasts[result.forecasts["fold"] == 2].iloc[0]
    stamp = row["time"]
    same = [stamp - pd.DateOffset(years=year) for year in (1, 2)]
    reach = pd.Timedelta("7D")
    week = pd.concat([known[one - reach : one + reach] for one in same])
    assert row["year_mean"] == pytest.approx(week.mean())
    short = series_of(series.frame.iloc[:620], TARGET)
    result = rolling_backtest(planned(short, **settings, fold_rows=150), model="ridge")
    assert result.names == ["model", "persistence", "seasonal_naive", "ridge"]


def test_stamps_come_back_in_their_time_zone(series):
    frame = series.frame.tz_localize("UTC").tz_convert("Asia/Tokyo")
    plan = plan_backtest(frame, TARGET, history=12, horizon=6, folds=1, fold_rows=20)
    result = rolling_backtest(plan, model="ridge")
    times = pd.DatetimeIndex(result.forecasts["time"])
    assert str(times.tz) == "Asia/Tokyo"
    assert times.max() == frame.index[-1]
    hours = result.scores("hour")
    assert set(hours["hour"]) == set(frame.index[-20:].hour)


def test_a_fold_of_gaps_is_named(series):
    frame = series.frame.drop(series.frame.index[395:448])
    gappy = series_of(frame, TARGET)
    with pytest.raises(UserError, match=r"Fold 2, 2020-03-1.* has nowhere 24 rows and"):
        rolling_backtest(planned(gappy, folds=2, fold_rows=6), model="ridge")


def test_a_model_that_is_none(series):
    with pytest.raises(UserError, match="There is no model 'rigde'"):
        rolling_backtest(planned(series), model="rigde")


@pytest.fixture(scope="module")
def forecaster(series):
    return Forecaster.fit(
        series.frame,
        TARGET,
        history=12,
        horizon=6,
        model="ridge",
        seed=2,
        verbose=0,
    )


def test_a_forecaster_is_trained_anew_with_its_settings(
    forecaster, series, once, capsys
):
    result = forecaster.backtest(series.frame, folds=3, fold_rows=20)
    pd.testing.assert_frame_equal(
        result.forecasts, once.forecasts, check_freq=False, rtol=1e-5
    )
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("Fold 1 of 3: 2020-03-17 06:00 to 2020-03-18 01:00 ")
    assert "from 390 rows; 15 origins, error " in lines[0]


def test_a_forecaster_explained(forecaster, series, once):
    result = forecaster.backtest(
        series.frame, folds=3, fold_rows=20, explain=True, verbose=0
    )
    table = result.importance()
    assert set(table["column"]) == {*COLUMNS, "calendar"}
    assert table["column"][0] == TARGET
    assert list(table["increase"]) == sorted(table["increase"], reverse=True)
    again = once.importance()
    assert set(again["column"]) == set(table["column"])
    assert forecaster.backtest(series.frame, folds=1, verbose=0).importance() is None


def test_a_forecaster_without_readings_says_what_it_has_always_said(forecaster):
    assert list(forecaster.backtest()) == ["forecast", "mae", "skill"]
    with pytest.raises(UserError, match="give them as `data`"):
        forecaster.backtest(folds=3)


def test_what_was_asked_for_is_asked_for_again(forecaster, series):
    assert forecaster.metadata["asked"] == {
        "history": 12,
        "aggregate": None,
        "epochs": None,
    }
    with pytest.raises(UserError, match="900 folds of 6 rows"):
        backtest_again(forecaster, series, folds=900)
