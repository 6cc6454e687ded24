"""A whole year of weather in an EPW and in a TMY3 file: 8,760 invented hours."""

import json

import numpy as np
import pandas as pd
import pytest

from keras_rnn.cli.main import main

HOURS = pd.date_range("2001-01-01", periods=8760, freq="h")
# Each month is from another year.
YEARS = (1998, 2003, 1995, 2001, 1999, 2005, 1997, 2002, 2000, 1996, 2004, 1994)


def weather():
    """Temperature and humidity that know the year, the day and what was before."""
    rng = np.random.default_rng(0)
    day, hour = HOURS.day_of_year.to_numpy(), HOURS.hour.to_numpy()
    noise = np.convolve(rng.normal(size=8760 + 47), np.ones(48) / 12, "valid")
    year = -9 * np.cos(2 * np.pi * (day - 20) / 365)
    temperature = 10 + year - 3 * np.cos(2 * np.pi * (hour - 3) / 24) + noise
    return temperature, np.clip(90 - 2 * temperature + rng.normal(size=8760), 20, 100)


def epw(path):
    above = [
        "LOCATION,Nowhere,-,XXX,invented,999999,52.5,13.4,1.0,34.0",
        "DESIGN CONDITIONS,0",
        "TYPICAL/EXTREME PERIODS,0",
        "GROUND TEMPERATURES,0",
        "HOLIDAYS/DAYLIGHT SAVINGS,No,0,0,0",
        "COMMENTS 1,",
        "COMMENTS 2,",
        "DATA PERIODS,1,1,Data,Sunday, 1/ 1,12/31",
    ]
    sun = "0,0,300,0,0,0,0,0,0,0"
    rest = "5,5,9999,99999,9,999999999,15,0.1,0,88,0.2,0,1"
    rows = [
        f"{YEARS[t.month - 1]},{t.month},{t.day},{t.hour + 1},60,A7,{warm:.1f},99.9,"
        f"{damp:.0f},101325,{sun},{(7 * t.day) % 360},3.5,{rest}"
        for t, warm, damp in zip(HOURS, *weather(), strict=True)
    ]
    path.write_text("\n".join([*above, *rows, ""]))
    return path


def tmy3(path):
    above = [
        '999999,"NOWHERE",XX,1.0,52.500,13.400,34',
        "Date (MM/DD/YYYY),Time (HH:MM),ETR (W/m^2),Dry-bulb (C),Dry-bulb source,"
        "RHum (%),RHum uncert (code),CeilHgt (m),Lprecip depth (mm)",
    ]
    rows = [
        f"{t.month:02}/{t.day:02}/{YEARS[t.month - 1]},{t.hour + 1:02}:00,"
        f"{50 * abs(t.hour - 12)},{warm:.1f},A,{damp:.0f},7,77777,-9900"
        for t, warm, damp in zip(HOURS, *weather(), strict=True)
    ]
    path.write_text("\n".join([*above, *rows, ""]))
    return path


EPW_HEADING = """\
8,760 rows, 29 columns, 2001-01-01 00:00 to 2001-12-31 23:00
Step       hourly
First row  2001-01-01 00:00, in the file '1998,1,1,1,60'
Last row   2001-12-31 23:00, in the file '1994,12,31,24,60'
year, month, day, hour of an EPW file; time zone standard time of the place; a stamp
Note       hour 1 of a day is the one that begins at 00:00
the months are from different years (a typical year): they were put into one, 2001
'temp_air': temperature, of 3 measured columns
--target temp_air --every '1 h' --horizon 24"""

TMY3_HEADING = """\
8,760 rows, 6 columns, 2001-01-01 01:00 to 2002-01-01 00:00
Step       hourly
First row  2001-01-01 01:00, in the file '01/01/1998 01:00'
Last row   2002-01-01 00:00, in the file '12/31/1994 24:00'
month first (as `date_order` or the column's name says)
'Time (HH:MM)' runs to 24, so a stamp is the end of its interval
the months are from different years (a typical year): they were put into one, 2001
-9900 stands for no measurement, set to missing: 8,760
'Dry-bulb (C)': temperature, of 3 measured columns
--target 'Dry-bulb (C)' --every '1 h' --horizon 24"""


@pytest.mark.parametrize(
    ("write", "heading"), [(epw, EPW_HEADING), (tmy3, TMY3_HEADING)]
)
def test_what_is_said_of_it(write, heading, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "400")
    assert main(["inspect", str(write(tmp_path / "a.csv"))]) == 0
    printed = capsys.readouterr().out
    for line in heading.splitlines():
        assert line in printed


@pytest.mark.parametrize("write", [epw, tmy3])
def test_its_forecast(write, tmp_path):
    """A day of six hours each from two days: that takes a sixth of the time."""
    data, out = write(tmp_path / "a.csv"), tmp_path / "out"
    size = ["--every", "6h", "--history", "8", "--horizon", "4"]
    arguments = ["--data", str(data), "--model", "ridge", *size, "--out", str(out)]
    assert main(["forecast", *arguments]) == 0
    scores = json.loads((out / "results.json").read_text())["test"]["mae"]
    assert scores["model"] < scores["seasonal_naive"] < scores["persistence"]
    forecast = pd.read_csv(out / "forecast.csv", index_col="time", parse_dates=True)
    assert forecast.index[0] - pd.Timestamp("2002-01-01") <= pd.Timedelta("6h")
    # It is January, and night comes each day.
    assert forecast["forecast"].between(-12, 12).all()
    assert (out / "forecast.png").stat().st_size > 10_000
