import keras
import pytest

from keras_rnn.architectures import many_to_many, many_to_one, one_to_many
from keras_rnn.architectures.encoder_decoder import (
    encoder_decoder as build_encoder_decoder,
)
from keras_rnn.architectures.one_to_one import one_to_one
from keras_rnn.errors import UserError
from keras_rnn.layers import Feedback, Recurrent
from keras_rnn.visualize import Structure, read_structure
from keras_rnn.visualize.structure import Row

BOTH = ("forward", "backward")


def head():
    return keras.layers.Dense(3)


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        (
            lambda: keras.layers.SimpleRNN(2),
            Structure("many_to_one", (Row("RNN"),), head=False),
        ),
        (
            lambda: keras.layers.LSTM(2, return_sequences=True, go_backwards=True),
            Structure("many_to_many", (Row("LSTM", ("backward",), 2),), head=False),
        ),
        (
            lambda: keras.layers.Bidirectional(
                keras.layers.GRU(2, return_sequences=True), merge_mode="sum"
            ),
            Structure("many_to_many", (Row("GRU", BOTH, merge="sum"),), head=False),
        ),
        (
            lambda: keras.layers.RNN(
                [keras.layers.LSTMCell(2), keras.layers.GRUCell(2)]
            ),
            Structure("many_to_one", (Row("LSTM", states=2), Row("GRU")), head=False),
        ),
        (
            lambda: Recurrent("lstm", 2, depth=2, bidirectional=True, residual=True),
            Structure(
                "many_to_one",
                (
                    Row("LSTM", BOTH, 2, merge="concat"),
                    Row("LSTM", BOTH, 2, merge="concat", residual=True),
                ),
                head=False,
            ),
        ),
        (
            lambda: Feedback(Recurrent("gru", 2), head(), 4),
            Structure("one_to_many", (Row("GRU"),), feedback=True),
        ),
        (
            lambda: keras.layers.GRUCell(2),
            Structure("many_to_many", (Row("GRU"),), head=False),
        ),
        (head, Structure("one_to_one")),
    ],
)
def test_layers(layer, expected):
    assert read_structure(layer()) == expected


def test_the_shapes_of_the_builders():
    recurrent = {"cell": "simple_rnn", "units": 2}
    sequence, vector = keras.Input((5, 3)), keras.Input((3,))
    rows = (Row("RNN"),)
    assert read_structure(many_to_many(sequence, recurrent, head())) == Structure(
        "many_to_many", rows
    )
    assert read_structure(many_to_one(sequence, recurrent, head())) == Structure(
        "many_to_one", rows
    )
    assert read_structure(one_to_many(vector, recurrent, head(), 4)) == Structure(
        "one_to_many", rows, feedback=True
    )
    assert read_structure(one_to_many(sequence, recurrent, head(), 4)) == Structure(
        "one_to_many", rows, feedback=True, warm_up=True
    )


def test_layers_of_one_model_are_rows_of_one_picture():
    model = keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            keras.layers.Embedding(9, 4),
            keras.layers.LSTM(2, return_sequences=True),
            Recurrent("gru", 2, depth=2, return_sequences=True),
            keras.layers.GlobalAveragePooling1D(),
            head(),
        ],
        name="tower",
    )
    rows = (Row("LSTM", states=2), Row("GRU"), Row("GRU"))
    structure = read_structure(model)
    assert structure == Structure("many_to_one", rows, pooled=True)
    assert structure.name == "tower"


def encoder_decoder(encoder, decoder, attention=False):
    source, target = keras.Input((None, 3)), keras.Input((None, 3))
    written, *state = encoder(source)
    outputs = decoder(target, initial_state=state)
    if attention:
        outputs = keras.layers.Concatenate()(
            [outputs, keras.layers.Attention()([outputs, written])]
        )
    return keras.Model([source, target], head()(outputs))


def test_a_state_that_is_handed_over_makes_an_encoder_and_a_decoder():
    model = encoder_decoder(
        keras.layers.LSTM(2, return_state=True),
        keras.layers.LSTM(2, return_sequences=True),
    )
    rows = (Row("LSTM", states=2),)
    assert read_structure(model) == Structure("encoder_decoder", rows, rows)
    model = encoder_decoder(
        Recurrent("gru", 2, depth=2, return_state=True, return_sequences=True),
        Recurrent("gru", 2, depth=2, return_sequences=True),
        attention=True,
    )
    rows = (Row("GRU"), Row("GRU"))
    assert read_structure(model) == Structure(
        "encoder_decoder", rows, rows, attention=True
    )


def test_the_encoder_decoder_of_this_package():
    model = build_encoder_decoder(
        keras.Input((None, 3)),
        keras.Input((None, 3)),
        {"cell": "lstm", "units": 2, "bidirectional": True},
        head(),
        attention="additive",
    )
    assert read_structure(model) == Structure(
        "encoder_decoder",
        (Row("LSTM", BOTH, 2, merge="concat"),),
        (Row("LSTM", states=2),),
        attention=True,
    )
    assert read_structure(one_to_one(keras.Input((3,)), head())) == Structure(
        "one_to_one"
    )


def test_a_repeated_vector_makes_an_encoder_and_a_decoder():
    model = keras.Sequential(
        [
            keras.Input((7, 3)),
            keras.layers.LSTM(2),
            keras.layers.RepeatVector(4),
            keras.layers.GRU(2, return_sequences=True),
            head(),
        ]
    )
    assert read_structure(model) == Structure(
        "encoder_decoder", (Row("LSTM", states=2),), (Row("GRU"),)
    )


def test_a_first_state_from_another_input():
    sequence, vector = keras.Input((None, 3)), keras.Input((5,))
    state = keras.layers.Dense(2)(vector)
    outputs = keras.layers.GRU(2, return_sequences=True)(sequence, initial_state=state)
    assert read_structure(keras.Model([sequence, vector], outputs)) == Structure(
        "many_to_many", (Row("GRU"),), head=False, conditioned=True
    )


@pytest.mark.parametrize("build", [many_to_one, many_to_many])
def test_a_mask_is_no_first_state(build):
    tokens = keras.layers.Embedding(9, 3, mask_zero=True)
    inputs = keras.Input((None,), dtype="int32")
    model = build(inputs, {"cell": "gru", "units": 2}, head(), encoder=tokens)
    found = read_structure(model)
    assert found == Structure(build.__name__, (Row("GRU"),), name=build.__name__)


def test_a_layer_that_other_models_use_too():
    layer = Recurrent("gru", 2)
    first, second = keras.Input((4, 3)), keras.Input((6, 3))
    keras.Model(first, layer(keras.layers.GRU(3, return_sequences=True)(first)))
    model = keras.Model(second, head()(layer(second)))
    assert read_structure(model) == Structure("many_to_one", (Row("GRU"),))


def test_a_model_that_is_no_graph_is_taken_for_a_chain():
    model = keras.Sequential([keras.layers.GRU(2), head()])
    assert read_structure(model) == Structure("many_to_one", (Row("GRU"),))


def test_layers_side_by_side_are_refused():
    symbol = keras.Input((4, 3))
    both = [keras.layers.GRU(2)(symbol), keras.layers.LSTM(2, name="other")(symbol)]
    model = keras.Model(symbol, keras.layers.Add()(both))
    with pytest.raises(UserError, match="other stands beside other recurrent layers"):
        read_structure(model)


def test_something_else_is_refused():
    with pytest.raises(UserError, match=r"a keras.Model, a layer or a cell.*'lstm'"):
        read_structure("lstm")
