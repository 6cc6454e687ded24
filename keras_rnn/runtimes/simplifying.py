"""Leaves out of a graph what is computed twice, and moves that move nothing.

A forecaster is made of parts that begin alike, slice the same rows and may share a
kernel; each is a layer of its own in Keras, and its weights would be written as often.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from keras_rnn.runtimes.expressions import Program, in_order
from keras_rnn.runtimes.graph import (
    EachStep,
    Graph,
    Node,
    Recur,
    Reshaped,
    Value,
    Window,
)


def simplified(graph: Graph) -> Graph:
    """Return a graph of the same answers with fewer nodes.

    Only what reads numbers without a mask is left out, and no output or state.

    Args:
        graph: `Graph`.
    """
    kept: list[Node] = []
    instead: dict[str, Value] = {}  # of a value that is left out
    known: dict[object, Value] = {}  # what has been computed, by how
    shaped: dict[str, Value] = {}  # the sources of vectors that are rows on end
    outputs = {one.name for one in graph.outputs}

    def now(value: Value) -> Value:
        other = instead.get(value.name)
        return value if other is None else replace(value, name=other.name)

    for node in graph.nodes:
        node = _reading(node, now)
        made = node.output
        if isinstance(node, Recur) or _is_left_alone(node):
            kept.append(node)
            continue
        same = known.get(_how(node))
        if same is None and _moves_nothing(node):
            same = node.sources[0]
        if same is None and isinstance(node, Reshaped):
            before = shaped.get(node.source.name)
            if before is not None and _alike(before, made):
                same = before
        if same is not None and made.name not in outputs:
            instead[made.name] = same
            continue
        known.setdefault(_how(node), made)
        if isinstance(node, Reshaped):
            shaped[made.name] = node.source
        kept.append(node)
    read = outputs | {one.name for node in kept for one in node.sources}
    nodes = [
        node
        for node in kept
        if not isinstance(node, Reshaped) or node.output.name in read
    ]
    return replace(graph, nodes=nodes)


def _is_left_alone(node: Node) -> bool:
    """Whether a node has to do with masks or whole numbers."""
    values = [*node.sources, node.output]
    ops = {vector.op for vector in in_order(node.program)}
    return any(one.mask or one.is_integer for one in values) or "differs" in ops


def _reading(node: Node, now: Callable[[Value], Value]) -> Node:
    """A node that reads what there is instead of what is left out."""
    if isinstance(node, EachStep):
        return replace(node, sources=[now(one) for one in node.sources])
    # A mask is never left out.
    return replace(node, source=now(node.source))


def _alike(one: Value, other: Value) -> bool:
    return (one.is_sequence, one.steps, one.width) == (
        other.is_sequence,
        other.steps,
        other.width,
    )


def _how(node: Node) -> object:
    """What tells whether two nodes compute the same from the same."""
    made = node.output
    from_what = tuple(one.name for one in node.sources)
    kind = (type(node).__name__, made.is_sequence, made.steps, made.width, from_what)
    if isinstance(node, Window):
        return (*kind, node.offsets)
    return (*kind, _text(node.program))


def _text(program: Program) -> tuple[object, ...]:
    """The arithmetic of a program and its weights, whatever its results are called."""
    places: dict[int, int] = {}
    parts: list[object] = [one.name for one in program.inputs]
    for vector in in_order(program):
        name = vector.name if vector.op in ("input", "weight") else ""
        of = tuple(places[id(one)] for one in vector.of)
        places[id(vector)] = len(places)
        parts.append((vector.op, of, vector.width, name, vector.number, vector.part))
    for name, array in sorted(program.weights.items()):
        digest = hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()
        parts.append((name, array.shape, str(array.dtype), digest))
    return tuple(parts)


def _moves_nothing(node: Node) -> bool:
    """Whether a node puts each number of a single vector where it is."""
    if not isinstance(node, EachStep) or len(node.sources) != 1:
        return False
    (result,) = node.program.outputs
    if result.op != "pick" or result.of[0] is not node.program.inputs[0]:
        return False
    places = node.program.weights[result.of[1].name]
    return np.array_equal(places, np.arange(node.sources[0].width))
