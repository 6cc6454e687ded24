import json
import os
import subprocess
import sys
from dataclasses import replace

import keras
import numpy as np
import pandas as pd
import pytest
from helpers.forecasts import COLUMNS, TARGET, weather
from helpers.processes import quick_to_import
from sklearn.linear_model import Ridge

from keras_rnn.cli.main import main
from keras_rnn.datasets.series import weather as sources
from keras_rnn.forecasting import train
from keras_rnn.forecasting.ensemble import NetworkSettings

FILES = [
    "forecast.csv",
    "forecast.png",
    "forecaster.json",
    "forecaster.keras",
    "forecaster_numpy.npz",
    "results.json",
]

# Opens the saved model as a stranger would, without custom_objects, in safe mode.
STRANGER = """
import sys
import keras_rnn.layers
import keras, numpy
model = keras.models.load_model(sys.argv[1])
assert "keras_rnn.forecasting" not in sys.modules
numpy.save(sys.argv[3], model.predict(numpy.load(sys.argv[2]), verbose=0))
"""


@pytest.fixture(scope="module")
def readings(tiny_file):
    """The file as a model sees it, made without the package's code."""
    frame = pd.read_csv(tiny_file, index_col=0, parse_dates=True)
    angle = 2 * np.pi * frame.index.hour / 24
    frame["day sin"], frame["day cos"] = np.sin(angle), np.cos(angle)
    return frame


@pytest.fixture(scope="module")
def windows(readings):
    """Past and future of every window that forecasts the last 50 of 500 rows."""
    values = readings.to_numpy()
    starts = range(450 - 24, 500 - 24 - 6 + 1)
    past = np.array([values[start : start + 24] for start in starts])
    future = np.array([values[start + 24 : start + 30, 1] for start in starts])
    return past, future


@pytest.fixture(scope="module")
def model(finished):
    return keras.models.load_model(finished.folder / "forecaster.keras")


def test_files(finished):
    assert sorted(path.name for path in finished.folder.iterdir()) == FILES


def test_results_say_what_they_are_of(finished, tiny_file):
    results = finished.results
    assert results["data"]["kind"] == "file"
    assert results["data"]["rows"] == 500
    assert results["data"]["origin"] == str(tiny_file)
    assert (results["target"], results["units"]) == (TARGET, "degC")
    assert results["horizon"] == 6
    assert results["seed"] == 3
    assert results["backend"] == keras.backend.backend()
    assert results["seconds"] > 0
    versions = results["versions"]
    assert versions["keras"] == keras.__version__
    assert versions["numpy"] == np.__version__
    assert {"keras_rnn", "pandas", "scikit-learn", results["backend"]} <= set(versions)
    assert list(results["test"]["mae"]) == [
        "model",
        "persistence",
        "seasonal_naive",
        "ridge",
    ]
    assert results["test"]["windows"] == 45


def test_naive_errors_follow_from_the_file(finished, windows):
    past, future = windows
    expected = {
        "persistence": np.abs(past[:, -1:, 1] - future).mean(),
        "seasonal_naive": np.abs(past[:, :6, 1] - future).mean(),
    }
    for name, error in expected.items():
        assert finished.results["test"]["mae"][name] == pytest.approx(error, rel=1e-5)


def test_ridge_error_follows_from_the_file(finished, readings, windows):
    """Scikit-learn on changes from the last of 12 rows, the best of all strengths.

    Of the first 90 % of the rows, as all forecasts of the table: the strength that was
    best on the validation part, in proportion to the windows.
    """
    values = readings.to_numpy()
    scaled = (values - values[:350].mean(0)) / values[:350].std(0)

    def table(first, last):
        starts = range(first, last - 30 + 1)
        lasts = np.array([scaled[start + 23] for start in starts])
        past = np.array([scaled[start + 12 : start + 23] for start in starts])
        future = np.array([scaled[start + 24 : start + 30, 1] for start in starts])
        changes = (past - lasts[:, None]).reshape(len(starts), -1)
        return changes, future - lasts[:, 1:2]

    (x, y), (unseen, truth), (test, came), both = (
        table(0, 350),
        table(350 - 24, 450),
        table(450 - 24, 500),
        table(0, 450),
    )
    strengths = 10.0 ** np.arange(0, 8, 0.5)
    models = [Ridge(strength).fit(x, y) for strength in strengths]
    errors = [np.abs(model.predict(unseen) - truth).mean() for model in models]
    strength = strengths[int(np.argmin(errors))] * len(both[0]) / len(x)
    best = Ridge(strength).fit(*both)
    expected = np.abs(best.predict(test) - came).mean() * values[:350, 1].std()
    assert finished.results["test"]["mae"]["ridge"] == pytest.approx(expected, rel=1e-3)


