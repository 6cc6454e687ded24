import numpy as np
import pytest

from keras_rnn.applications import sentiment, start_vectors
from keras_rnn.datasets.word_vectors import WordVectors
from keras_rnn.errors import UserError
from keras_rnn.layers import TokenEmbedding


def test_known_words_start_there_and_others_where_they_would():
    layer = TokenEmbedding(["a", "b", "c"], 2)
    layer.build()
    before = layer.get_weights()[0].copy()
    vectors = WordVectors(["c", "z"], np.array([[1.0, 2.0], [5.0, 5.0]]))
    assert start_vectors.put(layer, vectors) == 1
    after = layer.get_weights()[0]
    assert after[4].tolist() == [1.0, 2.0]
    np.testing.assert_array_equal(after[:4], before[:4])


def test_another_width_is_refused():
    layer = TokenEmbedding(["a"], 3)
    layer.build()
    with pytest.raises(UserError, match=r"'a' has shape \(2,\), the embedding wants"):
        start_vectors.put(layer, {"a": np.zeros(2)})


def test_sentiment_begins_with_them():
    vectors = {"good": np.arange(64.0)}
    model = sentiment.build(["bad", "good"], ("no", "yes"), vectors=vectors)
    layer = model.get_layer("encoder").get_layer("words")
    assert layer.get_weights()[0][3].tolist() == list(range(64))
    assert np.abs(layer.get_weights()[0][2]).max() < 0.06
    assert layer.trainable
