import keras
import numpy as np
import pytest

from keras_rnn.applications.translation import network as translator
from keras_rnn.applications.translation.search_errors import analyse, log_probabilities

WORDS = ["a", "b", "c"]


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(3)
    return translator.build(WORDS, WORDS, units=8, width=8)


def by_hand(model, source, target):
    """Log-probability word by word, from calls on one sentence alone."""
    numbers = translator.encode_sources(model, [source])
    read, said = translator.encode_targets(model, [target])
    scores = np.asarray(model.predict((numbers, read), verbose=0), "float64")[0]
    total = 0.0
    for step in range(len(target) + 1):
        exps = np.exp(scores[step])
        total += np.log(exps[said[0, step]] / exps.sum())
    return total


def test_log_probabilities_are_those_of_single_sentences(model):
    sources = [["a"], ["a", "b", "c", "a", "b"], ["c", "b"]]
    targets = [["b", "a"], ["c"], ["a", "b", "c", "a", "b", "c"]]
    found, is_known = log_probabilities(model, sources, targets, batch_size=2)
    expected = [by_hand(model, *pair) for pair in zip(sources, targets, strict=True)]
    np.testing.assert_allclose(found, expected, rtol=1e-4)
    assert is_known.all()


def test_the_search_finds_what_its_score_says(model):
    searcher = translator.searcher(model, 5, 1.0)
    sources = [["a", "b"], ["c"]]
    found, totals = translator.search(model, searcher, sources)
    said, _ = log_probabilities(model, sources, found)
    short = [len(words) < 31 for words in found]
    np.testing.assert_allclose(said[short], totals[short], rtol=1e-3)


def test_who_is_to_blame(model):
    source, good, bad = ["a", "b"], ["a"], ["b", "c", "c", "a"]
    if by_hand(model, source, good) / 7 < by_hand(model, source, bad) / 10:
        good, bad = bad, good
    sources = [source] * 4
    references = [good, bad, good, ["unheard"]]
    found = [bad, good, good, good]
    errors = analyse(model, sources, references, found)
    assert errors.judged.tolist() == [True, True, False, False]
    assert errors.search_to_blame.tolist() == [True, False, False, False]
    assert errors.model_to_blame.tolist() == [False, True, False, False]
    assert errors.share_of_search() == 0.5
    penalty = (5 + len(good) + 1) / 6
    np.testing.assert_allclose(
        errors.reference[0], by_hand(model, source, good) / penalty, rtol=1e-4
    )


def test_nothing_to_judge(model):
    errors = analyse(model, [["a"]], [["b"]], [["b"]])
    assert errors.share_of_search() is None
