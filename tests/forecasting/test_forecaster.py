import json
import shutil
from dataclasses import replace

import keras
import numpy as np
import pandas as pd
import pytest
from helpers.forecasts import TARGET, series_of, weather

from keras_rnn.errors import UserError
from keras_rnn.forecasting.conformal import Bands
from keras_rnn.forecasting.forecaster import Forecaster
from keras_rnn.forecasting.preparation import Preparation
from keras_rnn.forecasting.windows import Windows
from keras_rnn.layers import Recurrent

LOOKBACK, HORIZON = 9, 4


def make(series, every=None, horizon=HORIZON, seed=0):
    """A forecaster that has learnt nothing, with random weights."""
    target = series.default_target
    preparation, _, _ = Preparation.fit(series.frame, target, every)
    keras.utils.set_random_seed(seed)
    columns = len(preparation.features)
    model = keras.Sequential(
        [
            keras.Input((LOOKBACK, columns)),
            keras.layers.Rescaling(0.01),
            Recurrent("gru", 3),
            keras.layers.Dense(horizon),
        ]
    )
    bands = Bands((80.0,), np.arange(1.0, 1 + horizon)[None], least_spread=0.01)
    metadata = {"seed": seed, "model": "gru"}
    return Forecaster(model, preparation, target, "degC", horizon, bands, metadata)


@pytest.fixture(scope="module")
def series():
    return weather(200)


@pytest.fixture(scope="module")
def forecaster(series):
    return make(series)


@pytest.fixture(scope="module")
def saved(forecaster, tmp_path_factory):
    folder = tmp_path_factory.mktemp("saved")
    forecaster.save(folder)
    return folder


@pytest.fixture
def folder(saved, tmp_path):
    """A copy that a test may damage."""
    return shutil.copytree(saved, tmp_path / "copy")


# Forecasting


def test_the_forecast_is_the_models_for_the_last_rows(forecaster, series):
    rows = forecaster.preparation.transform(series.frame, TARGET)
    past = rows.to_numpy("float32")[None, -LOOKBACK:]
    expected = forecaster.model.predict(past, verbose=0)[0]
    future = forecaster.predict(series.frame)
    assert list(future.columns) == ["forecast", "lower", "upper"]
    np.testing.assert_allclose(future["forecast"], expected, rtol=0, atol=1e-6)
    band = future[["lower", "upper"]].sub(future["forecast"], axis=0).to_numpy()
    moves = rows[TARGET].iloc[-LOOKBACK:].diff().abs().mean()
    steps = np.arange(1.0, 1 + HORIZON)
    np.testing.assert_allclose(band.T, [-moves * steps, moves * steps], rtol=1e-9)


def test_several_bands(forecaster, series):
    reach = np.outer([1.0, 3.0], np.ones(HORIZON))
    bands = Bands((50.0, 95.0), reach, least_spread=0.01, limits=(0.0, np.inf))
    future = replace(forecaster, bands=bands).predict(series.frame)
    assert list(future.columns) == [
        "forecast",
        *("lower 50", "upper 50", "lower 95", "upper 95"),
    ]
    assert (future >= 0).all(axis=None)
    assert (future["upper 95"] > future["upper 50"]).all()


def test_only_the_end_counts(forecaster, series):
    whole = forecaster.predict(series.frame)
    earlier = series.frame.copy()
    earlier.iloc[:-LOOKBACK] += 50
    pd.testing.assert_frame_equal(forecaster.predict(earlier), whole)
    end = series.frame.iloc[-LOOKBACK:]
    pd.testing.assert_frame_equal(forecaster.predict(end), whole)
    with pytest.raises(AssertionError):
        pd.testing.assert_frame_equal(forecaster.predict(series.frame + 1), whole)


