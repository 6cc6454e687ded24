import keras
import numpy as np
from helpers.check_layer import check_layer
from helpers.compare import arrays, assert_equal_outputs, assert_same_config

from keras_rnn.layers import Recurrent

MASK = np.array([[1, 1, 0], [1, 0, 0], [1, 1, 1]], bool)


def sequences(batch=3, time=3, features=2, seed=0):
    generator = np.random.default_rng(seed)
    return generator.normal(size=(batch, time, features)).astype("float32")


def test_dropout_between_layers():
    layer = Recurrent(
        "simple_rnn",
        50,
        depth=2,
        dropout_between=0.25,
        seed=1,
        return_sequences=True,
        activation="linear",
        use_bias=False,
        recurrent_initializer="zeros",
        kernel_initializer="identity",
    )
    inputs = np.ones((4, 3, 50), "float32")
    np.testing.assert_array_equal(arrays(layer(inputs))[0], inputs)
    dropped = arrays(layer(inputs, training=True))[0]
    np.testing.assert_allclose(np.unique(dropped), [0, 4 / 3], rtol=1e-6)
    assert 0.15 < np.mean(dropped == 0) < 0.35
    assert np.any(dropped[:, 0] != dropped[:, 1])  # drawn anew at each step


def test_dropout_is_that_of_keras_with_a_seed_for_each_layer():
    layer = Recurrent("gru", 2, depth=2, dropout=0.5, recurrent_dropout=0.2, seed=7)
    assert [one.dropout for one in layer.layers] == [0.5, 0.5]
    assert [one.recurrent_dropout for one in layer.layers] == [0.2, 0.2]
    assert [one.cell.seed for one in layer.layers] == [7, 8]
    assert layer.get_config()["seed"] == 7


def test_an_initializer_object_starts_layers_at_different_weights():
    layer = Recurrent(
        "simple_rnn", 2, depth=2, kernel_initializer=keras.initializers.RandomNormal()
    )
    layer.build((None, None, 2))
    first, second = layer.get_weights()[0], layer.get_weights()[3]
    assert not np.any(first == second)


def test_arguments_of_the_keras_layer_survive_a_config():
    layer = Recurrent(
        "lstm",
        2,
        activation=keras.activations.relu,
        kernel_regularizer=keras.regularizers.L2(0.5),
        recurrent_initializer="zeros",
        unit_forget_bias=False,
        use_cudnn=False,
        name="memory",
        trainable=False,
    )
    copy = Recurrent.from_config(layer.get_config())
    assert_same_config(copy, layer)
    [inner] = copy.layers
    assert inner.activation is keras.activations.relu
    assert float(inner.kernel_regularizer.l2) == 0.5
    assert inner.use_cudnn is False
    assert inner.unit_forget_bias is False
    assert copy.name == "memory"
    copy.build((None, None, 2))
    assert copy.trainable_weights == []


def test_activity_regularizer_weighs_the_output_alone():
    inputs = sequences()
    layer = Recurrent("lstm", 2, activity_regularizer=keras.regularizers.L1(1.0))
    hand = keras.layers.LSTM(2, activity_regularizer=keras.regularizers.L1(1.0))
    layer(inputs), hand.build(inputs.shape)
    hand.set_weights(layer.get_weights())
    output = hand(inputs)
    weighed = keras.ops.sum(keras.ops.abs(output)) / len(inputs)
    assert_equal_outputs(layer.losses, [weighed])
    # Keras divides by the size of the batch, too, but 3.10 to 3.12 do not.
    if tuple(map(int, keras.version().split(".")[:2])) >= (3, 15):
        assert_equal_outputs(layer.losses, hand.losses)
    assert_same_config(Recurrent.from_config(layer.get_config()), layer)


