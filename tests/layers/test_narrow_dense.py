import numpy as np
from helpers.check_layer import check_layer

from keras_rnn.layers import NarrowDense


def test_is_a_keras_layer():
    inputs = np.random.default_rng(0).normal(size=(3, 4, 6)).astype("float32")
    check_layer(lambda **o: NarrowDense(9, 2, **o), inputs, (3, 4, 9))


def test_is_two_matrices_and_a_bias():
    layer = NarrowDense(5, narrow=2)
    inputs = np.random.default_rng(0).normal(size=(3, 4)).astype("float32")
    found = np.asarray(layer(inputs))
    narrow, wide, bias = map(np.asarray, layer.get_weights())
    assert (narrow.shape, wide.shape, bias.shape) == ((4, 2), (2, 5), (5,))
    np.testing.assert_allclose(found, inputs @ narrow @ wide + bias, atol=1e-5)
    assert np.linalg.matrix_rank(found, tol=1e-4) == 2


def test_drops_features_in_training_alone():
    layer = NarrowDense(5, narrow=3, dropout=0.5)
    inputs = np.ones((2, 50), "float32")
    still = np.asarray(layer(inputs))
    np.testing.assert_array_equal(still[0], still[1])
    moved = np.asarray(layer(inputs, training=True))
    assert np.abs(moved[0] - moved[1]).max() > 1e-3
    assert NarrowDense.from_config(layer.get_config()).dropout == 0.5
