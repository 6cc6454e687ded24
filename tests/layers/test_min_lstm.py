"""minLSTM, against hand-worked numbers and its twin."""

import numpy as np
import pytest
from helpers.compare import arrays
from helpers.twins import check_against_twin

from keras_rnn.layers import MinLSTM, MinLSTMCell
from keras_rnn.reference import min_lstm

LN3 = np.log(3.0)  # sigma(ln q) = q / (1 + q)
WEIGHTS = [np.array([[0.0, LN3, LN3, 0.0, 0.5, -LN3]]), np.zeros(6)]  # i i f f h h


def test_by_hand():
    """Two units, one feature, x = 1, from h_0 = (1, -1).

    i = sigma(0, ln 3) = (1/2, 3/4), f = sigma(ln 3, 0) = (3/4, 1/2)
    f' = f / (f + i) = (3/5, 2/5), i' = (2/5, 3/5), h~ = g(1/2, -ln 3) = (1, 1/4)
    h = (3/5 * 1 + 2/5 * 1, -2/5 + 3/5 * 1/4) = (1, -1/4)
    """
    x, h = np.ones((1, 1), "float32"), np.array([[1.0, -1.0]], "float32")
    layer, cell = MinLSTM(2), MinLSTMCell(2)
    layer.build((1, 1, 1)), cell.build((1, 1))
    layer.set_weights(WEIGHTS), cell.set_weights(WEIGHTS)
    output = arrays(layer(x[:, None], initial_state=h))[0]
    np.testing.assert_allclose(output, [[1.0, -1 / 4]], rtol=1e-6)
    np.testing.assert_allclose(arrays(cell(x, [h])[0])[0], output, rtol=1e-6)


def test_gates_that_are_both_shut_are_still_divided_by_their_sum():
    """i = f = sigma(-100), which is 0 in float32, and yet h = (h_0 + h~) / 2."""
    layer = MinLSTM(1)
    layer.build((1, 1, 1))
    layer.set_weights([np.array([[-100.0, -100.0, 0.5]]), np.zeros(3)])
    start = np.array([[3.0]], "float32")
    x = np.ones((1, 1, 1), "float32")
    np.testing.assert_allclose(arrays(layer(x, initial_state=start))[0], [[2.0]])


@pytest.mark.parametrize("use_bias", [True, False])
def test_agrees_with_its_twin(use_bias):
    layer = MinLSTM(2, use_bias=use_bias, return_sequences=True, return_state=True)
    check_against_twin(layer, min_lstm, time=6)
