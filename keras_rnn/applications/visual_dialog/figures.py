"""Figures of dialogs: picture, question, answer and where the network looked."""

import textwrap
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from keras_rnn.applications.shared.attention_maps import draw_map
from keras_rnn.applications.shared.picture_figures import picture_grid
from keras_rnn.applications.visual_dialog.scores import DialogResults
from keras_rnn.datasets.generated.shape_dialogs import VisualDialogs


def draw_dialogs(
    dialogs: VisualDialogs,
    found: DialogResults,
    chosen: Sequence[int],
    caption: str = "",
    title: str = "",
) -> Figure:
    """Draw dialogs, one a row: first the picture, then where it looked each round.

    Those of which the places are `chosen`.
    """
    rounds = found.right.shape[1]
    size = 0.5 + 1.75 * (rounds + 1), 0.7 + 2.45 * max(len(chosen), 1)
    figure, grid = picture_grid(len(chosen), rounds + 1, size, title, caption)
    boxes, refers = dialogs.boxes, dialogs.refers_back
    for line, one in zip(grid, chosen, strict=False):
        draw_map(line[0], dialogs.images[one])
        line[0].set_title(f"dialog {one + 1}", fontsize=7)
        for place, axes in enumerate(line[1:]):
            # Both looks together: the first often finds what something is left of.
            weights = found.maps[one, place].mean(axis=0)
            draw_map(axes, dialogs.images[one], weights, boxes[one, place])
            is_right = found.right[one, place]
            question, said = dialogs.rounds[one][place], found.answers[one][place]
            if not is_right:
                said += f" (is: {question.answer})"
            axes.set_title(
                f"{textwrap.fill(question.text, 24)}\n{said}",
                fontsize=7,
                color="black" if is_right else "tab:red",
                fontstyle="italic" if refers[one, place] else "normal",
            )
    return figure


def draw_varied_dialogs(
    dialogs: VisualDialogs, found: DialogResults, caption: str = "", count: int = 2
) -> Figure:
    """Draw `count` dialogs that are right throughout, then as many that are not.

    Those come first that refer back in more ways.
    """
    chosen, is_right = [], found.right.all(axis=1)
    ways = np.array(
        [len({one.kind for one in each if one.refers_back}) for each in dialogs.rounds]
    )
    for own in (is_right, ~is_right):
        places = np.flatnonzero(own)
        chosen += places[np.argsort(-ways[places], kind="stable")][:count].tolist()
    title = (
        "Bright: where the network looked. Orange: what was asked about. "
        "Italic: refers back. Red: wrong"
    )
    return draw_dialogs(dialogs, found, chosen, caption, title)


def draw_gain(
    by_kind: Mapping[str, Mapping], caption: str = "", title: str = ""
) -> Figure:
    """Draw the accuracy of each kind of question, with and without history.

    It is what `scores.by_kind` returned.
    """
    # Those that refer back stand together, below.
    names = sorted(by_kind, key=lambda name: (by_kind[name]["refers_back"], name))
    figure = Figure(figsize=(7, 0.9 + 0.45 * len(names)), layout="constrained")
    axes = figure.subplots()
    places = np.arange(len(names))
    rows = (
        ("accuracy", "with history", "tab:blue"),
        ("accuracy_without_history", "the same network without history", "tab:orange"),
        ("baseline", "most frequent answer", "0.75"),
    )
    for number, (key, label, colour) in enumerate(rows):
        values = [by_kind[name][key] for name in names]
        axes.barh(places + (number - 1) * 0.27, values, 0.25, label=label, color=colour)
    axes.set_ylim(-0.6, len(names) - 0.4)
    axes.set_yticks(places, [f'"{name}"' for name in names])
    first = sum(not by_kind[name]["refers_back"] for name in names)
    axes.axhline(first - 0.5, color="0.6", lw=0.8, ls="--")
    axes.text(1.01, first - 0.4, "refers back", fontsize=7, va="top")
    axes.text(1.01, first - 0.6, "begins anew", fontsize=7, va="bottom")
    axes.set(xlim=(0, 1), xlabel="accuracy (share of right answers)", title=title)
    axes.invert_yaxis()
    axes.legend(
        loc="upper center",
        bbox_to_anchor=(0.45, -0.14),
        ncols=3,
        fontsize=7,
        frameon=False,
    )
    if caption:
        figure.supxlabel(textwrap.fill(caption, 90), fontsize=7, color="0.4")
    return figure
