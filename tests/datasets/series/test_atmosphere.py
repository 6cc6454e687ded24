"""The formulas against tabulated values and against the station's own columns."""

import numpy as np
import pandas as pd
import pytest

from keras_rnn.datasets.series import atmosphere


def test_saturation_pressure_of_the_first_row_of_the_jena_data():
    assert atmosphere.saturation_pressure(-8.02) == pytest.approx(3.33, abs=0.005)


def test_saturation_pressure_at_the_boiling_point_of_the_formula():
    # Tables give 23.39 mbar at 20 degC and 6.11 at the triple point.
    assert atmosphere.saturation_pressure(20.0) == pytest.approx(23.39, rel=0.005)
    assert atmosphere.saturation_pressure(0.0) == pytest.approx(6.11, abs=0.005)


def test_dew_point_inverts_saturation_pressure():
    temperatures = np.linspace(-30.0, 40.0, 71)
    pressures = atmosphere.saturation_pressure(temperatures)
    np.testing.assert_allclose(
        atmosphere.dew_point(pressures), temperatures, rtol=0, atol=1e-9
    )


def test_potential_temperature_at_1000_mbar_is_the_temperature():
    assert atmosphere.potential_temperature(10.0, 1000.0) == pytest.approx(283.15)


def test_dry_air_at_the_standard_atmosphere():
    # 1.225 kg/m3 at 15 degC and 1013.25 mbar.
    assert atmosphere.air_density(15.0, 1013.25, 0.0) == pytest.approx(1225.0, abs=0.2)


def test_moist_air_is_lighter():
    assert atmosphere.air_density(15.0, 1013.25, 8.0) < 1222.0


def test_a_tenth_of_the_molecules():
    assert atmosphere.water_concentration(100.0, 1000.0) == 100.0
    assert atmosphere.specific_humidity(10.0, 1000.0) == pytest.approx(6.2436, abs=1e-4)


@pytest.mark.parametrize(
    ("column", "tolerance"),
    [
        ("VPmax (mbar)", 0.004),
        ("VPact (mbar)", 0.004),
        ("Tpot (K)", 0.006),
        ("Tdew (degC)", 0.01),
        ("sh (g/kg)", 0.004),
        ("H2OC (mmol/mol)", 0.004),
        ("rho (g/m**3)", 0.06),
    ],
)
def test_formulas_agree_with_the_station(real_data, column, tolerance):
    frame = pd.read_csv(real_data("weather/weather_2020.csv.zip"), encoding="utf-8")
    t, p, rh = (frame[c].to_numpy() for c in ("T (degC)", "p (mbar)", "rh (%)"))
    saturation = atmosphere.saturation_pressure(t)
    vapour = saturation * rh / 100.0
    humidity = atmosphere.specific_humidity(vapour, p)
    ours = {
        "VPmax (mbar)": saturation,
        "VPact (mbar)": vapour,
        "Tpot (K)": atmosphere.potential_temperature(t, p),
        "Tdew (degC)": atmosphere.dew_point(frame["VPact (mbar)"].to_numpy()),
        "sh (g/kg)": humidity,
        "H2OC (mmol/mol)": atmosphere.water_concentration(vapour, p),
        "rho (g/m**3)": atmosphere.air_density(t, p, humidity),
    }
    assert np.abs(ours[column] - frame[column].to_numpy()).mean() < tolerance
