import numpy as np
import pytest

from keras_rnn.applications import sentiment
from keras_rnn.datasets.text.word_vectors import WordVectors
from keras_rnn.errors import UserError
from keras_rnn.layers import TokenEmbedding


def test_known_words_start_there_and_others_where_they_would():
    layer = TokenEmbedding(["a", "b", "c"], 2)
    layer.build()
    before = layer.get_weights()[0].copy()
    vectors = WordVectors(["c", "z"], np.array([[1.0, 2.0], [5.0, 5.0]]))
    assert sentiment.set_vectors(layer, vectors) == 1
    after = layer.get_weights()[0]
    assert after[4, 1] == pytest.approx(2 * after[4, 0])
    assert after[4, 0] > 0
    np.testing.assert_array_equal(after[:4], before[:4])


def test_they_are_as_large_as_what_they_replace():
    rng = np.random.default_rng(0)
    words = [f"w{n}" for n in range(200)]
    layer = TokenEmbedding(words, 8)
    layer.build()
    before = layer.get_weights()[0].std()
    lengths = np.linspace(1, 3, 200)[:, None]
    vectors = WordVectors(words, 70 * lengths * rng.normal(size=(200, 8)))
    assert sentiment.set_vectors(layer, vectors) == 200
    after = layer.get_weights()[0]
    assert after[2:].std() == pytest.approx(before, rel=0.01)
    # All by one number.
    ratio = after[2:] / vectors.table
    np.testing.assert_allclose(ratio, ratio[0, 0], rtol=1e-4)


def test_vectors_of_zeros_and_no_vectors_at_all():
    layer = TokenEmbedding(["a", "b"], 2)
    layer.build()
    assert sentiment.set_vectors(layer, {"a": np.zeros(2)}) == 1
    assert layer.get_weights()[0][2].tolist() == [0, 0]
    assert sentiment.set_vectors(layer, {"x": np.ones(2)}) == 0


def test_another_width_is_refused():
    layer = TokenEmbedding(["a"], 3)
    layer.build()
    with pytest.raises(UserError, match=r"'a' has shape \(2,\), the embedding wants"):
        sentiment.set_vectors(layer, {"a": np.zeros(2)})


def test_sentiment_begins_with_them():
    vectors = {"good": np.arange(64.0)}
    model = sentiment.build(["bad", "good"], ("no", "yes"), vectors=vectors)
    layer = model.get_layer("encoder").get_layer("words")
    bad, good = layer.get_weights()[0][2:]
    np.testing.assert_allclose(good / good[1], np.arange(64), rtol=1e-5)
    assert np.abs(bad).max() < 0.06
    assert layer.trainable
