"""Data flows one way: a module imports only from what stands before it."""

import ast
import functools
from pathlib import Path

import pytest

import keras_rnn
from keras_rnn.applications.catalogue import APPLICATIONS

ROOT = Path(keras_rnn.__file__).parent

# What stands in one line does not know each other.
ORDER = [
    {"_saved_classes", "_version", "errors"},
    {"files", "optional"},
    {"reference", "datasets", "visualize", "tutorial"},
    {"layers"},
    {"architectures"},
    {"decoding"},
    {"training", "runtimes"},
    {"forecasting", "applications"},
    {"cli"},
    {"__main__"},
]
RANK = {name: rank for rank, names in enumerate(ORDER) for name in names}

# They draw arrays and Keras objects that they are handed.
ALOOF = {"visualize", "reference"}

MODULES = sorted(ROOT.rglob("*.py"))


def parts(path):
    """`("forecasting", "ridge")` of keras_rnn/forecasting/ridge.py."""
    return path.relative_to(ROOT).with_suffix("").parts


@functools.cache
def imports(path):
    """Every module a file imports, inside functions too, as (name, line)."""
    return list(_imports(path))


def _imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} is relative"
            yield from (
                (f"{node.module}.{alias.name}", node.lineno) for alias in node.names
            )


def own_imports(path):
    """The parts of this package that a file imports from."""
    for name, line in imports(path):
        if name.split(".")[0] == "keras_rnn":
            yield name.split(".")[1], line


def test_every_module_has_its_place():
    found = {parts(path)[0] for path in MODULES} - {"__init__"}
    assert found <= set(RANK)
    assert {"errors", "datasets", "layers", "training", "forecasting", "cli"} <= found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: "/".join(parts(path)))
def test_imports_only_what_stands_before(path):
    home = parts(path)[0]
    for name, line in own_imports(path):
        where = f"{path}:{line}"
        if home == "__init__":
            assert name in {"_saved_classes", "_version"}, where
            continue
        assert name in RANK, f"{where} imports keras_rnn.{name}, which has no place"
        if name == home:
            continue
        assert RANK[name] < RANK[home], f"{where}: {home} imports {name}"
        assert home not in ALOOF or RANK[name] <= RANK["files"], where


@pytest.mark.parametrize(
    "path",
    sorted((ROOT / "applications").glob("*/*.py")),
    ids=lambda path: "/".join(parts(path)),
)
def test_a_room_knows_no_other_application(path):
    known = {
        one
        for one in APPLICATIONS
        for name, _ in imports(path)
        if f"{name}.".startswith(f"keras_rnn.applications.{one}.")
    }
    # Drawings are classified by the application that answers questions about pictures.
    asked = {"text_to_image/drawing_classifier.py": {"visual_question_answering"}}
    room = path.parent.name
    assert known <= {room} | asked.get(f"{room}/{path.name}", set())


@pytest.mark.parametrize("path", MODULES, ids=lambda path: "/".join(parts(path)))
def test_no_backend_by_name(path):
    backends = {"tensorflow", "jax", "torch"}
    # Keras's own function to seed torch would import TensorFlow.
    if parts(path) == ("training", "seeds"):
        backends.remove("torch")
    found = {name.split(".")[0] for name, _ in imports(path)} & backends
    assert not found, f"{path} imports {found}: use keras.ops"


def test_the_check_sees_imports_inside_functions(tmp_path):
    path = tmp_path / "module.py"
    path.write_text(
        "import keras_rnn.cli\n"
        "def function():\n"
        "    from keras_rnn import training\n"
        "    from keras_rnn.forecasting.plan import ForecastPlan\n"
        "    import tensorflow as tf\n"
    )
    assert list(own_imports(path)) == [("cli", 1), ("training", 3), ("forecasting", 4)]
    assert ("tensorflow", 5) in list(imports(path))
