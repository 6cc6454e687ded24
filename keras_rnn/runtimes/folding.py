"""Joins what is linear in a window of rows into one matrix, where that is smaller.

The regressions of a forecaster read the same rows, each from its own beginning, and are
then weighted: a sum of products with the rows, which one matrix gives as well.
"""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from typing import Any

import numpy as np

from keras_rnn.runtimes.expressions import (
    Program,
    Vector,
    in_order,
    input_vector,
    pick,
    weight_vectors,
)
from keras_rnn.runtimes.graph import EachStep, Graph, Node, Recur, Reshaped, Value
from keras_rnn.runtimes.simplifying import simplified

_LINEAR = ("add", "subtract", "multiply", "divide", "pick", "concatenate", "matmul")


def folded(graph: Graph) -> Graph:
    """Return a graph of the same answers with fewer weights, if there is one.

    Only of graphs with windows of a known length, as forecasters have.

    Args:
        graph: `Graph`.
    """
    if not any(isinstance(node, Reshaped) for node in graph.nodes):
        return graph
    for place in range(len(graph.nodes) - 1, -1, -1):
        if place < len(graph.nodes) and _is_end(graph, place):
            joined = _joined(graph, place)
            if joined is not None and _size(joined) < _size(graph):
                graph = joined
    return graph


def _is_end(graph: Graph, place: int) -> bool:
    """Whether a node is the last linear one before what is not."""
    node, makers = graph.nodes[place], _makers(graph)
    made = node.output
    if made.is_sequence or not _is_passable(node, makers):
        return False
    readers = [one for one in graph.nodes if made.name in _names(one.sources)]
    return made.name in _names(graph.outputs) or any(
        not _is_passable(one, makers) for one in readers
    )


def _joined(graph: Graph, place: int) -> Graph | None:
    """The graph with a matrix for all that is linear up to a node."""
    end, makers = graph.nodes[place], _makers(graph)
    width = end.output.width
    if 4 * width * _width_read(graph, place) >= _size(graph):
        return None
    # What the result gains by each value: rows are the value's numbers.
    by: dict[str, np.ndarray] = {end.output.name: np.eye(width)}
    constant = np.zeros(width)
    for node in reversed(graph.nodes[: place + 1]):
        if node.output.name not in by or not _is_passable(node, makers):
            continue
        gain = by.pop(node.output.name)
        if isinstance(node, Reshaped):
            found = [gain.reshape(*_shape(node.source), width)]
        else:
            found, more = _pulled(node.program, gain)
            constant += more
        for source, one in zip(node.sources, found, strict=True):
            by[source.name] = by.get(source.name, 0.0) + one
    if not by or any(name not in makers for name in by):
        return None
    added: list[Node] = []
    for name in list(by):
        rows = makers[name]
        if isinstance(rows, Reshaped) and rows.source.is_sequence:
            added += _by_changes(rows, end.name, by)
    makers |= {node.output.name: node for node in added}
    sources = [makers[name].output for name in by]
    if any(one.is_sequence for one in sources):
        return None
    weights = {f"kernel_{i + 1}": by[one.name] for i, one in enumerate(sources)}
    weights = {name: one.astype("float32") for name, one in weights.items()}
    weights["bias"] = constant.astype("float32")
    inputs = [input_vector(f"x{i + 1}", one.width) for i, one in enumerate(sources)]
    vectors = weight_vectors(weights)
    products = [x @ vectors[f"kernel_{i + 1}"] for i, x in enumerate(inputs)]
    result = reduce(lambda a, b: a + b, products) + vectors["bias"]
    program = Program("lines", inputs, [result.called("y")], weights)
    node = EachStep(end.name, program, sources, end.output)
    nodes = [*graph.nodes[:place], *added, node, *graph.nodes[place + 1 :]]
    return _without_unread(simplified(replace(graph, nodes=nodes)))


def _width_read(graph: Graph, place: int) -> int:
    """How many numbers the linear part up to a node reads."""
    makers, read = _makers(graph), {graph.nodes[place].output.name}
    widths = {one.name: int(np.prod(_shape(one))) for one in graph.inputs}
    for node in reversed(graph.nodes[: place + 1]):
        widths[node.output.name] = int(np.prod(_shape(node.output)))
        if node.output.name in read and _is_passable(node, makers):
            read = read - {node.output.name} | _names(node.sources)
    return sum(widths[name] for name in read)


