import pandas as pd
import pytest

from keras_rnn.datasets.tables.no_time_column import make_stamps
from keras_rnn.errors import UserError


@pytest.mark.parametrize(
    ("every", "third"),
    [
        ("10min", "2024-01-31 00:20"),
        ("1h", "2024-01-31 02:00"),
        ("1d", "2024-02-02"),
        ("week", "2024-02-14"),
        ("1 month", "2024-03-31"),
        ("quarter", "2024-07-31"),
        ("1 year", "2026-01-31"),
        (pd.Timedelta("2h"), "2024-01-31 04:00"),
    ],
)
def test_steps(every, third):
    assert make_stamps(3, "2024-01-31", every)[2] == pd.Timestamp(third)


@pytest.mark.parametrize("every", ["", "often", "0h", "1 parsec", None])
def test_no_step(every):
    with pytest.raises(UserError, match="every must be a step such as '10min'"):
        make_stamps(3, "2024-01-01", every)


def test_no_start():
    with pytest.raises(UserError, match="start must be a date such as '2024-01-01'"):
        make_stamps(3, "soon", "1h")
