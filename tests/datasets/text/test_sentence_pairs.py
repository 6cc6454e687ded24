import io
import zipfile

import pytest

from keras_rnn.datasets.text import sentence_grammar, sentence_pairs
from keras_rnn.errors import UserError


def archive(files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        for name, data in files.items():
            packed.writestr(name, data)
    return stream.getvalue()


@pytest.fixture
def without_data(tmp_path, monkeypatch):
    monkeypatch.delenv("KERAS_RNN_DATA", raising=False)
    monkeypatch.setenv("KERAS_RNN_CACHE", str(tmp_path))
    path = tmp_path / "sentence_pairs" / "spa-eng.zip"
    path.parent.mkdir()
    return path


def test_the_real_pairs(real_data):
    data = sentence_pairs.load(str(real_data("spa_eng/spa-eng.zip")))
    assert len(data) == 118_964
    assert (data.sources[0], data.targets[0]) == ("Go.", "Ve.")
    assert ("Who?", "¿Quién?") in zip(data.sources, data.targets, strict=True)


def test_further_columns_and_empty_lines_are_left_out(tmp_path):
    path = tmp_path / "pairs.tsv"
    path.write_text("Hi.\tHola.\tCC-BY 2.0 (tatoeba)\n\nGo.\tVe.\n", encoding="utf-8")
    data = sentence_pairs.load(str(path))
    assert data.sources == data.texts == ["Hi.", "Go."]
    assert data.targets == ["Hola.", "Ve."]
    assert data.describe() == f"pairs.tsv (file): 2 pairs, {path}"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
def test_encodings(tmp_path, encoding):
    path = tmp_path / "pairs.txt"
    path.write_bytes("Who?\t¿Quién?\r\n".encode(encoding))
    assert sentence_pairs.load(str(path)).targets == ["¿Quién?"]


@pytest.mark.parametrize("line", ["no tab", "\tno source", "no target\t "])
def test_a_line_that_is_no_pair_is_named(tmp_path, line):
    path = tmp_path / "pairs.txt"
    path.write_text(f"Hi.\tHola.\n{line}\n")
    with pytest.raises(UserError, match=r"pairs.txt, line 2: expected a sentence, a"):
        sentence_pairs.load(str(path))


def test_files_that_cannot_be_read(tmp_path):
    empty, binary = tmp_path / "empty.txt", tmp_path / "binary.txt"
    empty.write_text("\n")
    binary.write_bytes(b"\x00\x01")
    broken, bare = tmp_path / "broken.zip", tmp_path / "bare.zip"
    broken.write_bytes(b"PK no zip")
    bare.write_bytes(archive({"readme.md": "nothing"}))
    for path, message in (
        (empty, "is empty"),
        (binary, "is not a text file"),
        (broken, "broken.zip is damaged"),
        (bare, "holds no .txt file"),
        (tmp_path / "none.zip", "Cannot read .*none.zip: No such file"),
    ):
        with pytest.raises(UserError, match=message):
            sentence_pairs.load(str(path))


def test_the_largest_text_of_the_archive_in_the_cache_is_read(without_data):
    pairs = "Go.\tVe.\n" * 20
    without_data.write_bytes(archive({"a/_about.txt": "x", "a/spa.txt": pairs}))
    data = sentence_pairs.load()
    assert (len(data), data.kind, data.languages) == (
        20,
        "download",
        ("English", "Spanish"),
    )


def test_a_line_within_an_archive_is_named(tmp_path):
    path = tmp_path / "mine.zip"
    path.write_bytes(archive({"spa.txt": "one\n"}))
    with pytest.raises(UserError, match=r"mine.zip, line 1"):
        sentence_pairs.load(str(path))


def test_without_network_the_sample_stands_in_and_says_so(without_data, monkeypatch):
    def refuse(*_, **__):
        raise UserError("no network")

    monkeypatch.setattr("keras_rnn.datasets.sources.public_file.download", refuse)
    data = sentence_pairs.load()
    assert data.kind == "sample"
    assert "no network" in data.note


def test_the_sample_is_drawn_again_from_its_seed_and_never_says_the_lecture():
    one, other = (sentence_pairs.sample(500, seed=seed) for seed in (3, 4))
    assert sentence_pairs.sample(500, seed=3).sources == one.sources != other.sources
    assert sentence_grammar.LECTURE_PAIR[0] not in one.sources
    assert len(set(zip(one.sources, one.targets, strict=True))) == 500


@pytest.mark.parametrize(
    "pair",
    [
        ("Elle porte la fleur.", "She carries the flower."),
        ("Je ne chante pas avec lui.", "I do not sing with him."),
        ("Danse-t-il avec nous?", "Does he dance with us?"),
        ("Est-ce que je chante avec toi?", "Do I sing with you?"),
        ("Tu regardes une maison ancienne.", "You watch an old house."),
        ("Veulent-ils danser avec moi?", "Do they want to dance with me?"),
    ],
)
def test_the_grammar_agrees(pair, drawn):
    """Wherever such a source was drawn, its target is this one."""
    assert {one for one in drawn if one[0] == pair[0]} <= {pair}


@pytest.fixture(scope="module")
def drawn():
    return sentence_grammar.draw_pairs(8_000)


def test_the_grammar_makes_the_lectures_words_but_not_its_sentence(drawn):
    assert (
        "Voulez-vous chanter avec moi?",
        "Do you want to sing with me?",
    ) not in drawn
    french = [pair[0] for pair in drawn]
    assert any(text.startswith("Voulez-vous chanter avec ") for text in french)
    assert any(text.endswith("avec moi?") for text in french)
