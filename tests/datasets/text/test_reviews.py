import io
import tarfile

import pytest

from keras_rnn.datasets.text import reviews
from keras_rnn.errors import UserError


def archive(files):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as tar:
        for name, text in files.items():
            entry = tarfile.TarInfo(f"rt-polaritydata/{name}")
            entry.size = len(text)
            tar.addfile(entry, io.BytesIO(text))
    return stream.getvalue()


GOOD = archive(
    {"rt-polarity.neg": b"dull .\n", "rt-polarity.pos": b"a joy .\nfine .\n"}
)


@pytest.fixture
def without_data(tmp_path, monkeypatch):
    monkeypatch.delenv("KERAS_RNN_DATA", raising=False)
    monkeypatch.setenv("KERAS_RNN_CACHE", str(tmp_path))
    return tmp_path / "reviews" / "rt-polaritydata.tar.gz"


def test_the_real_sentences(real_data):
    data = reviews.load(str(real_data("rt_polarity")))
    assert len(data.texts) == 10_662
    assert data.labels.sum() == 5_331
    assert data.classes == ("negative", "positive")
    assert data.texts[0] == "simplistic , silly and tedious ."
    assert data.texts[5_331].startswith("the rock is destined to be the 21st century's")


def test_the_archive_is_unpacked_in_the_cache(without_data):
    without_data.parent.mkdir()
    without_data.write_bytes(GOOD)
    data = reviews.load()
    assert (data.texts, data.labels.tolist()) == (
        ["dull .", "a joy .", "fine ."],
        [0, 1, 1],
    )
    assert data.kind == "download"


def test_a_damaged_archive_says_which_file_to_delete(without_data):
    without_data.parent.mkdir()
    without_data.write_bytes(GOOD[:60])
    with pytest.raises(
        UserError, match=r"rt-polaritydata.tar.gz is damaged.*Delete it"
    ):
        reviews.load()


def test_without_network_the_sample_stands_in_and_says_so(without_data, monkeypatch):
    def refuse(*_, **__):
        raise UserError("no network")

    monkeypatch.setattr("keras_rnn.datasets.sources.public_file.download", refuse)
    data = reviews.load()
    assert data.kind == "sample"
    assert "no network" in data.note


@pytest.fixture(scope="module")
def many():
    return reviews.sample(30_000)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("the film is moving .", "positive"),
        ("the cast is not very boring .", "positive"),
        ("the plot is not honest .", "negative"),
        ("the plot is silly and the cast is loud, but the film is warm .", "positive"),
    ],
)
def test_the_sample_means_what_it_says(text, label, many):
    """Generated again and again, such sentences always have the one label."""
    labels = {
        many.classes[label]
        for other, label in zip(many.texts, many.labels, strict=True)
        if other == text
    }
    assert labels <= {label}
    if "but" not in text:  # so long a sentence is seldom drawn
        assert labels


def test_the_same_seed_gives_the_same_sample():
    assert reviews.sample(50, seed=3).texts == reviews.sample(50, seed=3).texts
    assert reviews.sample(50, seed=3).texts != reviews.sample(50, seed=4).texts


def test_a_file_of_ones_own(tmp_path):
    path = tmp_path / "mine.tsv"
    path.write_text("good\tyes\nbad\tno\n")
    assert reviews.load(str(path)).classes == ("bad", "good")
