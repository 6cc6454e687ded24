import warnings

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keras_rnn.applications import sentiment
from keras_rnn.applications.contract import Request
from keras_rnn.applications.named_entities import scores as entity_scores
from keras_rnn.applications.named_entities import train as named_entities
from keras_rnn.applications.shared.batches import LengthBatches
from keras_rnn.datasets.text.entity_tokens import tokens
from keras_rnn.errors import UserError

TAGS = ["O", "B-PER", "I-PER"]


def tagged(model, texts):
    """The tokens of each text, each with its tag."""
    read = [[token for token, *_ in tokens(text)] for text in texts]
    return [
        list(zip(*each, strict=True))
        for each in zip(read, named_entities.tag(model, read), strict=True)
    ]


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # such as of a mask that is lost on the way
        return named_entities.build(
            ["met", "ron"], list("RonmetLua"), ["Xx", "x"], TAGS, units=8, width=8
        )


@pytest.fixture(scope="module")
def outcome():
    return named_entities.train(Request(data="sample", epochs=3, verbose=0))


def test_finds_names_that_it_has_never_seen(outcome):
    assert outcome.baseline["f1"] < 0.6
    assert outcome.metrics["f1"] > outcome.baseline["f1"] + 0.2
    assert set(outcome.metrics) == {"precision", "recall", "f1"}
    assert outcome.data.kind == "sample"


def test_the_saved_model_marks_raw_text(outcome, tmp_path):
    outcome.model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras", compile=False)
    texts = ["Yesterday, Luna met Ginny Kamoski.", "", "was\tborn in"]
    found = tagged(loaded, texts)
    assert found == tagged(outcome.model, texts)
    assert [token for token, _ in found[0]] == [
        "Yesterday", ",", "Luna", "met", "Ginny", "Kamoski", ".",
    ]  # fmt: skip
    assert named_entities.answer(loaded, texts).column("answer") == [
        "Yesterday, [Luna: PER] met [Ginny Kamoski: PER].",
        "",
        "was\tborn in",
    ]


def test_examples_end_with_the_sentence_of_the_lecture(outcome):
    text, truth, answer = outcome.examples[-1]
    assert text == "Yesterday, Harry Potter met Hermione Granger."
    assert truth == ""
    assert "[Harry Potter: PER]" in answer
    assert set(outcome.figures) == {"entities"}


def test_padding_changes_no_tag(model):
    short, long = ["Ron", "met", "Lua"], ["met", "Ron"] * 40
    alone = model.predict(named_entities.encode(model, [short]), verbose=0)
    beside = model.predict(named_entities.encode(model, [short, long]), verbose=0)
    assert beside.shape == (2, 80, 3)
    np.testing.assert_allclose(beside[0, :3], alone[0, :3], atol=1e-6)


def test_padding_is_no_part_of_the_loss(model):
    model.compile(loss="sparse_categorical_crossentropy", weighted_metrics=["accuracy"])
    inputs = named_entities.encode(model, [["Ron", "met"], ["met"] * 5])
    kept = np.arange(16) < np.array([[2], [5]])
    losses = [
        model.evaluate(inputs, np.where(kept, 1, padding), verbose=0)
        for padding in (0, 2)
    ]
    np.testing.assert_allclose(*losses, atol=1e-6)
    probabilities = model.predict(inputs, verbose=0)[kept][:, 1]
    assert losses[0][0] == pytest.approx(-np.log(probabilities).mean(), rel=1e-4)


def test_a_sentence_longer_than_any_seen_is_read_to_its_end(outcome):
    frame = "The train from {} to Dover was late . "
    text = frame.format("Oslo") * 40
    assert len(text.split()) > 2 * max(map(len, outcome.data.sentences))
    (found,) = tagged(outcome.model, [text])
    assert [token for token, _ in found] == text.split()
    # Away from the ends each part reads as the others do.
    assert len({tuple(found[start : start + 9]) for start in range(90, 270, 9)}) == 1
    last = dict(found[-9:])
    assert last["Dover"] == "B-LOC"
    assert last["late"] == "O"


