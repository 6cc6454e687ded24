import json
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from helpers.forecasts import TARGET, small_plan, weather

from keras_rnn.cli import forecast_report as report
from keras_rnn.forecasting.backtest import Backtest
from keras_rnn.forecasting.conformal import Bands

MAE = {"model": 1.0, "persistence": 4.0, "seasonal_naive": 2.0, "ridge": 1.5}


def trained(season="day", **mae):
    """What `train_forecaster` returns, without a training."""
    errors = {
        name: np.full((3, 6), error, float) for name, error in (MAE | mae).items()
    }
    stamps = pd.Timestamp("2024-01-01 05:00"), pd.Timestamp("2024-02-03")
    bands = [{"level": 80.0, "coverage": 0.786, "width": 4.5, "pinball": 0.25}]
    metadata = {
        "model": "gru",
        "seed": 7,
        "test mae": MAE | mae,
        "test windows": 1234,
        "test bands": bands,
        "test crps": 0.75,
    }
    return SimpleNamespace(
        backtest=Backtest(errors, season, *stamps),
        forecaster=SimpleNamespace(
            unit="degC",
            target=TARGET,
            horizon=6,
            preparation=SimpleNamespace(every="1 h"),
            bands=Bands((80.0,), np.ones((1, 6)), errors=12, limits=(0.0, np.inf)),
            metadata=metadata,
        ),
        ensemble=SimpleNamespace(weights={"persistence": 1.0}),
    )


def printed(capsys):
    return [line.split() for line in capsys.readouterr().out.splitlines() if line]


def test_scores_the_best_first_and_against_naive(capsys):
    report.show_scores(trained())
    lines = printed(capsys)
    assert " ".join(lines[0]) == (
        "Mean absolute error on the test part in degC: 3 windows, 2024-01-01 to "
        "2024-02-03"
    )
    rows = [" ".join(line) for line in lines if line and "%" in line[-1]]
    assert rows == [
        "this forecast 1.00 1.00 1.00 -50.0%",
        "ridge regression 1.50 1.50 1.50 -25.0%",
        "seasonal naive: a day ago 2.00 2.00 2.00 +0.0%",
        "persistence: the last value 4.00 4.00 4.00 +100.0%",
    ]
    assert " ".join(lines[-1]) == (
        "Skill 0.500: 50% of the error of seasonal naive: a day ago gone"
    )


@pytest.mark.parametrize(("model", "skill"), [(2.0, "0.000"), (3.0, "-0.500")])
def test_a_forecast_that_loses_is_said_to_lose(model, skill, capsys):
    report.show_scores(trained(model=model))
    assert " ".join(printed(capsys)[-1]) == (
        f"Skill {skill}: NOT better than seasonal naive: a day ago. Use that, or "
        "give more rows or other columns."
    )


def test_naive_that_is_perfect(capsys):
    """A test part in which nothing happens."""
    one = trained(persistence=0.0, season="")
    report.show_scores(one)
    assert "NOT better than persistence" in capsys.readouterr().out
    results = report.results(small_plan(weather(400)), one, 0.0)
    assert results["skill"] is None
    json.dumps(results, allow_nan=False)


def test_results_of_a_training():
    series = replace(weather(400), repairs={"rows sorted": 3})
    results = report.results(small_plan(series), trained(), 0.0)
    assert results["test"]["mae"] == MAE
    assert results["test"]["mae_by_step"]["ridge"] == [1.5] * 6
    assert results["test"]["windows"] == 3
    assert (results["skill"], results["seed"], results["model"]) == (0.5, 7, "gru")
    assert results["test"]["bands"][0]["coverage"] == 0.786
    assert results["test"]["crps"] == 0.75
    assert (results["levels"], results["limits"]) == ([80.0], [0.0, None])
    assert results["data"]["repairs"] == {"rows sorted": 3}


