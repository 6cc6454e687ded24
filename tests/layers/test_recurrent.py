import keras
import numpy as np
import pytest
from helpers.check_layer import check_layer
from helpers.compare import arrays, assert_equal_outputs, assert_same_config

from keras_rnn.layers import Recurrent

KERAS_LAYERS = {
    "simple_rnn": keras.layers.SimpleRNN,
    "lstm": keras.layers.LSTM,
    "gru": keras.layers.GRU,
}
STATES = {"simple_rnn": 1, "lstm": 2, "gru": 1}


def sequences(batch=3, time=3, features=2, seed=0):
    generator = np.random.default_rng(seed)
    return generator.normal(size=(batch, time, features)).astype("float32")


def by_threes(weights):
    return [weights[start : start + 3] for start in range(0, len(weights), 3)]


def hand_written(inputs, cell, units, depth, bidirectional, return_sequences):
    """The same stack in plain Keras, returning the output and all states."""
    symbol = output = keras.Input(batch_shape=inputs.shape)
    states = []
    for number in range(1, depth + 1):
        layer = KERAS_LAYERS[cell](
            units,
            return_sequences=return_sequences or number < depth,
            return_state=True,
            unroll=True,
        )
        if bidirectional:
            layer = keras.layers.Bidirectional(layer)
        output, *new = layer(output)
        states += new
    return keras.Model(symbol, [output, *states])


def test_shapes_of_the_slide():
    inputs = np.zeros((32, 10, 8), "float32")
    layer = Recurrent("simple_rnn", 4, return_sequences=True, return_state=True)
    output_seq, final_state = layer(inputs)
    assert tuple(output_seq.shape) == (32, 10, 4)
    assert tuple(final_state.shape) == (32, 4)


@pytest.mark.parametrize("return_sequences", [False, True])
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("depth", [1, 2])
@pytest.mark.parametrize("cell", KERAS_LAYERS)
def test_equals_a_hand_written_stack(cell, depth, bidirectional, return_sequences):
    inputs = sequences()
    options = {
        "depth": depth,
        "bidirectional": bidirectional,
        "return_sequences": return_sequences,
    }
    # Unrolled, for speed: JAX compiles every loop. Other tests run the loop.
    layer = Recurrent(cell, 2, return_state=True, unroll=True, **options)
    output, *states = layer(inputs)
    width = 4 if bidirectional else 2
    shape = (3, 3, width) if return_sequences else (3, width)
    assert tuple(output.shape) == shape
    assert len(states) == depth * (2 if bidirectional else 1) * STATES[cell]
    assert len(states) == len(layer.state_names) == len(layer.state_size)

    hand = hand_written(inputs, cell, 2, **options)
    hand.set_weights(layer.get_weights())
    assert_equal_outputs([output, *states], hand(inputs), 1e-6)

    plain = Recurrent(cell, 2, unroll=True, **options)
    symbol = keras.Input((3, 2))
    assert plain(symbol).shape == (None, *(3, width)[not return_sequences :])
    plain.set_weights(layer.get_weights())
    assert_equal_outputs(plain(inputs), output, 1e-6)
    for one in (plain, layer):
        assert_same_config(Recurrent.from_config(one.get_config()), one)


# Every pair of values of two of these five stands in one of the rows.
@pytest.mark.parametrize(
    ("cell", "depth", "bidirectional", "return_sequences", "return_state"),
    [
        ("simple_rnn", 1, False, False, False),
        ("simple_rnn", 2, True, True, True),
        ("lstm", 1, True, False, True),
        ("lstm", 2, False, True, False),
        ("gru", 1, False, True, True),
        ("gru", 2, True, False, False),
    ],
)
def test_is_a_good_keras_layer(
    cell, depth, bidirectional, return_sequences, return_state
):
    inputs = sequences()
    width = 4 if bidirectional else 2
    shapes = [(3, 3, width) if return_sequences else (3, width)]
    if return_state:
        shapes += [(3, 2)] * (depth * (2 if bidirectional else 1) * STATES[cell])
    check_layer(
        lambda **dtype: Recurrent(
            cell,
            2,
            depth=depth,
            bidirectional=bidirectional,
            return_sequences=return_sequences,
            return_state=return_state,
            **dtype,
        ),
        inputs,
        shapes,
        masking=True,
    )


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def simple_rnn_equations(x, weights):
    kernel, recurrent, bias = weights
    h = np.zeros((len(x), len(recurrent)))
    for t in range(x.shape[1]):
        h = np.tanh(x[:, t] @ kernel + h @ recurrent + bias)
    return h


