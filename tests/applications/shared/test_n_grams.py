import math
from collections import Counter, defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keras_rnn.applications.shared.n_grams import NGrams
from keras_rnn.applications.shared.scores import perplexity
from keras_rnn.errors import UserError


def by_hand(sequences, order, vocabulary):
    """Witten-Bell in plain Python: the probability of `token` after `history`."""
    counts = defaultdict(Counter)
    for sequence in sequences:
        for place, token in enumerate(sequence):
            for length in range(min(place, order - 1) + 1):
                counts[tuple(sequence[place - length : place])][token] += 1

    def probability(token, history):
        shorter = probability(token, history[1:]) if history else 1 / vocabulary
        found = counts.get(tuple(history))
        if not found:
            return shorter
        kinds = len(found)
        return (found[token] + kinds * shorter) / (sum(found.values()) + kinds)

    return lambda token, before: probability(
        token, before[max(0, len(before) - order + 1) :]
    )


texts = st.lists(st.lists(st.integers(0, 3), max_size=12), min_size=1, max_size=4)


@given(texts.filter(any), st.lists(st.integers(0, 3), max_size=8), st.integers(1, 4))
def test_agrees_with_the_formula_in_plain_python(sequences, other, order):
    model = NGrams(order, 4).fit(sequences)
    probability = by_hand(sequences, order, 4)
    found = np.exp(model.log_probabilities(other))
    expected = [probability(token, other[:i]) for i, token in enumerate(other)]
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    after = [probability(token, other) for token in range(4)]
    np.testing.assert_allclose(model.next_probabilities(other), after, rtol=1e-12)
    assert model.next_probabilities(other).sum() == pytest.approx(1)


def test_values_of_a_small_text():
    model = NGrams(1, 3).fit([[0, 1, 0, 1, 0, 2]])
    # (3 + 3/3) / 9, (2 + 1) / 9, (1 + 1) / 9
    np.testing.assert_allclose(model.next_probabilities([]), [4 / 9, 3 / 9, 2 / 9])
    assert model.nats([[0]]) == pytest.approx(-math.log(4 / 9))


def test_histories_end_with_their_sequence():
    one = NGrams(2, 2).fit([[0, 0], [1, 1]])
    assert one.next_probabilities([0])[1] == 0.25  # 0 was never followed by 1
    joined = NGrams(2, 2).fit([[0, 0, 1, 1]])
    assert joined.next_probabilities([0])[1] == 0.5


def test_a_longer_history_helps_where_the_text_has_one():
    text = [0, 1, 0, 2] * 50
    losses = [NGrams(n, 3).fit([text]).nats([text]) for n in (1, 2, 3)]
    assert losses[0] > losses[1] > losses[2]
    assert losses[2] < 0.1
    assert perplexity(losses[2]) == pytest.approx(math.exp(losses[2]))


def test_draws_what_it_has_counted():
    model = NGrams(3, 4).fit([[0, 1, 2, 3]] * 500)
    drawn = model.sample(50, end=3, longest=9, seed=1, start=[0])
    assert sum(one == [1, 2] for one in drawn) > 40
    assert model.sample(2, end=3, longest=9, seed=1, start=[0]) == drawn[:2]


def test_a_low_temperature_leaves_the_likeliest():
    model = NGrams(2, 4).fit([[0, 1, 3], [0, 1, 3], [0, 2, 3]])
    given = {"end": 3, "longest": 5, "start": [0]}
    assert model.sample(20, temperature=0.05, **given) == [[1]] * 20
    assert any(one != [1] for one in model.sample(20, **given))


def test_words_of_a_large_vocabulary_do_not_overflow():
    text = np.random.default_rng(0).integers(0, 50_000, 400)
    model = NGrams(6, 50_000).fit([text])
    assert model.nats([text]) < 1.5
    assert np.isfinite(model.log_probabilities(text[::-1])).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: NGrams(0, 4), "at least 1, not 0 and 4"),
        (lambda: NGrams(2, 4).fit([[], []]), "nothing to count"),
        (
            lambda: NGrams(2, 4).fit([[4]]),
            "tokens from 4 to 4; this model knows 0 to 3",
        ),
        (lambda: NGrams(2, 4).fit([[1]]).log_probabilities([-1]), "from -1 to -1"),
    ],
)
def test_mistakes_are_named(call, message):
    with pytest.raises(UserError, match=message):
        call()
