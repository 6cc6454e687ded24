"""The notebooks that are committed, and what the site makes of them."""

import json
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "site"))

import api  # noqa: E402

import build as build_cells  # noqa: E402  # isort: skip
import check_links  # noqa: E402
import gallery  # noqa: E402
import notebook_cells  # noqa: E402
import notebook_table  # noqa: E402
import withheld  # noqa: E402

PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SCRIPTS = sorted(path.stem for path in (ROOT / "tutorials").glob("*.py"))


@pytest.fixture(params=PATHS, ids=lambda path: path.stem)
def path(request):
    return request.param


def test_none_is_older_than_its_script(path):
    assert notebook_cells.older_than_its_script(path.stem) == "", (
        f"make notebooks ONLY={path.stem}"
    )


def test_none_was_shortened(path):
    facts = json.loads(path.read_text("utf-8"))["metadata"]["keras_rnn"]
    assert facts["quick"] is False
    assert facts["seconds"] > 0
    assert {"Python", "Keras", "TensorFlow", "NumPy"} <= set(facts["versions"])


def test_each_is_small_and_all_are():
    sizes = [path.stat().st_size for path in PATHS]
    assert max(sizes) < 700_000
    assert sum(sizes) < 12_000_000


def test_outputs_hold_no_errors_no_progress_and_no_paths(path):
    notebook = json.loads(path.read_text("utf-8"))
    outputs = [one for cell in notebook["cells"] for one in cell.get("outputs", ())]
    assert outputs
    for output in outputs:
        assert output["output_type"] != "error"
        data = {k: v for k, v in output.get("data", {}).items() if k[:5] != "image"}
        text = json.dumps([output.get("text"), data])
        assert not re.search(r"/home/|/root|/work/|\\r|\\u001b|\\b|site-packages", text)


def test_none_passes_texts_of_the_data_on(real_data):
    everything = withheld.Withheld(real_data("rt_polarity").parent)
    for path in PATHS:
        kept, masked = (json.loads(path.read_text("utf-8")) for _ in range(2))
        withheld.withhold(path.stem, masked, everything)
        for one, other in zip(kept["cells"], masked["cells"], strict=True):
            found, wanted = map(texts_of, (one, other))
            assert found == wanted, path.stem


def texts_of(cell):
    outputs = cell.get("outputs", ())
    return [
        "".join(text)
        for output in outputs
        for text in (output.get("text", ""), *output.get("data", {}).values())
    ]


def test_dna_is_withheld_wherever_it_is_cut(tmp_path):
    (tmp_path / "splice").mkdir()
    letters = "ACGGTCATTGCAGGTAGCATCGATTACGGATCCA"
    (tmp_path / "splice" / "genes.csv").write_text(f"class,sequence\nEI,{letters}\n")
    held = withheld.Withheld(tmp_path)
    assert held.masked(f"  {letters[5:29]} exon") == f"  {withheld.NOTE}"
    assert held.masked(letters[:19]) == letters[:19]


def test_a_line_of_the_tutorial_itself_stays(tmp_path):
    (tmp_path / "rt_polarity").mkdir()
    line = "there is nothing to like in this movie"
    (tmp_path / "rt_polarity" / "reviews.neg").write_text(line)
    held = withheld.Withheld(tmp_path)
    assert held.masked(line) == withheld.NOTE
    assert held.masked(line, own=f'print("{line}")') == line


def test_a_script_that_changed_is_noticed(tmp_path):
    notebook = notebook_cells.read_notebook("vanilla_rnn")
    for cell in notebook["cells"]:
        if "".join(cell["source"]).startswith("## 1."):
            cell["source"] = "## 1. Something else"
    (tmp_path / "vanilla_rnn.ipynb").write_text(json.dumps(notebook), "utf-8")
    found = notebook_cells.older_than_its_script("vanilla_rnn", tmp_path)
    assert found == "cell 3 (markdown) of the script is newer"
    del notebook["cells"][-3:]
    missing = notebook_cells.older_than_its_script("nothing", tmp_path)
    assert missing == "there is no notebook"


def test_cells_of_a_script():
    script = "# %% [markdown]\n# # Title\n#\n# Text.\n\n# %%\n\nx = 1\n# note\n"
    assert notebook_cells.script_cells(script) == [
        ("markdown", "# Title\n\nText."),
        ("code", "x = 1\n# note"),
    ]


def test_badges_lead_to_the_repository_and_stand_only_where_it_has_an_address():
    assert [kind for kind, _ in notebook_cells.head("unfolding", "")] == ["code"]
    (_, badges), (_, install) = notebook_cells.head("unfolding", "ada/rnn")
    assert "/github/ada/rnn/blob/main/notebooks/unfolding.ipynb)" in badges
    assert "/v2/gh/ada/rnn/main?labpath=notebooks/unfolding.ipynb)" in badges
    assert '"git+https://github.com/ada/rnn"' in install
    assert "{source}" in install


