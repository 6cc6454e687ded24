"""Draws a `Graph` on matplotlib axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from keras_rnn.visualize import style
from keras_rnn.visualize.graph import Arrow, Graph, Node, Point

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.path import Path

FILL = {
    "input": "#d9e8f6",
    "target": "#e3f2e6",
    "output": "#e3f2e6",
    "state": "#f3f3f1",
    "merge": "#ffffff",
    "attention": "#ece4f5",
    "encoder": "#fdf0d9",
    "decoder": "#fbe2dd",
}
COLOUR = {
    "W_xh": style.BLUE,
    "W_hh": style.RED,
    "W_hy": style.GREEN,
    "feedback": style.ORANGE,
    "attention": style.PURPLE,
    "residual": style.GREY,
    "plain": style.INK,
    "state": style.INK,
    "note": style.INK,
}
# Behind the name of a state, where an arrow may cross it.
PAPER = {"facecolor": "white", "edgecolor": "none", "pad": 0.4, "alpha": 0.85}
DASHED = {"feedback": (0, (4, 2)), "residual": (0, (2, 1.5))}


def draw(graph: Graph, axes: Axes, inch: float = 0.62) -> None:
    """Draw a graph; one unit of its places is `inch` wide.

    Each artist is named by its `gid`: `"cell"`, `"input"`, ... for a node,
    `"arrow W_xh"`, ... for an arrow and `"label W_xh"`, ... for a text.

    Args:
        graph: `Graph`.
        axes: matplotlib axes.
        inch: Float, which the font sizes follow.
    """
    size = 14 * inch / 0.62
    for arrow in graph.arrows:
        _draw_arrow(arrow, axes, inch)
    for node in graph.nodes:
        _draw_node(node, axes, size)
    for label in graph.labels:
        axes.text(
            label.x,
            label.y,
            label.text,
            color=COLOUR[label.kind],
            fontsize=size * 0.86,
            ha=label.align,
            va="center",
            math_fontfamily="cm",
            gid=f"label {label.kind}",
            bbox=PAPER if label.kind == "state" else None,
            zorder=2.5,
        )
    left, right, bottom, top = graph.bounds()
    axes.set_xlim(left - 0.1, right + 0.1)
    axes.set_ylim(bottom - 0.1, top + 0.1)
    axes.set_aspect("equal")
    axes.axis("off")


def _draw_node(node: Node, axes: Axes, size: float) -> None:
    from matplotlib.patches import Ellipse, FancyBboxPatch

    fill = FILL[node.where[0] if node.kind == "cell" else node.kind]
    look: dict[str, Any] = {"facecolor": fill, "edgecolor": style.INK, "linewidth": 1.1}
    if node.kind in ("cell", "attention"):
        patch: Any = FancyBboxPatch(
            (node.left[0], node.bottom[1]),
            node.width,
            node.height,
            boxstyle="round,pad=0,rounding_size=0.12",
            **look,
        )
    else:
        patch = Ellipse((node.x, node.y), node.width, node.height, **look)
    patch.set(gid=node.kind, zorder=3)
    axes.add_patch(patch)
    # A long name has to fit its box.
    label = _in_lines(node.label)
    letters = max(len(line) for line in label.split("\n"))
    letters = 1 if label.startswith("$") else letters
    fit = min(1.0, 0.9 * node.width / (0.2 * letters))
    if node.kind in ("state", "merge"):
        fit = 0.84
    axes.text(
        node.x,
        node.y,
        label,
        fontsize=size * fit,
        ha="center",
        va="center_baseline" if node.kind == "cell" else "center",
        color=style.INK,
        math_fontfamily="cm",
        gid=f"text {node.kind}",
        zorder=4,
    )


def _in_lines(name: str) -> str:
    """A long name of a cell, such as `PeepholeLSTM`, in two lines."""
    for kind in ("LSTM", "GRU", "RNN"):
        if len(name) > 7 and kind in name:
            before, after = name.split(kind, 1)
            return "\n".join(part for part in (before, kind + after) if part)
    return name


def _draw_arrow(arrow: Arrow, axes: Axes, inch: float) -> None:
    from matplotlib.patches import FancyArrowPatch, PathPatch

    path, colour = _rounded(arrow.path), COLOUR[arrow.kind]
    width = 1.7 if arrow.kind.startswith("W_") else 1.3
    if arrow.kind in DASHED:
        # A dashed head would be ragged: only the line is.
        axes.add_patch(
            PathPatch(
                path,
                facecolor="none",
                edgecolor=colour,
                linewidth=width,
                linestyle=DASHED[arrow.kind],
                gid=f"line {arrow.kind}",
                zorder=2,
            )
        )
        before, end = arrow.path[-2:]
        path = _rounded((_towards(end, before, 0.05), end))
    axes.add_patch(
        FancyArrowPatch(
            path=path,
            arrowstyle="-|>,head_length=0.45,head_width=0.2",
            mutation_scale=15 * inch / 0.62,
            color=colour,
            linewidth=width,
            capstyle="butt",
            joinstyle="miter",
            gid=f"arrow {arrow.kind}",
            zorder=2,
        )
    )


def _rounded(points: Sequence[Point], radius: float = 0.17) -> Path:
    """A path through points, its corners round."""
    from matplotlib.path import Path

    vertices, codes = [points[0]], [Path.MOVETO]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        vertices += [
            _towards(corner, before, radius),
            corner,
            _towards(corner, after, radius),
        ]
        codes += [Path.LINETO, Path.CURVE3, Path.CURVE3]
    return Path([*vertices, points[-1]], [*codes, Path.LINETO])


def _towards(point: Point, goal: Point, distance: float) -> Point:
    """The point that lies `distance` from `point` on the way to `goal`."""
    dx, dy = goal[0] - point[0], goal[1] - point[1]
    length = max((dx * dx + dy * dy) ** 0.5, 1e-9)
    share = min(distance / length, 0.5)
    return (point[0] + share * dx, point[1] + share * dy)
