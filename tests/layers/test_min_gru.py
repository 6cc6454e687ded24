"""minGRU, against hand-worked numbers and its twin."""

import numpy as np
import pytest
from helpers.compare import arrays
from helpers.keras_gradients import run_keras
from helpers.twins import check_against_twin

from keras_rnn.layers import MinGRU, MinGRUCell
from keras_rnn.reference import backpropagate, min_gru, unfold

LN3 = np.log(3.0)  # sigma(ln q) = q / (1 + q)
WEIGHTS = [np.array([[LN3, 0.0, 0.5, -LN3]]), np.zeros(4)]  # z z h h


def test_by_hand():
    """Two units, one feature, x = 1 and then 0, from h_0 = (1, -1).

    x = 1:  z = sigma(ln 3, 0) = (3/4, 1/2),  h~ = g(1/2, -ln 3) = (1, 1/4)
            h = (1/4 * 1 + 3/4 * 1, -1/2 + 1/2 * 1/4) = (1, -3/8)
    x = 0:  z = (1/2, 1/2),                   h~ = g(0, 0) = (1/2, 1/2)
            h = (1/2 + 1/4, -3/16 + 1/4)              = (3/4, 1/16)
    """
    x = np.array([[[1.0], [0.0]]], "float32")
    h = np.array([[1.0, -1.0]], "float32")
    wanted = np.array([[1.0, -3 / 8], [3 / 4, 1 / 16]])
    layer, cell = MinGRU(2, return_sequences=True), MinGRUCell(2)
    layer.build((1, 2, 1)), cell.build((1, 1))
    layer.set_weights(WEIGHTS), cell.set_weights(WEIGHTS)
    outputs = arrays(layer(x, initial_state=h))[0][0]
    np.testing.assert_allclose(outputs, wanted, rtol=1e-6)
    for t in range(2):
        h, _ = cell(x[:, t], [h])
        np.testing.assert_allclose(arrays(h)[0][0], wanted[t], rtol=1e-6)


def test_by_hand_without_logarithms():
    """The proposal is the sum: h = (1/4 + 3/4 * 1/2, -1/2 - 1/2 ln 3)."""
    layer = MinGRU(2, log_space=False)
    layer.build((1, 1, 1))
    layer.set_weights(WEIGHTS)
    start = np.array([[1.0, -1.0]], "float32")
    output = arrays(layer(np.ones((1, 1, 1), "float32"), initial_state=start))[0]
    np.testing.assert_allclose(output, [[5 / 8, -0.5 - LN3 / 2]], rtol=1e-6)


@pytest.mark.parametrize("use_bias", [True, False])
def test_agrees_with_its_twin(use_bias):
    layer = MinGRU(2, use_bias=use_bias, return_sequences=True, return_state=True)
    check_against_twin(layer, min_gru, time=6)


def test_gradient_where_old_and_new_are_equally_large():
    """Two equal terms share the gradient; no backend may give it to one of them.

    An almost shut gate and a constant proposal: all that comes in is equally large.
    """
    layer = MinGRU(1, return_sequences=True, return_state=True)
    layer.build((1, 5, 1))
    arrays = [np.zeros((1, 2)), np.array([-20.0, 0.5])]
    layer.set_weights(arrays)
    draw = np.random.default_rng(0).normal
    x, d_outputs = draw(size=(1, 5, 1)), 1e8 * draw(size=(1, 5, 1))
    state, d_state = [draw(size=(1, 1))], [np.zeros((1, 1))]
    found = run_keras(layer, x, state, d_outputs, d_state)
    run = unfold(min_gru, x, min_gru.from_keras(*arrays), state)
    wanted = backpropagate(run, d_outputs, d_state).weights
    np.testing.assert_allclose(
        found.d_weights[0][0], [wanted["W_z"].item(), wanted["W_h"].item()], rtol=1e-4
    )
    np.testing.assert_allclose(
        found.d_weights[1], [wanted["b_z"].item(), wanted["b_h"].item()], rtol=1e-4
    )
