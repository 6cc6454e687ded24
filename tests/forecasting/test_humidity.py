import numpy as np
import pandas as pd

from keras_rnn.datasets.series.weather_sample import COLUMNS, generate
from keras_rnn.forecasting.humidity import add_humidity

MEASURED = [
    "p (mbar)",
    "T (degC)",
    "Tdew (degC)",
    "rh (%)",
    "VPmax (mbar)",
    "wv (m/s)",
]


def test_the_first_row_of_the_stations_file():
    # As published for 2009-01-01 00:10, rounded to two digits.
    row = {
        "p (mbar)": 996.52,
        "T (degC)": -8.02,
        "Tdew (degC)": -8.90,
        "rh (%)": 93.30,
        "VPmax (mbar)": 3.33,
        "wv (m/s)": 1.03,
    }
    found = add_humidity(pd.DataFrame([row])).iloc[0]
    published = {
        "Tpot (K)": 265.40,
        "VPact (mbar)": 3.11,
        "VPdef (mbar)": 0.22,
        "sh (g/kg)": 1.94,
        "H2OC (mmol/mol)": 3.12,
        "rho (g/m**3)": 1307.75,
    }
    for name, value in published.items():
        assert abs(found[name] - value) < 1e-4 * abs(value) + 0.006, name
    assert list(found.index) == list(COLUMNS[:12])


def test_columns_that_are_there_stay_as_they_are():
    frame = generate(200)
    whole = add_humidity(frame)
    pd.testing.assert_frame_equal(whole, frame)
    cut = add_humidity(frame[MEASURED])
    for name in set(cut.columns) - set(MEASURED):
        error = np.abs(cut[name] - frame[name]).mean()
        assert error < 0.1 * frame[name].std() + 0.06, name


def test_a_table_without_the_four_is_returned_as_it_is():
    frame = generate(10)[["T (degC)", "p (mbar)", "rh (%)"]]
    assert add_humidity(frame) is frame


def test_the_frame_given_is_not_changed():
    frame = generate(10)[MEASURED]
    add_humidity(frame)
    assert list(frame.columns) == MEASURED


def test_missing_values_stay_missing():
    frame = generate(5)[MEASURED].copy()
    frame.iloc[2, frame.columns.get_loc("rh (%)")] = np.nan
    found = add_humidity(frame)
    assert found["VPact (mbar)"].isna().tolist() == [False, False, True, False, False]
    assert not found["Tpot (K)"].isna().any()
