import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keras_rnn.errors import UserError
from keras_rnn.forecasting.features import DAY, WEEK, YEAR
from keras_rnn.forecasting.spectrum import (
    evenly_spaced,
    find_periods,
    plot_spectrum,
    power_spectrum,
)

RNG = np.random.default_rng(0)


def table(values, freq="h", start="2020-01-01"):
    stamps = pd.date_range(start, periods=len(values), freq=freq)
    return pd.DataFrame({"x": np.asarray(values, float)}, index=stamps)


def swing(rows, period):
    return np.sin(2 * np.pi * np.arange(rows) / period)


def test_a_pure_swing_is_at_its_frequency():
    # 50 days: frequencies are whole multiples of 365.2425 / 50 a year.
    frequency, power = power_spectrum(swing(1200, 24), "1h")
    assert frequency[power.argmax()] == pytest.approx(365.2425)
    assert power[48:51].sum() == pytest.approx(1, abs=1e-4)
    assert frequency[0] == pytest.approx(365.2425 / 50)
    assert frequency[-1] == pytest.approx(365.2425 * 12)


def test_the_power_adds_up_to_one_and_ignores_level_and_trend():
    values = RNG.normal(size=500)
    plain = power_spectrum(values, "1h").power
    assert plain.sum() == pytest.approx(1)
    tilted = power_spectrum(1000 + 3 * np.arange(500) + values, "1h").power
    np.testing.assert_allclose(tilted, plain, atol=1e-9)
    assert power_spectrum(np.full(100, 7.0), "1h").power.max() < 1


def test_two_swings_are_ordered_by_strength():
    values = swing(24 * 365 * 4, 24) + 2 * swing(24 * 365 * 4, 24 * 365.2425)
    assert find_periods(table(values), "x") == [YEAR, DAY]


@given(st.integers(0, 1000), st.floats(0.4, 1.5))
def test_a_day_is_found_under_noise(seed, strength):
    noise = np.random.default_rng(seed).normal(size=24 * 90)
    assert find_periods(table(strength * swing(24 * 90, 24) + noise), "x") == [DAY]


@pytest.mark.parametrize("memory", [0, 0.5, 0.9, 0.99, 1.0])
@pytest.mark.parametrize("seed", range(10))
def test_noise_has_no_period(seed, memory):
    # Fixed seeds: one series in a thousand of these does look periodic.
    noise = np.random.default_rng(seed).normal(size=3000)
    for row in range(1, 3000):
        noise[row] += memory * noise[row - 1]
    assert find_periods(table(noise), "x") == []


def test_a_week_that_changes_the_day_brings_no_overtones():
    stamps = pd.date_range("2020-01-01", periods=24 * 7 * 30, freq="h")
    rush = np.exp(-((stamps.hour - 18) ** 2) / 8)
    load = np.where(stamps.day_of_week < 5, 1, 0.5) * rush
    frame = pd.DataFrame({"x": load + 0.1 * RNG.normal(size=len(stamps))}, stamps)
    assert find_periods(frame, "x") == [DAY, WEEK]


def test_a_day_that_is_stronger_in_summer_is_one_day():
    rows = 24 * 365 * 4
    values = swing(rows, 24) * (1 + 0.9 * swing(rows, 24 * 365.2425))
    noisy = values + 0.3 * RNG.normal(size=rows)
    assert find_periods(table(noisy), "x") == [DAY]


def test_a_period_that_is_no_calendars_is_measured():
    tide = swing(24 * 120, 12.42) + 0.2 * RNG.normal(size=24 * 120)
    (found,) = find_periods(table(tide), "x")
    assert found / pd.Timedelta("1h") == pytest.approx(12.42, rel=1e-3)


def test_a_year_is_found_in_monthly_rows():
    values = 0.2 * np.arange(144) + 3 * swing(144, 12) + RNG.normal(size=144)
    assert find_periods(table(values, "MS"), "x") == [YEAR]


def test_a_week_is_found_in_working_days():
    frame = table(RNG.normal(size=600), "B")
    frame["x"] += 3 * (frame.index.day_of_week == 0)
    assert find_periods(frame, "x") == [WEEK]


