"""docs/keras_and_the_slides.md, row by row: each has a test of its name."""

from pathlib import Path

import keras
import numpy as np
import pytest
from helpers.compare import arrays
from helpers.keras_gradients import check_against_keras
from helpers.twins import check_against_twin, set_random_weights

from keras_rnn.layers import LSTMVariantCell, MinGRU, Recurrent
from keras_rnn.reference import (
    gamma_notation,
    gru,
    gru_reset_after,
    lstm,
    min_gru,
    outputs,
    unfold,
    vanilla_rnn,
)

PAGE = Path(__file__).parents[2] / "docs" / "keras_and_the_slides.md"
X = np.random.default_rng(0).normal(size=(2, 4, 3)).astype("float32")
TESTS = {}


def row(name):
    """Let a function be the test of the row with that name."""

    def enter(function):
        TESTS[name] = function
        return function

    return enter


def rows_of_the_page():
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    table = [line for line in lines if line.startswith("|")]
    return [line.split("|")[1].strip() for line in table[2:]]


def test_each_row_has_a_test_and_each_test_a_row():
    assert rows_of_the_page() == list(TESTS)


def ready(layer, seed=0):
    """A layer with random weights, and these."""
    return layer, set_random_weights(layer, 3, seed)


def run(layer, **options):
    return arrays(layer(X, **options))


def assert_equal(one, other):
    np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-5)


def shapes(layer):
    layer.build((None, None, 3))
    return [tuple(one.shape) for one in layer.weights]


def starts(layer):
    layer.build((None, None, 3))
    return {one.name: arrays(one)[0] for one in layer.weights}


@row("orientation of the weights")
def orientation():
    layer, (kernel, recurrent) = ready(
        keras.layers.SimpleRNN(2, use_bias=False, return_sequences=True)
    )
    assert kernel.shape == (3, 2)
    assert vanilla_rnn.shapes(3, 2)["W_xh"] == (2, 3)
    weights = {"W_xh": kernel.T, "W_hh": recurrent.T}
    assert_equal(run(layer)[0], unfold(vanilla_rnn, X, weights).outputs)


@row("weights for h and for x")
def weights_apart():
    assert shapes(keras.layers.LSTM(2)) == [(3, 8), (2, 8), (8,)]
    assert lstm.shapes(3, 2)["W"] == (8, 5)
    kernel, recurrent = np.ones((3, 8)), np.zeros((2, 8))
    assert lstm.from_keras(kernel, recurrent)["W"][0].tolist() == [0, 0, 1, 1, 1]


@row("bias of the vanilla RNN")
def bias_of_the_vanilla_rnn():
    assert starts(keras.layers.SimpleRNN(2))["bias"].tolist() == [0, 0]
    assert shapes(keras.layers.SimpleRNN(2, use_bias=False)) == [(3, 2), (2, 2)]


@row("output of the vanilla RNN")
def output_of_the_vanilla_rnn():
    layer, arrays_ = ready(keras.layers.SimpleRNN(2, return_sequences=True))
    h = run(layer)[0]
    assert_equal(h, unfold(vanilla_rnn, X, vanilla_rnn.from_keras(*arrays_)).outputs)
    dense = keras.layers.Dense(4, use_bias=False)
    y = arrays(dense(h))[0]
    assert_equal(y, outputs(h, dense.get_weights()[0].T))


@row("gate order of the LSTM")
def gate_order_of_the_lstm():
    kernel, recurrent = np.array([[1.0, 2.0, 3.0, 4.0]]), np.zeros((1, 4))
    assert lstm.from_keras(kernel, recurrent)["W"][:, 1].tolist() == [1, 2, 4, 3]
    check_against_keras(lstm, keras.layers.LSTM)


@row("bias of the LSTM")
def bias_of_the_lstm():
    assert shapes(keras.layers.LSTM(2))[2:] == [(8,)]
    assert shapes(keras.layers.LSTM(2, use_bias=False)) == [(3, 8), (2, 8)]


