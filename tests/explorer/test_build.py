"""The explorer's pages are bundled so that they open without a server or network."""

import importlib.util
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

EXPLORER = Path(__file__).parents[2] / "explorer"


@pytest.fixture(scope="module")
def build():
    spec = importlib.util.spec_from_file_location("build", EXPLORER / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_pages_are_small_and_ask_nobody(build, tmp_path):
    pages = build.build(tmp_path)
    assert [page.stem for page in pages] == list(build.PAGES)
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert 'type="module"' not in text
        assert not re.search(r"(src|href)=\"?(https?:|//)", text)
        script = page.with_suffix(".js")
        size = len(text) + (script.stat().st_size if script.exists() else 0)
        assert size < 1_500_000
    assert not list(tmp_path.glob("*.json"))


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node")
def test_a_bundle_does_what_its_modules_do(build, tmp_path, monkeypatch):
    monkeypatch.setattr(build, "EXPLORER", tmp_path)
    (tmp_path / "data.json").write_text('{"a": 2}')
    (tmp_path / "one.js").write_text(
        "export const two = 2;\nexport function add(a, b) { return a + b; }\n"
    )
    (tmp_path / "again.js").write_text('export { add, two } from "./one.js";\n')
    (tmp_path / "entry.js").write_text(
        'import { add as plus,\n  two } from "./again.js";\n'
        'import * as one from "./one.js";\n'
        'import data from "./data.json" with { type: "json" };\n'
        "console.log(plus(two, one.add(data.a, 1)));\n"
    )
    script = build.bundle(tmp_path / "entry.js")
    done = subprocess.run(
        ["node", "--eval", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == "5\n"


def test_a_form_that_is_not_bundled_is_said(build, tmp_path, monkeypatch):
    monkeypatch.setattr(build, "EXPLORER", tmp_path)
    (tmp_path / "entry.js").write_text("export default 3;\n")
    with pytest.raises(SystemExit, match="form is not bundled: export default 3"):
        build.bundle(tmp_path / "entry.js")


@pytest.mark.parametrize(
    "path", sorted((EXPLORER / "models").glob("*.json")), ids=lambda path: path.stem
)
def test_each_network_states_where_it_is_from(path):
    model = json.loads(path.read_text(encoding="utf-8"))
    assert {"made_by", "trained_on", "seed", "scores"} <= set(model)
    assert (path.parent / "answers" / path.name).exists()
