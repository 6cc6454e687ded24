import numpy as np
import pytest

from keras_rnn.errors import UserError
from keras_rnn.visualize import attention_map

SCORES = np.array([[0.75, 0.25, 0.0], [0.0, 0.5, 0.5]])


def test_a_row_for_each_output():
    axes, bar = attention_map(SCORES, ["the", "black", "cat"], ["le", "chat"]).axes
    np.testing.assert_array_equal(axes.images[0].get_array(), SCORES)
    assert axes.images[0].get_clim() == (0, 0.75)
    words = [one.get_text() for one in axes.get_xticklabels()]
    assert words == ["the", "black", "cat"]
    assert [one.get_text() for one in axes.get_yticklabels()] == ["le", "chat"]
    assert axes.get_xlabel() == "source: what was read"
    assert axes.get_ylabel() == "target: what was written"
    assert bar.get_ylabel() == "weight of attention"


def test_one_of_a_batch_without_tokens():
    axes = attention_map(np.stack([0 * SCORES, SCORES]), sample=1).axes[0]
    np.testing.assert_array_equal(axes.images[0].get_array(), SCORES)
    assert [one.get_text() for one in axes.get_yticklabels()] == ["1", "2"]


def test_what_does_not_fit():
    with pytest.raises(UserError, match="3 target tokens for 2 rows"):
        attention_map(SCORES, target_tokens="abc")
    with pytest.raises(UserError, match="2 source tokens for 3 columns"):
        attention_map(SCORES, source_tokens="ab")
    with pytest.raises(UserError, match=r"Received shape \(3,\)"):
        attention_map(np.zeros(3))
