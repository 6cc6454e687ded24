import keras
import numpy as np
import pytest

from keras_rnn.applications import dna_splice
from keras_rnn.applications.contract import Request
from keras_rnn.applications.dna_tags import train as dna_tags
from keras_rnn.cli.answers import show_answers
from keras_rnn.datasets.text import splice
from keras_rnn.errors import UserError


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(0)
    return dna_tags.build(units=4, filters=6)


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    """Of marks that are always there, so that one epoch or two teach something."""
    sample = splice.sample(400, seed=4)
    lines = [
        f"{sample.classes[label]},x,{_plain(text, label)}"
        for text, label in zip(sample.texts, sample.labels, strict=True)
    ]
    path = tmp_path_factory.mktemp("dna") / "plain.csv"
    path.write_text("\n".join(lines) + "\n")
    return dna_tags.train(Request(data=str(path), epochs=2, verbose=0))


def _plain(text, label):
    """A stretch whose halves can be told by their bases."""
    exon, intron = text.replace("T", "G"), text.replace("G", "T")
    halves = {0: (exon, intron), 1: (intron, exon), 2: (text, text)}[int(label)]
    return halves[0][:30] + halves[1][30:]


def test_learns_what_is_exon_and_what_is_intron(outcome):
    assert set(outcome.metrics) == set(outcome.baseline)
    assert set(outcome.metrics) == {"accuracy", "accuracy_of_cuts"}
    assert outcome.baseline["accuracy"] == pytest.approx(0.5, abs=0.05)
    assert outcome.metrics["accuracy"] > outcome.baseline["accuracy"] + 0.2
    assert outcome.metrics["accuracy_of_cuts"] > 0.7
    assert set(outcome.more["scores"]) == {"whole", "cuts"}
    assert set(outcome.more["weight_matrix"]["cuts"]) == {
        "accuracy", "junctions", "false_junctions",
    }  # fmt: skip
    assert list(outcome.figures) == ["tags"]


def test_the_saved_model_answers_raw_dna_of_any_length(outcome, tmp_path):
    outcome.model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras", compile=False)
    texts = ["a", dna_tags.LECTURE_EXAMPLE, "ACGTN" * 12, "RYSWKMBDHV" * 9]
    found = dna_tags.tag(loaded, texts)
    assert [len(tags) for tags in found] == [1, 19, 60, 90]
    assert found == dna_tags.tag(outcome.model, texts)
    assert found == [tags for text in texts for tags in dna_tags.tag(loaded, [text])]
    for text, answer in zip(
        texts, dna_tags.answer(loaded, texts).column("answer"), strict=True
    ):
        bases = "".join(part.split(":")[0] for part in answer.split("[")[1:])
        assert bases == text.upper()


def test_examples_end_with_the_sequence_of_the_lecture(outcome):
    text, truth, answer = outcome.examples[-1]
    assert text == "AGCCCCTGTGAGGAACTAG"
    assert truth == ""
    assert answer.startswith("[A")


def test_padding_changes_no_probability(model):
    bases = model.get_layer("encoder").get_layer("bases")
    short = bases.encode(["ACGTACGTAC"])
    padded = bases.encode(["ACGTACGTAC"], 48)
    np.testing.assert_allclose(
        model.predict(padded, verbose=0)[:, :10],
        model.predict(short, verbose=0),
        atol=1e-6,
    )


def test_padding_is_no_part_of_the_loss(model):
    model.compile(loss="sparse_categorical_crossentropy", weighted_metrics=["accuracy"])
    numbers = model.get_layer("encoder").get_layer("bases").encode(["ACG", "TTTTT"], 16)
    kept = np.arange(16) < np.array([[3], [5]])
    losses = [
        model.evaluate(numbers, np.where(kept, 1, padding), verbose=0)
        for padding in (0, 2)
    ]
    np.testing.assert_allclose(*losses, atol=1e-6)
    probabilities = model.predict(numbers, verbose=0)[kept][:, 1]
    assert losses[0][0] == pytest.approx(-np.log(probabilities).mean(), rel=1e-4)


def test_what_is_longer_than_the_stretches_is_read_in_windows(model):
    text = "".join(np.random.default_rng(0).choice(list("ACGT"), 65))
    bases = model.get_layer("encoder").get_layer("bases")
    mean = np.zeros((65, 3))
    for start in (0, 10, 20, 25):
        numbers = bases.encode([text[start : start + 40]])
        mean[start : start + 40] += model.predict(numbers, verbose=0)[0]
    found = dna_tags.tag(model, [text, text[:60]])
    assert found[0] == [splice.TAGS[number] for number in mean.argmax(axis=1)]
    direct = model.predict(bases.encode([text[:60]]), verbose=0)[0].argmax(axis=1)
    assert found[1] == [splice.TAGS[number] for number in direct]


def test_a_base_without_any_pattern_is_no_padding(model):
    encoder = keras.models.clone_model(model.get_layer("encoder"))
    encoder.set_weights([np.zeros_like(weight) for weight in encoder.get_weights()])
    read = encoder(np.array([[2, 2, 2, 0]]))
    assert np.asarray(read._keras_mask).tolist() == [[True, True, True, False]]
    assert np.asarray(read)[0].sum(axis=-1).tolist() == [2, 2, 2, 0]


@pytest.mark.parametrize(
    ("length", "first", "last"), [(60, 30, 30), (40, 10, 30), (50, 20, 30), (20, 1, 20)]
)
def test_patterns_count_where_a_junction_can_be(model, length, first, last):
    numbers = np.full((1, 64), 3)
    numbers[:, length:] = 0
    read = np.asarray(model.get_layer("encoder")(numbers))[0]
    expected = [first <= place <= last for place in range(1, 65)]
    assert (read[:, -2] == expected).all()
    assert not read[~np.array(expected), :6].any()
    # A pattern may be silent at a place, but not all of them at all places.
    assert read[first - 1 : last, :6].any()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ACGU", "Sequence 2: 'U' at place 4 is no base"),
        (" ", "Sequence 2 is empty. Give bases"),
    ],
)
def test_refuses_what_is_no_dna(model, text, message):
    with pytest.raises(UserError, match=message):
        dna_tags.answer(model, ["ACGT", text])


def test_the_models_of_dna_splice_and_dna_tags_are_not_taken_for_each_other(model):
    for name, module, other in (
        ("dna_tags", dna_tags, dna_splice.build()),
        ("dna_splice", dna_splice, model),
    ):
        with pytest.raises(UserError, match=f"The model is not one of {name}: "):
            show_answers(module, other, ["ACGT" * 15])
