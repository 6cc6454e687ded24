import keras
import numpy as np
import pytest
from helpers.check_model import check_model
from helpers.compare import arrays, assert_equal_outputs

from keras_rnn.architectures import many_to_one
from keras_rnn.layers import Recurrent


def sequences():
    return np.random.default_rng(0).normal(size=(3, 4, 2)).astype("float32")


def test_is_a_good_keras_model():
    model = check_model(
        lambda: many_to_one(
            keras.Input((None, 2)),
            Recurrent("lstm", 3, bidirectional=True),
            keras.layers.Dense(1),
        ),
        sequences(),
        (3, 1),
    )
    assert model.name == "many_to_one"


def test_equals_the_layers_by_hand():
    inputs = sequences()
    parts = {"cell": "gru", "units": 3, "depth": 2}
    model = many_to_one(keras.Input((4, 2)), parts, keras.layers.Dense(2), name="mine")
    hand = keras.Sequential(
        [
            keras.Input((4, 2)),
            keras.layers.GRU(3, return_sequences=True),
            keras.layers.GRU(3),
            keras.layers.Dense(2),
        ]
    )
    hand.set_weights(model.get_weights())
    assert_equal_outputs(model(inputs), hand(inputs), 1e-6)
    assert model.name == "mine"
    assert parts == {"cell": "gru", "units": 3, "depth": 2}


def test_mask_of_the_encoder_is_obeyed():
    tokens = np.array([[4, 2, 0, 0], [1, 2, 3, 4], [5, 0, 0, 0]])
    model = check_model(
        lambda: many_to_one(
            keras.Input((None,), dtype="int32"),
            {"cell": "lstm", "units": 3, "bidirectional": True},
            keras.layers.Dense(1),
            encoder=keras.layers.Embedding(6, 2, mask_zero=True),
        ),
        tokens,
        (3, 1),
    )
    assert_equal_outputs(model(tokens)[0:1], model(tokens[:1, :2]), 1e-6)


def test_sequences_of_images():
    images = np.random.default_rng(0).normal(size=(2, 3, 4, 4, 1)).astype("float32")
    look = keras.Sequential([keras.layers.Conv2D(2, 3), keras.layers.Flatten()])
    model = check_model(
        lambda: many_to_one(
            keras.Input((None, 4, 4, 1)),
            {"cell": "gru", "units": 3},
            keras.layers.Dense(2),
            encoder=keras.layers.TimeDistributed(look),
        ),
        images,
        (2, 2),
        mixed=False,
    )
    encoder, recurrent, head = model.layers[1:]
    each = np.stack(arrays([look(images[:, time]) for time in range(3)]), axis=1)
    assert_equal_outputs(model(images), head(recurrent(each)))
    assert encoder.layer is look


def test_any_keras_layer_may_read_the_sequence():
    model = many_to_one(
        keras.Input((4, 2)), keras.layers.SimpleRNN(3), keras.layers.Dense(1)
    )
    assert model.output_shape == (None, 1)


@pytest.mark.parametrize(
    ("recurrent", "message"),
    [
        (
            Recurrent("gru", 2, return_sequences=True, name="reader"),
            "return_sequences=False; reader has",
        ),
        (keras.layers.GRU(2, return_state=True), "needs .* return_state=False"),
        ({"cell": "gru", "units": 2, "return_state": True}, "return_state=False"),
        ("lstm", "a Recurrent or a dict of arguments"),
        ({"cell": "gro", "units": 2}, "Did you mean 'gru'"),
        ({"cell": "gru", "unit": 2}, r"no argument 'unit'. Did you mean 'units'\?"),
        ({"unit": 3}, r"needs `cell` in its dict .* Did you mean 'units'\?"),
        ({"units": 3}, r"needs `cell` in its dict .* Received: {'units': 3}\.$"),
    ],
)
def test_wrong_recurrent(recurrent, message):
    with pytest.raises(ValueError, match=message):
        many_to_one(keras.Input((4, 2)), recurrent, keras.layers.Dense(1))
