"""The table's LSTM: hand-worked numbers, a Keras cell written from the table, and
the two ways in which it is not the usual LSTM."""

import keras
import numpy as np
import pytest
from helpers.keras_gradients import assert_close, run_keras
from helpers.reference_cases import random_problem
from keras import ops

from keras_rnn.errors import UserError
from keras_rnn.reference import backpropagate, gamma_notation, lstm, unfold

LN2, LN3, LN4 = np.log([2.0, 3.0, 4.0])


class TableCell(keras.Layer):
    """The table's rows in Keras, for automatic differentiation to work on."""

    def __init__(self, units, **options):
        super().__init__(**options)
        self.units = units
        self.state_size = [units, units]
        self.output_size = units

    def build(self, input_shape):
        rows = self.units + input_shape[-1]
        self.kernels = {
            gate: self.add_weight((rows, self.units), "zeros", name=f"W_{gate}")
            for gate in "ufocr"
        }
        self.biases = {
            gate: self.add_weight((self.units,), "zeros", name=f"b_{gate}")
            for gate in "ufocr"
        }

    def call(self, x, states):
        a, c = states
        gamma = {
            gate: ops.sigmoid(
                ops.matmul(ops.concatenate([a, x], axis=-1), self.kernels[gate])
                + self.biases[gate]
            )
            for gate in "ufor"
        }
        reset = ops.concatenate([gamma["r"] * a, x], axis=-1)
        c_tilde = ops.tanh(ops.matmul(reset, self.kernels["c"]) + self.biases["c"])
        c = gamma["u"] * c_tilde + gamma["f"] * c
        a = gamma["o"] * c
        return a, [a, c]


def test_forward_by_hand():
    """Two units, one feature, one step from a = (1, -1), c = (1, -2), x = 1.

    Each row times (a, x) = (1, -1, 1); (2, 0, -1) k gives k, (1, 2, 2) k gives k:
    Gamma_u = sigma(ln 3, 0)      = (3/4, 1/2)
    Gamma_f = sigma(ln 2, -ln 3)  = (2/3, 1/4)
    Gamma_o = sigma(0, ln 4)      = (1/2, 4/5)
    Gamma_r = sigma(ln 3, 0)      = (3/4, 1/2)
    W_c times (Gamma_r a, x) = (3/4, -1/2, 1):
    c~ = tanh((4 * 3/4 - 6/2 + 1) ln 2, (0 + 4/2 - 3) ln 3) = tanh(ln 2, -ln 3)
                                  = (3/5, -4/5)
    c = (3/4 * 3/5 + 2/3 * 1, 1/2 * -4/5 + 1/4 * -2) = (67/60, -9/10)
    a = (1/2 * 67/60, 4/5 * -9/10)                   = (67/120, -18/25), and no tanh
    """
    first, second = [2.0, 0.0, -1.0], [1.0, 2.0, 2.0]
    weights = {
        "W_u": np.outer([LN3, 0.0], first),
        "W_f": np.outer([LN2, -LN3], second),
        "W_o": np.outer([0.0, LN4], second),
        "W_r": np.outer([LN3, 0.0], first),
        "W_c": np.array([[4 * LN2, 6 * LN2, LN2], [0.0, -4 * LN3, -3 * LN3]]),
    }
    values = gamma_notation.lstm.step(
        np.ones((1, 1)), np.array([[1.0, -1.0]]), np.array([[1.0, -2.0]]), **weights
    )
    wanted = {
        "gamma_u": [3 / 4, 1 / 2],
        "gamma_f": [2 / 3, 1 / 4],
        "gamma_o": [1 / 2, 4 / 5],
        "gamma_r": [3 / 4, 1 / 2],
        "c_tilde": [3 / 5, -4 / 5],
        "c": [67 / 60, -9 / 10],
        "a": [67 / 120, -18 / 25],
    }
    assert values.keys() == wanted.keys()
    for name, numbers in wanted.items():
        np.testing.assert_allclose(values[name][0], numbers, atol=1e-15)


def test_agrees_with_the_table_written_in_keras():
    x, weights, state, d_outputs, d_final = random_problem(gamma_notation.lstm)
    layer = keras.layers.RNN(TableCell(2), return_sequences=True, return_state=True)
    layer.build(x.shape)
    layer.set_weights(
        [weights[f"W_{gate}"].T for gate in "ufocr"]
        + [weights[f"b_{gate}"] for gate in "ufocr"]
    )
    wanted = run_keras(layer, x, state, d_outputs, d_final)

    run = unfold(gamma_notation.lstm, x, weights, state)
    found = backpropagate(run, d_outputs, d_final)
    d_weights = [found.weights[f"W_{gate}"].T for gate in "ufocr"]
    d_weights += [found.weights[f"b_{gate}"] for gate in "ufocr"]
    assert_close([run.outputs, *run.final_state], [wanted.outputs, *wanted.final_state])
    assert_close(d_weights, wanted.d_weights)
    assert_close([found.x], [wanted.d_x])
    assert_close(found.initial_state, wanted.d_initial_state)


def test_leaving_the_relevance_gate_out_is_the_same_as_opening_it():
    x, weights, state, d_outputs, _ = random_problem(gamma_notation.lstm)
    opened = weights | {"W_r": 0.0 * weights["W_r"], "b_r": np.full(2, np.inf)}
    without = {name: one for name, one in weights.items() if name[-1] != "r"}
    wanted = unfold(gamma_notation.lstm, x, opened, state)
    found = unfold(gamma_notation.lstm, x, without, state)
    np.testing.assert_array_equal(found.outputs, wanted.outputs)
    assert (found.values["gamma_r"] == 1.0).all()
    d_wanted, d_found = (backpropagate(run, d_outputs) for run in (wanted, found))
    np.testing.assert_array_equal(d_found.x, d_wanted.x)
    assert d_found.weights.keys() == without.keys()


def test_where_it_is_not_the_usual_lstm():
    """From the same state: the same cell, and an output that lacks the tanh."""
    draw = np.random.default_rng(0).normal
    arrays = [draw(size=(3, 8)), draw(size=(2, 8)), draw(size=8)]
    x, state = draw(size=(4, 1, 3)), (draw(size=(4, 2)), draw(size=(4, 2)))
    usual = unfold(lstm, x, lstm.from_keras(*arrays), state)
    table = unfold(
        gamma_notation.lstm, x, gamma_notation.lstm.from_keras(*arrays), state
    )
    np.testing.assert_allclose(table.values["c"], usual.values["c"], rtol=1e-13)
    np.testing.assert_allclose(table.values["gamma_o"], usual.values["o"], rtol=1e-13)
    assert np.abs(table.outputs - usual.outputs).max() > 0.01
    with_tanh = table.values["gamma_o"] * np.tanh(table.values["c"])
    np.testing.assert_allclose(with_tanh, usual.outputs, rtol=1e-13)


@pytest.mark.parametrize("use_bias", [True, False])
def test_keras_weights_there_and_back(use_bias):
    draw = np.random.default_rng(0).normal
    arrays = [draw(size=(3, 8)), draw(size=(2, 8)), draw(size=8)][: 2 + use_bias]
    back = gamma_notation.lstm.to_keras(gamma_notation.lstm.from_keras(*arrays))
    assert len(back) == len(arrays)
    for one, other in zip(back, arrays, strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_relevance_gate_does_not_fit_into_keras():
    _, weights, *_ = random_problem(gamma_notation.lstm)
    with pytest.raises(UserError, match="no relevance gate; leave W_r"):
        gamma_notation.lstm.to_keras(weights)