def test_every_tutorial_stands_in_one_group_of_the_gallery():
    grouped = [name for names in gallery.GROUPS.values() for name in names]
    assert sorted(grouped) == SCRIPTS
    for _, steps in gallery.PATHS.values():
        assert {name for name, _ in steps} <= set(SCRIPTS)


def test_the_table_is_that_of_the_notebooks():
    assert notebook_table.PAGE.read_text("utf-8") == notebook_table.table()


def test_no_other_host_and_no_dead_link_is_missed(tmp_path):
    (tmp_path / "a.html").write_text(
        '<p id="here"><a href="b.html#there">b</a><a href="#here">a</a>'
        '<a href="https://example.org">out</a>\n<script src="https://example.org/x.js">'
        '</script><a href="c.html">c</a>'
    )
    (tmp_path / "b.html").write_text("<p>nothing</p>")
    assert check_links.faults(tmp_path) == [
        "a.html:1: no such place in the page: b.html#there",
        "a.html:2: script needs another host: https://example.org/x.js",
        "a.html:2: no such page: c.html",
    ]


def test_docstrings_become_markdown():
    doc = """Add.\n\nArgs:\n    x: Integer, first\n        of two. Default: `1`.
    **rest: Any.

Returns:\n    Sum as `int`.\n\nExample:\n\n>>> 1 + 1\n2"""
    assert api.markdown(doc) == (
        "Add.\n\n**Args**\n\nx\n: Integer, first\n  of two. Default: `1`.\n\n"
        "\\*\\*rest\n: Any.\n\n**Returns**\n\nSum as {py:obj}`int <int>`.\n\n"
        "**Example**\n\n`````pycon\n>>> 1 + 1\n2\n`````"
    )


def test_every_public_name_of_the_layers_has_an_entry():
    found = {one.name for one in api.public_names("keras_rnn.layers")}
    assert {"keras_rnn.layers.Recurrent", "keras_rnn.layers.MinGRU"} <= found
    (recurrent,) = [
        one for one in api.public_names("keras_rnn.layers") if "Recurrent" in one.name
    ]
    assert recurrent.module == "keras_rnn.layers.recurrent"
    assert api.signature(recurrent.node).startswith("(cell: str | keras.Layer | ")


def test_a_solution_is_folded_with_its_code():
    cells = [
        build_cells.make_cell("markdown", "## Exercises\n\n## Solutions\n\n### 1. A"),
        build_cells.make_cell("code", "x = 1"),
        build_cells.make_cell("markdown", "So.\n\n### 2. B\n\nText."),
        build_cells.make_cell("markdown", "---\n*Run.*"),
    ]
    found = ["".join(c["source"]) for c in build_cells.with_folded_solutions(cells)]
    fold = '<details class="solution"><summary>Show the solution</summary>'
    assert found == [
        *("## Exercises\n\n\n## Solutions", "### 1. A", fold, "x = 1", "So."),
        *("</details>", "### 2. B", fold, "Text.", "</details>", "---\n*Run.*"),
    ]


def test_every_tutorial_has_a_main_figure_and_a_baseline():
    figures = notebook_table.patterns()
    assert sorted(figures) == SCRIPTS
    for rules in figures.values():
        assert set(rules) == {"main", "baseline"}
        assert all(re.compile(pattern).groups == 1 for _, pattern in rules.values())


def test_a_figure_is_found_in_a_table_and_a_missing_one_is_said():
    text = (
        "accuracy, mean (lowest-highest) of 3 seeds; guessing: 0.25\n"
        "          simple RNN              LSTM\nk\n"
        "10  0.99 (0.98-1.00)  1.00 (1.00-1.00)\n"
        "80  0.26 (0.24-0.29)  0.61 (0.25-1.00)\n"
    )
    figures, name = notebook_table.patterns(), "vanishing_gradients"
    assert notebook_table.figure(name, "main", text, figures).endswith("LSTM 0.61")
    assert notebook_table.figure(name, "baseline", text, figures).endswith(") 0.26")
    with pytest.raises(SystemExit, match="mend site/main_figures"):
        notebook_table.figure(name, "main", "nothing", figures)


def test_one_raised_error_of_several_lines_stays_one_item():
    doc = "Text.\n\nRaises:\n    TypeError: One,\n        two, and\n        a third.\n"
    text = api.markdown(doc)
    assert text.endswith("TypeError\n: One,\n  two, and\n  a third.")


def test_a_tutorial_without_a_picture_has_a_card_of_what_it_follows():
    card = gallery.title_card("deep_and_bidirectional", 175)
    assert re.findall("<text[^>]*>([^<]*)", card) == [
        "Chapter 5, section 5.1",
        "Lecture 3, pages 10 and 16",
    ]


def test_arguments_of_a_long_signature_are_no_list_of_definitions():
    found = re.match(
        r"(?s)<dl>\n(.*)</dl>", "<dl>\n<dd><em>a</em>,</dd>\n<dd>b,</dd>\n</dl>"
    )
    assert build_cells.arguments(found) == (
        '<span><span class="argument"><em>a</em>,</span>\n'
        '<span class="argument">b,</span>\n</span>'
    )
