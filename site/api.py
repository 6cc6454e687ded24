"""Pages of the API reference, read from the source: nothing is imported.

Docstrings here are Markdown in Keras's sections, so they become MyST pages in Sphinx's
Python domain (links, index and objects.inv work as with autodoc). autodoc would read
them as reStructuredText, and needs Keras and a backend installed to build a page.
"""

from __future__ import annotations

import ast
import inspect
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from textwrap import dedent

from notebook_cells import ROOT

PACKAGE = "keras_rnn"
SECTIONS = (
    "Args",
    "Call arguments",
    "Attributes",
    "Returns",
    "Yields",
    "Raises",
    "Example",
)
ITEMS = ("Args", "Call arguments", "Attributes", "Raises")
ORDER = (
    "layers", "architectures", "decoding", "training", "forecasting", "applications",
    "datasets", "visualize", "reference", "runtimes",
)  # fmt: skip

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Public:
    """A public name: where it is imported from, and what stands there."""

    name: str  # keras_rnn.layers.Recurrent
    module: str  # keras_rnn.layers.recurrent, where its source stands
    node: ast.AST  # the class, function, assignment, or whole module

    @property
    def kind(self) -> str:
        if isinstance(self.node, ast.Module):
            return "module"
        if isinstance(self.node, ast.ClassDef):
            return "class"
        return "function" if isinstance(self.node, Function) else "data"

    @property
    def doc(self) -> str:
        if self.kind == "data":
            return ""
        return ast.get_docstring(self.node) or ""


def path_of(module: str) -> Path | None:
    """Return the file of a module, or None if there is none."""
    stem = ROOT.joinpath(*module.split("."))
    for path in (stem / "__init__.py", stem.with_suffix(".py")):
        if path.exists():
            return path
    return None


@cache
def tree(module: str) -> ast.Module:
    return ast.parse(path_of(module).read_text("utf-8"))


def exports(package: str) -> list[tuple[str, str]]:
    """Return `(module, name)` of what a package's stub, or else its init, exports.

    The name is `""` where the module itself is public.
    """
    init = path_of(package)
    stub = init.with_name("__init__.pyi")
    source = ast.parse((stub if stub.exists() else init).read_text("utf-8"))
    listed = [
        ast.literal_eval(node.value)
        for node in source.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
    ]
    found = []
    for node in source.body:
        if not isinstance(node, ast.ImportFrom):
            continue
        home = node.module or ""
        if node.level:
            home = f"{package}.{home}".rstrip(".")
        for alias in node.names:
            shown = alias.asname or alias.name
            if listed and shown not in listed[0]:
                continue
            inner = f"{home}.{alias.name}"
            found.append((inner, "") if path_of(inner) and not defines(home, alias.name)
                         else (home, alias.name))  # fmt: skip
    return found


def defines(module: str, name: str) -> bool:
    return path_of(module) is not None and definition(module, name) is not None


def definition(module: str, name: str) -> tuple[str, ast.AST] | None:
    """Return where a name is defined, and its definition, through re-exports."""
    for node in tree(module).body:
        if isinstance(node, (ast.ClassDef, *Function.__args__)) and node.name == name:
            return module, node
        targets = node.targets if isinstance(node, ast.Assign) else ()
        if isinstance(node, ast.AnnAssign):
            targets = (node.target,)
        if name in map(ast.unparse, targets):
            return module, node
        if (
            isinstance(node, ast.ImportFrom)
            and node.level == 0
            and path_of(node.module)
        ):
            for alias in node.names:
                if (alias.asname or alias.name) == name:
                    return definition(node.module, alias.name)
    return None


def public_names(package: str) -> list[Public]:
    """Return all that a package exports, modules among them."""
    found = []
    for home, name in sorted(exports(package), key=lambda pair: pair[1] or pair[0]):
        if not name:
            found.append(Public(home, home, tree(home)))
        elif place := definition(home, name):
            found.append(Public(f"{package}.{name}", *place))
    return found


