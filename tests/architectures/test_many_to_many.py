import keras
import numpy as np
import pytest
from helpers.check_model import check_model
from helpers.compare import arrays, assert_equal_outputs

from keras_rnn.architectures import many_to_many
from keras_rnn.layers import Recurrent


def sequences():
    return np.random.default_rng(0).normal(size=(3, 4, 2)).astype("float32")


def test_is_a_good_keras_model():
    model = check_model(
        lambda: many_to_many(
            keras.Input((None, 2)),
            {"cell": "lstm", "units": 3, "depth": 2},
            keras.layers.Dense(2, activation="softmax"),
        ),
        sequences(),
        (3, 4, 2),
        targets=np.zeros((3, 4), "int32"),
        loss="sparse_categorical_crossentropy",
    )
    assert model.name == "many_to_many"


def test_equals_the_layers_by_hand():
    inputs = sequences()
    model = many_to_many(
        keras.Input((4, 2)),
        Recurrent("gru", 3, return_sequences=True),
        keras.layers.Dense(1),
    )
    hand = keras.Sequential(
        [
            keras.Input((4, 2)),
            keras.layers.GRU(3, return_sequences=True),
            keras.layers.TimeDistributed(keras.layers.Dense(1)),
        ]
    )
    hand.set_weights(model.get_weights())
    assert_equal_outputs(model(inputs), hand(inputs), 1e-6)


def test_an_answer_depends_on_the_past_alone():
    inputs = sequences()
    changed = inputs.copy()
    changed[:, 2:] = 9.0

    def outputs(**options):
        recurrent = {"cell": "gru", "units": 3, **options}
        model = many_to_many(keras.Input((4, 2)), recurrent, keras.layers.Dense(1))
        return arrays([model(inputs)[:, :2], model(changed)[:, :2]])

    np.testing.assert_array_equal(*outputs())
    assert not np.allclose(*outputs(bidirectional=True))


def test_masked_steps_do_not_count_in_the_loss():
    tokens = np.array([[4, 2, 0, 0], [1, 2, 3, 4]])
    model = many_to_many(
        keras.Input((None,), dtype="int32"),
        {"cell": "gru", "units": 3, "bidirectional": True},
        keras.layers.Dense(1),
        encoder=keras.layers.Embedding(6, 2, mask_zero=True),
    )
    model.compile(loss="mse")
    targets = np.ones((2, 4, 1), "float32")
    wild = targets.copy()
    wild[0, 2:] = 100.0
    losses = [model.evaluate(tokens, t, verbose=0) for t in (targets, wild)]
    assert losses[0] == losses[1] > 0


@pytest.mark.parametrize(
    "recurrent",
    [
        Recurrent("gru", 2),
        keras.layers.GRU(2),
        {"cell": "gru", "units": 2, "return_sequences": False},
    ],
)
def test_needs_a_sequence(recurrent):
    with pytest.raises(
        ValueError, match=r"many_to_many needs .* return_sequences=True"
    ):
        many_to_many(keras.Input((4, 2)), recurrent, keras.layers.Dense(1))
