from functools import partial

import keras
import numpy as np
import pytest

from keras_rnn.applications.contract import Request
from keras_rnn.applications.translation import network as translator
from keras_rnn.applications.translation import train as translation
from keras_rnn.errors import UserError


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    """Very small pairs, which are learnt in seconds."""
    path = tmp_path_factory.mktemp("pairs") / "pairs.tsv"
    whats = {
        "cat": "gato",
        "dog": "perro",
        "hen": "gallo",
        "owl": "lobo",
        "fox": "zorro",
    }
    hows = {"black": "negro", "white": "blanco", "small": "chico", "old": "viejo"}
    lines = [
        f"The {how} {what} saw the {other} {whom}.\t"
        f"El {whats[what]} {hows[how]} vio al {whats[whom]} {hows[other]}."
        for what in whats
        for whom in whats
        for how in hows
        for other in hows
    ]
    path.write_text("\n".join(lines))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(translator, "build", partial(translator.build, units=96))
        return translation.train(Request(data=str(path), epochs=8, verbose=0))


def test_reports_all_that_it_should(outcome):
    assert set(outcome.metrics) == {"bleu", "bleu_greedy", "bleu_without_attention"}
    assert outcome.baseline.keys() == outcome.metrics.keys()
    assert outcome.baseline["bleu_greedy"] is None
    assert outcome.metrics["bleu"] > 20
    assert outcome.more["bleu_signature"].startswith("nrefs:1|case:mixed|")
    assert outcome.more["test"] == 40
    assert outcome.more["errors"]["judged"] <= 40
    assert set(outcome.figures) == {f"attention_{n}" for n in range(1, 5)}


def test_the_saved_model_translates_raw_text_alike(outcome, tmp_path):
    outcome.model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras", compile=False)
    texts = ["The black cat saw the old owl.", "Unheard-of words!", ""]
    found = translation.answer(loaded, texts).column("answer")
    assert found == translator.translate(outcome.model, texts)
    assert found[0].startswith("El ")
    assert found[2] == ""
    assert "?" not in found[1]  # what is unknown is never said


def test_a_sentence_longer_than_any_is_translated_in_parts(outcome):
    one = "The black cat saw the old owl."
    [alone] = translator.translate(outcome.model, [one])
    [found] = translator.translate(outcome.model, [" ".join([one] * 9)])
    # 24 words are three sentences.
    [three] = translator.translate(outcome.model, [" ".join([one] * 3)])
    assert found == " ".join([three] * 3)
    assert alone


def test_weights_of_attention_are_drawn_for_each_word(outcome):
    figures = translation.attention_maps(outcome.model, ["The black cat saw the owl."])
    axes = figures["attention_1"].axes[0]
    assert [label.get_text() for label in axes.get_xticklabels()][:3] == [
        "the",
        "black",
        "cat",
    ]
    weights = axes.images[0].get_array()
    np.testing.assert_allclose(weights.sum(axis=1), 1, atol=1e-4)


def test_bleu_is_that_of_the_library_of_the_papers():
    """By hand: precisions 4/5, 3/4, 2/3, 1/2, and no penalty."""
    score = translation.bleu(["a b c d e"], ["a b c d f"])
    assert score.score == pytest.approx(100 * (4 / 5 * 3 / 4 * 2 / 3 * 1 / 2) ** 0.25)
    assert translation.bleu(["The cat."], ["the dog!"]).score < 50


def test_too_few_pairs_are_refused(tmp_path):
    path = tmp_path / "few.tsv"
    path.write_text("Hi.\tHola.\n" * 30)
    with pytest.raises(UserError, match=r"few.tsv has 30 pairs of sentences. Give at"):
        translation.train(Request(data=str(path)))


def test_a_wider_beam_never_finds_less(outcome):
    sources = [
        translator.source_tokens(outcome.model, "The white hen saw the old fox.")
    ]
    _, greedy = translator.search(
        outcome.model, translator.searcher(outcome.model, 1), sources
    )
    _, wide = translator.search(
        outcome.model, translator.searcher(outcome.model, 8, 0.0), sources
    )
    assert wide[0] >= greedy[0] - 1e-4
