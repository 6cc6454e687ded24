import keras
import numpy as np
import pytest

from keras_rnn import training
from keras_rnn.applications.word_embeddings import glove
from keras_rnn.applications.word_embeddings.word_windows import stream


def test_counts_are_those_of_plain_loops():
    rng = np.random.default_rng(0)
    read = [rng.choice(list("abcd"), size).tolist() for size in (1, 5, 8, 3)]
    expected = np.zeros((4, 4))
    for words in read:
        for i, word in enumerate(words):
            for j, other in enumerate(words):
                if i != j and abs(i - j) <= 4:
                    expected["abcd".index(word), "abcd".index(other)] += 1 / abs(i - j)
    found = glove.co_occurrences(*stream(read, list("abcd")), 4, window=4)
    np.testing.assert_allclose(found.toarray(), expected)
    np.testing.assert_allclose(found.toarray(), found.toarray().T)


def test_what_it_learns_from():
    counts = glove.co_occurrences(np.array([2, 3, 4]), np.array([0, 0, 0]), 3, window=2)
    (words, contexts), target, weights = glove.arrays(counts)
    table = {
        (word, context): (value[0], weight)
        for word, context, value, weight in zip(
            words.tolist(), contexts.tolist(), target, weights, strict=True
        )
    }
    assert set(table) == {(2, 3), (3, 2), (3, 4), (4, 3), (2, 4), (4, 2)}
    assert table[2, 3] == pytest.approx((0.0, 0.1**0.75))
    assert table[2, 4] == pytest.approx((np.log(0.5), 0.05**0.75))


def test_the_answer_is_product_and_biases():
    model = glove.build(["a", "b"], width=3)
    rng = np.random.default_rng(0)
    tables = {}
    for name, width in (
        ("words", 3),
        ("contexts", 3),
        ("word_bias", 1),
        ("context_bias", 1),
    ):
        tables[name] = rng.normal(size=(4, width)).astype("float32")
        model.get_layer(name).set_weights([tables[name]])
    found = keras.ops.convert_to_numpy(model([np.array([2, 3]), np.array([3, 3])]))
    expected = [
        tables["words"][w] @ tables["contexts"][c]
        + tables["word_bias"][w]
        + tables["context_bias"][c]
        for w, c in ((2, 3), (3, 3))
    ]
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_it_comes_to_the_logarithms_of_the_counts():
    """Five words have room in four dimensions: nothing is left over."""
    rng = np.random.default_rng(0)
    read = rng.choice(list("abcde"), (300, 8), p=[0.4, 0.3, 0.15, 0.1, 0.05]).tolist()
    counts = glove.co_occurrences(*stream(read, list("abcde")), 5)
    training.set_seed(0)
    model = glove.build(list("abcde"), width=4)
    glove.compile_model(model)
    arrays = glove.arrays(counts)
    training.fit(model, arrays, epochs=40, batch_size=5, verbose=0)
    found = model.predict(arrays[0], verbose=0)
    assert np.ptp(arrays[1]) > 3
    np.testing.assert_allclose(found, arrays[1], atol=0.3)
