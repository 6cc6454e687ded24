import re

import pytest

from keras_rnn.datasets.text import plain_text
from keras_rnn.errors import UserError


def test_a_file_is_read_as_it_is(tmp_path):
    path = tmp_path / "book.txt"
    path.write_bytes("Ada:\r\nGrün ist schön.\r\n\r\nB.\n".encode())
    data = plain_text.load(path)
    assert data.text == "Ada:\nGrün ist schön.\n\nB."
    assert data.texts == ["Ada:", "Grün ist schön.", "B."]
    assert (data.name, data.kind, len(data)) == ("book.txt", "file", 24)
    assert data.describe().startswith("book.txt (file): 24 characters, ")


def test_latin_1_is_read_too(tmp_path):
    path = tmp_path / "book.txt"
    path.write_bytes("schön".encode("latin-1"))
    assert plain_text.load(path).text == "schön"


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "is empty"), (b" \n\n", "is empty"), (b"a\x00b", "holds zero bytes")],
)
def test_what_is_no_text_is_refused(tmp_path, content, message):
    path = tmp_path / "book.txt"
    path.write_bytes(content)
    with pytest.raises(UserError, match=rf"book\.txt.*{message}"):
        plain_text.load(path)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(UserError, match=r"none\.txt: No such file"):
        plain_text.load(tmp_path / "none.txt")


def test_the_sample_stands_in_and_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_RNN_DATA", str(tmp_path))
    monkeypatch.setenv("KERAS_RNN_CACHE", str(tmp_path))

    def refuse(*args, **kwargs):
        raise UserError("There is no network.")

    monkeypatch.setattr("keras_rnn.datasets.sources.public_file.download", refuse)
    data = plain_text.load()
    assert data.kind == "sample"
    assert data.note.endswith("stands in. There is no network.")
    assert data.text == plain_text.sample().text


def test_every_verb_and_pronoun_of_the_sample_agrees():
    single = r"(The (cat|king|queen|old house)|It|He|She) \w+s "
    many = r"(The (birds|two brothers|clouds)|Three ships|They) (sleep|wait|sing|grow) "
    speeches = plain_text.sample(count=300).text.split("\n\n")
    assert len(speeches) == 300
    for speech in speeches:
        who, *lines = speech.split("\n")
        assert re.fullmatch(r"\w+:", who)
        for line in lines:
            assert re.match(f"({single}|{many})", line), line
        if len(lines) == 2:
            is_many = lines[1].startswith("They")
            assert bool(re.match(many, lines[0])) is is_many, speech


def test_shakespeare_is_whole(real_data):
    real_data("shakespeare/input.txt")  # or the test is skipped
    data = plain_text.load()
    assert data.kind == "file"
    assert len(data) == 1_115_393  # without the last line end
    assert data.text.startswith("First Citizen:\nBefore we proceed")
