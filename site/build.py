"""Lay out the pages of the site, and let Sphinx build them: `make site`.

Nothing is run and nothing fetched: the notebooks are shown as they are committed, a
tutorial that has none yet is shown as its script. The API reference is read from the
source. Sphinx with MyST-NB, because what there is to show is Markdown (docs/, the
docstrings) and notebooks, and because its Python domain links them all.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import api
import check_links
import gallery
from notebook_cells import ADDED, ROOT, SCRIPTS, read_notebook, repository, script_cells
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

SITE = ROOT / "site"
SOURCE = ROOT / "build" / "site-source"
OUT = ROOT / "build" / "site"
PAGES = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "benchmarks/README.md",
         "data/README.md", "findings/README.md")  # fmt: skip

INDEX = """\
# keras_rnn

Recurrent networks on Keras 3: the equations of two lectures in NumPy, the layers that
Keras has and those it lacks, five sequence shapes, applications, and forecasts.

{pictures}
- [Tutorials](gallery.md): {count}, each with what it printed and drew
- [Learning paths](paths.md): a first hour, forecasting your own data, for Keras users
- [The lectures, page by page](docs/lectures.md): which page runs where
- [API reference](api/index.md): all that is public
{explorer}
```{{toctree}}
:hidden:

Overview <README>
paths
gallery
docs/lectures
```

```{{toctree}}
:hidden:
:caption: Reference

api/index
docs/keras_and_the_slides
docs/tables
docs/runtimes
docs/surprises
{more}
```

```{{toctree}}
:hidden:
:caption: Project

docs/notebooks
Benchmarks <benchmarks/README>
Data sets <data/README>
Findings <findings/README>
CHANGELOG
CONTRIBUTING
cite
```
"""

PICTURES = """\
::::{grid} 1 2 2 2
:gutter: 3

:::{grid-item-card} Explorer
:link: explorer/index.html
:img-bottom: docs/explorer.png
:img-alt: Three beams of a translation grow word by word

Step through a network in the browser.
:::
:::{grid-item-card} Tutorials
:link: gallery
:link-type: doc
:img-bottom: docs/gallery.png
:img-alt: A picture for each tutorial

