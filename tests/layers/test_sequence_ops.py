import numpy as np
from helpers.compare import arrays
from hypothesis import given, settings
from hypothesis import strategies as st

from keras_rnn.layers.sequence_ops import last_step, merge, where_kept

SEQUENCE = np.arange(1.0, 25.0).reshape(3, 4, 2)


@settings(max_examples=30)
@given(st.lists(st.booleans(), min_size=12, max_size=12).map(np.array), st.booleans())
def test_last_step_is_the_last_kept_one(mask, backwards):
    mask = mask.reshape(3, 4)
    [found] = arrays(last_step(SEQUENCE, mask, backwards))
    for row, kept, step in zip(SEQUENCE, mask, found, strict=True):
        steps = row[kept][::-1] if backwards else row[kept]
        assert step.tolist() == (steps[-1] if len(steps) else np.zeros(2)).tolist()


def test_last_step_without_a_mask():
    np.testing.assert_array_equal(last_step(SEQUENCE), SEQUENCE[:, 3])
    np.testing.assert_array_equal(last_step(SEQUENCE, backwards=True), SEQUENCE[:, 0])


def test_where_kept_hides_even_nan():
    sequence = SEQUENCE.copy()
    sequence[0, 1] = np.nan
    mask = np.ones((3, 4), bool)
    mask[0, 1] = False
    expected = SEQUENCE.copy()
    expected[0, 1] = 0.0
    np.testing.assert_array_equal(where_kept(mask, sequence), expected)


def test_merge():
    one, two = np.array([[1.0, 2.0]]), np.array([[3.0, 5.0]])
    expected = {
        "concat": [[1.0, 2.0, 3.0, 5.0]],
        "sum": [[4.0, 7.0]],
        "mul": [[3.0, 10.0]],
        "ave": [[2.0, 3.5]],
    }
    for mode, value in expected.items():
        np.testing.assert_array_equal(merge([one, two], mode), value)
    assert merge([one], "ave") is one
