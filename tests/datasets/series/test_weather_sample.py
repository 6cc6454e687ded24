import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from keras_rnn.datasets.series import atmosphere
from keras_rnn.datasets.series.weather_sample import (
    COLUMNS,
    generate,
    inject_faults,
    write_csv,
)
from keras_rnn.datasets.tables.read_table import read_table


@pytest.fixture(scope="module")
def years():
    """Eight years at full hours, as the Jena data are."""
    return generate(8 * 8766, step="1h", seed=3)


def memory_at(values, lag):
    values = values - values.mean()
    return np.mean(values[lag:] * values[:-lag]) / np.mean(values**2)


def test_columns_and_times_of_the_original():
    frame = generate(1000)
    assert tuple(frame.columns) == COLUMNS
    assert len(COLUMNS) == 14
    assert frame.index[0] == pd.Timestamp("2009-01-01 00:10")
    assert frame.index[-1] - frame.index[0] == 999 * pd.Timedelta("10min")
    assert frame.index.name == "time"
    assert (frame.dtypes == "float64").all()
    assert not frame.isna().any(axis=None)


def test_same_seed_same_weather():
    pd.testing.assert_frame_equal(generate(200, seed=4), generate(200, seed=4))
    assert (generate(200, seed=4) != generate(200, seed=5)).any(axis=None)


@pytest.mark.parametrize("rows", [1, 2, 7])
@pytest.mark.parametrize("step", ["1min", "10min", "1h", "1D"])
def test_any_length_and_step(rows, step):
    frame = generate(rows, step=step, start="2020-02-29")
    assert frame.shape == (rows, 14)
    assert np.isfinite(frame.to_numpy()).all()


@pytest.mark.parametrize("arguments", [{"rows": 0}, {"rows": 5, "step": "-1h"}])
def test_impossible_arguments(arguments):
    with pytest.raises(ValueError, match="must be positive"):
        generate(**arguments)


def test_physics_holds_in_every_row(years):
    column = {name.split(" (")[0]: years[name] for name in years}
    saturation = atmosphere.saturation_pressure(column["T"])
    vapour = saturation * column["rh"] / 100.0
    humidity = atmosphere.specific_humidity(vapour, column["p"])
    expected = {
        "VPmax": saturation,
        "VPact": vapour,
        "VPdef": saturation - vapour,
        "Tpot": atmosphere.potential_temperature(column["T"], column["p"]),
        "Tdew": atmosphere.dew_point(vapour),
        "sh": humidity,
        "H2OC": atmosphere.water_concentration(vapour, column["p"]),
        "rho": atmosphere.air_density(column["T"], column["p"], humidity),
    }
    for name, values in expected.items():
        np.testing.assert_allclose(column[name], values, rtol=0, atol=0.0051)


def test_nothing_is_out_of_its_bounds(years):
    assert years["rh (%)"].between(5.0, 100.0).all()
    assert years["wv (m/s)"].between(0.0, 40.0).all()
    assert (years["max. wv (m/s)"] >= years["wv (m/s)"]).all()
    assert years["wd (deg)"].between(0.0, 360.0).all()
    assert (years["Tdew (degC)"] <= years["T (degC)"] + 0.011).all()
    assert years["T (degC)"].between(-40.0, 50.0).all()
    assert years["p (mbar)"].between(900.0, 1080.0).all()


