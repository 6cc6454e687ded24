"""A graph of operations as one `.npz` file: weights, and what is done with them.

The file holds no code and no pickled object, so that opening one from a stranger runs
nothing.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from keras_rnn.errors import UserError
from keras_rnn.runtimes.expressions import Program, Vector, given_first
from keras_rnn.runtimes.graph import (
    EachStep,
    Graph,
    Node,
    Recur,
    Reshaped,
    Value,
    Window,
)

FORMAT = 1
_GRAPH = "graph.json"


def write_graph(graph: Graph, path: Path) -> None:
    """Write a graph with its weights.

    Args:
        graph: `Graph`.
        path: `pathlib.Path` of a `.npz` file.
    """
    values = {id(one): one for one in (*graph.inputs, *graph.outputs)}
    for node in graph.nodes:
        for value in (*node.sources, node.output):
            values.setdefault(id(value), value)
    for value in list(values.values()):
        if value.mask is not None:
            values.setdefault(id(value.mask), value.mask)
    places = {one: index for index, one in enumerate(values)}
    state = {
        "format": FORMAT,
        "name": graph.name,
        "values": [_value_to_list(one, places) for one in values.values()],
        "inputs": [places[id(one)] for one in graph.inputs],
        "outputs": [places[id(one)] for one in graph.outputs],
        "nodes": [_node_to_dict(node, places) for node in graph.nodes],
        "about": graph.about,
    }
    text = np.frombuffer(json.dumps(state).encode(), "uint8")
    arrays: dict[str, Any] = graph.weights | {_GRAPH: text}
    with path.open("wb") as stream:
        np.savez(stream, **arrays)


def read_graph(path: Path) -> Graph:
    """Read a graph that `write_graph` wrote.

    Args:
        path: `pathlib.Path`.

    Raises:
        UserError: The file is missing, damaged, or of another version.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        state = json.loads(bytes(arrays.pop(_GRAPH)).decode())
        if state["format"] != FORMAT:
            raise UserError(
                f"{path} was written by another version, in a format that this one "
                "does not read. Write it again."
            )
        return _graph(state, arrays)
    except UserError:
        raise
    except Exception as error:  # of the zip file, of JSON, of what is missing in it
        raise UserError(
            f"{path} is damaged, or no model of this package. Write it again."
        ) from error


def _value_to_list(value: Value, places: dict[int, int]) -> list[Any]:
    mask = None if value.mask is None else places[id(value.mask)]
    kinds = [value.is_sequence, value.is_integer]
    shape = None if value.shape is None else list(value.shape)
    return [value.name, value.width, *kinds, mask, value.steps, shape]


def _node_to_dict(node: Node, places: dict[int, int]) -> dict[str, Any]:
    state: dict[str, Any] = {"name": node.name, "output": places[id(node.output)]}
    if isinstance(node, Reshaped):
        return state | {"node": "reshaped", "source": places[id(node.source)]}
    if isinstance(node, Window):
        source, offsets = places[id(node.source)], list(node.offsets)
        return state | {"node": "window", "source": source, "offsets": offsets}
    state["program"] = _program_to_dict(node.program)
    if isinstance(node, EachStep):
        sources = [places[id(one)] for one in node.sources]
        return state | {"node": "each step", "sources": sources}
    mask = None if node.mask is None else places[id(node.mask)]
    return state | {
        "node": "recur",
        "source": places[id(node.source)],
        "mask": mask,
        "backward": node.backward,
    }


def _program_to_dict(program: Program) -> dict[str, Any]:
    order = given_first(program)
    places = {vector: index for index, vector in enumerate(order)}
    return {
        "kind": program.kind,
        "vectors": [
            [
                vector.op,
                [places[one] for one in vector.of],
                vector.width,
                vector.name,
                vector.number,
                list(vector.part),
            ]
            for vector in order
        ],
        "inputs": len(program.inputs),
        "states": len(program.states),
        "outputs": [places[one] for one in program.outputs],
        "weights": list(program.weights),
        "activations": list(program.activations),
    }


def _graph(state: dict[str, Any], arrays: dict[str, np.ndarray]) -> Graph:
    values = [
        Value(name, width, sequence, integer, None, steps, _tuple(shape))
        for name, width, sequence, integer, _, steps, shape in state["values"]
    ]
    for value, (*_, mask, _, _) in zip(values, state["values"], strict=True):
        value.mask = None if mask is None else values[mask]
    nodes: list[Node] = []
    for one in state["nodes"]:
        name, output = one["name"], values[one["output"]]
        if one["node"] == "reshaped":
            nodes.append(Reshaped(name, values[one["source"]], output))
            continue
        if one["node"] == "window":
            offsets = tuple(one["offsets"])
            nodes.append(Window(name, values[one["source"]], output, offsets))
            continue
        program = _program(one["program"], name, arrays)
        if one["node"] == "each step":
            sources = [values[index] for index in one["sources"]]
            nodes.append(EachStep(name, program, sources, output))
            continue
        mask = None if one["mask"] is None else values[one["mask"]]
        source, backward = values[one["source"]], one["backward"]
        nodes.append(Recur(name, program, source, mask, backward, output))
    ends = [[values[index] for index in state[end]] for end in ("inputs", "outputs")]
    return Graph(state["name"], ends[0], nodes, ends[1], state.get("about", {}))


def _tuple(shape: list[int] | None) -> tuple[int, ...] | None:
    return None if shape is None else tuple(shape)


def _program(
    state: dict[str, Any], name: str, arrays: dict[str, np.ndarray]
) -> Program:
    vectors: list[Vector] = []
    for op, of, width, called, number, part in state["vectors"]:
        made_of = tuple(vectors[index] for index in of)
        vectors.append(Vector(op, made_of, width, called, number, tuple(part)))
    first = state["inputs"]
    return Program(
        state["kind"],
        vectors[:first],
        [vectors[index] for index in state["outputs"]],
        {one: arrays[f"{name}/{one}"] for one in state["weights"]},
        vectors[first : first + state["states"]],
        tuple(state["activations"]),
    )
