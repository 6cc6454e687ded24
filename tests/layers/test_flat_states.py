import keras
import numpy as np
import pytest
from helpers.compare import arrays, assert_equal_outputs

from keras_rnn.layers import Recurrent


def sequences(batch=3, time=3, features=2, seed=0):
    generator = np.random.default_rng(seed)
    return generator.normal(size=(batch, time, features)).astype("float32")


def by_threes(weights):
    return [weights[start : start + 3] for start in range(0, len(weights), 3)]


def adder(bidirectional, depth, **options):
    """A linear layer of one unit that adds its bias to its state at each step."""
    layer = Recurrent(
        "simple_rnn",
        1,
        depth=depth,
        bidirectional=bidirectional,
        activation="linear",
        return_state=True,
        **options,
    )
    layer.build((1, None, 1))
    weights, bias = [], 0.0
    for kernel, _, _ in by_threes(layer.get_weights()):
        bias += 10.0
        weights += [np.zeros_like(kernel), np.ones((1, 1)), np.array([bias])]
    layer.set_weights(weights)
    return layer


def test_order_of_states_in_and_out():
    # Steps add 10 (layer 1 forward), 20 (1 backward), 30 (2 forward), 40 (2 backward).
    layer = adder(bidirectional=True, depth=2, return_sequences=True)
    start = [np.array([[value]], "float32") for value in (1.0, 2.0, 3.0, 4.0)]
    output, *states = layer(np.zeros((1, 2, 1), "float32"), initial_state=start)
    assert [float(array[0, 0]) for array in arrays(states)] == [21.0, 42.0, 63.0, 84.0]
    # forward: 3 + 30, 3 + 60; backward, from the end: 4 + 40, 4 + 80
    assert arrays(output)[0].tolist() == [[[33.0, 84.0], [63.0, 44.0]]]
    assert layer.state_names == [
        "layer 1 forward h",
        "layer 1 backward h",
        "layer 2 forward h",
        "layer 2 backward h",
    ]


def test_lstm_state_is_h_before_c():
    layer = Recurrent("lstm", 1, return_state=True)
    layer.build((1, 1, 1))
    layer.set_weights([np.zeros_like(weight) for weight in layer.get_weights()])
    h, c = np.array([[5.0]], "float32"), np.array([[2.0]], "float32")
    # All gates are one half: c = 2 / 2, h = tanh(1) / 2. The old h has no weight.
    output, *state = layer(np.zeros((1, 1, 1), "float32"), initial_state=[h, c])
    np.testing.assert_allclose(
        arrays([output, *state]), [[[0.3807971]], [[0.3807971]], [[1.0]]]
    )
    assert layer.state_names == ["h", "c"]


def test_initial_state_of_a_bidirectional_layer_equals_keras():
    inputs = sequences()
    layer = Recurrent("lstm", 2, bidirectional=True, return_state=True)
    layer.build(inputs.shape)
    hand = keras.layers.Bidirectional(keras.layers.LSTM(2, return_state=True))
    hand.build(inputs.shape)
    hand.set_weights(layer.get_weights())
    state = [np.full((3, 2), value, "float32") for value in (0.1, 0.2, 0.3, 0.4)]
    assert_equal_outputs(
        layer(inputs, initial_state=state), hand(inputs, initial_state=state), 1e-6
    )


def test_states_go_from_an_encoder_to_a_decoder_in_a_model():
    source, target = keras.Input((3, 2)), keras.Input((None, 3))
    encoder = Recurrent("lstm", 4, depth=2, return_state=True)
    _, *state = encoder(source)
    decoder = Recurrent("lstm", 4, depth=2, return_sequences=True)
    model = keras.Model([source, target], decoder(target, initial_state=state))
    assert model.output_shape == (None, None, 4)
    x, y = sequences(features=2), sequences(time=2, features=3)
    _, *state = encoder(x)
    expected = decoder(y, initial_state=state)
    assert_equal_outputs(model.predict([x, y], verbose=0), expected, 1e-6)
    assert not np.allclose(arrays(expected), arrays(decoder(y)))


def test_a_single_state_needs_no_list():
    inputs, state = sequences(), np.ones((3, 2), "float32")
    layer = Recurrent("gru", 2)
    assert_equal_outputs(
        layer(inputs, initial_state=state), layer(inputs, initial_state=[state])
    )
    symbol = keras.Input((2,))
    assert layer(keras.Input((3, 2)), initial_state=symbol).shape == (None, 2)


@pytest.mark.parametrize(
    "options",
    [
        {"cell": "lstm", "depth": 2, "residual": True},
        {"cell": "gru", "unroll": True},
        {"cell": "simple_rnn", "depth": 2},
    ],
)
def test_chunks_with_carried_state_equal_one_pass(options):
    inputs = sequences(time=5)
    layer = Recurrent(units=2, return_sequences=True, return_state=True, **options)
    whole, *end = layer(inputs)
    first, *state = layer(inputs[:, :2])
    second, *state = layer(inputs[:, 2:], initial_state=state)
    joined = np.concatenate(arrays([first, second]), axis=1)
    assert_equal_outputs([joined, *state], [whole, *end], 1e-6)


def test_steps_equal_one_pass():
    inputs = sequences(time=4)
    layer = Recurrent("lstm", 2, depth=3, residual=True, return_state=True)
    output, *end = layer(inputs)
    state = layer.get_initial_state(batch_size=3)
    for t in range(4):
        last, state = layer.step(inputs[:, t], state)
    assert_equal_outputs([last, *state], [output, *end], 1e-6)
    one_step, *_ = layer(inputs[:, :1])
    assert_equal_outputs(
        layer.step(inputs[:, 0], layer.get_initial_state(3))[0], one_step, 1e-6
    )


@pytest.mark.parametrize("bidirectional", [False, True])
def test_stateful_batches_equal_one_pass(bidirectional):
    inputs = sequences(time=4)
    options = {"return_sequences": True, "bidirectional": bidirectional}
    symbol = keras.Input(batch_shape=(3, 2, 2))
    layer = Recurrent("lstm", 2, stateful=True, **options)
    model = keras.Model(symbol, layer(symbol))
    once = Recurrent("lstm", 2, return_state=True, **options)
    once.build(inputs.shape)
    once.set_weights(layer.get_weights())

    halves = [inputs[:, :2], inputs[:, 2:]]
    predicted = [model.predict(half, batch_size=3, verbose=0) for half in halves]
    first, *state = once(halves[0])
    second, *state = once(halves[1], initial_state=state)
    assert_equal_outputs(predicted, [first, second], 1e-6)
    assert_equal_outputs([s.value for s in layer.states], state, 1e-6)

    layer.reset_state()
    assert not np.any(arrays([s.value for s in layer.states]))
    assert_equal_outputs(model.predict(halves[0], batch_size=3, verbose=0), first, 1e-6)


def test_stateful_layer_keeps_its_state_after_training():
    symbol = keras.Input(batch_shape=(3, 3, 2))
    layer = Recurrent("gru", 2, stateful=True)
    model = keras.Model(symbol, layer(symbol))
    model.compile("sgd", "mse")
    model.fit(sequences(), np.ones((3, 2)), batch_size=3, shuffle=False, verbose=0)
    assert np.all(arrays(layer.states[0].value)[0] != 0)
    # A state is no weight: weights still move to and from a layer without it.
    assert len(layer.get_weights()) == 3
