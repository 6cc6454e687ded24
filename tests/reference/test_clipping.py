"""Gradient clipping, by norm and by value."""

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from keras_rnn.errors import UserError
from keras_rnn.reference import clip_by_norm, clip_by_value, global_norm

numbers = st.floats(-1e6, 1e6)
gradients = st.fixed_dictionaries(
    {
        "W": arrays(float, (2, 3), elements=numbers),
        "b": arrays(float, (2,), elements=numbers),
    }
)
limits = st.floats(1e-3, 1e7)


def flat(gradients):
    return np.concatenate([one.ravel() for one in gradients.values()])


def test_by_hand():
    """|(3, 0, 4)| = 5; to the norm 1 that is a fifth of each."""
    both = {"W": np.array([[3.0, 0.0]]), "b": np.array([4.0])}
    assert global_norm(both) == 5.0
    clipped = clip_by_norm(both, 1.0)
    np.testing.assert_allclose(clipped["W"], [[0.6, 0.0]], rtol=1e-15)
    np.testing.assert_allclose(clipped["b"], [0.8], rtol=1e-15)
    assert clip_by_value(both, 3.5)["W"].tolist() == [[3.0, 0.0]]
    assert clip_by_value(both, 3.5)["b"].tolist() == [3.5]
    assert both["b"].tolist() == [4.0]  # what was given is not touched


@given(gradients, limits)
def test_by_norm_bounds_the_length_and_keeps_the_direction(both, limit):
    clipped = clip_by_norm(both, limit)
    assert global_norm(clipped) <= limit * (1 + 1e-12)
    before, after = flat(both), flat(clipped)
    if np.linalg.norm(before) <= limit * (1 - 1e-12):
        np.testing.assert_array_equal(after, before)
    elif np.linalg.norm(before) > limit * (1 + 1e-12):
        wanted = before / np.linalg.norm(before)
        np.testing.assert_allclose(after / limit, wanted, rtol=1e-9, atol=1e-12)


@given(gradients, limits)
def test_by_value_bounds_each_number_and_keeps_the_sign(both, limit):
    before, after = flat(both), flat(clip_by_value(both, limit))
    assert (np.abs(after) <= limit).all()
    assert (np.sign(after) == np.sign(before)).all()
    small = np.abs(before) <= limit
    np.testing.assert_array_equal(after[small], before[small])
    assert (np.abs(after[~small]) == limit).all()


@given(gradients, limits)
def test_clipping_twice_is_clipping_once(both, limit):
    once = clip_by_norm(both, limit)
    np.testing.assert_allclose(flat(clip_by_norm(once, limit)), flat(once), rtol=1e-12)
    once = clip_by_value(both, limit)
    np.testing.assert_array_equal(flat(clip_by_value(once, limit)), flat(once))


@pytest.mark.parametrize(
    ("argument", "clip"),
    [("global_clipnorm", clip_by_norm), ("clipvalue", clip_by_value)],
)
def test_agrees_with_the_optimizers_of_keras(argument, clip):
    draw = np.random.default_rng(0).normal
    both = {"W": draw(size=(2, 3)), "b": draw(size=2)}
    optimizer = keras.optimizers.SGD(1.0, **{argument: 0.7})
    variables = [
        keras.Variable(np.zeros(one.shape, "float32")) for one in both.values()
    ]
    optimizer.apply(
        [keras.ops.convert_to_tensor(one, "float32") for one in both.values()],
        variables,
    )
    for variable, wanted in zip(variables, clip(both, 0.7).values(), strict=True):
        moved = -keras.ops.convert_to_numpy(variable.value)
        np.testing.assert_allclose(moved, wanted, rtol=1e-5)


def test_norm_neither_overflows_nor_underflows():
    assert global_norm({"W": np.array([3e200, 4e200])}) == pytest.approx(5e200)
    assert global_norm({"W": np.array([3e-200, 4e-200])}) == pytest.approx(5e-200)
    clipped = clip_by_norm({"W": np.array([3e200, 4e200])}, 1.0)
    np.testing.assert_allclose(clipped["W"], [0.6, 0.8], rtol=1e-12)


def test_nothing_stays_nothing():
    assert global_norm({}) == 0.0
    assert clip_by_norm({"W": np.zeros(3)}, 1.0)["W"].tolist() == [0.0, 0.0, 0.0]


def test_precision_stays():
    single = {"W": np.array([3.0, 4.0], "float32")}
    assert clip_by_norm(single, 1.0)["W"].dtype == np.float32
    assert clip_by_value(single, 1.0)["W"].dtype == np.float32


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_not_finite_is_not_hidden(bad):
    both = {"W_hh": np.array([1.0, bad]), "b_h": np.array([1.0])}
    assert not np.isfinite(global_norm(both))
    with pytest.raises(UserError, match="gradient of W_hh is not finite"):
        clip_by_norm(both, 1.0)


@pytest.mark.parametrize("clip", [clip_by_norm, clip_by_value])
@pytest.mark.parametrize("limit", [0.0, -1.0, np.nan])
def test_the_limit_is_greater_than_zero(clip, limit):
    with pytest.raises(UserError, match=f"limit is {limit}: give a number greater"):
        clip({"W": np.ones(2)}, limit)
