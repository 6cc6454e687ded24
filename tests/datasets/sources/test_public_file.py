import pytest

from keras_rnn.datasets.sources import public_file
from keras_rnn.errors import UserError


@pytest.fixture
def folders(tmp_path, monkeypatch):
    own, cache = tmp_path / "own", tmp_path / "cache"
    own.mkdir()
    monkeypatch.setenv("KERAS_RNN_DATA", str(own))
    monkeypatch.setenv("KERAS_RNN_CACHE", str(cache))
    return own, cache


def refuse(*_, **__):
    raise UserError("no network")


def test_the_users_own_file_comes_first(folders, monkeypatch):
    own, cache = folders
    monkeypatch.setattr(public_file, "download", refuse)
    (own / "a.txt").write_text("own")
    cache.mkdir()
    (cache / "b.txt").write_text("cached")
    found = public_file.find("a.txt", "b.txt", "https://example.org/a")
    assert found == (own / "a.txt", "file", str(own / "a.txt"))


def test_then_the_cache_and_last_the_network(folders, monkeypatch):
    _, cache = folders
    asked = []

    def fake(url, path, **checks):
        asked.append((url, checks["sha256"]))
        path.parent.mkdir()
        path.write_text("new")

    monkeypatch.setattr(public_file, "download", fake)
    for _ in range(2):  # the second time from the cache
        found = public_file.find("a.txt", "b.txt", "https://example.org/a", sha256="1")
        assert found == (cache / "b.txt", "download", "https://example.org/a")
    assert asked == [("https://example.org/a", "1")]


def test_nowhere_is_an_error(folders, monkeypatch):
    monkeypatch.setattr(public_file, "download", refuse)
    with pytest.raises(UserError, match="no network"):
        public_file.find("a.txt", "b.txt", "https://example.org/a")
