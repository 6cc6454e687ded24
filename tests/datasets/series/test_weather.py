"""Which source is taken, and what is said when none can be had."""

import os
import zipfile

import pandas as pd
import pytest

import keras_rnn.datasets.series.weather as weather
from keras_rnn.datasets.series.weather import load
from keras_rnn.datasets.series.weather_sample import generate, write_csv
from keras_rnn.datasets.sources.download import NotOnServerError
from keras_rnn.errors import UserError

REAL_DATA = os.environ.get("KERAS_RNN_DATA", "")


@pytest.fixture(autouse=True)
def bare_machine(monkeypatch, tmp_path):
    """No data folder, an empty cache, and no network."""
    monkeypatch.delenv("KERAS_RNN_DATA", raising=False)
    monkeypatch.setenv("KERAS_RNN_CACHE", str(tmp_path / "cache"))

    def no_network(url, path, **arguments):
        raise UserError("the.server cannot be reached (no network).")

    monkeypatch.setattr(weather, "download", no_network)


@pytest.fixture
def online(monkeypatch, tmp_path):
    """A network that has the files put into this dict: file name -> frame."""
    files, fetched = {}, []

    def fetch(url, path, *, check):
        name = url.rsplit("/", 1)[-1]
        fetched.append(url)
        if name not in files:
            raise NotOnServerError(f"{url} cannot be had: the server says 404.")
        path.parent.mkdir(parents=True, exist_ok=True)
        put(path, files[name])
        check(path)
        return path

    monkeypatch.setattr(weather, "download", fetch)
    files["fetched"] = fetched
    return files


