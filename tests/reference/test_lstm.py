"""The LSTM, against hand-worked numbers and `keras.layers.LSTM`."""

import keras
import numpy as np
import pytest
from helpers.keras_gradients import check_against_keras

from keras_rnn.errors import UserError
from keras_rnn.reference import backpropagate, lstm, unfold

LN2, LN3, LN4 = np.log([2.0, 3.0, 4.0])  # sigma(ln q) = q / (1 + q)
C_0 = np.array([[1.5 * (LN2 - 0.45), 4.0 * (LN3 + 0.4)]])


@pytest.fixture
def by_hand():
    """Two units, one feature, one step from h_0 = (1, -1), x = 1.

    A row (2, 0, -1) k of W times (h_0, x) = (1, -1, 1) is (2 - 0 - 1) k = k, and a row
    (1, 2, 2) k is (1 - 2 + 2) k = k. So the eight sums are the eight k:

        i = sigma( ln 3, 0    ) = (3/4, 1/2)
        f = sigma( ln 2, -ln 3) = (2/3, 1/4)
        o = sigma( 0,    ln 4 ) = (1/2, 4/5)
        g = tanh ( ln 2, -ln 3) = (3/5, -4/5)

    c = f c_0 + i g = (2/3 c_0 + 9/20, 1/4 c_0 - 2/5), and c_0 is chosen to make that
    c = (ln 2, ln 3). Then h = o tanh(c) = (1/2 * 3/5, 4/5 * 4/5) = (3/10, 16/25).
    """
    first, second = [2.0, 0.0, -1.0], [1.0, 2.0, 2.0]
    W = np.array(
        [
            *(np.outer([LN3, 0.0], first)),
            *(np.outer([LN2, -LN3], second)),
            *(np.outer([0.0, LN4], second)),
            *(np.outer([LN2, -LN3], first)),
        ]
    )
    state = (np.array([[1.0, -1.0]]), C_0)
    return unfold(lstm, np.ones((1, 1, 1)), {"W": W, "b": np.zeros(8)}, state)


def test_forward_by_hand(by_hand):
    wanted = {
        "i": [3 / 4, 1 / 2],
        "f": [2 / 3, 1 / 4],
        "o": [1 / 2, 4 / 5],
        "g": [3 / 5, -4 / 5],
        "c": [LN2, LN3],
        "h": [3 / 10, 16 / 25],
    }
    assert by_hand.values.keys() == wanted.keys()
    for name, numbers in wanted.items():
        np.testing.assert_allclose(by_hand.values[name][0, 0], numbers, atol=1e-15)


def test_backward_by_hand(by_hand):
    """loss = h[0] + h[1].

    d_o = tanh(c)               = (3/5, 4/5)
    d_c = o (1 - tanh(c)^2)     = (1/2 * 16/25, 4/5 * 9/25) = (8/25, 36/125)
    d_i = d_c g                 = (24/125, -144/625)
    d_g = d_c i                 = (6/25, 18/125)
    d_f = d_c c_0
    d_c_0 = d_c f               = (16/75, 9/125)

    and through the gates, with sigma' = sigma (1 - sigma) and tanh' = 1 - tanh^2:
    i: 24/125 * 3/16 = 9/250,   -144/625 * 1/4 = -36/625
    f: 8/25 c_0 * 2/9,          36/125 c_0 * 3/16
    o: 3/5 * 1/4 = 3/20,        4/5 * 4/25 = 16/125
    g: 6/25 * 16/25 = 96/625,   18/125 * 9/25 = 162/3125
    """
    gradients = backpropagate(by_hand, np.ones((1, 1, 2)))
    d_f = [8 / 25 * C_0[0, 0] * 2 / 9, 36 / 125 * C_0[0, 1] * 3 / 16]
    d_s = [9 / 250, -36 / 625, *d_f, 3 / 20, 16 / 125, 96 / 625, 162 / 3125]
    np.testing.assert_allclose(gradients.weights["b"], d_s, atol=1e-15)
    wanted = np.outer(d_s, [1.0, -1.0, 1.0])  # d_W = d_s (h_0, x)^T
    np.testing.assert_allclose(gradients.weights["W"], wanted, atol=1e-15)
    d_h_0, d_c_0 = gradients.initial_state
    np.testing.assert_allclose(d_c_0, [[16 / 75, 9 / 125]], atol=1e-15)
    # x has the factor -1 in the rows of i and g, 2 in those of f and o, each times k.
    d_x = -LN3 * d_s[0] + 2 * LN2 * d_s[2] - 2 * LN3 * d_s[3] + 2 * LN4 * d_s[5]
    d_x += -LN2 * d_s[6] + LN3 * d_s[7]
    np.testing.assert_allclose(gradients.x, [[[d_x]]], atol=1e-15)
    # h_0[1] has the factor 0 in the rows of i and g, 2 in those of f and o.
    d_h_0_second = 2 * LN2 * d_s[2] - 2 * LN3 * d_s[3] + 2 * LN4 * d_s[5]
    np.testing.assert_allclose(d_h_0[0, 1], d_h_0_second, atol=1e-15)


@pytest.mark.parametrize("use_bias", [True, False])
def test_agrees_with_keras(use_bias):
    check_against_keras(lstm, keras.layers.LSTM, use_bias=use_bias)


def test_keras_gates_are_reordered_and_h_comes_before_x():
    kernel = np.array([[1.0, 2.0, 3.0, 4.0]])  # i, f, c, o of one unit
    recurrent_kernel = np.array([[5.0, 6.0, 7.0, 8.0]])
    weights = lstm.from_keras(kernel, recurrent_kernel, np.array([9.0, 10, 11, 12]))
    # The slide's rows are i, f, o, g; Keras's c is its g.
    assert weights["W"].tolist() == [[5.0, 1.0], [6.0, 2.0], [8.0, 4.0], [7.0, 3.0]]
    assert weights["b"].tolist() == [9.0, 10.0, 12.0, 11.0]


@pytest.mark.parametrize("use_bias", [True, False])
def test_there_and_back(use_bias):
    draw = np.random.default_rng(0).normal
    arrays = [draw(size=(3, 8)), draw(size=(2, 8)), draw(size=8)][: 2 + use_bias]
    back = lstm.to_keras(lstm.from_keras(*arrays))
    assert len(back) == len(arrays)
    for one, other in zip(back, arrays, strict=True):
        np.testing.assert_array_equal(one, other)


def test_weights_of_another_layer_are_refused():
    with pytest.raises(
        UserError, match=r"LSTM: kernel has shape \(3, 6\), not \(3, 8\)"
    ):
        lstm.from_keras(np.zeros((3, 6)), np.zeros((2, 6)))
