import pytest

from keras_rnn.datasets.text import entities
from keras_rnn.errors import UserError


def write(folder, text, encoding="utf-8"):
    path = folder / "mine.conll"
    path.write_bytes(text.encode(encoding))
    return str(path)


def test_the_real_sentences(real_data):
    data = entities.load(str(real_data("wikigold/wikigold.conll.txt")))
    assert len(data.sentences) == 1_696
    assert sum(map(len, data.sentences)) == 39_152 - 145  # less the document marks
    assert data.types == ("LOC", "MISC", "ORG", "PER")
    assert data.texts[0].startswith("010 is the tenth album from Japanese Punk")
    assert data.tags[0][-6:] == ["O", "B-ORG", "I-ORG", "I-ORG", "I-ORG", "O"]


def test_reads_tokens_and_tags(tmp_path):
    text = "-DOCSTART- O\n\nRon I-PER\nmet O\nLuna\tI-PER\n\n\nLeeds NNP B-NP B-LOC\r\n"
    data = entities.load(write(tmp_path, text))
    assert data.sentences == [["Ron", "met", "Luna"], ["Leeds"]]
    assert data.tags == [["B-PER", "O", "B-PER"], ["B-LOC"]]
    assert (data.kind, data.name) == ("file", "mine.conll")
    assert data.describe().startswith("mine.conll (file): 2 sentences (1 LOC, 2 PER), ")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16"])
def test_reads_accents_in_any_encoding(tmp_path, encoding):
    data = entities.load(write(tmp_path, "Zoë I-PER\n", encoding))
    assert data.sentences == [["Zoë"]]


@pytest.mark.parametrize(
    ("tags", "bio"),
    [
        ("I-PER I-PER O I-PER", "B-PER I-PER O B-PER"),
        ("I-PER I-LOC", "B-PER B-LOC"),
        ("I-PER B-PER I-PER", "B-PER B-PER I-PER"),
        ("B-PER I-PER O", "B-PER I-PER O"),
    ],
)
def test_every_entity_begins_with_b(tags, bio):
    assert entities.as_bio(tags.split()) == bio.split()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Ron I-PER\nmet\n", "conll, line 2: expected a token, a space.* 'met'"),
        ("Ron I-PER\n\nmet X-PER\n", "conll, line 3: 'X-PER' is no tag. Tags are O"),
        ("Ron I-\n", "line 1: 'I-' is no tag"),
        ("Ron O\nmet O\n", "has 1 sentences and no named entity"),
        (" \n\n", "is empty"),
        ("", "mine.conll is empty"),
        ("Ron\0 O\n", "is not a text file"),
    ],
)
def test_says_which_line_is_wrong(tmp_path, text, message):
    with pytest.raises(UserError, match=message):
        entities.load(write(tmp_path, text))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(UserError, match=r"none.conll: No such file"):
        entities.load(str(tmp_path / "none.conll"))


@pytest.fixture
def cached(tmp_path, monkeypatch):
    monkeypatch.delenv("KERAS_RNN_DATA", raising=False)
    monkeypatch.setenv("KERAS_RNN_CACHE", str(tmp_path))
    (tmp_path / "entities").mkdir()
    return tmp_path / "entities" / "wikigold.conll.txt"


def test_a_download_in_the_cache_is_read(cached):
    cached.write_text("Ron I-PER\n")
    data = entities.load()
    assert (data.kind, data.origin) == ("download", entities.URL)


def test_without_network_the_sample_stands_in_and_says_so(cached, monkeypatch):
    def refuse(*_, **__):
        raise UserError("no network")

    monkeypatch.setattr("keras_rnn.datasets.sources.public_file.download", refuse)
    data = entities.load()
    assert data.kind == "sample"
    assert "no network" in data.note
    assert "generated sample, not real" in data.describe()


def test_a_web_page_is_no_download(tmp_path):
    path = tmp_path / "page"
    path.write_text("<html>\n")
    with pytest.raises(ValueError, match="holds no tagged sentences"):
        entities._check(path)


def test_in_the_sample_the_neighbours_decide():
    data = entities.sample(3000)
    tags = {
        tag
        for words, found in zip(data.sentences, data.tags, strict=True)
        for word, tag in zip(words, found, strict=True)
        if word == "Jordan"
    }
    assert tags == {"B-PER", "B-LOC"}
    assert data.sentences == entities.sample(3000).sentences
    assert data.sentences != entities.sample(3000, seed=1).sentences
    for found in data.tags:
        assert entities.as_bio(found) == found
