import pytest

from keras_rnn.applications.shared.picture_inputs import is_picture, texts_with_pictures


def test_a_text_belongs_to_the_picture_before_it():
    given = ["a.png", "one", "two", "b.JPG", "three"]
    wanted = [("a.png", "one"), ("a.png", "two"), ("b.JPG", "three")]
    assert texts_with_pictures(given) == wanted
    given = ["1", "one", "2", "two"]
    assert texts_with_pictures(given, str.isdigit) == [("1", "one"), ("2", "two")]


@pytest.mark.parametrize(
    "given", [[], ["one"], ["a.png"], ["one", "a.png"], ["a.png", "b.png", "one"]]
)
def test_what_does_not_belong_together_gives_nothing(given):
    assert texts_with_pictures(given) == []


def test_any_file_is_taken_for_a_picture(tmp_path):
    (tmp_path / "map").write_bytes(b"")
    assert is_picture(tmp_path / "map")
    assert is_picture("missing.webp")
    assert not is_picture("go to the red circle")
