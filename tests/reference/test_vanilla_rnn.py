"""The Elman RNN, against hand-worked numbers and `keras.layers.SimpleRNN`."""

import keras
import numpy as np
import pytest
from helpers.keras_gradients import check_against_keras

from keras_rnn.errors import UserError
from keras_rnn.reference import backpropagate, unfold, vanilla_rnn

LN2, LN3 = np.log(2.0), np.log(3.0)  # tanh(ln 2) = 3/5, tanh(ln 3) = 4/5


@pytest.fixture
def by_hand():
    """Two units, one feature, two steps.

    s_1 = W_hh (0, 0) + W_xh 1           = (ln 2, ln 3)
    h_1 = tanh(s_1)                      = (3/5, 4/5)
    W_hh h_1 = ((-12/5 + 2/5) ln 2, (3/5 - 8/5) ln 3) = (-2 ln 2, -ln 3)
    s_2 = W_hh h_1 + W_xh 1              = (-ln 2, 0)
    h_2 = tanh(s_2)                      = (-3/5, 0)
    """
    weights = {
        "W_hh": np.array([[-4.0 * LN2, 0.5 * LN2], [LN3, -2.0 * LN3]]),
        "W_xh": np.array([[LN2], [LN3]]),
    }
    return unfold(vanilla_rnn, np.ones((1, 2, 1)), weights)


def test_forward_by_hand(by_hand):
    np.testing.assert_allclose(by_hand.outputs[0, 0], [0.6, 0.8], atol=1e-15)
    np.testing.assert_allclose(by_hand.outputs[0, 1], [-0.6, 0.0], atol=1e-15)
    np.testing.assert_array_equal(by_hand.final_state[0], by_hand.outputs[:, 1])


def test_backward_by_hand(by_hand):
    """loss = h_2[0] + h_2[1].

    d_s_2 = 1 - h_2^2       = (1 - 9/25, 1 - 0)     = (16/25, 1)
    d_W_hh = d_s_2 h_1^T    = (16/25, 1) (3/5, 4/5)  (h_0 = 0 adds nothing)
    d_h_1 = W_hh^T d_s_2    = (-4 * 16/25 ln 2 + ln 3, 1/2 * 16/25 ln 2 - 2 ln 3)
    d_s_1 = d_h_1 (1 - h_1^2), 1 - h_1^2 = (16/25, 9/25)
    d_W_xh = d_s_2 x_2 + d_s_1 x_1, where x_1 = x_2 = 1
    """
    gradients = backpropagate(by_hand, np.array([[[0.0, 0.0], [1.0, 1.0]]]))
    d_h_1 = np.array([-2.56 * LN2 + LN3, 0.32 * LN2 - 2.0 * LN3])
    d_s_1 = d_h_1 * [0.64, 0.36]
    wanted = [[0.384, 0.512], [0.6, 0.8]]
    np.testing.assert_allclose(gradients.weights["W_hh"], wanted, atol=1e-15)
    wanted = [[0.64 + d_s_1[0]], [1.0 + d_s_1[1]]]
    np.testing.assert_allclose(gradients.weights["W_xh"], wanted, atol=1e-15)
    np.testing.assert_allclose(gradients.outputs[0, 0], d_h_1, atol=1e-15)
    # d_x = W_xh^T d_s
    wanted = [LN2 * d_s_1[0] + LN3 * d_s_1[1], LN2 * 0.64 + LN3]
    np.testing.assert_allclose(gradients.x[0, :, 0], wanted, atol=1e-15)
    assert gradients.weights.keys() == {"W_hh", "W_xh"}


def test_truncated_to_one_step_by_hand(by_hand):
    """Cut between the steps, d_s_1 is 0 and only step 2 is left."""
    gradients = backpropagate(
        by_hand, np.array([[[0.0, 0.0], [1.0, 1.0]]]), truncation=1
    )
    np.testing.assert_allclose(gradients.weights["W_xh"], [[0.64], [1.0]], atol=1e-15)
    np.testing.assert_allclose(
        gradients.weights["W_hh"], [[0.384, 0.512], [0.6, 0.8]], atol=1e-15
    )
    np.testing.assert_array_equal(gradients.outputs[0, 0], [0.0, 0.0])


@pytest.mark.parametrize("use_bias", [True, False])
def test_agrees_with_keras(use_bias):
    check_against_keras(vanilla_rnn, keras.layers.SimpleRNN, use_bias=use_bias)


def test_keras_weights_by_hand():
    kernel = np.array([[1.0, 2.0]])  # (features, units)
    recurrent_kernel = np.array([[3.0, 4.0], [5.0, 6.0]])
    weights = vanilla_rnn.from_keras(kernel, recurrent_kernel, np.array([7.0, 8.0]))
    assert weights["W_xh"].tolist() == [[1.0], [2.0]]
    assert weights["W_hh"].tolist() == [[3.0, 5.0], [4.0, 6.0]]
    assert weights["b_h"].tolist() == [7.0, 8.0]


def test_weights_of_another_layer_are_refused():
    with pytest.raises(UserError, match=r"kernel has shape \(3, 8\), not \(3, 2\)"):
        vanilla_rnn.from_keras(np.zeros((3, 8)), np.zeros((2, 8)))
