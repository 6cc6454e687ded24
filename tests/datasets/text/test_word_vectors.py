import numpy as np
import pytest

from keras_rnn.datasets.text import word_vectors
from keras_rnn.datasets.text.word_vectors import WordVectors
from keras_rnn.errors import UserError


def write(tmp_path, text):
    path = tmp_path / "vectors.txt"
    path.write_text(text, encoding="utf-8")
    return path


def test_what_is_written_is_read_again(tmp_path):
    rng = np.random.default_rng(0)
    vectors = WordVectors(["it's", "l'été", "1"], rng.normal(size=(3, 5)))
    found = word_vectors.read(write(tmp_path, vectors.to_text()))
    assert found.words == vectors.words
    np.testing.assert_allclose(found.table, vectors.table, rtol=1e-5)
    assert found.table.dtype == np.float32


def test_the_format_of_word2vec():
    text = WordVectors(["a", "b"], np.array([[0.25, -1], [1e-9, 30]])).to_text()
    assert text == "2 2\na 0.25 -1\nb 1e-09 30\n"


def test_glove_has_no_first_line(tmp_path):
    found = word_vectors.read(write(tmp_path, "the 1.0 2.0\n, 3.0 4.0\n"))
    assert found.words == ("the", ",")
    assert found[","].tolist() == [3.0, 4.0]


def test_only_the_words_that_are_wanted(tmp_path):
    path = write(tmp_path, "3 1\na 1\nb 2\nc 3\n")
    found = word_vectors.read(path, wanted={"c", "x"})
    assert (found.words, found.table.tolist()) == (("c",), [[3.0]])
    assert word_vectors.read(path, wanted={"x"}).table.shape == (0, 1)


def test_a_word_may_have_a_space_and_come_twice(tmp_path):
    path = write(tmp_path, "2 2\na 1 2\nat home 3 4\na 5 6\n")
    found = word_vectors.read(path)
    assert found.words == ("a", "at home")
    assert found["a"].tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2 2\na 1 2\nb 1\n", r"line 3: expected a word and 2 numbers"),
        ("a 1 2\nb 1 x\n", r"line 2: expected a word and 2 numbers .* Found 'b 1 x'"),
        ("a 1 nan\n", r"line 1: expected a word and 2 numbers"),
        ("hello\n", r"line 1: expected a word and 1 numbers"),
        ("3 5\n", r"has no word with its numbers"),
        ("\n", r"is empty"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path, text, message):
    with pytest.raises(UserError, match=message):
        word_vectors.read(write(tmp_path, text))


def test_a_missing_file(tmp_path):
    with pytest.raises(UserError, match="Cannot read"):
        word_vectors.read(tmp_path / "none.txt")


def test_rows_and_words_must_agree():
    with pytest.raises(ValueError, match="2 words"):
        WordVectors(["a", "b"], np.zeros((3, 4)))
    with pytest.raises(ValueError, match="twice"):
        WordVectors(["a", "a"], np.zeros((2, 4)))
