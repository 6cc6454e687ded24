"""Word error rate: by hand."""

import pytest

from keras_rnn.applications.speech_recognition.scores import (
    letter_error_rate,
    word_error_rate,
)


@pytest.mark.parametrize(
    ("heard", "errors"),
    [
        ("one two three", 0),
        ("one too three", 1),  # one wrong
        ("one three", 1),  # one missing
        ("one two two three", 1),  # one added
        ("onetwo three", 2),
        ("", 3),
        ("a b c d e", 5),
    ],
)
def test_counts_the_fewest_changes(heard, errors):
    assert word_error_rate(["one two three"], [heard]) == pytest.approx(errors / 3)


def test_all_texts_count_together_not_their_means():
    rate = word_error_rate(["one", "one two three"], ["two", "one two three"])
    assert rate == pytest.approx(1 / 4)


def test_letters_with_their_spaces():
    assert letter_error_rate(["six two"], ["sixtwo"]) == pytest.approx(1 / 7)
