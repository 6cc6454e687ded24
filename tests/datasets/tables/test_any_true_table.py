"""Random true tables in every notation: the same rows come back, or a question.

Each example writes a series in a notation, a separator, a header, an order of rows and
a pattern of gaps. `KERAS_RNN_FUZZ=20000` asks for more examples than `make test` runs.
"""

# ruff: noqa: E501

from __future__ import annotations

import os

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keras_rnn.datasets.tables.read_table import table_of_bytes
from keras_rnn.errors import UserError

EXAMPLES = int(os.environ.get("KERAS_RNN_FUZZ", "2000"))

GERMAN = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
]
FRENCH = [
    "janv.",
    "févr.",
    "mars",
    "avr.",
    "mai",
    "juin",
    "juil.",
    "août",
    "sept.",
    "oct.",
    "nov.",
    "déc.",
]
SPANISH = [
    "ene",
    "feb",
    "mar",
    "abr",
    "may",
    "jun",
    "jul",
    "ago",
    "sep",
    "oct",
    "nov",
    "dic",
]

FINE = ["1min", "10min", "15min", "30min", "1h", "3h", "6h"]
PARTS = ["1h", "30min", "15min"]


def form(pattern):
    return lambda t: [t.strftime(pattern)]


def short(t):
    return [f"{t.month}/{t.day}/{t.year} {t.hour}:{t.minute:02d}"]


def twelve_hours(t):
    half = "ap"[t.hour > 11]
    return [f"{t.month}/{t:%d/%y}", f"{t.hour % 12 or 12}:{t:%M}{half}"]


def interval(t, step):
    return [f"{t:%d/%m/%Y %H:%M} - {t + pd.Timedelta(step):%d/%m/%Y %H:%M}"]


def ending(t, step):
    """Date and time of the end of an interval, midnight as 24:00."""
    end = t + pd.Timedelta(step)
    if end.hour == end.minute == 0:
        return [f"{t:%Y-%m-%d}", "24:00"]
    return [f"{end:%Y-%m-%d}", f"{end:%H:%M}"]


def two_stamps(t, step):
    return [f"{t:%Y%m%d%H%M}", f"{t + pd.Timedelta(step):%Y%m%d%H%M}"]


