import keras
import numpy as np
import pytest
from helpers.check_layer import check_layer

from keras_rnn.layers.class_probabilities import ClassProbabilities


def test_behaves_as_a_keras_layer():
    inputs = np.random.default_rng(0).normal(size=(3, 5)).astype("float32")
    check_layer(lambda **o: ClassProbabilities("abcd", **o), inputs, (3, 4))


def test_is_a_softmax_of_a_dense_layer():
    inputs = np.random.default_rng(0).normal(size=(2, 3, 5)).astype("float32")
    layer, dense = ClassProbabilities("ab"), keras.layers.Dense(2)
    found = keras.ops.convert_to_numpy(layer(inputs))
    dense.build(inputs.shape)
    dense.set_weights(layer.get_weights())
    scores = np.exp(keras.ops.convert_to_numpy(dense(inputs)))
    np.testing.assert_allclose(found, scores / scores.sum(-1, keepdims=True), rtol=1e-5)


def test_the_names_lie_in_the_file_of_the_model(tmp_path):
    layer = ClassProbabilities(["EI", "IE", "N"], name="answer")
    keras.Sequential([keras.Input((2,)), layer]).save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras").get_layer("answer")
    assert loaded.classes == ("EI", "IE", "N")


def test_names_follow_rows_and_steps():
    layer = ClassProbabilities(["a", "b"])
    assert layer.names([[[0.1, 0.9], [0.6, 0.4]], [[0.5, 0.5], [0.0, 1.0]]]) == [
        ["b", "a"],
        ["a", "b"],
    ]


def test_refuses_a_name_that_is_there_twice():
    with pytest.raises(ValueError, match="a name of its own"):
        ClassProbabilities(["a", "a"])
