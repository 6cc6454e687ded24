"""Scans against the plain loop, at any length, also where a product would be 0."""

import keras
import numpy as np
import pytest
from helpers.compare import arrays
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import ops

from keras_rnn.layers.parallel_scan import (
    LOG_ZERO,
    chunked_scan,
    linear_scan,
    log_linear_scan,
)


def join(first, second):
    return second[0] * first[0], second[0] * first[1] + second[1]


def problem(time, seed=0):
    draw = np.random.default_rng(seed)
    keep = draw.uniform(0.05, 0.95, size=(2, time, 3)).astype("float32")
    return keep, draw.uniform(0.1, 1.0, size=(2, time, 3)).astype("float32")


def loop(keep, new):
    """The definition, in float64."""
    a, b = np.ones((2, 3)), np.zeros((2, 3))
    kept, added = [], []
    for t in range(keep.shape[1]):
        a, b = keep[:, t] * a, keep[:, t] * b + new[:, t]
        kept.append(a)
        added.append(b)
    return np.stack(kept, axis=1), np.stack(added, axis=1)


# Below, at and above the width of a chunk, of a chunk of chunks, and in between.
LENGTHS = [1, 2, 4, 5, 15, 16, 17, 37, 64, 65]


@pytest.mark.parametrize("time", LENGTHS)
def test_chunks_are_the_loop(time):
    elements = problem(time)
    found = chunked_scan(join, elements, (1.0, 0.0), width=4)
    for one, other in zip(arrays(found), loop(*elements), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-12)


@settings(max_examples=15)
@given(time=st.sampled_from([1, 3, 17, 40]), seed=st.integers(0, 1000))
def test_both_scans_are_the_loop(time, seed):
    keep, new = problem(time, seed)
    wanted = loop(keep, new)
    for one, other in zip(arrays(linear_scan(keep, new)), wanted, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-12)
    logs = log_linear_scan(np.log(keep), np.log(new))
    for one, other in zip(arrays(logs), wanted, strict=True):
        np.testing.assert_allclose(one, np.log(other), rtol=1e-5, atol=1e-5)


def test_chunks_are_what_keras_scans():
    elements = tuple(map(ops.convert_to_tensor, problem(21)))
    found = chunked_scan(join, elements, (1.0, 0.0))
    wanted = ops.associative_scan(join, elements, axis=1)
    for one, other in zip(arrays(found), arrays(list(wanted)), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-12)


def test_a_length_that_is_not_known_beforehand():
    if keras.backend.backend() != "tensorflow":
        pytest.skip("only TensorFlow traces lengths that it does not know")
    import tensorflow as tf

    signature = [tf.TensorSpec((None, None, 3))] * 2

    @tf.function(input_signature=signature)
    def scan(keep, new):
        return chunked_scan(join, (keep, new), (1.0, 0.0), width=4, levels=3)

    for time in (1, 3, 16, 64):
        elements = problem(time)
        for one, other in zip(arrays(scan(*elements)), loop(*elements), strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-12)
    with pytest.raises(tf.errors.InvalidArgumentError):  # and never a wrong result
        scan(*problem(65))


def test_logarithms_stay_right_over_8192_steps():
    """A half kept each step, of which 8,192 multiply to 0 in any float; and 0.9999.

    h_t = 1 + a h_{t-1} from h_0 = 0 is (1 - a^t) / (1 - a).
    """
    keep = np.array([0.5, 0.9999], "float32")
    log_keep = np.broadcast_to(np.log(keep.astype("float64")), (1, 8192, 2))
    found = arrays(
        log_linear_scan(log_keep.astype("float32"), np.zeros((1, 8192, 2), "float32"))
    )
    steps = np.arange(1, 8193)[:, None]
    exact = np.exp(log_keep[0, 0])
    np.testing.assert_allclose(found[0][0], steps * log_keep[0], rtol=1e-5)
    wanted = (1 - exact**steps) / (1 - exact)
    np.testing.assert_allclose(np.exp(found[1][0]), wanted, rtol=1e-4)


def test_log_zero_adds_nothing():
    log_keep = np.zeros((1, 3, 1), "float32")
    log_new = np.array([LOG_ZERO, np.log(2.0), LOG_ZERO], "float32").reshape(1, 3, 1)
    added = arrays(log_linear_scan(log_keep, log_new))[1]
    np.testing.assert_allclose(np.exp(added.ravel()), [0, 2, 2], rtol=1e-6)
