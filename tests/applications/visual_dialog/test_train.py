import keras
import numpy as np
import pytest
from PIL import Image

from keras_rnn.applications.contract import Request
from keras_rnn.applications.visual_dialog import train as application
from keras_rnn.applications.visual_dialog.agent import DialogAgent
from keras_rnn.applications.visual_dialog.figures import draw_dialogs
from keras_rnn.applications.visual_dialog.network import build
from keras_rnn.applications.visual_dialog.scores import DialogResults
from keras_rnn.datasets.generated import shape_dialogs, shapes
from keras_rnn.errors import UserError

QUESTIONS = ["Is there a red square?", "what size is it?", "and the blue circle?"]


@pytest.fixture(scope="module")
def outcome():
    """Trained for a moment; the network without history, which takes as long, not."""
    trained = application.fit_to_accuracy

    def fit_to_accuracy(*given, name, **options):
        if name == "history":
            trained(*given, name=name, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(application, "fit_to_accuracy", fit_to_accuracy)
        patch.setattr(application, "_TRAIN", 64)
        patch.setattr(application, "_VALIDATION", 16)
        patch.setattr(application, "_TEST", 24)
        return application.train(Request(epochs=6, verbose=0))


@pytest.fixture(scope="module")
def folder(tmp_path_factory, outcome):
    """The saved model, and a picture in a file."""
    folder = tmp_path_factory.mktemp("dialog")
    outcome.model.save(folder / "model.keras")
    Image.fromarray(picture()).save(folder / "scene.png")
    return folder


def picture(size=32):
    box = shapes.Thing("square", "red", "large", 0.25, 0.25)
    ball = shapes.Thing("circle", "blue", "small", 0.75, 0.75)
    return shapes.draw(shapes.Scene((box, ball), cells=2), size)


def test_reports_what_is_asked_for(outcome):
    metrics, more = outcome.metrics, outcome.more
    assert set(metrics) == {"accuracy", "accuracy_referring_back", "gain_from_history"}
    assert set(metrics) == set(outcome.baseline)
    assert metrics["gain_from_history"] == pytest.approx(
        metrics["accuracy_referring_back"]
        - more["without_history"]["accuracy_referring_back"]
    )
    assert set(outcome.figures) == {"dialogs", "gain_from_history"}
    kinds = more["by_kind"].values()
    assert sum(one["questions"] for one in kinds) == more["test_questions"] == 24 * 6
    asked = sum(one["questions"] for one in kinds if one["refers_back"])
    assert asked == more["test_referring_back"]
    assert len(more["by_round"]) == 6
    assert np.mean(more["by_round"]) == pytest.approx(metrics["accuracy"])
    [first] = [one.texts for one in [outcome.data.part("test")]]
    assert [question for question, _, _ in outcome.examples] == first[:6]


def test_learns_which_answers_there_are(outcome):
    """Of 14 answers, more are right than of somebody who knows nothing."""
    assert len(outcome.model.get_layer("said").vocabulary) == 14
    assert outcome.metrics["accuracy"] > 0.15


def dialogs_of(agent, count=4, seed=3):
    data = shape_dialogs.generate(count, 0, 0, seed=seed).part("train")
    return (
        data.images,
        agent.encode(data.questions),
        agent.encode_answers(data.answers),
    )


@pytest.mark.parametrize("history", [True, False])
def test_a_round_sees_the_rounds_before_it_and_no_other(outcome, history):
    words = outcome.model.get_layer("reader").get_layer("words").vocabulary
    answers = outcome.model.get_layer("said").vocabulary
    encoder = outcome.model.get_layer("image_encoder")
    model = build(words, answers, encoder, history=history)
    images, numbers, given = dialogs_of(DialogAgent(model))
    before = model.predict([images, numbers, given], verbose=0)
    np.testing.assert_allclose(before.sum(axis=-1), 1, atol=1e-5)

    def changed(**other):
        inputs = {"images": images, "numbers": numbers, "given": given} | other
        after = model.predict(list(inputs.values()), verbose=0)
        return (np.abs(after - before) > 1e-6).any(axis=(0, 2)).tolist()

    later = [False] * 3 + [history] * 3
    answered = given.copy()
    answered[:, 2] = answered[:, 2] % 14 + 2
    assert changed(given=answered) == later
    asked = numbers.copy()
    asked[:, 2] = asked[:, 0]
    assert changed(numbers=asked) == [False, False, True, *[history] * 3]
    assert changed(images=images[::-1]) == [True] * 6


def test_what_it_answered_is_what_was_said(outcome):
    """Round by round by hand: each answer is given before the next question."""
    agent = DialogAgent(outcome.model)
    images, numbers, given = dialogs_of(agent)
    found, maps = agent.talk(images, numbers)
    assert maps.shape == (4, 6, 2, 4, 4)
    np.testing.assert_allclose(maps.sum(axis=(3, 4)), 1, atol=1e-5)
    known = np.zeros_like(given)
    for place in range(6):
        each = outcome.model.predict([images, numbers, known], verbose=0)[:, place]
        np.testing.assert_allclose(found[:, place], each, atol=1e-5)
        known[:, place] = each.argmax(axis=-1) + 2
    told, _ = agent.talk(images, numbers, given)
    direct = outcome.model.predict([images, numbers, given], verbose=0)
    np.testing.assert_allclose(told, direct, atol=1e-5)


def test_long_dialogs_and_questions_go_on_as_they_began(outcome):
    agent = DialogAgent(outcome.model)
    short = agent.encode([QUESTIONS, QUESTIONS[:1]])
    assert short.shape == (2, 6, 16)
    assert not short[0, 3:].any()
    many = [*QUESTIONS, *["is it left of the circle?"] * 4, "what " * 17]
    long = agent.encode([many])
    assert long.shape == (1, 12, 32)
    found, _ = agent.talk(picture()[None], long)
    first, _ = agent.talk(picture()[None], short[:1])
    np.testing.assert_allclose(found[:, :3], first[:, :3], atol=1e-5)


def test_the_saved_model_reads_files_of_any_size_and_raw_questions(folder, outcome):
    loaded = keras.saving.load_model(folder / "model.keras", compile=False)
    Image.fromarray(picture(128)).convert("P").save(folder / "large.png")
    asked = [
        (folder / "scene.png", QUESTIONS),
        (picture(), QUESTIONS[:2]),
        (folder / "large.png", QUESTIONS),
    ]
    found = application.replies(loaded, asked)
    assert found == application.replies(outcome.model, asked)
    assert [len(each) for each in found] == [3, 2, 3]
    assert found[1] == found[0][:2]
    assert set(found[0]) <= set(DialogAgent(loaded).answers)
    assert application.replies(loaded, []) == []


def test_the_command_line_names_rounds_and_unknown_words(folder, outcome):
    image = str(folder / "scene.png")
    answers = application.answer(
        outcome.model,
        [image, *QUESTIONS[:2], image, "what colour is the elephant?"],
    )
    rows = answers.rows
    assert answers.columns == ["picture", "round", "question", "answer", "probability"]
    assert [row[:3] for row in rows] == [
        ["scene.png", "1", "Is there a red square?"],
        ["scene.png", "2", "what size is it?"],
        ["scene.png", "1", "what colour is the elephant? (does not know: elephant)"],
    ]
    expected = application.replies(outcome.model, [(image, QUESTIONS[:2])])
    assert [row[3] for row in rows[:2]] == expected[0]


def test_a_chat_keeps_the_picture_and_what_was_said(folder, outcome):
    image, model = str(folder / "scene.png"), outcome.model
    turns = []

    def say(text):
        turns.append(text)
        turns.append(application.reply(model, list(turns)))
        return turns[-1]

    assert say("is there a red square?") == "Which picture? Give its path first."
    assert "Cannot read none.png: No such file" in say("none.png")
    assert say(image) == "Looking at scene.png. What do you want to know?"
    assert say("?!") == "'?!' is no question: it has no words."
    [expected] = application.replies(model, [(image, QUESTIONS)])
    assert [say(text) for text in QUESTIONS] == expected
    assert say("is the elephant red?").endswith(" (does not know: elephant)")
    # With another picture all begins anew.
    assert say(image).startswith("Looking at scene.png")
    assert say(QUESTIONS[0]) == expected[0]


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        (["what size is it?"], "Give a picture and then questions"),
        (["scene.png"], "Give a picture and then questions"),
        (["scene.png", "other.png", "what?"], "Give a picture and then questions"),
        (["none.png", "what?"], r"Cannot read none\.png: No such file"),
    ],
)
def test_questions_without_pictures_are_refused(outcome, inputs, message):
    with pytest.raises(UserError, match=message):
        application.answer(outcome.model, inputs)


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ("", r"'' is no question: it has no words"),
        (" ?!", r"' \?!' is no question: it has no words"),
        ("Wo steht das Haus?", "has no word that the model knows"),
    ],
)
def test_what_is_no_question_is_refused(outcome, question, message):
    with pytest.raises(UserError, match=message):
        application.replies(outcome.model, [(picture(), [QUESTIONS[0], question])])