def test_results_of_a_saved_forecaster():
    results = report.results_of_saved(weather(400), trained().forecaster, "old", 0.0)
    assert results["test"]["mae"] == MAE
    assert (results["skill"], results["seed"]) == (0.5, 7)
    assert results["loaded"] == "old"
    # One that was put together by hand has no story.
    bare = SimpleNamespace(**vars(trained().forecaster) | {"metadata": {}})
    results = report.results_of_saved(weather(400), bare, "old", 0.0)
    assert results["test"] == {"mae": {}, "bands": [], "crps": None}
    assert results["skill"] is None


@pytest.mark.parametrize(
    ("model", "verdict"),
    [
        (1.0, "Test error 1.00 degC on average, seasonal naive 2.00 degC"),
        (2.5, "Test error 2.50 degC on average, NOT better than seasonal naive 2.00"),
    ],
)
def test_a_saved_forecaster_introduces_itself(model, verdict, capsys):
    one = trained(model=model).forecaster
    one.metadata |= {
        "data": {"name": "roof", "kind": "sample"},
        "trained on": ["2009-01-01", "2016-01-01"],
    }
    report.show_saved(one)
    first, second = capsys.readouterr().out.splitlines()
    assert first == (
        "Forecaster T (degC), trained on roof (sample), 2009-01-01 to 2016-01-01"
    )
    assert second.startswith(verdict)


@pytest.mark.parametrize(
    ("frequency", "first", "last"),
    [
        ("h", "Mon 2024-01-01 05:00", "Tue 2024-01-02 02:00"),
        ("D", "Mon 2024-01-01", ""),
    ],
)
def test_the_forecast_in_some_steps(frequency, first, last, capsys):
    start = "2024-01-01 05:00" if frequency == "h" else "2024-01-01"
    stamps = pd.date_range(start, periods=24, freq=frequency)
    values = {"forecast": 1.5, "lower": -0.25, "upper": 1234.5}
    report.show_forecast(trained().forecaster, pd.DataFrame(values, index=stamps))
    out = capsys.readouterr().out
    rows = [line.strip() for line in out.splitlines() if "2024" in line]
    assert rows[0] == f"{first}       1.50   -0.25   1234.50"
    assert len(rows) == 8
    assert rows[-1].startswith(last)
    assert "Forecast of T (degC) in degC" in out


def test_several_bands_as_the_narrowest_and_the_widest(capsys):
    stamps = pd.date_range("2024-01-01", periods=2, freq="D")
    values = {"forecast": 1.5}
    for level, reach in ((50, 0.5), (80, 1.0), (95, 2.0)):
        values |= {f"lower {level}": 1.5 - reach, f"upper {level}": 1.5 + reach}
    one = trained().forecaster
    one.bands = Bands((50.0, 80.0, 95.0), np.ones((3, 6)), errors=100)
    report.show_forecast(one, pd.DataFrame(values, index=stamps))
    lines = [" ".join(line) for line in printed(capsys)]
    assert "forecast 50 % 95 %" in lines
    assert "Tue 2024-01-02 1.50 1.00 to 2.00 -0.5 to 3.50" in lines


def test_how_the_bands_held(capsys):
    report.show_bands(trained().forecaster)
    lines = [" ".join(line) for line in printed(capsys)]
    assert lines[0] == (
        "Bands on the test part in degC: measured on 1,234 windows that did not set "
        "them"
    )
    assert "80 % 78.6% 4.50 0.25" in lines
    assert lines[-1] == (
        "CRPS 0.75 degC; of the forecast without a band it is its mean absolute error, "
        "1.00 degC"
    )


def test_why_there_is_no_band(capsys):
    one = trained().forecaster
    one.metadata |= {"test bands": [], "test crps": None}
    one.bands = Bands((95.0,), np.full((1, 6), np.nan), errors=12)
    report.show_bands(one)
    said = " ".join(capsys.readouterr().out.split())
    assert said == (
        "No band of 95 %: there are 12 errors of each step that set nothing else, and "
        "it needs 19"
    )
