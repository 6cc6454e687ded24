import io

import keras
import numpy as np
import pytest
from PIL import Image

from keras_rnn.applications.contract import Request
from keras_rnn.applications.text_to_image import drawing_classifier, network
from keras_rnn.applications.text_to_image import train as application
from keras_rnn.applications.text_to_image.drawing_classifier import (
    Correctness,
    compare_nearest,
)
from keras_rnn.applications.visual_question_answering import train as vqa
from keras_rnn.datasets.generated import pixel_drawings
from keras_rnn.datasets.generated.shape_questions import WORDINGS
from keras_rnn.datasets.generated.shape_scene import COLOURS, SHAPES
from keras_rnn.errors import UserError


def untrained_classifier():
    """A classifier that says something, at once."""
    asked = {word for kind in WORDINGS for word in " ".join(WORDINGS[kind]).split()}
    return vqa.build(sorted(asked), [*COLOURS, *SHAPES], 32, width=16)


@pytest.fixture(scope="module")
def outcome():
    with pytest.MonkeyPatch.context() as patch:
        for name, count in (("_TRAIN", 64), ("_VALIDATION", 8), ("_TEST", 8)):
            patch.setattr(application, name, count)
        patch.setattr(application, "TEMPERATURES", (0.5, 1.0))
        patch.setattr(
            drawing_classifier, "train_classifier", lambda _: untrained_classifier()
        )
        return application.train(Request(epochs=1, verbose=0))


@pytest.fixture(scope="module")
def loaded(outcome, tmp_path_factory):
    path = tmp_path_factory.mktemp("painter") / "model.keras"
    outcome.model.save(path)
    return keras.saving.load_model(path, compile=False)


def test_is_judged_beside_all_pixels_at_once(outcome):
    names = {"right", "shape", "colour", "nats"}
    assert set(outcome.metrics) == set(outcome.baseline) == names
    for each in (outcome.metrics, outcome.baseline):
        assert 0 <= each["right"] <= min(each["shape"], each["colour"])
        assert 0 < each["nats"] < 3
    assert set(outcome.figures) == {"drawings", "growing", "temperatures"}
    assert outcome.data.kind == "sample"
    assert len(outcome.data) == 80
    assert set(outcome.more["by_temperature"]) == {"0.5", "1.0"}
    chosen = outcome.more["by_temperature"][str(application.TEMPERATURE)]
    assert chosen == {name: outcome.metrics[name] for name in chosen}


def test_the_saved_model_draws_raw_text_as_before(outcome, loaded):
    texts = ["A small red circle!", "there is a big blue cross on the left"]
    found = pixel_drawings.to_colours(application.draw(loaded, texts, seed=1))
    assert found.shape == (2, 16, 16, 3)
    assert found.dtype == "uint8"
    colours = {tuple(one) for one in found.reshape(-1, 3).tolist()}
    assert colours <= {tuple(one) for one in pixel_drawings.palette().tolist()}
    same = pixel_drawings.to_colours(application.draw(outcome.model, texts, seed=1))
    np.testing.assert_array_equal(found, same)


def test_drawing_follows_the_probabilities_of_training(outcome):
    """Step by step, as all at once: what is drawn is scored by the trained model."""
    texts = ["a red circle", "a small square at the top"]
    pixels = application.draw(outcome.model, texts, temperature=0.01, seed=0)
    numbers = network.word_numbers(outcome.model, texts)
    inputs = (numbers, network.late(pixels))
    scores = outcome.model.predict(inputs, batch_size=2, verbose=0)
    best = scores.max(axis=-1)
    drawn = np.take_along_axis(scores, pixels.reshape(2, -1)[..., None], -1)[..., 0]
    # So cold, the likeliest is drawn, or one that is as likely.
    np.testing.assert_allclose(drawn, best, atol=0.1)


