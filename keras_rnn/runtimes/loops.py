"""A program as loops over arrays, for languages that have no vectors.

What is elementwise becomes the body of a loop over `k`, and neighbours that have one
width share it:

    Loop     i[k] = sigmoid(s[k]);  f[k] = sigmoid(s[n + k]);  c[k] = ...
    Call     s = product(x, kernel)
"""

from __future__ import annotations

from dataclasses import dataclass, field

from keras_rnn.runtimes.expressions import (
    ELEMENTWISE,
    Program,
    Vector,
    assigned,
    in_order,
)

_LEAVES = ("input", "weight", "number")


@dataclass
class Loop:
    """Vectors of one width, each made from the others entry by entry."""

    vectors: list[Vector] = field(default_factory=list)


@dataclass
class Call:
    """A vector that a function makes from whole arrays."""

    vector: Vector


def statements(program: Program) -> tuple[list[Loop | Call], dict[Vector, str]]:
    """Return a program's loops and calls in order, and the names of its arrays.

    Args:
        program: `Program`.
    """
    names = dict(assigned(program))
    for vector in in_order(program):
        if vector.op in _LEAVES:
            continue
        is_call = vector.op not in ELEMENTWISE and vector.op != "part"
        if is_call:
            names.setdefault(vector, f"a{len(names) + 1}")
            for one in vector.of:  # a function reads arrays, not expressions
                if one.op not in _LEAVES:
                    names.setdefault(one, f"a{len(names) + 1}")
        if vector.op == "part" and vector.of[0].op not in _LEAVES:
            names.setdefault(vector.of[0], f"a{len(names) + 1}")
    found: list[Loop | Call] = []
    for vector in in_order(program):
        if vector not in names:
            continue
        if vector.op not in ELEMENTWISE and vector.op != "part":
            found.append(Call(vector))
            continue
        last = found[-1] if found else None
        if not isinstance(last, Loop) or last.vectors[0].width != vector.width:
            last = Loop()
            found.append(last)
        last.vectors.append(vector)
    return found, names
