import pytest

from keras_rnn.errors import UserError, nearest


def test_it_is_a_value_error():
    assert issubclass(UserError, ValueError)


@pytest.mark.parametrize(
    ("name", "candidates", "expected"),
    [
        ("lstn", ["lstm", "gru"], " Did you mean 'lstm'?"),
        ("T (DEGC)", ["p (mbar)", "T (degC)"], " Did you mean 'T (degC)'?"),
        ("temprature", iter(["Temperature", "rh"]), " Did you mean 'Temperature'?"),
        (12, [1, 2, 123], " Did you mean '123'?"),
        ("transformer", ["lstm", "gru"], ""),
        ("anything", [], ""),
        ("", ["lstm"], ""),
    ],
)
def test_nearest(name, candidates, expected):
    assert nearest(name, candidates) == expected