def put(path, frame, encoding="utf-8"):
    """Write a frame in the station's format, in a zip if the name says so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    plain = path.with_suffix("") if path.suffix == ".zip" else path
    write_csv(frame, plain)
    if path.suffix == ".zip":
        text = plain.read_text().encode(encoding)
        plain.unlink()
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("station.csv", text)
    return path


@pytest.fixture
def data(monkeypatch, tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    monkeypatch.setenv("KERAS_RNN_DATA", str(folder))
    return folder


@pytest.mark.parametrize(
    "name",
    [
        "weather/jena_hourly_2009_2016_6col.csv.gz",
        "weather/jena_climate_2009_2016.csv",
        "weather/jena_climate_2009_2016.csv.zip",
        "jena_climate_2009_2016.csv",
        "jena_climate_2009_2016.csv.zip",
    ],
)
def test_ones_own_copy_of_jena(data, name):
    put(data / name, generate(50))
    series = load()
    assert (series.kind, series.origin) == ("file", str(data / name))
    assert series.name == "Jena weather 2009-2016"


def test_the_original_goes_before_the_hourly_extract(data):
    put(data / "weather/jena_hourly_2009_2016_6col.csv.gz", generate(50))
    put(data / "weather/jena_climate_2009_2016.csv.zip", generate(60))
    assert len(load("weather").frame) == 60


def test_ones_own_copy_of_a_year(data):
    put(data / "weather/weather_2020.csv.zip", generate(50))
    series = load("weather-2020")
    assert (series.kind, series.name) == ("file", "Jena weather 2020")


def test_ones_own_copy_of_both_halves(data):
    first = generate(50, start="2019-01-01")
    second = generate(50, start="2019-07-01")
    put(data / "weather/mpi_roof_2019a.zip", first)
    put(data / "weather/mpi_roof_2019b.zip", second)
    series = load("weather-2019")
    assert series.kind == "file"
    expected = pd.concat([first, second])
    series.frame.index = series.frame.index.as_unit(expected.index.unit)
    pd.testing.assert_frame_equal(series.frame, expected)


def test_a_wrong_data_folder_is_an_error_even_for_the_default(monkeypatch):
    monkeypatch.setenv("KERAS_RNN_DATA", "/no/such/folder")
    with pytest.raises(UserError, match="KERAS_RNN_DATA is set to /no/such/folder"):
        load()


def test_a_damaged_file_of_ones_own_is_not_replaced_by_a_sample(data):
    (data / "jena_climate_2009_2016.csv.zip").write_bytes(b"PK\x03\x04 cut")
    with pytest.raises(UserError, match="is damaged"):
        load()


def test_without_network_the_default_is_a_sample_that_says_so():
    series = load()
    assert series.kind == "sample"
    assert series.origin == "generated, seed 0"
    assert series.note == (
        "The Jena weather data cannot be had, so a generated sample stands in. "
        "the.server cannot be reached (no network). To use real data, give a CSV file "
        "or set KERAS_RNN_DATA to a folder that holds jena_climate_2009_2016.csv.zip."
    )
    pd.testing.assert_frame_equal(series.frame, load("sample").frame)


def test_the_sample_that_was_asked_for_needs_no_excuse():
    series = load("sample")
    assert series.note == ""
    assert series.frame.shape == (105_120, 14)
    assert series.default_target == "T (degC)"
    assert series.repairs == {}


def test_the_sample_has_no_time_column_to_choose():
    with pytest.raises(UserError, match="has no time column to choose"):
        load("sample", time_column="Date Time")


def test_without_network_a_year_is_an_error_that_says_what_to_do():
    with pytest.raises(UserError) as caught:
        load("weather-2020")
    assert str(caught.value) == (
        "The weather of 2020 cannot be had: the.server cannot be reached (no network). "
        "Set KERAS_RNN_DATA to a folder that holds weather/weather_2020.csv.zip, give "
        "a CSV file, or take the data set 'sample'."
    )


def test_a_download_is_kept_and_used_again(online):
    online["jena_climate_2009_2016.csv.zip"] = generate(80)
    first, second = load(), load()
    assert first.kind == second.kind == "download"
    assert first.origin == weather.JENA_URL
    assert len(second.frame) == 80
    assert online["fetched"] == [weather.JENA_URL]


def test_both_halves_of_a_year_are_joined(online):
    online["mpi_roof_2019a.zip"] = generate(50, start="2019-01-01 00:10")
    # The second file repeats the last row of the first, as the station's do.
    online["mpi_roof_2019b.zip"] = generate(30, start="2019-01-01 08:20")
    series = load("weather-2019")
    assert series.kind == "download"
    assert len(series.frame) == 79
    assert series.frame.index.is_monotonic_increasing
    assert series.frame.index.is_unique
    assert series.note == ""
    assert series.repairs == {"rows that repeat a time stamp, dropped": 1}


def test_the_running_year_has_only_one_half(online):
    online["mpi_roof_2031a.zip"] = generate(50, start="2031-01-01")
    series = load("weather-2031")
    assert len(series.frame) == 50
    assert series.note.startswith("Only one half of 2031 is there: https://www.bgc")


def test_a_year_that_the_server_does_not_have(online):
    with pytest.raises(
        UserError, match=r"weather of 1903 cannot be had: .* says 404\."
    ):
        load("weather-1903")


def test_a_file_of_something_else_is_refused(online):
    frame = generate(50).rename(columns={"T (degC)": "temperature"})
    online["mpi_roof_2019a.zip"] = frame
    with pytest.raises(ValueError, match=r"has no column 'T \(degC\)'"):
        load("weather-2019")


def test_a_damaged_cache_says_what_to_delete(tmp_path):
    path = tmp_path / "cache" / "weather" / "jena_climate_2009_2016.csv.zip"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"PK\x03\x04 cut")
    with pytest.raises(UserError, match=r"Delete .*csv\.zip to download it anew\."):
        load()


def test_the_real_files(real_data, monkeypatch):
    monkeypatch.setenv("KERAS_RNN_DATA", REAL_DATA)
    real_data("weather/weather_2020.csv.zip")
    assert load("weather-2020").frame.shape == (52_695, 21)
    assert load("weather").frame.shape[0] >= 70_038
    assert load("weather-2020").default_target == "T (degC)"
