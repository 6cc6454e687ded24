import keras
import numpy as np
import pytest

from keras_rnn.applications.contract import Request
from keras_rnn.applications.conversation import network
from keras_rnn.applications.conversation import train as conversation
from keras_rnn.errors import UserError

NAMES = ("Ada", "Ben", "Ida", "Max")
ASKED = "who am I ?"


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    """Learned from a file in which only the turn before tells the answer."""
    path = tmp_path_factory.mktemp("talk") / "names.tsv"
    dialogs = [f"I am {n} .\tHello, {n}.\n{ASKED}\tYou are {n}.\n" for n in NAMES] * 60
    path.write_text("\n".join(dialogs))
    return conversation.train(Request(data=str(path), epochs=16, verbose=0))


def test_answers_with_what_was_said_before_and_cannot_without(outcome):
    assert outcome.metrics["accuracy"] > 0.95
    # Half of the questions are the same; there are four answers to them.
    assert outcome.more["accuracy_without_context"] < 0.8
    assert outcome.baseline["accuracy"] < 0.8
    asked = outcome.more["where_the_last_turn_does_not_tell"]
    assert asked["share"] == pytest.approx(0.5)
    assert asked["accuracy"] > 0.95
    assert asked["accuracy_without_context"] < 0.6


def test_perplexity_is_below_what_counting_reaches(outcome):
    assert 1 <= outcome.metrics["perplexity"] < outcome.baseline["perplexity"]
    without = outcome.more["perplexity_without_context"]
    assert outcome.metrics["perplexity"] < without


def test_perplexity_is_that_of_its_definition(outcome):
    """Word by word, from the probabilities of one call each."""
    model = outcome.model
    read, answer = ["i", "am", "ada", "."], ["Hello", ",", "Ada", "."]
    said, before, after = network.encode(model, [read], [answer])
    scores = model.predict((said, before), verbose=0)[0]
    nats = [
        np.log(np.exp(row).sum()) - row[word]
        for row, word in zip(scores.astype("float64"), after[0], strict=True)
        if word
    ]
    assert len(nats) == 5  # four words and the end
    found = conversation._perplexity(model, [read], [answer])
    assert found == pytest.approx(np.exp(np.mean(nats)), rel=1e-4)


def test_the_saved_model_answers_raw_text(outcome, tmp_path):
    outcome.model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras", compile=False)
    texts = ["I am Ida . | Hello, Ida. | WHO am i?", "i am Max.", "", "| |"]
    found = conversation.answer(loaded, texts).column("answer")
    assert found == ["You are Ida.", "Hello, Max.", "", ""]
    turns = ["I am Ben.", "Hello, Ben.", ASKED]
    assert conversation.reply(loaded, turns) == "You are Ben."


def test_unknown_words_and_endless_turns_are_answered_too(outcome):
    texts = ["qwertz uiop", "I am Ben . " * 100, " | ".join(["I am Max ."] * 50)]
    assert all(conversation.answer(outcome.model, texts).column("answer"))


def test_where_the_model_looked_is_drawn_word_by_word(outcome):
    assert set(outcome.figures) == {"attention"}
    weights, read, written = network.attention_weights(
        outcome.model, ["I am Ada .", "Hello", ASKED]
    )
    assert weights.shape == (len(written), len(read))
    assert written[-1] == "end"
    np.testing.assert_allclose(weights.sum(axis=1), 1, atol=1e-4)


def test_the_oldest_turns_and_words_are_left_out():
    turns = [f"turn {n}" for n in range(20)]
    assert network.read_words(turns)[:3] == ["turn", "13", "|"]
    assert network.read_words(["a " * 99 + "b"]) == ["a"] * (network.LENGTH - 1) + ["b"]


def test_without_attention_it_is_the_network_of_2015():
    model = network.build(["a"], ["b"], attention=None, units=8, width=4)
    assert model.get_layer("decoder").attention is None


def test_dialogs_are_not_torn_apart_by_the_validation_part():
    from keras_rnn.datasets.text import small_talk

    data = small_talk.sample(100)
    learnt, validation, test, _ = conversation._split(data)
    assert sorted([*learnt, *validation, *test]) == list(range(len(data)))
    assert len(data.turns[validation[0]]) == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hi\thello\n" * 30, r"few.tsv has 30 exchanges, 30 with an answer of at most"),
        ("hi\t" + "so " * 40 + "\n" * 2, r"few.tsv has 1 exchanges, 0 with"),
    ],
)
def test_too_few_are_refused(tmp_path, text, message):
    path = tmp_path / "few.tsv"
    path.write_text(text)
    with pytest.raises(UserError, match=message):
        conversation.train(Request(data=str(path)))
