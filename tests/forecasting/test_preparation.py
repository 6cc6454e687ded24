import json

import numpy as np
import pandas as pd
import pytest
from helpers.forecasts import COLUMNS, TARGET, weather

from keras_rnn.errors import UserError
from keras_rnn.forecasting.preparation import Preparation
from keras_rnn.forecasting.scaling import Scaler
from keras_rnn.forecasting.split import split

WIND = ["wv (m/s)", "max. wv (m/s)", "wd (deg)"]


@pytest.fixture(scope="module")
def frame():
    """Sixty days, hourly, with wind and a daily cycle."""
    frame = weather(1440, columns=[*COLUMNS, *WIND]).frame.copy()
    hours = frame.index.hour.to_numpy()
    frame[TARGET] += 5 * np.sin(2 * np.pi * hours / 24)
    return frame


@pytest.fixture(scope="module")
def learned(frame):
    return Preparation.fit(frame, TARGET)


def test_what_the_model_sees(learned):
    preparation, features, notes = learned
    assert preparation.columns == (*COLUMNS, *WIND)
    assert preparation.periods == ("day",)
    assert list(features.columns) == [
        *COLUMNS,
        *("Wx", "Wy", "max Wx", "max Wy"),
        *("day sin", "day cos"),
    ]
    assert preparation.features == tuple(features.columns)
    assert preparation.calendar_columns == 2
    assert notes == {}


def test_new_rows_are_prepared_as_those_it_learned_from(frame, learned):
    preparation, features, _ = learned
    pd.testing.assert_frame_equal(preparation.transform(frame, TARGET), features)
    end = preparation.transform(frame.iloc[-30:], TARGET)
    pd.testing.assert_frame_equal(end, features.iloc[-30:])


def test_other_columns_in_new_rows_do_no_harm(frame, learned):
    preparation, features, _ = learned
    shuffled = frame[[*frame.columns[::-1]]].assign(other=np.nan)
    pd.testing.assert_frame_equal(preparation.transform(shuffled, TARGET), features)


def test_thinned_by_default_to_one_row_an_hour():
    preparation, features, _ = Preparation.fit(weather(1200, "10min").frame, TARGET)
    assert preparation.every == "1 h"
    assert set(pd.TimedeltaIndex(np.diff(features.index))) == {pd.Timedelta("1h")}


@pytest.mark.parametrize(("step", "every"), [("3h", "3 h"), ("1D", "1 d")])
def test_longer_steps_stay(step, every):
    preparation, features, _ = Preparation.fit(weather(400, step).frame, TARGET)
    assert preparation.every == every
    assert len(features) == 400


def test_a_step_that_is_asked_for(frame):
    preparation, features, _ = Preparation.fit(frame, TARGET, "2h")
    assert preparation.every == "2 h"
    assert len(features) == 720


# No leak


@pytest.mark.parametrize("row", [700, 1008, 1300, 1439])
def test_the_past_does_not_know_the_future(row, frame, learned):
    """Features before a row are the same, whatever comes from that row on."""
    preparation, features, _ = learned
    future = frame.copy()
    future.iloc[row:] = future.iloc[row:].to_numpy()[::-1] * 3 + 1
    future.iloc[row + 5 : row + 9] = np.nan
    pd.testing.assert_frame_equal(
        preparation.transform(future, TARGET).iloc[:row], features.iloc[:row]
    )
    cut = preparation.transform(frame.iloc[:row], TARGET)
    pd.testing.assert_frame_equal(cut, features.iloc[:row])


def test_thinned_rows_do_not_know_the_future():
    raw = weather(1200, "10min").frame
    preparation, features, _ = Preparation.fit(raw, TARGET)
    for stamp in features.index[[20, 150]]:
        cut = preparation.transform(raw[raw.index <= stamp], TARGET)
        pd.testing.assert_frame_equal(cut, features[features.index <= stamp])


def test_it_learns_from_the_training_part_alone(frame):
    rows = len(frame)
    later = frame.copy()
    first = int(rows * 0.7)
    # What would change columns, periods and scaler if it were looked at.
    later.iloc[first:, 0] = np.nan
    later.iloc[first:, 1] = np.sin(2 * np.pi * np.arange(rows - first) / 7) * 100
    later.iloc[first:, 2] = 5.0
    before, rows_before, _ = Preparation.fit(frame, TARGET)
    after, rows_after, _ = Preparation.fit(later, TARGET)
    assert before == after
    scalers = [Scaler.fit(split(rows).train) for rows in (rows_before, rows_after)]
    assert scalers[0].to_dict() == scalers[1].to_dict()


