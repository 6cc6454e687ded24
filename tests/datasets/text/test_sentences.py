import pytest

from keras_rnn.datasets.text import sentence_pairs, sentences
from keras_rnn.errors import UserError


def test_the_real_sentences_are_english_and_each_is_there_once(real_data):
    real_data("spa_eng/spa-eng.zip")
    data = sentences.load()
    assert len(data) == 102_904
    assert data.texts[0] == "Go."
    assert len(set(data.texts)) == len(data.texts)
    assert data.kind == "file"
    assert "Tatoeba" in data.describe()


def test_the_sample_is_the_english_side_too():
    data = sentences.load("sample")
    english = sentence_pairs.sample().targets
    assert data.texts == list(dict.fromkeys(english))
    assert data.kind == "sample"
    assert "generated sample, not real" in data.describe()


def test_a_text_of_ones_own(tmp_path):
    path = tmp_path / "mine.txt"
    path.write_text("One line.\n\n  Another line. \nOne line.\n")
    data = sentences.load(str(path))
    assert data.texts == ["One line.", "Another line."]
    assert (data.name, data.kind) == ("mine.txt", "file")


def test_without_network_the_sample_stands_in_and_says_so(tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise UserError("no network")

    monkeypatch.delenv("KERAS_RNN_DATA", raising=False)
    monkeypatch.setenv("KERAS_RNN_CACHE", str(tmp_path))
    monkeypatch.setattr("keras_rnn.datasets.sources.public_file.download", refuse)
    data = sentences.load()
    assert data.kind == "sample"
    assert "no network" in data.note


def test_an_empty_file_is_refused(tmp_path):
    path = tmp_path / "empty.txt"
    path.write_text("\n")
    with pytest.raises(UserError, match=r"empty.txt is empty"):
        sentences.load(str(path))
