"""Every tutorial is a percent script that reads, opens and ages well.

That they run is shown by running them: `KERAS_RNN_QUICK=1 make tutorials`.
"""

import ast
import functools
import importlib.metadata
import itertools
import re
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted((ROOT / "tutorials").glob("*.py"))
FIELDS = ("Learn", "Follows", "Takes")
MOST_LINES = 28

# What a reader cannot load again, does not have, or sees in a notebook alone.
FORBIDDEN = {
    "Lambda": r"\bLambda\b",
    "seaborn": r"\bseaborn\b|\bsns\b",
    "TensorFlow itself": r"\b(import tensorflow|from tensorflow|tf\.)",
    "plt.show, which waits for somebody": r"\bplt\.show\(",
    "a notebook's magic": r"(?m)^[%!]|get_ipython",
    "a path of one machine": r"[\"'](/|~|[A-Z]:\\)",
    "a warning put away": r"\bwarnings\.",
}


def cells(source):
    """Return `(kind, text, first line)` of each cell, kind `markdown` or `code`."""
    lines = source.splitlines()
    starts = [i for i, line in enumerate(lines) if line.startswith("# %%")]
    assert starts
    assert starts[0] == 0, "something stands before the first cell"
    found = []
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        marker, body = lines[start], lines[start + 1 : end]
        assert marker in ("# %%", "# %% [markdown]"), f"line {start + 1}: {marker}"
        while body and not body[-1]:
            body.pop()
        kind = "markdown" if marker.endswith("[markdown]") else "code"
        found.append((kind, body, start + 2))
    return found


def markdown(body):
    return "\n".join(line.removeprefix("#").removeprefix(" ") for line in body)


def code(source):
    """All code cells as one text that has the line numbers of the script."""
    texts = {}
    for kind, body, first in cells(source):
        if kind == "code":
            texts |= dict(enumerate(body, first))
    return "\n".join(texts.get(n, "") for n in range(1, max(texts) + 1))


@pytest.fixture(params=SCRIPTS, ids=lambda path: path.stem)
def script(request):
    return request.param


@pytest.fixture
def source(script):
    return script.read_text(encoding="utf-8")


def test_there_are_tutorials():
    assert "time_series_forecasting" in [path.stem for path in SCRIPTS]


def test_begins_with_title_and_what_a_reader_has_to_know(source):
    kind, body, _ = cells(source)[0]
    header = markdown(body)
    assert kind == "markdown"
    assert re.match(r"# \w.*\n\n", header)
    places = [header.find(f"\n**{field}:** ") for field in FIELDS]
    assert -1 not in places, dict(zip(FIELDS, places, strict=True))
    assert places == sorted(places)
    texts = re.split(r"\n\*\*\w+:\*\* ", header)[1:]
    takes = texts[FIELDS.index("Takes")]
    assert re.search(r"\d+\s+minutes?\b", takes), "how long, in minutes, measured"
    assert re.search(r"\b(chapter|lecture)\b", texts[FIELDS.index("Follows")])


def test_markdown_cells_hold_nothing_but_comments(source):
    for kind, body, first in cells(source):
        assert body, f"line {first}: an empty cell"
        if kind == "markdown":
            for number, line in enumerate(body, first):
                assert re.match(r"#( |$)", line), f"line {number}: {line}"


def test_every_code_cell_compiles_by_itself_and_is_short(source):
    for kind, body, first in cells(source):
        if kind == "code":
            compile("\n" * (first - 1) + "\n".join(body), "tutorial", "exec")
            assert len(body) <= MOST_LINES, f"line {first}: {len(body)} lines"


def test_formulas_and_code_in_the_text_are_closed(source):
    for kind, body, first in cells(source):
        if kind == "markdown":
            text = markdown(body)
            assert text.count("$") % 2 == 0, f"line {first}"
            assert text.count("`") % 2 == 0, f"line {first}"


def test_headings_leave_no_level_out(source):
    levels = []
    for kind, body, _ in cells(source):
        if kind == "markdown":
            levels += [len(m[1]) for m in re.finditer(r"(?m)^(#+) ", markdown(body))]
    assert levels[0] == 1
    assert levels.count(1) == 1
    for level, next_level in itertools.pairwise(levels):
        assert next_level <= level + 1


@pytest.mark.parametrize("what", FORBIDDEN)
def test_uses_nothing_that_a_reader_would_trip_over(what, source):
    found = re.search(FORBIDDEN[what], code(source))
    assert found is None, f"{what}: {found[0]!r}"


distributions = functools.cache(importlib.metadata.packages_distributions)


def test_imports_only_what_requirements_name(source):
    """requirements.txt is the core of pyproject.toml, TensorFlow and all extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    every = [*project["dependencies"], *extras["tensorflow"]]
    every += [one for name in ("music", "text", "speech") for one in extras[name]]
    named = {re.match(r"[\w-]+", one)[0] for one in every}
    modules = distributions()
    for node in ast.walk(ast.parse(code(source))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        if isinstance(node, ast.ImportFrom):
            names = [node.module]
        for name in names:
            top = name.split(".")[0]
            if top != "keras_rnn" and top not in sys.stdlib_module_names:
                assert named & set(modules.get(top, ())), f"line {node.lineno}: {name}"


def test_pictures_go_to_its_own_folder_under_names_of_their_own(script, source):
    calls = [node for node in ast.walk(ast.parse(code(source))) if is_call(node)]
    folders = [c.args[0].value for c in calls if c.func.id == "Pictures"]
    assert folders == [script.stem]
    names = [c.args[1].value for c in calls if c.func.id == "show"]
    assert names
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9_]+", name) for name in names)


def test_can_be_shortened(source):
    assert "quick()" in code(source)


def test_ends_with_exercises_and_their_solutions(source):
    text = "\n".join(markdown(b) for kind, b, _ in cells(source) if kind == "markdown")
    asked, _, solved = text.partition("\n## Solutions\n")
    assert "\n## Exercises\n" in asked
    exercises = re.findall(r"(?m)^(\d+)\. \*\*(.+?)\.\*\*", asked.split("Exercises")[1])
    solutions = re.findall(r"(?m)^### (\d+)\. (.+)$", solved)
    assert exercises
    assert solutions == exercises


def is_call(node):
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
