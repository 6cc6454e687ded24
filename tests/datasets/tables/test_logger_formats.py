"""Formats of loggers and portals: one small invented file of each kind."""

# ruff: noqa: E501

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from keras_rnn.datasets.tables.read_table import read_table

HOURS = pd.date_range("2021-03-04", periods=96, freq="1h")
MONTHS = pd.date_range("2012-01-01", periods=48, freq="MS")
VALUES = np.round(10 + 5 * np.sin(np.arange(400) / 7.0), 1)


def lines(times, form, *, values=VALUES):
    """One line for each time; `form` is a function of time and value."""
    return [form(t, v) for t, v in zip(times, values, strict=False)]


def text(*parts):
    flat = []
    for part in parts:
        flat += [part] if isinstance(part, str) else list(part)
    return "\n".join(flat) + "\n"


def stamp(pattern, gap=","):
    return lambda t, v: f"{t.strftime(pattern)}{gap}{v}"


def hour_ending(t):
    """Date and hour 1 to 24 of an hour that begins at `t`."""
    return t.strftime("%Y%m%d"), t.hour + 1


FORMATS = {
    # name: (text, name of the column, first and last stamp, step)
    "Campbell TOA5": (
        text(
            '"TOA5","Roof","CR6","77","CR6.Std.10","CPU:roof.CR6","4711","Hourly"',
            '"TIMESTAMP","RECORD","BattV_Min","PTemp","AirT_Avg","Rain_Tot","WS","WD"',
            '"TS","RN","Volts","Deg C","Deg C","mm","m/s","deg"',
            '"","","Min","Smp","Avg","Tot","WVc","WVc"',
            [f'"{t}",{i},12.{i % 7},{v},{v},0,{v},{i}.5' for i, (t, v) in enumerate(zip(HOURS, VALUES, strict=False))],
        ),
        "AirT_Avg", "2021-03-04 00:00", "2021-03-07 23:00", "hourly",
    ),
    "USGS RDB": (
        text(
            "# Data provided for site 01234567", "#", "# A  Approved", "#",
            "agency_cd\tsite_no\tdatetime\ttz_cd\t77_00060\t77_00060_cd",
            "5s\t15s\t20d\t6s\t14n\t10s",
            lines(HOURS, lambda t, v: f"USGS\t01234567\t{t:%Y-%m-%d %H:%M}\tEST\t{v}\tA"),
        ),
        "77_00060", "2021-03-04 00:00", "2021-03-07 23:00", "hourly",
    ),
    "KNMI hourly": (
        text(
            "# KNMI, hourly", "# STN : station", "# T   : 0.1 degC", "#",
            "# STN,YYYYMMDD,   HH,   DD,    T", "#",
            [f"  344,{d},{h:5d},  200,{v}" for (d, h), v in zip(map(hour_ending, HOURS), VALUES, strict=False)],
        ),
        "T", "2021-03-04 01:00", "2021-03-08 00:00", "hourly",
    ),
    "DWD": (
        text(
            "STATIONS_ID;MESS_DATUM;QN_9;TT_TU;RF_TU;eor",
            lines(HOURS, lambda t, v: f"        433;{t:%Y%m%d%H};    3;  {v};  77.0;eor"),
        ),
        "TT_TU", "2021-03-04 00:00", "2021-03-07 23:00", "hourly",
    ),
    "SMHI": (
        text(
            "Stationsnamn;Stationsnummer;Mäthöjd (meter över marken)", "Ytterhamn;99999;2.0", "",
            "Parameternamn;Beskrivning;Enhet", "Lufttemperatur;momentanvärde, 1 gång/tim;celsius", "",
            "Tidsperiod (fr.o.m);Tidsperiod (t.o.m);Höjd (meter över havet);Latitud;Longitud",
            "2008-01-01 00:00:00;2010-01-01 00:00:00;2.0;59.1;15.3",
            "2010-01-01 00:00:00;2024-01-01 00:00:00;2.0;59.2;15.3", "",
            "Datum;Tid (UTC);Lufttemperatur;Kvalitet;;Tidsutsnitt:",
            lines(HOURS, lambda t, v: f"{t:%Y-%m-%d;%H:%M:%S};{v};G;;"),
        ),
        "Lufttemperatur", "2021-03-04 00:00", "2021-03-07 23:00", "hourly",
    ),
    "PVGIS": (
        text(
            "Latitude (decimal degrees):\t48.1", "Longitude (decimal degrees):\t11.5",
            "Elevation (m):\t520", "Radiation database:\tPVGIS-SARAH3", "", "",
            "time,P,G(i),H_sun,T2m,WS10m,Int",
            [f"{t:%Y%m%d}:{t:%H}10,{v},{v},{v},{v},1.0,0.0" for t, v in zip(HOURS, VALUES, strict=False)],
            "", "P: PV system power (W)", "G(i): Global irradiance on the inclined plane (W/m2)",
            "Int: 1 means solar radiation values are reconstructed", "", "PVGIS (c) invented, 2001-2022",
        ),
        "P", "2021-03-04 00:10", "2021-03-07 23:10", "hourly",
    ),
    "PVGIS with long legend": (
        text(
            "Latitude (decimal degrees):\t48.1", "",
            "time,P,T2m",
            [f"{t:%Y%m%d}:{t:%H}10,{v},{v}" for t, v in zip(HOURS, VALUES, strict=False)],
            "P: power, of the system, in W, as estimated, hour by hour",
        ),
        "P", "2021-03-04 00:10", "2021-03-07 23:10", "hourly",
    ),
    "SMARD": (
        text(
            "Datum von;Datum bis;Netzlast [MWh];Biomasse [MWh]",
            lines(HOURS, lambda t, v: f"{t:%d.%m.%Y %H:%M};{t + pd.Timedelta('1h'):%d.%m.%Y %H:%M};{int(v)}.{int(v * 10) % 900 + 100},25;-"),
        ),
        "Netzlast [MWh]", "2021-03-04 00:00", "2021-03-07 23:00", "hourly",
    ),
    "ENTSO-E, two zones of time": (
        text(
            '"MTU (CET/CEST)","Day-ahead (EUR/MWh)"',
            lines(HOURS, lambda t, v: f'"{t:%d/%m/%Y %H:%M:%S} (CET) - {t + pd.Timedelta("1h"):%d/%m/%Y %H:%M:%S} (CET)","{v}"'),
        ),
        "Day-ahead (EUR/MWh)", "2021-03-04 00:00", "2021-03-07 23:00", "hourly",
    ),
    "ENTSO-E, hours as intervals": (
        text("MTU;Load", lines(HOURS, lambda t, v: f"{t:%d.%m.%Y %H:%M} - {t + pd.Timedelta('1h'):%d.%m.%Y %H:%M};{v}")),
        "Load", "2021-03-04 00:00", "2021-03-07 23:00", "hourly",
    ),
    "AmeriFlux": (
        text(
            "# Site: US-Xyz", "# Version: 1-1", "TIMESTAMP_START,TIMESTAMP_END,TA,H2O,SWC_QC",
            [f"{t:%Y%m%d%H%M},{t + pd.Timedelta('30min'):%Y%m%d%H%M},{v},-9999,{i % 2}"
             for i, (t, v) in enumerate(zip(pd.date_range("2021-03-04", periods=96, freq="30min"), VALUES, strict=False))],
        ),
        "TA", "2021-03-04 00:00", "2021-03-05 23:30", "half-hourly",
    ),
    "FLUXNET daily": (
        text("TIMESTAMP,TA_F", lines(pd.date_range("2019-12-01", periods=90), stamp("%Y%m%d"))),
        "TA_F", "2019-12-01", "2020-02-28", "daily",
    ),
    "InfluxDB annotated": (
        text(
            "#group,false,false,true,true,false,false,true,true",
            "#datatype,string,long,dateTime:RFC3339,dateTime:RFC3339,dateTime:RFC3339,double,string,string",
            "#default,mean,,,,,,,", ",result,table,_start,_stop,_time,_value,_field,_measurement",
            lines(HOURS, lambda t, v: f",,0,2021-03-01T00:00:00Z,2021-03-09T00:00:00Z,{t:%Y-%m-%dT%H:%M:%SZ},{v},temp,room"),
        ),
        "_value", "2021-03-04 00:00", "2021-03-07 23:00", "hourly",
    ),
    "Grafana": (
        text('"Time","Load"', lines(HOURS, lambda t, v: f'{t:%Y-%m-%d %H:%M:%S},{v} kW')),
        "Load", "2021-03-04 00:00", "2021-03-07 23:00", "hourly",
    ),
    "HOBO": (
        text(
            '"Plot Title: Greenhouse"',
            '"#","Date Time, GMT+02:00","Temp, °C (LGR S/N: 1, SEN S/N: 2)","Host Connected"',
            [f'{i},{t:%m/%d/%y %I:%M:%S %p},{v},' for i, (t, v) in enumerate(zip(pd.date_range("2021-03-10", periods=96, freq="1h"), VALUES, strict=False), 1)],
        ),
        "Temp, °C (LGR S/N: 1, SEN S/N: 2)", "2021-03-10 00:00", "2021-03-13 23:00", "hourly",
    ),
    "WeatherLink, two header rows": (
        text(
            "\t\tTemp\tHi\tLow\tOut", "Date\tTime\tOut\tTemp\tTemp\tHum",
            [f"{t.month}/{t:%d/%y}\t{t.hour % 12 or 12}:{t:%M}{'ap'[t.hour > 11]}\t{v}\t{v}\t{v}\t{60 + i % 7}"
             for i, (t, v) in enumerate(zip(pd.date_range("2021-03-04", periods=96, freq="30min"), VALUES, strict=False))],
        ),
        "Temp Out", "2021-03-04 00:00", "2021-03-05 23:30", "half-hourly",
    ),
    "MIDC": (
        text(
            "DATE (MM/DD/YYYY),MST,Global PSP [W/m^2],Air Temp [deg C]",
            lines(pd.date_range("2021-03-04", periods=200, freq="1min"), lambda t, v: f"{t:%m/%d/%Y},{t:%H:%M},{v},{v}"),
        ),
        "Global PSP [W/m^2]", "2021-03-04 00:00", "2021-03-04 03:19", "every 1 minute",
    ),
    "NOAA CRN hourly": (
        text(
            "WBANNO UTC_DATE UTC_TIME LST_DATE LST_TIME T_CALC",
            lines(HOURS, lambda t, v: f"99999 {t:%Y%m%d} {t:%H%M} {t - pd.Timedelta('7h'):%Y%m%d} {t - pd.Timedelta('7h'):%H%M} {v}"),
        ),
        "T_CALC", "2021-03-04 00:00", "2021-03-07 23:00", "hourly",
    ),
    "FRED": (
        text("observation_date,UNRATE", lines(MONTHS, stamp("%Y-%m-%d"))),
        "UNRATE", "2012-01-01", "2015-12-01", "monthly",
    ),
    "Yahoo with a ticker row": (
        text(
            "Price,Close,High,Volume", "Ticker,XYZ,XYZ,XYZ", "Date,,,",
            [f"{t:%Y-%m-%d},{v},{v + 1},{1000 + i * 37 % 111}" for i, (t, v) in enumerate(zip(pd.bdate_range("2021-03-01", periods=60), VALUES, strict=False))],
        ),
        "Close", "2021-03-01", "2021-05-21", "each working day",
    ),
    "Yahoo with two tickers": (
        text(
            "Price,Close,Close,High,High", "Ticker,ABC,XYZ,ABC,XYZ", "Date,,,,",
            lines(pd.bdate_range("2021-03-01", periods=60), lambda t, v: f"{t:%Y-%m-%d},{v},{v + 5},{v + 1},{v + 6}"),
        ),
        "Close ABC", "2021-03-01", "2021-05-21", "each working day",
    ),
    "Eurostat, one series": (
        text(
            "freq,unit,geo\\TIME_PERIOD\t" + "\t".join(f"{t:%Y-%m} " for t in MONTHS),
            "M,I15,DE\t" + "\t".join(f"{v} p" if i > 45 else f"{v} " for i, v in enumerate(VALUES[:48])),
        ),
        "value", "2012-01-01", "2015-12-01", "monthly",
    ),
    "World Bank, one country": (
        text(
            '"Data Source","World Development Indicators",', '', '"Last Updated Date","2024-01-01",', '',
            '"Country Name","Country Code","Indicator Name","Indicator Code",' + ",".join(f'"{y}"' for y in range(1960, 2020)),
            '"Nowhere","NOW","Invented (US$)","NY.X",' + ",".join(f'"{v}"' for v in VALUES[:60]),
        ),
        "value", "1960-01-01", "2019-01-01", "yearly",
    ),
    "Elexon settlement periods": (
        text(
            "SETTLEMENT_DATE,SETTLEMENT_PERIOD,ND",
            lines(pd.date_range("2021-03-04", periods=192, freq="30min"), lambda t, v: f"{t:%d-%b-%Y},{t.hour * 2 + t.minute // 30 + 1},{v}"),
        ),
        "ND", "2021-03-04 00:00", "2021-03-07 23:30", "half-hourly",
    ),
    "NEM": (
        text("REGION,SETTLEMENTDATE,TOTALDEMAND,RRP,PERIODTYPE",
             lines(pd.date_range("2021-03-04 00:05", periods=200, freq="5min"), lambda t, v: f"NSW1,{t:%Y/%m/%d %H:%M:%S},{v},{v},TRADE")),
        "TOTALDEMAND", "2021-03-04 00:05", "2021-03-04 16:40", "every 5 minutes",
    ),
    "4-4-5 weeks": (
        text("Period end,Sales", lines(pd.Timestamp("2019-01-27") + pd.to_timedelta(7 * np.cumsum([0] + [4, 5, 4] * 12), unit="D"), stamp("%Y-%m-%d"))),
        "Sales", "2019-01-27", "2022-01-23", "monthly, in months of 4 or 5 weeks",
    ),
    "spreadsheet with title rows": (
        text(";;", "Energy report;;", ";;", "Datum;Verbrauch;Temperatur", ";kWh;°C",
             lines(pd.date_range("2021-01-28", periods=60), lambda t, v: f"{t:%d.%m.%Y}" + f";{v};{v}".replace(".", ","))),
        "Verbrauch", "2021-01-28", "2021-03-28", "daily",
    ),
    "GISTEMP": (
        text(
            "Land-Ocean: Global Means",
            "Year,Jan,Feb,Mar,Apr,May,Jun,Jul,Aug,Sep,Oct,Nov,Dec,J-D,D-N,DJF,MAM,JJA,SON",
            [f"{1980 + y}," + ",".join(str(v) for v in VALUES[12 * y : 12 * y + 12]) + ",.1,.1,***,.1,.1,.1" for y in range(4)],
        ),
        "value", "1980-01-01", "1983-12-01", "monthly",
    ),
    "a row a day, hours beside each other": (
        text("Date," + ",".join(f"H{h}" for h in range(1, 25)),
             [f"{d:%Y-%m-%d}," + ",".join(str(v) for v in VALUES[24 * i : 24 * i + 24]) for i, d in enumerate(pd.date_range("2021-03-04", periods=4))]),
        "value", "2021-03-04 01:00", "2021-03-08 00:00", "hourly",
    ),
    "NASA POWER": (
        text("-BEGIN HEADER-", "NASA/POWER CERES/MERRA2", "T2M     MERRA-2 Temperature (C) ", "-END HEADER-",
             "YEAR,MO,DY,HR,T2M", lines(HOURS, lambda t, v: f"{t.year},{t.month},{t.day},{t.hour},{v}")),
        "T2M", "2021-03-04 00:00", "2021-03-07 23:00", "hourly",
    ),
    "NASA POWER daily by day of the year": (
        text("YEAR,DOY,T2M", lines(pd.date_range("2019-12-01", periods=80), lambda t, v: f"{t.year},{t.day_of_year},{v}")),
        "T2M", "2019-12-01", "2020-02-18", "daily",
    ),
    "NSRDB": (
        text("Source,Location ID,City,State,Latitude,Longitude,Time Zone", "NSRDB,1,-,-,39.7,-105.1,-7",
             "Year,Month,Day,Hour,Minute,GHI,Temperature",
             lines(HOURS, lambda t, v: f"{t.year},{t.month},{t.day},{t.hour},30,{v},{v}")),
        "GHI", "2021-03-04 00:30", "2021-03-07 23:30", "hourly",
    ),
    "PVWatts": (
        text('"PVWatts: Hourly PV Performance Data"', '"Requested Location:","Nowhere"', '"Latitude","40.1"', "",
             '"Month","Day","Hour","Ambient Temperature (C)","AC System Output (W)"',
             lines(HOURS, lambda t, v: f'"{t.month}","{t.day}","{t.hour}","{v}","{v}"')),
        "AC System Output (W)", "2001-03-04 00:00", "2001-03-07 23:00", "hourly",
    ),
    "no header, date and time": (
        text(lines(HOURS, lambda t, v: f"{t:%d.%m.%Y};{t:%H:%M};" + f"{v}".replace(".", ","))),
        "column 3", "2021-03-04 00:00", "2021-03-07 23:00", "hourly",
    ),
    "no header, date and hour": (
        text(lines(HOURS, lambda t, v: f"{t:%Y-%m-%d},{t.hour},{v}")),
        "column 3", "2021-03-04 00:00", "2021-03-07 23:00", "hourly",
    ),
    "fixed width": (
        text("  DATE   HOUR    TEMP   WIND", lines(HOURS, lambda t, v: f"{t:%Y%m%d}  {t:%H%M}  {v:6.1f} {v / 2:6.2f}")),
        "TEMP", "2021-03-04 00:00", "2021-03-07 23:00", "hourly",
    ),
    "email dates": (
        text("when\tv", lines(HOURS, stamp("%a, %d %b %Y %H:%M:%S GMT", "\t"))),
        "v", "2021-03-04 00:00", "2021-03-07 23:00", "hourly",
    ),
    "web server": (
        text("when\tv", lines(HOURS, lambda t, v: f"[{t:%d/%b/%Y:%H:%M:%S} +0000]\t{v}")),
        "v", "2021-03-04 00:00", "2021-03-07 23:00", "hourly",
    ),
    "ctime": (
        text("when,v", lines(HOURS, stamp("%a %b %d %H:%M:%S %Y"))),
        "v", "2021-03-04 00:00", "2021-03-07 23:00", "hourly",
    ),
    "months with a point, beside decimal commas": (
        text("Monat;Umsatz", lines(MONTHS, lambda t, v: f"{t:%m.%Y};" + f"{v}".replace(".", ","))),
        "Umsatz", "2012-01-01", "2015-12-01", "monthly",
    ),
    "year.quarter": (
        text("Quarter,gdp", lines(pd.date_range("2000-01-01", periods=40, freq="QS"), lambda t, v: f"{t.year}.{t.quarter},{v}")),
        "gdp", "2000-01-01", "2009-10-01", "quarterly",
    ),
    "year and month together, in a first column of any name": (
        text("obs,x", lines(MONTHS, stamp("%Y%m"))),
        "x", "2012-01-01", "2015-12-01", "monthly",
    ),
    "hours HE01 to HE24": (
        text("Date,HE,MW", lines(HOURS, lambda t, v: f"{t:%m/%d/%Y},HE{t.hour + 1:02d},{v}")),
        "MW", "2021-03-04 01:00", "2021-03-08 00:00", "hourly",
    ),
    "date, hour and minute": (
        text("date,hh,mm,load", lines(pd.date_range("2021-03-04", periods=192, freq="30min"), lambda t, v: f"{t:%Y-%m-%d},{t.hour},{t.minute},{v}")),
        "load", "2021-03-04 00:00", "2021-03-07 23:30", "half-hourly",
    ),
    "date, time and milliseconds": (
        text("Date,Time,ms,V", lines(pd.date_range("2021-03-04", periods=200, freq="250ms"), lambda t, v: f"{t:%Y-%m-%d},{t:%H:%M:%S},{t.microsecond // 1000},{v}")),
        "V", "2021-03-04 00:00:00", "2021-03-04 00:00:49.750000", "every 0.25 seconds",
    ),
    "Julian days": (
        text("JD,mag", lines(range(90), lambda t, v: f"{2459000.5 + t:.1f},{v}")),
        "mag", "2020-05-31", "2020-08-28", "daily",
    ),
    "modified Julian days": (
        text("MJD,mag", lines(range(90), lambda t, v: f"{59000 + t},{v}")),
        "mag", "2020-05-31", "2020-08-28", "daily",
    ),
    "days as MATLAB counts them": (
        text("datenum,T", lines(range(96), lambda t, v: f"{738000 + t / 24:.6f},{v}")),
        "T", "2020-07-28 00:00", "2020-07-31 23:00", "hourly",
    ),
    "header once more between the rows": (
        text("Date,Load", lines(HOURS[:50], stamp("%Y-%m-%d %H:%M")), "Date,Load",
             lines(HOURS[50:], stamp("%Y-%m-%d %H:%M"), values=VALUES[50:])),
        "Load", "2021-03-04 00:00", "2021-03-07 23:00", "hourly",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMATS)
def test_format(tmp_path, name):
    content, column, first, last, step = FORMATS[name]
    path = tmp_path / "a.csv"
    path.write_text(content, encoding="utf-8")
    table = read_table(path)
    found = str(table.frame.index[0]), str(table.frame.index[-1]), table.step.text
    expected = str(pd.Timestamp(first)), str(pd.Timestamp(last)), step
    assert found == expected, table
    assert column in table.frame, list(table.frame)
    if name != "SMARD":
        count = len(table.frame)
        np.testing.assert_array_equal(table.frame[column], VALUES[:count])
