"""Comparing what layers and models return."""

import keras
import numpy as np


def arrays(outputs):
    """Return the tensors of a (nested) output as a flat list of NumPy arrays."""
    return [
        keras.ops.convert_to_numpy(tensor) for tensor in keras.tree.flatten(outputs)
    ]


def assert_equal_outputs(actual, expected, tolerance=1e-5, what="outputs"):
    """Assert that two (nested) outputs have equal shapes and close values."""
    actual, expected = arrays(actual), arrays(expected)
    shapes = [[array.shape for array in side] for side in (actual, expected)]
    assert shapes[0] == shapes[1], f"{what}: shapes {shapes[0]}, expected {shapes[1]}"
    for one, other in zip(actual, expected, strict=True):
        np.testing.assert_allclose(
            one.astype("float64"),
            other.astype("float64"),
            rtol=tolerance,
            atol=tolerance,
            err_msg=what,
        )


def assert_same_config(one, other):
    """Assert that two Keras objects are of one class and have one config."""
    assert type(one) is type(other)
    configs = [
        keras.saving.serialize_keras_object(x.get_config()) for x in (one, other)
    ]
    assert configs[0] == configs[1], f"{configs[0]}\n{configs[1]}"
