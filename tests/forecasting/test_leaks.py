"""Columns that tell the target are named, and honest ones are not."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keras_rnn.datasets.series.weather_sample import generate
from keras_rnn.forecasting.leaks import leak_warnings


def told(known_ahead=(), horizon=6, **columns):
    rng = np.random.default_rng(1)
    sold = (50 + rng.normal(0, 8, 400).cumsum() / 4 + rng.normal(0, 4, 400)).round(1)
    frame = pd.DataFrame({"sold": sold})
    for name, make in columns.items():
        frame[name] = make(frame["sold"])
    return list(leak_warnings(frame, "sold", horizon, known_ahead))


@given(
    factor=st.floats(0.05, 20).map(lambda x: round(x, 2)),
    level=st.integers(-500, 500),
    places=st.integers(1, 3),
)
def test_a_linear_copy_up_to_rounding(factor, level, places):
    (line,) = told(copy=lambda sold: (factor * sold + level).round(places))
    assert line.startswith("column 'copy' is the target 'sold' under another name (")


def test_a_copy_that_is_known_ahead():
    (line,) = told(["orders"], orders=lambda sold: sold)
    assert line == (
        "column 'orders', which is known ahead, is the target 'sold' under another "
        "name (the same values, in 400 of 400 rows): the scores are of no worth unless "
        "it is really known. Leave it out"
    )


@pytest.mark.parametrize("later", [1, 3, 6])
def test_a_later_row(later):
    (line,) = told(peek=lambda sold: sold.shift(-later))
    rows = f"{later} row{'s' if later > 1 else ''}"
    assert line.startswith(
        f"column 'peek' holds in each row the target 'sold' of {rows} later ("
    )


def test_tomorrow_with_a_little_noise():
    noise = np.random.default_rng(2).normal(0, 0.2, 400)
    (line,) = told(peek=lambda sold: sold.shift(-1) + noise)
    assert "1 row later (correlation " in line


def test_yesterday_is_a_leak_only_where_it_is_known_ahead():
    before = {"before": lambda sold: sold.shift(1)}
    assert told(**before) == []
    (line,) = told(["before"], **before)
    assert "holds the target 'sold' of 1 row before" in line
    assert told(["week"], week=lambda sold: sold.shift(6)) == []


def test_honest_columns():
    rng = np.random.default_rng(3)
    assert (
        told(
            ["price"],
            price=lambda sold: 100 - sold + rng.normal(0, 2, 400),
            near=lambda sold: sold + rng.normal(0, 0.5, 400),
            nothing=lambda sold: 0 * sold,
        )
        == []
    )


def test_weather_is_close_and_no_copy():
    frame = generate(3000, start="2020-03-01", step="1h", seed=0)
    for target in ("T (degC)", "p (mbar)", "VPact (mbar)"):
        found = list(leak_warnings(frame, target, 24, list(frame.columns)))
        assert found == []


def test_a_series_that_repeats_itself_is_no_leak():
    hours = np.arange(600)
    wave = np.sin(2 * np.pi * hours / 24)
    frame = pd.DataFrame({"y": wave, "z": np.sin(2 * np.pi * (hours + 3) / 24)})
    assert list(leak_warnings(frame, "y", 12)) == []


def test_real_weather(real_data):
    frame = pd.read_csv(
        real_data("weather/jena_hourly_2009_2016_6col.csv.gz"), index_col=0
    )
    assert list(leak_warnings(frame, "T (degC)", 24)) == []
