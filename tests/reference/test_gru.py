"""The GRU, against hand-worked numbers and `keras.layers.GRU(reset_after=False)`."""

import keras
import numpy as np
import pytest
from helpers.keras_gradients import check_against_keras

from keras_rnn.errors import UserError
from keras_rnn.reference import backpropagate, gru, unfold

LN2, LN3 = np.log([2.0, 3.0])  # sigma(ln q) = q / (1 + q)


@pytest.fixture
def by_hand():
    """Two units, one feature, one step from h_0 = (1, -1), x = 1.

    Each sum is W x + W h_0 + b:
    r = sigma(3 ln 3 - 2 ln 3 + 0, 0 - ln 3 + ln 3)        = sigma(ln 3, 0)
                                                           = (3/4, 1/2)
    z = sigma(2 ln 2 + ln 2 - 2 ln 2, -2 ln 3 + ln 3 + 0)  = sigma(ln 2, -ln 3)
                                                           = (2/3, 1/4)
    r h_0 = (3/4, -1/2)
    W_hh (r h_0) = ((4 * 3/4 - 6 * 1/2) ln 2, (4/3 * 3/4 - 4 * 1/2) ln 3) = (0, -ln 3)
    h~ = tanh(ln 2 + 0 + 0, ln 3 - ln 3 + ln 3)            = (3/5, 4/5)
    h = z h_0 + (1 - z) h~ = (2/3 + 1/3 * 3/5, -1/4 + 3/4 * 4/5) = (13/15, 7/20)

    Reset after the product, the first unit would get 3/4 (4 - 6) ln 2, not 0.
    """
    weights = {
        "W_xr": np.array([[3.0 * LN3], [0.0]]),
        "W_hr": np.array([[0.0, 2.0 * LN3], [0.0, LN3]]),
        "b_r": np.array([0.0, LN3]),
        "W_xz": np.array([[2.0 * LN2], [-2.0 * LN3]]),
        "W_hz": np.array([[LN2, 0.0], [0.0, -LN3]]),
        "b_z": np.array([-2.0 * LN2, 0.0]),
        "W_xh": np.array([[LN2], [LN3]]),
        "W_hh": np.array([[4.0 * LN2, 6.0 * LN2], [4.0 / 3.0 * LN3, 4.0 * LN3]]),
        "b_h": np.array([0.0, LN3]),
    }
    return unfold(gru, np.ones((1, 1, 1)), weights, np.array([[1.0, -1.0]]))


def test_forward_by_hand(by_hand):
    wanted = {
        "r": [3 / 4, 1 / 2],
        "z": [2 / 3, 1 / 4],
        "h_tilde": [3 / 5, 4 / 5],
        "h": [13 / 15, 7 / 20],
    }
    assert by_hand.values.keys() == wanted.keys()
    for name, numbers in wanted.items():
        np.testing.assert_allclose(by_hand.values[name][0, 0], numbers, atol=1e-15)


