import keras
import numpy as np
import pytest
from helpers.check_layer import check_layer
from helpers.check_model import check_fit, check_save
from helpers.compare import arrays, assert_equal_outputs

from keras_rnn.layers import Feedback, Recurrent


def sequences(batch=3, time=3, features=2, seed=0):
    generator = np.random.default_rng(seed)
    return generator.normal(size=(batch, time, features)).astype("float32")


def by_hand(layer, inputs):
    """The same roll-out, calling a recurrent layer on one step at a time."""
    # Unrolled, for speed: JAX compiles every loop.
    config = {**layer.recurrent.get_config(), "unroll": True, "return_state": True}
    recurrent = Recurrent.from_config(config)
    recurrent.build(inputs.shape)
    recurrent.set_weights(layer.recurrent.get_weights())
    last, *state = recurrent(inputs)
    outputs = [layer.head(last)]
    while len(outputs) < layer.steps:
        back = outputs[-1] if layer.feedback is None else layer.feedback(outputs[-1])
        last, *state = recurrent(keras.ops.expand_dims(back, 1), initial_state=state)
        outputs.append(layer.head(last))
    return np.stack(arrays(outputs), axis=1)


def doubling_adder(steps):
    """h becomes h + x, and the head doubles it: all numbers can be worked out."""
    layer = Feedback(
        Recurrent("simple_rnn", 1, activation="linear"), keras.layers.Dense(1), steps
    )
    layer.build((None, None, 1))
    one, zero = np.ones((1, 1)), np.zeros(1)
    layer.set_weights([one, one, zero, 2 * one, zero])
    return layer


@pytest.mark.parametrize(
    "options", [{"cell": "simple_rnn", "depth": 2, "residual": True}, {"cell": "lstm"}]
)
def test_is_a_good_keras_layer(options):
    check_layer(
        lambda **dtype: Feedback(
            Recurrent(units=4, **options, **dtype),
            keras.layers.Dense(2, **dtype),
            steps=4,
        ),
        sequences(),
        (3, 4, 2),
        masking=True,
    )


@pytest.mark.parametrize("unroll", [False, True])
def test_equals_calls_of_one_step(unroll):
    layer = Feedback(
        Recurrent("gru", 4, depth=2, unroll=unroll), keras.layers.Dense(2), steps=5
    )
    inputs = sequences()
    assert_equal_outputs(layer(inputs), by_hand(layer, inputs), 1e-6)


def test_literal_roll_out():
    layer = doubling_adder(steps=4)
    inputs = np.array([[[1.0], [2.0]]], "float32")
    # h: 1 + 2 = 3, 3 + 6 = 9, 9 + 18 = 27, 27 + 54 = 81
    assert arrays(layer(inputs))[0].ravel().tolist() == [6.0, 18.0, 54.0, 162.0]
    started = layer(inputs, initial_state=[np.array([[10.0]], "float32")])
    assert arrays(started)[0].ravel().tolist() == [26.0, 78.0, 234.0, 702.0]


def test_gradient_flows_through_what_is_fed_back():
    symbol = keras.Input((1,))
    scale = keras.layers.Dense(1, use_bias=False)
    model = keras.Model(symbol, doubling_adder(steps=4)(scale(symbol))[:, -1])
    scale.set_weights([np.ones((1, 1))])
    # y_4 = 54 k x, so the loss (54 k x)^2 has the slope 2 * 54^2 * k * x^2. Without
    # the path through y_1, y_2 and y_3 it would be 2 * 54 * 2 * k * x^2.
    model.compile(keras.optimizers.SGD(1.0), "mse")
    model.fit(np.array([[0.01]]), np.array([[0.0]]), verbose=0)
    np.testing.assert_allclose(scale.get_weights()[0], [[1 - 0.5832]], rtol=1e-4)


def test_a_single_vector_is_one_step():
    layer = Feedback(Recurrent("lstm", 4), keras.layers.Dense(2), steps=3)
    vector = sequences()[:, 0]
    assert_equal_outputs(layer(vector), by_hand(layer, vector[:, None]), 1e-6)
    assert layer(keras.Input((2,))).shape == (None, 3, 2)