def members(one: Public) -> list[Public]:
    """Return what is public in a class or module and has a docstring of its own."""
    return [
        Public(f"{one.name}.{node.name}", one.module, node)
        for node in one.node.body
        if isinstance(node, (ast.ClassDef, *Function.__args__))
        and not node.name.startswith("_")
        and ast.get_docstring(node)
        and not any(ast.unparse(d).endswith(".setter") for d in node.decorator_list)
    ]


def signature(node: ast.AST) -> str:
    """Return the arguments of a function, or of what makes an object of a class."""
    if isinstance(node, ast.ClassDef):
        made = [
            n for n in node.body if isinstance(n, Function) and n.name == "__init__"
        ]
        if made:
            return signature(made[0]).split(" -> ")[0]
        fields = [ast.unparse(n) for n in node.body if isinstance(n, ast.AnnAssign)]
        is_data = any("dataclass" in ast.unparse(d) for d in node.decorator_list)
        is_data = is_data or any("NamedTuple" in ast.unparse(b) for b in node.bases)
        return f"({', '.join(fields)})" if is_data else "()"
    arguments = re.sub(r"^(self|cls)(, |$)", "", ast.unparse(node.args))
    arguments = (
        re.sub(r"(^|, )/(, |$)", r"\1", arguments)
        if arguments[:1] == "/"
        else arguments
    )
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return f"({arguments}){returns}"


# Docstrings


def markdown(doc: str) -> str:
    """Return a docstring as MyST Markdown, its sections with headings in bold."""
    parts = re.split(rf"(?m)^({'|'.join(SECTIONS)}):\s*$", inspect.cleandoc(doc))
    text = [body(parts[0])]
    for title, section in zip(parts[1::2], parts[2::2], strict=True):
        # Text that is not indented has left the section.
        inside, outside = section, ""
        if title != "Example":
            lines = section.strip("\n").splitlines()
            ends = [n for n, line in enumerate(lines) if line[:1].strip()]
            cut = ends[0] if ends else len(lines)
            inside = dedent("\n".join(lines[:cut]))
            outside = "\n".join(lines[cut:])
        text.append(f"**{title}**")
        text.append(items(inside) if title in ITEMS else body(inside))
        text.append(body(outside))
    return "\n\n".join(part for part in text if part.strip())


def items(section: str) -> str:
    """Return `name: meaning` lines as a definition list."""
    text = []
    for item in re.split(r"(?m)^(?=\S)", section.strip()):
        name, colon, meaning = item.partition(":")
        if not item.strip():
            continue
        if not colon or "\n" in name:
            text.append(body(item))
            continue
        first, _, rest = meaning.strip().partition("\n")
        meaning = body(f"{first}\n{dedent(rest)}" if rest else first)
        name = name.strip().replace("*", r"\*")
        text.append(f"{name}\n: " + meaning.replace("\n", "\n  ").strip())
    return "\n\n".join(text)


def body(text: str) -> str:
    """Return running text: examples and indented formulas fenced, names linked."""
    blocks: list[str] = []

    def keep(block: str, language: str) -> str:
        fence = "`````"
        blocks.append(f"\n{fence}{language}\n{dedent(block).strip()}\n{fence}\n")
        return f"\0{len(blocks) - 1}\0\n"

    text = re.sub(r"(?ms)^```(\w*)\n(.*?)^```$\n?",
                  lambda m: keep(m[2], m[1] or "text"), text)  # fmt: skip
    text = re.sub(r"(?m)^ *>>> .*\n?(?:(?!\s*$).*\n?)*",
                  lambda m: keep(m[0], "pycon"), text)  # fmt: skip
    text = re.sub(r"(?m)(?<=\n\n)(?: {4}.*\n?|\n(?= {4}))+",
                  lambda m: keep(m[0], "text"), text)  # fmt: skip
    # A list needs a blank line before it in Markdown only after a colon's paragraph.
    text = re.sub(r"(?m)^([^\s-].*)\n(\s*- )", r"\1\n\n\2", text)
    text = re.sub(r"(?<![`\w])`([A-Za-z_][\w.]*)(\(\))?`(?!`)",
                  r"{py:obj}`\1\2 <\1>`", text)  # fmt: skip
    return re.sub(r"\0(\d+)\0", lambda m: blocks[int(m[1])], text).strip()


