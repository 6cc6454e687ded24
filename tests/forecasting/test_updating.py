from dataclasses import replace

import keras
import numpy as np
import pandas as pd
import pytest
from helpers.forecasts import TARGET, weather

from keras_rnn.datasets.series.weather_sample import generate
from keras_rnn.errors import UserError
from keras_rnn.forecasting import updating
from keras_rnn.forecasting.forecaster import Forecaster
from keras_rnn.forecasting.updating import Gain

FITTED = {"history": 12, "horizon": 6, "verbose": 0}


@pytest.fixture(scope="module")
def frame():
    """The last 160 rows are what comes later: as warm again, a step ahead."""
    return weather(560).frame


@pytest.fixture(scope="module")
def forecaster(frame):
    return Forecaster.fit(frame.iloc[:400], TARGET, model="ridge", **FITTED)


@pytest.fixture
def eager(monkeypatch):
    """Ten times the rate, and thrice as long, so that something is learned."""
    monkeypatch.setattr(updating, "_LEARNING_RATE", 1e-3)
    monkeypatch.setattr(updating, "_EPOCHS", 15)


@pytest.fixture(scope="module")
def changed(frame):
    """From row 400 on, the temperature follows another law: it is upside down."""
    later = frame.copy()
    mean = later[TARGET].mean()
    later.loc[later.index[400:], TARGET] = mean - (later[TARGET][400:] - mean)
    return later


def weights(forecaster):
    return [np.array(one) for one in forecaster.model.get_weights()]


def test_it_learns_from_rows_of_another_kind(forecaster, changed, eager, capsys):
    before = weights(forecaster)
    newer = forecaster.update(changed.iloc[400:])
    (entry,) = newer.metadata["updates"]
    assert entry["rows"] == 160
    assert (entry["start"], entry["end"]) == (
        str(changed.index[400]),
        str(changed.index[-1]),
    )
    # From all of the first 400 rows it had learned.
    assert entry["held out rows"] == 0.25 * 160
    assert entry["learned"] is True
    assert entry["mae after"] < entry["mae before"]
    said = capsys.readouterr().out
    assert said.startswith("160 new rows: error on the newest 40 rows from ")
    assert said == entry["gain"] + "\n"
    assert newer.metadata["trained on"] == [
        forecaster.metadata["trained on"][0],
        str(changed.index[-1]),
    ]
    assert any((a != b).any() for a, b in zip(before, weights(newer), strict=True))
    # The one that it was made of is as it was.
    for old, same in zip(before, weights(forecaster), strict=True):
        np.testing.assert_array_equal(old, same)
    assert "updates" not in forecaster.metadata
    assert newer.predict().index[0] == changed.index[-1] + pd.Timedelta("1h")
    assert set(newer.metadata["weights"]) == set(forecaster.metadata["weights"])
    assert newer.metadata["weights"] != forecaster.metadata["weights"]


def test_what_is_held_out_was_not_learned_from(forecaster, changed, monkeypatch):
    """First the rows before the held-out 40, then the windows that reach into them."""
    taught = []

    class Listening(updating._Learner):
        def learn(self, windows, seed):
            taught.append((windows.index[windows.starts + 24], windows.index[-1]))
            super().learn(windows, seed)

    monkeypatch.setattr(updating, "_LEARNING_RATE", 1e-3)
    monkeypatch.setattr(updating, "_Learner", Listening)
    newer = forecaster.update(changed.iloc[400:], verbose=0)
    assert newer.metadata["updates"][0]["held out rows"] == 40
    (first, end), (second, last) = taught
    assert (end, last) == (changed.index[519], changed.index[559])
    # Of each row that a window begins to forecast, none is left out, none comes twice.
    assert first.append(second).equals(changed.index[400 : 560 - 5])


def test_where_nothing_is_gained_the_weights_stay(
    forecaster, frame, monkeypatch, capsys
):
    monkeypatch.setattr(updating, "_LEARNING_RATE", 1.0)
    newer = forecaster.update(frame.iloc[400:])
    assert newer.model is forecaster.model
    (entry,) = newer.metadata["updates"]
    assert entry["learned"] is False
    assert entry["mae after"] > entry["mae before"]
    assert "160 new rows: nothing gained, error on the newest 40 " in entry["gain"]
    assert newer.metadata["trained on"] == forecaster.metadata["trained on"]
    assert newer.predict().index[0] == frame.index[-1] + pd.Timedelta("1h")
    np.testing.assert_allclose(
        newer.predict()["forecast"], forecaster.predict(frame)["forecast"], rtol=1e-5
    )


