"""Nodes and arrows with their places: what a layout makes and a drawing shows."""

from dataclasses import dataclass, field


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
    def top(self):
        return (self.x, self.y + self.height / 2)

    @property
    def bottom(self):
        return (self.x, self.y - self.height / 2)

    @property
    def left(self):
        return (self.x - self.width / 2, self.y)

    @property
    def right(self):
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
    path: tuple[tuple[float, float], ...]


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

    def node(self, *arguments):
        """Add a node and return it."""
        self.nodes.append(Node(*arguments))
        return self.nodes[-1]

    def arrow(self, kind, *path):
        """Add an arrow through the points of `path`."""
        self.arrows.append(Arrow(kind, tuple(path)))

    def label(self, *arguments):
        """Add a label."""
        self.labels.append(Label(*arguments))

    def cells(self):
        """Return the nodes that are recurrent cells."""
        return [node for node in self.nodes if node.kind == "cell"]

    def count(self, kind):
        """Return how many arrows are of a kind."""
        return sum(arrow.kind == kind for arrow in self.arrows)

    def bounds(self):
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