# mean, standard deviation, and memory after 1, 24 and 72 h, each with what the
# measurements of 2009 to 2016 (wd: 2020) have and how far off may be.
RESEMBLANCE = {
    "T (degC)": [(9.4, 0.7), (8.4, 0.8), (0.99, 0.01), (0.92, 0.03), (0.83, 0.05)],
    "p (mbar)": [(989.2, 1.5), (8.4, 0.9), (1.0, 0.01), (0.75, 0.06), (0.36, 0.1)],
    "rh (%)": [(76.0, 2.0), (16.5, 2.0), (0.96, 0.01), (0.67, 0.1), (0.54, 0.17)],
    "Tdew (degC)": [(5.0, 0.8), (6.7, 0.8), (1.0, 0.01), (0.89, 0.05), (0.78, 0.06)],
    "wv (m/s)": [(2.1, 0.2), (1.5, 0.2), (0.79, 0.06), (0.32, 0.1), (0.17, 0.1)],
    "wd (deg)": [(177.0, 30.0), (81.0, 10.0), (0.5, 0.12), (0.2, 0.2), (0.13, 0.15)],
}


@pytest.mark.parametrize("column", RESEMBLANCE)
def test_the_sample_resembles_jena(years, column):
    values = years[column].to_numpy()
    found = [values.mean(), values.std(), *(memory_at(values, k) for k in (1, 24, 72))]
    for number, (expected, tolerance) in zip(found, RESEMBLANCE[column], strict=True):
        assert number == pytest.approx(expected, abs=tolerance)


def test_days_and_years_go_round(years):
    temperature = years["T (degC)"]
    by_month = temperature.groupby(years.index.month).mean()
    assert by_month.idxmin() in (12, 1, 2)
    assert by_month.idxmax() in (6, 7, 8)
    assert by_month.max() - by_month.min() == pytest.approx(19.4, abs=2.5)
    july = temperature[years.index.month == 7]
    by_hour = july.groupby(july.index.hour).mean()
    assert by_hour.idxmin() in (3, 4, 5)
    assert by_hour.idxmax() in (13, 14, 15, 16)
    assert by_hour.max() - by_hour.min() == pytest.approx(8.7, abs=1.0)
    january = temperature[years.index.month == 1]
    by_hour = january.groupby(january.index.hour).mean()
    assert by_hour.max() - by_hour.min() == pytest.approx(2.7, abs=1.0)


def test_fronts_tie_the_quantities_together(years):
    """Behind a front pressure rises, it gets colder and the wind turns west."""
    hours = 12
    rise = years["p (mbar)"].diff(hours)
    warming = years["T (degC)"].diff(24).shift(-6)
    assert rise.corr(warming) < -0.1
    warm = years["T (degC)"] - years["T (degC)"].groupby(
        [years.index.month, years.index.hour]
    ).transform("mean")
    south = -np.cos(np.radians(years["wd (deg)"])) * years["wv (m/s)"]
    assert warm.corr(south) > 0.1
    assert warm.corr(years["rh (%)"]) < -0.2


def test_a_forecast_is_neither_hopeless_nor_trivial(years):
    """Mean error over the next 24 h: last value 3.46 and yesterday 2.39 in Jena."""
    t = years["T (degC)"].to_numpy()
    last = np.mean([np.abs(t[k:] - t[:-k]).mean() for k in range(1, 25)])
    yesterday = np.abs(t[24:] - t[:-24]).mean()
    assert last == pytest.approx(3.4, abs=0.4)
    assert yesterday == pytest.approx(2.4, abs=0.3)


@pytest.mark.parametrize("step", ["10min", "3h"])
def test_statistics_do_not_depend_on_the_step(years, step):
    rows = round(len(years) * pd.Timedelta("1h") / pd.Timedelta(step))
    other = generate(rows, step=step, seed=11)
    for column, tolerance in {
        "T (degC)": 0.6, "p (mbar)": 1.0, "rh (%)": 1.0, "wv (m/s)": 0.15
    }.items():  # fmt: skip
        assert other[column].mean() == pytest.approx(
            years[column].mean(), abs=2 * tolerance
        )
        assert other[column].std() == pytest.approx(years[column].std(), abs=tolerance)


