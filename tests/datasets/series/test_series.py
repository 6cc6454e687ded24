import numpy as np
import pandas as pd
import pytest

from keras_rnn.datasets.series.series import Series


def make(kind):
    times = pd.date_range("2020-01-01 00:10", periods=1500, freq="10min", name="time")
    frame = pd.DataFrame({"T (degC)": np.zeros(1500), "OT": np.ones(1500)}, index=times)
    return Series(frame, name="roof", kind=kind, origin="roof.csv")


def test_describe_is_one_line_with_everything_a_caption_needs():
    assert make("file").describe() == (
        "roof (file): 1,500 rows, 2 columns, "
        "2020-01-01 00:10 to 2020-01-11 10:00, roof.csv"
    )


def test_describe_says_that_a_sample_is_not_measured():
    assert "(generated sample, not measured)" in make("sample").describe()


def test_series_is_not_changed_by_accident():
    with pytest.raises(AttributeError):
        make("file").kind = "sample"
