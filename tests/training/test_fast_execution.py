import subprocess
import sys

import keras
import numpy as np
import pytest
from helpers.small_training import assert_same_weights

from keras_rnn.training import fast_execution, fit, set_seed


def model(**kwargs):
    set_seed(0)
    network = keras.Sequential(
        [keras.Input((6, 2)), keras.layers.GRU(3), keras.layers.Dense(1)]
    )
    network.compile("adam", "mse", **kwargs)
    return network


def data():
    x = np.random.default_rng(0).normal(size=(75, 6, 2)).astype("float32")
    return x, x[:, -1, :1]


class Spy(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        self.found = self.model.steps_per_execution, self.model.jit_compile


def test_many_steps_a_call_while_training_and_as_before_afterwards():
    network, spy = model(), Spy()
    before = network.jit_compile
    fit(network, data(), epochs=1, verbose=0, callbacks=[spy])
    at_once = 1 if keras.backend.backend() == "torch" else 64
    assert spy.found == (at_once, before)
    assert (network.steps_per_execution, network.jit_compile) == (1, before)


@pytest.mark.skipif(
    keras.backend.backend() == "torch", reason="Keras takes one batch a call on torch"
)
def test_what_the_user_compiled_with_is_kept():
    spy = Spy()
    fit(model(steps_per_execution=5), data(), epochs=1, verbose=0, callbacks=[spy])
    assert spy.found[0] == 5


class Counting(keras.layers.Layer):
    """Counts how often its Python code runs for a training step."""

    training_calls = 0

    def call(self, inputs, training=None):
        self.training_calls += bool(training)
        return inputs


@pytest.mark.skipif(
    keras.backend.backend() == "torch", reason="Keras traces nothing on torch"
)
@pytest.mark.parametrize("outputs", [1, 2])
def test_the_training_step_is_traced_once(outputs):
    counting = Counting()
    inputs = keras.Input((2,))
    heads = [keras.layers.Dense(1)(counting(inputs)) for _ in range(outputs)]
    network = keras.Model(inputs, heads)
    network.compile("adam", ["mse"] * outputs, metrics=["mae"] * outputs)
    x, y = np.ones((12, 2), "float32"), [np.ones((12, 1))] * outputs
    history = fit(network, x, y, epochs=3, batch_size=4, verbose=0)
    assert len(history.epochs) == 3
    assert counting.training_calls == outputs


@pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="text in a model needs TensorFlow"
)
def test_inputs_may_be_text():
    import tensorflow as tf

    words = keras.layers.TextVectorization(vocabulary=["dull", "film"])
    network = keras.Sequential(
        [words, keras.layers.Embedding(4, 2), keras.layers.GlobalAveragePooling1D()]
    )
    network.compile("adam", "mse", metrics=["mae"])
    texts = tf.constant([["dull film"], ["film"]])
    batches = tf.data.Dataset.from_tensor_slices((texts, tf.ones((2, 2)))).batch(2)
    history = fit(network, batches, epochs=1, verbose=0)
    assert np.isfinite(history["loss"]).all()


@pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="JAX always compiles with XLA"
)
def test_long_recurrent_training_is_compiled_and_learns_the_same(monkeypatch):
    plain, compiled, spy = model(), model(), Spy()
    expected = fit(plain, data(), epochs=2, verbose=0)
    monkeypatch.setattr(fast_execution, "STEPS_WORTH_COMPILING", 1)
    history = fit(compiled, data(), epochs=2, verbose=0, callbacks=[spy])
    assert spy.found == (64, True)
    assert not compiled.jit_compile
    np.testing.assert_allclose(history["loss"], expected["loss"], rtol=1e-5)
    assert_same_weights(compiled, plain, rtol=1e-4, atol=1e-6)


@pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="JAX always compiles with XLA"
)
def test_large_networks_and_such_without_recurrence_are_not_compiled(monkeypatch):
    def compiled(network, steps=8000):
        with fast_execution.faster(network, steps, batch_size=32):
            return network.jit_compile

    # A GRU(3) of 2 columns has 9 * (2 + 3 + 2) weights.
    monkeypatch.setattr(fast_execution, "WORK_WORTH_COMPILING", 32 * 63)
    assert compiled(model())
    assert not compiled(model(), steps=7999)
    monkeypatch.setattr(fast_execution, "WORK_WORTH_COMPILING", 32 * 63 - 1)
    assert not compiled(model())
    dense = keras.Sequential(
        [keras.Input((6, 2)), keras.layers.Flatten(), keras.layers.Dense(1)]
    )
    dense.compile("adam", "mse")
    assert not compiled(dense)


def test_training_on_jax_imports_no_tensorflow():
    script = """
import os, sys
os.environ["KERAS_BACKEND"] = "jax"
import keras, numpy as np
from keras_rnn.training import fit, set_seed
set_seed(0)
model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
model.compile("adam", "mse")
fit(model, (np.ones((4, 1)), np.ones((4, 1))), epochs=1, verbose=0)
print("tensorflow" in sys.modules)
"""
    found = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "False"
