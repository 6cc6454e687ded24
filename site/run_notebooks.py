"""Run tutorials in full and keep what they print and draw: notebooks/NAME.ipynb.

    python site/run_notebooks.py [NAME ...]

Without names: all whose code has changed since, shortest first; where only text has,
it is taken over and nothing is run. A shortened run
(`KERAS_RNN_QUICK=1`) is written to build/notebooks/, never over a full one.
"""

from __future__ import annotations

import base64
import datetime
import importlib.metadata
import io
import os
import platform
import re
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from notebook_cells import (
    ADDED,
    NOTEBOOKS,
    ROOT,
    SCRIPTS,
    foot,
    head,
    minutes_expected,
    read_notebook,
    repository,
    script_cells,
)
from PIL import Image
from withheld import Withheld, withhold

QUICK = os.environ.get("KERAS_RNN_QUICK", "") not in ("", "0")
FOLDER = ROOT / "build" / "notebooks" if QUICK else NOTEBOOKS
MOST_BYTES = 700_000
# Of the pictures of a notebook that is larger, one after the other.
FEWER_COLOURS = (64, 32)
LOG_LINE = re.compile(
    r"(?m)^(WARNING: All log|WARNING:tensorflow:|[IWEF]\d{4} |To enable the).*\n?"
)
# Of Keras's bars of an epoch, where more than one is left in a line: the full one.
LAST_BAR = re.compile(r"(?m)^.*?━.*(?<!/)(?<=.)(\d+)/\1 (?=━)")


def blank_notebook(name: str) -> nbformat.NotebookNode:
    """Return the cells of a script, with head, not yet run."""
    cells = script_cells((SCRIPTS / f"{name}.py").read_text("utf-8"))
    cells = [(kind, text, []) for kind, text in cells]
    cells[1:1] = [(kind, text, [ADDED]) for kind, text in head(name, repository())]
    notebook = nbformat.v4.new_notebook()
    for number, (kind, text, tags) in enumerate(cells):
        make = getattr(nbformat.v4, f"new_{kind}_cell")
        metadata = {"tags": tags} if tags else {}
        notebook.cells.append(make(text, id=f"cell-{number:03}", metadata=metadata))
    notebook.metadata.kernelspec = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
    return notebook


def processor() -> str:
    """Return the processor's name and how many of its cores were at hand."""
    cores = len(os.sched_getaffinity(0))
    found = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())
    return f"{cores} cores of {found[1].strip() if found else platform.machine()}"


def versions() -> dict[str, str]:
    """Return the versions that a run depends on."""
    packages = {"Keras": "keras", "TensorFlow": "tensorflow", "NumPy": "numpy"}
    found = {"Python": platform.python_version()}
    return found | {k: importlib.metadata.version(v) for k, v in packages.items()}


def run(name: str) -> nbformat.NotebookNode:
    """Return the notebook of a tutorial after all its cells have run."""
    notebook = blank_notebook(name)
    environment = os.environ | {"PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3"}
    began, spent = time.perf_counter(), processor_seconds()
    with tempfile.TemporaryDirectory() as folder:
        # By a short name: pictures are captioned with where their data lies.
        if real := os.environ.get("KERAS_RNN_DATA"):
            (Path(folder) / "data").symlink_to(Path(real).resolve())
            environment["KERAS_RNN_DATA"] = "data"
        client = NotebookClient(
            notebook,
            timeout=None,
            kernel_name="python3",
            resources={"metadata": {"path": folder}},
            record_timing=False,
        )
        client.execute(env=environment)
        places = {folder: ".", str(ROOT): "."}
    places |= {real or str(ROOT / "data"): "data"}
    places |= {sys.prefix: "python", sys.base_prefix: "python", str(Path.home()): "~"}
    facts = {
        "date": datetime.date.today().isoformat(),
        "seconds": round(time.perf_counter() - began, 1),
        "processor_seconds": round(processor_seconds() - spent, 1),
        "processor": processor(),
        "quick": QUICK,
        "versions": versions(),
    }
    for cell in notebook.cells:
        if cell.cell_type == "code":
            outputs = joined(cell.outputs)
            cell.outputs = [one for out in outputs if (one := clean(out, places))]
    if real:
        withhold(name, notebook, Withheld(Path(real)))
    notebook.metadata.keras_rnn = facts
    notebook.cells.append(
        nbformat.v4.new_markdown_cell(
            foot(facts), id="foot", metadata={"tags": [ADDED]}
        )
    )
    return notebook


