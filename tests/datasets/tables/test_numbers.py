import numpy as np
import pandas as pd
import pytest

from keras_rnn.datasets.tables.numbers import read_numbers

NAN = np.nan


@pytest.mark.parametrize(
    ("cells", "decimal", "numbers", "text"),
    [
        (["1.5", "x", "-2"], ".", [1.5, NAN, -2.0], 0),
        (["1.5", "broken", " 3 "], ".", [1.5, NAN, 3.0], 1),
        (["n/a", "-", "", "2e-3"], ".", [NAN, NAN, NAN, 0.002], 0),
        (["12,5", "3,25", "fault"], ".", [12.5, 3.25, NAN], 1),  # quoted in a , file
        (["1,013.25", "999.5"], ".", [1013.25, 999.5], 0),
        (["1,234,567", "12,000"], ".", [1_234_567.0, 12_000.0], 0),
        (["998,2", "off", "-0,5"], ",", [998.2, NAN, -0.5], 1),
        (["1.013,25", "999,5", "1.013"], ",", [1013.25, 999.5, 1013.0], 0),
        (["12.5", "7,25", "off"], ",", [12.5, 7.25, NAN], 1),
        (["1.013,2", "n.a."], ",", [1013.2, NAN], 0),
        (["1.013,2", "980,1"], ".", [1013.2, 980.1], 0),  # whatever the others are
        (["0.25%", "-1.5 %", "%"], ".", [0.25, -1.5, NAN], 0),
    ],
)
def test_text_as_numbers(cells, decimal, numbers, text):
    found = read_numbers(pd.Series(cells, dtype="str"), decimal)
    assert found.values.dtype == "float64"
    np.testing.assert_array_equal(found.values, numbers)
    assert found.is_text.sum() == text


def test_the_index_is_kept():
    found = read_numbers(pd.Series(["1", "a"], index=[5, 9], dtype="str"))
    assert found.values.index.tolist() == found.is_text.index.tolist() == [5, 9]


@pytest.mark.parametrize(
    ("cells", "number", "unit"),
    [
        (["12.3 °C", "-4 °C"], -4, "°C"),
        (["5.0kWh", "6.0kWh"], 6, "kWh"),
        (["273.1 K", "274.1 K"], 274.1, "K"),
        (["3 W/m2", "5 W/m2"], 5, "W/m2"),
        (["$1,234.50", "-$1.50"], -1.5, "$"),
        (["12,30 €", "1.012,30 €"], 1012.3, "€"),
        (["EUR 3", "EUR 4"], 4, "EUR"),
        (["3.5 p", "3.6 p"], 3.6, ""),
    ],
)
def test_units_in_the_cells(cells, number, unit):
    found = read_numbers(pd.Series(cells, dtype="str"), "," if "€" in cells[0] else ".")
    assert (found.values.iloc[-1], found.unit) == (number, unit)
    assert not found.is_text.any()


@pytest.mark.parametrize(
    ("cells", "refused"),
    [
        (
            ["1 kW", "900 W"] * 3,
            "its cells carry different units or flags ('kW' and 'W')",
        ),
        (["1.5K", "2.5K"], "'K' behind its numbers may be a multiple, as in '1.5K'"),
        (["20 °C", "68 °F"] * 3, "its cells carry different units or flags"),
        (["+0083,1", "-0012,1"], "'+0083,1' is a value and a flag of its quality"),
        (
            ["160,1,N,0046,1", "170,1,N,0021,1"],
            "'160,1,N,0046,1' is a value and a flag",
        ),
    ],
)
def test_what_is_no_column_of_numbers(cells, refused):
    found = read_numbers(pd.Series(cells, dtype="str"))
    assert found.refused.startswith(refused)
    assert found.values.isna().all()


@pytest.mark.parametrize(
    "cells", [["1.2k", "900"], ["12K", "3M"], ["A1", "A2"], ["x1y", "2"]]
)
def test_multiples_and_names_are_text(cells):
    found = read_numbers(pd.Series(cells, dtype="str"))
    assert found.is_text.any()
    assert not (found.values == 1.2).any()


def test_noaa_isd():
    cells = pd.Series(["+0083,1", "-0012,1", "+9999,9"], dtype="str")
    found = read_numbers(cells, name="TMP")
    np.testing.assert_array_equal(found.values, [8.3, -1.2, NAN])
    assert found.unit == "°C"
    assert found.note.startswith("'+0083,1' was read as 8.3 °C with a flag")


@pytest.mark.parametrize(
    ("cells", "decimal", "likely", "numbers", "note"),
    [
        (["998", "1.138"], ",", False, [998, 1138], ""),
        (
            ["1.138", "2.139"],
            ",",
            True,
            [1138, 2139],
            "'1.138' was read as 1138 (thous",
        ),
        (
            ["1.138", "2.139"],
            ",",
            False,
            [1.138, 2.139],
            "'1.138' was read as 1.138 (dec",
        ),
        (["0.138", "2.139"], ",", True, [0.138, 2.139], ""),
        (
            ["1.138", "2139"],
            ",",
            True,
            [1.138, 2139],
            "'1.138' was read as 1.138 (decimals: others",
        ),
        (["1.138.139", "2.139"], ",", False, [1_138_139, 2139], ""),
        (["9,279", "8,101"], ".", True, [9279, 8101], "'9,279' was read as 9279"),
    ],
)
def test_thousands_or_decimals(cells, decimal, likely, numbers, note):
    found = read_numbers(pd.Series(cells, dtype="str"), decimal, thousands=likely)
    assert found.values.tolist() == numbers
    assert found.note.startswith(note)
    assert bool(found.note) == bool(note)
