import numpy as np
import pandas as pd
import pytest

from keras_rnn.errors import UserError
from keras_rnn.forecasting.latest import latest_rows


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
