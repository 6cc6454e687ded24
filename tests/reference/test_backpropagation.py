"""Backpropagation through time, against numerical gradients in float64."""

import numpy as np
import pytest
from helpers.reference_cases import CELLS, loss_of, name_of, random_problem
from hypothesis import given
from hypothesis import strategies as st

from keras_rnn.errors import UserError
from keras_rnn.reference import (
    backpropagate,
    cross_entropy,
    gradient_errors,
    lstm,
    numerical_gradients,
    outputs,
    outputs_backward,
    peephole_lstm,
    random_weights,
    squared_error,
    unfold,
    vanilla_rnn,
)

every_cell = pytest.mark.parametrize("cell", CELLS, ids=name_of)


def by_state(arrays):
    return {f"state {index}": array for index, array in enumerate(arrays)}


@every_cell
def test_agrees_with_numerical_gradients(cell):
    x, weights, state, d_outputs, d_final = random_problem(cell)

    def loss(everything):
        parts = dict(everything)
        x = parts.pop("x")
        state = tuple(parts.pop(f"state {index}") for index in range(len(cell.STATES)))
        return loss_of(unfold(cell, x, parts, state), d_outputs, d_final)

    numerical = numerical_gradients(loss, weights | {"x": x} | by_state(state))
    found = backpropagate(unfold(cell, x, weights, state), d_outputs, d_final)
    errors = gradient_errors(
        found.weights | {"x": found.x} | by_state(found.initial_state), numerical
    )
    assert max(errors.values()) < 1e-6, errors


@pytest.mark.parametrize("many_to_one", [False, True])
@pytest.mark.parametrize("loss_name", ["cross_entropy", "squared_error"])
@every_cell
def test_a_whole_model_agrees_with_numerical_gradients(cell, loss_name, many_to_one):
    """Cell, output and loss in one: what training differentiates."""
    x, weights, *_ = random_problem(cell, time=4, features=2)
    draw = np.random.default_rng(1)
    head = {"W_hy": draw.normal(size=(3, 2)), "b_y": draw.normal(size=3)}
    steps = slice(-1, None) if many_to_one else slice(None)
    if loss_name == "cross_entropy":
        compare, targets = cross_entropy, draw.integers(0, 3, (3, 4))[:, steps]
    else:
        compare, targets = squared_error, draw.normal(size=(3, 4, 3))[:, steps]

    def forward(everything):
        run = unfold(cell, x, {name: everything[name] for name in weights})
        y = outputs(run.outputs[:, steps], everything["W_hy"], everything["b_y"])
        return run, compare(y, targets)

    run, (_, d_y) = forward(weights | head)
    d_h = np.zeros_like(run.outputs)
    d_h[:, steps], d_head = outputs_backward(d_y, run.outputs[:, steps], **head)
    found = backpropagate(run, d_h).weights | d_head
    numerical = numerical_gradients(
        lambda all_of: forward(all_of)[1][0], weights | head
    )
    errors = gradient_errors(found, numerical)
    assert max(errors.values()) < 1e-6, errors


@every_cell
def test_derivative_by_each_state_along_all_paths(cell):
    """Cut at step 2: what the rest of the sequence sends back to that state."""
    x, weights, state, d_outputs, _ = random_problem(cell)
    whole = backpropagate(unfold(cell, x, weights, state), d_outputs)
    before = unfold(cell, x[:, :3], weights, state)
    rest = unfold(cell, x[:, 3:], weights, before.final_state)
    d_state = backpropagate(rest, d_outputs[:, 3:]).initial_state
    np.testing.assert_allclose(
        whole.outputs[:, 2], d_state[0] + d_outputs[:, 2], rtol=1e-11, atol=1e-14
    )


@every_cell
@pytest.mark.parametrize("truncation", [5, 6, 100])
def test_truncated_at_the_length_or_more_is_whole(cell, truncation):
    x, weights, state, d_outputs, d_final = random_problem(cell, time=5)
    run = unfold(cell, x, weights, state)
    whole = backpropagate(run, d_outputs, d_final)
    found = backpropagate(run, d_outputs, d_final, truncation=truncation)
    for name, array in whole.weights.items():
        np.testing.assert_array_equal(found.weights[name], array)
    np.testing.assert_array_equal(found.x, whole.x)
    np.testing.assert_array_equal(found.initial_state, whole.initial_state)


