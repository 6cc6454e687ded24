"""One weight an example weighs it as a whole."""

import keras
import numpy as np
import pytest

from keras_rnn.errors import UserError
from keras_rnn.training import Batches, fit
from keras_rnn.training.sequence_weights import weigh_sequences

STEPS = 4
X = np.random.default_rng(0).normal(size=(8, STEPS, 2)).astype("float32")
Y = X.sum(axis=2, keepdims=True)
ONE_EACH = np.arange(8, dtype="float32")
EACH_STEP = np.repeat(ONE_EACH[:, None], STEPS, axis=1)


def sequences(loss="mse", **compiled):
    """A model that gives sequences, with weights that are always the same."""
    model = keras.Sequential(
        [keras.Input((STEPS, 2)), keras.layers.Dense(1, kernel_initializer="ones")]
    )
    model.layers[0].bias.assign([0.5])
    model.compile(keras.optimizers.SGD(0.01), loss, **compiled)
    return model


def trained(weights, **options):
    """What `fit` makes of the weights, on batches as long as the sequences."""
    model = sequences(weighted_metrics=["mae"])
    options = {"batch_size": STEPS, "epochs": 1, "verbose": 0} | options
    history = fit(
        model, X, Y * 2, (X, Y * 3, weights), sample_weight=weights, **options
    )
    return history.epochs[0], model.get_weights()


def test_a_batch_as_long_as_the_sequences():
    metrics, weights = trained(ONE_EACH)
    expected_metrics, expected = trained(EACH_STEP)
    assert metrics == pytest.approx(expected_metrics, rel=1e-6)
    for mine, theirs in zip(weights, expected, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-6)
    other_metrics, _ = trained(np.ones(8, "float32"))
    assert other_metrics["loss"] != pytest.approx(metrics["loss"], rel=1e-2)


def test_a_batch_of_another_length():
    metrics, _ = trained(ONE_EACH, batch_size=3)
    expected, _ = trained(EACH_STEP, batch_size=3)
    assert metrics == pytest.approx(expected, rel=1e-6)


def widened(model, targets, weights):
    data = Batches((X, targets, weights), 4, shuffle=False)
    return weigh_sequences(model, data)[1][2]


def test_dimensions_that_are_there_already_stay():
    assert widened(sequences(), Y, EACH_STEP).shape == (4, STEPS)
    one_vector = keras.Sequential([keras.Input((STEPS, 2)), keras.layers.LSTM(3)])
    one_vector.compile("sgd", "mse")
    assert widened(one_vector, np.zeros((8, 3)), ONE_EACH).shape == (4,)


def test_labels_of_each_step():
    model = keras.Sequential(
        [keras.Input((STEPS, 2)), keras.layers.Dense(5, activation="softmax")]
    )
    model.compile("sgd", "sparse_categorical_crossentropy")
    labels = np.zeros((8, STEPS), int)
    found = widened(model, labels, ONE_EACH)
    assert found.tolist() == [[4], [5], [6], [7]]


def test_several_outputs_each_have_their_own():
    inputs = keras.Input((STEPS, 2))
    model = keras.Model(
        inputs,
        {"all": keras.layers.Dense(1)(inputs), "last": keras.layers.GRU(3)(inputs)},
    )
    model.compile("sgd", "mse")
    targets = {"all": Y, "last": np.zeros((8, 3))}
    for weights in (ONE_EACH, {"all": ONE_EACH, "last": ONE_EACH}):
        found = widened(model, targets, weights)
        assert found["all"].tolist() == [[4], [5], [6], [7]]
        assert found["last"].tolist() == [4, 5, 6, 7]
        fit(model, X, targets, sample_weight=weights, epochs=1, verbose=0)


def frames(loss):
    model = keras.Sequential([keras.Input((STEPS, 2, 3)), keras.layers.Dense(3)])
    model.compile("sgd", loss)
    return model


def test_more_dimensions_than_steps():
    pictures = np.zeros((8, STEPS, 2, 3))
    data = Batches((pictures, pictures, ONE_EACH), 4, shuffle=False)
    assert weigh_sequences(frames("mse"), data)[1][2].shape == (4, 1, 1)

    def own(target, prediction):
        return keras.ops.mean(keras.ops.abs(target - prediction), axis=(1, 2, 3))

    with pytest.raises(UserError, match=r"outputs of 4 dimensions with a loss of your"):
        weigh_sequences(frames(own), data)


def test_what_weighs_an_example_already_is_left_alone():
    data = Batches((X, Y, EACH_STEP), 4)
    assert weigh_sequences(sequences(), data) is data
    unweighted = Batches((X, Y), 4)
    assert weigh_sequences(sequences(), unweighted) is unweighted


def test_the_epochs_of_the_data_set_go_on():
    """The order that training sets, and what Keras tells a data set, both arrive."""
    heard = []

    class Data(Batches):
        def on_epoch_begin(self):
            heard.append(("begin", self.epoch))

        def on_epoch_end(self):
            heard.append(("end", self.epoch))

    data = Data((X, Y, ONE_EACH), 4)
    fit(sequences(), data, epochs=2, verbose=0)
    assert heard[-1] == ("end", 1)
    assert [one for one in heard if one[0] == "begin"][-2:] == [
        ("begin", 0),
        ("begin", 1),
    ]