def test_faults_are_found_by_reading(tmp_path):
    frame = generate(12_000, seed=2, faults=True)
    faults = frame.attrs["faults"]
    write_csv(frame, tmp_path / "sample.csv.gz")
    table = read_table(tmp_path / "sample.csv.gz")
    repairs = table.repairs
    found = {
        "sentinels": sum(n for text, n in repairs.items() if "-9999" in text),
        "empty": sum(n for text, n in repairs.items() if "no value" in text),
        "gaps": repairs["gaps in time, left open"],
        "rows missing": repairs["rows missing in these gaps"],
        "repeats": repairs["rows that repeat a time stamp, dropped"],
    }
    assert found == faults
    whole = generate(12_000, seed=2)
    kept = table.frame.notna()
    expected = whole.loc[table.frame.index].where(kept)
    expected.index = expected.index.as_unit(table.frame.index.unit)
    pd.testing.assert_frame_equal(table.frame, expected, check_freq=False)


def test_the_file_looks_like_the_original(tmp_path):
    write_csv(generate(2, seed=1), tmp_path / "sample.csv")
    header, first, _ = (tmp_path / "sample.csv").read_text().splitlines()
    assert header == (
        "Date Time,p (mbar),T (degC),Tpot (K),Tdew (degC),rh (%),VPmax (mbar),"
        "VPact (mbar),VPdef (mbar),sh (g/kg),H2OC (mmol/mol),rho (g/m**3),wv (m/s),"
        "max. wv (m/s),wd (deg)"
    )
    assert first.startswith("01.01.2009 00:10:00,")
    assert all(len(cell.split(".")[1]) == 2 for cell in first.split(",")[1:])


def test_no_backend_is_loaded():
    code = (
        "import sys; from keras_rnn.datasets import weather; weather.load('sample'); "
        "assert not {'keras', 'tensorflow', 'jax', 'sklearn'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def ramps(rows=12_000):
    times = pd.date_range("2020-01-01", periods=rows, freq="10min", name="time")
    values = np.arange(rows * 3, dtype=float).reshape(rows, 3)
    return pd.DataFrame(values, index=times, columns=["a", "b", "c"])


def test_faults_are_there_as_often_as_counted():
    whole = ramps()
    frame = inject_faults(whole, np.random.default_rng(0), sentinel_columns=["a", "c"])
    faults = frame.attrs["faults"]
    assert (frame[["a", "c"]] == -9999.0).sum().tolist() == [
        faults["sentinels"] / 2,
        faults["sentinels"] / 2,
    ]
    assert frame.isna().sum().sum() == faults["empty"]
    assert frame.index.duplicated().sum() == faults["repeats"]
    steps = frame.index.to_series().diff().dropna()
    gaps = steps[steps > pd.Timedelta("10min")]
    assert len(gaps) == faults["gaps"] == 3
    missing = (gaps / pd.Timedelta("10min") - 1).sum()
    assert missing == faults["rows missing"]
    assert len(frame) == len(whole) - faults["rows missing"] + faults["repeats"]


def test_what_is_not_damaged_stays():
    whole = ramps()
    frame = inject_faults(whole, np.random.default_rng(0), sentinel_columns=["a"])
    same = frame.to_numpy() == whole.loc[frame.index].to_numpy()
    faults = frame.attrs["faults"]
    assert (~same).sum() == faults["sentinels"] + faults["empty"]


def test_the_frame_given_is_not_changed():
    whole = ramps(600)
    inject_faults(whole, np.random.default_rng(0), sentinel_columns=["a"])
    pd.testing.assert_frame_equal(whole, ramps(600))


@pytest.mark.parametrize("rows", [60, 61, 69, 5_000])
def test_short_frames_have_one_of_each(rows):
    frame = inject_faults(ramps(rows), np.random.default_rng(1), sentinel_columns=["b"])
    assert min(frame.attrs["faults"].values()) >= 1


def test_too_short_a_frame_is_refused():
    with pytest.raises(ValueError, match="at least 60"):
        inject_faults(ramps(59), np.random.default_rng(0), sentinel_columns=["a"])
