import numpy as np
import pandas as pd
import pytest

from keras_rnn.errors import UserError
from keras_rnn.forecasting.windows import Windows

NAMES = ["T (degC)", "p (mbar)", "rh (%)"]


def hourly(rows, columns=2, dtype="float32"):
    stamps = pd.date_range("2024-01-01", periods=rows, freq="h", name="time")
    values = np.arange(rows * columns, dtype=dtype).reshape(rows, columns)
    return pd.DataFrame(values, index=stamps, columns=NAMES[:columns], copy=False)


def test_batches_beyond_the_last_are_refused():
    windows = Windows(hourly(60), 3, 1, 1)
    np.testing.assert_array_equal(windows[-1][0], windows[1][0])
    for batch in (2, -3):
        with pytest.raises(IndexError, match="There are 2 batches"):
            windows[batch]


@pytest.mark.parametrize(
    ("widths", "message"),
    [
        ((0, 1, 1), "input_width must be at least 1, not 0"),
        ((3, -1, 1), "label_width must be at least 0, not -1"),
        ((3, 1, 0), "shift must be at least 1, not 0"),
        ((3, 5, 1), "label_width is 5, more than the 4 rows of the whole window"),
        ((2.5, 1, 1), "input_width must be a whole number, not 2.5"),
        ((3, 1, True), "shift must be a whole number, not True"),
    ],
)
def test_impossible_widths_are_refused(widths, message):
    with pytest.raises(UserError, match=message):
        Windows(hourly(20), *widths)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"label_columns": ["T (deg)"]},
            r"label_columns: .* 'T \(deg\)'. Did you mean 'T \(degC\)'\? The columns",
        ),
        ({"input_columns": ["OT"]}, "input_columns: there is no column 'OT'"),
        ({"label_columns": []}, "label_columns must name at least one column"),
        ({"input_columns": NAMES[:1] * 2}, "each once"),
        ({"stride": 0}, "stride must be at least 1"),
        ({"batch_size": 0}, "batch_size must be at least 1"),
        ({"seed": -1}, "seed must be at least 0"),
    ],
)
def test_other_unusable_arguments_are_refused(arguments, message):
    with pytest.raises(UserError, match=message):
        Windows(hourly(20), 3, 1, 1, **arguments)


def test_frames_that_hold_no_series_are_refused():
    with pytest.raises(UserError, match="The frame has no columns"):
        Windows(hourly(20)[[]], 3, 1, 1)
    twice = pd.concat([hourly(20, 1), hourly(20, 1)], axis=1)
    with pytest.raises(UserError, match=r"two columns 'T \(degC\)'"):
        Windows(twice, 3, 1, 1)
    with pytest.raises(UserError, match=r"Row 1 .* is not later"):
        Windows(hourly(20)[::-1], 3, 1, 1)


def test_too_few_rows_say_how_many_there_are_and_how_many_are_needed():
    with pytest.raises(UserError) as failure:
        Windows(hourly(47), 24, 24, 24)
    assert str(failure.value) == (
        "A window needs 48 rows (input_width 24 + shift 24), and the series has 47. "
        "Give more rows, or choose a shorter history or horizon."
    )
    assert Windows(hourly(48), 24, 24, 24).count == 1


def test_too_short_runs_say_how_long_the_longest_is():
    frame = hourly(60).drop(hourly(60).index[[20, 50]])
    with pytest.raises(
        UserError, match="has 58, of which at most 29 follow each other"
    ):
        Windows(frame, 24, 24, 24)


@pytest.mark.parametrize(("missing", "unbroken"), [(29, 0), (26, 3)])
def test_last_inputs_with_a_hole_are_refused(missing, unbroken):
    frame = hourly(30)
    frame.iloc[missing, 1] = np.nan
    with pytest.raises(UserError, match=f"run at the end has {unbroken}. Fill it"):
        _ = Windows(frame, 5, 1, 1).last_inputs
