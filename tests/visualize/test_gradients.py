import keras
import numpy as np
import pytest

from keras_rnn.architectures import many_to_many, many_to_one
from keras_rnn.errors import UserError
from keras_rnn.layers import Recurrent
from keras_rnn.reference import backpropagate, unfold, vanilla_rnn
from keras_rnn.visualize import measure_gradient_flow


def sequences(batch=2, time=5, features=3):
    generator = np.random.default_rng(0)
    return generator.normal(size=(batch, time, features)).astype("float32")


def built(cell, units=4, **options):
    layer = Recurrent(cell, units, **options)
    layer.build((None, None, 3))
    return layer


@pytest.mark.parametrize("factor", [0.5, 2.0])
def test_a_linear_layer_shrinks_or_grows_by_its_factor(factor):
    layer = built("simple_rnn", activation="linear")
    kernel, _, bias = layer.get_weights()
    weights = [kernel, factor * np.eye(4), bias]
    layer.set_weights(weights)
    flow = measure_gradient_flow(layer, sequences())
    np.testing.assert_allclose(
        flow.norms["h"], factor ** np.arange(4.0, -1, -1), rtol=1e-5
    )
    for before, after in zip(weights, layer.get_weights(), strict=True):
        np.testing.assert_array_equal(before, after)


def by_differences(layer, inputs, t, direction, step=1e-3):
    """d loss / d h_t of each sequence, with the states changed one by one."""
    gradient = np.zeros((len(inputs), 4))
    for unit in range(4):
        losses = []
        for sign in (1, -1):
            states = layer.get_initial_state(len(inputs))
            for s in range(inputs.shape[1]):
                _, states = layer.step(inputs[:, s], states)
                if s == t:
                    change = np.zeros((len(inputs), 4), "float32")
                    change[:, unit] = sign * step
                    states = [states[0] + change, *states[1:]]
            losses.append(keras.ops.convert_to_numpy(states[0]) @ direction)
        gradient[:, unit] = (losses[0] - losses[1]) / (2 * step)
    return np.linalg.norm(gradient, axis=1).mean()


@pytest.mark.parametrize("cell", ["simple_rnn", "lstm", "gru"])
def test_agrees_with_differences(cell):
    layer, inputs = built(cell), sequences(time=3)
    direction = np.random.default_rng(0).normal(size=4)
    direction /= np.linalg.norm(direction)
    flow = measure_gradient_flow(layer, inputs)
    assert list(flow.norms) == (["h", "c"] if cell == "lstm" else ["h"])
    expected = [by_differences(layer, inputs, t, direction) for t in range(3)]
    np.testing.assert_allclose(flow.norms["h"], expected, rtol=2e-3)


def test_a_model_with_its_loss_agrees_with_the_reference():
    """Every weight's gradient is that of backpropagation in NumPy."""
    inputs = sequences()
    layer = keras.layers.SimpleRNN(4)
    head = keras.layers.Identity()
    model = many_to_one(keras.Input((None, 3)), layer, head)
    targets = np.ones((2, 4), "float32")
    flow = measure_gradient_flow(model, inputs, targets, loss="mse")
    weights = vanilla_rnn.from_keras(*layer.get_weights())
    run = unfold(vanilla_rnn, inputs, weights)
    d_outputs = np.zeros_like(run.outputs)
    d_outputs[:, -1] = 2 * (run.outputs[:, -1] - targets) / targets.size
    gradients = backpropagate(run, d_outputs).weights
    norm = np.sqrt(sum(np.sum(one**2) for one in gradients.values()))
    assert flow.weight_norm == pytest.approx(norm, rel=1e-4)
    # At the last step it is the loss's own derivative, of each sequence.
    expected = np.linalg.norm(2 * d_outputs[:, -1], axis=1).mean()
    assert flow.norms["h"][-1] == pytest.approx(expected, rel=1e-4)


def test_a_loss_at_every_step():
    layer = built("simple_rnn", activation="linear", return_sequences=True)
    kernel, _, bias = layer.get_weights()
    layer.set_weights([kernel, np.zeros((4, 4)), bias])
    head = keras.layers.Dense(1, kernel_initializer="ones")
    model = many_to_many(keras.Input((None, 3)), layer, head)
    inputs = sequences()
    targets = keras.ops.convert_to_numpy(model(inputs)) + 1.0
    flow = measure_gradient_flow(model, inputs, targets, loss="mse")
    # Nothing comes back from later steps: 2 / 5 of a unit error at each, times |1|.
    np.testing.assert_allclose(flow.norms["h"], 5 * [2 / 5 * 2.0], rtol=1e-4)
    assert head.get_weights()[0].tolist() == 4 * [[1.0]]


def test_clipping_shortens_everything_by_one_factor():
    flow = measure_gradient_flow(built("gru"), sequences())
    clipped = flow.clipped(flow.weight_norm / 4)
    np.testing.assert_allclose(clipped.norms["h"], flow.norms["h"] / 4)
    assert clipped.weight_norm == pytest.approx(flow.weight_norm / 4)
    same = flow.clipped(2 * flow.weight_norm)
    np.testing.assert_array_equal(same.norms["h"], flow.norms["h"])


def test_what_cannot_be_measured():
    with pytest.raises(UserError, match="has 2 of them"):
        measure_gradient_flow(built("gru", depth=2), sequences())
    with pytest.raises(UserError, match="reads another way"):
        measure_gradient_flow(built("gru", go_backwards=True), sequences())
    with pytest.raises(UserError, match="go together"):
        measure_gradient_flow(built("gru"), sequences(), loss="mse")
