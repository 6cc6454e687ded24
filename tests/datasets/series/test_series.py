import numpy as np
import pandas as pd
import pytest

from keras_rnn.datasets.series.series import Series, choose_target
from keras_rnn.datasets.tables.read_table import table_of_bytes


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


@pytest.mark.parametrize(
    ("header", "first", "second", "target", "why"),
    [
        ("OT,x", "1,2", "2,3", "OT", "the column that is usually forecast in this"),
        ("x,y", "1.5,2.5", "1.7,2.1", "y", "by its name, of 2 measured columns"),
        ("x,y", "1.5,", "1.7,", "x", "the only measured column"),
        ("T,RH,qc_T", "1.5,60,0", "1.7,61,1", "T", "the first of 2 measured columns"),
        ("station,T", "17,1.5", "18,1.7", "T", "the only measured column"),
        ("const,T", "17,1.5", "17,1.7", "T", "the only measured column"),
        ("Open,High,Low,Close,Volume", "1.5,2.5,1,2,100", "2.5,3.5,2,3,105", "Close",
         "by its name, of 5 measured columns"),
        ("temp,Netzlast [MWh]", "1.5,400", "1.7,500", "Netzlast [MWh]", "by its name"),
        ("ETR (W/m^2),GHI (W/m^2),Dry-bulb (C)", "0,0,1.5", "9,7,1.7", "Dry-bulb (C)",
         "temperature, of 3 measured columns"),
        ("BattV_Avg,PTemp_C,AirTC_Avg", "12.5,1,1.5", "12.6,2,1.7", "AirTC_Avg",
         "temperature, of 3 measured columns"),
        ("Solar Zenith Angle,GHI", "80.5,3.5", "81.5,2.5", "GHI",
         "the first of 2 measured columns that neither the sun's path nor the logger"),
        ("qc,code", "1,2", "2,2", "code", "no column is measured and changes"),
    ],
)  # fmt: skip
def test_the_choice(header, first, second, target, why):
    text = f"date,{header}\n2020-01-01,{first}\n2020-01-02,{second}\n"
    found, reason = choose_target(table_of_bytes(text.encode(), "a.csv"))
    assert found == target
    assert reason.startswith(why)
