import csv
import json

import keras
import numpy as np
import pandas as pd
import pytest

from keras_rnn.cli.main import main
from keras_rnn.datasets.series.weather_sample import generate

ARGUMENTS = ["compare", "--every", "1h", "--epochs", "1", "--seed", "3"]


@pytest.fixture(scope="module")
def weather_file(tmp_path_factory):
    """Hourly weather of forty days, as a file with the station's column names."""
    path = tmp_path_factory.mktemp("data") / "weather.csv"
    columns = ["p (mbar)", "T (degC)", "rh (%)"]
    generate(960, step="1h")[columns].to_csv(path, date_format="%Y-%m-%d %H:%M:%S")
    return path


@pytest.fixture(scope="module")
def compared(weather_file, tmp_path_factory):
    folder = tmp_path_factory.mktemp("compare") / "out"
    status = main(
        [
            *ARGUMENTS,
            *("--data", str(weather_file), "--out", str(folder)),
            *("--models", "last,linear,conv,residual_gru"),
        ]
    )
    assert status == 0
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
        "multi-output/residual_gru.keras",
        "multi-step/conv.keras",
        "multi-step/last.keras",
        "multi-step/linear.keras",
        "single-step/conv.keras",
        "single-step/linear.keras",
    ]


def test_results_say_what_they_are_of(compared, weather_file):
    _, results = compared
    assert results["data"]["kind"] == "file"
    assert results["data"]["origin"] == str(weather_file)
    assert results["data"]["rows"] == 960
    assert (results["target"], results["units"]) == ("T (degC)", "degC")
    assert results["every"] == "1 h"
    assert results["settings"]["epochs"] == 1
    assert results["seed"] == results["settings"]["seed"] == 3
    assert results["backend"] == keras.backend.backend()
    assert list(results["tasks"]) == ["single-step", "multi-output", "multi-step"]
    assert list(results["tasks"]["multi-step"]["models"]) == [
        "persistence",
        "seasonal_naive",
        "ridge",
        "last",
        "linear",
        "conv",
    ]


@pytest.mark.parametrize(
    ("task", "name", "reads", "horizon", "all_columns"),
    [
        ("single-step", "linear", 1, 1, False),
        ("single-step", "conv", 3, 1, False),
        ("multi-output", "residual_gru", 24, 1, True),
        ("multi-step", "last", 24, 24, True),
        ("multi-step", "conv", 24, 24, True),
    ],
)
@pytest.mark.parametrize("part", ["validation", "test"])
def test_numbers_follow_from_the_saved_models(
    task, name, reads, horizon, all_columns, part, compared, weather_file
):
    folder, results = compared
    rows = prepared(weather_file, results)[
        {"validation": slice(672, 864), "test": slice(864, 960)}[part]
    ]
    model = keras.saving.load_model(
        folder / "models" / task / f"{name}.keras", safe_mode=True
    )
    place = results["columns"].index("T (degC)")
    starts = range(len(rows) - 24 - horizon + 1)
    past = np.array([rows[s + 24 - reads : s + 24] for s in starts], "float32")
    future = np.array([rows[s + 24 : s + 24 + horizon] for s in starts])
    predictions = model.predict(past, verbose=0)[:, -horizon:]
    if all_columns:
        error = np.abs(predictions - future).mean((0, 1))
        overall, of_target = error.mean(), error[place]
    else:
        overall = of_target = np.abs(predictions[..., 0] - future[..., place]).mean()
    found = results["tasks"][task]["models"][name][part]
    assert found["mae"] == pytest.approx(overall, rel=1e-4)
    unit = results["scaler"]["std"][results["scaler"]["columns"].index("T (degC)")]
    assert found["target_mae"] == pytest.approx(of_target * unit, rel=1e-4)
    assert results["tasks"][task]["windows"][part] == len(starts)


def prepared(path, results):
    """The file's rows as the models see them, made without the package's code."""
    frame = pd.read_csv(path, index_col=0, parse_dates=True)
    angle = 2 * np.pi * (frame.index.hour + frame.index.minute / 60) / 24
    frame["day sin"], frame["day cos"] = np.sin(angle), np.cos(angle)
    assert set(frame.columns) == set(results["columns"])
    train = frame.iloc[:672]
    scaled = (frame - train.mean()) / train.std(ddof=0)
    return scaled[results["columns"]].to_numpy()


