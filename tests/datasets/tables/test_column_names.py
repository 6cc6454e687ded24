import pytest

from keras_rnn.datasets.tables.column_names import readable_names, unit_of, units_of


@pytest.mark.parametrize(
    ("damaged", "whole"),
    [
        ("SWDR (W/m\ufffd)", "SWDR (W/m²)"),
        ("PAR (\ufffdmol/m\ufffd/s)", "PAR (µmol/m²/s)"),
        ("T (\ufffdC)", "T (°C)"),
        ("T (Â°C)", "T (°C)"),
        ("SWDR (W/mÂ²)", "SWDR (W/m²)"),
        ("PAR (Âµmol/mÂ²/s)", "PAR (µmol/m²/s)"),
    ],
)
def test_unit_signs_are_restored(damaged, whole):
    assert readable_names([damaged]) == ([whole], 1)


@pytest.mark.parametrize("name", ["T (°C)", "Âge", "SWDR (W/m²)", "a\ufffdb"])
def test_other_names_are_left_alone(name):
    assert readable_names([name]) == ([name], 0)


def test_names_become_distinct():
    names, restored = readable_names(["T", "T", "T (2)", "", "column 4"])
    assert names == ["T", "T (2)", "T (2) (2)", "column 4", "column 4 (2)"]
    assert restored == 0


@pytest.mark.parametrize(
    ("column", "unit"),
    [
        ("T (degC)", "degC"),
        ("rho (g/m**3)", "g/m**3"),
        ("wind [ m/s ]", "m/s"),
        ("max. wv (m/s) ", "m/s"),
        ("T(K)", "K"),
        ("OT", ""),
        ("G(i)", ""),  # on an inclined plane
        ("T (2)", "2"),
        ("pressure (sea level) mbar", ""),
    ],
)
def test_unit_is_what_the_last_brackets_hold(column, unit):
    assert unit_of(column) == unit


def test_units_of_keeps_every_column():
    assert units_of(["T (degC)", "OT"]) == {"T (degC)": "degC", "OT": ""}
