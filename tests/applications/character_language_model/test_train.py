import keras
import numpy as np
import pytest

from keras_rnn.applications.character_language_model import train as application
from keras_rnn.applications.character_language_model.figures import draw
from keras_rnn.applications.contract import Request
from keras_rnn.datasets.text import plain_text
from keras_rnn.errors import UserError


@pytest.fixture(scope="module")
def outcome():
    text = plain_text.sample(count=350)
    with pytest.MonkeyPatch.context() as patch:
        build = application.build
        patch.setattr(
            application, "build", lambda *args, **given: build(*args, units=32, **given)
        )
        patch.setattr(plain_text, "sample", lambda: text)
        return application.train(Request(data="sample", epochs=8, verbose=0))


def test_learns_more_than_how_often_letters_are(outcome):
    assert outcome.metrics["nats"] < 1.6  # of single letters: 2.7
    assert outcome.metrics["perplexity"] == pytest.approx(
        np.exp(outcome.metrics["nats"])
    )
    assert outcome.baseline.keys() == outcome.metrics.keys()
    assert outcome.files["samples.txt"].count("=== temperature") == 3


def test_a_letter_costs_the_same_in_parts_as_in_one_pass(outcome):
    model, text = outcome.model, outcome.data.text[:900]
    numbers = model.get_layer("letters").encode([text])[0]
    logits = model.predict(numbers[None, :-1], verbose=0)[0].astype("float64")
    chances = np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True)
    whole = np.log(chances[np.arange(899), numbers[1:]])
    found = application.log_probabilities(model, numbers[401:], numbers[:401], rows=7)
    assert found.shape == (499,)
    np.testing.assert_allclose(found, whole[400:], atol=1e-4)


def test_the_saved_model_goes_on_with_raw_text(outcome, tmp_path):
    outcome.model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras", compile=False)
    texts = ["The king ", "", "Grün §"]  # and letters that it does not know
    found = application.continuations(loaded, texts, length=40)
    assert found == application.continuations(outcome.model, texts, length=40)
    assert all(1 <= len(one) <= 40 for one in found)
    [answer] = application.answer(loaded, ["The king "]).column("answer")
    assert answer.startswith("The king ")
    assert len(answer) > 100


def test_prompts_of_several_lengths_do_not_disturb_each_other(outcome):
    # Near temperature 0 nothing is left to chance.
    given = {"length": 20, "temperature": 1e-3}
    alone = application.continuations(outcome.model, ["The"], **given)
    beside = application.continuations(
        outcome.model, ["The", "The queen waits by"], **given
    )
    assert beside[0] == alone[0]


def test_the_learner_and_the_reader_have_the_same_weights():
    learner = application.build(list("abc"), units=8, rows=2)
    reader = application.build(list("abc"), units=8)
    reader.set_weights([np.asarray(one) for one in learner.trainable_weights])
    numbers = np.array([[2, 3, 4, 2], [4, 4, 2, 3]])
    np.testing.assert_allclose(
        learner.predict(numbers, batch_size=2, verbose=0),
        reader.predict(numbers, verbose=0),
        atol=1e-6,
    )


def test_a_text_that_is_too_short_is_refused(tmp_path):
    path = tmp_path / "short.txt"
    path.write_text("To be or not to be. " * 100)
    with pytest.raises(UserError, match=r"short.txt has 2,000 characters, too few"):
        application.train(Request(data=str(path)))


def test_the_figure_shows_each_model_with_its_mean():
    figure = draw(
        list("to\nbe"), {"a": [-1.0] * 5, "b": [-2.0] * 5}, plain_text.sample(count=1)
    )
    titles = [axes.get_title(loc="left") for axes in figure.axes[:2]]
    assert titles == ["a: 1.00 nats a letter here", "b: 2.00 nats a letter here"]
    assert "⏎" in [text.get_text() for text in figure.axes[0].texts]
