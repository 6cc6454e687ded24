import numpy as np
import pytest

from keras_rnn.applications.word_embeddings import nearest_words
from keras_rnn.datasets.text.word_vectors import WordVectors

# Female is the first axis, royal the second; lengths differ, which must not matter.
PEOPLE = WordVectors(
    ["man", "woman", "king", "queen", "nobody"],
    np.array(
        [[1.0, 0.0, 0.2], [0.0, 1.0, 0.2], [3.0, 0.0, 6.0], [0.0, 2.0, 4.0], [0, 0, 0]]
    ),
)


def test_rows_get_length_one_and_zeros_stay():
    found = nearest_words.directions(PEOPLE.table)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), [1, 1, 1, 1, 0])


def test_neighbours_by_hand():
    found = nearest_words.neighbours(PEOPLE, "king")
    assert [word for word, _ in found] == ["queen", "man", "woman", "nobody"]
    # (3, 0, 6) and (0, 2, 4): 24 / sqrt(45 * 20)
    assert found[0][1] == pytest.approx(0.8)


def test_as_many_as_asked_for():
    assert len(nearest_words.neighbours(PEOPLE, "man", count=2)) == 2
    assert len(nearest_words.neighbours(PEOPLE, "man", count=50)) == 4


def test_the_analogy_of_the_textbooks():
    ((word, cosine),) = nearest_words.analogy(PEOPLE, "man", "king", "woman")
    assert word == "queen"
    # (-0.533, 0.981, 0.894) and (0, 1, 2), in a calculator
    assert cosine == pytest.approx(0.866, abs=1e-3)


def test_none_of_the_three_is_the_answer():
    found = nearest_words.analogy(PEOPLE, "man", "king", "woman", count=9)
    assert not {"man", "king", "woman"} & {word for word, _ in found}


def test_all_analogies_at_once_are_the_same_as_one_by_one():
    rng = np.random.default_rng(0)
    words = [f"w{n}" for n in range(30)]
    vectors = WordVectors(words, rng.normal(size=(30, 3)))
    questions = [tuple(rng.choice(words, 4, replace=False)) for _ in range(200)]
    right = [nearest_words.analogy(vectors, *q[:3])[0][0] == q[3] for q in questions]
    share, count = nearest_words.analogy_accuracy(vectors, questions)
    assert sum(right) > 0
    assert share == pytest.approx(np.mean(right))
    assert count == 200


def test_questions_with_unknown_words_do_not_count():
    questions = [("man", "king", "woman", "queen"), ("man", "king", "boy", "prince")]
    assert nearest_words.analogy_accuracy(PEOPLE, questions) == (1.0, 1)
    assert nearest_words.analogy_accuracy(PEOPLE, questions[1:]) == (None, 0)