def test_every_stretch_of_a_series(forecaster, series):
    rows = forecaster.preparation.transform(series.frame, TARGET)
    windows = Windows(rows, LOOKBACK, 0, 0)
    forecasts = forecaster.predict_windows(windows)
    assert forecasts.shape == (200 - LOOKBACK + 1, HORIZON)
    for place in (0, 100, -1):
        until = series.frame.loc[: windows.input_times(place)[-1]]
        np.testing.assert_allclose(
            forecasts[place], forecaster.predict(until)["forecast"], rtol=1e-5
        )


def stamps(future):
    return [f"{stamp:%Y-%m-%d %H:%M}" for stamp in future.index]


def test_hours_follow_hours(forecaster, series):
    future = forecaster.predict(series.frame)
    assert stamps(series.frame)[-1] == "2020-03-09 07:00"
    assert stamps(future) == [f"2020-03-09 {hour:02}:00" for hour in (8, 9, 10, 11)]
    assert future.index.name == "time"


def test_thinned_rows_are_followed_by_thinned_rows():
    series = weather(1205, "10min")
    future = make(series).predict(series.frame)
    # The last whole hour; what was read after it is no hour yet.
    assert stamps(series.frame)[-1] == "2020-03-09 08:40"
    assert stamps(future) == [f"2020-03-09 {hour:02}:00" for hour in (9, 10, 11, 12)]


@pytest.mark.parametrize(
    ("last", "frequency", "expected"),
    [
        ("2008-12-31", "ME", ["2009-01-31", "2009-02-28", "2009-03-31", "2009-04-30"]),
        ("2008-12-01", "MS", ["2009-01-01", "2009-02-01", "2009-03-01", "2009-04-01"]),
        ("2008-10-01", "QS", ["2009-01-01", "2009-04-01", "2009-07-01", "2009-10-01"]),
        # A Thursday.
        ("2009-01-01", "B", ["2009-01-02", "2009-01-05", "2009-01-06", "2009-01-07"]),
    ],
)
def test_the_calendar_goes_on(last, frequency, expected):
    index = pd.date_range(end=last, periods=150, freq=frequency)
    values = np.random.default_rng(0).normal(size=150)
    series = series_of(pd.DataFrame({"sales": values}, index=index), "sales")
    future = make(series).predict(series.frame)
    assert [f"{stamp:%Y-%m-%d}" for stamp in future.index] == expected


def test_too_few_rows(forecaster, series):
    with pytest.raises(UserError, match="last 9 rows, and there are 8"):
        forecaster.predict(series.frame.iloc[-8:])


def test_a_hole_at_the_end(forecaster, series):
    broken = series.frame.copy()
    broken.iloc[-8:-3, 0] = np.nan
    with pytest.raises(UserError, match=r"'p \(mbar\)' has no value at 2020-03-09 04"):
        forecaster.predict(broken)


def test_another_station(forecaster, series):
    other = series.frame.rename(columns={"rh (%)": "humidity"})
    with pytest.raises(UserError, match=r"no column 'rh \(%\)', which the forecaster"):
        forecaster.predict(other)


# Saving and loading


def test_there_and_back(forecaster, saved, series):
    assert sorted(path.name for path in saved.iterdir()) == [
        "forecaster.json",
        "forecaster.keras",
        "forecaster_numpy.npz",
    ]
    loaded = Forecaster.load(saved)
    for name in ("preparation", "target", "unit", "horizon", "metadata", "lookback"):
        assert getattr(loaded, name) == getattr(forecaster, name)
    assert loaded.bands.to_dict() == forecaster.bands.to_dict()
    pd.testing.assert_frame_equal(
        loaded.predict(series.frame), forecaster.predict(series.frame)
    )


def test_saving_again_replaces_both_files(series, folder):
    other = make(series, seed=1)
    other.save(folder)
    loaded = Forecaster.load(folder)
    assert loaded.metadata["seed"] == 1
    pd.testing.assert_frame_equal(
        loaded.predict(series.frame), other.predict(series.frame)
    )


