"""The lists of CONTRIBUTING.md of what to touch: true for one of each kind."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")

# For each list, one that was added by it, and the words that name it in a file.
EXAMPLES = {
    "application": ("image_rows", r"\bimage_rows\b"),
    "cell": ("layer_norm_lstm", r"\b(layer_norm_lstm|LayerNormLSTMCell)\b"),
    "data set": ("reviews", r"\breviews\b"),
}


def listed(kind):
    """The files that a list names first in each of its points."""
    name, _ = EXAMPLES[kind]
    part = PAGE.split(f"### A new {kind}\n")[1].split("\n#")[0]
    return [
        path.replace("NAME", name) for path in re.findall(r"^- `([^`]+)`", part, re.M)
    ]


def names_it(path, kind):
    return re.search(EXAMPLES[kind][1], path.read_text(encoding="utf-8")) is not None


@pytest.mark.parametrize(
    ("kind", "path"), [(kind, path) for kind in EXAMPLES for path in listed(kind)]
)
def test_each_file_is_there_and_names_it(kind, path):
    assert path.endswith(f"{EXAMPLES[kind][0]}.py") or names_it(ROOT / path, kind)
    assert (ROOT / path).is_file()


@pytest.mark.parametrize("kind", ["application", "cell"])
def test_no_other_file_of_the_package_names_it(kind):
    found = {
        str(path.relative_to(ROOT))
        for pattern in ("*.py", "*.pyi")
        for path in (ROOT / "keras_rnn").rglob(pattern)
        if names_it(path, kind)
    }
    assert found <= set(listed(kind))
