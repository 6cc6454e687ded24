"""Sequences of letters with a tag at each, true and predicted, in colours."""

import textwrap

import numpy as np
from matplotlib.figure import Figure

_COLOURS = ("#fdae6b", "#9ecae1", "#eeeeee", "#a1d99b", "#c7b3e5")


def draw(
    sequences: list[str],
    truth: list[list[str]],
    found: list[list[str]],
    tags: tuple[str, ...],
    caption: str,
    title: str,
) -> Figure:
    """Draw sequences in pairs of rows: what is true above, what was predicted below.

    Args:
        sequences: List of strings.
        truth: List of lists of strings, the tag of each letter; an empty list where
            it is not known.
        found: List of lists of strings, the predicted tags.
        tags: Sequence of strings, all tags, in the order of the legend.
        caption: String, what the sequences are from.
        title: String.
    """
    from matplotlib.colors import ListedColormap
    from matplotlib.patches import Patch

    longest = max(map(len, sequences))
    field = np.full((3 * len(sequences) - 1, longest), np.nan)
    names, ticks = [], []
    for number, each in enumerate(zip(truth, found, strict=True)):
        for row, kind, one in zip((0, 1), ("true", "found"), each, strict=True):
            if one:
                field[3 * number + row, : len(one)] = [tags.index(tag) for tag in one]
                ticks.append(3 * number + row)
                names.append(kind)
    figure = Figure(figsize=(11.5, 1.2 + 0.15 * len(field)), layout="constrained")
    axes = figure.subplots()
    axes.imshow(
        field,
        cmap=ListedColormap(_COLOURS[: len(tags)]),
        vmin=-0.5,
        vmax=len(tags) - 0.5,
        aspect="auto",
        interpolation="nearest",
    )
    for row in ticks:
        for place, letter in enumerate(sequences[row // 3]):
            style = {"family": "monospace", "ha": "center", "va": "center"}
            axes.text(place, row, letter, size=6.5, **style)
    axes.set_yticks(ticks, names, size=7)
    axes.tick_params(length=0, axis="y")
    axes.spines[:].set_visible(False)
    marks = [0, *range(9, longest, 10)]
    axes.set_xticks(marks, [mark + 1 for mark in marks], size=7)
    axes.set_xlabel("place in the sequence", size=8)
    axes.set_title(title, size=10)
    axes.legend(
        handles=[
            Patch(facecolor=colour, edgecolor="0.6", label=tag)
            for colour, tag in zip(_COLOURS, tags, strict=False)
        ],
        loc="upper left",
        bbox_to_anchor=(1.0, 1.0),
        fontsize=8,
        frameon=False,
    )
    figure.supxlabel(textwrap.fill(caption, 160), fontsize=7, color="0.4")
    return figure