def _by_changes(rows: Reshaped, end: str, by: dict[str, np.ndarray]) -> list[Node]:
    """Say what is gained by rows as by their changes from the last, and by the last.

    The same in exact arithmetic. Rows that are far from zero, and hardly change, would
    give large products that cancel each other.
    """
    whole = rows.output
    steps, width = _shape(rows.source)
    gain = by.pop(whole.name)
    last = Value(f"{end}_last", width, False)
    change = Value(f"{end}_change", whole.width, False)
    by[change.name] = gain
    by[last.name] = gain.reshape(steps, width, -1).sum(axis=0)
    numbers = np.arange(width, dtype="int32")
    weights = {"places": numbers + (steps - 1) * width}
    x = input_vector("x", whole.width)
    result = pick(x, weight_vectors(weights)["places"]).called("y")
    of_last = Program("last_row", [x], [result], weights)
    weights = {"places_1": np.tile(numbers, steps)}
    x1, x2 = input_vector("x1", whole.width), input_vector("x2", width)
    result = (x1 - pick(x2, weight_vectors(weights)["places_1"])).called("y")
    of_change = Program("change", [x1, x2], [result], weights)
    return [
        EachStep(last.name, of_last, [whole], last),
        EachStep(change.name, of_change, [whole, last], change),
    ]


def _is_passable(node: Node, makers: dict[str, Node]) -> bool:
    """Whether a node is linear in what it reads, and that can be said in one matrix."""
    values = [*node.sources, node.output]
    if any(one.mask or one.is_integer for one in values):
        return False
    if isinstance(node, Reshaped):
        maker = makers.get(node.source.name)
        return not node.source.is_sequence or (
            maker is not None and _is_passable(maker, makers)
        )
    if not isinstance(node, EachStep) or len({one.is_sequence for one in values}) > 1:
        return False
    if node.output.is_sequence and not node.output.steps:
        return False
    return all(_is_linear(vector) for vector in in_order(node.program))


def _is_linear(vector: Vector) -> bool:
    ops = [one.op for one in vector.of]
    if vector.op == "multiply":
        return "number" in ops
    if vector.op == "divide":
        return ops[1] == "number"
    if vector.op in ("matmul", "pick"):
        return ops[0] != "weight" and ops[1] == "weight"
    return vector.op in (*_LINEAR, "input", "weight", "number")


def _pulled(program: Program, gain: np.ndarray) -> tuple[list[np.ndarray], np.ndarray]:
    """What the result gains by each input of a linear program, and a constant.

    Args:
        program: `Program` of one output.
        gain: Array, by that output: `(..., width of the output, width of the result)`.
    """
    by: dict[Vector, np.ndarray] = {program.outputs[0]: gain}
    constant = np.zeros(gain.shape[-1])
    for vector in reversed(list(in_order(program))):
        if vector.op == "input" or vector not in by:
            continue
        one, of = by.pop(vector), vector.of
        if vector.op == "number":
            constant += vector.number * one.sum(axis=tuple(range(one.ndim - 1)))
            continue
        if vector.op == "weight":
            bias = program.weights[vector.name].astype("float64")
            constant += np.einsum("nwk,w->k", one.reshape(-1, *one.shape[-2:]), bias)
            continue
        parts: list[tuple[Vector, np.ndarray]]
        if vector.op in ("add", "subtract"):
            parts = [(of[0], one), (of[1], -one if vector.op == "subtract" else one)]
        elif vector.op in ("multiply", "divide"):
            number = next(x.number for x in of[::-1] if x.op == "number")
            factor = 1 / number if vector.op == "divide" else number
            parts = [(next(x for x in of if x.op != "number"), factor * one)]
        elif vector.op == "matmul":
            parts = [(of[0], program.weights[of[1].name].astype("float64") @ one)]
        elif vector.op == "pick":
            whole = np.zeros((*one.shape[:-2], of[0].width, one.shape[-1]))
            places = program.weights[of[1].name]
            at: Any = (..., places, slice(None))
            np.add.at(whole, at, one)
            parts = [(of[0], whole)]
        else:  # concatenate
            ends = np.cumsum([x.width for x in of])[:-1]
            parts = list(zip(of, np.split(one, ends, axis=-2), strict=True))
        for source, found in parts:
            by[source] = by.get(source, 0.0) + found
    return [_of_input(by, one, gain) for one in program.inputs], constant


def _of_input(
    by: dict[Vector, np.ndarray], one: Vector, gain: np.ndarray
) -> np.ndarray:
    return by.get(one, np.zeros((*gain.shape[:-2], one.width, gain.shape[-1])))


def _without_unread(graph: Graph) -> Graph:
    """The graph without what no answer comes from."""
    read = set(_names(graph.outputs))
    read |= {one.mask.name for one in graph.outputs if one.mask}
    kept: list[Node] = []
    for node in reversed(graph.nodes):
        if node.output.name in read or isinstance(node, Recur):
            kept.append(node)
            read |= _names(node.sources)
            read |= {one.mask.name for one in node.sources if one.mask}
    return replace(graph, nodes=kept[::-1])


def _makers(graph: Graph) -> dict[str, Node]:
    return {node.output.name: node for node in graph.nodes}


def _names(values: list[Value]) -> set[str]:
    return {one.name for one in values}


def _shape(value: Value) -> tuple[int, ...]:
    return (value.steps or 0, value.width) if value.is_sequence else (value.width,)


def _size(graph: Graph) -> int:
    return sum(array.nbytes for array in graph.weights.values())