def test_the_command_line_shows_letters_and_keeps_pictures(loaded):
    texts = ["a pink circle", "a red square"]
    answers = application.answer(loaded, texts, seed=5)
    rows, files = answers.rows, answers.files
    assert answers.columns == ["given", "drawn"]
    assert [row[0] for row in rows] == [
        "a pink circle (does not know: pink)",
        "a red square",
    ]
    assert sorted(files) == ["drawing_1.png", "drawing_2.png"]
    pixels = application.draw(loaded, texts, seed=5)
    for row, one, content in zip(rows, pixels, files.values(), strict=True):
        assert row[1] == pixel_drawings.in_letters(one)
        picture = np.asarray(Image.open(io.BytesIO(content)))
        wanted = pixel_drawings.to_colours(one, scale=16)
        np.testing.assert_array_equal(picture, wanted)
    [[_, letters]] = application.answer(loaded, texts[:1]).rows
    assert letters.count("\n") == 15


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "'' is no caption: it has no words"),
        (" ?! ", r"is no caption: it has no words. Say what to draw, such as"),
        ("a red " * 20 + "circle", "has 41 words and signs. A caption has at most 24"),
    ],
)
def test_what_is_no_caption_is_refused(loaded, text, message):
    with pytest.raises(UserError, match=message):
        application.draw(loaded, ["a red circle", text])


def test_other_data_are_refused():
    with pytest.raises(UserError, match="text_to_image has no data 'mine'"):
        application.train(Request(data="mine"))


def test_real_drawings_are_flawless_and_others_are_not():
    drawings = pixel_drawings.random_drawings(np.random.default_rng(0), 12, "test")
    found = compare_nearest(drawings.pixels, drawings)
    assert set(found.values()) == {1.0}
    spoiled = drawings.pixels.copy()
    spoiled[:6, 0, 0] = 3
    found = compare_nearest(spoiled, drawings)
    assert (found["right"], found["flawless"]) == (1.0, 0.5)
    found = compare_nearest(np.roll(drawings.pixels, 1, axis=0), drawings)
    assert found["right"] < 0.5


def test_right_is_right_in_both():
    found = Correctness(np.array([1, 1, 0, 0]) > 0, np.array([1, 0, 1, 1]) > 0)
    assert found.shares() == {"right": 0.25, "shape": 0.5, "colour": 0.75}


def test_the_classifier_learns_from_real_drawings_of_all_kinds(monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr(vqa, "fit", lambda *given: asked.append(given))
    drawing_classifier.train_classifier(Request(seed=3, folder=tmp_path))
    drawing_classifier.train_classifier(Request(seed=3, epochs=1))
    (data, request), (again, short) = asked
    assert request.folder == tmp_path / "classifier"
    assert (request.epochs, short.epochs, short.folder) == (8, 1, None)
    np.testing.assert_array_equal(data.images, again.images)
    answers = np.array(data.answers)[data.places("train")]
    assert set(answers) == {*COLOURS, *SHAPES}
    pairs = set(zip(answers[::4], answers[2::4], strict=True))
    assert len(pairs) == len(COLOURS) * len(SHAPES)


def test_questions_have_true_answers():
    drawings = pixel_drawings.random_drawings(np.random.default_rng(0), 3)
    data = drawing_classifier.questions({"train": drawings})
    assert data.images.shape == (3, 32, 32, 3)
    assert data.texts[:4] == [
        "what colour is the thing?",
        "what is the colour of the shape?",
        "what shape is the thing?",
        "what is the shape?",
    ]
    for place, owner in enumerate(data.owners):
        thing = drawings.things[owner]
        assert data.answers[place] == getattr(thing, data.kinds[place])
    top, left, bottom, right = data.boxes[0]
    rows, columns = np.nonzero(drawings.pixels[0])
    assert abs(rows.min() / 16 - top) < 0.1
    assert abs((columns.max() + 1) / 16 - right) < 0.1
    assert left < right
    assert top < bottom


def test_batches_hide_a_few_words_in_training_alone(outcome):
    drawings = outcome.data.part("train")
    model = outcome.model
    plain = network.drawing_batches(model, drawings, shuffle=False)
    (words, read), said = plain[0]
    assert not (words == 1).any()
    np.testing.assert_array_equal(read[:, 1:], said[:, :-1])
    assert (read[:, 0] == network.START).all()
    batches = network.drawing_batches(model, drawings, unknown=0.5)
    (words, _), _ = batches[0]
    assert 0.3 < (words[words > 0] == 1).mean() < 0.7
    first = batches[0][0][0].copy()
    batches.epoch = 1
    assert (batches[0][0][0] != first).any()
