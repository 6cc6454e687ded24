import numpy as np
from scipy.sparse import csr_array

from keras_rnn.applications.word_embeddings import baseline as counted


def test_mutual_information_by_hand():
    counts = csr_array(np.array([[0.0, 6.0, 2.0], [6.0, 0.0, 0.0], [2.0, 0.0, 0.0]]))
    found = counted.ppmi(counts, power=1.0).toarray()
    # p(0, 1) = 6/16, p(0) = 8/16, p(1) = 6/16: twice as often as by chance.
    np.testing.assert_allclose(found, np.log(2) * (counts.toarray() > 0))


def test_what_is_rarer_than_chance_counts_as_nothing():
    counts = csr_array(np.array([[90.0, 1.0], [1.0, 8.0]]))
    found = counted.ppmi(counts, power=1.0).toarray()
    assert found[0, 1] == found[1, 0] == 0
    assert found[1, 1] > 1


def test_the_product_of_the_tables_is_the_matrix():
    rng = np.random.default_rng(0)
    low = rng.normal(size=(12, 3))
    matrix = low @ low.T
    words, contexts = counted.factors(csr_array(matrix), width=3)
    np.testing.assert_allclose(words @ contexts.T, matrix, atol=1e-4)
    # Both sides weigh the same.
    np.testing.assert_allclose(
        np.linalg.norm(words, axis=0), np.linalg.norm(contexts, axis=0), rtol=1e-4
    )


def test_more_columns_than_words_are_zero():
    words, contexts = counted.factors(csr_array(np.eye(3)), width=5)
    assert words.shape == contexts.shape == (3, 5)
    assert not words[:, 3:].any()
    assert not contexts[:, 3:].any()