def test_unroll_equals_the_loop():
    inputs = sequences()
    loop = Recurrent("gru", 2, depth=2, bidirectional=True)
    unrolled = Recurrent("gru", 2, depth=2, bidirectional=True, unroll=True)
    expected = loop(inputs)
    unrolled.build(inputs.shape)
    unrolled.set_weights(loop.get_weights())
    assert_equal_outputs(unrolled(inputs), expected, 1e-6)
    assert_equal_outputs(
        unrolled(inputs, mask=MASK), loop(inputs, mask=MASK), 1e-6, "masked"
    )


@keras.saving.register_keras_serializable(package="tests")
class LeakyCell(keras.layers.Layer):
    """A state that follows the input, and an output that is no state of it."""

    def __init__(self, keep=0.5, **kwargs):
        super().__init__(**kwargs)
        self.keep = keep
        self.state_size = 2
        self.output_size = 3

    def build(self, input_shape):
        self.out = self.add_weight(shape=(2, 3), name="out")

    def call(self, inputs, states):
        [h] = states
        h = self.keep * h + inputs
        return keras.ops.matmul(h, self.out), [h]

    def get_config(self):
        return {**super().get_config(), "keep": self.keep}


def test_a_cell_of_ones_own_is_a_good_keras_layer():
    layer = check_layer(
        lambda **dtype: Recurrent(
            LeakyCell(0.25, **dtype),
            bidirectional=True,
            return_state=True,
            return_sequences=True,
            **dtype,
        ),
        sequences(),
        [(3, 3, 6), (3, 2), (3, 2)],
        masking=True,
    )
    assert [one.cell.keep for one in layer.layers] == [0.25, 0.25]
    assert layer.state_names == ["forward h", "backward h"]
    check_layer(
        lambda **dtype: Recurrent(LeakyCell(**dtype), return_state=True, **dtype),
        sequences(),
        [(3, 3), (3, 2)],
        fit=False,
        save=False,
        masking=True,
    )


def test_a_cell_object_is_the_first_cell_itself():
    cell = keras.layers.GRUCell(2)
    layer = Recurrent(cell, depth=2)
    output = layer(sequences())
    assert layer.layers[0].cell is cell
    assert layer.layers[1].cell is not cell
    named = Recurrent("gru", 2, depth=2)
    named.build((3, 3, 2))
    named.set_weights(layer.get_weights())
    assert_equal_outputs(named(sequences()), output, 1e-6)


def test_a_callable_makes_a_cell_for_each_layer_and_direction():
    made = []

    def make():
        made.append(keras.layers.SimpleRNNCell(len(made) + 1))
        return made[-1]

    layer = Recurrent(make, depth=2, bidirectional=True)
    assert len(made) == 4
    assert layer.state_size == [1, 2, 3, 4]
    copy = Recurrent.from_config(layer.get_config())
    assert copy.state_size == [1, 2, 3, 4]
    assert_same_config(copy, layer)
    assert tuple(copy(sequences()).shape) == (3, 7)


def test_a_cell_class_takes_units_and_arguments():
    layer = Recurrent(
        keras.layers.LSTMCell, 2, depth=2, recurrent_dropout=0.5, dtype="mixed_float16"
    )
    assert [one.cell.recurrent_dropout for one in layer.layers] == [0.5, 0.5]
    assert layer.layers[0].cell.compute_dtype == "float16"
    assert layer.state_names[1] == "layer 1 c"
    assert_same_config(Recurrent.from_config(layer.get_config()), layer)


def test_stacked_cells_have_flat_states():
    cells = keras.layers.StackedRNNCells(
        [keras.layers.LSTMCell(2), keras.layers.GRUCell(3)]
    )
    layer = Recurrent(cells, return_state=True, return_sequences=True)
    inputs = sequences(time=4)
    whole, *end = layer(inputs)
    assert [tuple(state.shape) for state in end] == [(3, 2), (3, 2), (3, 3)]
    first, *state = layer(inputs[:, :2])
    second, *state = layer(inputs[:, 2:], initial_state=state)
    joined = np.concatenate(arrays([first, second]), axis=1)
    assert_equal_outputs([joined, *state], [whole, *end], 1e-6)
