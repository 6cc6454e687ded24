"""The best of many, held to sorting all of them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from keras_rnn.decoding.numpy_beam import NEVER, best_tokens, highest
from keras_rnn.decoding.numpy_writing import log_total


@given(
    seed=st.integers(0, 10_000),
    entries=st.sampled_from([5, 64, 700]),
    count=st.integers(1, 5),
)
def test_the_highest(seed, entries, count):
    # Of few values, so that many are equal.
    values = np.random.default_rng(seed).integers(0, 9, (9, entries)).astype("float32")
    expected = np.argsort(-values, axis=1, kind="stable")[:, :count]
    assert highest(values, count).tolist() == expected.tolist()


@given(
    seed=st.integers(0, 10_000),
    entries=st.sampled_from([2, 5, 64, 700]),
    layout=st.sampled_from("CF"),
    masks_zero=st.booleans(),
)
def test_the_best_tokens(seed, entries, layout, masks_zero):
    generator = np.random.default_rng(seed)
    # Equal ones among them, and beams that do not count yet.
    logits = generator.integers(0, 9, (8, entries))
    logits = np.array(logits, "float32", order=layout)
    live = generator.choice([0, -1, NEVER], (2, 4)).astype("float32")
    live[:, 0] = -1
    gained = logits - log_total(logits)
    if masks_zero:
        gained[:, 0] = NEVER
    gained = (gained + live.reshape(8, 1)).reshape(2, -1)
    order = np.argsort(-gained, axis=1, kind="stable")[:, :8]
    best, beams, tokens = best_tokens(logits, live, 8, masks_zero)
    wanted = np.take_along_axis(gained, order, axis=1)
    assert best.tolist() == wanted.tolist()
    counts = wanted > NEVER
    assert (beams * entries + tokens)[counts].tolist() == order[counts].tolist()


def test_the_total_of_logits_of_any_size():
    logits = np.random.default_rng(0).normal([[0], [300], [-2000]], size=(3, 5000))
    expected = np.logaddexp.reduce(logits, axis=1, keepdims=True)
    np.testing.assert_allclose(log_total(logits.astype("float32")), expected, rtol=1e-5)
