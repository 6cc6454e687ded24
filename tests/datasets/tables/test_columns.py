import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keras_rnn.datasets.tables.columns import find_sentinels


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([1.0, -9999.0, 2.0], {-9999.0: 1}),
        ([-5.0, -9999.0, 2.0], {-9999.0: 1}),
        ([950.0, 1040.0, -9999.0], {-9999.0: 1}),
        ([0.0, 2500.0, -9999.0], {-9999.0: 1}),
        ([0.0, 20_000.0, -9999.0], {-9999.0: 1}),  # the only negative number
        ([5.0, 6.0, -999.9, -9999.0, -9999.0], {-9999.0: 2, -999.9: 1}),
        ([5.0, 36.0, 999.9], {999.9: 1}),
        ([0.0, 359.0, 999.0, 999.0, 999.0], {999.0: 3}),
        ([0.1, 11.9, -200.0, -200.0, -200.0], {-200.0: 3}),
        ([-10.0, 35.0, -99.0, 3.0, -99.0, -99.0], {}),  # near the cold days
        ([0.0, 35.0, -99.0, 3.0, -99.0, -99.0], {-99.0: 3}),
        ([3.0, 5.5, 99.9, 4.0, 99.9, 99.9], {99.9: 3}),  # a wind
        ([0.5, 3.5, 99.0, 99.0, 99.0], {99.0: 3}),
        ([-9999.0, -9999.0], {-9999.0: 2}),
        ([1.0, 1e20, np.nan], {1e20: 1}),
    ],
)
def test_placeholders_are_found(values, found):
    assert find_sentinels(np.array(values)) == found


@pytest.mark.parametrize(
    "values",
    [
        [],
        [np.nan, np.nan],
        [990.0, 999.0, 999.9, 1003.0],  # air pressure
        [-20_000.0, -9999.0, 15_000.0],  # a balance
        [1003.2, 999.0, 999.9],  # hardly anything to compare with
        [1000.0, 1000.0, 999.0],
        [20.0, 96.5, 99.9, 99.9, 99.9],  # a humidity
        [-10.0, 35.0, 99.9, 99.9, 99.9],  # too near for a temperature
        [0.0, 900.0, 999.0],  # the next larger count
        [0.0, 359.0, 999.0],  # once only, and not far enough
        [12.0, -99.0],  # once only
        [0.1, 5.0, -200.0, -200.0],  # twice only
        [9999.0, 9999.0],  # may be a constant
        [-8.0, -9.0, -10.0],
    ],
)
def test_good_numbers_are_kept(values):
    assert find_sentinels(np.array(values, dtype=float)) == {}


@given(
    st.lists(
        st.floats(-500, 1500, allow_nan=False).map(lambda x: round(x, 2)), min_size=2
    ),
    st.integers(1, 5),
)
def test_no_number_near_the_others_is_taken(values, count):
    """What is within the range of ordinary values is never a placeholder."""
    values = np.array([-1000.0, 1600.0, *values])
    assert find_sentinels(values) == {}
    assert find_sentinels(np.append(values, [-9999.0] * count)) == {-9999.0: count}