@every_cell
@given(truncation=st.integers(1, 7), seed=st.integers(0, 1000))
def test_truncated_is_the_sum_over_chunks_with_states_held_fixed(
    cell, truncation, seed
):
    x, weights, state, d_outputs, d_final = random_problem(cell, time=7, seed=seed)
    run = unfold(cell, x, weights, state)
    found = backpropagate(run, d_outputs, d_final, truncation=truncation)

    total = {name: np.zeros_like(one) for name, one in weights.items()}
    for start in range(0, 7, truncation):
        chunk = slice(start, start + truncation)
        part = unfold(cell, x[:, chunk], weights, run.state_after(start - 1))
        last = start + truncation >= 7
        alone = backpropagate(part, d_outputs[:, chunk], d_final if last else None)
        np.testing.assert_allclose(found.x[:, chunk], alone.x, rtol=1e-9, atol=1e-12)
        for name in total:
            total[name] += alone.weights[name]
    for name, array in total.items():
        np.testing.assert_allclose(found.weights[name], array, rtol=1e-9, atol=1e-12)


@every_cell
def test_truncated_agrees_with_numerical_gradients(cell):
    """Numerically, a state that is held fixed is a number that does not move."""
    x, weights, state, d_outputs, d_final = random_problem(cell, time=5)
    run = unfold(cell, x, weights, state)
    fixed = run.state_after(2)  # the border after three steps
    nothing = tuple(np.zeros_like(one) for one in d_final)

    def loss(weights):
        first = unfold(cell, x[:, :3], weights, state)
        second = unfold(cell, x[:, 3:], weights, fixed)
        return loss_of(first, d_outputs[:, :3], nothing) + loss_of(
            second, d_outputs[:, 3:], d_final
        )

    found = backpropagate(run, d_outputs, d_final, truncation=3).weights
    errors = gradient_errors(found, numerical_gradients(loss, weights))
    assert max(errors.values()) < 1e-6, errors
    whole = backpropagate(run, d_outputs, d_final).weights
    assert max(gradient_errors(found, whole).values()) > 1e-3  # the cut changes it


def test_gradients_vanish_or_explode_with_the_recurrent_weight():
    """h_t = w h_{t-1}, as tanh is straight near 0: d h_T / d h_t = w^(T - t)."""
    for w in (0.5, 1.5):
        weights = {"W_hh": np.array([[w]]), "W_xh": np.array([[1.0]])}
        run = unfold(vanilla_rnn, np.full((1, 8, 1), 1e-12), weights)
        last_only = np.zeros((1, 8, 1))
        last_only[:, -1] = 1.0
        found = backpropagate(run, last_only).outputs[0, :, 0]
        np.testing.assert_allclose(found, w ** np.arange(7.0, -1.0, -1.0), rtol=1e-9)


@pytest.mark.parametrize("truncation", [0, -1, 2.5, "3"])
def test_truncation_is_a_whole_number_from_one(truncation):
    x, weights, _, d_outputs, _ = random_problem(lstm)
    run = unfold(lstm, x, weights)
    with pytest.raises(UserError, match=f"truncation is {truncation}: give a whole"):
        backpropagate(run, d_outputs, truncation=truncation)


def test_derivatives_of_another_shape_are_refused():
    x, weights, _, d_outputs, d_final = random_problem(lstm)
    run = unfold(lstm, x, weights)
    with pytest.raises(
        UserError, match=r"d_outputs has shape \(3, 1, 2\).*\(3, 5, 2\)"
    ):
        backpropagate(run, d_outputs[:, :1])
    with pytest.raises(UserError, match=r"d_final_state has shapes \[\(3, 2\)\]"):
        backpropagate(run, d_outputs, d_final[:1])


def test_a_cell_without_a_derivative_is_refused():
    run = unfold(peephole_lstm, np.ones((1, 2, 3)), random_weights(peephole_lstm, 3, 2))
    with pytest.raises(UserError, match=r"^peephole_lstm has no step_backward: take"):
        backpropagate(run, np.ones((1, 2, 2)))
