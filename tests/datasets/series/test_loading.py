"""Names go to the data sets, paths to the reader of tables."""

import pandas as pd
import pytest

from keras_rnn.datasets.series.loading import load_series
from keras_rnn.datasets.series.weather_sample import generate, write_csv
from keras_rnn.errors import UserError


def test_a_path(tmp_path):
    path = tmp_path / "roof.csv"
    write_csv(generate(50), path)
    series = load_series(str(path))
    assert (series.kind, series.name, series.origin) == ("file", "roof.csv", str(path))
    assert series.default_target == "T (degC)"
    assert series.units["wv (m/s)"] == "m/s"
    assert len(series.frame) == 50
    assert series.table.time.notation == "day.month.year time"
    assert load_series(path).origin == str(path)


def test_a_name():
    assert load_series("sample").kind == "sample"


def test_the_time_column_is_handed_on(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a,b,x\n2020-01-01,2021-01-01,5\n2020-01-02,2021-01-02,6\n")
    assert load_series(path, time_column="b").frame.index[0] == pd.Timestamp(
        "2021-01-01"
    )


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("wether", "There is no data set 'wether'. Did you mean 'weather'? Known are"),
        ("weather2020", "There is no data set 'weather2020'. Did you mean 'weather-20"),
        ("xyz", "There is no data set 'xyz'. Known are 'weather', 'weather-2020', 'sa"),
        ("station.csv", "There is no file station.csv."),
        ("no/such", "There is no file no/such. There is no folder no either."),
    ],
)  # fmt: skip
def test_unknown_names_and_missing_files(monkeypatch, tmp_path, name, message):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError) as caught:
        load_series(name)
    assert str(caught.value).startswith(message)


def test_one_series_of_several(tmp_path):
    path = tmp_path / "a.csv"
    days = pd.date_range("2020-01-01", periods=20)
    rows = [f"{d:%Y-%m-%d},{s},{i}" for i, d in enumerate(days) for s in ("N", "S")]
    path.write_text("\n".join(["day,store,sales", *rows]))
    assert load_series(path, where={"store": "S"}).frame["sales"].tolist() == [
        *range(20)
    ]
    with pytest.raises(UserError, match=r"where={'store': 'N'}"):
        load_series(path)


def test_rows_without_time(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("sales\n1.5\n2.5\n4.5\n")
    series = load_series(path, every="1 month", start="2020-01-31")
    assert series.frame.index[1] == pd.Timestamp("2020-02-29")
    with pytest.raises(UserError, match="`every` and `start`"):
        load_series(path, every="1h")


@pytest.mark.parametrize(
    "argument", [{"where": {"a": 1}}, {"date_order": "day first"}, {"start": "2020"}]
)
def test_arguments_about_tables_beside_a_name(argument):
    (name,) = argument
    with pytest.raises(UserError) as caught:
        load_series("sample", **argument)
    assert str(caught.value) == (
        f"{name} is about tables of one's own, and 'sample' is a data set that is "
        f"known. Leave out {name}."
    )
