import numpy as np
import pytest
from helpers.check_layer import check_layer
from helpers.compare import arrays, assert_equal_outputs

from keras_rnn.layers import JoinStates

ONES = np.ones((2, 3), "float32")


def test_is_a_good_keras_layer():
    vectors = np.random.default_rng(0).normal(size=(3, 4)).astype("float32")
    check_layer(lambda **dtype: JoinStates([2, 5], **dtype), vectors, [(3, 2), (3, 5)])


def test_each_from_its_sources():
    layer = JoinStates([2, 4], sources=[[0, 2], [1]])
    given = [ONES, 2 * ONES[:, :1], 3 * ONES]
    first, second = layer(given)
    kernels = [arrays(dense.kernel)[0] for dense in layer.denses]
    assert [kernel.shape for kernel in kernels] == [(6, 2), (1, 4)]
    beside = np.concatenate([ONES, 3 * ONES], axis=1)
    assert_equal_outputs(first, np.tanh(beside @ kernels[0]))
    assert_equal_outputs(second, np.tanh(given[1] @ kernels[1]))


@pytest.mark.parametrize(
    ("sizes", "sources", "message"),
    [
        ([0], None, "A size must be a positive integer, not 0"),
        ([2, 3], [[0]], "each of its 2 sizes. Received 1"),
        ([2], [[1]], "has a source 1, and was given only 1 states"),
    ],
)
def test_wrong_arguments(sizes, sources, message):
    with pytest.raises(ValueError, match=message):
        JoinStates(sizes, sources)(ONES)