def processor_seconds() -> float:
    """Return what all processes that were waited for have used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def clean(output: Any, places: dict[str, str]) -> Any:
    """Return an output without progress bars, log lines and paths, or None."""
    if output.output_type == "stream":
        output.text = clean_text(output.text, places)
        return output if output.text.strip() else None
    data = output.get("data", {})
    if "image/png" in data:
        data["image/png"] = small_png(data["image/png"])
        data.pop("text/plain", None)
    for kind in ("text/plain", "text/html"):
        if kind in data:
            data[kind] = clean_text(data[kind], places)
    return output


def clean_text(text: str, places: dict[str, str]) -> str:
    """Return what a terminal would show in the end, with no machine's paths in it.

    >>> clean_text("1/2\\r2/2 done\\n/home/me/data/a.csv\\n", {"/home/me/data": "data"})
    '2/2 done\\ndata/a.csv\\n'
    """
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)
    kept: list[str] = []
    for letter in text:
        if letter != "\b":
            kept.append(letter)
        elif kept:
            kept.pop()
    text = "".join(kept)
    text = re.sub(r"(?m)^.*\r(?=[^\n])", "", text.replace("\r\n", "\n"))
    text = LAST_BAR.sub(r"\1/\1 ", text)
    text = LOG_LINE.sub("", text.replace("\r", ""))
    for path, short in sorted(places.items(), key=lambda item: -len(item[0])):
        text = text.replace(path, short)
    return re.sub(r"/tmp/tmp\w+", "/tmp/...", text)


def joined(outputs: list[Any]) -> list[Any]:
    """Return outputs with neighbouring pieces of one stream made one."""
    whole: list[Any] = []
    for output in outputs:
        last = whole[-1] if whole else None
        both = last and output.output_type == last.output_type == "stream"
        if both and output.name == last.name:
            last.text += output.text
            continue
        whole.append(output)
    return whole


def small_png(encoded: str, colours: int = 256) -> str:
    """Return a picture with so many colours where that is smaller, as base64."""
    raw = base64.b64decode(encoded)
    picture = Image.open(io.BytesIO(raw)).convert("RGB")
    candidates = [raw]
    for image in (picture, picture.quantize(colours, dither=Image.Dither.NONE)):
        buffer = io.BytesIO()
        image.save(buffer, "PNG", optimize=True)
        candidates.append(buffer.getvalue())
    return base64.b64encode(min(candidates, key=len)).decode("ascii")


def write(name: str, notebook: nbformat.NotebookNode) -> Path:
    """Write a notebook whole; one that is too large goes to build/ and is an error."""
    text = nbformat.writes(notebook, indent=1) + "\n"
    for colours in FEWER_COLOURS:
        if len(text.encode()) <= MOST_BYTES:
            break
        for cell in notebook.cells:
            for output in cell.get("outputs", ()):
                if png := output.get("data", {}).get("image/png"):
                    output.data["image/png"] = small_png(png, colours)
        text = nbformat.writes(notebook, indent=1) + "\n"
    is_small = len(text.encode()) <= MOST_BYTES
    folder = FOLDER if is_small else ROOT / "build" / "notebooks"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.ipynb"
    temporary = path.with_suffix(".part")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)
    if not is_small:
        sys.exit(
            f"{path} is over {MOST_BYTES:,} bytes: draw fewer or smaller pictures."
        )
    return path


def renew_text(name: str) -> bool:
    """Take over text that has changed if all code is as it was run."""
    notebook = read_notebook(name)
    if notebook is None:
        return False
    fresh = blank_notebook(name)
    ran = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    now = [cell for cell in fresh.cells if cell.cell_type == "code"]
    # The first only installs.
    if ["".join(c["source"]) for c in ran[1:]] != [c.source for c in now[1:]]:
        return False
    for cell, old in zip(now, ran, strict=True):
        cell.outputs = nbformat.from_dict(old["outputs"])
        cell.execution_count = old["execution_count"]
    fresh.metadata = nbformat.from_dict(notebook["metadata"])
    fresh.cells.append(nbformat.from_dict(notebook["cells"][-1]))
    write(name, fresh)
    return True


def main(names: list[str]) -> int:
    every = {path.stem: path.read_text("utf-8") for path in SCRIPTS.glob("*.py")}
    if unknown := set(names) - set(every):
        sys.exit(f"No tutorial is called {sorted(unknown)[0]}; see tutorials/.")
    in_order = sorted(names or every, key=lambda name: minutes_expected(every[name]))
    failed = []
    for name in in_order:
        # Asked for by name, a tutorial is run whatever its notebook holds.
        if not names and not QUICK and renew_text(name):
            continue
        try:
            path = write(name, notebook := run(name))
        except CellExecutionError as error:
            failed.append(name)
            print(f"{name} failed:\n{error}", file=sys.stderr)
            continue
        facts = notebook.metadata.keras_rnn
        print(
            f"{path.relative_to(ROOT)}: {path.stat().st_size / 1000:.0f} kB, "
            f"{facts['seconds'] / 60:.1f} minutes, of the processor "
            f"{facts['processor_seconds'] / 60:.1f}",
            flush=True,
        )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
