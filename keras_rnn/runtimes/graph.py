"""A model as a short list of operations that every runtime has.

Value      what flows: a sequence of vectors, or one vector
Reshaped   a sequence of a known length as one vector, or the way back
Window     at each step of a sequence, some steps before and after it
EachStep   a `Program` applied at every step (or to the one vector)
Recur      a cell's `Program` that carries its states from step to step
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from keras_rnn.runtimes.expressions import Program


@dataclass(eq=False)
class Value:
    """What flows from one operation to the next.

    Args:
        name: String, unlike any other's.
        width: Integer, numbers at each step; 0 where each step is one whole number.
        is_sequence: Boolean, whether it has steps.
        is_integer: Boolean.
        mask: Value of width 1 that is 1 at steps that count and 0 at others, or `None`.
        steps: Integer, how many steps a sequence has, if that is known.
        shape: Tuple, of a vector (of each step, in a sequence) that stands for a
            matrix, row after row, or for one number, `()`. `None`: it is a vector.
    """

    name: str
    width: int
    is_sequence: bool
    is_integer: bool = False
    mask: Value | None = None
    steps: int | None = None
    shape: tuple[int, ...] | None = None


@dataclass(eq=False)
class EachStep:
    """A program applied at each step.

    Args:
        name: String, of the layer.
        program: `Program` without states, with one output.
        sources: List of values, as the inputs of the program.
        output: Value.
    """

    name: str
    program: Program
    sources: list[Value]
    output: Value


@dataclass(eq=False)
class Recur:
    """A cell that carries its states along a sequence, from zeros.

    Args:
        name: String, of the layer.
        program: `Program` of the cell.
        source: Value, the sequence that it reads.
        mask: Value or `None`: at steps where it is 0, all states stay.
        backward: Boolean, whether it reads from the end. Outputs are in the order of
            the input all the same.
        output: Value, its first state: at each step if it is a sequence, else after
            the last step that was read.
    """

    name: str
    program: Program
    source: Value
    mask: Value | None
    backward: bool
    output: Value

    @property
    def sources(self) -> list[Value]:
        """All that it reads."""
        return [self.source] if self.mask is None else [self.source, self.mask]


@dataclass(eq=False)
class Reshaped:
    """A sequence of a known length as one vector, row after row, or the way back.

    Args:
        name: String.
        source: Value.
        output: Value; one of the two is a sequence of `steps`.
    """

    name: str
    source: Value
    output: Value
    program: Program = field(default_factory=lambda: Program("reshaped", [], []))

    @property
    def sources(self) -> list[Value]:
        """All that it reads."""
        return [self.source]


@dataclass(eq=False)
class Window:
    """At each step of a sequence, steps around it beside each other; zeros outside.

    Args:
        name: String.
        source: Value, a sequence.
        output: Value, a sequence.
        offsets: Tuple of integers, which steps: 0 the step itself, -1 the one before.
    """

    name: str
    source: Value
    output: Value
    offsets: tuple[int, ...]
    program: Program = field(default_factory=lambda: Program("window", [], []))

    @property
    def sources(self) -> list[Value]:
        """All that it reads."""
        return [self.source]

    @property
    def ends(self) -> tuple[int, int]:
        """How many steps of zeros it reads before the first and after the last."""
        return max(0, -min(self.offsets)), max(0, *self.offsets)


Node = EachStep | Recur | Reshaped | Window


@dataclass
class Graph:
    """A model, as all emitters read it.

    Args:
        name: String, an identifier in Python, C and JavaScript.
        inputs: List of values.
        nodes: List of nodes, each behind those that it reads from.
        outputs: List of values.
        about: Dict, what is kept with it in a file, ready for JSON: vocabularies,
            names of classes. Default: nothing.
    """

    name: str
    inputs: list[Value]
    nodes: list[Node]
    outputs: list[Value]
    about: dict[str, Any] = field(default_factory=dict)

    @property
    def recurrent(self) -> list[Recur]:
        """The cells, in the order of their states in the form of one step."""
        return [node for node in self.nodes if isinstance(node, Recur)]

    @property
    def state_widths(self) -> list[int]:
        """The width of each state, cell by cell."""
        return [one.width for node in self.recurrent for one in node.program.states]

    @property
    def weights(self) -> dict[str, np.ndarray]:
        """Dict from `"layer/weight"` to array."""
        return {
            f"{node.name}/{name}": array
            for node in self.nodes
            for name, array in node.program.weights.items()
        }

    def count_of(self, value: Value) -> int:
        """How many rows the table has in which an input's numbers are looked up.

        Args:
            value: Value, an input of whole numbers.
        """
        return min(
            (
                len(node.program.weights["vectors"])
                for node in self.nodes
                if node.program.kind.startswith("embedding")
                and node.sources[0].name == value.name
            ),
            default=2**31 - 1,
        )


def is_mask(node: Node) -> bool:
    """Return whether a node tells which steps of a value count."""
    return node.program.kind == "mask"


def tells_padding(node: Node) -> bool:
    """Return whether a node tells which steps of what it reads are no padding."""
    made = node.program.outputs[0] if node.program.outputs else None
    return made is not None and made.op == "differs" and made.of[0].op == "input"
