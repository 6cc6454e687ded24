"""Forecasters of many series: fitted, judged, used on new ones, saved and drawn."""

from functools import partial

import numpy as np
import pandas as pd
import pytest

from keras_rnn.errors import UserError
from keras_rnn.forecasting import Forecaster, PanelForecaster, SeriesPanel
from keras_rnn.forecasting.many_series import (
    PanelRidge,
    PanelScores,
    global_network,
    plan_panel,
    seasonal_scales,
)

DAYS = pd.date_range("2023-01-02", periods=120)


def weekly(level):
    noise = np.random.default_rng(int(level)).normal(0, level / 20, len(DAYS))
    return level * (1 + 0.3 * np.sin(2 * np.pi * np.arange(len(DAYS)) / 7)) + noise


TABLE = pd.concat(
    [
        *(
            pd.DataFrame({"shop": f"S{level}", "day": DAYS, "sold": weekly(level)})
            for level in (10, 20, 40, 80)
        ),
        pd.DataFrame({"shop": "tiny", "day": DAYS[-9:], "sold": 5.0}),
    ]
)


@pytest.fixture(scope="module")
def fitted():
    return Forecaster.fit(
        TABLE,
        "sold",
        series="shop",
        horizon=7,
        model="ridge",
        levels=(50, 80),
        verbose=0,
    )


def test_the_forecast_is_a_long_table(fitted):
    future = fitted.predict()
    assert list(future) == [
        *("series", "time", "forecast"),
        *("lower 50", "upper 50", "lower 80", "upper 80"),
    ]
    assert len(future) == 5 * 7
    assert future["time"].iloc[0] == DAYS[-1] + pd.Timedelta(days=1)
    inside = future.dropna()
    assert (inside["lower 80"] <= inside["forecast"]).all()
    assert (inside["upper 50"] <= inside["upper 80"]).all()
    one = fitted.predict(series="S20")
    pd.testing.assert_frame_equal(
        one, future[future["series"] == "S20"].reset_index(drop=True)
    )


def test_scores_leave_out_what_is_too_short(fitted):
    scores = fitted.backtest()
    assert scores.names == ["S10", "S20", "S40", "S80"]
    assert scores.unjudged == ["tiny"]
    assert scores.overall["best"].sum() == 4
    assert scores.skill > 0
    assert list(scores.each["series"]) == scores.names


def test_a_new_series_is_forecast(fitted):
    new = TABLE[TABLE["shop"] == "S20"].assign(shop="new")
    future = fitted.predict(new)
    assert future["series"].unique().tolist() == ["new"]
    assert np.isfinite(future["forecast"]).all()
    assert fitted.new_names(fitted.panel_of(new)) == ["new"]


def test_saved_and_loaded_it_forecasts_the_same(fitted, tmp_path):
    fitted.save(tmp_path)
    loaded = PanelForecaster.load(tmp_path)
    pd.testing.assert_frame_equal(loaded.predict(), fitted.predict())
    with pytest.raises(UserError, match=r"open it by\s+PanelForecaster.load"):
        Forecaster.load(tmp_path)
    (tmp_path / "series.npz").write_bytes(b"no")
    with pytest.raises(UserError, match="damaged"):
        PanelForecaster.load(tmp_path)


def test_the_picture_names_best_median_and_worst(fitted):
    titles = [axes.get_title(loc="left") for axes in fitted.plot().axes]
    told = [title.split(": ")[1].split(",")[0] for title in titles if ", " in title]
    assert told == ["best", "median", "worst"]


def test_the_network_is_trained_judged_and_kept(monkeypatch, tmp_path):
    small = partial(
        global_network.GlobalNetworkSettings,
        units=4,
        lookback=14,
        scalings=("level", "standard"),
    )
    monkeypatch.setattr(global_network, "GlobalNetworkSettings", small)
    wide = TABLE.pivot_table("sold", "day", "shop")[["S10", "S20"]]
    forecaster = Forecaster.fit(
        wide, target=["S10", "S20"], horizon=2, epochs=1, verbose=0
    )
    assert forecaster.backtest().names == ["S10", "S20"]
    assert "ridge" in forecaster.backtest().mae
    forecaster.save(tmp_path)
    loaded = PanelForecaster.load(tmp_path)
    np.testing.assert_allclose(
        loaded.predict()["forecast"], forecaster.predict()["forecast"], rtol=1e-5
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"series": "shops"}, "There is no column 'shops' to tell the series apart."),
        ({"series": "shop", "history": 9}, "`history=9` is about the networks"),
        ({"static": "shop"}, "`static` is about many series"),
        ({"series": "shop", "season": 0}, "`season` must be 1 row or more, not 0."),
        ({"series": "shop", "horizon": 150}, "`horizon=150` leaves no series long"),
        ({"season": 7}, "`season` is about many series"),
    ],
)
def test_arguments_that_cannot_be(arguments, message):
    with pytest.raises(UserError) as caught:
        Forecaster.fit(TABLE, "sold", model="ridge", verbose=0, **arguments)
    assert message in str(caught.value)


def test_another_step_is_refused(fitted):
    hours = pd.date_range("2023-01-01", periods=50, freq="h")
    rows = pd.DataFrame({"shop": "S10", "day": hours, "sold": 1.0})
    with pytest.raises(UserError, match=r"The rows are 1 h apart, such as .* 'S10'"):
        fitted.predict(rows)


def test_no_judged_row_is_learned_from():
    panel = SeriesPanel.from_arrays({"a": np.arange(50.0), "b": np.arange(8.0)}, "1d")
    plan = plan_panel(panel, horizon=5)
    assert plan.training_panel().lengths.tolist() == [45, 8]
    assert plan.unjudged() == ["b"]


def test_that_many_regressions_take_minutes_is_said(monkeypatch, capsys):
    few = TABLE[TABLE["shop"] != "tiny"]
    module = "keras_rnn.forecasting.many_series.panel_training"
    said = "Fitting a ridge regression for each of 4 series takes minutes.\n"
    for least, verbose, is_said in ((5, 2, False), (4, 2, True), (4, 0, False)):
        monkeypatch.setattr(f"{module}._MANY_SERIES", least)
        Forecaster.fit(
            few, "sold", series="shop", horizon=7, model="ridge", verbose=verbose
        )
        assert (said in capsys.readouterr().out) == is_said


def test_a_line_is_continued_by_ridge():
    panel = SeriesPanel.from_arrays({"a": np.arange(100.0), "b": [1, 2]}, "1d")
    ridge = PanelRidge.fit(panel, horizon=3, season=1)
    assert ridge.count == 1
    np.testing.assert_allclose(ridge.predict(panel)[0], [100, 101, 102], atol=0.1)
    assert ridge.predict(panel)[1].tolist() == [2, 2, 2]


def test_scores_by_hand():
    panel = SeriesPanel.from_arrays({"a": [1, 3, 2, 6], "b": [2, 2, 2, 2]}, "1d")
    assert seasonal_scales(panel, 2)[0] == 2
    truth = np.array([[[4.0, np.nan]], [[2.0, 4.0]]])
    scores = PanelScores.of(
        panel,
        truth,
        {"model": truth * 0 + 3, "naive": truth * 0 + 2, "seasonal_naive": truth},
        season=2,
        bands={80.0: (truth * 0 + 3, truth * 0 + 5)},
    )
    assert scores.mae["model"].tolist() == [1.0, 1.0]
    assert scores.mase["model"][0] == 0.5
    assert np.isnan(scores.mase["model"][1])
    assert scores.coverage[80.0].tolist() == [1.0, 0.5]
