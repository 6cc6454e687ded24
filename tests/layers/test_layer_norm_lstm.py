"""The layer-normalised LSTM, against its twin and by what it must not notice."""

import keras
import numpy as np
import pytest
from helpers.compare import arrays, assert_equal_outputs
from helpers.twins import check_against_twin

from keras_rnn.layers import LayerNormLSTMCell
from keras_rnn.reference import layer_norm_lstm


def test_agrees_with_its_twin():
    layer = keras.layers.RNN(
        LayerNormLSTMCell(2), return_sequences=True, return_state=True
    )
    check_against_twin(layer, layer_norm_lstm)


def test_the_size_of_input_and_weights_does_not_matter():
    x = np.random.default_rng(0).normal(size=(2, 4, 3)).astype("float32")
    layer = keras.layers.RNN(LayerNormLSTMCell(4, epsilon=1e-12))
    expected = layer(x)
    assert_equal_outputs(layer(100.0 * x), expected, 1e-4)
    kernel, recurrent, *rest = layer.get_weights()
    layer.set_weights([3.0 * kernel, 50.0 * recurrent, *rest])
    assert_equal_outputs(layer(x), expected, 1e-4)


def test_starts_with_scales_of_one_and_an_open_forget_gate():
    cell = LayerNormLSTMCell(1)
    cell.build((None, 3))
    values = {one.name: arrays(one)[0].tolist() for one in cell.weights[2:]}
    assert values == {
        "bias": [0, 1, 0, 0],
        "recurrent_gamma": [1] * 4,
        "recurrent_beta": [0] * 4,
        "input_gamma": [1] * 4,
        "input_beta": [0] * 4,
        "cell_gamma": [1],
        "cell_beta": [0],
    }


def test_config_keeps_what_is_its_own():
    cell = LayerNormLSTMCell(2, 0.5, gamma_initializer="zeros", beta_initializer="ones")
    copy = LayerNormLSTMCell.from_config(cell.get_config())
    copy.build((None, 1))
    assert copy.epsilon == 0.5
    assert not np.any(copy.get_weights()[3])
    assert np.all(copy.get_weights()[4] == 1)


def test_dropout_acts_in_training_alone():
    x = np.ones((1, 3, 20), "float32")
    layer = keras.layers.RNN(LayerNormLSTMCell(4, dropout=0.5, recurrent_dropout=0.5))
    still = arrays(layer(x))[0]
    np.testing.assert_array_equal(arrays(layer(x))[0], still)
    assert np.abs(arrays(layer(x, training=True))[0] - still).max() > 1e-3


@pytest.mark.parametrize("epsilon", [0, -1.0, float("nan")])
def test_epsilon_must_be_positive(epsilon):
    with pytest.raises(ValueError, match="epsilon must be a positive number, not"):
        LayerNormLSTMCell(2, epsilon=epsilon)


def test_units_must_be_a_positive_integer():
    with pytest.raises(ValueError, match="units must be a positive integer, not 0"):
        LayerNormLSTMCell(0)
