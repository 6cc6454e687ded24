import pytest

from keras_rnn.datasets.tables.units import unit_of, units_of


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
