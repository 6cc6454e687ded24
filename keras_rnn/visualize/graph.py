"""Nodes, arrows and labels with their places, and the symbols of weights and states."""

from dataclasses import dataclass, field
from typing import Any

Point = tuple[float, float]  # x, y

# Drawn over a letter where a layer reads both ways.
OVER = {"forward": r"\overrightarrow", "backward": r"\overleftarrow"}


@dataclass(frozen=True)
class Node:
    """A box or circle.

    Args:
        kind: String: `"input"`, `"cell"`, `"output"`, `"state"`, `"merge"`,
            `"attention"`, `"target"`.
        label: String, in matplotlib's mathtext.
        x, y: Floats, its centre.
        width, height: Floats.
        where: Tuple that says which cell it is: part, row, direction, step.
    """

    kind: str
    label: str
    x: float
    y: float
    width: float
    height: float
    where: tuple = ()

    @property
    def top(self) -> Point:
        return (self.x, self.y + self.height / 2)

    @property
    def bottom(self) -> Point:
        return (self.x, self.y - self.height / 2)

    @property
    def left(self) -> Point:
        return (self.x - self.width / 2, self.y)

    @property
    def right(self) -> Point:
        return (self.x + self.width / 2, self.y)


@dataclass(frozen=True)
class Arrow:
    """An arrow along a path of straight pieces, whose corners are drawn round.

    Args:
        kind: String: `"W_xh"`, `"W_hh"`, `"W_hy"`, `"feedback"`, `"attention"`,
            `"residual"` or `"plain"`.
        path: Tuple of points `(x, y)`.
    """

    kind: str
    path: tuple[Point, ...]


@dataclass(frozen=True)
class Label:
    """Text beside an arrow.

    Args:
        kind: String, that of the arrow, or `"state"` or `"note"`.
        text: String, in matplotlib's mathtext.
        x, y: Floats, the place.
        align: String, `"left"`, `"center"` or `"right"`: which side of it is there.
    """

    kind: str
    text: str
    x: float
    y: float
    align: str = "center"


@dataclass
class Graph:
    """A picture's nodes, arrows and labels."""

    nodes: list[Node] = field(default_factory=list)
    arrows: list[Arrow] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)

    def node(self, *arguments: Any) -> Node:
        """Add a node and return it."""
        self.nodes.append(Node(*arguments))
        return self.nodes[-1]

    def arrow(self, kind: str, *path: Point) -> None:
        """Add an arrow through the points of `path`."""
        self.arrows.append(Arrow(kind, tuple(path)))

    def label(self, *arguments: Any) -> None:
        """Add a label."""
        self.labels.append(Label(*arguments))

    def cells(self) -> list[Node]:
        """Return the nodes that are recurrent cells."""
        return [node for node in self.nodes if node.kind == "cell"]

    def count(self, kind: str) -> int:
        """Return how many arrows are of a kind."""
        return sum(arrow.kind == kind for arrow in self.arrows)

    def bounds(self) -> tuple[float, float, float, float]:
        """Return `(left, right, bottom, top)` around everything."""
        xs = [x for arrow in self.arrows for x, _ in arrow.path]
        ys = [y for arrow in self.arrows for _, y in arrow.path]
        for node in self.nodes:
            xs += [node.left[0], node.right[0]]
            ys += [node.bottom[1], node.top[1]]
        for label in self.labels:
            reach = {"left": (0, 0.75), "center": (0.35, 0.35), "right": (0.75, 0)}
            xs += [label.x - reach[label.align][0], label.x + reach[label.align][1]]
            ys += [label.y - 0.2, label.y + 0.2]
        return min(xs), max(xs), min(ys), max(ys)


def symbol(
    name: str,
    index: str | int,
    row: int | None = None,
    rows: int = 1,
    direction: str | None = None,
) -> str:
    """Return a symbol in matplotlib's mathtext, such as `W^{(2)}_{xh}`.

    Args:
        name: String, the letter.
        index: String or integer, the index below it.
        row: Integer from 0, the layer of a stack: a number above the letter, where
            there are several. Default: `None`.
        rows: Integer, how many layers there are. Default: `1`.
        direction: String, `"forward"` or `"backward"`, an arrow over the letter, for
            layers that read both ways. Default: `None`.
    """
    letter = f"{OVER[direction]}{{{name}}}" if direction else name
    number = "" if row is None or rows == 1 else rf"^{{\,({row + 1})}}"
    return f"{letter}{number}_{{{index}}}"


def math(*symbols: str) -> str:
    """Return symbols as one text of matplotlib, with commas between them."""
    return f"${', '.join(symbols)}$"
