import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keras_rnn.applications.shared.scores import accuracy
from keras_rnn.applications.shared.texts import bag_of_words, vocabulary, words


def test_words_keep_apostrophes_and_count_signs():
    assert words("He said: “Don't!”") == ["he", "said", ":", "“", "don't", "!", "”"]


@given(st.text(max_size=40))
def test_no_sign_is_lost(text):
    assert "".join(words(text)) == "".join(text.lower().split())


def test_vocabulary_is_by_frequency_then_alphabet():
    texts = [list("bbaacc"), list("cd")]
    assert vocabulary(texts, least=1) == ["c", "a", "b", "d"]
    assert vocabulary(texts, least=2, most=2) == ["c", "a"]


def test_the_baseline_learns_which_words_matter():
    train = ["good film", "good cast", "bad film", "bad cast"] * 5
    labels = np.array([1, 1, 0, 0] * 5)
    found = bag_of_words(train, labels, ["good plot", "bad plot"])
    assert found.shape == (2, 2)
    assert accuracy(found, np.array([1, 0])) == 1.0


def test_accuracy_is_the_fraction_of_right_rows():
    assert accuracy(np.eye(4), np.array([0, 1, 2, 0])) == pytest.approx(0.75)