def lstm_equations(x, weights):
    kernel, recurrent, bias = weights
    h = c = np.zeros((len(x), len(recurrent)))
    for t in range(x.shape[1]):
        z = x[:, t] @ kernel + h @ recurrent + bias
        i, f, g, o = np.split(z, 4, axis=1)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
    return h


def gru_equations(x, weights):
    kernel, recurrent, (input_bias, recurrent_bias) = weights
    h = np.zeros((len(x), len(recurrent)))
    for t in range(x.shape[1]):
        x_z, x_r, x_h = np.split(x[:, t] @ kernel + input_bias, 3, axis=1)
        h_z, h_r, h_h = np.split(h @ recurrent + recurrent_bias, 3, axis=1)
        z, r = sigmoid(x_z + h_z), sigmoid(x_r + h_r)
        h = z * h + (1 - z) * np.tanh(x_h + r * h_h)
    return h


@pytest.mark.parametrize(
    ("cell", "equations"),
    [
        ("simple_rnn", simple_rnn_equations),
        ("lstm", lstm_equations),
        ("gru", gru_equations),
    ],
)
def test_agrees_with_the_equations_in_numpy(cell, equations):
    inputs = sequences(batch=2, time=4, features=3)
    layer = Recurrent(cell, 5, bias_initializer="random_normal")
    expected = equations(
        inputs.astype("float64"), (layer(inputs), layer.get_weights())[1]
    )
    assert_equal_outputs(layer(inputs), expected, 1e-6)


MASK = np.array([[1, 1, 0], [1, 0, 0], [1, 1, 1]], bool)


@pytest.mark.parametrize(
    "options",
    [
        {"cell": "lstm", "depth": 3, "residual": True, "bidirectional": True},
        {"cell": "gru", "go_backwards": True, "return_sequences": True, "depth": 2},
        {"cell": "simple_rnn", "bidirectional": True, "merge_mode": None, "depth": 2},
        {"cell": "lstm", "depth": 2, "residual": True, "merge_mode": "sum"},
    ],
    ids=lambda options: "-".join(map(str, options.values())),
)
def test_padded_sequences_equal_the_sequences_alone(options):
    layer = Recurrent(units=2, return_state=True, **options)
    inputs = sequences()
    outputs = layer(np.where(MASK[..., None], inputs, 9.0), mask=MASK)
    for row, length in enumerate([2, 1]):
        alone = layer(inputs[row : row + 1, :length])
        for padded, one in zip(arrays(outputs), arrays(alone), strict=True):
            # Reading backwards returns the sequence reversed, so padding comes first.
            kept = padded[row, -length:] if padded.ndim == 3 else padded[row]
            assert_equal_outputs(kept, one[0], 1e-6)


def test_carried_mask_is_found_beside_an_initial_state():
    inputs, state = sequences(), np.ones((3, 2), "float32")
    layer = Recurrent("gru", 2)
    masked = keras.layers.Masking()(np.where(MASK[..., None], inputs, 0.0))
    assert_equal_outputs(
        layer(masked, initial_state=state),
        layer(inputs, initial_state=state, mask=MASK),
    )
    symbol, start = keras.Input((3, 2)), keras.Input((2,))
    output = layer(keras.layers.Masking()(symbol), initial_state=start)
    model = keras.Model([symbol, start], output)
    assert_equal_outputs(
        model.predict([np.where(MASK[..., None], inputs, 0.0), state], verbose=0),
        layer(inputs, initial_state=state, mask=MASK),
        1e-6,
    )


@pytest.mark.parametrize("as_list", [False, True])
def test_a_file_keeps_a_single_initial_state(as_list, tmp_path):
    symbol, start = keras.Input((3, 2)), keras.Input((2,))
    state = [start] if as_list else start
    model = keras.Model([symbol, start], Recurrent("gru", 2)(symbol, state))
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    given = [sequences(), np.ones((3, 2), "float32")]
    assert_equal_outputs(loaded(given), model(given))


def test_mask_goes_on():
    def mask_after(**options):
        masks = Recurrent("lstm", 2, **options).compute_mask(None, MASK)
        return (
            masks
            if masks is None
            else [None if m is None else np.array(m) for m in masks]
        )

    assert mask_after() is None
    assert mask_after(return_state=True) == [None, None, None]
    np.testing.assert_array_equal(mask_after(return_sequences=True), MASK)
    np.testing.assert_array_equal(
        mask_after(return_sequences=True, go_backwards=True), MASK[:, ::-1]
    )
    both = mask_after(bidirectional=True, merge_mode=None, return_sequences=True)
    np.testing.assert_array_equal(both, [MASK, MASK])


