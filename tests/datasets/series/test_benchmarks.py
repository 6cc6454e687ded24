import pandas as pd
import pytest

from keras_rnn.datasets.series.benchmarks import load_benchmark
from keras_rnn.errors import UserError


@pytest.fixture
def own(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_RNN_DATA", str(tmp_path))
    (tmp_path / "weather").mkdir()
    return tmp_path / "weather" / "weather_2020.csv"


def test_values_are_kept_as_they_are_in_the_file(own):
    own.write_bytes(
        b"date,SWDR (W/m\xb2),wv (m/s),OT\n2020-01-01 00:10:00,0.5,-9999,428.1\n"
        b"2020-01-01 00:20:00,0.0,1.5,430\n2020-01-01 00:20:00,0.0,-9999,431\n"
    )
    series = load_benchmark("weather-2020")
    assert list(series.frame.columns) == ["SWDR (W/m²)", "wv (m/s)", "OT"]
    assert series.frame["wv (m/s)"].tolist() == [-9999, 1.5, -9999]
    assert series.frame.index[2] == pd.Timestamp("2020-01-01 00:20")
    assert series.note.startswith("2 values of -9999 (sensor errors) are kept")
    assert (series.kind, series.origin) == ("file", str(own))


def test_a_file_with_missing_values_is_not_the_benchmarks(own):
    own.write_text("date,OT\n2020-01-01,1\n2020-01-02,\n")
    with pytest.raises(UserError, match="it has missing values"):
        load_benchmark("weather-2020")


def test_a_file_that_is_not_there_is_named(own):
    with pytest.raises(UserError, match=r"a folder that holds weather/weather_2020"):
        load_benchmark("weather-2020")


def test_an_unknown_benchmark(own):
    with pytest.raises(UserError, match="Did you mean 'etth1'"):
        load_benchmark("etth2")