def test_one_step_is_the_head_alone():
    layer = Feedback(
        Recurrent("lstm", 4),
        keras.layers.Dense(3),
        steps=1,
        feedback=keras.layers.Dense(2),
    )
    output = layer(sequences())
    assert tuple(output.shape) == (3, 1, 3)
    assert_equal_outputs(output, by_hand(layer, sequences()), 1e-6)


def test_feedback_layer_makes_the_next_input():
    inputs = sequences()
    layer = Feedback(
        Recurrent("gru", 4),
        keras.layers.Dense(5, activation="softmax"),
        steps=3,
        feedback=keras.layers.Dense(2),
    )
    symbol = keras.Input((None, 2))
    model = keras.Model(symbol, layer(symbol))
    expected = by_hand(layer, inputs)
    assert expected.shape == (3, 3, 5)
    predicted = check_save(model, inputs).predict(inputs, verbose=0)
    assert_equal_outputs(predicted, expected, 1e-6)
    check_fit(model, inputs)


def test_head_that_changes_while_training():
    """Dropout and batch normalization work inside the compiled loop."""
    keras.utils.set_random_seed(0)
    normalization = keras.layers.BatchNormalization(momentum=0.5)
    dropout = keras.layers.Dropout(0.5)
    head = keras.Sequential([normalization, dropout, keras.layers.Dense(2)])
    recurrent = Recurrent("gru", 4, depth=2, dropout=0.2, dropout_between=0.2)
    symbol = keras.Input((3, 2))
    layer = Feedback(recurrent, head, steps=3)
    model = keras.Model(symbol, layer(symbol))
    model.compile(keras.optimizers.SGD(0.0), "mse")
    normalization.moving_mean.assign(np.full(4, 8.0))

    inputs, targets = sequences(), np.ones((3, 3, 2), "float32")
    losses = [model.train_on_batch(inputs, targets) for _ in range(2)]
    assert losses[0] != losses[1]  # no weight changed, other units were dropped
    # Three steps a batch at momentum 0.5: the old mean counts a 64th.
    moved = keras.ops.convert_to_numpy(normalization.moving_mean.value)
    np.testing.assert_allclose(moved, 8 / 64, atol=1.0)
    predicted = model.predict(inputs, verbose=0)
    assert_equal_outputs(predicted, by_hand(layer, inputs), 1e-6)


def test_mask_of_the_warm_up_beside_an_initial_state():
    layer = Feedback(Recurrent("gru", 4), keras.layers.Dense(2), steps=2)
    inputs = sequences()
    padded = np.concatenate([inputs, np.zeros((3, 2, 2), "float32")], axis=1)
    state = [np.ones((3, 4), "float32")]
    masked = keras.layers.Masking()(padded)
    expected = layer(inputs, initial_state=state)
    assert_equal_outputs(layer(masked, initial_state=state), expected, 1e-6)


@pytest.mark.parametrize(
    ("recurrent", "steps", "message"),
    [
        (Recurrent("gru", 2, bidirectional=True), 2, "bidirectional=True"),
        (Recurrent("gru", 2, go_backwards=True), 2, "go_backwards=True"),
        (Recurrent("gru", 2, return_sequences=True), 2, "return_sequences=True"),
        (keras.layers.GRU(2), 2, "needs a keras_rnn.layers.Recurrent"),
        (Recurrent("gru", 2), 0, "steps must be a positive integer, not 0"),
    ],
)
def test_wrong_arguments(recurrent, steps, message):
    with pytest.raises(ValueError, match=message):
        Feedback(recurrent, keras.layers.Dense(2), steps)


def test_wrong_widths():
    with pytest.raises(
        ValueError, match=r"head's output .* must be 2 wide .*\(None, 1\)"
    ):
        Feedback(Recurrent("gru", 4), keras.layers.Dense(1), 2)(sequences())
    too_wide = Feedback(
        Recurrent("gru", 4), keras.layers.Dense(2), 2, feedback=keras.layers.Dense(3)
    )
    with pytest.raises(ValueError, match=r"feedback's output .*\(None, 3\)"):
        too_wide(sequences())
    reshaping = Feedback(Recurrent("gru", 4), keras.layers.Reshape((2, 2)), 2)
    with pytest.raises(ValueError, match="one vector a step"):
        reshaping(sequences())
