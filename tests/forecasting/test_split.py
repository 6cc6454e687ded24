import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from keras_rnn.errors import UserError
from keras_rnn.forecasting.split import Split, split, with_past


def frame_of(rows):
    stamps = pd.date_range("2020-01-01", periods=rows, freq="h")
    return pd.DataFrame({"T": np.arange(float(rows))}, index=stamps)


@pytest.mark.parametrize("rows", [10, 11, 70_038, 17_420, 8_784, 420_551])
def test_the_cuts_are_the_tutorials(rows):
    parts = split(frame_of(rows))
    first, second = int(rows * 0.7), int(rows * 0.9)
    assert parts.train["T"].iloc[-1] == first - 1
    assert parts.validation["T"].iloc[[0, -1]].to_list() == [first, second - 1]
    assert parts.test["T"].iloc[[0, -1]].to_list() == [second, rows - 1]


@given(st.integers(3, 500), st.integers(1, 98), st.integers(1, 98))
def test_the_parts_are_the_series_in_order(rows, train, validation):
    assume(train + validation < 100)
    fractions = (train / 100, validation / 100, (100 - train - validation) / 100)
    frame = frame_of(rows)
    try:
        parts = split(frame, fractions)
    except UserError:
        assume(False)
    pd.testing.assert_frame_equal(pd.concat(parts), frame, check_freq=False)
    assert parts.train.index[-1] < parts.validation.index[0]
    assert parts.validation.index[-1] < parts.test.index[0]
    assert abs(len(parts.train) - rows * fractions[0]) <= 1
    # 100 * (0.01 + 0.28) is 28.999999999999996, and 100 * 0.28 is 28.000000000000004.
    assert abs(len(parts.validation) - rows * fractions[1]) <= 1 + 1e-9


def test_it_unpacks_by_name_and_by_order():
    train, validation, test = parts = split(frame_of(20), (0.5, 0.25, 0.25))
    assert isinstance(parts, Split)
    assert (len(train), len(validation), len(test)) == (10, 5, 5)
    assert parts.test is test


def test_the_parts_share_the_memory_of_the_series():
    frame = pd.DataFrame(np.zeros((100, 3), "float32"), copy=False)
    for part in split(frame):
        assert np.shares_memory(part.to_numpy(), frame.to_numpy())


@pytest.mark.parametrize(
    "fractions",
    [
        (0.7, 0.3),
        (0.7, 0.2, 0.2),
        (0.9, 0.2, -0.1),
        (1.0, 0.0, 0.0),
        (float("nan"), 0.5, 0.5),
        (70, 20, 10),
        0.7,
        ("a", "b", "c"),
    ],
)
def test_other_fractions_are_refused(fractions):
    with pytest.raises(UserError, match="three positive numbers that add up to 1"):
        split(frame_of(100), fractions)


@pytest.mark.parametrize("rows", [0, 1, 3])
def test_too_few_rows_are_refused(rows):
    with pytest.raises(UserError, match=f"{rows} rows cannot be split .* be empty"):
        split(frame_of(rows))


def test_parts_that_look_back_begin_in_the_part_before():
    parts = split(pd.DataFrame({"T": range(100)}))
    train, validation, test = with_past(parts, 25)
    assert train is parts.train
    assert (validation["T"].iloc[0], validation["T"].iloc[-1]) == (45, 89)
    # The validation part has 20 rows: the rest is of the training part.
    assert (test["T"].iloc[0], test["T"].iloc[-1]) == (65, 99)
