"""The shared checks find the faults that they are there for."""

from contextlib import nullcontext

import keras
import numpy as np
import pytest
from helpers.check_layer import check_layer
from helpers.check_model import check_model

from keras_rnn.layers import Recurrent

INPUTS = np.random.default_rng(0).normal(size=(2, 3, 2)).astype("float32")
ONLY = {"fit": False, "save": False, "mixed": False}


def test_layer_of_another_package():
    with pytest.raises(AssertionError, match="keras_rnn>"):
        check_layer(lambda: keras.layers.Dense(2), INPUTS, (2, 3, 2), **ONLY)


def test_wrong_shape():
    with pytest.raises(AssertionError, match="a call gives shapes"):
        check_layer(lambda: Recurrent("gru", 2), INPUTS, (2, 3, 2), **ONLY)


@keras.saving.register_keras_serializable(package="keras_rnn")
class Faulty(keras.layers.Layer):
    """A weight more than it uses, an argument that its config forgets, no masks."""

    def __init__(self, scale=1.0, spare=False, **kwargs):
        super().__init__(**kwargs)
        self.scale = scale
        self.spare = spare
        self.supports_masking = True

    def build(self, input_shape):
        self.weight = self.add_weight(shape=(input_shape[-1],), initializer="ones")
        if self.spare:
            self.unused = self.add_weight(shape=(1,), name="unused")

    def call(self, inputs):
        return keras.ops.sum(self.scale * self.weight * inputs, axis=1)

    def compute_output_shape(self, input_shape):
        return (input_shape[0], input_shape[2])

    def compute_mask(self, inputs, mask=None):
        return None

    def get_config(self):
        return {**super().get_config(), "spare": self.spare}


def test_argument_that_does_not_survive_saving():
    with pytest.raises(AssertionError, match="after loading"):
        check_layer(lambda: Faulty(scale=2.0), INPUTS, (2, 2), fit=False, mixed=False)


def test_weight_without_a_gradient():
    is_tensorflow = keras.backend.backend() == "tensorflow"
    warned = pytest.warns(UserWarning, match="Gradients do not exist")
    with (
        warned if is_tensorflow else nullcontext(),
        pytest.raises(AssertionError, match=r"no gradient reached .*unused"),
    ):
        check_layer(lambda: Faulty(spare=True), INPUTS, (2, 2), save=False, mixed=False)


def test_mask_that_is_ignored():
    class Deaf(Recurrent):
        def run(self, sequences, initial_state=None, mask=None, training=None):
            return super().run(sequences, initial_state, None, training)

    keras.saving.register_keras_serializable(package="keras_rnn")(Deaf)
    with pytest.raises(AssertionError, match="mask carried by the input"):
        check_layer(lambda: Deaf("gru", 2), INPUTS, (2, 2), masking=True, **ONLY)


def test_model_with_another_output():
    def make():
        return keras.Sequential([keras.Input((3, 2)), keras.layers.GRU(3)])

    with pytest.raises(AssertionError, match=r"output_shape is \(None, 3\)"):
        check_model(make, INPUTS, (2, 4))
