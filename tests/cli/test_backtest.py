import json
from functools import partial

import numpy as np
import pandas as pd
import pytest
from helpers.backtests import made_backtest
from helpers.forecasts import TARGET

from keras_rnn.cli import backtest_report as report
from keras_rnn.cli import importance_report
from keras_rnn.cli.main import main
from keras_rnn.errors import UserError
from keras_rnn.forecasting.forecaster import Forecaster
from keras_rnn.forecasting.rolling_plan import plan_backtest

ARGUMENTS = [
    "--target",
    TARGET,
    "--history",
    "12",
    "--horizon",
    "6",
    "--model",
    "ridge",
]
FOLDS = ["--folds", "2", "--fold-rows", "30"]


@pytest.fixture(scope="module")
def done(tiny_file, tmp_path_factory):
    """A backtest from reading to files."""
    folder = tmp_path_factory.mktemp("backtest") / "new"
    where = ["--data", str(tiny_file), "--out", str(folder)]
    assert main(["backtest", *where, *ARGUMENTS, *FOLDS, "--refit", "--explain"]) == 0
    return folder


def test_files(done):
    assert sorted(path.name for path in done.iterdir()) == [
        *("backtest.csv", "backtest.png", "backtest_scores.csv"),
        *("explain.csv", "explain.png", "results.json"),
    ]


def test_forecasts_and_scores_agree(done):
    table = pd.read_csv(done / "backtest.csv", parse_dates=["origin", "time"])
    assert list(table) == [
        *("fold", "origin", "time", "step", "truth", "model", "lower", "upper"),
        *("persistence", "seasonal_naive", "ridge"),
    ]
    assert len(table) == 2 * 25 * 6
    scores = pd.read_csv(done / "backtest_scores.csv")
    assert set(scores["by"]) == {"all", "fold", "step", "hour"}
    found = scores.set_index(["by", "value", "forecast"])["mae"]
    for name in ("model", "persistence", "seasonal_naive", "ridge"):
        errors = (table[name] - table["truth"]).abs()
        assert found["all", 0, name] == pytest.approx(errors.mean(), rel=1e-4)
        for step in (1, 6):
            mae = errors[table["step"] == step].mean()
            assert found["step", step, name] == pytest.approx(mae, rel=1e-4)


def test_it_is_what_python_gives(done, tiny_file):
    frame = pd.read_csv(tiny_file, index_col=0, parse_dates=True)
    forecaster = Forecaster.fit(
        frame, TARGET, history=12, horizon=6, model="ridge", verbose=0
    )
    result = forecaster.backtest(frame, folds=2, fold_rows=30, refit=True, verbose=0)
    table = pd.read_csv(done / "backtest.csv")
    np.testing.assert_allclose(table["model"], result.forecasts["model"], rtol=1e-4)


def test_results_say_what_was_done(done, tiny_file):
    results = json.loads((done / "results.json").read_text())
    assert results["data"]["origin"] == str(tiny_file)
    assert (results["target"], results["units"]) == (TARGET, "degC")
    assert (results["horizon"], results["refit"], results["model"]) == (
        6,
        True,
        "ridge",
    )
    first, second = results["folds"]
    assert (first["origins"], first["known rows"]) == (25, 440)
    assert second["known rows"] == 470
    assert second["start"] == "2020-03-20 14:00:00"
    assert second["known"] == ["2020-03-01 00:00:00", "2020-03-20 13:00:00"]
    assert {one["forecast"] for one in results["scores"]} == {
        *("model", "persistence", "seasonal_naive", "ridge")
    }
    assert results["scores"][1]["coverage"] is None
    assert results["importance"][0]["column"] == TARGET
    assert results["seconds"] > 0


