import keras
import numpy as np
import pytest

from keras_rnn.applications import sentiment
from keras_rnn.applications.contract import Request
from keras_rnn.datasets.text.word_vectors import WordVectors
from keras_rnn.errors import UserError
from keras_rnn.layers import TokenEmbedding


@pytest.fixture(scope="module")
def outcome():
    return sentiment.train(Request(data="sample", epochs=8, verbose=0))


def test_beats_the_bag_of_words_where_words_are_negated(outcome):
    assert outcome.baseline["accuracy"] < 0.85
    assert outcome.metrics["accuracy"] > outcome.baseline["accuracy"] + 0.05
    assert outcome.data.kind == "sample"


def test_the_saved_model_reads_raw_text(outcome, tmp_path):
    outcome.model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras", compile=False)
    texts = ["the film is not boring .", "the plot is loud .", "unheard-of words"]
    found = sentiment.probabilities(loaded, texts)
    np.testing.assert_allclose(
        found, sentiment.probabilities(outcome.model, texts), 1e-5
    )
    assert sentiment.answer(loaded, texts).column("answer")[:2] == [
        "positive",
        "negative",
    ]


def test_examples_end_with_the_sentence_of_the_lecture(outcome):
    text, truth, answer = outcome.examples[-1]
    assert text == "There is nothing to like in this movie."
    assert truth == ""
    assert answer.startswith(("negative (", "positive ("))


def test_an_empty_text_is_an_answer_too(outcome):
    found = sentiment.probabilities(outcome.model, [""])
    assert found.sum() == pytest.approx(1, abs=1e-5)


def test_words_never_seen_all_count_the_same(outcome):
    texts = ["qwertz uiop", "\u4e00 \u4e8c", "Asdf jklö"]
    found = sentiment.probabilities(outcome.model, texts)
    np.testing.assert_allclose(found, found[:1].repeat(3, axis=0), 1e-5)
    seen = sentiment.probabilities(outcome.model, ["film boring"])
    assert np.abs(seen - found[0]).max() > 0.01


@pytest.mark.parametrize("blank", [" ", "\n\t"])
def test_a_blank_text_is_an_empty_one(outcome, blank):
    np.testing.assert_allclose(
        *sentiment.probabilities(outcome.model, ["", blank]), 1e-5
    )


def test_too_few_texts_of_a_class_are_refused(tmp_path):
    path = tmp_path / "few.tsv"
    path.write_text("good\tyes\n" * 30 + "bad\tno\n" * 3)
    with pytest.raises(UserError, match=r"few.tsv has 3 texts labelled 'bad'. Give at"):
        sentiment.train(Request(data=str(path)))


def test_what_is_longer_than_any_seen_loses_its_end(outcome):
    long = "the film is moving . " * 100
    cut = " ".join(long.split()[:64])
    found = sentiment.probabilities(outcome.model, [long, cut])
    np.testing.assert_allclose(found[0], found[1], 1e-5)


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
