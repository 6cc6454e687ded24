import pytest

from keras_rnn.datasets.tables.column_names import readable_names


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