def test_of_unknown_characters_each_is_the_same_unknown(model):
    first = named_entities.encode(model, [["Ω\u4e00", "met"]])
    other = named_entities.encode(model, [["Ψ\u4e8c", "met"]])
    for one, two in zip(first, other, strict=True):
        assert (one == two).all()
    assert first[1][0, 0, :3].tolist() == [1, 1, 0]
    found = tagged(model, ["\u4e00 met \U0001f989 , \u0645 \u0000"])
    assert [token for token, _ in found[0]][:3] == ["\u4e00", "met", "\U0001f989"]


def test_a_word_is_read_as_word_letters_and_shape(model):
    words, letters, shapes = named_entities.encode(model, [["Ron", "Lua"], ["met"]])
    assert words[:, :3].tolist() == [[3, 1, 0], [2, 0, 0]]
    assert shapes[:, :3].tolist() == [[2, 2, 0], [3, 0, 0]]
    assert letters.shape == (2, 16, 16)
    assert letters[0, 0, :4].tolist() == [2, 3, 4, 0]
    assert not letters[0, 2:].any()


def test_of_a_long_word_both_ends_are_read(model):
    word = "Ronmetlu" + "x" * 30 + "metlumet"
    _, cut, _ = named_entities.encode(model, [["Ronmetlumetlumet"]])
    _, whole, _ = named_entities.encode(model, [[word]])
    assert (whole == cut).all()


def test_the_baseline_knows_words_alone():
    sentences = [["Jordan", "met", "Ron"], ["in", "Jordan"], ["Jordan"]]
    tags = [["B-PER", "O", "B-PER"], ["O", "B-LOC"], ["B-LOC"]]
    found = entity_scores.most_frequent_tags(
        sentences, tags, [["Jordan", "met", "Luna"], ["ron"]]
    )
    assert found == [["B-LOC", "O", "O"], ["O"]]


TAGGED = st.lists(
    st.lists(st.sampled_from(["O", "B-A", "I-A", "I-B"]), min_size=5, max_size=5),
    min_size=2,
    max_size=2,
)


@given(TAGGED, TAGGED)
def test_scores_are_those_of_seqeval(truth, found):
    from seqeval.metrics import f1_score, precision_score, recall_score

    scored = entity_scores.scores(truth, found)
    for name, score in (
        ("precision", precision_score),
        ("recall", recall_score),
        ("f1", f1_score),
    ):
        assert scored[name] == pytest.approx(score(truth, found, zero_division=0))


def test_scores_count_whole_entities():
    truth = [["B-PER", "I-PER", "O", "B-LOC"], ["B-LOC", "O"]]
    found = [["B-PER", "O", "O", "B-LOC"], ["B-ORG", "B-PER"]]
    scores = entity_scores.scores(truth, found)
    assert scores == pytest.approx({"precision": 1 / 4, "recall": 1 / 3, "f1": 2 / 7})
    nothing = entity_scores.scores([["B-PER"]], [["O"]])
    assert nothing == {"precision": 0, "recall": 0, "f1": 0}


def test_too_few_sentences_are_refused(tmp_path):
    path = tmp_path / "few.conll"
    path.write_text("Ron I-PER\n\n" * 29)
    with pytest.raises(UserError, match=r"few.conll has 29 sentences. Give at least"):
        named_entities.train(Request(data=str(path)))


def test_batches_are_by_similar_length(model):
    part = [["Ron"] * 3, ["met"] * 20], [TAGS, ["O"] * 20]
    data = named_entities._batches(model, part)
    assert isinstance(data, LengthBatches)
    inputs, targets = data[0]
    assert targets.shape == (2, 32)
    assert targets[targets.sum(axis=1) > 0, :4].tolist() == [[0, 1, 2, 0]]
    assert inputs[0].shape == (2, 32)


def test_the_model_of_another_application_is_refused():
    other = sentiment.build(["good"], ["no", "yes"], units=2, width=2)
    with pytest.raises(ValueError, match="No such layer"):
        named_entities.answer(other, ["Ron"])
