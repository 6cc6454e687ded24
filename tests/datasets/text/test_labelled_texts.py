import numpy as np
import pytest

from keras_rnn.datasets.text.labelled_texts import from_pairs, read_lines, read_tab_file
from keras_rnn.errors import UserError


def test_classes_are_numbered_in_the_order_given():
    about = {"name": "x", "kind": "file", "origin": "y"}
    pairs = [("b", "one"), ("a", "two"), ("b", "three")]
    assert from_pairs(pairs, **about).labels.tolist() == [1, 0, 1]
    texts = from_pairs(pairs, ("b", "a"), **about)
    assert texts.labels.tolist() == [0, 1, 0]
    assert texts.labels.dtype == np.int32
    assert texts.texts == ["one", "two", "three"]
    assert texts.describe() == "x (file): 3 texts (2 b, 1 a), y"


def test_a_generated_sample_is_called_so():
    texts = from_pairs([("a", "t")], name="x", kind="sample", origin="generated")
    assert "(generated sample, not real)" in texts.describe()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_reads_what_people_have(tmp_path, encoding, end):
    path = tmp_path / "texts.tsv"
    text = end.join(["gut\tsehr\x85schön ", "", "schlecht\ttja"]) + end
    path.write_bytes(text.encode(encoding))
    texts = read_tab_file(path)
    assert texts.texts == ["sehr\x85schön", "tja"]  # no line ends at \x85
    assert texts.classes == ("gut", "schlecht")
    assert (texts.kind, texts.name, texts.origin) == ("file", "texts.tsv", str(path))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"a\tb\nno tab here\n", "line 2: expected a label, a tab"),
        (b"a\tb\n\tno label\n", "line 2"),
        (b"a\tb\nc\t \n", "line 2"),
        (b"a\tb\na\tc\n", "one label"),
        (b"a\tb\x00", "not a text file.*Save it as UTF-8"),
        ("a\tb".encode("utf-16-le"), "not a text file.*Save it as UTF-8"),
        ("a\tb".encode("utf-16") + b"\x00", "not a text file.*Save it as UTF-8"),
        ("".encode("utf-16"), "is empty"),
    ],
)
def test_says_what_is_wrong_with_a_file_and_where(tmp_path, content, message):
    path = tmp_path / "texts.tsv"
    path.write_bytes(content)
    with pytest.raises(UserError, match=message) as error:
        read_tab_file(path)
    assert str(path) in str(error.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(UserError, match=r"nowhere\.txt: No such file"):
        read_lines(tmp_path / "nowhere.txt")
