"""The gradient check itself: it has to find right and wrong."""

import numpy as np
import pytest
from helpers.reference_cases import loss_of, random_problem

from keras_rnn.errors import UserError
from keras_rnn.reference import (
    backpropagate,
    gradient_errors,
    lstm,
    numerical_gradients,
    unfold,
)


def test_a_polynomial_by_hand():
    """loss = a^2 b: by a it is 2 a b = 12, by b it is a^2 = 4, at a = 2, b = 3.

    The loss is of second degree in a and of first in b, where central differences err
    by rounding alone.
    """
    weights = {"a": np.array(2.0), "b": np.array([[3.0]])}
    found = numerical_gradients(lambda w: float(w["a"] ** 2 * w["b"][0, 0]), weights)
    np.testing.assert_allclose(found["a"], 12.0, rtol=1e-9)
    np.testing.assert_allclose(found["b"], [[4.0]], rtol=1e-9)
    assert weights["a"] == 2.0


def test_error_goes_with_the_square_of_the_step():
    """((w + e)^3 - (w - e)^3) / 2e = 3 w^2 + e^2: off by e^2."""
    for step in (0.5, 0.1):
        found = numerical_gradients(
            lambda w: float(w["w"][0] ** 3), {"w": np.array([1.0])}, step=step
        )
        np.testing.assert_allclose(found["w"], [3.0 + step**2], rtol=1e-12)


@pytest.mark.parametrize("block", range(4), ids="ifog")
def test_a_mistake_in_one_gate_is_found(block):
    """Forget the derivative of one gate by its bias: the check must see it."""
    x, weights, state, d_outputs, d_final = random_problem(lstm)

    def loss(weights):
        return loss_of(unfold(lstm, x, weights, state), d_outputs, d_final)

    found = backpropagate(unfold(lstm, x, weights, state), d_outputs, d_final).weights
    numerical = numerical_gradients(loss, weights)
    assert gradient_errors(found, numerical)["b"] < 1e-6
    found["b"][2 * block : 2 * block + 2] = 0.0
    errors = gradient_errors(found, numerical)
    assert errors["b"] > 1e-3
    assert errors["W"] < 1e-6


def test_errors_by_hand():
    one = {"far": np.array([3.0, 4.0]), "equal": np.ones((2, 2)), "zero": np.zeros(3)}
    other = {"far": -one["far"], "equal": np.ones((2, 2)), "zero": np.zeros(3)}
    assert gradient_errors(one, other) == {"far": 1.0, "equal": 0.0, "zero": 0.0}


def test_single_precision_is_refused():
    with pytest.raises(UserError, match="w is float32: check gradients in float64"):
        numerical_gradients(lambda w: 0.0, {"w": np.ones(2, "float32")})


def test_sets_that_do_not_match_are_refused():
    with pytest.raises(UserError, match=r"gradients of a cannot be compared with.* b"):
        gradient_errors({"a": np.ones(2)}, {"b": np.ones(2)})
    with pytest.raises(UserError, match=r"a has shape \(2,\) in one and \(1,\)"):
        gradient_errors({"a": np.ones(2)}, {"a": np.ones(1)})