def period(t, step):
    minutes = pd.Timedelta(step) // pd.Timedelta("1min")
    return [f"{t:%Y-%m-%d}", str((t.hour * 60 + t.minute) // minutes + 1)]


# name: (cells of a stamp, names of their columns, steps, shift of the stamps)
STAMPS = {
    "ISO": (form("%Y-%m-%d %H:%M:%S"), ["time"], FINE, None),
    "ISO with T and Z": (form("%Y-%m-%dT%H:%M:%SZ"), ["time"], FINE, None),
    "ISO basic": (form("%Y%m%dT%H%M%S"), ["time"], FINE, None),
    "points": (form("%d.%m.%Y %H:%M"), ["Zeit"], FINE, None),
    "points, two digits": (form("%d.%m.%y %H:%M"), ["Zeit"], FINE, None),
    "British": (form("%d/%m/%Y %H:%M"), ["time"], FINE, None),
    "American": (form("%m/%d/%Y %H:%M"), ["time"], FINE, None),
    "American, unpadded": (short, ["Date"], FINE, None),
    "American, 12 hours": (form("%m/%d/%Y %I:%M:%S %p"), ["Date"], FINE, None),
    "dashes": (form("%d-%m-%Y %H:%M"), ["time"], FINE, None),
    "slashes, year first": (form("%Y/%m/%d %H:%M"), ["time"], FINE, None),
    "English names": (form("%d-%b-%Y %H:%M:%S"), ["time"], FINE, None),
    "German names": (
        lambda t: [f"{t.day}. {GERMAN[t.month - 1] if t.month < 12 else 'Dezember'} {t.year} {t:%H:%M}"],
        ["Zeit"], FINE, None,
    ),
    "French names": (lambda t: [f"{t.day} {FRENCH[t.month - 1]} {t.year} {t:%H:%M}"], ["date"], FINE, None),
    "Spanish names": (lambda t: [f"{t.day} {SPANISH[t.month - 1]} {t.year} {t:%H:%M}"], ["fecha"], FINE, None),
    "digits": (form("%Y%m%d%H%M"), ["MESS_DATUM"], FINE, None),
    "digits and a colon": (form("%Y%m%d:%H%M"), ["time"], FINE, None),
    "seconds since 1970": (lambda t: [str(int(t.timestamp()))], ["unix_time"], FINE, None),
    "interval": (interval, ["MTU"], FINE, "step"),
    "two stamps": (two_stamps, ["TIMESTAMP_START", "TIMESTAMP_END"], FINE, "step"),
    "abbreviation of a zone": (form("%Y-%m-%d %H:%M:%S EST"), ["time"], FINE, None),
    "weekday": (form("%a %d %b %Y %H:%M"), ["when"], FINE, None),
}  # fmt: skip
COLUMNS = {
    "date and time": (lambda t: [f"{t:%Y-%m-%d}", f"{t:%H:%M}"], ["Date", "Time (HH:MM)"], FINE, None),
    "date and unknown name": (lambda t: [f"{t:%d.%m.%Y}", f"{t:%H:%M:%S}"], ["Tag", "wann"], FINE, None),
    "American date, 12 hours": (twelve_hours, ["Date", "Time"], FINE, None),
    "ending": (ending, ["Date", "Ende"], ["1h", "30min"], "ending"),
    "date and hour": (lambda t: [f"{t:%Y-%m-%d}", str(t.hour)], ["date", "hr"], ["1h"], None),
    "date and hhmm": (lambda t: [f"{t:%Y%m%d}", f"{t:%H%M}"], ["UTC_DATE", "UTC_TIME"], ["1h", "30min", "15min"], None),
    "period": (period, ["SETTLEMENT_DATE", "SETTLEMENT_PERIOD"], ["30min"], "step"),
    "year to hour": (lambda t: [str(t.year), str(t.month), str(t.day), str(t.hour)], ["Year", "Month", "Day", "Hour"], ["1h"], None),
    "year, day, hour": (lambda t: [str(t.year), str(t.day_of_year), str(t.hour)], ["Year", "DOY", "Hour"], ["1h"], None),
}  # fmt: skip
DAYS = {
    "ISO": (form("%Y-%m-%d"), ["date"]),
    "points": (form("%d.%m.%Y"), ["Datum"]),
    "British": (form("%d/%m/%Y"), ["Date"]),
    "American": (form("%m/%d/%Y"), ["Date"]),
    "American, two digits": (form("%m/%d/%y"), ["Date"]),
    "dashes": (form("%d-%m-%Y"), ["Date"]),
    "digits": (form("%Y%m%d"), ["date"]),
    "English names": (form("%b %d, %Y"), ["Date"]),
    "year and day": (form("%Y-%j"), ["date"]),
    "digits of year and day": (form("%Y%j"), ["date"]),
    "parts": (lambda t: [str(t.year), str(t.month), str(t.day)], ["YEAR", "MO", "DY"]),
    "spreadsheet": (lambda t: [str((t - pd.Timestamp("1899-12-30")).days)], ["Date"]),
}
MONTHS = {
    "first day, British": (form("%d/%m/%Y"), ["Date"]),
    "first day, American": (form("%m/%d/%Y"), ["Date"]),
    "first day, dashes": (form("%m-%d-%Y"), ["Date"]),
    "ISO": (form("%Y-%m"), ["Month"]),
    "year and M": (form("%YM%m"), ["TIME"]),
    "digits": (form("%Y%m"), ["Month"]),
    "slash": (form("%m/%Y"), ["Month"]),
    "name and two digits": (form("%b-%y"), ["Month"]),
    "name and year": (form("%B %Y"), ["Month"]),
    "year and name": (form("%Y %b"), ["Month"]),
    "German": (
        lambda t: [f"{GERMAN[t.month - 1] if t.month < 12 else 'Dezember'} {t.year}"],
        ["Monat"],
    ),
    "French": (lambda t: [f"{FRENCH[t.month - 1]} {t.year}"], ["mois"]),
    "parts": (lambda t: [str(t.year), str(t.month)], ["Year", "Month"]),
    "name in parts": (lambda t: [str(t.year), t.strftime("%b")], ["Year", "Month"]),
    "decimal year": (lambda t: [f"{t.year + (t.month - 1) / 12:.4f}"], ["time"]),
}
QUARTERS = {
    "year Q": (lambda t: [f"{t.year} Q{t.quarter}"], ["Quarter"]),
    "yearQ": (lambda t: [f"{t.year}Q{t.quarter}"], ["time"]),
    "year-Q": (lambda t: [f"{t.year}-Q{t.quarter}"], ["time"]),
    "Q year": (lambda t: [f"Q{t.quarter} {t.year}"], ["Period"]),
    "parts": (lambda t: [str(t.year), str(t.quarter)], ["Year", "Quarter"]),
    "American": (form("%m/%d/%Y"), ["Date"]),
    "British": (form("%d/%m/%Y"), ["Date"]),
}
WEEKS = {
    "ISO": (form("%G-W%V"), ["week"]),
    "ISO, no dash": (form("%GW%V"), ["week"]),
    "ISO with day": (form("%G-W%V-%u"), ["week"]),
    "KW": (form("KW %V/%G"), ["Woche"]),
    "dates": (form("%Y-%m-%d"), ["Week starting"]),
}
YEARS = {
    "year": (form("%Y"), ["year"]),
    "date": (form("%d/%m/%Y"), ["Date"]),
    "two years": (lambda t: [f"{t.year}/{(t.year + 1) % 100:02d}"], ["Season"]),
}

TABLES = {
    "stamps": STAMPS, "columns": COLUMNS, "days": DAYS, "months": MONTHS,
    "quarters": QUARTERS, "weeks": WEEKS, "years": YEARS,
}  # fmt: skip
# Made once: they take as long as the reading does.
NOTATIONS = {kind: st.sampled_from(sorted(table)) for kind, table in TABLES.items()}
FREQUENCIES = {
    "days": st.sampled_from(["1D", "B"]), "months": st.just("MS"),
    "quarters": st.just("QS"), "weeks": st.just("W-MON"), "years": st.just("YS"),
}  # fmt: skip
DAYS_ON = st.integers(0, (pd.Timestamp("2060-01-01") - pd.Timestamp("1975-01-01")).days)
ROWS = st.integers(30, 44)
STEP = st.integers(0, 83)  # a notation has one to seven steps
GAPS = st.sampled_from(["none", "none", "few", "one long"])
SEEDS = st.integers(0, 2**16)
SEPARATORS = st.sampled_from([",", ";", "\t", "|"])
HEADERS = st.sampled_from(
    ["plain", "plain", "none", "units", "title", "comments", "facts"]
)
ORDERS = st.sampled_from(["ascending", "ascending", "descending", "shuffled"])
NUMBERS = st.sampled_from(
    ["points", "points", "commas", "thousands", "unit", "missing"]
)


def written(number, style):
    if np.isnan(number):
        return ""
    if style == "commas":
        return f"{number:.2f}".replace(".", ",")
    if style == "thousands":
        return f"{number:,.2f}"
    if style == "unit":
        return f"{number:.2f} °C"
    return f"{number:.2f}"


def table_text(cells, names, values, separator, header, style):
    """The lines of a file: columns of time, a number, another number."""

    def quote(cell):
        return f'"{cell}"' if separator in cell else cell

    rows = [
        separator.join([*map(quote, stamp), quote(written(v, style)), str(i % 7 + 0.5)])
        for i, (stamp, v) in enumerate(zip(cells, values, strict=True))
    ]
    head = separator.join([*names, "value", "other"])
    width = len(names) + 2
    units = separator.join([*[""] * len(names), "degC", "m/s"])
    above = {
        "plain": [head],
        "none": [],
        "units": [head, units],
        "title": ["Report of the north roof", "", head],
        "comments": ["# made by a logger", "#", head],
        "facts": [separator.join(["Station", "Lat", "Lon"][:width]), separator.join(["North", "52.5", "13.4"][:width]), "", head],
    }[header]  # fmt: skip
    return "\n".join([*above, *rows, ""])


@st.composite
def true_tables(draw, kind):
    """(text, times, values, whether a question about the order is fair)."""
    start = pd.Timestamp("1975-01-01") + pd.Timedelta(days=draw(DAYS_ON))
    rows = draw(ROWS)
    shift = None
    if kind in ("stamps", "columns"):
        name = draw(NOTATIONS[kind])
        cell, names, steps, shift = TABLES[kind][name]
        step = steps[draw(STEP) % len(steps)]
        if (
            name in ("date and hour", "period", "ending", "date and hhmm")
            or "hour" in name
        ):
            rows = {"1h": 72, "30min": 96, "15min": 192}.get(step, rows)
        times = pd.date_range(start, periods=rows, freq=step)
    else:
        freq = draw(FREQUENCIES[kind])
        name = draw(NOTATIONS[kind])
        cell, names = TABLES[kind][name]
        if kind in ("quarters", "years"):
            start = start.replace(year=1975 + start.year % 40)
        times = pd.date_range(start, periods=rows, freq=freq)
    gaps = draw(GAPS)
    keep = np.ones(len(times), dtype=bool)
    if gaps == "few":
        keep[draw(st.lists(st.integers(3, len(times) - 4), max_size=4))] = False
    elif gaps == "one long":
        first = draw(st.integers(5, len(times) - 12))
        keep[first : first + draw(st.integers(2, 6))] = False
    if name in ("date and hour", "period", "ending", "date and hhmm"):
        keep[:] = True
    times = times[keep]
    header = draw(HEADERS)
    if (
        header == "none"
        and kind != "stamps"
        and name not in ("ISO", "points", "date and time")
    ):
        header = "plain"  # bare numbers need a name to be years or hours
    if header == "none" and name in ("seconds since 1970",):
        header = "plain"
    separator = draw(SEPARATORS)
    style = draw(NUMBERS)
    seed = draw(SEEDS)
    values = np.random.default_rng(seed).normal(20, 900, len(times)).round(2)
    if style == "missing":
        values[1::7] = np.nan
    if style == "commas" and separator == ",":
        style = "points"
    order = draw(ORDERS)
    places = np.arange(len(times))
    if order == "descending":
        places = places[::-1]
    elif order == "shuffled":
        np.random.default_rng(seed).shuffle(places)
    if shift in ("step", "ending"):
        cells = [cell(times[i], step) for i in places]
    else:
        cells = [cell(times[i]) for i in places]
    text = table_text(cells, names, values[places], separator, header, style)
    expected = times + pd.Timedelta(step) if shift == "ending" else times
    # Only dates whose days and months could be exchanged may be asked about.
    swap = all(t.day <= 12 for t in times) or order == "shuffled"
    return text, expected, values, swap, name


def check(example):
    text, times, values, fair, name = example
    try:
        table = table_of_bytes(text.encode(), "a.csv")
    except UserError as error:
        message = str(error)
        assert "\n" not in message
        assert fair, f"{name}: {message}\n{text[:600]}"
        assert "date_order=" in message, f"{name}: {message}\n{text[:600]}"
        return
    read = table.frame.iloc[:, 0]
    same = np.array_equal(read.index.to_numpy(), times.to_numpy())
    if not (same and np.array_equal(read, values, equal_nan=True)):
        pytest.fail(f"{name}\n{text[:600]}\n{table.frame.head()}\n{table.time}")


SHARES = {
    "stamps": 0.3, "columns": 0.2, "days": 0.15, "months": 0.15,
    "quarters": 0.08, "weeks": 0.07, "years": 0.05,
}  # fmt: skip


@pytest.mark.parametrize("kind", SHARES)
def test_the_same_rows_come_back(kind):
    @settings(
        max_examples=max(1, round(SHARES[kind] * EXAMPLES)),
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(true_tables(kind))
    def run(example):
        check(example)

    run()
