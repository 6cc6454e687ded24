"""The logistic function, at ordinary and extreme numbers, and random weights."""

import numpy as np
import pytest
from helpers.reference_cases import CELLS, name_of
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from keras_rnn.errors import UserError
from keras_rnn.reference import lstm, random_weights, sigmoid, unfold


def test_sigmoid_by_hand():
    """sigma(ln q) = q / (1 + q)."""
    s = np.log([1.0, 2.0, 3.0, 0.25])
    np.testing.assert_allclose(sigmoid(s), [1 / 2, 2 / 3, 3 / 4, 1 / 5], rtol=1e-15)


def test_sigmoid_does_not_overflow():
    assert sigmoid(np.array([-1e300, -np.inf, 1e300])).tolist() == [0.0, 0.0, 1.0]


@given(arrays(float, (3,), elements=st.floats(-1e6, 1e6)))
def test_sigmoid_is_symmetric(s):
    np.testing.assert_allclose(sigmoid(-s), 1.0 - sigmoid(s), atol=1e-15)


@pytest.mark.parametrize("cell", CELLS, ids=name_of)
def test_every_weight_has_its_shape_and_runs(cell):
    weights = random_weights(cell, features=3, units=2, seed=1)
    assert {name: one.shape for name, one in weights.items()} == cell.shapes(3, 2)
    assert unfold(cell, np.ones((1, 4, 3)), weights).outputs.shape == (1, 4, 2)
    assert not any(weights[name].any() for name in weights if name.startswith("b"))


def test_spread_follows_the_columns():
    spread = random_weights(lstm, features=300, units=100)["W"].std()  # 400 columns
    assert spread == pytest.approx(0.05, rel=0.02)


def test_seed_decides():
    one, same, other = (random_weights(lstm, 3, 2, seed=s)["W"] for s in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert (one != other).any()


def test_without_biases_as_on_the_slide():
    assert random_weights(lstm, 3, 2, biases=False).keys() == {"W"}


@pytest.mark.parametrize(
    "sizes", [{"features": 0, "units": 2}, {"features": 3, "units": 0}]
)
def test_sizes_start_at_one(sizes):
    with pytest.raises(UserError, match=r"is 0: give a whole number from 1"):
        random_weights(lstm, **sizes)
