"""The public names of the data sets and data/README.md, held against each other."""

import pkgutil
import re
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from keras_rnn import datasets

PAGE = Path(__file__).parents[2] / "data" / "README.md"
NAMED = sorted(set(re.findall(r"keras_rnn\.datasets((?:\.\w+)+)", PAGE.read_text())))

# Rooms of data sets; the others are for reading tables and for getting files.
ROOMS = ("generated", "pictures", "series", "sound", "text")


def resolve(path):
    """What `keras_rnn.datasets` followed by a path of attributes is."""
    found = datasets
    for name in path.strip(".").split("."):
        found = getattr(found, name)
    return found


def loaders():
    """Module and name of each function that loads or generates a whole data set."""
    for room in ROOMS:
        package = import_module(f"keras_rnn.datasets.{room}")
        for found in pkgutil.iter_modules(package.__path__):
            module = import_module(f"{package.__name__}.{found.name}")
            name = next(
                (one for one in ("load", "generate") if hasattr(module, one)), ""
            )
            if name:
                yield module, name


@pytest.mark.parametrize("path", NAMED)
def test_what_the_page_names_can_be_called(path):
    found = resolve(path)
    assert callable(found) or isinstance(found, ModuleType)


@pytest.mark.parametrize("path", NAMED)
def test_the_page_starts_from_a_public_name(path):
    assert path.split(".")[1] in datasets.__all__


def test_the_page_names_every_loader():
    named = [resolve(path) for path in NAMED]
    missing = [
        f"{module.__name__}.{name}"
        for module, name in loaders()
        if getattr(module, name) not in named
    ]
    assert not missing


def test_every_loader_is_public():
    names = {module.__name__.rpartition(".")[2] for module, _ in loaders()}
    assert len(names) >= 20
    assert names <= set(datasets.__all__)


def test_the_page_has_a_row_for_every_public_data_set():
    """Modules of formulas are no data sets; the weather has rows of its own names."""
    rows = re.findall(r"^\| `(\w+)`", PAGE.read_text(), re.MULTILINE)
    modules = {
        name
        for name in datasets.__all__
        if isinstance(module := getattr(datasets, name), ModuleType)
        and module.__name__.split(".")[2] in ROOMS
    }
    assert modules - set(rows) == {"atmosphere", "weather_sample"}
