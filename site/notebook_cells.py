"""What a notebook holds: the cells of its script, a head to install with, a foot.

The script `tutorials/NAME.py` is the source. Its cells are marked by `# %%` and
`# %% [markdown]` and nothing else (tests/tutorials hold them to that), a small part of
the percent format that Jupytext reads; so it is read here without Jupytext, in the
tests as well.
"""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SCRIPTS = ROOT / "tutorials"
NOTEBOOKS = ROOT / "notebooks"
ADDED = "added"  # the tag of a cell that is not in the script

INSTALL = """\
# Only where keras_rnn is missing, as on Colab: install it.
from importlib.util import find_spec
from pathlib import Path

if find_spec("keras_rnn") is None:
    source = ".." if Path("../pyproject.toml").exists() else "{source}"
    %pip install --quiet "keras-rnn[tensorflow,all] @ {{source}}"
"""
INSTALL_FROM_CHECKOUT = """\
# Only where keras_rnn is missing: install it from the checkout that this stands in.
from importlib.util import find_spec

if find_spec("keras_rnn") is None:
    %pip install --quiet -r ../requirements.txt
"""


def script_cells(source: str) -> list[tuple[str, str]]:
    """Return `("markdown" or "code", text)` of each cell of a percent script."""
    cells = []
    for part in re.split(r"(?m)^# %%", source)[1:]:
        mark, _, body = part.partition("\n")
        if mark == " [markdown]":
            lines = body.strip("\n").splitlines()
            text = "\n".join(line.removeprefix("#").removeprefix(" ") for line in lines)
            cells.append(("markdown", text))
        else:
            cells.append(("code", body.strip("\n")))
    return cells


def notebook_cells(notebook: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the cells of a notebook that come from its script, as `script_cells`."""
    return [
        (cell["cell_type"], "".join(cell["source"]))
        for cell in notebook["cells"]
        if ADDED not in cell["metadata"].get("tags", ())
    ]


def read_notebook(name: str, folder: Path = NOTEBOOKS) -> dict[str, Any] | None:
    """Return a notebook as JSON, or None where there is none."""
    path = folder / f"{name}.ipynb"
    return json.loads(path.read_text("utf-8")) if path.exists() else None


def older_than_its_script(name: str, folder: Path = NOTEBOOKS) -> str:
    """Return what differs between a notebook and its script, `""` if nothing."""
    notebook = read_notebook(name, folder)
    if notebook is None:
        return "there is no notebook"
    script = script_cells((SCRIPTS / f"{name}.py").read_text("utf-8"))
    inside = notebook_cells(notebook)
    for number, (now, then) in enumerate(zip(script, inside, strict=False), 1):
        if now != then:
            return f"cell {number} ({now[0]}) of the script is newer"
    if len(script) != len(inside):
        return f"the script has {len(script)} cells, the notebook {len(inside)}"
    return ""


def repository() -> str:
    """Return `owner/name` on GitHub from pyproject.toml, `""` while there is none."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    for address in project.get("urls", {}).values():
        if found := re.match(
            r"https://github\.com/([\w.-]+/[\w.-]+?)(\.git)?/?$", address
        ):
            return found[1]
    return ""


def head(name: str, slug: str) -> list[tuple[str, str]]:
    """Return the cells after the title: badges if there is an address, install."""
    if not slug:
        return [("code", INSTALL_FROM_CHECKOUT.strip())]
    path = f"notebooks/{name}.ipynb"
    colab = f"https://colab.research.google.com/github/{slug}/blob/main/{path}"
    binder = f"https://mybinder.org/v2/gh/{slug}/main?labpath={path}"
    badges = (
        "[![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]"
        f"({colab}) [![Open in Binder](https://mybinder.org/badge_logo.svg)]({binder})"
    )
    install = INSTALL.format(source=f"git+https://github.com/{slug}")
    return [("markdown", badges), ("code", install.strip())]


def foot(facts: dict[str, Any]) -> str:
    """Return the last cell: when, in what time and with what a notebook was run."""
    versions = ", ".join(
        f"{name} {number}" for name, number in facts["versions"].items()
    )
    length = "shortened (KERAS_RNN_QUICK)" if facts["quick"] else "in full"
    return (
        f"---\n*Run {length} on {facts['date']} in {facts['seconds'] / 60:.1f} minutes "
        f"({facts['processor_seconds'] / 60:.1f} minutes of processor time, "
        f"{facts['processor']}) with {versions}.*"
    )


def minutes_expected(source: str) -> int:
    """Return the minutes that the header of a script speaks of."""
    return int(re.search(r"\*\*Takes:\*\*.*?(\d+)\s+minutes?\b", source, re.S)[1])
