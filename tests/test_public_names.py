"""What a package promises is there, lazily imported or not."""

import ast
import tomllib
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

import keras_rnn

ROOT = Path(keras_rnn.__file__).parent

FOLDERS = sorted(path.parent for path in ROOT.rglob("__init__.py"))
STUBBED = [folder for folder in FOLDERS if (folder / "__init__.pyi").exists()]


def name_of(folder):
    """`"keras_rnn.reference.gamma_notation"` of keras_rnn/reference/gamma_notation."""
    return ".".join(("keras_rnn", *folder.relative_to(ROOT).parts))


def stub_imports(folder):
    """The public names of a stub, as (module or "" for a submodule, name)."""
    tree = ast.parse((folder / "__init__.pyi").read_text(encoding="utf-8"))
    return [
        (node.module or "", alias.name)
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    ]


def test_the_large_packages_have_stubs():
    assert {ROOT, *(ROOT / one for one in ("forecasting", "training"))} <= {*STUBBED}


@pytest.mark.parametrize("folder", FOLDERS, ids=name_of)
def test_every_public_name_is_there(folder):
    package = import_module(name_of(folder))
    for public in getattr(package, "__all__", []):
        assert getattr(package, public) is not None, public


@pytest.mark.parametrize("folder", FOLDERS, ids=name_of)
def test_no_module_hides_a_function(folder):
    """Importing `package.name` makes the module an attribute of the package."""
    package = import_module(name_of(folder))
    public = getattr(package, "__all__", [])
    for name in public:
        if (folder / f"{name}.py").exists() or (folder / name).is_dir():
            import_module(f"{package.__name__}.{name}")
    modules = {one for one in public if isinstance(getattr(package, one), ModuleType)}
    if folder in STUBBED:
        assert modules == {
            name
            for module, name in stub_imports(folder)
            if not module or (folder / module / f"{name}.py").exists()
        }
    else:
        assert not modules


@pytest.mark.parametrize("folder", STUBBED, ids=name_of)
def test_names_are_those_of_the_stub(folder):
    package = import_module(name_of(folder))
    found = stub_imports(folder)
    assert package.__all__ == sorted(name for _, name in found)
    assert set(package.__all__) <= set(dir(package))
    for module, name in found:
        home = import_module(f"{package.__name__}.{module or name}")
        assert getattr(package, name) is (getattr(home, name) if module else home)
        assert module.split(".")[0] != name, "older lazy_loaders give the module"


def test_an_unknown_name():
    with pytest.raises(AttributeError, match="forecastin"):
        keras_rnn.forecastin  # noqa: B018


def test_stubs_are_installed():
    settings = tomllib.loads((ROOT.parent / "pyproject.toml").read_text("utf-8"))
    data = settings["tool"]["setuptools"]["package-data"]
    assert data == {"*": ["py.typed", "*.pyi"]}
    assert (ROOT / "py.typed").exists()
