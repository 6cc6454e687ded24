"""Unfolding: any cell, any length, in one pass or in chunks."""

import numpy as np
import pytest
from helpers.reference_cases import CELLS, name_of, random_problem
from hypothesis import given
from hypothesis import strategies as st

from keras_rnn.errors import UserError
from keras_rnn.reference import gru, lstm, random_weights, unfold, vanilla_rnn

every_cell = pytest.mark.parametrize("cell", CELLS, ids=name_of)


@every_cell
@given(border=st.integers(1, 6), seed=st.integers(0, 1000))
def test_chunks_with_carried_state_are_one_pass(cell, border, seed):
    x, weights, state, *_ = random_problem(cell, time=7, seed=seed)
    whole = unfold(cell, x, weights, state)
    first = unfold(cell, x[:, :border], weights, state)
    second = unfold(cell, x[:, border:], weights, first.final_state)
    for name, array in whole.values.items():
        chunks = np.concatenate([first.values[name], second.values[name]], axis=1)
        np.testing.assert_allclose(chunks, array, rtol=1e-12, atol=1e-14)
    for one, other in zip(second.final_state, whole.final_state, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-14)


@every_cell
def test_examples_of_a_batch_do_not_meet(cell):
    x, weights, state, *_ = random_problem(cell, batch=3)
    together = unfold(cell, x, weights, state).outputs
    for row in range(3):
        alone = slice(row, row + 1)
        own_state = tuple(one[alone] for one in state)
        found = unfold(cell, x[alone], weights, own_state).outputs
        np.testing.assert_allclose(found, together[alone], rtol=1e-12, atol=1e-14)


@every_cell
def test_state_starts_at_zero_and_ends_with_the_last_step(cell):
    x, weights, state, *_ = random_problem(cell)
    zeros = tuple(np.zeros_like(one) for one in state)
    run = unfold(cell, x, weights)
    np.testing.assert_array_equal(run.outputs, unfold(cell, x, weights, zeros).outputs)
    assert len(run.final_state) == len(cell.STATES)
    np.testing.assert_array_equal(run.final_state[0], run.outputs[:, -1])
    np.testing.assert_array_equal(run.state_after(-1)[0], zeros[0])


@every_cell
def test_biases_left_out_are_zero(cell):
    x, weights, *_ = random_problem(cell)
    without = {name: one for name, one in weights.items() if name[0] == "W"}
    zeros = {name: 0.0 * one for name, one in weights.items() if name[0] == "b"}
    np.testing.assert_array_equal(
        unfold(cell, x, without).outputs, unfold(cell, x, without | zeros).outputs
    )


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@every_cell
def test_precision_is_that_of_what_goes_in(cell, dtype):
    x, weights, *_ = random_problem(cell)
    weights = {name: one.astype(dtype) for name, one in weights.items()}
    run = unfold(cell, x.astype(dtype), weights)
    assert {array.dtype.name for array in run.values.values()} == {dtype}


def test_integers_are_taken_as_numbers():
    weights = {"W_hh": [[0]], "W_xh": [[1]]}
    run = unfold(vanilla_rnn, [[[1], [0]]], weights)
    np.testing.assert_allclose(run.outputs[0, :, 0], [np.tanh(1.0), 0.0], rtol=1e-15)


@pytest.mark.parametrize("shape", [(3,), (5, 3), (2, 5, 3, 1)])
def test_a_sequence_has_three_axes(shape):
    with pytest.raises(UserError, match=r"three axes, \(batch, time, features\)"):
        unfold(lstm, np.zeros(shape), random_weights(lstm, 3, 2))


def test_an_empty_sequence_is_refused():
    with pytest.raises(UserError, match=r"\(2, 0, 3\): a sequence needs at least one"):
        unfold(lstm, np.zeros((2, 0, 3)), random_weights(lstm, 3, 2))


def test_other_features_than_the_weights_are_refused():
    with pytest.raises(UserError, match=r"gru: W_xr has shape \(2, 3\), not \(2, 5\)"):
        unfold(gru, np.zeros((1, 4, 5)), random_weights(gru, 3, 2))


def test_an_unknown_weight_is_named():
    weights = random_weights(vanilla_rnn, 3, 2) | {"W_xx": np.zeros((2, 3))}
    with pytest.raises(UserError, match=r"no weight 'W_xx'. Did you mean 'W_xh'\?"):
        unfold(vanilla_rnn, np.zeros((1, 4, 3)), weights)


def test_a_missing_weight_is_named():
    weights = random_weights(vanilla_rnn, 3, 2)
    del weights["W_hh"]
    with pytest.raises(UserError, match="needs a weight 'W_hh'; given: W_xh, b_h"):
        unfold(vanilla_rnn, np.zeros((1, 4, 3)), weights)


@pytest.mark.parametrize(
    "state",
    [
        (np.zeros((1, 2)),),
        (np.zeros((1, 2)), np.zeros((1, 3))),
        (np.zeros((2, 2)), np.zeros((2, 2))),
    ],
    ids=["one of two", "other units", "other batch"],
)
def test_another_state_is_refused(state):
    with pytest.raises(UserError, match=r"not \[\(1, 2\), \(1, 2\)\].*of h, c"):
        unfold(lstm, np.zeros((1, 4, 3)), random_weights(lstm, 3, 2), state)
