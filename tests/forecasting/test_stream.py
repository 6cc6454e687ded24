"""A stream says what `predict` says of all rows so far, and survives being killed."""

from dataclasses import replace

import keras
import numpy as np
import pandas as pd
import pytest
from helpers.forecasts import COLUMNS, TARGET, series_of, weather

from keras_rnn.errors import UserError
from keras_rnn.forecasting import stream_state
from keras_rnn.forecasting.conformal import Bands
from keras_rnn.forecasting.forecaster import Forecaster
from keras_rnn.forecasting.pandas_input import TimeZone
from keras_rnn.forecasting.preparation import Preparation
from keras_rnn.forecasting.stream import STATE_FILE

LOOKBACK, HORIZON = 6, 3


def make(series, every=None, aggregate="last", **more):
    target = series.default_target
    preparation, _, _ = Preparation.fit(
        series.frame, target, every, aggregate=aggregate
    )
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.Input((LOOKBACK, len(preparation.features))),
            keras.layers.Rescaling(0.01),
            keras.layers.SimpleRNN(3),
            keras.layers.Dense(HORIZON),
        ]
    )
    bands = Bands((50.0, 80.0), np.outer([1.0, 2.0], [1.0, 2.0, 3.0]), 1, 0.01)
    return Forecaster(model, preparation, target, "degC", HORIZON, bands, **more)


@pytest.fixture(scope="module")
def series():
    return weather(120, columns=[*COLUMNS, "wv (m/s)", "wd (deg)"])


@pytest.fixture(scope="module")
def forecaster(series):
    return make(series)


def feed(stream, frame, **more):
    """All forecasts of a stream that reads a table."""
    return [
        made
        for time, row in zip(frame.index, frame.to_dict("records"), strict=True)
        for made in stream.add(time, row, **more)
    ]


def check_as_predict(forecaster, frame, made):
    """Each is the forecast of a table that ends in its row."""
    for one in made:
        expected = forecaster.predict(frame.loc[: one.after])
        assert list(one.times) == list(expected.index)
        np.testing.assert_allclose(one.forecast, expected["forecast"], rtol=1e-5)


def test_it_is_predict_row_after_row(forecaster, series):
    frame = series.frame.iloc[:40]
    made = feed(forecaster.stream(), frame)
    assert [one.after for one in made] == list(frame.index[LOOKBACK - 1 :])
    check_as_predict(forecaster, frame, made)
    # The band begins as the one of the training, before anything came true.
    first = forecaster.predict(frame.iloc[:LOOKBACK])
    assert list(made[0].to_frame()) == list(first.columns)
    half = (first["upper 80"] - first["forecast"]).to_numpy()
    lower, upper = made[0].bands[80.0]
    np.testing.assert_allclose((upper - lower) / 2, half, rtol=0.06)


def test_holes_are_filled_as_in_a_table(forecaster, series):
    frame = series.frame.iloc[:40].copy()
    frame.iloc[15, 0] = np.nan
    frame.iloc[22:24, 3] = np.nan
    frame = frame.drop(frame.index[[18, 30, 31, 32]])
    stream = forecaster.stream()
    made = feed(stream, frame)
    assert len(made) == len(frame) - LOOKBACK + 1
    assert stream.counts == {"filled": 2, "missing": 3}
    check_as_predict(forecaster, frame, made)


def test_after_a_long_gap_it_waits_for_the_history(forecaster, series):
    frame = series.frame.iloc[:40]
    frame = frame.drop(frame.index[20:24])
    stream = forecaster.stream()
    before = feed(stream, frame.iloc[:20])
    assert stream.waiting == 0
    assert not stream.add(frame.index[20], frame.iloc[20])
    assert stream.notes == ["gap: 4 rows before 2020-03-02 00:00:00"]
    assert stream.waiting == LOOKBACK - 1
    after = feed(stream, frame.iloc[21:])
    assert after[0].after == frame.index[20 + LOOKBACK - 1]
    check_as_predict(forecaster, frame, before + after)


def test_a_missing_value_that_lasts_waits_too(forecaster, series):
    frame = series.frame.iloc[:40].copy()
    frame.iloc[20:24, 0] = np.nan
    made = feed(forecaster.stream(), frame)
    # The fourth takes back what the first three were filled with.
    quiet = list(frame.index[23 : 24 + LOOKBACK - 1])
    assert [x for x in frame.index[LOOKBACK - 1 :] if x not in quiet] == [
        one.after for one in made
    ]


def test_late_and_repeated_rows_change_nothing(forecaster, series):
    frame = series.frame.iloc[:20]
    plain, other = forecaster.stream(), forecaster.stream()
    made = feed(plain, frame)
    again = feed(other, frame.iloc[:12])
    assert not other.add(frame.index[11], frame.iloc[3])
    assert other.notes == ["repeated: 2020-03-01 11:00:00: left out"]
    assert not other.add("2020-03-01 10:30", frame.iloc[3])
    assert other.notes == ["late: 2020-03-01 10:30: left out"]
    assert not other.add("2020-03-01 11:20", frame.iloc[3])
    assert other.notes == ["off the step: 2020-03-01 11:20:00: left out"]
    again += feed(other, frame.iloc[12:])
    np.testing.assert_array_equal(made[-1].forecast, again[-1].forecast)
    assert other.counts == {"repeated": 1, "late": 1, "off the step": 1}


