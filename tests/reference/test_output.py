"""Scores y = W h, softmax, cross-entropy and squared error."""

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from keras_rnn.errors import UserError
from keras_rnn.reference import (
    cross_entropy,
    gradient_errors,
    numerical_gradients,
    outputs,
    outputs_backward,
    softmax,
    squared_error,
)

numbers = st.floats(-1e6, 1e6)


def test_forward_and_backward_by_hand():
    """y = (1*1 + 2*3, 0*1 - 1*3, 4*1 + 0*3) = (7, -3, 4), plus b.

    With d_y = (1, 2, 3): d_h = (1*1 + 2*0 + 3*4, 1*2 - 2*1 + 3*0) = (13, 0).
    """
    h = np.array([[1.0, 3.0]])
    W_hy = np.array([[1.0, 2.0], [0.0, -1.0], [4.0, 0.0]])
    assert outputs(h, W_hy).tolist() == [[7.0, -3.0, 4.0]]
    assert outputs(h, W_hy, np.array([1.0, 1.0, 0.0])).tolist() == [[8.0, -2.0, 4.0]]

    d_h, gradients = outputs_backward(np.array([[1.0, 2.0, 3.0]]), h, W_hy)
    assert d_h.tolist() == [[13.0, 0.0]]
    assert gradients["W_hy"].tolist() == [[1.0, 3.0], [2.0, 6.0], [3.0, 9.0]]
    assert gradients["b_y"].tolist() == [1.0, 2.0, 3.0]


def test_steps_add_up():
    draw = np.random.default_rng(0).normal
    h, d_y, W_hy = draw(size=(3, 5, 2)), draw(size=(3, 5, 4)), draw(size=(4, 2))
    d_h, gradients = outputs_backward(d_y, h, W_hy)
    each = [outputs_backward(d_y[:, t], h[:, t], W_hy) for t in range(5)]
    np.testing.assert_allclose(d_h, np.stack([one[0] for one in each], axis=1))
    for name in ("W_hy", "b_y"):
        np.testing.assert_allclose(gradients[name], sum(one[1][name] for one in each))


def test_a_dense_layer_has_the_same_scores_and_loss():
    """At each step: Dense, then cross-entropy from the scores."""
    draw = np.random.default_rng(0)
    h = draw.normal(size=(2, 6, 4)).astype("float32")
    kernel = draw.normal(size=(4, 5)).astype("float32")  # (units, classes) in Keras
    bias = draw.normal(size=5).astype("float32")
    targets = draw.integers(0, 5, (2, 6))
    layer = keras.layers.Dense(5)
    layer.build(h.shape)
    layer.set_weights([kernel, bias])

    y = outputs(h, kernel.T, bias)
    scores = layer(h)
    np.testing.assert_allclose(y, keras.ops.convert_to_numpy(scores), atol=1e-5)
    compare = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    wanted = float(compare(targets, scores))
    np.testing.assert_allclose(cross_entropy(y, targets)[0], wanted, rtol=1e-5)


def test_softmax_by_hand():
    """exp(ln q) = q, so the probabilities are q over the sum of all q."""
    found = softmax(np.log([[1.0, 2.0, 5.0], [3.0, 3.0, 2.0]]))
    np.testing.assert_allclose(
        found, [[1 / 8, 2 / 8, 5 / 8], [3 / 8, 3 / 8, 2 / 8]], rtol=1e-15
    )


@given(arrays(float, (2, 4), elements=numbers), numbers)
def test_softmax_is_a_distribution_and_shifts_do_not_matter(y, shift):
    found = softmax(y)
    assert (found >= 0).all()
    np.testing.assert_allclose(found.sum(axis=-1), 1.0, rtol=1e-12)
    np.testing.assert_allclose(softmax(y + shift), found, rtol=1e-6, atol=1e-9)


def test_cross_entropy_by_hand():
    """Probabilities (1/8, 2/8, 5/8) and (3/8, 3/8, 2/8), targets 2 and 0.

    loss = (ln 8/5 + ln 8/3) / 2, d_y = (p - 1 at the target) / 2 positions.
    """
    y = np.log([[[1.0, 2.0, 5.0], [3.0, 3.0, 2.0]]])  # (1, 2, 3)
    loss, d_y = cross_entropy(y, np.array([[2, 0]]))
    assert loss == pytest.approx((np.log(8 / 5) + np.log(8 / 3)) / 2, rel=1e-15)
    wanted = [[[1 / 16, 2 / 16, -3 / 16], [-5 / 16, 3 / 16, 2 / 16]]]
    np.testing.assert_allclose(d_y, wanted, atol=1e-15)


def test_knowing_nothing_costs_the_log_of_the_classes():
    assert cross_entropy(np.zeros((2, 3, 4)), np.zeros((2, 3), int))[
        0
    ] == pytest.approx(np.log(4.0), rel=1e-15)


def test_sure_and_wrong_is_large_but_finite():
    loss, d_y = cross_entropy(np.array([[0.0, 1e6]]), np.array([0]))
    assert loss == 1e6
    assert d_y.tolist() == [[-1.0, 1.0]]


def test_squared_error_by_hand():
    """Errors (-1, 3): (1 + 9) / 2 = 5, and 2 (-1, 3) / 2."""
    loss, d_y = squared_error(np.array([[1.0, 5.0]]), np.array([[2.0, 2.0]]))
    assert loss == 5.0
    assert d_y.tolist() == [[-1.0, 3.0]]


@given(
    arrays(float, (2, 3, 4), elements=st.floats(-5, 5)),
    arrays(int, (2, 3), elements=st.integers(0, 3)),
)
def test_derivatives_are_right_and_balanced(y, targets):
    _, d_y = cross_entropy(y, targets)
    numerical = numerical_gradients(
        lambda w: cross_entropy(w["y"], targets)[0], {"y": y}
    )
    assert gradient_errors({"y": d_y}, numerical)["y"] < 1e-6
    # Raising all scores of a row alike changes nothing.
    np.testing.assert_allclose(d_y.sum(axis=-1), 0.0, atol=1e-15)

    aims = np.roll(y, 1, axis=0) + 1.0
    _, d_y = squared_error(y, aims)
    numerical = numerical_gradients(lambda w: squared_error(w["y"], aims)[0], {"y": y})
    np.testing.assert_allclose(d_y, numerical["y"], atol=1e-7)


@pytest.mark.parametrize(
    ("targets", "message"),
    [
        (np.array([0, 1, 2]), r"shape \(3,\), the scores \(2, 4\)"),
        (np.array([0.0, 1.0]), "targets are float64: give integers"),
        (
            np.array([0, 4]),
            "run from 0 to 4: with 4 classes they have to lie in 0 to 3",
        ),
        (np.array([-1, 0]), "run from -1 to 0"),
    ],
)
def test_targets_that_are_no_classes_are_refused(targets, message):
    with pytest.raises(UserError, match=message):
        cross_entropy(np.zeros((2, 4)), targets)


def test_nothing_to_compare_is_refused():
    with pytest.raises(UserError, match="nothing to compare"):
        cross_entropy(np.zeros((0, 4)), np.zeros(0, int))
    with pytest.raises(UserError, match="not empty"):
        squared_error(np.zeros((0, 4)), np.zeros((0, 4)))


def test_targets_are_not_broadcast():
    with pytest.raises(UserError, match=r"shape \(2, 1\), the outputs \(2, 3\)"):
        squared_error(np.zeros((2, 3)), np.zeros((2, 1)))
