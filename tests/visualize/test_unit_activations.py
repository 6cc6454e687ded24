import numpy as np
import pytest

from keras_rnn.errors import UserError
from keras_rnn.visualize import UnitActivation, find_top_activations, top_activations

# Unit 1 counts the letters l.
WORDS = ["hello", "fall"]
VALUES = [
    np.array([[0, 0], [0, 0], [0, 1], [0, 3], [0, 2]], float),
    np.array([[0, 0], [0, 0], [0, 4], [0, 5]], float),
]


def test_the_strongest_come_first():
    found = find_top_activations(VALUES, unit=1, count=3)
    assert found == [
        UnitActivation(1, 3, 5.0),
        UnitActivation(1, 2, 4.0),
        UnitActivation(0, 3, 3.0),
    ]
    assert find_top_activations(VALUES[0], unit=1, count=1) == [
        UnitActivation(0, 3, 3.0)
    ]
    apart = find_top_activations(VALUES, unit=1, count=3, apart=2)
    assert apart == [
        UnitActivation(1, 3, 5.0),
        UnitActivation(0, 3, 3.0),
        UnitActivation(0, 0, 0.0),
    ]


def test_the_picture_shows_them_in_context():
    figure = top_activations(VALUES, WORDS, 1, count=2, context=2)
    axes, bar = figure.axes
    tokens = [(text.get_position(), text.get_text()) for text in axes.texts]
    assert tokens == [
        ((0, 0), "a"),
        ((1, 0), "l"),
        ((2, 0), "l"),
        ((0, 1), "e"),
        ((1, 1), "l"),
        ((2, 1), "l"),
        ((3, 1), "o"),
    ]
    shown = np.ma.filled(axes.images[0].get_array(), np.nan)
    nothing = np.nan
    np.testing.assert_array_equal(
        shown, [[0, 4, 5, nothing, nothing], [0, 1, 3, 2, nothing]]
    )
    assert [one.get_text() for one in axes.get_yticklabels()] == ["+5", "+3"]
    assert axes.get_title() == "What unit 1 fires on"
    assert bar.get_ylabel() == "value of unit 1"


def test_what_does_not_fit():
    with pytest.raises(UserError, match="no unit 2: the layer has 2"):
        find_top_activations(VALUES, unit=2)
    with pytest.raises(UserError, match=r"\[5, 3\] tokens for sequences of \[5, 4\]"):
        top_activations(VALUES, ["hello", "fal"], 1)
    with pytest.raises(UserError, match=r"shape \(time, units\)"):
        find_top_activations(np.zeros(4), unit=0)
