"""What cannot be exported is refused by name, with what would work."""

import keras
import pytest
from keras import layers

from keras_rnn.errors import UserError
from keras_rnn.layers import CountingLSTMCell, EachStep, Recurrent
from keras_rnn.runtimes.reading import identifier, read_model


def refusal(*parts, shape=(None, 3), step=False, **settings):
    model = keras.Sequential([keras.Input(shape, **settings), *parts])
    with pytest.raises(UserError) as raised:
        read_model(model, step=step)
    message = str(raised.value)
    assert len(message.splitlines()) == 1
    return message


class Doubled(layers.Dense):
    """A layer of a user's own, which may do anything."""


@pytest.mark.parametrize(
    ("layer", "reason"),
    [
        (
            layers.Lambda(lambda x: x, name="mine"),
            "The layer 'mine' (Lambda) cannot be exported: it holds Python code; a "
            "layer of Keras would do.",
        ),
        (
            Doubled(2, name="mine"),
            "The layer 'mine' (Doubled) cannot be exported: what can be are recurrent "
            "layers, Embedding, Dense, normalization, activations, Dropout, and what "
            "joins two sequences.",
        ),
        (
            layers.Dense(2, activation="gelu", name="mine"),
            "The layer 'mine' (Dense) cannot be exported: its activation 'gelu' is not "
            "among those that can be exported: linear, relu, relu6, leaky_relu, elu, "
            "selu, sigmoid, hard_sigmoid, tanh, exponential, softplus, softsign, silu, "
            "softmax.",
        ),
        (
            Recurrent(CountingLSTMCell(2), name="mine"),
            "The layer 'mine' (Recurrent) cannot be exported: the cell "
            "CountingLSTMCell is not among those that can be exported: SimpleRNNCell, "
            "LSTMCell, GRUCell, PeepholeLSTMCell, LSTMVariantCell, LayerNormLSTMCell, "
            "MinGRUCell, MinLSTMCell.",
        ),
    ],
)
def test_what_is_not_known(layer, reason):
    assert refusal(layer) == reason


@pytest.mark.parametrize(
    ("layer", "reason"),
    [
        (layers.LSTM(2, activation="gelu"), "its activation 'gelu' is not among"),
        (layers.LayerNormalization(axis=1), "normalizes another axis than the last"),
        (
            layers.ReLU(6.0),
            "it has a max_value, slope or threshold; LeakyReLU would do",
        ),
        (layers.Softmax(axis=1), "it works on another axis than the last"),
        (
            layers.LSTM(2, return_sequences=True, go_backwards=True),
            "it gives a sequence from its end to its beginning",
        ),
        (
            Recurrent("lstm", 2, return_sequences=True, go_backwards=True),
            "return_sequences=False or bidirectional=True would do",
        ),
        (EachStep(layers.Dense(2, dtype="float16")), "it computes in float16; float32"),
    ],
)
def test_what_is_used_in_another_way(layer, reason):
    assert reason in refusal(layer, shape=(5, 3))


def test_states_that_go_in_or_out():
    inputs = keras.Input((None, 3))
    output, state = layers.GRU(2, return_state=True)(inputs)
    with pytest.raises(UserError, match="returns its states; return_state=False would"):
        read_model(keras.Model(inputs, [output, state]))
    start = keras.Input((2,))
    output = layers.GRU(2)(inputs, initial_state=start)
    with pytest.raises(UserError, match="it starts from given states, not from zeros"):
        read_model(keras.Model([inputs, start], output))


def test_operations_outside_of_layers():
    inputs = keras.Input((None, 3))
    with pytest.raises(UserError, match="it is an operation outside of any layer"):
        read_model(keras.Model(inputs, keras.ops.tanh(inputs)))


@pytest.mark.parametrize("shape", [(None, None), (4, 4, 3)])
def test_inputs_of_another_shape(shape):
    inputs = keras.Input(shape, name="picture")
    with pytest.raises(UserError, match="What can be exported reads vectors"):
        read_model(keras.Model(inputs, layers.Identity()(inputs)))


def test_models_without_a_graph():
    class Own(keras.Model):
        def call(self, inputs):
            return inputs

    for model in (Own(), keras.Sequential([layers.Dense(2)])):
        with pytest.raises(UserError, match="has no graph of layers to read"):
            read_model(model)


def test_one_step_needs_layers_that_read_forward():
    reason = "it reads the sequence from its end, which is not there yet"
    assert reason in refusal(layers.Bidirectional(layers.GRU(2)), step=True)
    assert reason in refusal(Recurrent("gru", 2, go_backwards=True), step=True)
    assert "has no recurrent layer, so there is no state" in refusal(
        layers.Dense(2), step=True
    )


def test_a_stateful_model_is_exported_one_step_at_a_time():
    message = refusal(layers.GRU(2, stateful=True), shape=(4, 3), batch_size=2)
    assert "Export it with `step`, where the state is in your hands" in message


def test_layers_are_named_as_the_languages_allow():
    model = keras.Sequential(
        [
            keras.Input((None, 3), name="class"),
            layers.Dense(3, name="while"),
            layers.Dense(3, name="dense-1"),
            layers.LSTM(2, name="exp"),
        ]
    )
    graph = read_model(model)
    assert graph.inputs[0].name == "class_"
    assert [node.name for node in graph.nodes] == ["while_", "dense_1", "exp_"]
    assert identifier("6 x") == "m_6_x"
