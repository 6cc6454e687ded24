import sys
from types import ModuleType

import pytest


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package of three modules, of which `broken` cannot be imported."""
    folder = tmp_path / "lazy_package"
    folder.mkdir()
    (folder / "numbers.py").write_text("ONE, TWO = 1, 2\n")
    (folder / "letters.py").write_text("A = 'a'\n")
    (folder / "broken.py").write_text("raise RuntimeError('imported')\nB = 2\n")
    (folder / "__init__.py").write_text(
        "from keras_rnn._lazy import attach\n"
        "__all__ = attach(__name__, "
        "{'numbers': ['TWO', 'ONE'], 'letters': [], 'broken': ['B']})\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    import lazy_package

    yield lazy_package
    for name in [name for name in sys.modules if name.startswith("lazy_package")]:
        del sys.modules[name]


def loaded():
    return sorted(name for name in sys.modules if name.startswith("lazy_package."))


def test_nothing_is_imported_before_it_is_used(package):
    assert package.__all__ == ["B", "ONE", "TWO", "letters"]
    assert loaded() == []


def test_a_name_imports_its_module_alone(package):
    assert package.ONE == 1
    assert loaded() == ["lazy_package.numbers"]
    assert vars(package)["ONE"] == 1


def test_a_submodule(package):
    assert isinstance(package.letters, ModuleType)
    assert package.letters.A == "a"
    assert loaded() == ["lazy_package.letters"]


def test_import_from(package):
    from lazy_package import TWO, letters

    assert (TWO, letters.A) == (2, "a")


def test_an_error_in_a_module_is_seen(package):
    with pytest.raises(RuntimeError, match="imported"):
        package.B  # noqa: B018


def test_an_unknown_name(package):
    with pytest.raises(AttributeError, match="'lazy_package' has no attribute 'THREE'"):
        package.THREE  # noqa: B018
    assert not hasattr(package, "numbers")


def test_dir_shows_what_there_is(package):
    assert {"B", "ONE", "TWO", "letters", "__all__"} <= set(dir(package))
    assert loaded() == []