def test_what_it_prints(tiny_file, tmp_path, capsys):
    where = ["--data", str(tiny_file), "--out", str(tmp_path / "out")]
    folds = ["--folds", "2", "--fold-rows", "12", "--by", "step"]
    assert main(["backtest", *where, *ARGUMENTS, *folds]) == 0
    printed = capsys.readouterr().out
    lines = printed.splitlines()
    facts = dict(line.split(maxsplit=1) for line in lines if line[:1].isalpha())
    assert facts["Folds"] == "2 of 12 rows each, 2020-03-20 20:00 to 2020-03-21 19:00"
    assert facts["Learns"] == "one model, from the 476 rows before the first fold"
    assert "1/2   2020-03-20 20:00 to 2020-03-21 07:00 from 476 rows; 7" in printed
    assert "Errors over all folds in degC: 84 values" in printed
    assert "Mean absolute error by step in degC" in printed
    assert "of the truth lies inside the 80% bands" in facts["Band"]
    assert "explain.csv" not in printed
    # As wide as a terminal is: no figure is cut off.
    assert "…" not in printed


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--folds", "300"], "Choose --folds 41 or less, or give more rows."),
        (["--folds", "0"], "'0' is not a positive whole number"),
        (["--fold-rows", "5"], "--fold-rows must be 6, the horizon or more, not 5."),
        (["--by", "months"], "invalid choice: 'months'"),
        (["--folds", "1", "--fold-rows", "9", "--by", "month"], "scores --by month."),
        (["--model", "rigde"], "There is no model 'rigde'. Did you mean 'ridge'?"),
        (
            ["--history", "300"],
            "Fold 1 is forecast from the 350 rows before 2020-03-15",
        ),
    ],
)
def test_what_cannot_be_is_one_line_and_no_file(
    arguments, words, tiny_file, tmp_path, capsys
):
    where = ["--data", str(tiny_file), "--out", str(tmp_path / "out")]
    assert main(["backtest", *where, *ARGUMENTS, *arguments]) == 2
    said = capsys.readouterr().err
    assert said.startswith("keras-rnn: ")
    assert said.count("\n") == 1
    assert words in said
    assert not (tmp_path / "out").exists() or not any((tmp_path / "out").iterdir())


BAD = {
    "The step of a series needs at least two rows, and there is one. Give a longer "
    "series.": lambda frame: frame.iloc[:1],
    "Column 'T (degC)' is 7 throughout the training part: there is nothing to "
    "forecast. Choose another {}.": lambda frame: frame.assign(**{TARGET: 7.0}),
    "Column 'T (degC)' has no value in the training part. Choose "
    "another {}.": lambda frame: frame.assign(**{TARGET: np.nan}),
}


@pytest.mark.parametrize("message", BAD, ids=["one row", "all equal", "all missing"])
def test_a_series_of_nothing(message, tiny_file, tmp_path, capsys):
    """On the command line and in Python, to forecast and to backtest: one line."""
    frame = BAD[message](pd.read_csv(tiny_file, index_col=0, parse_dates=True))
    path, out = tmp_path / "bad.csv", tmp_path / "out"
    frame.to_csv(path)
    where = ["--data", str(path), "--out", str(out), "--target", TARGET]
    for subcommand in ("forecast", "backtest"):
        assert main([subcommand, *where]) == 2
        line = f"keras-rnn: {message.format('--target')}\n"
        assert capsys.readouterr().err == line
        assert not any(out.iterdir())
    for call in (partial(Forecaster.fit, verbose=0), plan_backtest):
        with pytest.raises(UserError) as raised:
            call(frame, TARGET)
        assert str(raised.value) == message.format("`target`")


def test_the_forecast_that_loses_is_said_to(capsys):
    result = made_backtest(year_mean=True)
    report.show_scores(result, "fold")
    printed = capsys.readouterr().out
    assert "NOT better than earlier years." in printed
    assert "1: 2024-01-30" in printed
    assert "…" not in printed


def test_many_columns_are_counted(capsys):
    table = pd.DataFrame(
        {
            "column": [f"c{number}" for number in range(20)],
            "increase": 0.5,
            "spread": 0.125,
            "share": 0.25,
        }
    )
    importance_report.show_importance(table, "degC")
    printed = capsys.readouterr().out
    assert "c14    0.5    0.125   +25.0%" in printed
    assert "c15" not in printed
    assert "5 more in explain.csv" in printed