# Which columns


def test_columns_that_cannot_serve_are_left_out_with_a_note(frame):
    changed = frame.assign(
        empty=np.nan,
        stuck=7.0,
        holey=frame["p (mbar)"].where(np.arange(len(frame)) % 8 != 0),
        late=np.where(np.arange(len(frame)) < 1100, 0.0, 1.0),
        scarred=frame["p (mbar)"].where(np.arange(len(frame)) % 50 != 0),
    )
    # Holes that are too long to be filled, else resample would.
    changed.loc[changed.index[100:200], "holey"] = np.nan
    preparation, _, notes = Preparation.fit(changed, TARGET)
    assert preparation.columns == (*COLUMNS, *WIND, "scarred")
    said = [note for note in notes if note.startswith("column")]
    assert said == [
        "column 'empty' left out: 100% of its values are missing",
        "column 'stuck' left out: it never changes",
        "column 'holey' left out: 10% of its values are missing",
        "column 'late' left out: it never changes",
    ]


@pytest.mark.parametrize("target", WIND)
def test_a_target_that_is_wind_stays(target, frame):
    preparation, features, _ = Preparation.fit(frame, target)
    pd.testing.assert_series_equal(features[target], frame[target], check_freq=False)
    assert {"Wx", "Wy"} <= set(preparation.features)
    again = preparation.transform(frame, target)
    pd.testing.assert_frame_equal(again, features)


def test_a_target_with_many_missing_values_stays(frame):
    holey = frame.copy()
    holey.iloc[100:300, 1] = np.nan
    preparation, _, _ = Preparation.fit(holey, TARGET)
    assert TARGET in preparation.columns


def test_a_column_with_the_name_of_a_calendar_column(frame):
    named = frame.assign(**{"day sin": np.arange(len(frame)) * 1.0})
    _, features, _ = Preparation.fit(named, TARGET)
    assert list(features.columns).count("day sin") == 1
    assert features["day sin"].abs().max() <= 1


# What cannot be


def test_an_unknown_target_suggests_the_nearest(frame):
    with pytest.raises(UserError, match=r"no column 'T \(deg\)'. Did you mean 'T \(d"):
        Preparation.fit(frame, "T (deg)")


def test_an_empty_target(frame):
    with pytest.raises(UserError, match="'x' has no value in the training part"):
        Preparation.fit(frame.assign(x=np.nan), "x")


def test_a_target_that_is_empty_until_the_test_part(frame):
    late = frame[TARGET].where(np.arange(len(frame)) > 1100)
    with pytest.raises(UserError, match="'x' has no value in the training part"):
        Preparation.fit(frame.assign(x=late), "x")


def test_a_constant_target(frame):
    with pytest.raises(UserError, match=r"'x' is 3\.5 throughout .* nothing to foreca"):
        Preparation.fit(frame.assign(x=3.5), "x")


def test_too_few_rows(frame):
    with pytest.raises(UserError, match=r"has 29 rows, one each 1 h: too few .* 30 or"):
        Preparation.fit(frame.iloc[:29], TARGET)
    assert len(Preparation.fit(frame.iloc[:30], TARGET)[1]) == 30


def test_too_few_rows_because_of_thinning():
    raw = weather(100, "10min").frame
    with pytest.raises(UserError, match="Give 30 or more or a shorter `every`"):
        Preparation.fit(raw, TARGET, "1h")


def test_every_that_is_no_time_span(frame):
    with pytest.raises(UserError, match="`every` must be a time span"):
        Preparation.fit(frame, TARGET, "soon")


def test_new_rows_without_a_column(frame, learned):
    message = r"no column 'rh \(%\)', which .* \(2 of its 6 columns are missing\)"
    with pytest.raises(UserError, match=message):
        learned[0].transform(frame.drop(columns=["rh (%)", "wd (deg)"]), TARGET)


def test_new_rows_that_are_too_far_apart(frame, learned):
    with pytest.raises(UserError, match=r"one row each 1 d, and .* one each 1 h"):
        learned[0].transform(frame.iloc[::24], TARGET)


def test_there_and_back_as_json(learned):
    state = json.loads(json.dumps(learned[0].to_dict()))
    assert Preparation.from_dict(state) == learned[0]