def test_the_errors_are_those_of_the_newest_rows(forecaster, frame):
    newer = forecaster.update(frame.iloc[400:], verbose=0)
    errors = []
    for end in range(560 - 40, 560 - 6 + 1):
        forecast = forecaster.predict(frame.iloc[:end])["forecast"]
        errors.append(np.abs(forecast - frame[TARGET].iloc[end : end + 6]).mean())
        if len(errors) == 3:
            break
    rows = forecaster.preparation.transform(frame, TARGET)
    windows = updating._windows(forecaster, rows, 40)
    assert windows.count == 40 - 6 + 1
    found = np.abs(
        forecaster.predict_windows(windows)[:3]
        - np.array([frame[TARGET].iloc[end : end + 6] for end in range(520, 523)])
    ).mean(axis=1)
    np.testing.assert_allclose(found, errors, rtol=1e-4)
    whole = updating._error(forecaster.model, windows)
    assert newer.metadata["updates"][0]["mae before"] == pytest.approx(whole)


def test_few_rows_are_gone_on_from_and_learned_from_later(frame):
    """Until there are two horizons of them, they wait."""
    fitted = Forecaster.fit(frame.iloc[:400], TARGET, model="ridge", **FITTED)
    assert fitted.metadata["trained on"][1] == str(frame.index[399])
    once = fitted.update(frame.iloc[398:407], verbose=0)
    (entry,) = once.metadata["updates"]
    assert (entry["rows"], entry["held out rows"], entry["learned"]) == (7, 0, False)
    assert entry["mae before"] is None
    assert entry["gain"] == (
        "7 new rows, from which it goes on; too few to learn from, which takes 12 rows "
        "that it has not learned from"
    )
    assert once.past.index[-1] == frame.index[406]
    twice = once.update(frame.iloc[407:420], verbose=0)
    assert twice.metadata["updates"][1]["held out rows"] == 6
    assert twice.metadata["updates"][1]["rows"] == 13
    assert twice.metadata["updates"][0] == entry


def test_saved_and_loaded_it_goes_on(forecaster, changed, eager, tmp_path):
    forecaster.save(tmp_path / "first")
    loaded = Forecaster.load(tmp_path / "first")
    newer = loaded.update(changed.iloc[390:500], verbose=0)
    newer.save(tmp_path / "second")
    again = Forecaster.load(tmp_path / "second")
    assert again.metadata == newer.metadata
    np.testing.assert_allclose(
        again.predict()["forecast"], newer.predict()["forecast"], rtol=1e-6
    )
    last = again.update(changed.iloc[500:], verbose=0)
    assert len(last.metadata["updates"]) == 2
    assert last.predict().index[0] == changed.index[-1] + pd.Timedelta("1h")


def test_networks_learn_too_and_lines_are_fixed_again(frame, changed, eager):
    fitted = Forecaster.fit(
        frame.iloc[:400], TARGET, model="simple_rnn", epochs=1, **FITTED
    )
    newer = fitted.update(changed.iloc[400:], verbose=0)
    assert newer.metadata["updates"][0]["learned"]
    pairs = zip(fitted.model.weights, newer.model.weights, strict=True)
    for old, new in pairs:
        assert (np.array(old) != np.array(new)).any(), old.path
    fixed = [
        layer.name
        for layer in updating._layers(newer.model)
        if isinstance(layer, keras.layers.Dense) and not layer.trainable
    ]
    assert {"ridge_1", "ridge_2", "fixed_line"} <= set(fixed)
    assert not newer.model.compiled


@pytest.mark.parametrize(
    ("freq", "rows", "fixed", "lines"),
    [
        (
            "D",
            400,
            {"drift", "exponential_smoothing", "wave_of_the_year"},
            {"ridge_1", "ridge_2"},
        ),
        (
            "MS",
            144,
            {"persistence", "seasonal_naive", "drift", "exponential_smoothing"},
            {"ridge", "ridge_on_the_target_alone", "ridge_on_logarithms"},
        ),
    ],
)
def test_what_is_no_line_and_fixed_stays_as_it_was(freq, rows, fixed, lines, eager):
    """Of days and of a short series: drift, smoothing, naive members and the wave."""
    index = pd.date_range("2012-01-01", periods=rows + 60, freq=freq)
    year = 2 * np.pi * index.day_of_year.to_numpy() / 365.25
    noise = np.random.default_rng(0).normal(size=(2, len(index)))
    frame = pd.DataFrame(
        {TARGET: 50 - 10 * np.cos(year) + noise[0], "rh (%)": 60 + 5 * noise[1]}, index
    )
    fitted = Forecaster.fit(
        frame[:rows], TARGET, horizon=6, history=13, model="ridge", verbose=0
    )
    before = {
        layer.name: [np.array(one) for one in layer.get_weights()]
        for layer in updating._layers(fitted.model)
        if isinstance(layer, keras.layers.Dense)
    }
    assert set(before) == fixed | lines | {"blend"}
    learner = updating._Learner(fitted)
    later = fitted.preparation.transform(frame, TARGET)
    learner.learn(updating._windows(fitted, later, 60), 0)
    for layer in updating._layers(learner.model):
        if layer.name in before:
            pairs = zip(before[layer.name], layer.get_weights(), strict=True)
            same = all(np.array_equal(old, new) for old, new in pairs)
            assert same == (layer.name in fixed), layer.name
            assert layer.trainable == (layer.name == "blend")