# Pages


def entry(one: Public, depth: int = 0) -> str:
    """Return the entry of a public name, with what is public in it."""
    if one.kind == "data":
        shown = ast.unparse(one.node)
        shown = shown if len(shown) < 200 else f"{one.name.split('.')[-1]} = ..."
        return directive("py:data", one.name, "```python\n" + shown + "\n```", one)
    is_method = depth and isinstance(one.node, Function)
    text = [source_link(one), markdown(one.doc)]
    if one.kind == "module":
        inner = [entry(member) for member in members(one)]
        return "\n\n".join([*text, *inner])
    options = []
    if isinstance(one.node, Function):
        marks = {ast.unparse(d) for d in one.node.decorator_list}
        if marks & {"property", "functools.cached_property", "cached_property"}:
            returns = ast.unparse(one.node.returns) if one.node.returns else ""
            options = [f":type: {returns}"] if returns else []
            return directive("py:property", one.name, "\n\n".join(text), one, options)
        options = [f":{m}:" for m in ("classmethod", "staticmethod") if m in marks]
    else:
        text += [entry(member, depth + 1) for member in members(one)]
    kind = "py:method" if is_method else f"py:{one.kind}"
    return directive(
        kind, one.name + signature(one.node), "\n\n".join(text), one, options
    )


def directive(
    kind: str, name: str, text: str, one: Public, options: list[str] | None = None
) -> str:
    fence = ":" * (9 if kind == "py:class" else 7)
    lines = "".join(f"{option}\n" for option in options or [])
    return f"{fence}{{{kind}}} {name}\n{lines}\n{text}\n{fence}"


def source_link(one: Public) -> str:
    line = getattr(one.node, "lineno", 1)
    return f'<a class="source" href="source/{one.module}.html#line-{line}">source</a>'


def write_pages(folder: Path) -> list[str]:
    """Write the reference into a folder; return the public names with a page."""
    folder.mkdir(parents=True)
    names, modules, packages = [], set(), []
    queue = [f"{PACKAGE}.{name}" for name in ORDER]
    while queue:
        package = queue.pop(0)
        packages.append(package)
        rows, pages = [], []
        for one in public_names(package):
            file = path_of(one.name) if one.kind == "module" else None
            if file and file.name == "__init__.py" and exports(one.name):
                queue.append(one.name)
                continue
            summary = (one.doc.splitlines() or [""])[0]
            short = one.name.removeprefix(f"{package}.")
            page = f"# {short}\n\n"
            if one.kind == "module":
                page += f"```{{py:module}} {one.name}\n```\n\n"
            page += f"*{one.kind} in* {{py:obj}}`{package}`\n\n{entry(one)}\n"
            (folder / f"{one.name}.md").write_text(page, encoding="utf-8")
            rows.append(f"| [{short}]({one.name}.md) | {one.kind} | {body(summary)} |")
            pages.append(one.name)
            names.append(one.name)
            modules.add(one.module)
        listing = "\n".join(rows)
        (folder / f"{package}.md").write_text(
            f"# {package}\n\n```{{py:module}} {package}\n```\n\n"
            f"{markdown(ast.get_docstring(tree(package)) or '')}\n\n"
            f"| name | kind | what it is |\n|---|---|---|\n{listing}\n\n"
            "```{toctree}\n:hidden:\n\n" + "\n".join(pages) + "\n```\n",
            encoding="utf-8",
        )
    write_index(folder, packages)
    return [*names, *sorted(modules)]


def write_index(folder: Path, packages: list[str]) -> None:
    rows = []
    for package in packages:
        first = (ast.get_docstring(tree(package)) or "").splitlines()[:1] or [""]
        rows.append(f"| [{package}]({package}.md) | {body(first[0])} |")
    (folder / "index.md").write_text(
        "# API reference\n\nAll that is public, from the docstrings. Every example "
        "with `>>>` is run by the tests.\n\n| package | what it holds |\n|---|---|\n"
        + "\n".join(rows)
        + "\n\n```{toctree}\n:hidden:\n\n" + "\n".join(packages) + "\n```\n",
        encoding="utf-8",
    )  # fmt: skip
