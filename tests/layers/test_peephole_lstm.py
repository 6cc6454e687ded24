"""The peephole LSTM, against hand-worked numbers, its twin and `keras.layers.LSTM`."""

import keras
import numpy as np
import pytest
from helpers.compare import arrays, assert_equal_outputs
from helpers.twins import check_against_twin, set_random_weights

from keras_rnn.layers import PeepholeLSTMCell
from keras_rnn.reference import peephole_lstm

LN2, LN3, LN4 = np.log([2.0, 3.0, 4.0])  # sigma(ln q) = q / (1 + q)


def test_by_hand():
    """Two units, one feature, one step from h_0 = (1, -1), c_0 = (1, 2), x = 1.

    A block's sum is W x + R_1 - R_2 + b, R_1 and R_2 the rows of R. All are 0 but
    s_c = (2 ln 2 - ln 2 - 0, 0 + ln 3 - ln 3) = (ln 2, 0) and s_i = b_i = (0, ln 3).

    i = sigma(0 + ln 3 * 1, ln 3 - (ln 3) / 2 * 2)  = sigma(ln 3, 0)  = (3/4, 1/2)
    f = sigma(0 * 1, -(ln 3) / 2 * 2)               = sigma(0, -ln 3) = (1/2, 1/4)
    c = f c_0 + i tanh(s_c) = (1/2 * 1 + 3/4 * 3/5, 1/4 * 2 + 1/2 * 0) = (19/20, 1/2)
    o = sigma((20/19 ln 4) * 19/20, (-2 ln 3) * 1/2) = sigma(ln 4, -ln 3) = (4/5, 1/4)
    h = (4/5 tanh(19/20), 1/4 tanh(1/2))

    An output gate that saw c_0 instead would be sigma(20/19 ln 4, -4 ln 3).
    """
    cell = PeepholeLSTMCell(2)
    cell.build((None, 1))
    kernel, rows = np.zeros((1, 8)), np.zeros((2, 8))  # i i f f c c o o
    kernel[0, 4] = 2 * LN2
    rows[:, 4:6] = [[-LN2, LN3], [0.0, LN3]]
    bias = [0, LN3, 0, 0, 0, 0, 0, 0]
    peephole = [LN3, -LN3 / 2, 0, -LN3 / 2, 20 / 19 * LN4, -2 * LN3]  # i i f f o o
    cell.set_weights([kernel, rows, np.array(bias), np.array(peephole)])
    state = [np.array([[1.0, -1.0]], "float32"), np.array([[1.0, 2.0]], "float32")]
    output, [h, c] = cell(np.ones((1, 1), "float32"), state)
    wanted = [[0.8 * np.tanh(0.95), 0.25 * np.tanh(0.5)]]
    np.testing.assert_allclose(arrays(c)[0], [[0.95, 0.5]], rtol=1e-6)
    np.testing.assert_allclose(arrays(h)[0], wanted, rtol=1e-6)
    np.testing.assert_array_equal(arrays(output)[0], arrays(h)[0])


def test_agrees_with_its_twin():
    layer = keras.layers.RNN(
        PeepholeLSTMCell(2), return_sequences=True, return_state=True
    )
    check_against_twin(layer, peephole_lstm)


def test_starts_as_the_lstm_of_keras():
    x = np.random.default_rng(0).normal(size=(2, 4, 3)).astype("float32")
    lstm = keras.layers.LSTM(2)
    expected = lstm(x)
    layer = keras.layers.RNN(PeepholeLSTMCell(2))
    layer.build(x.shape)
    biases = [one.get_weights()[2] for one in (lstm, layer)]
    np.testing.assert_array_equal(*biases)  # 1 for the forget gate
    peephole = layer.get_weights()[3]
    np.testing.assert_array_equal(peephole, np.zeros(6))
    layer.set_weights([*lstm.get_weights(), peephole])
    assert_equal_outputs(layer(x), expected, 1e-6)


def test_without_bias():
    cell = PeepholeLSTMCell(2, use_bias=False)
    cell.build((None, 3))
    assert [one.name for one in cell.weights] == [
        "kernel",
        "recurrent_kernel",
        "peephole",
    ]
    plain = PeepholeLSTMCell(2, unit_forget_bias=False)
    plain.build((None, 3))
    plain.set_weights([*cell.get_weights()[:2], np.zeros(8), cell.get_weights()[2]])
    x, state = np.ones((1, 3), "float32"), [np.ones((1, 2), "float32")] * 2
    assert_equal_outputs(cell(x, state), plain(x, state), 1e-6)


@pytest.mark.parametrize("which", ["dropout", "recurrent_dropout"])
def test_dropout_has_one_mask_for_all_steps_and_gates(which):
    """Every weight 0 but that of the proposal, so h shows what was dropped."""
    cell = PeepholeLSTMCell(50, seed=3, activation="linear", **{which: 0.25})
    layer = keras.layers.RNN(cell, return_sequences=True)
    layer.build((None, None, 50))
    index = 0 if which == "dropout" else 1
    weights = [np.zeros(one.shape) for one in layer.weights]
    weights[index][:, 100:150] = np.eye(50)
    layer.set_weights(weights)
    x = np.ones((1, 2, 50), "float32")
    state = [np.ones((1, 50), "float32"), np.zeros((1, 50), "float32")]
    still = arrays(layer(x, initial_state=state))[0]
    dropped = arrays(layer(x, initial_state=state, training=True))[0]
    assert len(np.unique(still[:, 0])) == 1
    first = dropped[0, 0] / still[0, 0]
    np.testing.assert_allclose(np.unique(first.round(4)), [0, 1.3333], atol=1e-4)
    assert 0.05 < np.mean(first == 0) < 0.5
    np.testing.assert_array_equal(dropped[0, 0] == 0, dropped[0, 1] == 0)


def test_config_keeps_what_is_its_own():
    cell = PeepholeLSTMCell(
        2,
        peephole_initializer="ones",
        peephole_regularizer=keras.regularizers.L2(0.5),
        peephole_constraint="non_neg",
    )
    copy = PeepholeLSTMCell.from_config(cell.get_config())
    copy.build((None, 1))
    assert np.all(copy.get_weights()[3] == 1)
    assert float(copy.peephole_regularizer.l2) == 0.5
    assert isinstance(copy.peephole_constraint, keras.constraints.NonNeg)


@pytest.mark.parametrize("units", [0, -1, 2.5, None])
def test_units_must_be_a_positive_integer(units):
    with pytest.raises(ValueError, match="units must be a positive integer, not"):
        PeepholeLSTMCell(units)


def test_weights_of_the_twin_are_drawn_apart():
    """The twin is only a witness if no two blocks could be swapped unseen."""
    layer = keras.layers.RNN(PeepholeLSTMCell(2))
    weights = peephole_lstm.from_keras(*set_random_weights(layer, 3))
    assert weights.keys() == peephole_lstm.shapes(3, 2).keys()
    assert len({one.tobytes() for one in weights.values()}) == len(weights)