def test_a_failed_save_leaves_the_earlier_one(series, folder, monkeypatch):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    other = replace(make(series, seed=1), metadata={"seed": object()})
    with pytest.raises(TypeError):
        other.save(folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before

    def full(self, path, **kwargs):
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(keras.Model, "save", full)
    with pytest.raises(UserError, match=r"No space left on device\. Free some space"):
        make(series, seed=1).save(folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize("name", ["forecaster.keras", "forecaster.json"])
def test_a_missing_file(name, folder):
    (folder / name).unlink()
    with pytest.raises(UserError, match=f"no saved forecaster: there is no {name}"):
        Forecaster.load(folder)


def test_no_folder_at_all(tmp_path):
    with pytest.raises(UserError, match="holds no saved forecaster"):
        Forecaster.load(tmp_path / "nowhere")


@pytest.mark.parametrize("size", [0, 10, 5000])
def test_a_model_that_was_cut_off(size, folder):
    path = folder / "forecaster.keras"
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(UserError, match=r"forecaster\.keras is damaged or no"):
        Forecaster.load(folder)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", "3", '{"format": 2}', '"format"', "\x00\xff"]
)
def test_a_foreign_json(text, folder):
    (folder / "forecaster.json").write_text(text, encoding="latin-1")
    with pytest.raises(UserError, match=r"forecaster\.json is damaged or belongs to"):
        Forecaster.load(folder)


def change(folder, **entries):
    path = folder / "forecaster.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | entries))


BANDS = Bands((80.0,), np.ones((1, HORIZON))).to_dict()


@pytest.mark.parametrize(
    "entries",
    [
        {"bands": {"levels": [80], "reach": [[1.0]], "season": 1, "limits": [0, 1]}},
        {"bands": BANDS | {"reach": [[1.0]]}},
        {"bands": BANDS | {"levels": [80, 95]}},
        {"bands": BANDS | {"limits": "none"}},
        {"bands": "wide"},
        {"horizon": 5},
        {"horizon": None},
        {"preparation": {}},
        {"preparation": "none"},
        {"about": 3},
    ],
)
def test_a_json_with_wrong_entries(entries, folder):
    change(folder, **entries)
    with pytest.raises(UserError, match=r"forecaster\.json is damaged or belongs to"):
        Forecaster.load(folder)


@pytest.mark.parametrize(
    ("number", "age"), [(1, "an older version"), (3, "a newer version")]
)
def test_a_format_of_another_version(number, age, folder):
    change(folder, format=number, keras_rnn="9.0")
    with pytest.raises(UserError) as refused:
        Forecaster.load(folder)
    assert str(refused.value) == (
        f"{folder / 'forecaster.json'} was written by {age}, keras_rnn 9.0, in a "
        "format that this one does not read. Fit the forecaster again."
    )


def test_files_of_two_forecasters_of_one_shape(series, folder, tmp_path):
    make(series, seed=1).save(tmp_path / "other")
    shutil.copy(tmp_path / "other" / "forecaster.keras", folder)
    with pytest.raises(UserError, match="are of two different forecasters"):
        Forecaster.load(folder)


def test_files_of_two_forecasters_of_other_shapes(series, folder, tmp_path):
    make(series, horizon=2).save(tmp_path / "other")
    shutil.copy(tmp_path / "other" / "forecaster.json", folder)
    with pytest.raises(UserError, match="are of two different forecasters"):
        Forecaster.load(folder)


def test_any_keras_model_is_no_forecaster(folder):
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    model.save(folder / "forecaster.keras")
    with pytest.raises(UserError, match="are of two different forecasters"):
        Forecaster.load(folder)
    one, two = keras.Input((3,)), keras.Input((2,))
    same = keras.layers.Identity()
    model = keras.Model([one, two], [same(one), same(two)])
    model.save(folder / "forecaster.keras")
    with pytest.raises(UserError, match="are of two different forecasters"):
        Forecaster.load(folder)
