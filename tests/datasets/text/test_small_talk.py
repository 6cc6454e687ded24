import pytest

from keras_rnn.datasets.text import small_talk
from keras_rnn.errors import UserError


def write(folder, text, encoding="utf-8"):
    path = folder / "mine.tsv"
    path.write_bytes(text.encode(encoding))
    return str(path)


def test_the_sample_holds_whole_dialogs_out():
    data = small_talk.load()
    assert data.kind == "sample"
    assert len(data) == len(data.turns) == len(data.is_test) > 10_000
    assert 0.05 < data.is_test.mean() < 0.2
    for turns, before, reply, out, was in zip(
        data.turns[1:],
        data.turns,
        data.replies,
        data.is_test[1:],
        data.is_test,
        strict=False,
    ):
        if len(turns) > 1:  # it goes on
            assert turns[:-1] == [*before, reply]
            assert out == was
    assert "generated sample, not real" in data.describe()


def test_lines_above_are_what_was_said_before(tmp_path):
    text = "hi\thello\nwho am I?\tAda\n\n\nbye\tso long\n"
    data = small_talk.load(write(tmp_path, text))
    assert data.texts == ["hi", "hi | hello | who am I?", "bye"]
    assert data.replies == ["hello", "Ada", "so long"]
    assert (data.kind, data.name) == ("file", "mine.tsv")


def test_without_an_empty_line_each_line_stands_for_itself(tmp_path):
    data = small_talk.load(write(tmp_path, "hi\thello\nbye\tso long\n"))
    assert data.texts == ["hi", "bye"]


def test_a_question_may_hold_earlier_turns(tmp_path):
    data = small_talk.load(write(tmp_path, "I am Ada | hello | who am I?\tAda\n"))
    assert data.turns == [["I am Ada", "hello", "who am I?"]]


def test_latin_1_is_read(tmp_path):
    data = small_talk.load(write(tmp_path, "ça va?\tbien sûr\n", "latin-1"))
    assert (data.texts, data.replies) == (["ça va?"], ["bien sûr"])


def test_a_tenth_of_a_files_dialogs_is_held_out(tmp_path):
    text = "\n".join(f"hi {n}\thello\nbye {n}\tso long\n" for n in range(50))
    data = small_talk.load(write(tmp_path, text))
    assert data.is_test.sum() == 10
    assert (data.is_test[::2] == data.is_test[1::2]).all()


@pytest.mark.parametrize(
    "line", ["no tab here", "\tno question", "no answer\t ", "|\tx"]
)
def test_a_line_without_both_parts_is_named(tmp_path, line):
    path = write(tmp_path, f"hi\thello\n\n{line}\n")
    with pytest.raises(UserError, match=r"mine.tsv, line 3: expected what was said"):
        small_talk.load(path)


@pytest.mark.parametrize(
    ("content", "message"), [(b" \n", "is empty"), (b"a\x00\tb", "not a text file")]
)
def test_what_is_no_text_is_refused(tmp_path, content, message):
    path = tmp_path / "odd.tsv"
    path.write_bytes(content)
    with pytest.raises(UserError, match=message):
        small_talk.load(str(path))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(UserError, match=r"none.tsv: No such file"):
        small_talk.load(str(tmp_path / "none.tsv"))
