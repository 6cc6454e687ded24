"""Layout of the picture of a structure, folded or unfolded."""

from keras_rnn.visualize.graph import Graph, Node, Point, math, symbol
from keras_rnn.visualize.stack_layout import CELL, MERGE, ROUND, Stack
from keras_rnn.visualize.structure import Row, Structure

BOTTOM, FIRST = 0.0, 1.35  # heights of the inputs and of the lowest row
ENCODER, DECODER = "xhy", "ysy"


def layout(structure: Structure, steps: int | None = None) -> Graph:
    """Return the `Graph` of a structure.

    Args:
        structure: `Structure`.
        steps: Positive integer, how many steps to unfold. Default: `None`, folded.
    """
    if structure.shape == "one_to_one":
        return _one_to_one()
    if structure.shape == "encoder_decoder":
        return _Sequences(structure, steps).encoder_decoder()
    return _Sequences(structure, steps).single()


def _one_to_one() -> Graph:
    graph = Graph()
    x = graph.node("input", "$x$", 0.0, BOTTOM, ROUND, ROUND)
    cell = graph.node("cell", "$h$", 0.0, FIRST, *CELL, ("encoder", 0, "forward", 0))
    y = graph.node("output", "$y$", 0.0, FIRST + 1.35, ROUND, ROUND)
    for kind, one, other in (("W_xh", x, cell), ("W_hy", cell, y)):
        graph.arrow(kind, one.top, other.bottom)
        middle = (one.top[1] + other.bottom[1]) / 2
        graph.label(kind, math(symbol("W", kind[2:])), 0.1, middle, "left")
    return graph


