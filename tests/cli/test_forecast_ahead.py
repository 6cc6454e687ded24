"""What is known ahead, on the command line."""

import json

import numpy as np
import pandas as pd
import pytest

from keras_rnn.cli.main import main

ARGUMENTS = ["--model", "ridge", "--history", "8", "--horizon", "5"]


def shop():
    rng = np.random.default_rng(4)
    days = pd.date_range("2023-01-01", periods=405, freq="D", name="day")
    price = rng.uniform(1, 3, 405).round(2)
    sold = (90 - 20 * price + rng.normal(0, 0.5, 405)).round(1)
    return pd.DataFrame({"sold": sold, "price": price}, days)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A table up to today, the rows to come, and both in one file."""
    folder = tmp_path_factory.mktemp("shop")
    frame = shop()
    frame.iloc[:400].to_csv(folder / "today.csv")
    frame[["price"]].iloc[400:].to_csv(folder / "next.csv")
    frame[["price"]].iloc[402:].to_csv(folder / "late.csv")
    frame[["price"]].iloc[400:403].to_csv(folder / "short.csv")
    hole = frame[["price"]].iloc[400:].astype(object)
    hole.iloc[1] = ""
    hole.to_csv(folder / "hole.csv")
    frame.loc[frame.index[400:], "sold"] = np.nan
    frame.to_csv(folder / "whole.csv")
    return folder


@pytest.fixture(scope="module")
def trained(files):
    out = files / "out"
    data = ["--data", str(files / "whole.csv"), "--target", "sold"]
    assert main(["forecast", *data, *ARGUMENTS, "--out", str(out)]) == 0
    return out


def forecast_in(folder):
    return pd.read_csv(folder / "forecast.csv", index_col=0)["forecast"]


def test_rows_at_the_end(trained):
    expected = 90 - 20 * shop()["price"].iloc[400:]
    np.testing.assert_allclose(forecast_in(trained), expected, atol=1.5)
    results = json.loads((trained / "results.json").read_text())
    assert results["test"]["mae"]["model"] < 0.7
    assert any("'price' known ahead" in text for text in results["test"]["remarks"])


@pytest.mark.parametrize("data", [["whole.csv"], ["today.csv", "next.csv"]])
def test_a_saved_forecaster(data, files, trained, tmp_path, capsys):
    words = ["--load", str(trained), "--data", str(files / data[0])]
    words += ["--future", str(files / data[1])] if len(data) > 1 else []
    assert main(["forecast", *words, "--out", str(tmp_path)]) == 0
    np.testing.assert_allclose(forecast_in(tmp_path), forecast_in(trained), rtol=1e-4)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--known-ahead", "prise"], "names a column 'prise', and there is none of"),
        (["--known-ahead", "sold"], "--known-ahead names 'sold', the column to"),
        (["--known-ahead", "price"], "of 'price' is given for no row. Give it as --f"),
        (["--future", "late.csv"], "The future rows begin at 2024-02-07 00:00:00, and"),
        (["--future", "short.csv"], "is given for 3 rows. Give it as --future, or"),
        (["--future", "hole.csv"], "no value of 'price' at 2024-02-06 00:00:00, and"),
        (["--future", "gone.csv"], "gone.csv"),
    ],
)
def test_what_goes_wrong(words, message, files, tmp_path, capsys):
    words = [str(files / word) if word.endswith(".csv") else word for word in words]
    data = ["--data", str(files / "today.csv"), "--target", "sold", *ARGUMENTS]
    assert main(["forecast", *data, *words, "--out", str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err
    assert message in said
    assert said.count("\n") == 1


@pytest.mark.parametrize("name", ["late.csv", "short.csv", "hole.csv", None])
def test_what_goes_wrong_with_a_saved_one(name, files, trained, tmp_path, capsys):
    words = ["--future", str(files / name)] if name else []
    data = ["--load", str(trained), "--data", str(files / "today.csv")]
    assert main(["forecast", *data, *words, "--out", str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "future" in said


def test_loading_has_its_own_columns(trained, files, capsys):
    words = ["--load", str(trained), "--data", str(files / "today.csv")]
    assert main(["forecast", *words, "--known-ahead", "price"]) == 2
    assert "--known-ahead belongs to training" in capsys.readouterr().err