def test_the_saved_model_has_learned_from_what_judged_it(finished, windows, model):
    """So it errs less there than what was judged: these are not its scores."""
    past, future = windows
    errors = future - model.predict(past.astype("float32"), verbose=0)
    test = finished.results["test"]
    assert 0.5 < np.abs(errors).mean() / test["mae"]["model"] < 1
    by_step = test["mae_by_step"]["model"]
    assert test["mae"]["model"] == pytest.approx(np.mean(by_step))


def test_skill_is_against_the_best_naive(finished):
    mae = finished.results["test"]["mae"]
    naive = min(mae["persistence"], mae["seasonal_naive"])
    assert finished.results["skill"] == pytest.approx(1 - mae["model"] / naive)


def test_the_forecast_goes_on_where_the_file_ends(finished, readings, model, windows):
    forecast = pd.read_csv(
        finished.folder / "forecast.csv", index_col="time", parse_dates=True
    )
    assert list(forecast.columns) == ["forecast", "lower", "upper"]
    last = readings.index[-1]
    assert list(forecast.index) == [last + pd.Timedelta(hours=h) for h in range(1, 7)]
    past = readings.to_numpy("float32")[None, -24:]
    expected = model.predict(past, verbose=0)[0]
    np.testing.assert_allclose(forecast["forecast"], expected, rtol=1e-4, atol=1e-5)
    saved = json.loads((finished.folder / "forecaster.json").read_text())["bands"]
    (reach,) = saved["reach"]
    moves = readings[TARGET].iloc[-24:].diff().abs().mean()
    half = np.array(reach) * max(moves, saved["least spread"])
    np.testing.assert_allclose(forecast["lower"], expected - half, atol=1e-3)
    np.testing.assert_allclose(forecast["upper"], expected + half, atol=1e-3)


def test_the_band_of_the_results_is_that_of_the_test_part(finished, windows, model):
    saved = json.loads((finished.folder / "forecaster.json").read_text())["bands"]
    place = COLUMNS.index(TARGET)
    moves = np.abs(np.diff(windows[0][:, :, place], axis=1)).mean(axis=1)
    half = np.maximum(moves, saved["least spread"])[:, None] * saved["reach"][0]
    errors = windows[1] - model.predict(windows[0].astype("float32"), verbose=0)
    (band,) = finished.results["test"]["bands"]
    assert band["level"] == 80
    assert band["coverage"] == pytest.approx((abs(errors) <= half).mean(), abs=0.01)
    assert band["width"] == pytest.approx(2 * half.mean(), rel=1e-3)
    mae = finished.results["test"]["mae"]["model"]
    assert 0 < finished.results["test"]["crps"] < mae


def test_a_stranger_opens_the_model(finished, windows, model, tmp_path):
    past = windows[0].astype("float32")
    np.save(tmp_path / "past.npy", past)
    paths = [finished.folder / "forecaster.keras", tmp_path / "past.npy"]
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            quick_to_import(STRANGER),
            *paths,
            tmp_path / "forecast.npy",
        ],
        env={
            **os.environ,
            "KERAS_BACKEND": keras.backend.backend(),
            "PYTHONPATH": os.pathsep.join(sys.path),
        },
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    np.testing.assert_allclose(
        np.load(tmp_path / "forecast.npy"),
        model.predict(past, verbose=0),
        rtol=1e-5,
        atol=1e-5,
    )


# Without training


def test_load_trains_nothing_and_forecasts_the_same(
    finished, tiny_file, tmp_path, monkeypatch, capsys
):
    monkeypatch.delattr(train, "train_forecaster")
    arguments = ["--data", str(tiny_file), "--out", str(tmp_path / "again")]
    assert main(["forecast", "--load", str(finished.folder), *arguments]) == 0
    again = tmp_path / "again"
    assert sorted(path.name for path in again.iterdir()) == [
        "forecast.csv",
        "forecast.png",
        "results.json",
    ]
    assert (again / "forecast.csv").read_bytes() == (
        finished.folder / "forecast.csv"
    ).read_bytes()
    results = json.loads((again / "results.json").read_text())
    for key in ("target", "units", "horizon", "seed", "skill", "backend"):
        assert results[key] == finished.results[key]
    assert results["test"]["mae"] == finished.results["test"]["mae"]
    assert results["loaded"] == str(finished.folder)
    printed = capsys.readouterr().out
    assert "trained on roof.csv (file), 2020-03-01 00:00:00 to" in printed
    assert "Test error" in printed