class _Sequences:
    def __init__(self, structure: Structure, steps: int | None) -> None:
        self.structure, self.folded = structure, steps is None
        self.steps = steps or 1
        self.graph = Graph()

    def _columns(self, rows: tuple[Row, ...], start: float, steps: int) -> list[float]:
        two = any(len(row.directions) == 2 for row in rows)
        wide = any(row.states > 1 for row in rows)
        gap = 3.0 if two else 2.3 if wide else 2.0
        return [start + gap * step for step in range(steps)]

    def _stack(
        self,
        rows: tuple[Row, ...],
        columns: list[float],
        letters: str,
        outputs: set[int],
        part: str,
        beside: Stack | None = None,
    ) -> Stack:
        return Stack(
            self.graph,
            rows,
            columns,
            FIRST,
            self.folded,
            letters,
            outputs,
            part,
            beside,
        )

    def _round(self, kind: str, letter: str, step: int, x: float, y: float) -> Node:
        text = math(letter if self.folded else symbol(letter, step))
        return self.graph.node(kind, text, x, y, ROUND, ROUND)

    def single(self) -> Graph:
        """One stack: one_to_many, many_to_one, many_to_many."""
        structure, rows = self.structure, self.structure.rows
        read = self._read()
        columns = self._columns(rows, 0.0, self._length())
        last = len(columns) - 1
        every = {
            "many_to_many": set(range(len(columns))),
            "one_to_many": set(range(0 if self.folded else read - 1, len(columns))),
        }
        outputs = every.get(structure.shape, {last})
        if structure.pooled:
            outputs = set(range(len(columns)))
        elif len(outputs) == 1 and rows[-1].directions == ("backward",):
            outputs = {0}
        stack = self._stack(rows, columns, ENCODER, outputs, "encoder")
        inputs = [
            self._round("input", "x", step + 1, x, BOTTOM)
            if self.folded or step < read
            else self._round("target", "y", step - read + 1, x, BOTTOM)
            for step, x in enumerate(columns)
        ]
        points = stack.draw(inputs)
        self._condition(stack)
        if structure.pooled and not self.folded:
            self._pool(points, columns, stack.end)
            return self.graph
        written = self._answers(points, columns, stack.end, "hy", read)
        if structure.feedback:
            self._feed_back(written, inputs[read:] or inputs)
        return self.graph

    def _read(self) -> int:
        """How many steps read from outside."""
        if self.structure.shape != "one_to_many":
            return self.steps
        return 3 if self.structure.warm_up and not self.folded else 1

    def _length(self) -> int:
        if self.folded:
            return 1
        return self.steps + (self._read() - 1 if self.structure.feedback else 0)

    def _answers(
        self,
        points: list[list[Point]],
        columns: list[float],
        level: float,
        indices: str,
        read: int = 1,
    ) -> list[Node]:
        """The outputs above the columns that have one; returns their nodes."""
        answers = []
        writing = [step for step, ways in enumerate(points) if ways]
        several = self.structure.shape != "many_to_one"
        for count, step in enumerate(writing, start=1):
            name = count if self.structure.feedback else step + 1
            x = columns[step]
            if several:
                node = self._round("output", "y", name, x, level)
            else:
                node = self.graph.node("output", "$y$", x, level, ROUND, ROUND)
            answers.append(node)
            kind = "W_hy" if self.structure.head else "plain"
            for point in points[step]:
                self.graph.arrow(kind, point, node.bottom)
            if self.structure.head:
                middle = (points[step][0][1] + node.bottom[1]) / 2
                text = math(symbol("W", indices))
                self.graph.label("W_hy", text, x + 0.1, middle, "left")
        return answers

    def _pool(
        self,
        points: list[list[Point]],
        columns: list[float],
        level: float,
    ) -> None:
        """One answer made from the states of all steps."""
        x = (columns[0] + columns[-1]) / 2
        node = self.graph.node("output", "$y$", x, level + 0.6, ROUND, ROUND)
        for point in (point for ways in points for point in ways):
            self.graph.arrow("W_hy", point, node.bottom)
        self.graph.label("W_hy", math(symbol("W", "hy")), x + 0.72, level + 0.6)

    def _feed_back(self, written: list[Node], read: list[Node]) -> None:
        """Each output is the next input."""
        if self.folded:
            (y,), (x,) = written, read
            reach = max(node.right[0] for node in self.graph.cells()) + 1.55
            # Back to the input's side, from outside the loops.
            self.graph.arrow("feedback", y.right, (reach, y.y), (reach, x.y), x.right)
            return
        for y, x in zip(written, read, strict=False):
            between = (y.x + x.x) / 2
            self.graph.arrow(
                "feedback", y.right, (between, y.y), (between, x.y), x.left
            )

    def _condition(self, stack: Stack) -> None:
        """Another input that makes the first state."""
        if not self.structure.conditioned:
            return
        if self.folded:
            cell = self.graph.cells()[0]
            x, y = cell.left
            v = self.graph.node("input", "$v$", x - 1.0, y, ROUND, ROUND)
            self.graph.arrow("plain", v.right, cell.left)
            return
        first = [node for node in self.graph.nodes if node.kind == "state"]
        v = self.graph.node("input", "$v$", first[0].x, BOTTOM, ROUND, ROUND)
        self.graph.arrow("plain", v.top, first[0].bottom)

    def encoder_decoder(self) -> Graph:
        """Two stacks: one reads, the other goes on from its last state and writes."""
        structure = self.structure
        columns = self._columns(structure.rows, 0.0, self.steps)
        read = set(range(len(columns))) if structure.attention else set()
        encoder = self._stack(structure.rows, columns, ENCODER, read, "encoder")
        inputs = [
            self._round("input", "x", step + 1, x, BOTTOM)
            for step, x in enumerate(columns)
        ]
        looked_at = encoder.draw(inputs)
        two = any(len(row.directions) == 2 for row in structure.rows)
        start = columns[-1] + (3.7 if two else 2.7 if self.folded else 2.3)
        places = self._columns(structure.decoder, start, self.steps)
        decoder = self._stack(
            structure.decoder,
            places,
            DECODER,
            set(range(len(places))),
            "decoder",
            beside=encoder,
        )
        shifted = [
            self._round("target", "y", step, x, BOTTOM) for step, x in enumerate(places)
        ]
        points = decoder.draw(shifted, first_states=False)
        self._hand_over(encoder, decoder)
        level = max(encoder.end, decoder.end) + (0.55 if structure.attention else 0)
        written = self._answers(points, places, level, "sy")
        if structure.attention:
            self._attend(looked_at, written, level - 0.75, columns)
        if structure.feedback:
            self._feed_back(written, shifted[0 if self.folded else 1 :])
        return self.graph

    def _hand_over(self, encoder: Stack, decoder: Stack) -> None:
        """The encoder's last states are the decoder's first."""
        for index in range(min(len(encoder.rows), len(decoder.rows))):
            ways = encoder.cells[index]
            target = decoder.cells[index]["forward"][0]
            one = next(iter(ways.values()))[-1]
            x = target.left[0] - 0.5
            if len(ways) == 1:
                if self.folded:  # below the loop
                    low = one.y - 0.26
                    self.graph.arrow(
                        "state", (one.right[0], low), (target.left[0], low)
                    )
                    continue
                self.graph.arrow("state", one.right, target.left)
                text = encoder.state(index, next(iter(ways)), len(encoder.columns))
                middle = (one.right[0] + target.left[0]) / 2
                self.graph.label("state", text, middle, one.y + 0.22)
                continue
            node = self.graph.node("merge", r"$\Vert$", x, one.y, MERGE, MERGE)
            self.graph.arrow("state", one.right, node.left)
            back = ways["backward"][0]
            over = back.top[1] + 0.22
            self.graph.arrow(
                "state",
                (back.x + 0.2, back.top[1]),
                (back.x + 0.2, over),
                (x, over),
                node.top,
            )
            self.graph.arrow("state", node.right, target.left)

    def _attend(
        self,
        looked_at: list[list[Point]],
        written: list[Node],
        level: float,
        columns: list[float],
    ) -> None:
        """Every output may look at every state of the encoder."""
        left, right = columns[0] - 0.5, columns[-1] + 0.5
        if self.folded:
            left, right = columns[0] - 0.75, columns[0] + 0.75
        box = self.graph.node(
            "attention", "attention", (left + right) / 2, level, right - left, 0.5
        )
        for ways in looked_at:
            for x, y in ways:
                self.graph.arrow("attention", (x, y), (x, box.bottom[1]))
        for node in written:
            x = node.x - 0.2
            end = (x, node.bottom[1] + 0.06)
            self.graph.arrow("attention", box.right, (x, level), end)
