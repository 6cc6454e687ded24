import numpy as np
import pandas as pd
import pytest

from keras_rnn.forecasting.amounts import choose_aggregates, is_amount, natural_limits

DROPS = pd.Series([0.0, 0.2, 0.0, 3.0, 1.0, 0.0])


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        *[("rain (mm)", "mm"), ("Niederschlag", "mm"), ("precip_10min", "")],
        *[("count", ""), ("bike trips", ""), ("#Passengers", ""), ("sales", "")],
        *[("energy (kWh)", "kWh"), ("Verbrauch [kWh]", ""), ("P1", "Wh")],
    ],
)
def test_amounts(name, unit):
    assert is_amount(DROPS, name, unit)


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        *[("T (degC)", "degC"), ("p (mbar)", "mbar"), ("rh (%)", "%"), ("OT", "")],
        *[("rain rate (mm/h)", "mm/h"), ("rain intensity", ""), ("power (kW)", "kW")],
        *[
            ("snow depth (cm)", "cm"),
            ("water level (mm)", "mm"),
            ("discount price", ""),
        ],
        *[("load (MW)", "MW"), ("SWDR (W/m²)", "W/m²"), ("terrain", "")],
        *[
            ("max rain", ""),
            ("energy price", ""),
            ("counter", ""),
            ("rainfall", "mm/h"),
        ],
    ],
)
def test_states(name, unit):
    assert not is_amount(DROPS, name, unit)


def test_a_meter_that_is_read_adds_up_by_itself():
    assert not is_amount(DROPS.cumsum(), "energy (kWh)", "kWh")
    # One that was reset once is still a meter.
    twice = pd.Series(np.concatenate([np.arange(200.0), np.arange(200.0)]))
    assert not is_amount(twice, "energy (kWh)", "kWh")


def test_what_is_negative_is_no_amount():
    assert not is_amount(DROPS - 1, "energy (kWh)", "kWh")


def test_each_column_by_itself():
    frame = pd.DataFrame({"rain": DROPS, "T": DROPS, "P": DROPS})
    chosen = choose_aggregates(frame, {"P": "kWh"})
    assert chosen == {"rain": "sum", "T": "last", "P": "sum"}


@pytest.mark.parametrize(
    ("values", "name", "unit", "limits"),
    [
        ([0.0, 0.2, 0.0, 1.4], "rain (mm)", "", (0, np.inf)),
        ([3, 8, 5, 9], "bikes", "", (0, np.inf)),
        ([1.5, 2.5, 1.0], "wv (m/s)", "m/s", (-np.inf, np.inf)),
        ([1.5, 2.5, 1.0], "wind speed", "m/s", (0, np.inf)),
        ([0.0, 0.0, 310.5], "SWDR", "", (0, np.inf)),
        ([0.0, 20.5, 310.5], "x", "", (-np.inf, np.inf)),  # once is no rest at 0
        ([40.0, 100.0], "humidity", "%", (0, 100)),
        ([40.0, 100.0], "rh (%)", "", (0, 100)),
        ([40.0, 101.5], "rh (%)", "", (-np.inf, np.inf)),
        ([-4.0, 10.0], "rh (%)", "", (-np.inf, np.inf)),
        ([12, 8, 15], "T", "degC", (-np.inf, np.inf)),
        ([12, 8, 15], "temperature", "", (-np.inf, np.inf)),
        ([12, 8, 15], "change", "", (-np.inf, np.inf)),
        ([12.5, 8, np.nan], "price", "", (-np.inf, np.inf)),
        ([3, -8, 5], "sales", "", (-np.inf, np.inf)),
        ([np.nan], "sales", "", (-np.inf, np.inf)),
    ],
)
def test_natural_limits(values, name, unit, limits):
    assert natural_limits(pd.Series(values, dtype=float), name, unit) == limits
