import subprocess
import sys

import keras
import numpy as np
import pytest
from helpers.processes import quick_to_import

from keras_rnn.applications.contract import Request
from keras_rnn.applications.word_embeddings import train as word_embeddings
from keras_rnn.datasets.text import word_vectors
from keras_rnn.datasets.text.word_vectors import WordVectors
from keras_rnn.errors import UserError


@pytest.fixture(scope="module")
def outcome():
    return word_embeddings.train(Request(data="sample", epochs=3, verbose=0))


def small():
    table = np.array([[1.0, 0, 0], [0, 1.0, 0], [1, 0, 1.0], [0, 1, 1.0], [1, 0.1, 0]])
    return WordVectors(["man", "woman", "king", "queen", "boy"], table)


def test_metrics_stand_beside_those_of_the_counted_vectors(outcome):
    assert set(outcome.metrics) == {"context_accuracy", "glove_context_accuracy"}
    assert set(outcome.baseline) == set(outcome.metrics)
    assert 0.53 < outcome.metrics["context_accuracy"] < 0.9
    assert 0.5 < outcome.baseline["context_accuracy"] < 0.9
    assert outcome.data.kind == "sample"


def test_the_vectors_file_is_what_the_model_answers(outcome, tmp_path):
    path = tmp_path / "vectors.txt"
    path.write_text(outcome.files["vectors.txt"])
    found = word_vectors.read(path)
    assert len(found) == outcome.more["vocabulary"]
    words = list(found.words[:9])
    np.testing.assert_allclose(
        word_embeddings.embed(outcome.model, words),
        [found[word] for word in words],
        rtol=1e-4,
        atol=1e-5,
    )
    assert outcome.files["glove_vectors.txt"] != outcome.files["vectors.txt"]


def test_examples_and_further_results(outcome):
    assert len(outcome.examples) >= 3
    neighbours = outcome.more["neighbours"]
    assert set(neighbours) == {"counted", "skip_gram", "glove"}
    for word, near in neighbours["glove"].items():
        assert len(near) == 5
        assert word not in near
    assert outcome.figures["word_map"].axes


def test_the_saved_model_answers_raw_words_in_a_new_process(tmp_path):
    path = tmp_path / "model.keras"
    word_embeddings.build(small()).save(path)
    script = (
        "import keras, keras_rnn.layers\n"
        "from keras_rnn.applications.word_embeddings import train as w\n"
        f"model = keras.saving.load_model({str(path)!r}, compile=False)\n"
        "print(w.embed(model, ['King'])[0].tolist())\n"
        "print(w.answer(model, ['man : king = woman']).column('answer'))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", quick_to_import(script)],
        capture_output=True,
        text=True,
        check=True,
    )
    first, second = done.stdout.strip().splitlines()[-2:]
    assert first == "[1.0, 0.0, 1.0]"
    assert second.startswith("['queen (")


def test_a_text_is_the_mean_of_its_known_words():
    model = word_embeddings.build(small())
    found = word_embeddings.embed(model, ["Man, woman!", "king unheard", "", "?"])
    np.testing.assert_allclose(found[0], [0.5, 0.5, 0], rtol=1e-6)
    np.testing.assert_allclose(found[1], [1, 0, 1], rtol=1e-6)
    assert not found[2:].any()


@pytest.mark.parametrize("asked", ["man:king=woman", "Man : king = woman : ?"])
def test_analogies_may_be_written_with_and_without_spaces(asked):
    answers = word_embeddings.answer(word_embeddings.build(small()), [asked])
    (found,) = answers.column("answer")
    assert found.startswith("queen (")


def test_answers_name_what_is_not_known():
    model = word_embeddings.build(small())
    answers = word_embeddings.answer(
        model, ["man", "unheard", "", "man : tsar = woman"]
    )
    near, unknown, nothing, odd = answers.column("answer")
    assert near.startswith("boy (1.00), king (0.71)")
    assert unknown == "not among the 5 known words: unheard"
    assert nothing == "not among the 5 known words: ''"
    assert odd == "not among the 5 known words: tsar"


def test_context_accuracy_is_a_half_for_who_knows_nothing():
    rng = np.random.default_rng(0)
    words, contexts = rng.normal(size=(2, 40, 8))
    numbers = rng.integers(2, 42, 9000)
    pairs = word_embeddings.held_out_pairs(numbers, np.arange(9000) // 9)
    assert abs(word_embeddings.context_accuracy(words, contexts, pairs) - 0.5) < 0.02
    zeros = np.zeros((40, 8))
    assert word_embeddings.context_accuracy(zeros, zeros, pairs) == 0.5


def test_noise_is_never_the_truth():
    numbers = np.tile([2, 3, 4], 50)
    word, context, noise = word_embeddings.held_out_pairs(numbers, np.arange(150) // 3)
    assert (context != noise).all()
    assert set(word) == {0, 1, 2}


def test_too_little_text_is_refused_with_what_is_needed(tmp_path):
    path = tmp_path / "few.txt"
    path.write_text("a cat sat\na dog sat\n")
    with pytest.raises(UserError, match=r"few.txt has 2 different lines .* at least"):
        word_embeddings.train(Request(data=str(path)))


def test_the_same_seed_gives_the_same_vectors():
    found = [_learnt(seed) for seed in (0, 0, 1)]
    np.testing.assert_array_equal(found[0], found[1])
    assert (found[0] != found[2]).any()


def _learnt(seed):
    rng = np.random.default_rng(0)
    known = [f"w{n}" for n in range(20)]
    numbers, sentence = rng.integers(2, 22, 400), np.arange(400) // 8
    request = Request(seed=seed, epochs=1, verbose=0)
    keras.utils.clear_session(free_memory=False)
    return word_embeddings.learn_skip_gram(
        numbers, sentence, known, request
    ).vectors.table
