import csv
import json

import keras
import numpy as np
import pandas as pd
import pytest

from keras_rnn.cli.main import main

SIZES = ["--horizons", "6,5", "--lookback", "24", "--epochs", "1"]


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    hours = pd.date_range("2024-01-01", periods=300, freq="h", name="time")
    generator = np.random.default_rng(0)
    day = np.sin(np.arange(300) * 2 * np.pi / 24)
    columns = {
        name: (day + generator.normal(0, 0.1, 300)).round(3) for name in ("load", "OT")
    }
    frame = pd.DataFrame(columns, index=hours)
    frame.iloc[7, 0] = np.nan
    path = tmp_path_factory.mktemp("data") / "station.csv"
    frame.to_csv(path)
    return path


@pytest.fixture(scope="module")
def compared(table, tmp_path_factory):
    folder = tmp_path_factory.mktemp("long") / "out"
    arguments = ["compare", "--task", "long-horizon", "--data", str(table), *SIZES]
    assert main([*arguments, "--out", str(folder)]) == 0
    return folder, json.loads((folder / "results.json").read_text())


def test_files(compared):
    folder, _ = compared
    assert sorted(path.name for path in folder.iterdir()) == [
        "comparison.csv",
        "comparison.png",
        "models",
        "results.json",
    ]
    assert sorted(
        str(path.relative_to(folder / "models"))
        for path in folder.glob("models/*/*.keras")
    ) == [
        "5/dlinear.keras",
        "5/segment_network.keras",
        "6/dlinear.keras",
        "6/segment_network.keras",
    ]


def test_results_say_what_they_are_of(compared):
    _, results = compared
    assert results["borders"] == [210, 240, 300]
    assert (results["lookback"], results["season"]) == (24, 24)
    assert results["columns"] == ["load", "OT"]
    assert list(results["horizons"]) == ["6", "5"]
    assert results["horizons"]["6"]["test_windows"] == 55
    assert list(results["horizons"]["6"]["models"]) == [
        "last_value",
        "seasonal_repeat",
        "dlinear",
        "segment_network",
    ]
    repairs = results["data"]["repairs"]
    assert repairs["missing values, for which the last one before is taken"] == 1


def test_numbers_follow_from_the_file_and_the_saved_model(compared, table):
    folder, results = compared
    rows = pd.read_csv(table, index_col=0).ffill().to_numpy()
    rows = (rows - rows[:210].mean(0)) / rows[:210].std(0)
    model = keras.saving.load_model(
        folder / "models" / "6" / "segment_network.keras", safe_mode=True
    )
    starts = range(240 - 24, 300 - 24 - 6 + 1)
    past = np.array([rows[s : s + 24] for s in starts], "float32")
    future = np.array([rows[s + 24 : s + 30] for s in starts])
    error = np.asarray(model(past)) - future
    found = results["horizons"]["6"]["models"]["segment_network"]["test"]
    assert found["mse"] == pytest.approx((error**2).mean(), rel=1e-4)
    assert found["mae"] == pytest.approx(np.abs(error).mean(), rel=1e-4)
    season = results["horizons"]["6"]["models"]["seasonal_repeat"]["test"]
    assert season["mae"] == pytest.approx(np.abs(past[:, :6] - future).mean(), rel=1e-4)


def test_the_csv_has_a_row_a_model_and_horizon(compared):
    folder, results = compared
    with open(folder / "comparison.csv") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 8
    one = results["horizons"]["5"]["models"]["dlinear"]
    row = next(r for r in rows if (r["horizon"], r["model"]) == ("5", "dlinear"))
    assert float(row["test mse"]) == pytest.approx(one["test"]["mse"], rel=1e-4)
    assert row["measured"] == one["measured"]
    assert row["published mse"] == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--horizons", "ten"], "'ten' is not a list of whole numbers of rows"),
        (["--models", "segment"], "There is no model 'segment' in the task long-hor"),
        (["--every", "1d"], "leave out --every"),
        (["--horizons", "96"], "too few for 720 rows of the past"),
        (["--lookback", "25", "--horizons", "5"], "--lookback 25 does not divide"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(arguments, words, table, tmp_path, capsys):
    given = ["compare", "--task", "long-horizon", "--data", str(table)]
    assert main([*given, *arguments, "--out", str(tmp_path / "out")]) == 2
    error = capsys.readouterr().err.strip()
    assert words in error
    assert "\n" not in error


def test_a_horizon_for_another_task_is_refused(tmp_path, capsys):
    arguments = ["compare", "--task", "single-step", "--horizons", "96"]
    assert main([*arguments, "--out", str(tmp_path)]) == 2
    assert "--horizons is for --task long-horizon alone" in capsys.readouterr().err
