import pytest

from keras_rnn.applications.shared.questions import (
    is_picture,
    most_frequent_answers,
    texts_of_pictures,
)
from keras_rnn.errors import UserError


def test_without_a_picture_the_commonest_answer_counts():
    learn = ["what color is the circle?"] * 3 + ["what color is the cross?", "is it?"]
    answers = ["red", "red", "blue", "green", "yes"]
    asked = [
        "What colour is the circle?",
        "what color is the cross?",
        "what color is the square?",
        "is there one?",
        "how many?",
    ]
    found = most_frequent_answers(learn, answers, asked)
    assert found == ["red", "green", "red", "yes", "red"]


def test_a_text_belongs_to_the_picture_before_it():
    given = ["a.png", "one", "two", "b.JPG", "three"]
    wanted = [("a.png", ["one", "two"]), ("b.JPG", ["three"])]
    assert texts_of_pictures(given, "") == wanted
    given = ["1", "one", "2", "two"]
    wanted = [("1", ["one"]), ("2", ["two"])]
    assert texts_of_pictures(given, "", str.isdigit) == wanted


@pytest.mark.parametrize(
    "given", [[], ["one"], ["a.png"], ["one", "a.png"], ["a.png", "b.png", "one"]]
)
def test_what_does_not_belong_together_is_refused(given):
    with pytest.raises(UserError, match="Give a picture"):
        texts_of_pictures(given, "Give a picture and then texts.")


def test_any_file_is_taken_for_a_picture(tmp_path):
    (tmp_path / "map").write_bytes(b"")
    assert is_picture(tmp_path / "map")
    assert is_picture("missing.webp")
    assert not is_picture("go to the red circle")