def test_a_damaged_picture_and_other_data_are_refused(folder, outcome):
    content = (folder / "scene.png").read_bytes()
    (folder / "half.png").write_bytes(content[: len(content) // 2])
    with pytest.raises(UserError, match=r"half\.png is damaged"):
        application.replies(outcome.model, [(folder / "half.png", QUESTIONS)])
    with pytest.raises(UserError, match=r"no data 'a\.csv': its dialogs are generated"):
        application.train(Request(data="a.csv"))


def test_the_page_marks_what_is_wrong():
    dialogs = shape_dialogs.generate(2, 0, 0).part("train")
    answers = dialogs.answers.tolist()
    answers[1][2] = "purple"
    right = np.array(answers) == dialogs.answers
    found = DialogResults(
        answers, right, np.full((2, 6, 2, 8, 8), 1 / 64), dialogs.refers_back
    )
    drawn = draw_dialogs(dialogs, found, [1])
    assert len(drawn.axes) == 7
    titles = [axes.title for axes in drawn.axes[1:]]
    assert [title.get_color() == "tab:red" for title in titles] == (~right[1]).tolist()
    assert titles[2].get_text().endswith(f"purple (is: {dialogs.answers[1, 2]})")
    styles = [title.get_fontstyle() == "italic" for title in titles]
    assert styles == dialogs.refers_back[1].tolist()
    assert found.metrics()["accuracy"] == pytest.approx(11 / 12)
