"""The problems are what the papers say, and the baselines are what they score."""

import numpy as np
import pytest

from keras_rnn.datasets.generated import memory_problems as problems
from keras_rnn.errors import UserError


@pytest.mark.parametrize("length", [2, 3, 10, 51])
def test_adding_has_a_mark_in_each_half(length):
    inputs, sums = problems.adding_problem(200, length, seed=2)
    numbers, marks = inputs[..., 0], inputs[..., 1]
    half = length // 2
    assert set(np.unique(marks)) <= {0.0, 1.0}
    assert (marks[:, :half].sum(axis=1) == 1).all()
    assert (marks[:, half:].sum(axis=1) == 1).all()
    np.testing.assert_allclose((numbers * marks).sum(axis=1), sums[:, 0], rtol=1e-6)
    assert inputs.dtype == sums.dtype == np.float32


def test_adding_marks_every_step_and_draws_all_numbers():
    inputs, _ = problems.adding_problem(3_000, 7)
    numbers, marks = inputs[..., 0], inputs[..., 1]
    assert (marks.sum(axis=0) > 0).all()
    assert 0 <= numbers.min() < 0.01 < 0.99 < numbers.max() < 1


def test_adding_baseline_is_what_always_one_scores():
    _, sums = problems.adding_problem(60_000, 4)
    error = np.mean((sums - 1.0) ** 2)
    assert error == pytest.approx(problems.ADDING_BASELINE, rel=0.02)
    assert pytest.approx(0.167, abs=5e-4) == problems.ADDING_BASELINE


def test_copying_by_hand():
    inputs, answers = problems.copying_problem(4, delay=5, symbols=3, seed=0)
    assert inputs.shape == answers.shape == (4, 11)
    np.testing.assert_array_equal(inputs[:, :3], answers[:, -3:])
    assert inputs[0, 3:].tolist() == [0, 0, 0, 0, 9, 0, 0, 0]
    assert not answers[:, :-3].any()
    # Five steps lie between the last symbol and the first answer; GO is the fifth.
    assert (inputs[:, 7] == problems.GO).all()
    assert inputs.dtype == answers.dtype == np.int32


def test_copying_draws_each_symbol_as_often():
    inputs, _ = problems.copying_problem(4_000, delay=1)
    symbols, counts = np.unique(inputs[:, :10], return_counts=True)
    assert symbols.tolist() == [1, 2, 3, 4, 5, 6, 7, 8]
    np.testing.assert_allclose(counts / counts.sum(), 1 / 8, rtol=0.06)


def test_copying_baseline_is_the_cross_entropy_of_knowing_only_when():
    _, answers = problems.copying_problem(5, delay=30)
    probability = np.ones(answers.shape)  # of the right answer
    probability[:, -10:] = 1 / 8
    expected = -np.log(probability).mean()
    assert problems.copying_baseline(30) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("make", [problems.adding_problem, problems.copying_problem])
def test_a_seed_repeats_and_another_does_not(make):
    (one, _), (same, _), (other, _) = (make(5, 8, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert (one != other).any()


def test_refuses_what_is_too_short():
    with pytest.raises(UserError, match="length is 1: give a whole number from 2"):
        problems.adding_problem(3, 1)
    with pytest.raises(UserError, match="delay is 0"):
        problems.copying_problem(3, 0)
    with pytest.raises(UserError, match="count is 0"):
        problems.adding_problem(0, 4)