def test_backward_by_hand(by_hand):
    """loss = h[0] + h[1].

    d_z = h_0 - h~              = (2/5, -9/5)
    d_s_z = d_z z (1 - z)       = (2/5 * 2/9, -9/5 * 3/16) = (4/45, -27/80)
    d_h~ = 1 - z                = (1/3, 3/4)
    d_s_h = d_h~ (1 - h~^2)     = (1/3 * 16/25, 3/4 * 9/25) = (16/75, 27/100)
    d_W_hh = d_s_h (r h_0)^T    = (16/75, 27/100) (3/4, -1/2)
    d_(r h_0) = W_hh^T d_s_h    = (4 * 16/75 ln 2 + 4/3 * 27/100 ln 3,
                                   6 * 16/75 ln 2 + 4 * 27/100 ln 3)
    d_s_r = d_(r h_0) h_0 r (1 - r), with h_0 r (1 - r) = (3/16, -1/4)
    d_h_0 = z + d_(r h_0) r + W_hr^T d_s_r + W_hz^T d_s_z
    """
    gradients = backpropagate(by_hand, np.ones((1, 1, 2)))
    d_s_z = np.array([4 / 45, -27 / 80])
    d_s_h = np.array([16 / 75, 27 / 100])
    d_reset = np.array([64 / 75 * LN2 + 0.36 * LN3, 1.28 * LN2 + 1.08 * LN3])
    d_s_r = d_reset * [3 / 16, -1 / 4]
    d_h_0 = [
        2 / 3 + d_reset[0] * 3 / 4 + LN2 * d_s_z[0],
        1 / 4 + d_reset[1] / 2 + 2 * LN3 * d_s_r[0] + LN3 * d_s_r[1] - LN3 * d_s_z[1],
    ]
    wanted = {
        "b_r": d_s_r,
        "b_z": d_s_z,
        "b_h": d_s_h,
        "W_xr": d_s_r[:, None],  # x = 1
        "W_xz": d_s_z[:, None],
        "W_xh": d_s_h[:, None],
        "W_hr": np.outer(d_s_r, [1.0, -1.0]),
        "W_hz": np.outer(d_s_z, [1.0, -1.0]),
        "W_hh": np.outer(d_s_h, [0.75, -0.5]),
    }
    assert gradients.weights.keys() == wanted.keys()
    for name, numbers in wanted.items():
        np.testing.assert_allclose(gradients.weights[name], numbers, atol=1e-15)
    np.testing.assert_allclose(gradients.initial_state[0], [d_h_0], atol=1e-15)
    d_x = 3 * LN3 * d_s_r[0] + 2 * LN2 * d_s_z[0] - 2 * LN3 * d_s_z[1]
    d_x += LN2 * d_s_h[0] + LN3 * d_s_h[1]
    np.testing.assert_allclose(gradients.x, [[[d_x]]], atol=1e-15)


@pytest.mark.parametrize("use_bias", [True, False])
def test_agrees_with_keras_without_reset_after(use_bias):
    check_against_keras(gru, keras.layers.GRU, reset_after=False, use_bias=use_bias)


def test_keras_default_is_another_unit():
    """With `reset_after=True` the same numbers give something else."""
    draw = np.random.default_rng(0).normal
    arrays = [draw(size=(3, 12)), draw(size=(4, 12))]
    layer = keras.layers.GRU(
        4, use_bias=False, return_sequences=True, recurrent_initializer="zeros"
    )
    layer.build((None, None, 3))
    layer.set_weights(arrays)
    x = draw(size=(2, 5, 3)).astype("float32")
    found = unfold(gru, x, gru.from_keras(*arrays)).outputs
    keras_outputs = keras.ops.convert_to_numpy(layer(x))
    # The first step has nothing to reset; from the second the two part.
    np.testing.assert_allclose(found[:, 0], keras_outputs[:, 0], atol=1e-5)
    assert np.abs(found[:, 1:] - keras_outputs[:, 1:]).max() > 0.01


def test_keras_gates_are_reordered():
    kernel = np.array([[1.0, 2.0, 3.0]])  # z, r, h of one unit
    recurrent_kernel = np.array([[4.0, 5.0, 6.0]])
    weights = gru.from_keras(kernel, recurrent_kernel, np.array([7.0, 8.0, 9.0]))
    found = {name: array.item() for name, array in weights.items()}
    assert found == {
        "W_xz": 1.0,
        "W_xr": 2.0,
        "W_xh": 3.0,
        "W_hz": 4.0,
        "W_hr": 5.0,
        "W_hh": 6.0,
        "b_z": 7.0,
        "b_r": 8.0,
        "b_h": 9.0,
    }


def test_a_bias_left_out_is_zero_in_keras():
    weights = gru.from_keras(np.ones((1, 6)), np.ones((2, 6)), np.arange(6.0))
    del weights["b_r"]
    assert gru.to_keras(weights)[2].tolist() == [0.0, 1.0, 0.0, 0.0, 4.0, 5.0]


def test_two_biases_are_refused():
    with pytest.raises(UserError, match=r"GRU\(units, reset_after=False\)"):
        gru.from_keras(np.zeros((3, 6)), np.zeros((2, 6)), np.zeros((2, 6)))
