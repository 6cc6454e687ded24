import keras
import numpy as np
import pytest
from PIL import Image

from keras_rnn.applications.contract import Request
from keras_rnn.applications.visual_question_answering import train as application
from keras_rnn.datasets.generated import shapes
from keras_rnn.datasets.pictures import easy_vqa
from keras_rnn.datasets.pictures.picture_questions import sample
from keras_rnn.errors import UserError


@pytest.fixture(scope="module")
def outcome():
    few = sample(140, 20, 40, each=8, things=(1, 2))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(easy_vqa, "load", lambda source: few)
        return application.train(Request(data="sample", epochs=6, verbose=0))


@pytest.fixture(scope="module")
def files(tmp_path_factory, outcome):
    """The saved model, and a picture in a file."""
    folder = tmp_path_factory.mktemp("vqa")
    outcome.model.save(folder / "model.keras")
    Image.fromarray(picture()).save(folder / "ball.png")
    return folder


def picture(size=32):
    ball = shapes.Thing("circle", "red", "large", 0.3, 0.4)
    box = shapes.Thing("square", "blue", "large", 0.8, 0.6)
    return shapes.draw(shapes.Scene((ball, box)), size)


def test_learns_more_than_the_question_tells(outcome):
    assert outcome.metrics["accuracy"] > outcome.baseline["accuracy"] + 0.05
    assert outcome.metrics["attention_in_box"] > outcome.baseline["attention_in_box"]
    assert set(outcome.metrics) == set(outcome.baseline)
    assert list(outcome.figures) == ["where_it_looks"]
    kinds = outcome.more["by_kind"]
    assert sum(one["questions"] for one in kinds.values()) == outcome.more["test"]
    assert kinds["count"]["attention_in_box"] is None


def test_the_saved_model_reads_files_of_any_size_and_raw_questions(files, outcome):
    loaded = keras.saving.load_model(files / "model.keras", compile=False)
    asked = "What color is the circle?"
    found = application.probabilities(loaded, [(files / "ball.png", asked)])
    direct = application.probabilities(outcome.model, [(picture(), asked)])
    np.testing.assert_allclose(found, direct, atol=1e-5)
    Image.fromarray(picture(128)).convert("P").save(files / "large.png")
    other = application.probabilities(loaded, [(files / "large.png", asked)])
    np.testing.assert_allclose(other, found, atol=0.2)
    numbers = application.words_of(loaded).encode([application.question_words(asked)])
    _, maps = application.with_maps(loaded).predict(
        (picture()[None], numbers), verbose=0
    )
    assert maps.shape == (1, 2, 8, 8)
    np.testing.assert_allclose(maps.sum(axis=(2, 3)), 1, atol=1e-5)


def test_a_test_is_answered_as_one_question_after_another(outcome):
    data, places = outcome.data, outcome.data.places("test")[:9]
    found = application.evaluate(outcome.model, data, places)
    np.testing.assert_array_equal(found.places, places)
    each = [(data.images[data.owners[one]], data.texts[one]) for one in places]
    chances = application.probabilities(outcome.model, each)
    names = application.answer_layer(outcome.model).names(chances)
    assert found.answers == names
    truths = [data.answers[place] for place in places]
    np.testing.assert_array_equal(found.right, np.array(names) == truths)


def test_both_ways_of_writing_and_signs_are_the_same(outcome):
    pairs = [
        (picture(), "what colour is the circle?"),
        (picture(), "What color is the circle"),
    ]
    first, second = application.probabilities(outcome.model, pairs)
    np.testing.assert_allclose(first, second, atol=1e-6)


def test_the_command_line_names_unknown_words(files, outcome):
    image = str(files / "ball.png")
    answers = application.answer(
        outcome.model,
        [image, "what colour is the elephant?", "is there a cross?", image, "what?"],
    )
    rows = answers.rows
    assert answers.columns == ["picture", "question", "answer", "probability"]
    assert [row[:2] for row in rows] == [
        ["ball.png", "what colour is the elephant? (does not know: elephant)"],
        ["ball.png", "is there a cross?"],
        ["ball.png", "what?"],
    ]
    known = application.answer_layer(outcome.model).classes
    assert all(row[2] in known and row[3].endswith("%") for row in rows)


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        (["what color is it?"], "Give a picture and then questions"),
        (["ball.png"], "Give a picture and then questions"),
        (["ball.png", "other.png", "what?"], "Give a picture and then questions"),
        (["ball.png", "what?", "other.png"], "Give a picture and then questions"),
        (["none.png", "what?"], r"Cannot read none.png: No such file"),
    ],
)
def test_questions_without_pictures_are_refused(outcome, inputs, message):
    with pytest.raises(UserError, match=message):
        application.answer(outcome.model, inputs)


def test_a_damaged_picture_and_an_empty_question_are_refused(files, outcome):
    content = (files / "ball.png").read_bytes()
    (files / "half.png").write_bytes(content[: len(content) // 2])
    with pytest.raises(UserError, match=r"half\.png is damaged"):
        application.probabilities(outcome.model, [(files / "half.png", "what?")])
    with pytest.raises(UserError, match=r"'\?!' is no question: it has no words"):
        application.probabilities(outcome.model, [(picture(), "?!")])


def test_the_figure_shows_pictures_that_differ():
    data = sample(30, 5, 20, each=6)
    test = data.places("test")
    found = application.QuestionResults(
        places=test,
        answers=[data.answers[place] for place in test],
        right=np.arange(len(test)) % 2 == 0,
        maps=np.full((len(test), 2, 8, 8), 1 / 64),
        inside=np.full(len(test), 0.5),
        kinds=np.array(data.kinds)[test],
    )
    drawn = application.draw_answers(data, found, count=4)
    assert len(drawn.axes) == 8
    for row in (drawn.axes[:4], drawn.axes[4:]):
        pictures = [axes.images[0].get_array().tobytes() for axes in row]
        assert len(set(pictures)) == 4
    assert [axes.get_ylabel() for axes in drawn.axes[::4]] == ["right", "wrong"]
    assert "(is: " in drawn.axes[4].get_title().replace("\n", " ")
    assert found.by_kind()["count"]["questions"] == data.kinds[-len(test) :].count(
        "count"
    )
