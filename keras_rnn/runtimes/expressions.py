"""What a cell or a layer does at one step, as an expression over vectors.

Each cell is written down once, in `keras_rnn.runtimes.cells`, with the operators below.
The emitters then walk through the expression: the one for C writes loops, the one for
ONNX writes operators.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

# Work on each number by itself, in any target.
ELEMENTWISE = (
    *("add", "subtract", "multiply", "divide", "maximum", "minimum"),
    *("sigmoid", "tanh", "exp", "softplus"),
)


@dataclass(eq=False)
class Vector:
    """A vector within an expression, of one step of one sequence.

    Args:
        op: String, what makes it: `"input"`, `"weight"`, `"number"`; one of
            `ELEMENTWISE`; `"matmul"` (of a vector and a matrix of weights), `"take"`
            (the row of a matrix whose number is given, alone or as one of several, as
            `part` says), `"part"` (one of equal parts),
            `"pick"` (entries at places), `"concatenate"`, `"normalize"` (to mean 0 and
            variance 1), `"softmax"`, or `"differs"` (1 if any entry is not the number,
            else 0).
        of: Tuple of vectors that it is made from.
        width: Integer, number of entries; 0 of a number, which fits any width.
        name: String, of an input or weight, or what a result is to be called.
        number: Float, the value of a number, the epsilon of `"normalize"`, what
            `"differs"` compares with.
        part: Tuple of two integers: which of how many parts.
    """

    op: str
    of: tuple[Vector, ...] = ()
    width: int = 0
    name: str = ""
    number: float = 0.0
    part: tuple[int, int] = (0, 1)

    def __add__(self, other: Vector | float) -> Vector:
        return _elementwise("add", self, other)

    def __radd__(self, other: float) -> Vector:
        return _elementwise("add", other, self)

    def __sub__(self, other: Vector | float) -> Vector:
        return _elementwise("subtract", self, other)

    def __rsub__(self, other: float) -> Vector:
        return _elementwise("subtract", other, self)

    def __mul__(self, other: Vector | float) -> Vector:
        return _elementwise("multiply", self, other)

    def __rmul__(self, other: float) -> Vector:
        return _elementwise("multiply", other, self)

    def __truediv__(self, other: Vector | float) -> Vector:
        return _elementwise("divide", self, other)

    def __neg__(self) -> Vector:
        return _elementwise("subtract", 0.0, self)

    def __matmul__(self, matrix: Vector) -> Vector:
        return Vector("matmul", (self, matrix), matrix.width)

    def parts(self, count: int) -> list[Vector]:
        """Return a vector's equal parts, from its beginning to its end."""
        width = self.width // count
        return [
            Vector("part", (self,), width, part=(index, count))
            for index in range(count)
        ]

    def called(self, name: str) -> Vector:
        """Return a result with a name, which it has in the files that are written."""
        if self.name and self.name != name:  # has one already
            return (self * 1.0).called(name)
        self.name = name
        return self


@dataclass
class Program:
    """What one layer does at one step.

    Args:
        kind: String, what to call it: `"lstm"`, `"dense"`.
        inputs: List of input vectors.
        outputs: List of vectors. Of a cell, these are its new states; the first of
            them is its output.
        weights: Dict from name to float32 array: a vector or a matrix.
        states: List of input vectors, the states of a cell before the step.
        activations: Tuple of strings, of the cells that Keras has: for gates, for all
            else. Empty where there are none.
    """

    kind: str
    inputs: list[Vector]
    outputs: list[Vector]
    weights: dict[str, np.ndarray] = field(default_factory=dict)
    states: list[Vector] = field(default_factory=list)
    activations: tuple[str, ...] = ()


def input_vector(name: str, width: int) -> Vector:
    """Return a vector that a program is given.

    >>> (input_vector("x", 3) * 2.0).op
    'multiply'
    """
    return Vector("input", (), width, name)


def weight_vectors(weights: Mapping[str, np.ndarray]) -> dict[str, Vector]:
    """Return the vectors that stand for weights; the width of a matrix is its columns.

    Args:
        weights: Mapping from name to array.
    """
    return {
        name: Vector("weight", (), array.shape[-1], name)
        for name, array in weights.items()
    }


def sigmoid(vector: Vector) -> Vector:
    return _elementwise("sigmoid", vector)


def tanh(vector: Vector) -> Vector:
    return _elementwise("tanh", vector)


def exp(vector: Vector) -> Vector:
    return _elementwise("exp", vector)


def softplus(vector: Vector) -> Vector:
    return _elementwise("softplus", vector)


def maximum(vector: Vector, other: Vector | float) -> Vector:
    return _elementwise("maximum", vector, other)


def minimum(vector: Vector, other: Vector | float) -> Vector:
    return _elementwise("minimum", vector, other)


def take(matrix: Vector, number: Vector, index: int = 0) -> Vector:
    """Return the row of a matrix of weights that has this number.

    Args:
        matrix: Vector, of weights.
        number: Vector, an input: one whole number, of width 0, or several.
        index: Integer, which of several it is. Default: `0`.
    """
    part = (index, max(1, number.width))
    return Vector("take", (matrix, number), matrix.width, part=part)


def pick(vector: Vector, places: Vector) -> Vector:
    """Return the entries of a vector at places that are weights, whole numbers."""
    return Vector("pick", (vector, places), places.width)


def concatenate(*vectors: Vector) -> Vector:
    return Vector("concatenate", vectors, sum(one.width for one in vectors))


def normalize(vector: Vector, epsilon: float) -> Vector:
    """Return `(vector - mean) / sqrt(variance + epsilon)`."""
    return Vector("normalize", (vector,), vector.width, number=epsilon)


def softmax(vector: Vector) -> Vector:
    return Vector("softmax", (vector,), vector.width)


def differs(vector: Vector, number: float) -> Vector:
    """Return 1 if any entry is another number than this, else 0."""
    return Vector("differs", (vector,), 1, number=number)


def in_order(program: Program) -> Iterator[Vector]:
    """Yield all vectors of a program, each behind those that it is made from."""
    seen: set[int] = set()

    def visit(vector: Vector) -> Iterator[Vector]:
        if id(vector) not in seen:
            seen.add(id(vector))
            for one in vector.of:
                yield from visit(one)
            yield vector

    for output in program.outputs:
        yield from visit(output)


def given_first(program: Program) -> list[Vector]:
    """Return inputs and states of a program, used or not, then what is made of them.

    Args:
        program: `Program`.
    """
    given = [*program.inputs, *program.states]
    known = set(given)
    return given + [one for one in in_order(program) if one not in known]


def assigned(program: Program) -> dict[Vector, str]:
    """Return a program's variables, in order: what has a name or several uses.

    Args:
        program: `Program`.

    Returns:
        Dict from vector to the name of its variable.
    """
    uses: dict[Vector, int] = {}
    for vector in in_order(program):
        for one in vector.of:
            uses[one] = uses.get(one, 0) + 1
    names: dict[Vector, str] = {}
    for vector in in_order(program):
        if vector.op in ("input", "weight", "number"):
            continue
        if vector.name:
            names[vector] = vector.name
        elif uses[vector] > 1 and vector.op != "part":
            names[vector] = f"t{len(names) + 1}"
    return names


def _elementwise(op: str, *of: Vector | float) -> Vector:
    vectors = tuple(
        one if isinstance(one, Vector) else Vector("number", number=float(one))
        for one in of
    )
    widths = {one.width for one in vectors} - {0}
    if len(widths) > 1:
        raise ValueError(f"{op} of vectors of the widths {sorted(widths)}.")
    return Vector(op, vectors, max(widths))
