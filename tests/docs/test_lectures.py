"""The table of pages names what exists, and what is run."""

import doctest
import importlib
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "lectures.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.split("|")[1:-1]]
    for line in TEXT.splitlines()
    if line.startswith("| ") and not line.startswith(("| page", "| section"))
]
MODULES = sorted(set(re.findall(r"`(keras_rnn[\w.]*)`", TEXT)))
TUTORIALS = sorted(set(re.findall(r"`(\w+\.py)`", TEXT)))


def resolve(name):
    """The module or public object of a dotted name, and the module it stands in."""
    try:
        found = importlib.import_module(name)
    except ModuleNotFoundError:
        home, _, last = name.rpartition(".")
        found = getattr(importlib.import_module(home), last)
    # A builder has the name of its module, and hides it.
    home = found if isinstance(found, ModuleType) else None
    return found, home or importlib.import_module(found.__module__)


def test_lecture_3_is_there_from_the_first_page_to_the_last():
    assert [row[0] for row in ROWS if row[0].isdigit()] == [
        str(page) for page in range(1, 23)
    ]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_every_page_but_the_titles_has_a_module_and_a_tutorial(row):
    page, _, module, tutorial = row
    title = page in ("1", "title and contents")
    assert bool(re.findall(r"`keras_rnn\.[\w.]+`", module)) is not title
    assert bool(re.findall(r"`\w+\.py`", tutorial)) is not title


@pytest.mark.parametrize("name", MODULES)
def test_every_module_exists_and_is_run_by_its_examples_or_tests(name):
    found, home = resolve(name)
    assert found.__doc__
    if hasattr(home, "__path__"):  # a package: each of its modules has its own tests
        return
    relative = Path(home.__file__).relative_to(ROOT / "keras_rnn")
    mirror = ROOT / "tests" / relative.with_name(f"test_{relative.name}")
    examples = sum(len(one.examples) for one in doctest.DocTestFinder().find(home))
    assert examples or mirror.exists(), f"{home.__name__} is run nowhere"


@pytest.mark.parametrize("name", TUTORIALS)
def test_every_tutorial_exists(name):
    # `make tutorials` runs whatever stands in this folder.
    assert (ROOT / "tutorials" / name).is_file()


def test_every_tutorial_is_in_the_table():
    assert sorted(path.name for path in (ROOT / "tutorials").glob("*.py")) == TUTORIALS
