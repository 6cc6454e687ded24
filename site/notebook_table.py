"""Write docs/notebooks.md: of each notebook its size, minutes and main figure.

The figures are found in what the notebooks printed, by the patterns of
site/main_figures.toml; `tests/site` holds the page to the notebooks.
"""

from __future__ import annotations

import re
import sys
import tomllib
from typing import Any

from notebook_cells import NOTEBOOKS, ROOT, SCRIPTS, read_notebook

PAGE = ROOT / "docs" / "notebooks.md"
HEADER = """\
# The notebooks

What each tutorial printed and drew when it was last run in full, by `make notebooks`.
*Minutes* are by the clock, *processor* is what all threads used; where the first is
much the larger, other work had the cores. Versions and processor stand at the end of
each notebook.{missing}

| notebook | size (kB) | minutes | processor | run on | main figure | baseline |
|---|---:|---:|---:|---|---|---|
"""


def patterns() -> dict[str, dict[str, list[str]]]:
    """Return `{tutorial: {"main" or "baseline": [words, pattern]}}`."""
    return tomllib.loads((ROOT / "site" / "main_figures.toml").read_text("utf-8"))


def printed(notebook: dict[str, Any]) -> str:
    """Return all that the cells of a notebook printed."""
    outputs = [one for cell in notebook["cells"] for one in cell.get("outputs", ())]
    return "\n".join("".join(one["text"]) for one in outputs if "text" in one)


def figure(name: str, kind: str, text: str, figures: dict[str, Any]) -> str:
    """Return `words number` of the main figure or the baseline of a tutorial."""
    words, pattern = figures[name][kind]
    found = re.search(pattern, text)
    if found is None:
        sys.exit(f"{name}: its notebook prints nothing like {pattern!r} any more; "
                 "mend site/main_figures.toml.")  # fmt: skip
    return f"{words} {found[1]}"


def table() -> str:
    """Return the page."""
    figures = patterns()
    rows, missing = [], []
    for path in sorted(SCRIPTS.glob("*.py")):
        notebook = read_notebook(path.stem)
        if notebook is None:
            missing.append(f"`{path.name}`")
            continue
        facts = notebook["metadata"]["keras_rnn"]
        size = (NOTEBOOKS / f"{path.stem}.ipynb").stat().st_size / 1000
        text = printed(notebook)
        main, base = (figure(path.stem, k, text, figures) for k in ("main", "baseline"))
        clock, used = facts["seconds"] / 60, facts["processor_seconds"] / 60
        rows.append(
            f"| `{path.name}` | {size:.0f} | {clock:.1f} | {used:.1f} | "
            f"{facts['date']} | {main} | {base} |"
        )
    note = f" Not yet run in full: {', '.join(missing)}." if missing else ""
    return HEADER.format(missing=note) + "\n".join(rows) + "\n"


if __name__ == "__main__":
    PAGE.write_text(table(), encoding="utf-8")