@row("forget bias")
def forget_bias():
    start = starts(keras.layers.LSTM(1))["bias"]
    assert start.tolist() == [0, 1, 0, 0]  # i, f, c, o
    assert round(1 / (1 + np.exp(-start[1])), 2) == 0.73
    assert not np.any(starts(keras.layers.LSTM(1, unit_forget_bias=False))["bias"])


@row("peepholes")
def peepholes():
    """Keras's LSTM is the variant without them."""
    layer, weights = ready(keras.layers.LSTM(2))
    loop = keras.layers.RNN(LSTMVariantCell(2, variant="NP"))
    loop.build(X.shape)
    loop.set_weights(weights)
    assert_equal(run(loop), run(layer))


@row("gate order of the GRU")
def gate_order_of_the_gru():
    weights = gru.from_keras(np.array([[1.0, 2.0, 3.0]]), np.zeros((1, 3)))
    found = [weights[f"W_x{gate}"].item() for gate in ("z", "r", "h")]
    assert found == [1, 2, 3]


@row("reset gate of the GRU")
def reset_gate_of_the_gru():
    """Both ways against their twins, forward and gradient; and they are not one."""
    check_against_keras(gru, keras.layers.GRU, reset_after=False)
    check_against_twin(
        keras.layers.GRU(2, return_sequences=True, return_state=True), gru_reset_after
    )
    after, weights = ready(keras.layers.GRU(2, use_bias=False))
    before = keras.layers.GRU(2, use_bias=False, reset_after=False)
    before.build(X.shape)
    before.set_weights(weights)
    assert np.abs(run(after)[0] - run(before)[0]).max() > 1e-3


@row("biases of the GRU")
def biases_of_the_gru():
    assert keras.layers.GRU(2).reset_after is True
    assert shapes(keras.layers.GRU(2))[2] == (2, 6)
    assert shapes(keras.layers.GRU(2, reset_after=False))[2] == (6,)


def shut(layer, gate):
    """What a unit makes of the state 0.5 if that gate of its bias is 50."""
    layer.build((None, None, 3))
    weights = [np.zeros(one.shape) for one in layer.weights]
    weights[-1][gate] = 50.0
    layer.set_weights(weights)
    start = np.full((2, 1), 0.5, "float32")
    return arrays(layer(X, initial_state=start))[0][0, 0]


@row("update gate of the GRU")
def update_gate_of_the_gru():
    for reset_after, gate in ((False, 0), (True, (0, 0))):
        assert shut(keras.layers.GRU(1, reset_after=reset_after), gate) == 0.5
    weights = {name: np.zeros(shape) for name, shape in gru.shapes(3, 1).items()}
    run_ = unfold(gru, X, weights | {"b_z": np.array([50.0])}, np.full((2, 1), 0.5))
    np.testing.assert_allclose(run_.outputs, 0.5)


@row("update gate Gamma_u")
def update_gate_gamma():
    layer, weights = ready(
        keras.layers.GRU(2, reset_after=False, return_sequences=True)
    )
    slide, table = gru.from_keras(*weights), gamma_notation.gru.from_keras(*weights)
    assert_equal(table["b_u"], -slide["b_z"])
    assert_equal(table["b_r"], slide["b_r"])
    assert_equal(unfold(gamma_notation.gru, X, table).outputs, run(layer)[0])


@row("output of the LSTM in the table")
def output_of_the_table():
    layer, weights = ready(keras.layers.LSTM(2, return_sequences=True))
    table = unfold(
        gamma_notation.lstm, X, gamma_notation.lstm.from_keras(*weights)
    ).outputs
    assert np.abs(run(layer)[0] - table).max() > 1e-2
    loop = keras.layers.RNN(LSTMVariantCell(2, variant="NOAF"), return_sequences=True)
    loop.build(X.shape)
    loop.set_weights([*weights, np.zeros(6)])
    assert_equal(run(loop)[0], table)


@row("relevance gate of the LSTM in the table")
def relevance_gate():
    assert "W_r" in gamma_notation.lstm.shapes(3, 2)
    _, weights = ready(keras.layers.LSTM(2))
    assert "W_r" not in gamma_notation.lstm.from_keras(*weights)


