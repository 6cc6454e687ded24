"""`keras-rnn inspect`: what it says of a table, and the command that it ends with."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from keras_rnn.cli.main import main


def months(path, rows=144):
    index = pd.date_range("1949-01-01", periods=rows, freq="MS")
    season = np.resize([0, -2, 3, 1, 2, 6, 9, 9, 4, 0, -4, -1], rows)
    values = 100 + np.arange(rows) + 5 * season
    lines = [f"{t:%d/%m/%Y},{v}" for t, v in zip(index, values, strict=True)]
    path.write_text("\n".join(["Month,Passengers", *lines]) + "\n")
    return path


def said(capsys, *arguments, status=0):
    assert main(["inspect", *map(str, arguments)]) == status
    streams = capsys.readouterr()
    return streams.out if status == 0 else streams.err


def facts(text):
    """The lines that begin with a name, as a dict to the last of that name."""
    lines = [line for line in text.splitlines() if line[:1].strip()]
    return {line[:11].strip(): line[11:] for line in lines}


def test_months_at_a_glance(capsys, tmp_path):
    path = months(tmp_path / "air.csv")
    text = said(capsys, path)
    found = facts(text)
    assert found["Data"].startswith("air.csv (file): 144 rows, 1 column, 1949-01-01")
    assert found["Step"] == "monthly"
    assert found["First row"] == "1949-01-01 00:00, in the file '01/01/1949'"
    assert found["Last row"] == "1960-12-01 00:00, in the file '01/12/1960'"
    assert "day first" in found["Time"]
    assert found["Measured"] == "'Passengers'"
    assert found["Target"].startswith("'Passengers': the only measured column; name an")
    assert found["Forecast"] == (
        f"keras-rnn forecast --data {path} --target Passengers --every '1 month' "
        "--horizon 12"
    )
    (line,) = [line for line in text.splitlines() if line.startswith("Passengers ")]
    assert "▁" in line
    assert "█" in line
    assert line.endswith(" 90 to 284")


def test_gaps_are_dots_and_named(capsys, tmp_path):
    index = pd.date_range("2024-01-01", periods=400, freq="h")
    frame = pd.DataFrame({"flow": np.arange(400.0) % 24}, index=index.rename("time"))
    frame.drop(frame.index[100:180]).to_csv(tmp_path / "holes.csv")
    text = said(capsys, tmp_path / "holes.csv")
    assert "······" in text
    assert "No value   flow: between 2024-01-05 03:00 and 2024-01-08 12:00" in text
    assert facts(text)["Step"] == "hourly, 80 missing in 1 gaps"


def test_several_series_and_the_one_that_is_chosen(capsys, tmp_path):
    index = pd.date_range("2021-01-01", periods=200).repeat(2)
    frame = pd.DataFrame({"date": index, "store": ["North", "South"] * 200})
    frame["sales"] = np.random.default_rng(0).normal(50, 9, 400).round(1)
    path = tmp_path / "stores.csv"
    frame.to_csv(path, index=False)
    error = said(capsys, path, status=2)
    assert "column 'store' (2 values: 'North', 'South')" in error
    assert error.rstrip().endswith(
        "--where store=North; or forecast all: keras-rnn forecast --series-column "
        "store."
    )
    found = facts(said(capsys, path, "--where", "store=South"))
    assert found["Series"] == "store=South"
    assert " --where store=South " in found["Forecast"]


def test_a_table_without_time(capsys, tmp_path):
    path = tmp_path / "bare.csv"
    path.write_text("x\n" + "\n".join(str(1 + i % 7) for i in range(200)) + "\n")
    error = said(capsys, path, status=2)
    assert "no column holds time stamps" in error
    assert "--every 1h" in error
    assert "--start 2024-01-01" in error
    found = facts(said(capsys, path, "--every", "1h", "--start", "2024-01-01"))
    assert found["Step"] == "hourly"
    assert found["Forecast"].endswith(
        "--start 2024-01-01 --target x --every '1 h' --horizon 24"
    )


def test_too_short_to_forecast_is_no_failure(capsys, tmp_path):
    found = facts(said(capsys, months(tmp_path / "short.csv", 20)))
    assert found["No forecast"].startswith("The series has 20 rows, one each 1 month")


def test_the_picture(capsys, tmp_path):
    path = months(tmp_path / "air.csv")
    said(capsys, path, "--plot", tmp_path / "out")
    data = (tmp_path / "out" / "columns.png").read_bytes()
    assert data.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--where", "North"], "--where North is not of the form COLUMN=VALUE"),
        (["--date-order", "month"], None),
        (["--date-order", "sideways"], "--date-order is day, month or year first, not"),
        (["--target", "Pasengers"], None),
    ],
)
def test_arguments(capsys, tmp_path, arguments, message):
    path = months(tmp_path / "air.csv")
    if message:
        assert message in said(capsys, path, *arguments, status=2)
    else:
        said(capsys, path, *arguments)


def test_nothing_slow_is_imported(tmp_path):
    path = months(tmp_path / "air.csv")
    code = (
        "import sys\nfrom keras_rnn.cli.main import main\n"
        f"assert main(['inspect', {str(path)!r}]) == 0\n"
        "heavy = {'keras', 'tensorflow', 'jax', 'torch', 'matplotlib', 'scipy'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