def test_zero_output_for_mask():
    layer = Recurrent("gru", 2, return_sequences=True, zero_output_for_mask=True)
    output = arrays(layer(sequences(), mask=MASK))[0]
    np.testing.assert_array_equal(np.any(output != 0, axis=-1), MASK)


def test_go_backwards_reads_the_reversed_sequence():
    inputs = sequences()
    options = {"depth": 2, "return_sequences": True, "return_state": True}
    backwards = Recurrent("lstm", 2, go_backwards=True, **options)
    forwards = Recurrent("lstm", 2, **options)
    outputs = backwards(inputs)
    forwards.build(inputs.shape)
    forwards.set_weights(backwards.get_weights())
    assert_equal_outputs(outputs, forwards(inputs[:, ::-1]), 1e-6)


@pytest.mark.parametrize("merge_mode", ["concat", "sum", "mul", "ave"])
def test_merge_mode_equals_keras(merge_mode):
    inputs = sequences()
    layer = Recurrent(
        "simple_rnn",
        2,
        bidirectional=True,
        merge_mode=merge_mode,
        return_sequences=True,
    )
    layer.build(inputs.shape)
    hand = keras.layers.Bidirectional(
        keras.layers.SimpleRNN(2, return_sequences=True), merge_mode=merge_mode
    )
    hand.build(inputs.shape)
    hand.set_weights(layer.get_weights())
    assert_equal_outputs(layer(inputs), hand(inputs), 1e-6)


def test_directions_that_are_not_merged_are_two_stacks():
    inputs = sequences()
    options = {"depth": 2, "return_sequences": True, "return_state": True}
    layer = Recurrent("gru", 2, bidirectional=True, merge_mode=None, **options)
    forward, backward, *states = layer(inputs)
    weights = by_threes(layer.get_weights())  # kernel, recurrent kernel, bias
    for index, (output, steps) in enumerate(
        [(forward, inputs), (backward, inputs[:, ::-1])]
    ):
        alone = Recurrent("gru", 2, **options)
        alone.build(inputs.shape)
        alone.set_weights([*weights[index], *weights[index + 2]])
        expected, *expected_states = alone(steps)
        output = arrays(output)[0][:, :: 1 - 2 * index]
        assert_equal_outputs(
            [output, *states[index::2]], [expected, *expected_states], 1e-6
        )
    shapes = layer.compute_output_shape((3, 3, 2))
    assert shapes == ((3, 3, 2), (3, 3, 2), *[(3, 2)] * 4)


def test_residual_adds_the_input_of_each_layer():
    inputs = sequences(features=2)
    layer = Recurrent("gru", 2, depth=2, residual=True, return_sequences=True)
    output = layer(inputs)
    weights = layer.get_weights()
    expected = inputs
    for part in (weights[:3], weights[3:]):
        one = Recurrent("gru", 2, return_sequences=True)
        one.build(inputs.shape)
        one.set_weights(part)
        expected = expected + arrays(one(expected))[0]
    assert_equal_outputs(output, expected, 1e-6)


@pytest.mark.parametrize("go_backwards", [False, True])
def test_residual_of_a_last_output_is_that_of_the_last_step(go_backwards):
    options = {"depth": 2, "residual": True, "go_backwards": go_backwards}
    whole = Recurrent("gru", 2, return_sequences=True, **options)
    last = Recurrent("gru", 2, **options)
    expected = arrays(whole(sequences()))[0][:, -1]
    last.build((3, 3, 2))
    last.set_weights(whole.get_weights())
    assert_equal_outputs(last(sequences()), expected, 1e-6)


def test_residual_where_widths_differ_and_directions_end_apart():
    zeros = {"kernel_initializer": "zeros", "recurrent_initializer": "zeros"}
    inputs = np.arange(6, dtype="float32").reshape(1, 3, 2)
    # All outputs of the cells are zero, so what comes out was added.
    wide = Recurrent(
        "simple_rnn", 4, depth=2, residual=True, return_sequences=True, **zeros
    )
    assert not np.any(arrays(wide(inputs)))  # layer 1 cannot add, so 2 adds zeros
    two_ways = {"bidirectional": True, "merge_mode": "sum", "depth": 2}
    last = Recurrent("simple_rnn", 2, residual=True, **two_ways, **zeros)
    assert not np.any(arrays(last(inputs)))
    every = Recurrent(
        "simple_rnn", 2, residual=True, return_sequences=True, **two_ways, **zeros
    )
    np.testing.assert_array_equal(arrays(every(inputs))[0], inputs)
