"""Everything public says its types, so that editors and type checkers know them."""

import ast
from pathlib import Path

import pytest

import keras_rnn

ROOT = Path(keras_rnn.__file__).parent

MODULES = sorted(ROOT.rglob("*.py"))


def missing(tree):
    """What has no annotation in public functions, methods and classes, by line."""
    return sorted(_missing(tree, ""))


def _missing(node, prefix):
    for child in ast.iter_child_nodes(node):
        name = getattr(child, "name", "")
        if name.startswith("_") and not (prefix and name in ("__init__", "__call__")):
            continue
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _of_function(child, f"{prefix}{name}", bool(prefix))
        elif isinstance(child, ast.ClassDef):
            yield from _missing(child, f"{prefix}{name}.")
            if _is_dataclass(child):
                yield from _of_fields(child, f"{prefix}{name}.")
        elif isinstance(child, ast.If | ast.Try | ast.With):
            yield from _missing(child, prefix)


def _of_function(function, name, is_method):
    arguments = function.args
    every = [*arguments.posonlyargs, *arguments.args]
    static = {"staticmethod"} & {ast.unparse(one) for one in function.decorator_list}
    every = every[1:] if is_method and not static else every
    every += [*arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    for one in every:
        if one is not None and one.annotation is None:
            yield one.lineno, f"{name}({one.arg})"
    if function.returns is None:
        yield function.lineno, f"{name} ->"


def _is_dataclass(node):
    return any("dataclass" in ast.unparse(one) for one in node.decorator_list)


def _of_fields(node, prefix):
    """A dataclass has no field without one: what looks like it is no field at all."""
    for child in node.body:
        if isinstance(child, ast.Assign):
            for target in child.targets:
                yield child.lineno, f"{prefix}{ast.unparse(target)}"


@pytest.mark.parametrize(
    "path", MODULES, ids=lambda path: str(path.relative_to(ROOT).with_suffix(""))
)
def test_everything_public_is_annotated(path):
    found = missing(ast.parse(path.read_text(encoding="utf-8")))
    assert not found, "\n".join(f"{path}:{line}: {name}" for line, name in found)


def test_the_check_sees_what_is_missing():
    tree = ast.parse(
        "def right(a: int, *rest: int, b: str = '', **more: int) -> None: ...\n"
        "def wrong(a, *rest, b='', **more): ...\n"
        "def _private(a): ...\n"
        "class Layer:\n"
        "    def __init__(self, units): ...\n"
        "    def call(self, inputs: int) -> int:\n"
        "        def inner(a): ...\n"
        "    @staticmethod\n"
        "    def fixed(a) -> None: ...\n"
        "    def _hidden(self, a): ...\n"
        "@dataclass(frozen=True)\n"
        "class Result:\n"
        "    loss: float\n"
        "    steps = 0\n"
        "class _Hidden:\n"
        "    def call(self, a): ...\n"
    )
    assert missing(tree) == [
        (2, "wrong ->"),
        (2, "wrong(a)"),
        (2, "wrong(b)"),
        (2, "wrong(more)"),
        (2, "wrong(rest)"),
        (5, "Layer.__init__ ->"),
        (5, "Layer.__init__(units)"),
        (9, "Layer.fixed(a)"),
        (14, "Result.steps"),
    ]
