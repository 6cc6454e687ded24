import keras
import numpy as np
import pytest

from keras_rnn import training
from keras_rnn.applications.word_embeddings import skip_gram
from keras_rnn.applications.word_embeddings.word_windows import stream


def text(sentences=200, words=20, length=6, seed=0):
    rng = np.random.default_rng(seed)
    known = [f"w{n}" for n in range(words)]
    return stream(rng.choice(known, (sentences, length)).tolist(), known)


def test_scores_are_the_products_of_the_two_vectors():
    model = skip_gram.build(["a", "b", "c"], width=4, negatives=2)
    rng = np.random.default_rng(0)
    words, contexts = rng.normal(size=(2, 5, 4)).astype("float32")
    model.get_layer("words").set_weights([words])
    model.get_layer("contexts").set_weights([contexts])
    centre, candidates = np.array([2, 4]), np.array([[3, 2, 4], [2, 2, 3]])
    found = keras.ops.convert_to_numpy(model([centre, candidates]))
    expected = [
        [words[w] @ contexts[c] for c in row]
        for w, row in zip(centre, candidates, strict=True)
    ]
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


def test_pairs_stand_beside_each_other():
    """In a text whose words come in a fixed order, neighbours are known."""
    numbers = np.tile(np.arange(2, 12), 50)
    sentence = np.repeat(np.arange(50), 10)
    batches = skip_gram.SkipGrams(numbers, sentence, window=3, threshold=1.0)
    (centre, candidates), _ = batches[0]
    distances = np.abs(centre - candidates[:, 0])
    assert set(distances) == {1, 2, 3}
    # Reach 1, 2 or 3, equally likely: near neighbours are seen more often.
    near, middle, far = (np.mean(distances == d) for d in (1, 2, 3))
    assert near > middle > far
    # 9, 8 and 7 pairs of each sentence, seen with probability 1, 2/3 and 1/3.
    expected = np.array([9, 8 * 2 / 3, 7 / 3])
    np.testing.assert_allclose(
        [near, middle, far], expected / expected.sum(), atol=0.04
    )


def test_the_first_candidate_is_the_true_one():
    batches = skip_gram.SkipGrams(*text(), negatives=4, batch_size=64)
    (_, candidates), labels = batches[0]
    assert candidates.shape == labels.shape == (64, 5)
    assert labels[:, 0].all()
    assert not labels[:, 1:].any()


def test_an_epoch_depends_on_seed_and_number_alone():
    numbers, sentence = text()
    one, other = (
        skip_gram.SkipGrams(numbers, sentence, batch_size=128, seed=3) for _ in range(2)
    )
    one.epoch = other.epoch = 2
    last = other[len(other) - 1]  # in another order, and another batch before
    for left, right in zip(
        keras.tree.flatten(one[len(one) - 1]), keras.tree.flatten(last), strict=True
    ):
        np.testing.assert_array_equal(left, right)
    one.epoch = 3
    assert (one[0][0][0] != other[0][0][0]).any()
    assert len(one) == len(other)


def test_frequent_words_are_left_out_more_often():
    numbers = np.where(np.arange(20_000) % 2, 2, 3 + np.arange(20_000) % 1000)
    sentence = np.zeros(20_000, int)
    batches = skip_gram.SkipGrams(
        numbers, sentence, threshold=0.005, batch_size=1 << 20
    )
    (centre, _), _ = batches[0]
    # Half of the text is word 2; it stays with probability sqrt(0.005 / 0.5) = 0.1.
    assert np.mean(centre == 2) == pytest.approx(0.1 / 1.1, abs=0.01)


def test_noise_is_drawn_by_frequency_to_the_power_of_three_quarters():
    table = skip_gram.noise_table(np.array([0, 0, 81, 16, 1]), size=36_000)
    shares = np.bincount(table) / len(table)
    np.testing.assert_allclose(shares, np.array([0, 0, 27, 8, 1]) / 36, rtol=1e-3)


def test_a_word_so_rare_that_it_has_no_place_gets_one():
    assert 2 in skip_gram.noise_table(np.array([0, 10**9, 1]), size=10)


def test_words_used_alike_become_alike():
    """`a` and `b` stand between the same words, `c` between others."""
    rng = np.random.default_rng(0)
    beside = {"a": "wx", "b": "wx", "c": "yz"}
    read = []
    for _ in range(600):
        word = rng.choice(list("abc"))
        left, right = beside[word]
        read.append([left, word, right])
    known = list("abcwxyz")
    batches = skip_gram.SkipGrams(
        *stream(read, known), window=1, threshold=1.0, batch_size=64
    )
    training.set_seed(0)
    model = skip_gram.build(known, width=4)
    model.compile(
        keras.optimizers.Adam(0.02), keras.losses.BinaryCrossentropy(from_logits=True)
    )
    training.fit(model, batches, epochs=4, verbose=0)
    a, b, c = model.get_layer("words").get_weights()[0][2:5]

    def cosine(one, other):
        return one @ other / np.linalg.norm(one) / np.linalg.norm(other)

    assert cosine(a, b) > 0.8
    assert cosine(a, c) < cosine(a, b) - 0.3
