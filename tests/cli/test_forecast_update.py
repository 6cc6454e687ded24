"""`keras-rnn forecast --load DIR --update` and `--explain`."""

import json
import shutil

import pandas as pd
import pytest
from helpers.forecasts import TARGET, weather

from keras_rnn.cli.main import main
from keras_rnn.forecasting.forecaster import Forecaster

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


@pytest.fixture(scope="module")
def frame():
    return weather(460).frame


@pytest.fixture(scope="module")
def saved(frame, tmp_path_factory):
    """A forecaster of the first 400 rows, explained."""
    folder = tmp_path_factory.mktemp("saved")
    frame.iloc[:400].to_csv(folder / "old.csv")
    where = ["--data", str(folder / "old.csv"), "--out", str(folder / "out")]
    assert main(["forecast", *where, *ARGUMENTS, "--explain"]) == 0
    return folder / "out"


@pytest.fixture
def update(saved, frame, tmp_path, capsys):
    """A function that updates with some rows, and returns status and what was said."""

    def run(rows, *arguments, folder=tmp_path / "out"):
        rows.to_csv(tmp_path / "new.csv")
        where = ["--data", str(tmp_path / "new.csv"), "--load", str(saved)]
        capsys.readouterr()
        status = main(["forecast", *where, "--out", str(folder), *arguments])
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


def test_explained(saved):
    table = pd.read_csv(saved / "explain.csv")
    assert list(table) == ["column", "increase", "spread", "share"]
    assert table["column"][0] == TARGET
    assert (saved / "explain.png").stat().st_size > 10_000


def test_it_goes_on_from_the_newest_row(update, saved, frame, tmp_path):
    before = (saved / "forecaster.keras").read_bytes()
    status, printed, _ = update(frame.iloc[400:], "--update")
    assert status == 0
    line = next(line for line in printed.splitlines() if line.startswith("Update"))
    assert line.startswith("Update     60 new rows: ")
    folder = tmp_path / "out"
    assert sorted(path.name for path in folder.iterdir()) == [
        *("forecast.csv", "forecast.png", "forecaster.json", "forecaster.keras"),
        "forecaster_numpy.npz",
        "results.json",
    ]
    table = pd.read_csv(folder / "forecast.csv", parse_dates=["time"])
    assert table["time"][0] == frame.index[-1] + pd.Timedelta("1h")
    newer = Forecaster.load(folder)
    assert newer.past.index[-1] == frame.index[-1]
    assert newer.predict()["forecast"].tolist() == pytest.approx(
        table["forecast"].tolist(), rel=1e-4
    )
    results = json.loads((folder / "results.json").read_text())
    assert results["trained"]["updates"][0]["rows"] == 60
    # What it was loaded from is as it was.
    assert (saved / "forecaster.keras").read_bytes() == before


def test_in_place(update, saved, frame, tmp_path):
    folder = tmp_path / "copy"
    shutil.copytree(saved, folder)
    assert update(frame.iloc[395:430], "--update", folder=folder)[0] == 0
    assert Forecaster.load(folder).past.index[-1] == frame.index[429]


def test_few_rows_are_enough_to_go_on(update, frame, tmp_path):
    """Fewer than a forecast starts from: the others are known."""
    status, printed, _ = update(frame.iloc[400:403], "--update")
    assert status == 0
    assert "3 new rows" in printed
    table = pd.read_csv(tmp_path / "out" / "forecast.csv", parse_dates=["time"])
    assert table["time"][0] == frame.index[403]


def test_loaded_and_explained(update, frame, tmp_path):
    status, printed, _ = update(frame.iloc[300:], "--explain")
    assert status == 0
    assert "Error gained when a column is shuffled in degC" in printed
    assert (tmp_path / "out" / "explain.png").exists()
    assert not (tmp_path / "out" / "forecaster.keras").exists()


def shifted(frame):
    return frame.set_axis(frame.index + pd.Timedelta("20min"))


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (
            lambda f: f.iloc[390:450] + 1,
            "(10 rows differ). Give rows after 2020-03-17 15",
        ),
        (lambda f: f.iloc[:100], "No row is later than 2020-03-17 15:00:00, the last"),
        (
            lambda f: f.iloc[400::2],
            "one row each 2 h, and the forecaster was trained on",
        ),
        (lambda f: shifted(f.iloc[400:]), "2020-03-17 16:20:00 is no whole number of"),
        (lambda f: f.iloc[400:401], "at least two rows, and there is one"),
    ],
)
def test_rows_that_cannot_follow(rows, words, update, frame, tmp_path):
    status, _, said = update(rows(frame), "--update")
    assert status == 2
    assert said.startswith("keras-rnn: ")
    assert said.count("\n") == 1
    assert words in said
    assert not any((tmp_path / "out").iterdir())


def test_an_update_needs_a_forecaster(tmp_path, capsys):
    assert main(["forecast", "--update", "--out", str(tmp_path)]) == 2
    assert capsys.readouterr().err == (
        "keras-rnn: --update learns on with a saved forecaster: name its folder by "
        "--load.\n"
    )
