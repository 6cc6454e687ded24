"""The gallery of the tutorials, and the paths through them."""

from __future__ import annotations

import ast
import base64
import re
from html import escape
from pathlib import Path
from typing import Any

from notebook_cells import SCRIPTS, read_notebook, script_cells

# In the order of the lectures; every tutorial stands in one group.
GROUPS = {
    "The recurrence (lecture 3, pages 2 to 14; chapter 5.1 and 5.2)": (
        "unfolding", "vanilla_rnn", "sequence_shapes", "hello_character_model",
        "character_language_model",
    ),
    "Memory: LSTM, GRU, depth (lecture 3, pages 15, 16 and 22; chapter 5.3)": (
        "vanishing_gradients", "lstm_and_gru", "deep_and_bidirectional", "trade_offs",
    ),
    "Pictures and sentences (lecture 3, pages 18 to 21; chapter 5.4)": (
        "captioning", "visual_question_answering", "visual_dialog", "visual_navigation",
    ),
    "Applications (chapter 5.1 and 5.5)": (
        "sentiment", "named_entities", "dna_splice", "dna_tags", "music_generation",
        "speech_recognition", "video_activity", "video_captioning", "translation",
        "conversation", "text_to_image",
    ),
    "Practice (chapter 5.6)": (
        "working_with_rnns", "image_rows", "word_embeddings", "time_series_forecasting",
        "holidays_and_prices", "many_series",
    ),
}  # fmt: skip

HUES = (175, 265, 20, 215, 340)  # a colour for each group

PATHS = {
    "A first hour": (
        "From one equation to a network that forecasts, in the order to read.",
        (
            ("unfolding", "what a recurrent network does that others cannot"),
            ("vanilla_rnn", "the equation, forwards and backwards, in NumPy and Keras"),
            ("hello_character_model", "the slide's network, trained until it spells"),
            ("lstm_and_gru", "gates, and both notations of the lectures"),
            ("sequence_shapes", "the five shapes that all applications have"),
        ),
    ),
    "Forecasting your own data": (
        "From a CSV file to a forecast whose worth you know.",
        (
            ("time_series_forecasting", "windows, baselines, models, a day ahead"),
            ("holidays_and_prices", "what is known ahead, and what that is worth"),
            ("many_series", "one network for many series: the story of M4"),
            ("trade_offs", "when a recurrent network is the wrong choice"),
            ("vanilla_rnn", "what the smallest of them learns of the weather"),
        ),
    ),
    "For those who know Keras": (
        "What this package adds, and where Keras differs from the slides.",
        (
            ("working_with_rnns", "the official guide, with every call run"),
            ("lstm_and_gru", "gate orders, `reset_after`, and moving weights"),
            ("deep_and_bidirectional", "stacks, two directions, flat states"),
            ("translation", "encoder, decoder, attention, beam search as a model"),
        ),
    ),
}


def title(name: str) -> str:
    """Return the heading of a tutorial."""
    text = script_cells((SCRIPTS / f"{name}.py").read_text("utf-8"))[0][1]
    return re.search(r"^# (.+)$", text, re.M)[1]


def field(name: str, what: str) -> str:
    """Return `Learn`, `Follows` or `Takes` of a tutorial's header, on one line."""
    text = script_cells((SCRIPTS / f"{name}.py").read_text("utf-8"))[0][1]
    found = re.search(rf"\*\*{what}:\*\* (.+?)(?:\n\n|\Z)", text, re.S)
    return " ".join(found[1].split())


def shows(source: str) -> list[str]:
    """Return what the pictures of a cell are called: title, or else name."""
    try:
        calls = [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Call)]
    except SyntaxError:  # the cell that installs
        return []
    names = []
    for call in calls:
        if getattr(call.func, "id", "") == "show" and len(call.args) > 1:
            words = [a.value for a in call.args[1:3] if isinstance(a, ast.Constant)]
            names.append(str(words[-1]).replace("_", " ") if words else "picture")
    return names


