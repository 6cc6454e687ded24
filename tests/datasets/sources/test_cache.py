from pathlib import Path

import pytest

import keras_rnn.datasets.sources.cache as cache
from keras_rnn.errors import UserError


def test_no_data_folder_by_default(monkeypatch):
    monkeypatch.delenv("KERAS_RNN_DATA", raising=False)
    assert cache.data_folder() is None


def test_an_empty_variable_is_as_good_as_none(monkeypatch):
    monkeypatch.setenv("KERAS_RNN_DATA", "")
    assert cache.data_folder() is None


def test_data_folder_is_what_the_variable_names(monkeypatch, tmp_path):
    monkeypatch.setenv("KERAS_RNN_DATA", str(tmp_path))
    assert cache.data_folder() == tmp_path


def test_a_wrong_data_folder_is_not_passed_over(monkeypatch, tmp_path):
    monkeypatch.setenv("KERAS_RNN_DATA", str(tmp_path / "typo"))
    with pytest.raises(UserError, match=r"KERAS_RNN_DATA is set to .*typo.*not a fold"):
        cache.data_folder()


def test_cache_folder_can_be_chosen(monkeypatch, tmp_path):
    monkeypatch.setenv("KERAS_RNN_CACHE", str(tmp_path / "later"))
    assert cache.cache_folder() == tmp_path / "later"


def fake_checkout(monkeypatch, folder):
    monkeypatch.delenv("KERAS_RNN_CACHE", raising=False)
    module = folder / "keras_rnn" / "datasets" / "sources" / "cache.py"
    monkeypatch.setattr(cache, "__file__", str(module))


def test_a_checkout_keeps_downloads_in_its_data_folder(monkeypatch, tmp_path):
    fake_checkout(monkeypatch, tmp_path)
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "data").mkdir()
    assert cache.cache_folder() == tmp_path / "data"


def test_an_installed_package_uses_the_users_cache(monkeypatch, tmp_path):
    fake_checkout(monkeypatch, tmp_path)
    (tmp_path / "data").mkdir()  # some other package's, in site-packages
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    folder = cache.cache_folder()
    assert folder != tmp_path / "data"
    assert folder.name == "keras_rnn"
    assert isinstance(folder, Path)
