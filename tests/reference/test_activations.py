"""Sigmoid and softmax, at ordinary and at extreme numbers."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from keras_rnn.reference import sigmoid, softmax

numbers = st.floats(-1e6, 1e6)


def test_sigmoid_by_hand():
    """sigma(ln q) = q / (1 + q)."""
    s = np.log([1.0, 2.0, 3.0, 0.25])
    np.testing.assert_allclose(sigmoid(s), [1 / 2, 2 / 3, 3 / 4, 1 / 5], rtol=1e-15)


def test_sigmoid_does_not_overflow():
    assert sigmoid(np.array([-1e300, -np.inf, 1e300])).tolist() == [0.0, 0.0, 1.0]


@given(arrays(float, (3,), elements=numbers))
def test_sigmoid_is_symmetric(s):
    np.testing.assert_allclose(sigmoid(-s), 1.0 - sigmoid(s), atol=1e-15)


def test_softmax_by_hand():
    """exp(ln q) = q, so the probabilities are q over the sum of all q."""
    found = softmax(np.log([[1.0, 2.0, 5.0], [3.0, 3.0, 2.0]]))
    np.testing.assert_allclose(
        found, [[1 / 8, 2 / 8, 5 / 8], [3 / 8, 3 / 8, 2 / 8]], rtol=1e-15
    )


@given(arrays(float, (2, 4), elements=numbers), numbers)
def test_softmax_is_a_distribution_and_shifts_do_not_matter(y, shift):
    found = softmax(y)
    assert (found >= 0).all()
    np.testing.assert_allclose(found.sum(axis=-1), 1.0, rtol=1e-12)
    np.testing.assert_allclose(softmax(y + shift), found, rtol=1e-6, atol=1e-9)
