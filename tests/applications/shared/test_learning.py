"""The two recipes of the applications, on models whose best answer is known."""

import keras
import numpy as np
import pytest

from keras_rnn.applications.contract import Request
from keras_rnn.applications.shared.learning import fit_to_accuracy, fit_to_likelihood


def constant(classes, activation=None):
    """A model that answers the same whatever it reads."""
    inputs = keras.Input((None, 1))
    layer = keras.layers.Dense(
        classes, activation, kernel_initializer="zeros", name="answer"
    )
    model = keras.Model(inputs, layer(inputs))
    layer.kernel.trainable = False
    return model


@pytest.fixture
def tokens():
    """Padding (0), and of the others three quarters 1 and one quarter 2."""
    targets = np.tile([0, 0, 1, 1, 1, 2, 1, 0], (32, 1)).astype("int32")
    targets[::2, 4] = 2
    targets[1::2, 5] = 1
    return np.zeros((32, 8, 1), "float32"), targets


def test_likelihood_finds_the_shares_without_the_class_to_ignore(tokens, tmp_path):
    model = constant(3)
    request = Request(verbose=0, folder=tmp_path)
    fit_to_likelihood(
        model,
        tokens,
        tokens,
        request,
        epochs=60,
        batches=1,
        learning_rate=0.3,
        ignore_class=0,
        name="first",
    )
    logits = model.predict(tokens[0][:1], verbose=0)[0, 0]
    shares = np.exp(logits) / np.exp(logits).sum()
    targets = tokens[1][tokens[1] > 0]
    np.testing.assert_allclose(shares[2], (targets == 2).mean(), atol=0.02)
    assert shares[0] < 0.02
    assert (tmp_path / "first" / "checkpoint.npz").exists()


def test_the_learning_rate_falls_to_zero(tokens):
    model = constant(3)
    fit_to_likelihood(
        model,
        tokens,
        None,
        Request(verbose=0),
        epochs=3,
        batches=1,
        learning_rate=0.3,
    )
    assert float(model.optimizer.learning_rate) == pytest.approx(0, abs=1e-6)


def test_accuracy_keeps_the_epoch_that_validated_best(tokens):
    inputs, _ = tokens
    model = constant(2, "softmax")
    ones, zeros = (np.full((32, 8), one, "int32") for one in (1, 0))
    # Trained towards 1 and judged by 0: no epoch is better than the first.
    fit_to_accuracy(
        model,
        (inputs, ones),
        (inputs, zeros),
        Request(verbose=0, epochs=4),
        batches=1,
        updates=4,
        learning_rate=0.5,
        metrics=["accuracy"],
    )
    bias = model.get_layer("answer").get_weights()[-1]
    assert bias[1] - bias[0] == pytest.approx(1.0, abs=0.05)  # a single step of 0.5
