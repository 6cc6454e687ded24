import keras
import numpy as np
import pytest
from helpers.compare import arrays

from keras_rnn.architectures import many_to_one
from keras_rnn.errors import UserError
from keras_rnn.layers import Recurrent
from keras_rnn.reference import gru, lstm, unfold
from keras_rnn.visualize import record


def sequences(batch=2, time=4, features=3):
    generator = np.random.default_rng(0)
    return generator.normal(size=(batch, time, features)).astype("float32")


def assert_close(actual, expected):
    np.testing.assert_allclose(actual, arrays(expected)[0], rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    "layer",
    [
        lambda **options: keras.layers.SimpleRNN(5, **options),
        lambda **options: keras.layers.LSTM(5, activation="relu", **options),
        lambda **options: keras.layers.GRU(5, **options),
        lambda **options: keras.layers.GRU(5, reset_after=False, **options),
        lambda **options: keras.layers.GRU(5, use_bias=False, **options),
        lambda **options: keras.layers.RNN(Decay(5), **options),
    ],
    ids=["simple_rnn", "lstm", "gru", "reset before", "no bias", "any cell"],
)
def test_states_equal_the_layers_outputs(layer):
    layer = layer(return_sequences=True)
    inputs = sequences()
    layer(inputs)
    generator = np.random.default_rng(1)
    layer.set_weights([generator.normal(size=w.shape) for w in layer.get_weights()])
    assert_close(record(layer, inputs).outputs, layer(inputs))


class Decay(keras.Layer):
    """A cell that is none of Keras's."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.state_size = units
        self.kernel = keras.layers.Dense(units)

    def build(self, inputs_shape):
        self.kernel.build(inputs_shape)

    def call(self, inputs, states, training=None):
        state = 0.5 * states[0] + self.kernel(inputs)
        return state, [state]


def test_gates_equal_the_reference():
    inputs = sequences()
    layer = keras.layers.LSTM(5, bias_initializer="random_normal")
    layer(inputs)
    expected = unfold(lstm, inputs, lstm.from_keras(*layer.get_weights()))
    recording = record(layer, inputs)
    assert list(recording.values) == ["h", "c", "i", "f", "o", "g"]
    for name, values in recording.values.items():
        np.testing.assert_allclose(values, expected.values[name], atol=1e-6)

    layer = keras.layers.GRU(5, reset_after=False, bias_initializer="random_normal")
    layer(inputs)
    expected = unfold(gru, inputs, gru.from_keras(*layer.get_weights()))
    recording = record(layer, inputs)
    assert list(recording.values) == ["h", "r", "z", "h_tilde"]
    for name, values in recording.values.items():
        np.testing.assert_allclose(values, expected.values[name], atol=1e-6)


@pytest.mark.parametrize("merge_mode", ["concat", None])
def test_rows_and_directions_of_a_stack(merge_mode):
    inputs = sequences(features=4)
    layer = Recurrent(
        "gru",
        4,
        depth=2,
        bidirectional=True,
        merge_mode=merge_mode,
        return_sequences=True,
    )
    outputs = layer(inputs)
    forward = record(layer, inputs, row=2, direction="forward").outputs
    backward = record(layer, inputs, row=2, direction="backward").outputs
    if merge_mode:
        assert_close(np.concatenate([forward, backward], axis=-1), outputs)
    else:
        assert_close(forward, outputs[0])
        assert_close(backward, outputs[1])


def test_a_residual_stack_that_reads_backwards():
    inputs = sequences(features=4)
    options = {"depth": 2, "go_backwards": True, "return_sequences": True}
    layer = Recurrent("lstm", 4, residual=True, **options)
    outputs = arrays(layer(inputs))[0][:, ::-1]  # Keras returns it reversed
    first = record(layer, inputs, row=1)
    second = record(layer, inputs, row=2)
    assert_close(inputs + first.outputs + second.outputs, outputs)


def test_the_layers_of_a_model():
    model = keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            keras.layers.Embedding(9, 4),
            keras.layers.Bidirectional(keras.layers.LSTM(3, return_sequences=True)),
            Recurrent("gru", 5),
            keras.layers.Dense(1, use_bias=False),
        ]
    )
    tokens = np.array([[1, 2, 3], [4, 5, 6]])
    recording = record(model, tokens, row=2)
    assert recording.cell == "GRU"
    expected = recording.outputs[:, -1] @ model.layers[-1].get_weights()[0]
    assert_close(expected, model(tokens))
    backward = record(model, tokens, row=1, direction="backward")
    embedded = model.layers[0](tokens)
    layer = model.layers[1]
    assert_close(backward.outputs, arrays(layer(embedded))[0][..., 3:])


def test_cells_in_one_layer_are_rows():
    layer = keras.layers.RNN(
        [keras.layers.GRUCell(2), keras.layers.LSTMCell(3)], return_sequences=True
    )
    outputs = layer(sequences())
    assert_close(record(layer, sequences(), row=2).outputs, outputs)


def test_what_there_is_not():
    model = many_to_one(
        keras.Input((None, 3)), {"cell": "gru", "units": 2}, keras.layers.Dense(1)
    )
    with pytest.raises(UserError, match=r"from 1 to 1.*Received: 2"):
        record(model, sequences(), row=2)
    with pytest.raises(UserError, match="reads forward, not 'backward'"):
        record(model, sequences(), direction="backward")
    model = keras.Sequential([keras.layers.GRU(2)])
    with pytest.raises(UserError, match="is not built"):
        record(model, sequences())
