"""Counting along with a tune: rules held to literal counts and to whole tunes."""

import keras
import numpy as np
import pytest

from keras_rnn.datasets.text import tunes
from keras_rnn.datasets.text.tune_tokens import eighths, is_note, tokens_of
from keras_rnn.layers import Recurrent
from keras_rnn.layers import counting_lstm as counter
from keras_rnn.layers.counting_lstm import (
    COUNTS,
    CountingLSTMCell,
    facts_of,
)

SEEN = ("place", "bars", "upbeat", "missing")


def counted(tune):
    """The counts after each token of a tune."""
    counts, found = np.zeros((1, len(COUNTS)), "float32"), []
    for token in tune.split() if isinstance(tune, str) else tune:
        facts = np.array([facts_of(token)], "float32")
        counts = keras.ops.convert_to_numpy(counter.count(facts, counts))
        found.append(dict(zip(COUNTS, counts[0].tolist(), strict=True)))
    return found


@pytest.mark.parametrize(
    ("token", "facts"),
    [
        ("A", [1, 0, 0, 0, 0, 0]),
        ("^c3/2", [1.5, 0, 0, 0, 0, 0]),
        ("|", [0, 1, 0, 0, 0, 0]),
        ("::", [0, 1, 1, 0, 0, 0]),
        ("(3", [0, 0, 0, 1, 0, 0]),
        ("M:2/2", [0, 0, 0, 0, 8, 0]),
        ("[2", [0, 0, 0, 0, 0, 1]),
        ("K:D", [0, 0, 0, 0, 0, 0]),
        ("<start>", [0, 0, 0, 0, 0, 0]),
    ],
)
def test_facts_of_a_token(token, facts):
    assert facts_of(token) == facts


def test_the_table_has_padding_and_the_unknown_first():
    table = counter.facts_table(["A2", "|"])
    assert table.tolist() == [[0] * 6, [0] * 6, facts_of("A2"), facts_of("|")]


@pytest.mark.parametrize(
    ("tune", "last"),
    [
        ("M:6/8 A B2", (3, 0, 0, 0)),
        ("M:6/8 A B2 c3 |", (0, 1, 0, 0)),
        # The first bar of a part, if it is short, is an upbeat and no bar.
        ("M:6/8 A |", (0, 0, 1, 0)),
        ("M:6/8 A | B6 | c3 d2", (5, 1, 1, 0)),
        # The last bar lacks what the next part begins with.
        ("M:6/8 A | B6 | c3 d2 :|", (0, 0, 0, 1)),
        ("M:6/8 A | B6 | c3 d2 :| e | f6", (6, 0, 1, 1)),
        ("M:6/8 B6 | A3 || c3 | d6 |", (0, 1, 3, 3)),
        # Endings: the second goes on where the first one began.
        ("M:2/4 A | B4 | [1 c3 :| [2 d", (1, 2, 1, 1)),
        # Three notes of a triplet are as long as two.
        ("M:2/4 (3 A B c d", (3, 0, 0, 0)),
        ("M:2/4 (3 A B", (4 / 3, 0, 0, 0)),
    ],
)
def test_counts_after_a_tune(tune, last):
    found = counted(tune)[-1]
    assert [found[name] for name in SEEN] == pytest.approx(last, abs=1e-5)


def test_every_bar_of_the_generated_tunes_ends_where_it_should():
    for tune in tunes.sample(count=8).tunes:
        tokens = tokens_of(tune)
        place = 0
        for token, found in zip(tokens, counted(tokens), strict=True):
            place = place + float(eighths(token)) if is_note(token) else place
            if token in counter.BARS:
                place = 0
            assert found["place"] == pytest.approx(place)


def test_what_is_seen_has_a_one_for_each_count():
    names = {"place": 2.5, "bars": 3, "upbeat": 1, "missing": 0.5, "metre": 6}
    counts = np.array([[names.get(name, 0) for name in COUNTS]], "float32")
    seen = keras.ops.convert_to_numpy(counter.as_seen(counts))[0]
    assert seen.sum() == 6
    # 3.5 eighths are left, 2.5 before the upbeat; 3 bars; 1 and 0.5 eighths; no more.
    places = np.flatnonzero(seen) - np.cumsum([0, 26, 26, 17, 17, 17])
    assert places.tolist() == [8, 6, 3, 2, 1, 0]


def test_without_facts_it_is_the_lstm_of_keras():
    x = np.random.default_rng(0).normal(size=(2, 7, 5)).astype("float32")
    counting = Recurrent(CountingLSTMCell(4), return_sequences=True)
    found = counting(np.pad(x, ((0, 0), (0, 0), (0, 6))))
    plain = keras.layers.LSTM(4, return_sequences=True)
    plain.build((2, 7, 5))
    kernel, recurrent, bias = counting.get_weights()
    # Without facts nothing is ever counted, and the same is seen at each step.
    seen = keras.ops.convert_to_numpy(
        counter.as_seen(np.zeros((1, len(COUNTS)), "float32"))
    )
    plain.set_weights([kernel[:5], recurrent, bias + (seen @ kernel[5:])[0]])
    np.testing.assert_allclose(found, plain(x), atol=1e-5)


def test_step_by_step_as_all_at_once():
    tokens = ["M:6/8", "K:D", "A", "|", "B2", "c", "d3", "|", "e3", "d2", ":|"]
    facts = np.array([[facts_of(token) for token in tokens]], "float32")
    x = np.random.default_rng(0).normal(size=(1, len(tokens), 3)).astype("float32")
    layer = Recurrent(CountingLSTMCell(4), return_sequences=True)
    inputs = np.concatenate([x, facts], axis=-1)
    whole = keras.ops.convert_to_numpy(layer(inputs))
    states = layer.get_initial_state(1)
    for place in range(len(tokens)):
        output, states = layer.step(inputs[:, place], states, False)
        np.testing.assert_allclose(output, whole[:, place], atol=1e-5)
    last = counted(tokens)[-1]
    np.testing.assert_allclose(states[-1][0], list(last.values()), atol=1e-5)