def test_gaps_and_missing_values_do_not_hide_a_day():
    frame = table(swing(24 * 60, 24) + 0.5 * RNG.normal(size=24 * 60))
    frame.iloc[100:110] = np.nan
    frame = frame.drop(frame.index[[*range(300, 405), 800, 1001]])
    assert find_periods(frame, "x") == [DAY]


@pytest.mark.parametrize(
    "values", [np.zeros(5), np.zeros(500), np.full(500, 0.1), np.full(500, np.nan)]
)
def test_series_without_anything_to_find(values):
    assert find_periods(table(values), "x") == []


def test_a_period_has_to_be_seen_three_times():
    values = swing(60, 24) + 0.01 * RNG.normal(size=60)
    assert find_periods(table(values), "x") == []


def test_the_grid_counts_missing_rows():
    frame = table(np.arange(6.0)).drop(table(np.arange(6.0)).index[[2, 3]])
    values, step = evenly_spaced(frame["x"])
    np.testing.assert_array_equal(values, [0, 1, np.nan, np.nan, 4, 5])
    assert step == pd.Timedelta("1h")
    monthly, step = evenly_spaced(table(np.arange(25), "MS")["x"])
    assert monthly.tolist() == list(range(25))
    assert step == pd.Timedelta("731D") / 24
    coarse, _ = evenly_spaced(table(np.arange(5.0))["x"], "2h")
    assert len(coarse) == 3


def test_unusable_series_are_refused():
    with pytest.raises(UserError, match=r"no column 'y'.* The columns are x\."):
        find_periods(table(np.zeros(5)), "y")
    with pytest.raises(UserError, match="at least 8 numbers, and there are 3"):
        power_spectrum([1, 2, 3, np.nan], "1h")


def read(path, **arguments):
    frame = pd.read_csv(path, index_col=0, **arguments)
    frame.index = pd.to_datetime(frame.index, dayfirst="jena" in path.name)
    return frame


def test_real_temperature_has_a_year_and_a_day(real_data):
    frame = read(real_data("weather/jena_hourly_2009_2016_6col.csv.gz"))
    assert find_periods(frame, "T (degC)") == [YEAR, DAY]
    assert find_periods(frame[:49_000], "T (degC)") == [YEAR, DAY]
    assert find_periods(frame, "rh (%)") == [DAY, YEAR]
    assert find_periods(frame, "p (mbar)") == []


def test_real_transformer_has_a_day(real_data):
    frame = read(real_data("ett/ETTh1.csv"))
    for column in frame:
        assert find_periods(frame, column) == [DAY]


# The picture


@pytest.fixture
def frame():
    stamps = pd.date_range("2020-01-01", periods=24 * 60, freq="h")
    values = np.sin(2 * np.pi * np.arange(len(stamps)) / 24)
    yield pd.DataFrame({"T (degC)": values}, index=stamps)
    plt.close("all")


def marked(axes):
    return [(text.get_text(), text.xy[0]) for text in axes.texts]


def test_it_marks_the_periods_it_finds(frame):
    (axes,) = plot_spectrum(frame, "T (degC)").axes
    assert marked(axes) == [("1 / day", pytest.approx(365.2425))]
    assert axes.get_xscale() == "log"
    assert "T (degC)" in axes.get_title()
    frequency, amplitude = axes.lines[0].get_data()
    assert frequency[amplitude.argmax()] == pytest.approx(365.2425)
    assert amplitude.max() == 1


def test_it_marks_given_periods_on_given_axes(frame):
    figure, axes = plt.subplots()
    assert plot_spectrum(frame, "T (degC)", ["week", "6h"], axes=axes) is figure
    assert [text for text, _ in marked(axes)] == ["1 / week", "1 / 6 h"]


def test_an_unknown_column_is_refused(frame):
    with pytest.raises(UserError, match=r"no column 'T'"):
        plot_spectrum(frame, "T", ["day"])


def test_a_constant_column_has_a_flat_picture(frame):
    frame["T (degC)"] = 5.0
    (axes,) = plot_spectrum(frame, "T (degC)").axes
    assert marked(axes) == []
    assert np.isfinite(axes.lines[0].get_ydata()).all()
