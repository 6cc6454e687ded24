"""Every cell that Keras does not have, in every Keras layer that it has to work in."""

import keras
import numpy as np
import pytest
from helpers.check_layer import check_layer
from helpers.check_model import check_save
from helpers.compare import arrays, assert_equal_outputs

from keras_rnn.layers import (
    LayerNormLSTMCell,
    LSTMVariantCell,
    MinGRUCell,
    MinLSTMCell,
    PeepholeLSTMCell,
    Recurrent,
)
from keras_rnn.layers.cells import CELLS

# Name for `Recurrent`, its arguments, the cell, and the letters of the states.
CASES = {
    "peephole_lstm": ({}, PeepholeLSTMCell, "hc"),
    "lstm_variant": ({"variant": "FGR"}, LSTMVariantCell, "hcifo"),
    "layer_norm_lstm": ({}, LayerNormLSTMCell, "hc"),
    "min_gru": ({}, MinGRUCell, "h"),
    "min_lstm": ({}, MinLSTMCell, "h"),
}
# Keras 3.16 says of its own layers that they do not pass a mask on.
masks_in_keras = pytest.mark.filterwarnings(
    "ignore:Layer .* was passed an input with a mask"
)
every_cell = pytest.mark.parametrize("name", CASES)
X = np.random.default_rng(0).normal(size=(3, 4, 2)).astype("float32")
LENGTHS = np.array([[2], [4], [1]])
MASK = np.arange(4) < LENGTHS


def recurrent(name, **options):
    return Recurrent(name, 2, **CASES[name][0], **options)


def cell_of(name):
    arguments, made_by, _ = CASES[name]
    return made_by(2, **arguments)


def test_no_cell_is_left_out():
    assert {*CASES, "simple_rnn", "lstm", "gru"} == {*CELLS}


@every_cell
def test_in_recurrent(name):
    states = len(CASES[name][2])
    check_layer(
        lambda **dtype: recurrent(
            name, return_sequences=True, return_state=True, **dtype
        ),
        X,
        [(3, 4, 2)] + [(3, 2)] * states,
        masking=True,
    )


@every_cell
def test_state_names(name):
    letters = CASES[name][2]
    assert recurrent(name).state_names == list(letters)
    deep = recurrent(name, depth=2, bidirectional=True).state_names
    assert deep[: len(letters)] == [f"layer 1 forward {one}" for one in letters]
    assert len(deep) == 4 * len(letters)


@every_cell
@masks_in_keras
def test_in_the_layers_of_keras(name):
    """`keras.layers.RNN` within `Bidirectional`, masked, saved and loaded."""
    inputs = keras.Input((4, 2))
    loop = keras.layers.RNN(cell_of(name), return_sequences=True)
    outputs = keras.layers.Bidirectional(loop)(keras.layers.Masking()(inputs))
    model = keras.Model(inputs, outputs)
    padded = np.where(MASK[..., None], X, 0.0).astype("float32")
    outputs = arrays(model(padded))[0]
    check_save(model, padded, outputs)

    layer = recurrent(name, bidirectional=True, return_sequences=True)
    layer.build(X.shape)
    layer.set_weights(model.layers[2].get_weights())
    expected = np.where(MASK[..., None], outputs, 0.0)
    assert_equal_outputs(layer(X, mask=MASK), expected)


@every_cell
def test_steps_are_the_layer(name):
    layer = recurrent(name, depth=2, return_sequences=True, return_state=True)
    outputs, *end = arrays(layer(X))
    states = layer.get_initial_state(3)
    for t in range(X.shape[1]):
        output, states = layer.step(X[:, t], states)
        assert_equal_outputs(output, outputs[:, t])
    assert_equal_outputs(states, end)


@every_cell
def test_stateful_chunks_are_one_pass(name):
    whole = recurrent(name, return_sequences=True)
    layer = recurrent(name, return_sequences=True, stateful=True)
    expected = arrays(whole(X))[0]
    layer.build((3, 2, 2))
    layer.set_weights(whole.get_weights())
    found = [arrays(layer(X[:, :2]))[0], arrays(layer(X[:, 2:]))[0]]
    assert_equal_outputs(np.concatenate(found, axis=1), expected)
    layer.reset_state()
    assert_equal_outputs(layer(X[:, :2]), expected[:, :2])


@every_cell
def test_a_sequence_that_is_masked_throughout(name):
    """It ends in the state that it began with. The others do not notice."""
    layer = recurrent(name, return_state=True)
    mask = MASK & np.array([[True], [False], [True]])
    start = [np.full((3, 2), 0.25, "float32") for _ in CASES[name][2]]
    _, *states = layer(X, initial_state=start, mask=mask)
    for state in arrays(states):
        np.testing.assert_allclose(state[1], 0.25, rtol=1e-6)
        assert np.abs(state[[0, 2]] - 0.25).max() > 1e-3


@pytest.mark.parametrize(
    ("shape", "states", "message"),
    [
        ((3, 2), None, r"\(batch, time, features\). Received shape \(3, 2\)"),
        ((3, 0, 2), None, r"at least one step. Received shape \(3, 0, 2\)"),
        ((3, 4, 2), [(3, 5)], r"as initial_state: h \(3, 2\)"),
        ((3, 4, 2), [(3, 2)] * 9, "Received 9 of shape"),
    ],
    ids=["rank", "empty", "units of the state", "count of states"],
)
@every_cell
def test_what_cannot_be_read_is_refused(name, shape, states, message):
    options = {}
    if states is not None:
        options["initial_state"] = [np.zeros(one, "float32") for one in states]
    with pytest.raises(ValueError, match=message):
        recurrent(name)(np.zeros(shape, "float32"), **options)


@every_cell
def test_units_must_be_positive(name):
    with pytest.raises(ValueError, match="units must be a positive integer, not 0"):
        Recurrent(name, 0, **CASES[name][0])


@pytest.mark.parametrize(
    ("name", "argument", "message"),
    [
        ("min_grue", {}, r"Unknown cell 'min_grue'. Did you mean 'min_gru'\?"),
        ("peephole_lstm", {"unit_forget_bia": 1}, "Did you mean 'unit_forget_bias'"),
        ("peephole_lstm", {"peepholes": 1}, "takes no argument 'peepholes'"),
        ("lstm_variant", {"variant": "FGRR"}, r"'FGRR'. Did you mean 'FGR'\?"),
        ("lstm_variant", {}, "Unknown LSTM variant None. Expected one of"),
        ("min_gru", {"recurrent_dropout": 0.1}, "no argument 'recurrent_dropout'"),
        ("min_lstm", {"log_spac": 1}, "Did you mean 'log_space'"),
    ],
)
def test_arguments_are_checked(name, argument, message):
    with pytest.raises(ValueError, match=message):
        Recurrent(name, 2, **argument)


@every_cell
def test_arguments_of_the_cell_survive_a_config(name):
    layer = recurrent(name, kernel_initializer="ones", use_bias=False)
    copy = Recurrent.from_config(layer.get_config())
    copy.build(X.shape)
    kernel = copy.get_weights()[0]
    assert np.all(kernel == 1)
    assert "bias" not in [one.name for one in copy.weights]