def pictures(notebook: dict[str, Any]) -> list[tuple[str, bytes]]:
    """Return name and PNG of each picture before the exercises."""
    found = []
    for cell in notebook["cells"]:
        text = "".join(cell["source"])
        if cell["cell_type"] == "markdown" and "## Exercises" in text:
            break
        names = shows(text)
        images = [
            base64.b64decode(one["data"]["image/png"])
            for one in cell.get("outputs", ())
            if "image/png" in one.get("data", {})
        ]
        for number, image in enumerate(images):
            found.append((names[min(number, len(names) - 1)] if names else "", image))
    return found


def title_card(name: str, hue: int) -> str:
    """Return an SVG for a tutorial without a picture: a chain, and what it follows."""
    numbers = r"[\d.]*\d(?:(?:,| to| and|, and) [\d.]*\d)*"
    places = re.findall(
        rf"chapter \d+, sections? {numbers}|lecture \d+, (?:slide|page)s? {numbers}",
        re.sub(r"\s*\([^)]*\)", "", field(name, "Follows")), re.I)  # fmt: skip
    lines = [place[:1].upper() + place[1:] for place in places][:3]
    ink = f"hsl({hue} 60% 32%)"
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 270">',
        f'<rect width="480" height="270" fill="hsl({hue} 45% 94%)"/>',
        f'<g fill="none" stroke="{ink}" stroke-width="5" stroke-linecap="round">',
    ]
    for x in (90, 190, 290, 390):
        parts.append(f'<circle cx="{x}" cy="100" r="24"/>')
        parts.append(f'<path d="M{x} 166V132M{x} 68V34'
                     f'M{x - 70} 100H{x - 32}"/>')  # fmt: skip
    parts.append(f'</g><g fill="{ink}" font-family="sans-serif" font-size="20" '
                 'text-anchor="middle">')  # fmt: skip
    for number, line in enumerate(lines):
        parts.append(f'<text x="240" y="{204 + 26 * number}">{escape(line)}</text>')
    return "".join([*parts, "</g></svg>"])


def write_gallery(folder: Path) -> None:
    """Write gallery.md, with the last picture of each tutorial that was run."""
    (folder / "gallery").mkdir()
    text = ["# Tutorials", "", "Each with what it printed and drew, and its exercises "
            "with solutions folded away."]  # fmt: skip
    for hue, (group, names) in zip(HUES, GROUPS.items(), strict=True):
        heading, _, places = group.rstrip(")").partition(" (")
        places = places[:1].upper() + places[1:]
        text += [
            "",
            f"## {heading}",
            "",
            f"{places}.",
            "",
            "::::{grid} 1 2 3 3",
            ":gutter: 3",
            "",
        ]
        for name in names:
            notebook = read_notebook(name)
            found = pictures(notebook) if notebook else []
            text.append(f":::{{grid-item-card}} {title(name)}")
            text += [f":link: tutorials/{name}", ":link-type: doc"]
            if found:
                (folder / "gallery" / f"{name}.png").write_bytes(found[-1][1])
                text.append(f":img-top: gallery/{name}.png")
                text.append(f":img-alt: {title(name)}, picture: {found[-1][0]}")
            else:
                card = title_card(name, hue)
                (folder / "gallery" / f"{name}.svg").write_text(card, encoding="utf-8")
                text.append(f":img-top: gallery/{name}.svg")
                text.append(f":img-alt: {title(name)}, not yet run in full")
            learn = re.split(r"[;:]", field(name, "Learn"))[0].rstrip(".")
            text += ["", learn[:1].upper() + learn[1:] + ".", "", ":::"]
        text += [
            "::::",
            "",
            "```{toctree}",
            ":hidden:",
            f":caption: {group.split(' (')[0]}",
            "",
        ]
        text += [*(f"tutorials/{name}" for name in names), "```"]
    (folder / "gallery.md").write_text("\n".join(text) + "\n", encoding="utf-8")


def write_paths(folder: Path) -> None:
    """Write paths.md, the orders in which to read."""
    text = ["# Learning paths", "", "The two decks page by page: "
            "[the lectures' map](docs/lectures.md)."]  # fmt: skip
    for name, (why, steps) in PATHS.items():
        text += ["", f"## {name}", "", why, ""]
        for number, (step, words) in enumerate(steps, 1):
            text.append(f"{number}. [{title(step)}](tutorials/{step}.ipynb): {words}")
    (folder / "paths.md").write_text("\n".join(text) + "\n", encoding="utf-8")