Each with what it printed and drew.
:::
::::
"""


def lay_out() -> None:
    """Write all that Sphinx reads into build/site-source."""
    shutil.rmtree(SOURCE, ignore_errors=True)
    for folder in ("docs", "benchmarks", "data", "findings", "tutorials", "_static"):
        (SOURCE / folder).mkdir(parents=True)
    docs = sorted((ROOT / "docs").glob("*.md"))
    known = {f"docs/{path.name}" for path in docs} | set(PAGES)
    for path in (ROOT / "docs").iterdir():
        if path.suffix in (".png", ".svg", ".jpg", ".webp"):
            shutil.copy(path, SOURCE / "docs")
    names = api.write_pages(SOURCE / "api")
    for page in sorted(known):
        text = (ROOT / page).read_text("utf-8")
        (SOURCE / page).write_text(linked(text, page, known, set(names)), "utf-8")
    for path in sorted(SCRIPTS.glob("*.py")):
        write_tutorial(path.stem)
    gallery.write_gallery(SOURCE)
    gallery.write_paths(SOURCE)
    write_cite()
    listed = ("lectures", "keras_and_the_slides", "tables", "runtimes", "surprises",
              "notebooks")  # fmt: skip
    more = "\n".join(f"docs/{p.stem}" for p in docs if p.stem not in listed)
    explorer = pictures = ""
    if has_explorer():
        explorer = (
            '- <a href="explorer/index.html">Explorer</a>: step through a network\n'
        )
        pictures = PICTURES
    count = len(list(SCRIPTS.glob("*.py")))
    index = INDEX.format(count=count, more=more, explorer=explorer, pictures=pictures)
    (SOURCE / "index.md").write_text(index, encoding="utf-8")
    shutil.copy(SITE / "site.css", SOURCE / "_static")
    mathjax = Path(find_spec("sphinx-mathjax-offline").origin).parent
    (SOURCE / "_static" / "mathjax").mkdir()
    shutil.copy(mathjax / "static/mathjax/tex-svg.js", SOURCE / "_static/mathjax")


def linked(text: str, page: str, known: set[str], names: set[str]) -> str:
    """Return a page whose links and names lead to pages of the site.

    A link to a file that has no page goes to the repository, or, where it has no
    address, becomes plain text.
    """

    def link(match: re.Match[str]) -> str:
        words, target = match[1], match[2]
        if re.match(r"[a-z]+:|#", target):
            return match[0]
        path, _, _ = target.partition("#")
        full = os.path.normpath(os.path.join(os.path.dirname(page), path))
        up = os.path.relpath(".", os.path.dirname(page) or ".") + "/"
        if full == "tutorials":
            return f"[{words}]({up}gallery.md)"
        if full.startswith("tutorials/") and full.endswith(".py"):
            return f"[{words}]({up}{full[:-3]}.ipynb)"
        if full == "CITATION.cff":
            return f"[{words}]({up}cite.md)"
        if full in known or full.endswith(".png"):
            return match[0]
        if slug := repository():
            return f"[{words}](https://github.com/{slug}/blob/main/{full})"
        return words

    up = os.path.relpath(".", os.path.dirname(page) or ".") + "/"
    pieces = re.split(r"(?ms)(^```.*?^```$)", text)
    for number in range(0, len(pieces), 2):
        piece = re.sub(r"(?<!!)\[([^\]]+)\]\(([^)\s]+)\)", link, pieces[number])
        piece = re.sub(
            r"(?<!\[)`(\w+)\.py`",
            lambda m: f"[`{m[1]}`]({up}tutorials/{m[1]}.ipynb)"
            if (SCRIPTS / f"{m[1]}.py").exists() else m[0],
            piece,
        )  # fmt: skip
        pieces[number] = re.sub(
            r"(?<!\[)`(keras_rnn(?:\.\w+)+)`", r"{py:obj}`\1`", piece
        )
    return "".join(pieces)


def write_tutorial(name: str) -> None:
    """Write the page of a tutorial: its notebook, or its script where there is none."""
    notebook = read_notebook(name)
    if notebook is None:
        cells = [
            make_cell(kind, text)
            for kind, text in script_cells((SCRIPTS / f"{name}.py").read_text("utf-8"))
        ]
        cells.insert(1, make_cell("markdown", ":::{note}\nNot yet run in full: without "
                                  "what it prints and draws.\n:::"))  # fmt: skip
        notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    notebook["cells"] = with_folded_solutions(
        [c for c in notebook["cells"] if not installs(c)]
    )
    for number, cell in enumerate(notebook["cells"]):
        cell["id"] = f"cell-{number:03}"
        names = gallery.shows("".join(cell["source"])) if "outputs" in cell else []
        if names:
            words = f"Picture: {'; '.join(names)}"
            cell["metadata"]["mystnb"] = {"image": {"alt": words}}
    notebook["metadata"]["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    notebook["metadata"]["language_info"] = {"name": "python"}
    path = SOURCE / "tutorials" / f"{name}.ipynb"
    path.write_text(json.dumps(notebook), encoding="utf-8")


def make_cell(kind: str, text: str) -> dict[str, Any]:
    cell: dict[str, Any] = {"cell_type": kind, "metadata": {}, "source": text}
    return cell | ({"outputs": [], "execution_count": None} if kind == "code" else {})


def installs(cell: dict[str, Any]) -> bool:
    """Whether a cell was added for a notebook that is opened, as badges are."""
    added = ADDED in cell["metadata"].get("tags", ())
    return added and not "".join(cell["source"]).startswith("---")


def with_folded_solutions(cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return cells with each solution, code and text, in a `<details>` of its own."""
    result, solving, opened = [], False, False
    for cell in cells:
        text = "".join(cell["source"])
        if cell["cell_type"] != "markdown" or not (solving or "\n## Solutions" in text):
            result.append(cell)
            continue
        if not solving:
            before, _, text = text.partition("\n## Solutions")
            result.append(make_cell("markdown", f"{before}\n\n## Solutions"))
            solving = True
        for part in re.split(r"(?m)^(?=#{2,3} |---$)", text):
            if not part.strip():
                continue
            if opened and part.startswith(("#", "---")):
                result.append(make_cell("markdown", "</details>"))
                opened = False
            heading, _, rest = part.partition("\n")
            if part.startswith("### "):
                result.append(make_cell("markdown", heading))
                fold = '<details class="solution"><summary>Show the solution</summary>'
                result.append(make_cell("markdown", fold))
                opened, part = True, rest
            if part.strip():
                result.append(make_cell("markdown", part.strip("\n")))
    if opened:
        result.append(make_cell("markdown", "</details>"))
    return result