@pytest.fixture(scope="module")
def thinned():
    frame = generate(3600, start="2020-03-01", step="10min", seed=0)[[TARGET]]
    frame["rain (mm)"] = np.random.default_rng(0).random(3600).round(2)
    fitted = Forecaster.fit(frame.iloc[:2401], TARGET, model="ridge", **FITTED)
    return frame, fitted


def test_thinned_rows_may_begin_within_one_that_is_known(thinned):
    frame, fitted = thinned
    assert fitted.preparation.aggregate == {TARGET: "last", "rain (mm)": "sum"}
    newer = fitted.update(frame.iloc[2390:], verbose=0)
    whole = fitted.preparation.transform(frame, TARGET)
    kept = newer.past
    pd.testing.assert_frame_equal(kept, whole.loc[kept.index], check_freq=False)
    assert kept.index[-1] == whole.index[-1]


def refused(forecaster, frame):
    before = dict(forecaster.metadata)
    with pytest.raises(UserError) as raised:
        forecaster.update(frame)
    assert forecaster.metadata == before
    assert "\n" not in str(raised.value)
    return str(raised.value)


def test_rows_that_are_known_with_other_values(forecaster, frame):
    other = frame.iloc[380:450].copy()
    other.loc[frame.index[390:393], TARGET] += 1.0
    knows, has = frame[TARGET].iloc[390], other[TARGET].iloc[10]
    assert refused(forecaster, other) == (
        f"The new rows have 'T (degC)' = {has:.6g} at {frame.index[390]}, and the "
        f"forecaster knows {knows:.6g} there (3 rows differ). Give rows after "
        f"{frame.index[399]} alone, or fit it anew."
    )


def test_rows_that_are_older(forecaster, frame):
    assert refused(forecaster, frame.iloc[:200]) == (
        f"No row is later than {frame.index[399]}, the last one that the forecaster "
        f"knows: the new ones end at {frame.index[199]}. Give rows after "
        f"{frame.index[399]}."
    )
    assert "No row is later" in refused(forecaster, frame.iloc[:400])


def test_rows_of_another_step(forecaster, frame):
    assert refused(forecaster, frame.iloc[400::3]) == (
        "The data has one row each 3 h, and the forecaster was trained on one each "
        "1 h. Give data as fine, or train on this one."
    )
    finer = frame.iloc[400:].resample("10min").ffill()
    assert refused(forecaster, finer) == (
        "The new rows are 10 min apart, and the forecaster learned from rows 1 h apart "
        "as they were. Give rows of the same step, or fit it anew."
    )
    shifted = frame.iloc[400:].set_axis(frame.index[400:] + pd.Timedelta("20min"))
    assert refused(forecaster, shifted) == (
        f"The new rows do not fall on the same steps: {shifted.index[0]} is no whole "
        f"number of steps after {frame.index[399]}, the last row that the forecaster "
        "knows. Give rows of the same step, or fit it anew."
    )


def test_one_row_and_no_column(forecaster, frame):
    assert refused(forecaster, frame.iloc[400:401]).startswith("The step of a series ")
    assert "no column 'p (mbar)'" in refused(
        forecaster, frame.iloc[400:].drop(columns="p (mbar)")
    )


def test_a_forecaster_that_does_not_know_its_rows(forecaster, frame):
    message = refused(replace(forecaster, past=None), frame.iloc[400:])
    assert message.startswith("This forecaster does not know the rows that it was ")


def test_a_gain_in_words():
    stamps = pd.Timestamp("2024-01-01"), pd.Timestamp("2024-02-01")
    gain = Gain(1200, *stamps, 300, 2.0, 1.5, True, 12)
    assert gain.describe("degC") == (
        "1,200 new rows: error on the newest 300 rows from 2 to 1.5 degC (25.0% less) "
        "by learning from those before; then learned from all of them"
    )
    assert Gain(1, *stamps, 0, np.nan, np.nan, False, 12).describe() == (
        "1 new row, from which it goes on; too few to learn from, which takes 12 rows "
        "that it has not learned from"
    )
