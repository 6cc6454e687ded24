"""Operations on sequences of any length, each read as nodes of a graph."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import keras

from keras_rnn.runtimes.any_length import (
    flag_program,
    largest_so_far,
    read_convolution_within,
    read_pooling_within,
    sum_so_far,
    window_of,
)
from keras_rnn.runtimes.cells import RefusedError, as_array
from keras_rnn.runtimes.fixed_shapes import COMPUTES, operands, read_computation
from keras_rnn.runtimes.graph import Value, Window
from keras_rnn.runtimes.reading_nodes import Nodes
from keras_rnn.runtimes.step_layers import dense_program


def read_any_length(
    nodes: Nodes, layer: Any, sources: list[Value], node: Any
) -> Value | None:
    """Add the nodes of an operation on sequences of any length, if it is one.

    Args:
        nodes: `Nodes`.
        layer: Keras layer or operation.
        sources: List of values.
        node: Its call, as Keras keeps it.

    Returns:
        `Value`; `None` where it is another one.

    Raises:
        RefusedError: It is used in a way that cannot be exported.
    """
    kind, source = type(layer).__name__, sources[0] if sources else None
    if source is None or not any(one.is_sequence for one in sources):
        return None
    if isinstance(layer, keras.Layer):
        if not type(layer).__module__.startswith("keras."):
            return None
        return _convolution(nodes, layer, kind, source)
    if kind in COMPUTES:
        return _computation(nodes, layer, sources, node)
    if kind in ("NotEqual", "Equal", "LessEqual"):
        program = flag_program(kind, source, operands(node))
        flag = nodes.without_mask(layer.name, program, sources)
        return replace(flag, shape=() if source.is_integer else source.shape)
    if kind == "Cast" and not source.is_integer and "float32" in str(layer.dtype):
        return replace(source, mask=None)
    if kind == "ExpandDims" and source.shape == () and layer.axis in (-1, 2):
        return replace(source, shape=None)
    if kind == "Cumsum" and layer.axis == 1 and source.width and not source.shape:
        plain = replace(source, mask=None)
        program = sum_so_far(source.width)
        return nodes.recur(layer.name, program, plain, False, True)
    axes = kind == "Max" and (layer.axis, layer.keepdims) in (
        ([1], True),
        (1, True),
    )
    if axes and layer.initial is None and source.width and not source.shape:
        if nodes.step:
            raise RefusedError("it reads the whole sequence; export without `step`")
        plain = replace(source, mask=None)
        program = largest_so_far(source.width)
        largest = nodes.recur(layer.name, program, plain, False, False)
        largest.shape = (1, source.width)
        return largest
    return None


def _convolution(nodes: Nodes, layer: Any, kind: str, source: Value) -> Value | None:
    """Add the nodes of a convolution, or of what belongs to one."""
    shape = source.shape or ()
    if kind == "Conv1D" and not shape and not source.is_integer:
        if nodes.step:
            raise RefusedError(
                "it reads other steps than the one that is there; export it "
                "without `step`"
            )
        offsets = window_of(layer)
        name = nodes.name(f"{layer.name}_window")
        window = Value(name, source.width * len(offsets), True, steps=source.steps)
        nodes.nodes.append(Window(name, source, window, offsets))
        kernel = as_array(layer.kernel).reshape(window.width, -1)
        bias = as_array(layer.bias) if layer.use_bias else None
        dense = dense_program(kernel, bias, layer)
        return nodes.each_step(layer.name, dense, [window])
    if kind == "Conv2D" and len(shape) == 2:
        program, shape = read_convolution_within(layer, shape)
        return replace(nodes.each_step(layer.name, program, [source]), shape=shape)
    if kind == "MaxPooling2D" and len(shape) == 2:
        program, width = read_pooling_within(layer, shape)
        output = nodes.each_step(layer.name, program, [source])
        return replace(output, shape=(1, width))
    flat = kind == "Reshape" and layer.target_shape == (-1, source.width)
    if flat and shape == (1, source.width):
        return replace(source, shape=None)
    return None


def _computation(nodes: Nodes, layer: Any, sources: list[Value], node: Any) -> Value:
    """Add the node of a sum, a product, ... of sequences and what is beside."""
    beside = [one.shape == (1, one.width) for one in sources if not one.is_sequence]
    if any(
        one.is_integer or len(one.shape or ()) > 1 for one in sources if one.is_sequence
    ):
        raise RefusedError("it computes with whole numbers, or matrices of a step")
    if not all(beside):
        raise RefusedError("it joins a sequence and a single vector")
    shapes: list[tuple[int, ...]] = [(one.width,) for one in sources]
    program, _ = read_computation(layer, operands(node), shapes)
    return nodes.without_mask(layer.name, program, sources)