def test_load_goes_on_from_newer_rows(finished, tmp_path):
    newer = weather(540).frame.iloc[-30:]
    newer.assign(extra=1.0).to_csv(tmp_path / "newer.csv")
    arguments = ["--data", str(tmp_path / "newer.csv"), "--out", str(tmp_path)]
    assert main(["forecast", "--load", str(finished.folder), *arguments]) == 0
    forecast = pd.read_csv(tmp_path / "forecast.csv", index_col=0, parse_dates=True)
    assert forecast.index[0] == newer.index[-1] + pd.Timedelta(hours=1)
    assert json.loads((tmp_path / "results.json").read_text())["data"]["rows"] == 30


# What is said


def test_what_the_user_sees(tmp_path, capsys):
    frame = weather(400).frame.assign(stuck=1.0)
    frame["flow [/s]"] = frame.pop(TARGET)
    frame.drop(frame.index[5]).to_csv(tmp_path / "my.csv")
    status = main(
        [
            *("forecast", "--data", str(tmp_path / "my.csv"), "--model", "ridge"),
            *("--horizon", "6", "--out", str(tmp_path / "out")),
            *("--target", "flow [/s]"),
        ]
    )
    assert status == 0
    printed = capsys.readouterr().out
    assert "Data       my.csv (file): 399 rows" in printed
    assert "column 'stuck' left out: it never changes" in printed
    assert "Forecast   flow [/s], 6 steps of 1 h from the last 72" in printed
    assert "280 to train, 80 to validate, 40 to test" in printed
    for name in ("this forecast", "persistence", "seasonal naive", "ridge"):
        assert name in printed
    assert "Forecast of flow [/s]" in printed
    assert "Tue 2020-03-17 16:00" in printed
    assert f"Written    {tmp_path / 'out'}: {', '.join(FILES)}" in printed
    results = json.loads((tmp_path / "out" / "results.json").read_text())
    assert results["units"] == "/s"
    assert results["data"]["repairs"]["column 'stuck' left out: it never changes"] == 1
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == FILES


def test_bands_of_several_levels(tmp_path, tiny_file, capsys):
    out = tmp_path / "out"
    arguments = ["--data", str(tiny_file), "--model", "ridge", "--horizon", "6"]
    levels = ["--levels", "95,50, 99.5"]
    assert main(["forecast", *arguments, *levels, "--out", str(out)]) == 0
    forecast = pd.read_csv(out / "forecast.csv", index_col="time")
    names = [f"{end} {at}" for at in ("50", "95", "99.5") for end in ("lower", "upper")]
    assert list(forecast.columns) == ["forecast", *names]
    assert (forecast["upper 95"] > forecast["upper 50"]).all()
    # 95 windows of the validation part.
    assert forecast["upper 99.5"].isna().all()
    printed = capsys.readouterr().out
    assert "measured on 45 windows that did not set them" in printed
    assert "No band    of 99.5 %: there are 95 errors of each step" in printed
    results = json.loads((out / "results.json").read_text())
    assert results["levels"] == [50.0, 95.0, 99.5]
    assert [band["level"] for band in results["test"]["bands"]] == [50.0, 95.0]


def test_what_cannot_be_negative_is_said(tmp_path, capsys):
    frame = weather(400).frame.assign(sales=3 + np.arange(400) % 7)
    frame.to_csv(tmp_path / "sales.csv")
    arguments = ["--target", "sales", "--model", "ridge", "--out", str(tmp_path / "o")]
    assert main(["forecast", "--data", str(tmp_path / "sales.csv"), *arguments]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert "Note the forecast and its bands are kept at 0 or above" in printed
    results = json.loads((tmp_path / "o" / "results.json").read_text())
    assert results["limits"] == [0.0, None]


def test_a_sample_is_never_silent(tmp_path, monkeypatch, capsys):
    """Without data and network the default is the sample, and all of it says so."""
    monkeypatch.delenv("KERAS_RNN_DATA", raising=False)
    monkeypatch.setenv("KERAS_RNN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(sources, "JENA_URL", "http://127.0.0.1:1/jena.csv.zip")
    monkeypatch.setattr(
        sources, "_sample", lambda note="": replace(weather(400), note=note)
    )
    out = tmp_path / "out"
    arguments = ["--model", "ridge", "--horizon", "6", "--out", str(out)]
    assert main(["forecast", *arguments]) == 0
    printed = capsys.readouterr().out
    assert "(generated sample, not measured)" in printed
    assert "Note       The Jena weather data cannot be had" in printed
    results = json.loads((out / "results.json").read_text())
    assert results["data"]["kind"] == "sample"
    saved = json.loads((out / "forecaster.json").read_text())
    assert saved["about"]["data"]["kind"] == "sample"


def test_help_teaches(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["forecast", "--help"])
    assert stopped.value.code == 0
    text = capsys.readouterr().out
    for file in FILES:
        assert file in text
    assert "keras-rnn forecast --data sales.csv --target sales" in text
    assert "default: 8, more for" in " ".join(text.split())
    assert NetworkSettings().epochs is None