def write_cite() -> None:
    facts = (ROOT / "CITATION.cff").read_text("utf-8")
    title = re.search(r'(?m)^title: "?(.+?)"?$', facts)[1]
    version = re.search(r"(?m)^version: (.+)$", facts)[1]
    date = re.search(r"(?m)^date-released: (.+)$", facts)[1]
    (SOURCE / "cite.md").write_text(
        "# How to cite\n\n```bibtex\n@software{keras_rnn,\n"
        f"  title   = {{{title}}},\n  author  = {{{{The keras\\_rnn developers}}}},\n"
        f"  version = {{{version}}},\n  date    = {{{date}}},\n"
        "  license = {Apache-2.0},\n}\n```\n\nThe same as `CITATION.cff`:\n\n"
        f"```yaml\n{facts.strip()}\n```\n",
        encoding="utf-8",
    )


def write_source_pages() -> None:
    """Write each module's source with lines to link to, light or dark."""
    folder = OUT / "api" / "source"
    folder.mkdir(parents=True, exist_ok=True)
    light, dark = (
        HtmlFormatter(style=s).get_style_defs() for s in ("xcode", "github-dark")
    )
    css = (f"{light}\n@media (prefers-color-scheme: dark) {{ body {{ background: "
           f"#131416; color: #ddd }} a {{ color: #8ab4f8 }} {dark} }}\n"
           "body { font-family: sans-serif; margin: 1rem } pre { line-height: 1.4; "
           "overflow-x: auto } :target { background: #ff06 }")  # fmt: skip
    for path in sorted((ROOT / "keras_rnn").rglob("*.py")):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        module = module.removesuffix(".__init__")
        text = highlight(path.read_text("utf-8"), PythonLexer(),
                         HtmlFormatter(lineanchors="line", wrapcode=True))  # fmt: skip
        text = text.replace('<a id="line', '<a class="line" id="line')
        (folder / f"{module}.html").write_text(
            '<!doctype html><html lang="en"><meta charset="utf-8">'
            f"<title>{module}</title>"
            '<meta name="viewport" content="width=device-width">'
            f"<style>{css}</style><main>"
            '<p><a href="../index.html">API reference</a></p>'
            f"<h1>{module}</h1>{text}</main></html>",
            encoding="utf-8",
        )


def make_accessible() -> None:
    """Mend what axe-core calls serious in the pages of Sphinx and Furo.

    Furo's captions are headings of no level; Sphinx sets the arguments of a long
    signature as a list of definitions without terms.
    """
    bare = '<p class="caption" role="heading">'
    for path in OUT.rglob("*.html"):
        before = path.read_text("utf-8")
        text = before.replace(bare, f'{bare[:-1]} aria-level="2">')
        text = re.sub(r"(?s)<dl>\n(<dd><em class=\"sig-param.*?)</dl>", arguments, text)
        if text != before:
            path.write_text(text, "utf-8")


def arguments(found: re.Match[str]) -> str:
    inner = found[1].replace("<dd>", '<span class="argument">')
    return f"<span>{inner.replace('</dd>', '</span>')}</span>"


def has_explorer() -> bool:
    return (ROOT / "explorer" / "build.py").exists()


def main() -> int:
    lay_out()
    shutil.rmtree(OUT, ignore_errors=True)
    sphinx = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-j", "2"]
    places = ["-c", str(SITE), "-d", str(ROOT / "build" / "site-doctrees")]
    done = subprocess.run([*sphinx, *places, str(SOURCE), str(OUT)], check=False)
    if done.returncode:
        return done.returncode
    make_accessible()
    write_source_pages()
    if has_explorer():
        build = [sys.executable, str(ROOT / "explorer" / "build.py")]
        subprocess.run([*build, str(OUT / "explorer")], check=True)
    return check_links.main(OUT)


if __name__ == "__main__":
    sys.exit(main())
