"""A Keras cell and its NumPy twin: the same numbers, forward and backward."""

import numpy as np
from helpers.keras_gradients import assert_close, run_keras
from helpers.reference_cases import loss_of

from keras_rnn.reference import numerical_gradients, unfold


def set_random_weights(layer, features, seed=0):
    """Build a layer and give it random weights; return them."""
    layer.build((None, None, features))
    draw = np.random.default_rng(seed).normal
    arrays = [draw(0.0, 0.8, one.shape).astype("float32") for one in layer.weights]
    layer.set_weights(arrays)
    return arrays


def check_against_twin(layer, twin, time=3, seed=0):
    """Hold a Keras layer against a cell of `keras_rnn.reference`.

    The twin's gradients are taken by numerical differentiation in float64, by the
    weights as Keras keeps them, the input and the initial state.

    Args:
        layer: Keras recurrent layer of 2 units with `return_sequences` and
            `return_state`, not built.
        twin: Cell with `from_keras`.
        time: Integer, length of the sequences.
        seed: Integer.
    """
    batch, features, units = 2, 3, 2
    arrays = set_random_weights(layer, features, seed)
    draw = np.random.default_rng(seed + 1).normal
    x = draw(size=(batch, time, features)).astype("float32")
    state = [draw(size=(batch, units)).astype("float32") for _ in twin.STATES]
    d_outputs = draw(size=(batch, time, units)).astype("float32")
    d_final = [draw(size=(batch, units)).astype("float32") for _ in twin.STATES]
    found = run_keras(layer, x, state, d_outputs, d_final)

    def run(everything):
        weights = [everything[f"weight {index}"] for index in range(len(arrays))]
        start = [everything[f"state {index}"] for index in range(len(state))]
        return unfold(twin, everything["x"], twin.from_keras(*weights), start)

    everything = {f"weight {index}": one for index, one in enumerate(arrays)}
    everything |= {f"state {index}": one for index, one in enumerate(state)} | {"x": x}
    everything = {name: one.astype("float64") for name, one in everything.items()}
    wanted = run(everything)
    assert_close([found.outputs], [wanted.outputs])
    assert_close(found.final_state, wanted.final_state)
    slopes = numerical_gradients(
        lambda moved: loss_of(run(moved), d_outputs, d_final), everything
    )
    for name, one in zip(
        [*everything],
        [*found.d_weights, *found.d_initial_state, found.d_x],
        strict=True,
    ):
        # The rounding of float32 grows with the largest number summed up.
        size = max(1.0, np.abs(slopes[name]).max())
        np.testing.assert_allclose(
            one / size, slopes[name] / size, rtol=2e-5, atol=2e-5, err_msg=name
        )
