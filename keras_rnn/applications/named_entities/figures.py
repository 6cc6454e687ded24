"""Sentences with their entities drawn on them."""

import textwrap

from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from keras_rnn.datasets.text.entity_tokens import Entity

# Of letters of one width, so that a place in the text is a place in the picture.
_COLUMNS = 84
_WIDTH = 0.602 * 11 / 72  # inches of a letter of 11 points
_LINE = 0.45  # inches
_COLOURS = ("#9ecae1", "#fdae6b", "#a1d99b", "#c7b3e5", "#f4a6b7", "#d9c58b")


def draw(sentences: list[tuple[str, list[Entity]]], caption: str) -> Figure:
    """Draw sentences with each entity on a field of its type's colour.

    Args:
        sentences: List of tuples `(text, entities)`, as `entities_of` returns them.
        caption: String, what the sentences are from.
    """
    kinds = sorted({kind for _, entities in sentences for kind, *_ in entities})
    lines = [
        (start, line, entities, number)
        for number, (text, entities) in enumerate(sentences)
        for start, line in _lines(text)
    ]
    caption = textwrap.fill(caption, 110)
    below = 0.5 + 0.15 * caption.count("\n")
    height = _LINE * (len(lines) + 0.4 * len(sentences))
    size = (_COLUMNS + 4) * _WIDTH, height + below + 0.3
    figure = Figure(figsize=size)
    axes = figure.add_axes((0, below / size[1], 1, height / size[1]))
    axes.set(xlim=(-2, _COLUMNS + 2), ylim=(height / _LINE, 0))
    axes.axis("off")
    for row, (start, line, entities, number) in enumerate(lines):
        level = row + 0.4 * number + 0.5
        for kind, first, last in entities:
            first, last = max(first, start), min(last, start + len(line))
            if first >= last:
                continue
            colour = _COLOURS[kinds.index(kind) % len(_COLOURS)]
            axes.add_patch(
                FancyBboxPatch(
                    (first - start - 0.2, level - 0.32),
                    last - first + 0.4,
                    0.72,
                    boxstyle="round,pad=0,rounding_size=0.15",
                    facecolor=colour,
                    edgecolor="none",
                )
            )
            middle = (first + last) / 2 - start
            axes.text(middle, level + 0.32, kind, size=6, ha="center", va="center")
        for place, letter in enumerate(line):
            style = {"family": "monospace", "ha": "center", "va": "center_baseline"}
            axes.text(place + 0.5, level - 0.04, letter, size=11, **style)
    figure.suptitle("Named entities, as the model finds them", size=11, y=0.99)
    figure.text(0.02, 0.1 / size[1], caption, size=7, va="bottom", color="#555555")
    return figure


def _lines(text):
    """The text in lines, each with its place in the text."""
    start = 0
    while len(text) - start > _COLUMNS:
        end = text.rfind(" ", start, start + _COLUMNS + 1)
        end = end if end > start else start + _COLUMNS
        yield start, text[start:end]
        start = end + (text[end] == " ")
    yield start, text[start:]
