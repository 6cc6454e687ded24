import numpy as np
import pandas as pd
import pytest

from keras_rnn.errors import UserError
from keras_rnn.forecasting.contiguous_rows import (
    float32_rows,
    gaps_between,
    latest_rows,
    row_windows,
    unbroken_runs,
    window_starts,
)


def runs_of(stamps, values=None, max_step=None):
    values = np.zeros((len(stamps), 1)) if values is None else values
    begins, ends = unbroken_runs(gaps_between(stamps, max_step), values)
    return list(zip(begins.tolist(), ends.tolist(), strict=True))


def test_a_gap_and_a_missing_value_end_a_run():
    stamps = pd.date_range("2024-01-01", periods=12, freq="h").delete(4)
    values = np.zeros((11, 2))
    values[7, 1] = np.nan
    assert runs_of(stamps, values) == [(0, 4), (4, 7), (8, 11)]


def test_a_step_and_a_half_is_no_gap_and_more_is():
    stamps = pd.Timestamp("2024-01-01") + pd.to_timedelta(
        [0, 60, 120, 180, 270, 330, 421, 481], unit="min"
    )
    assert runs_of(stamps) == [(0, 6), (6, 8)]
    assert runs_of(stamps, max_step="80min") == [(0, 4), (4, 6), (6, 8)]
    assert runs_of(stamps, max_step=pd.Timedelta("2h")) == [(0, 8)]


@pytest.mark.parametrize("freq", ["MS", "ME", "QS", "YE", "B"])
def test_calendar_series_are_unbroken(freq):
    stamps = pd.date_range("2015-01-01", periods=30, freq=freq)
    assert runs_of(stamps) == [(0, 30)]
    assert runs_of(stamps.delete(10)) == [(0, 10), (10, 29)]


def test_rows_without_stamps_follow_each_other():
    values = np.array([[1.0], [np.inf], [3.0]])
    assert runs_of(pd.RangeIndex(3), values) == [(0, 1), (2, 3)]


@pytest.mark.parametrize("rows", [0, 1])
def test_a_series_of_hardly_any_rows(rows):
    stamps = pd.date_range("2024-01-01", periods=rows, freq="h")
    assert runs_of(stamps) == [(0, 1)][:rows]
    assert runs_of(stamps, np.full((rows, 1), np.nan)) == []


def test_starts_are_counted_anew_in_each_run():
    starts = window_starts(np.array([0, 10, 20]), np.array([7, 12, 25]), 3, 2)
    assert starts.tolist() == [0, 2, 4, 20, 22]
    assert window_starts(np.array([0]), np.array([2]), 3).tolist() == []


def test_row_windows_are_a_view():
    values = np.arange(10, dtype="float32").reshape(5, 2)
    windows = row_windows(values, 3)
    assert windows.tolist() == [
        [0, 1, 2, 3, 4, 5],
        [2, 3, 4, 5, 6, 7],
        [4, 5, 6, 7, 8, 9],
    ]
    assert np.shares_memory(windows, values)


def test_a_float32_block_is_not_copied_and_anything_else_is_once():
    values = np.arange(6, dtype="float32").reshape(3, 2)
    frame = pd.DataFrame(values, columns=["a", "b"], copy=False)
    assert np.shares_memory(float32_rows(frame, ["a", "b"]), values)
    assert np.shares_memory(float32_rows(frame.iloc[1:], ["a", "b"]), values)
    for other, columns in [
        (frame, ["b", "a"]),
        (frame, ["b"]),
        (frame.astype("float64"), ["a", "b"]),
        (frame.astype({"a": "int64"}), ["a", "b"]),
    ]:
        rows = float32_rows(other, columns)
        assert rows.dtype == np.float32
        assert rows.flags.c_contiguous
        np.testing.assert_array_equal(rows, frame[columns].to_numpy())


def test_text_in_a_column_is_refused():
    frame = pd.DataFrame({"T": [1.0, 2.0], "sky": ["clear", "grey"]})
    with pytest.raises(UserError, match="Column 'sky' does not hold numbers"):
        float32_rows(frame, ["T", "sky"])


def test_a_max_step_that_is_no_span_is_refused():
    with pytest.raises(UserError, match="max_step must be a time span"):
        runs_of(pd.date_range("2024-01-01", periods=3, freq="h"), max_step="long")


# The rows that a forecast starts from


def frame(rows=20):
    index = pd.date_range("2024-01-01", periods=rows, freq="h")
    values = {"T": np.arange(float(rows)), "p": 1000.0 + np.arange(rows)}
    return pd.DataFrame(values, index=index)


def test_the_last_rows():
    pd.testing.assert_frame_equal(latest_rows(frame(), 5), frame().iloc[15:])
    assert len(latest_rows(frame(), 20)) == 20


def test_what_is_missing_before_them_does_not_count():
    broken = frame()
    broken.iloc[14, 0] = np.nan
    assert latest_rows(broken.drop(broken.index[3]), 5)["T"].tolist() == [
        *(15, 16, 17, 18, 19)
    ]


def test_fewer_rows():
    with pytest.raises(UserError, match=r"last 21 rows, and there are 20\. Give more"):
        latest_rows(frame(), 21)


@pytest.mark.parametrize("row", [15, 17, 19])
def test_a_missing_value_is_named(row):
    broken = frame()
    broken.iloc[row, 1] = np.nan
    message = f"column 'p' has no value at 2024-01-01 {row}:00:00. Fill them in"
    with pytest.raises(UserError, match=message):
        latest_rows(broken, 5)


def test_the_latest_of_several_missing_values_is_named():
    broken = frame()
    broken.iloc[[15, 17], 0] = np.nan
    with pytest.raises(UserError, match="column 'T' has no value at 2024-01-01 17:00"):
        latest_rows(broken, 5)


def test_a_gap_is_named():
    broken = frame().drop(frame().index[16:18])
    message = "none between 2024-01-01 15:00:00 and 2024-01-01 18:00:00"
    with pytest.raises(UserError, match=message):
        latest_rows(broken, 3)
    assert len(latest_rows(broken, 2)) == 2
