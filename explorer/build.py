"""Bundles the explorer's pages into a folder that opens from a disk, without a network.

    python explorer/build.py [FOLDER]          default: build/site/explorer

A browser loads no ES module from `file://`, so each page gets one classic script with
all modules and weights that it imports. The modules keep to a few forms, so that this
file can be read: `import { a, b } from "./x.js"`, `import * as x from "./x.js"`,
`import x from "./x.json" with { type: "json" }`, `export` before `const`, `function`,
`async function` or `class`, and `export { a, b } from "./x.js"`.
"""

import re
import shutil
import sys
from functools import partial
from pathlib import Path

EXPLORER = Path(__file__).resolve().parent
PAGES = {
    "index": "Explorer",
    "unfold": "Unfold",
    "hello": "hello",
    "gates": "Inside LSTM and GRU",
    "vanishing": "Vanishing gradient",
    "teddy": "Teddy",
    "translate": "Translate",
    "forecast": "Forecast",
}
LARGEST = 1_500_000  # bytes of a page with its weights

_IMPORT = re.compile(
    r"^import\s+(?P<what>[^;]*?)\s+from\s+\"(?P<path>[^\"]+)\""
    r"(?:\s+with\s+\{[^}]*\})?;$",
    re.MULTILINE,
)
_AGAIN = re.compile(
    r"^export\s+\{(?P<names>[^}]*)\}\s+from\s+\"(?P<path>[^\"]+)\";$", re.MULTILINE
)
_EXPORT = re.compile(
    r"^export\s+(?P<kind>(?:async\s+)?function|const|class)\s+(?P<name>[\w$]+)",
    re.MULTILINE,
)


def bundle(entry: Path) -> str:
    """Return one script that does what a module and all that it imports do."""
    order: list[Path] = []
    texts: dict[Path, str] = {}

    def visit(path: Path) -> None:
        if path in texts:
            return
        texts[path] = ""  # in work
        source = path.read_text(encoding="utf-8")
        if path.suffix == ".json":
            texts[path] = f"return {{ default: {source.strip()} }};"
        else:
            for found in (*_IMPORT.finditer(source), *_AGAIN.finditer(source)):
                visit((path.parent / found["path"]).resolve())
            texts[path] = _module(source, path)
        order.append(path)

    visit(entry.resolve())
    parts = [
        f"modules[{_key(path)}] = (() => {{\n{texts[path]}\n}})();\n" for path in order
    ]
    return '"use strict";\n(() => {\nconst modules = {};\n' + "".join(parts) + "})();\n"


def _key(path: Path) -> str:
    return f'"{path.relative_to(EXPLORER).as_posix()}"'


def _module(source: str, path: Path) -> str:
    """The body of a function that returns what a module exports."""
    exported = [found["name"] for found in _EXPORT.finditer(source)]
    again: list[str] = []

    def key(found: re.Match[str]) -> str:
        return f"modules[{_key((path.parent / found['path']).resolve())}]"

    def take(found: re.Match[str]) -> str:
        what = found["what"]
        if what.startswith("* as "):
            return f"const {what.removeprefix('* as ')} = {key(found)};"
        if what.startswith("{"):
            return f"const {what.replace(' as ', ': ')} = {key(found)};"
        return f"const {what} = {key(found)}.default;"

    def hand_on(found: re.Match[str]) -> str:
        names = [name.strip() for name in found["names"].split(",") if name.strip()]
        again.extend(f"{name}: {key(found)}.{name}" for name in names)
        return ""

    source = _AGAIN.sub(hand_on, _IMPORT.sub(take, source))
    source = _EXPORT.sub(lambda found: f"{found['kind']} {found['name']}", source)
    left = re.search(r"^(import|export)\b.*$", source, re.MULTILINE)
    if left:
        raise SystemExit(f"{path}: this form is not bundled: {left[0]}")
    return f"{source}\nreturn {{ {', '.join([*exported, *again])} }};"


def build(folder: Path) -> list[Path]:
    """Write all pages into a folder, and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(EXPLORER / "style.css", folder / "style.css")
    frame = (EXPLORER / "frame.html").read_text(encoding="utf-8")
    pages = []
    for name, label in PAGES.items():
        main = (EXPLORER / "pages" / f"{name}.html").read_text(encoding="utf-8")
        entry = EXPLORER / "pages" / f"{name}.js"
        script = ""
        if entry.exists():
            bundled = bundle(entry)
            (folder / f"{name}.js").write_text(bundled, encoding="utf-8")
            script = f'<script src="{name}.js" defer></script>'
        fields = {"title": label, "script": script, "links": _links(name), "main": main}
        text = re.sub(r"\{(\w+)\}", partial(_field, fields), frame)
        size = len(text.encode()) + (len(bundled.encode()) if script else 0)
        if size > LARGEST:
            raise SystemExit(f"{name} has {size:,} bytes, more than {LARGEST:,}.")
        pages.append(folder / f"{name}.html")
        pages[-1].write_text(text, encoding="utf-8")
        print(f"{name:<12} {size / 1000:>6.0f} kB")
    return pages


def _field(fields: dict[str, str], found: re.Match[str]) -> str:
    return fields[found[1]]


def _links(here: str) -> str:
    return "\n".join(
        f'<a href="{name}.html"{" aria-current=page" * (name == here)}>{label}</a>'
        for name, label in PAGES.items()
    )


if __name__ == "__main__":
    build(Path(sys.argv[1] if len(sys.argv) > 1 else "build/site/explorer"))
