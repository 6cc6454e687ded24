"""EPW files: the columns that the format defines, by pvlib or without it."""

# ruff: noqa: E501

from importlib.metadata import version

import numpy as np
import pandas as pd
import pytest

from keras_rnn.datasets.tables import weather_files
from keras_rnn.datasets.tables.read_table import table_of_bytes
from keras_rnn.datasets.tables.weather_files import as_one_year

HOURS = pd.date_range("2001-01-01", periods=8760, freq="1h")


def epw(hours=HOURS, year=lambda t: t.year):
    """A whole file with eight lines above and thirty-five columns."""
    above = [
        "LOCATION,Nowhere,-,XXX,invented,999999,52.5,13.4,1.0,34.0",
        *(f"{word},0" for word in (
            "DESIGN CONDITIONS", "TYPICAL/EXTREME PERIODS", "GROUND TEMPERATURES",
            "HOLIDAYS/DAYLIGHT SAVINGS", "COMMENTS 1", "COMMENTS 2",
        )),
        "DATA PERIODS,1,1,Data,Sunday, 1/ 1,12/31",
    ]  # fmt: skip
    tail = ",1.5,70,101325,0,0,300,0,0,0,0,0,0,0,180,3.5,5,5,20,77777,9,999999999,15,0.1,0,88,0.2,0,1"
    rows = [
        f"{year(t)},{t.month},{t.day},{t.hour + 1},60,A7A7,{i % 30 - 4.5}{tail}"
        for i, t in enumerate(hours)
    ]
    return "\n".join([*above, *rows, ""]).encode()


@pytest.mark.parametrize("by", ["pvlib", "pandas"])
def test_a_whole_year(monkeypatch, by):
    if by == "pandas":
        monkeypatch.setattr(weather_files, "is_installed", lambda library: False)
    table = table_of_bytes(epw(), "a.epw")
    assert (
        table.reader
        == {
            "pvlib": f"pvlib {version('pvlib')}",
            "pandas": "the columns that EnergyPlus defines, read with pandas "
            '(pip install "keras-rnn[tables]" brings pvlib, which reads them, too)',
        }[by]
    )
    assert table.frame.index.tolist() == HOURS.tolist()
    temperature = [i % 30 - 4.5 for i in range(8760)]
    np.testing.assert_array_equal(table.frame["temp_air"], temperature)
    assert table.units["temp_air"] == "°C"
    assert table.frame["ceiling_height"].iloc[0] == 77777
    assert table.time.first_written == "2001,1,1,1,60"
    assert table.time.last_written == "2001,12,31,24,60"
    assert table.time.marks == "start"
    assert table.notes == ("hour 1 of a day is the one that begins at 00:00",)


def test_months_of_different_years():
    table = table_of_bytes(epw(year=lambda t: 1985 + 5 * (t.month % 3)), "a.epw")
    assert table.frame.index.tolist() == HOURS.tolist()
    assert "put into one, 2001" in table.notes[1]


def test_missing_values_of_the_format():
    text = (
        epw(HOURS[:3])
        .replace(b"-4.5,1.5", b"99.9,99.9")
        .replace(b",77777,", b",99999,")
    )
    table = table_of_bytes(text, "a.epw")
    assert table.frame["temp_air"].isna().tolist() == [True, False, False]
    assert table.frame["ceiling_height"].isna().all()


def test_other_files_that_begin_alike():
    text = b"LOCATION,TIME,value\nNowhere,2021-01-01,1.5\nNowhere,2021-01-02,2.5\n"
    assert table_of_bytes(text, "a.csv").frame["value"].tolist() == [1.5, 2.5]


YEAR = pd.Series(pd.date_range("2001-01-01", periods=8760, freq="1h"))


def of_different_years(stamps):
    years = [1990 + (7 * month) % 10 for month in range(13)]
    return pd.Series([t.replace(year=years[t.month]) for t in stamps])


def test_months_of_different_years_become_one_year():
    found = as_one_year(of_different_years(YEAR))
    assert found.tolist() == YEAR.tolist()


def test_hours_that_are_named_by_their_end():
    shifted = of_different_years(YEAR) + pd.Timedelta("1h")
    found = as_one_year(shifted)
    assert found.iloc[0] == pd.Timestamp("2001-01-01 01:00")
    assert found.iloc[-1] == pd.Timestamp("2002-01-01 00:00")


def test_real_years_are_left_alone():
    assert as_one_year(YEAR) is None
    two = pd.Series(pd.date_range("2001-01-01", periods=17520, freq="1h"))
    assert as_one_year(two) is None
    gap = pd.concat([two[:3000], two[9000:12000]], ignore_index=True)
    assert as_one_year(gap) is None
    assert as_one_year(YEAR[:100]) is None
