from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from helpers.forecasts import COLUMNS, TARGET, series_of, weather

from keras_rnn.datasets.series.weather_sample import generate
from keras_rnn.errors import UserError
from keras_rnn.forecasting.rolling_plan import plan_backtest


def planned(series, **changes):
    return plan_backtest(series, **({"history": 12, "horizon": 6} | changes))


def test_folds_are_the_end_of_the_series_side_by_side():
    series = weather(500)
    plan = planned(series, folds=4)
    index = series.frame.index
    # 30 % of 500 rows are 4 folds of 37.
    assert plan.rows == 37
    assert [fold.number for fold in plan.folds] == [1, 2, 3, 4]
    assert [fold.start for fold in plan.folds] == [
        index[500 - 37 * left] for left in (4, 3, 2, 1)
    ]
    assert [fold.end for fold in plan.folds] == [
        index[500 - 37 * left - 1] for left in (3, 2, 1, 0)
    ]
    assert plan.times.equals(index[500 - 4 * 37 :])


def test_a_fold_is_no_shorter_than_the_horizon():
    assert planned(weather(300), folds=12, horizon=12).rows == 12
    assert planned(weather(300), folds=2, fold_rows=40).rows == 40


def test_one_past_for_all_or_one_for_each():
    series = weather(500)
    plan = planned(series, folds=3)
    assert len({id(fold.known) for fold in plan.folds}) == 1
    refitted = planned(series, folds=3, refit=True)
    for fold in refitted.folds:
        known = pd.concat(fold.known.parts)
        before = series.frame.index[series.frame.index < fold.start]
        assert known.index.equals(before)


@pytest.mark.parametrize("marks", ["", "start"])
@pytest.mark.parametrize("every", ["1h", "2h", "1d"])
def test_nothing_of_a_past_is_from_after_it(every, marks):
    """Other readings from a fold's start on: the plan of that fold stays the same."""
    frame = generate(14400, start="2020-03-01", step="10min", seed=0)[COLUMNS]
    frame["rain (mm)"] = np.random.default_rng(1).random(len(frame)).round(2)
    series = series_of(frame, TARGET)
    if marks:
        table = type("Table", (), {"time": type("Time", (), {"marks": marks})})
        series = replace(series, table=table)
    arguments = {"folds": 2, "refit": True, "every": every, "fold_rows": 9}
    plan = planned(series, **arguments | {"history": 8, "horizon": 2})
    for number, fold in enumerate(plan.folds):
        other = frame.copy()
        # What a thinned row holds was read up to its stamp, or before it.
        last = pd.concat(fold.known.parts).index[-1]
        later = other.index >= last if marks else other.index > last
        other.loc[later] = -999.0
        again = planned(
            replace(series, frame=other), **arguments | {"history": 8, "horizon": 2}
        ).folds[number]
        assert again.start == fold.start
        assert again.known.preparation == fold.known.preparation
        assert again.known.task == fold.known.task
        for part, same in zip(fold.known.parts, again.known.parts, strict=True):
            pd.testing.assert_frame_equal(part, same)
        whole = pd.concat(plan.whole.parts).index
        assert whole[whole.get_loc(last) + 1] == fold.start


@pytest.mark.parametrize("marks", ["", "start"])
def test_months_of_days_are_known_to_their_last_day(marks):
    frame = generate(1500, start="2020-03-01", step="24h", seed=0)[COLUMNS]
    series = series_of(frame, TARGET)
    if marks:
        table = type("Table", (), {"time": type("Time", (), {"marks": marks})})
        series = replace(series, table=table)
    plan = planned(
        series, every="1 month", folds=2, refit=True, horizon=3, history=4, fold_rows=6
    )
    for fold in plan.folds:
        before = pd.concat(plan.whole.parts).index
        before = before[before < fold.start]
        assert pd.concat(fold.known.parts).index.equals(before)


def test_a_column_that_was_empty_then_is_no_input_then():
    frame = weather(500).frame.copy()
    frame["late"] = np.where(np.arange(500) < 300, np.nan, np.arange(500.0) % 7)
    plan = planned(series_of(frame, TARGET), folds=2, refit=True, fold_rows=80)
    assert "late" not in plan.folds[0].known.preparation.columns


def test_the_target_is_thinned_alike_in_all_folds():
    frame = generate(3000, start="2020-03-01", step="10min", seed=0)[[TARGET]]
    rain = np.random.default_rng(1).random(3000)
    # A meter that only rises, at first: on its own it would not be summed.
    rain[:1800] = np.arange(1800)
    frame["rain (mm)"] = rain
    plan = planned(series_of(frame, "rain (mm)"), folds=2, refit=True)
    assert plan.whole.preparation.aggregate["rain (mm)"] == "sum"
    for fold in plan.folds:
        assert fold.known.preparation.aggregate["rain (mm)"] == "sum"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"folds": 400}, ["400 folds of 6 rows are 2,400", "`folds=25` or less"]),
        ({"folds": 0}, ["`folds` must be 1 or more, not 0."]),
        ({"folds": 2.5}, ["`folds` must be a whole number, not 2.5."]),
        ({"folds": True}, ["`folds` must be a whole number, not True."]),
        ({"fold_rows": 5}, ["`fold_rows` must be 6, the horizon or more, not 5."]),
        ({"fold_rows": 200}, ["6 folds of 200 rows", "Choose a shorter `horizon`"]),
        ({"fold_rows": 60}, ["6 folds of 60 rows", "Choose `folds=2` or less"]),
        ({"history": 150}, ["Fold 1 is forecast from the 210 rows before 2020-03-"]),
    ],
)
def test_what_cannot_be_is_one_line(changes, words):
    with pytest.raises(UserError) as raised:
        planned(weather(300), **changes)
    message = str(raised.value)
    assert "\n" not in message
    for word in words:
        assert word in message


def test_a_gap_before_a_fold_does_not_stop_it():
    frame = weather(500).frame
    series = series_of(frame.drop(frame.index[440:448]), TARGET)
    plan = planned(series, folds=3, refit=True)
    assert len(plan.folds) == 3