def test_every_model_stands_beside_naive(compared):
    _, results = compared
    for task in results["tasks"].values():
        models = task["models"]
        for key in ("mae", "target_mae"):
            naive = min(
                models[name]["test"][key] for name in ("persistence", "seasonal_naive")
            )
            for entry in models.values():
                if entry["test"][key] is not None:
                    expected = 1 - entry["test"][key] / naive
                    assert entry["skill"][key] == pytest.approx(expected, abs=1e-9)
        for entry in models.values():
            behind = any(
                value is not None and value < 0 for value in entry["skill"].values()
            )
            assert entry["loses"] == (behind and not entry["is_naive"])


def test_the_table_as_csv(compared):
    folder, results = compared
    with open(folder / "comparison.csv", newline="") as file:
        rows = {(row["task"], row["model"]): row for row in csv.DictReader(file)}
    assert len(rows) == sum(len(task["models"]) for task in results["tasks"].values())
    row = rows["multi-output", "residual_gru"]
    entry = results["tasks"]["multi-output"]["models"]["residual_gru"]
    assert float(row["test mae"]) == pytest.approx(entry["test"]["mae"], rel=1e-5)
    assert float(row["test target mae (degC)"]) == pytest.approx(
        entry["test"]["target_mae"], rel=1e-5
    )
    assert row["epochs"] == "1"
    assert row["loses to naive"] == ("yes" if entry["loses"] else "no")
    assert rows["multi-step", "ridge"]["test mae"] == ""
    assert rows["single-step", "persistence"]["naive"] == "yes"


def test_a_stopped_comparison_goes_on(weather_file, tmp_path, monkeypatch, capsys):
    from keras_rnn.forecasting import comparison

    arguments = [
        *ARGUMENTS,
        *("--data", str(weather_file), "--out", str(tmp_path)),
        *("--task", "single-step", "--models", "linear,dense"),
    ]
    whole, fits = comparison.fit, []

    def interrupted(*args, **kwargs):
        fits.append(kwargs["folder"].name)
        if len(fits) == 2:
            raise KeyboardInterrupt
        return whole(*args, **kwargs)

    monkeypatch.setattr(comparison, "fit", interrupted)
    assert main(arguments) != 0
    assert not (tmp_path / "results.json").exists()
    resumed = []

    def counted(*args, **kwargs):
        history = whole(*args, **kwargs)
        resumed.append(history.resumed_after)
        return history

    monkeypatch.setattr(comparison, "fit", counted)
    assert main(arguments) == 0
    assert resumed == [1, 0]
    assert not (tmp_path / "checkpoints").exists()
    assert "dense" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--task", "singel-step"],
            "no task 'singel-step'. Did you mean 'single-step'",
        ),
        (["--models", "lstn"], "no model 'lstn' in any task. Did you mean 'lstm'"),
        (["--target", "T (deg)"], "no column 'T (deg)'. Did you mean 'T (degC)'"),
        (["--every", "soon"], "--every"),
    ],
)
def test_mistakes_are_one_line_and_status_2(
    arguments, message, weather_file, tmp_path, capsys
):
    out = tmp_path / "out"
    status = main(
        ["compare", "--data", str(weather_file), "--out", str(out), *arguments]
    )
    error = capsys.readouterr().err
    assert status == 2
    assert message in error or arguments[0] == "--every"
    assert error.count("\n") == 1
    assert not list(out.iterdir())


def test_too_few_rows_are_an_error_before_any_training(tmp_path, capsys):
    path = tmp_path / "short.csv"
    generate(150, step="1h")[["T (degC)"]].to_csv(path)
    out = tmp_path / "out"
    assert main(["compare", "--data", str(path), "--out", str(out)]) == 2
    assert not list(out.iterdir())
    error = capsys.readouterr().err
    assert "windows of 25 rows (24 of the past, 1 to predict)" in error
    assert "only 15. Give 250 rows or more, there are 150" in error
    assert error.count("\n") == 1


def test_help_teaches(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["compare", "--help"])
    assert stopped.value.code == 0
    text = capsys.readouterr().out
    assert "keras-rnn compare --task single-step --models linear,lstm" in text
    assert "autoregressive_lstm" in text
