"""Places the rows of a stack: its cells over the steps, folded or unfolded."""

from __future__ import annotations

from itertools import pairwise

from keras_rnn.visualize.graph import Graph, Node, Point, math, symbol
from keras_rnn.visualize.structure import Row

CELL = (0.98, 0.66)
ROUND = 0.56  # inputs, outputs and first states
MERGE = 0.36
# How far the two directions of a row stand apart.
SIDE, RISE = 0.56, 1.0


class Stack:
    """The rows of one stack, drawn from some column to some column.

    Args:
        graph: `Graph` to draw on.
        rows: Tuple of `Row`.
        columns: List of floats, the places of the steps; one if it is folded.
        bottom: Float, height of the lowest row.
        folded: Boolean, whether the states come back in a loop.
        letters: String of three: the letters of the input, the state and the output
            in the indices of the weights.
        outputs: Set of integers, the columns (from 0) whose output is used.
        part: String, `"encoder"` or `"decoder"`.
        beside: `Stack` whose rows stand at the height of these, or None.
    """

    def __init__(
        self,
        graph: Graph,
        rows: tuple[Row, ...],
        columns: list[float],
        bottom: float,
        folded: bool,
        letters: str,
        outputs: set[int],
        part: str,
        beside: Stack | None = None,
    ) -> None:
        self.graph, self.rows, self.columns = graph, rows, columns
        self.folded, self.letters, self.outputs = folded, letters, outputs
        self.part = part
        self.levels: list[float] = []  # height of each row
        level = bottom
        for index, row in enumerate(rows):
            if beside is not None and index < len(beside.levels):
                level = max(level, beside.levels[index])
            self.levels.append(level)
            level += 1.55 + (RISE + 0.75 if len(row.directions) == 2 else 0)
        self.end = level  # where the output stands, or what comes above
        self.cells = [self._cells(index) for index in range(len(rows))]

    def _cells(self, index: int) -> dict[str, list[Node]]:
        """Dict from direction to the list of a row's cells, in the order of steps."""
        row, level = self.rows[index], self.levels[index]
        two = len(row.directions) == 2
        cells = {}
        for direction in row.directions:
            backward = two and direction == "backward"
            side = 0 if not two else SIDE if backward else -SIDE
            cells[direction] = [
                self.graph.node(
                    "cell",
                    row.cell,
                    x + side,
                    level + (RISE if backward else 0),
                    *CELL,
                    (self.part, index, direction, step),
                )
                for step, x in enumerate(self.columns)
            ]
        return cells

    def weight(self, indices: str, index: int, direction: str) -> str:
        """The text of a weight's symbol, in the row `index`."""
        named = direction if len(self.rows[index].directions) == 2 else None
        return math(symbol("W", indices, index, len(self.rows), named))

    def state(self, index: int, direction: str, step: int) -> str:
        """The text of the state of row `index` after `step` (from 0: the first)."""
        named = direction if len(self.rows[index].directions) == 2 else None
        # With two directions there is room for one letter only.
        count = 1 if named else self.rows[index].states
        letters = [self.letters[1], "c", "m"][:count]
        number = "" if self.folded else step
        return math(
            *(symbol(one, number, index, len(self.rows), named) for one in letters)
        )

    def draw(self, inputs: list[Node], first_states: bool = True) -> list[list[Point]]:
        """Draw the arrows into, between and above the cells.

        Args:
            inputs: List of nodes, one for each column, or None where nothing is read.
            first_states: Boolean, whether to draw the states before the first step.

        Returns:
            For each column the list of points that its output goes out from; empty
            where the output is not used.
        """
        sources = [[] if node is None else [node.top] for node in inputs]
        for index in range(len(self.rows)):
            self._across(index, first_states)
            sources = self._up(index, sources)
        return sources

    def _across(self, index: int, first_states: bool) -> None:
        for direction, cells in self.cells[index].items():
            if self.folded:
                self._loop(index, direction, cells[0])
                continue
            backward = direction == "backward"
            ordered = cells[::-1] if backward else cells
            if first_states:
                text = self.state(index, direction, len(cells) + 1 if backward else 0)
                wide = ", " in text or "^" in text
                away = 1.72 if wide else 1.5
                start = self.graph.node(
                    "state",
                    text,
                    ordered[0].x + (away if backward else -away),
                    ordered[0].y,
                    ROUND * (1.45 if wide else 1.0),
                    ROUND,
                )
                self._between(index, direction, start, ordered[0], None)
            for number, (one, other) in enumerate(pairwise(ordered)):
                step = len(cells) - number if backward else number + 1
                text = self.state(index, direction, step)
                self._between(index, direction, one, other, text)

    def _between(
        self, index: int, direction: str, one: Node, other: Node, text: str | None
    ) -> None:
        start, end = (one.right, other.left)
        if direction == "backward":
            start, end = (one.left, other.right)
        self.graph.arrow("W_hh", start, end)
        x, y = (start[0] + end[0]) / 2, start[1]
        two = len(self.rows[index].directions) == 2
        if two and text is not None:
            # Keep clear of the arrows that cross.
            x += 0.25 if direction == "forward" else -0.2
        away = 0.3 if two else 0.24  # symbols with an arrow are higher
        if text is not None:
            self.graph.label("state", text, x, y + away)
        hh = self.letters[1] * 2
        self.graph.label("W_hh", self.weight(hh, index, direction), x, y - away)

    def _loop(self, index: int, direction: str, cell: Node) -> None:
        """The arrow from a cell to itself."""
        two = len(self.rows[index].directions) == 2
        left = two and direction == "forward"
        side, sign = (cell.left, -1) if left else (cell.right, 1)
        x, y = side
        out = x + sign * 0.5
        self.graph.arrow(
            "W_hh", (x, y + 0.17), (out, y + 0.17), (out, y - 0.17), (x, y - 0.17)
        )
        text = self.weight(self.letters[1] * 2, index, direction)
        align = "right" if left else "left"
        self.graph.label("W_hh", text, out + sign * 0.1, y, align)

    def _up(self, index: int, sources: list[list[Point]]) -> list[list[Point]]:
        """Arrows from `sources` into a row; returns what goes out above it."""
        row, last = self.rows[index], index == len(self.rows) - 1
        above: list[list[Point]] = []
        xh = f"{self.letters[0]}{self.letters[1]}"
        for step, points in enumerate(sources):
            for way, (direction, cells) in enumerate(self.cells[index].items()):
                # Directions that were not merged each read their own.
                own = points[way : way + 1] if len(points) > 1 else points
                for point in own:
                    self._into(index, direction, cells[step], point, xh)
            if last and step not in self.outputs:
                above.append([])
            elif len(row.directions) == 2 and row.merge is not None:
                above.append([self._merged(index, step, last)])
            else:
                above.append([cells[step].top for cells in self.cells[index].values()])
            if row.residual and points and above[-1]:
                self._skip(points[0], above[-1][0], self.columns[step])
        return above

    def _into(
        self,
        index: int,
        direction: str,
        cell: Node,
        point: Point,
        xh: str,
    ) -> None:
        self.graph.arrow("W_xh", point, cell.bottom)
        text = self.weight(xh, index, direction)
        backward = direction == "backward" and len(self.rows[index].directions) == 2
        if len(self.rows[index].directions) == 1:
            x, y, align = point[0] + 0.1, (point[1] + cell.bottom[1]) / 2, "left"
        elif backward:
            x, y, align = point[0] + 0.2, point[1] + 0.16, "left"
        else:
            x, y, align = point[0] - 0.28, point[1] + 0.16, "right"
        self.graph.label("W_xh", text, x, y, align)

    def _merged(self, index: int, step: int, last: bool) -> Point:
        """The node where two directions meet; they end on different steps."""
        row, cells = self.rows[index], self.cells[index]
        x, y = self.columns[step], self.levels[index] + RISE + 0.95
        text: dict[str | None, str]
        text = {"concat": r"$\Vert$", "sum": "$+$", "mul": r"$\times$", "ave": "avg"}
        node = self.graph.node("merge", text[row.merge], x, y, MERGE, MERGE)
        forward, backward = cells["forward"][step], cells["backward"][step]
        self.graph.arrow("plain", forward.top, (x - MERGE * 0.42, y - MERGE * 0.3))
        if last and len(self.outputs) == 1 and not self.folded:
            backward = cells["backward"][0]
        if backward.x < x:
            corner = (backward.x, y)
            self.graph.arrow("plain", backward.top, corner, node.left)
        else:
            self.graph.arrow("plain", backward.top, (x + MERGE * 0.42, y - MERGE * 0.3))
        return node.top

    def _skip(self, start: Point, end: Point, x: float) -> None:
        out = x - CELL[0] / 2 - 0.16
        low, high = start[1] + 0.12, end[1] + 0.3
        self.graph.arrow("residual", (x, low), (out, low), (out, high), (x, high))