@row("update gate of minGRU")
def update_gate_of_min_gru():
    """Open, it takes the proposal g(0) = 1/2, whatever was there."""
    layer = MinGRU(1)
    layer.build((None, None, 3))
    layer.set_weights([np.zeros((3, 2)), np.array([50.0, 0.0])])
    start = np.full((2, 1), 0.9, "float32")
    np.testing.assert_allclose(run(layer, initial_state=start)[0], 0.5, rtol=1e-6)
    values = unfold(min_gru, X, min_gru.from_keras(*layer.get_weights()), start)
    np.testing.assert_allclose(values.final_state[0], 0.5, rtol=1e-6)


@row("initial state")
def initial_state():
    layer, _ = ready(keras.layers.LSTM(2))
    zeros = [np.zeros((2, 2), "float32")] * 2
    assert_equal(run(layer), run(layer, initial_state=zeros))
    ones = [np.ones((2, 2), "float32")] * 2
    assert np.abs(run(layer)[0] - run(layer, initial_state=ones)[0]).max() > 1e-3


@row("initial weights")
def initial_weights():
    for made in (keras.layers.SimpleRNN, keras.layers.LSTM, keras.layers.GRU):
        cell = made(2).cell
        assert isinstance(cell.kernel_initializer, keras.initializers.GlorotUniform)
        assert isinstance(cell.recurrent_initializer, keras.initializers.Orthogonal)


@row("what comes out")
def what_comes_out():
    every, weights = ready(keras.layers.GRU(2, return_sequences=True))
    last = keras.layers.GRU(2)
    last.build(X.shape)
    last.set_weights(weights)
    assert run(every)[0].shape == (2, 4, 2)
    assert_equal(run(last)[0], run(every)[0][:, -1])


@row("order of the states of the LSTM")
def order_of_the_states():
    layer, weights = ready(keras.layers.LSTM(2, return_state=True))
    output, h, c = run(layer)
    np.testing.assert_array_equal(output, h)
    expected = unfold(lstm, X, lstm.from_keras(*weights))
    assert lstm.STATES == ("h", "c")
    assert_equal(np.stack([h, c]), np.stack(expected.final_state))
    assert Recurrent("lstm", 2).state_names == ["h", "c"]


@row("reading backwards")
def reading_backwards():
    backwards, weights = ready(
        keras.layers.SimpleRNN(2, return_sequences=True, go_backwards=True)
    )
    read = unfold(vanilla_rnn, X[:, ::-1], vanilla_rnn.from_keras(*weights)).outputs
    assert_equal(run(backwards)[0], read)
    both = keras.layers.Bidirectional(
        keras.layers.SimpleRNN(2, return_sequences=True), merge_mode=None
    )
    both.build(X.shape)
    both.set_weights(weights * 2)
    assert_equal(run(both)[1], read[:, ::-1])


@row("sigma")
def sigma():
    s = np.array([-6.0, -1.0, 0.0, 3.0], "float32")
    made = (keras.layers.LSTM(2), keras.layers.GRU(2), keras.layers.ConvLSTM2D(2, 3))
    for layer in made:
        found = arrays(layer.cell.recurrent_activation(s))[0]
        assert_equal(found, 1 / (1 + np.exp(-s)))


@row("images at every step")
def images_at_every_step():
    """On images of one pixel and with a kernel of one, it is the LSTM."""
    layer, (kernel, recurrent, bias) = ready(
        keras.layers.LSTM(2, return_sequences=True)
    )
    images = keras.layers.ConvLSTM2D(2, 1, return_sequences=True)
    images.build((None, None, 1, 1, 3))
    assert images.get_weights()[2].tolist() == [0, 0, 1, 1, 0, 0, 0, 0]
    images.set_weights([kernel[None, None], recurrent[None, None], bias])
    found = arrays(images(X[:, :, None, None]))[0]
    assert_equal(found[:, :, 0, 0], run(layer)[0])


@pytest.mark.parametrize("name", TESTS)
def test_row(name):
    TESTS[name]()
