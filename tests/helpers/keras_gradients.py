"""A Keras recurrent layer and its gradients, on any tested backend."""

from typing import NamedTuple

import keras
import numpy as np
import pytest

from keras_rnn.reference import backpropagate, unfold


class KerasRun(NamedTuple):
    """Outputs, final states, and the derivatives of the scalar loss by everything."""

    outputs: np.ndarray
    final_state: list[np.ndarray]
    d_weights: list[np.ndarray]
    d_x: np.ndarray
    d_initial_state: list[np.ndarray]


def run_keras(layer, x, initial_state, d_outputs, d_final_state):
    """Differentiate `sum(outputs * d_outputs) + sum(final_state * d_final_state)`.

    Args:
        layer: Built Keras recurrent layer with `return_sequences` and `return_state`.
        x: Array `(batch, time, features)`.
        initial_state: List of arrays `(batch, units)`.
        d_outputs: Array `(batch, time, units)`.
        d_final_state: List of arrays `(batch, units)`.
    """
    constants = [d_outputs, *d_final_state]
    x, *state = (keras.ops.convert_to_tensor(a, "float32") for a in [x, *initial_state])
    constants = [keras.ops.convert_to_tensor(a, "float32") for a in constants]

    def loss_of(results):
        products = zip(results, constants, strict=True)
        return sum(keras.ops.sum(one * weight) for one, weight in products)

    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        with tf.GradientTape() as tape:
            tape.watch([x, *state])
            results = layer(x, initial_state=state)
            loss = loss_of(results)
        weights = [variable.value for variable in layer.trainable_variables]
        d_weights, d_x, d_state = tape.gradient(loss, [weights, x, state])
    elif keras.backend.backend() == "jax":
        import jax

        def loss_and_results(weights, x, state):
            results, _ = layer.stateless_call(weights, fixed, x, initial_state=state)
            return loss_of(results), results

        weights = [variable.value for variable in layer.trainable_variables]
        fixed = [variable.value for variable in layer.non_trainable_variables]
        gradient_of = jax.grad(loss_and_results, argnums=(0, 1, 2), has_aux=True)
        (d_weights, d_x, d_state), results = jax.jit(gradient_of)(weights, x, state)
    else:
        pytest.skip(f"no gradients are taken on {keras.backend.backend()}")

    results, d_weights, d_x, d_state = keras.tree.map_structure(
        keras.ops.convert_to_numpy, (list(results), list(d_weights), d_x, list(d_state))
    )
    return KerasRun(results[0], results[1:], d_weights, d_x, d_state)


def check_against_keras(cell, layer_class, **options):
    """Hold a cell against a Keras layer with the same weights, forward and backward.

    Args:
        cell: Module of the reference with `from_keras` and `to_keras`, which only move
            numbers and turn signs, so that gradients go through them as weights do.
        layer_class: Class of the Keras layer.
        **options: Further arguments of the layer.
    """
    batch, time, features, units = 4, 6, 3, 5
    layer = layer_class(
        units,
        return_sequences=True,
        return_state=True,
        kernel_initializer="zeros",  # drawing them would only cost time
        recurrent_initializer="zeros",
        **options,
    )
    layer.build((None, None, features))

    generator = np.random.default_rng(0)

    def draw(*shape):
        return generator.normal(0.0, 0.8, shape).astype("float32")

    arrays = [draw(*variable.shape) for variable in layer.weights]
    layer.set_weights(arrays)
    x, state = draw(batch, time, features), [draw(batch, units) for _ in cell.STATES]
    d_outputs = draw(batch, time, units)
    d_final_state = [draw(batch, units) for _ in cell.STATES]

    wanted = run_keras(layer, x, state, d_outputs, d_final_state)
    run = unfold(cell, x, cell.from_keras(*arrays), state)
    found = backpropagate(run, d_outputs, d_final_state)
    assert run.outputs.dtype == np.float32
    assert_close([run.outputs], [wanted.outputs])
    assert_close(run.final_state, wanted.final_state)
    assert_close(cell.to_keras(found.weights), wanted.d_weights)
    assert_close([found.x], [wanted.d_x])
    assert_close(found.initial_state, wanted.d_initial_state)


def assert_close(found, wanted):
    """Check that two lists of arrays agree to the accuracy of float32."""
    for one, other in zip(found, wanted, strict=True):
        np.testing.assert_allclose(one, other, rtol=2e-5, atol=2e-5)
