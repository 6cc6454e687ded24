"""CTC: by hand, by trying every path, and as Keras has it."""

import keras
import numpy as np
import pytest

from keras_rnn.errors import UserError
from keras_rnn.reference import softmax
from keras_rnn.reference.ctc import collapse, ctc_loss, paths


def scores(steps, classes, seed=0):
    return np.random.default_rng(seed).normal(0, 1.5, (steps, classes))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ([1, 1, 2], (1, 2)),
        ([1, 0, 1], (1, 1)),
        ([0, 0, 0], ()),
        ([2, 2, 0, 0, 2, 1], (2, 2, 1)),
        ([], ()),
    ],
)
def test_collapse_by_hand(path, text):
    assert collapse(path) == text


def test_paths_by_hand():
    assert paths([1, 2], 2) == [(1, 2)]
    assert paths([1, 1], 3) == [(1, 0, 1)]
    assert paths([1, 1], 2) == []
    # (t + l choose 2 l) for l letters that all differ
    assert len(paths([1, 2], 4)) == 15


@pytest.mark.parametrize("text", [[1], [1, 2], [2, 2], [1, 2, 1], [3, 1, 1]])
def test_the_recursion_sums_over_all_paths(text):
    y = scores(6, 4)
    p = softmax(y)
    total = sum(
        np.prod([p[t, one] for t, one in enumerate(path)]) for path in paths(text, 6)
    )
    assert ctc_loss(y, text) == pytest.approx(-np.log(total), rel=1e-9)


@pytest.mark.parametrize("text", [[1], [1, 2, 3], [2, 2], [3, 1, 1, 2]])
def test_is_the_loss_of_keras(text):
    y = scores(12, 4, seed=1)
    truth = np.array([text], "int32")
    loss = keras.losses.CTC(reduction=None)(truth, y[None].astype("float32"))
    found = keras.ops.convert_to_numpy(loss)[0]
    assert ctc_loss(y, text) == pytest.approx(float(found), rel=1e-4)


def test_no_text_is_all_blanks():
    y = scores(3, 2)
    assert ctc_loss(y, []) == pytest.approx(-np.log(softmax(y)[:, 0]).sum())


def test_too_few_steps_are_infinite():
    assert ctc_loss(scores(2, 3), [1, 1]) == np.inf
    assert ctc_loss(scores(3, 3), [1, 1]) < np.inf


def test_long_sequences_do_not_vanish():
    loss = ctc_loss(scores(2000, 5), [1, 2, 3, 4] * 50)
    assert 1000 < loss < 10000


def test_refuses_what_is_no_class():
    with pytest.raises(UserError, match="numbers 1 to 2 goes with scores"):
        ctc_loss(scores(3, 3), [3])