@pytest.mark.parametrize("how", ["last", "mean", "sum", "max"])
def test_finer_readings_become_rows(how):
    series = weather(600, "10min")
    forecaster = make(series, "1h", aggregate=how)
    frame = series.frame.iloc[:80].drop(series.frame.index[[31, 47]])
    made = feed(forecaster.stream(), frame)
    # The reading at midnight alone is no sum of an hour.
    first = ["06:00", "07:00"] if how == "sum" else ["05:00", "06:00"]
    assert [f"{one.after:%H:%M}" for one in made[:2]] == first
    check_as_predict(forecaster, frame, made)


def test_days_of_work_follow_the_calendar():
    index = pd.date_range("2024-01-01", periods=120, freq="B")
    values = np.random.default_rng(0).normal(size=120)
    series = series_of(pd.DataFrame({"sales": values}, index), "sales")
    forecaster = make(series)
    made = feed(forecaster.stream(), series.frame.iloc[:30])
    assert made[-1].times.day_of_week.max() <= 4
    check_as_predict(forecaster, series.frame, made[10:])


def test_it_goes_on_from_the_rows_that_the_forecaster_keeps(series):
    forecaster = make(series)
    past = forecaster.preparation.transform(series.frame.iloc[:60], TARGET)
    forecaster = replace(forecaster, past=past)
    made = feed(forecaster.stream(), series.frame.iloc[58:70])
    assert [one.after for one in made] == list(series.frame.index[60:70])
    check_as_predict(forecaster, series.frame, made)


def test_time_zones(series):
    forecaster = make(series, time_zone=TimeZone("Europe/Berlin", False))
    index = series.frame.index[:10].tz_localize("UTC").tz_convert("Europe/Berlin")
    made = feed(forecaster.stream(), series.frame.iloc[:10].set_axis(index))
    assert made[-1].after == index[-1]
    assert str(made[-1].times.tz) == "Europe/Berlin"
    with pytest.raises(UserError, match="has no time zone, and the forecaster was"):
        forecaster.stream().add("2020-03-01 00:00", {})


@pytest.mark.parametrize(
    ("time", "values", "message"),
    [
        ("yesterday", {}, "'yesterday' is no time stamp: write it as 2024-12-31"),
        ("17:00", {}, "'17:00' is no time stamp"),  # of which day?
        ("3/4/2021", {}, "'3/4/2021' is no time stamp"),
        (1609459200, {}, "1609459200 is no time stamp"),
        ("9999-12-31", {}, "'9999-12-31' is no time stamp"),
        ("2021-01-01", {TARGET: "4,5"}, "no number. Write it with a decimal point."),
        ("2021-01-01", {TARGET: "warm"}, f"Column {TARGET!r} is 'warm', which is no"),
        ("2021-01-01T00:00Z", {}, "has the time zone UTC, and the forecaster was"),
    ],
)
def test_what_cannot_be_read_leaves_it_as_it_was(forecaster, time, values, message):
    stream = forecaster.stream()
    with pytest.raises(UserError) as raised:
        stream.add(time, values)
    assert message in str(raised.value)
    assert not stream.counts
    assert stream.waiting == LOOKBACK


# Its state


class KilledError(BaseException):
    """As if the process were killed."""


def test_killed_at_any_moment_it_goes_on(forecaster, series, tmp_path, monkeypatch):
    """Before, amid and after the writing of a state, row by row."""
    frame = series.frame.iloc[:30].drop(series.frame.index[[12]])
    expected = feed(forecaster.stream(), frame)
    replace_file, kills = stream_state.os.replace, 0
    found = {}
    for place in range(len(frame)):
        for moment in ("before", "amid", "after"):

            def killed(source, target, moment=moment):
                if moment == "amid":
                    source.write_bytes(source.read_bytes()[:1000])
                if moment == "after":
                    replace_file(source, target)
                raise KilledError

            stream = forecaster.stream(tmp_path)
            with monkeypatch.context() as patch:
                patch.setattr(stream_state.os, "replace", killed)
                # All input anew: what is known is left out.
                begun = frame.iloc[max(0, place - 2) : place + 1]
                try:
                    for one in feed(stream, begun, save=False):
                        found[one.after] = one
                    stream.save()
                except KilledError:
                    kills += 1
    assert kills == 3 * len(frame)
    assert sorted(found) == [one.after for one in expected]
    for one in expected:
        np.testing.assert_array_equal(found[one.after].forecast, one.forecast)
        np.testing.assert_array_equal(found[one.after].bands[80.0], one.bands[80.0])


def test_a_state_is_of_one_forecaster(forecaster, series, tmp_path):
    feed(forecaster.stream(tmp_path), series.frame.iloc[:3])
    other = replace(forecaster, bands=replace(forecaster.bands, least_spread=1.0))
    with pytest.raises(UserError, match="is the state of a stream of another forecast"):
        other.stream(tmp_path)


@pytest.mark.parametrize("damage", [lambda data: data[:-5], lambda data: b"x" + data])
def test_a_damaged_state_is_said(forecaster, series, tmp_path, damage):
    feed(forecaster.stream(tmp_path), series.frame.iloc[:3])
    path = tmp_path / STATE_FILE
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(UserError, match="is damaged, or of another version"):
        forecaster.stream(tmp_path)


def test_a_full_disk_keeps_the_state_before(forecaster, series, tmp_path, monkeypatch):
    stream = forecaster.stream(tmp_path)
    feed(stream, series.frame.iloc[:3])
    before = (tmp_path / STATE_FILE).read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(stream_state.Path, "write_bytes", full)
    with pytest.raises(UserError, match=r"No space left on device\. Free some space"):
        feed(stream, series.frame.iloc[3:4])
    assert [path.name for path in tmp_path.iterdir()] == [STATE_FILE]
    assert (tmp_path / STATE_FILE).read_bytes() == before
