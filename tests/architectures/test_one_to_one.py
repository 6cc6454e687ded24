import keras
import numpy as np
from helpers.check_model import check_model
from helpers.compare import assert_equal_outputs

from keras_rnn.architectures import one_to_one


def test_is_a_good_keras_model():
    vectors = np.random.default_rng(0).normal(size=(3, 4)).astype("float32")
    model = check_model(
        lambda: one_to_one(
            keras.Input((4,)),
            keras.layers.Dense(2),
            encoder=keras.layers.Dense(5, activation="tanh"),
        ),
        vectors,
        (3, 2),
    )
    assert model.name == "one_to_one"
    hidden, head = model.layers[1:]
    assert_equal_outputs(model(vectors), head(hidden(vectors)), 1e-6)


def test_without_hidden_layers_it_is_the_head():
    model = one_to_one(keras.Input((4,)), keras.layers.Dense(2), name="linear")
    assert model.name == "linear"
    assert [tuple(w.shape) for w in model.weights] == [(4, 2), (2,)]
