"""Recurrent layers, each read as its cells: a direction, a layer of a stack."""

from __future__ import annotations

from typing import Any

from keras_rnn.runtimes.cells import RefusedError, read_cell
from keras_rnn.runtimes.expressions import Program, input_vector
from keras_rnn.runtimes.graph import Value
from keras_rnn.runtimes.reading_nodes import Nodes
from keras_rnn.runtimes.step_layers import merge_program


def read_recurrent(nodes: Nodes, layer: Any, sources: list[Value]) -> Value:
    """Add the nodes of a `Recurrent` layer, of any depth.

    Args:
        nodes: `Nodes`.
        layer: Keras layer.
        sources: List of the one value that it reads.

    Raises:
        RefusedError: It is used in a way that cannot be exported.
    """
    _check(nodes, layer, sources)
    _check_order(layer, "bidirectional=True")
    if layer.bidirectional and layer.merge_mode is None:
        raise RefusedError("it has merge_mode=None; 'concat' would do")
    stream, count = sources[0], 2 if layer.bidirectional else 1
    for index in range(layer.depth):
        source, inner = stream, layer.layers[index * count : (index + 1) * count]
        keep = layer.return_sequences or index < layer.depth - 1
        name = layer.name if layer.depth == 1 else f"{layer.name}_{index + 1}"
        stream = _directions(nodes, name, inner, source, keep, layer.merge_mode)
        ends_apart = count == 2 and not keep
        if layer.residual and source.width == stream.width and not ends_apart:
            if not keep and not nodes.step:
                source = _last(nodes, name, source, inner[0].go_backwards)
            plus = merge_program("sum", [stream.width, source.width])
            stream = nodes.each_step(f"{name}_plus_input", plus, [stream, source])
    return stream


def read_keras_rnn(nodes: Nodes, layer: Any, sources: list[Value]) -> Value:
    """Add the nodes of a recurrent layer of Keras.

    Args:
        nodes: `Nodes`.
        layer: Keras layer.
        sources: List of the one value that it reads.

    Raises:
        RefusedError: It is used in a way that cannot be exported.
    """
    _check(nodes, layer, sources)
    _check_order(layer, "a Bidirectional layer")
    program = read_cell(layer.cell)
    keep = layer.return_sequences
    return nodes.recur(layer.name, program, sources[0], layer.go_backwards, keep)


def read_bidirectional(nodes: Nodes, layer: Any, sources: list[Value]) -> Value:
    """Add the nodes of a `Bidirectional` layer.

    Args:
        nodes: `Nodes`.
        layer: `keras.layers.Bidirectional`.
        sources: List of the one value that it reads.

    Raises:
        RefusedError: It is used in a way that cannot be exported.
    """
    _check(nodes, layer, sources)
    directions = [layer.forward_layer, layer.backward_layer]
    if layer.merge_mode is None:
        raise RefusedError("it has merge_mode=None; 'concat' would do")
    if [one.go_backwards for one in directions] != [False, True]:
        raise RefusedError("its directions are not one forward, one backward")
    keep = directions[0].return_sequences
    return _directions(
        nodes, layer.name, directions, sources[0], keep, layer.merge_mode
    )


def _check(nodes: Nodes, layer: Any, sources: list[Value]) -> None:
    if len(sources) > 1:
        raise RefusedError("it starts from given states, not from zeros")
    if getattr(layer, "return_state", False):
        raise RefusedError("it returns its states; return_state=False would do")
    if layer.stateful and not nodes.step:
        raise RefusedError(
            "it is stateful: its answer depends on what it has read before. Export "
            "it with `step`, where the state is in your hands, or build it with "
            "stateful=False"
        )


def _check_order(layer: Any, instead: str) -> None:
    if layer.go_backwards and layer.return_sequences:
        raise RefusedError(
            "it gives a sequence from its end to its beginning; "
            f"return_sequences=False or {instead} would do"
        )


def _directions(
    nodes: Nodes, name: str, layers: list[Any], source: Value, keep: bool, mode: str
) -> Value:
    """Add the nodes of the one direction of a layer, or of the two, merged."""
    names = [name] if len(layers) == 1 else [f"{name}_forward", f"{name}_backward"]
    ends = [
        nodes.recur(one, read_cell(layer.cell), source, layer.go_backwards, keep)
        for one, layer in zip(names, layers, strict=True)
    ]
    if len(ends) == 1:
        return ends[0]
    merge = merge_program(mode, [end.width for end in ends])
    return nodes.each_step(f"{name}_merged", merge, ends)


def _last(nodes: Nodes, name: str, source: Value, backward: bool) -> Value:
    """The step of a sequence at which reading it ends."""
    x = input_vector("x", source.width)
    before = input_vector("x_previous", source.width)
    keep = Program("last_step", [x], [(x * 1.0).called("last")], {}, [before])
    return nodes.recur(f"{name}_input", keep, source, backward, False)
