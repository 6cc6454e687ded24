"""Operations on sequences of a known length, such as a forecaster's window of rows.

Slices, stacks and reshapes only move numbers. What moves where is found by letting
Keras apply the operation to the numbers 0, 1, 2, ...: the result says which entry of
the input each entry of the output is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from keras_rnn.runtimes.cells import RefusedError, as_array
from keras_rnn.runtimes.expressions import (
    Program,
    Vector,
    concatenate,
    input_vector,
    maximum,
    minimum,
    pick,
    weight_vectors,
)

# Operations and layers that move numbers, by the names of their classes.
MOVES = (
    *("GetItem", "Take", "Stack", "Repeat", "Squeeze", "ExpandDims", "Transpose"),
    *("Flatten", "Reshape", "Cropping1D", "RepeatVector", "Permute", "Concatenate"),
)
# Those that compute with numbers in the same place.
COMPUTES: dict[str, Callable[[Any, Any], Vector]] = {
    "Add": lambda a, b: a + b,
    "Subtract": lambda a, b: a - b,
    "Multiply": lambda a, b: a * b,
    "Divide": lambda a, b: a / b,
    "TrueDivide": lambda a, b: a / b,
    "Maximum": maximum,
    "Minimum": minimum,
}


def read_move(
    operation: Any, arguments: Callable[[list[Any]], Any], shapes: list[tuple[int, ...]]
) -> tuple[Program, tuple[int, ...]]:
    """Return what an operation that moves numbers does, and the shape of its result.

    Args:
        operation: Keras operation or layer.
        arguments: Function from tensors, one for each that is read, to the result of
            the operation.
        shapes: List of tuples, the shapes of those tensors without the batch.
    """
    numbered, start = [], 0
    for shape in shapes:
        size = int(np.prod(shape))
        numbers = np.arange(start, start + size, dtype="float32").reshape(1, *shape)
        numbered.append(keras.ops.convert_to_tensor(numbers))
        start += size
    found = np.asarray(keras.ops.convert_to_numpy(arguments(numbered)))
    if found.ndim < 1 or found.shape[0] != 1:
        raise RefusedError("it does more than move the numbers of each sequence")
    inputs = _inputs(shapes)
    whole = inputs[0] if len(inputs) == 1 else concatenate(*inputs).called("all")
    places = {"places": np.rint(found).astype("int32").ravel()}
    output = pick(whole, weight_vectors(places)["places"])
    kind = type(operation).__name__.lower()
    return Program(kind, inputs, [output.called("y")], places), found.shape[1:]


def read_computation(
    operation: Any, values: list[Any], shapes: list[tuple[int, ...]]
) -> tuple[Program, tuple[int, ...]]:
    """Return what an operation on two tensors, or one and a number, does.

    Args:
        operation: Keras operation or layer.
        values: List of two: a number, or `None` for a tensor.
        shapes: List of tuples, the shapes of the tensors without the batch.
    """
    shape = np.broadcast_shapes(*shapes)
    inputs = _inputs(shapes)
    places: dict[str, np.ndarray] = {}
    operands: list[Vector] = []
    given = iter(zip(inputs, shapes, strict=True))
    for value in values:
        if value is not None:
            operands.append(Vector("number", number=float(value)))
            continue
        vector, own = next(given)
        if own != shape:
            numbers = np.arange(vector.width, dtype="int32").reshape(own)
            name = f"places_{len(places) + 1}"
            places[name] = np.broadcast_to(numbers, shape).ravel()
            vector = pick(vector, weight_vectors(places)[name])
        operands.append(vector)
    kind = type(operation).__name__.lower()
    output = operands[0]
    for operand in operands[1:]:
        output = COMPUTES[type(operation).__name__](output, operand)
    return Program(kind, inputs, [output.called("y")], places), shape


def read_convolution(
    layer: Any, shape: tuple[int, ...]
) -> tuple[Program, tuple[int, ...], np.ndarray, np.ndarray | None]:
    """Return what gathers the rows that a `Conv1D` reads at each place.

    Args:
        layer: `keras.layers.Conv1D`.
        shape: Tuple, `(time, features)`.

    Returns:
        `Program`, the shape `(places, kernel size * features)` of what it gathers, and
        the weights of a `Dense` layer that follows: kernel and bias, or `None`.
    """
    if layer.groups != 1:
        raise RefusedError("it has groups; groups=1 would do")
    size, stride, dilation = (
        one[0] for one in (layer.kernel_size, layer.strides, layer.dilation_rate)
    )
    reach = dilation * (size - 1)
    count = -(-shape[0] // stride) if layer.padding == "same" else shape[0]
    missing = max(0, (count - 1) * stride + reach + 1 - shape[0])
    pads = {"valid": (0, 0), "same": (missing // 2, missing - missing // 2)}
    before, after = pads.get(layer.padding, (reach, 0))  # "causal" looks back alone
    numbers = np.arange(shape[0] * shape[1], dtype="int32").reshape(shape)
    (x,) = inputs = _inputs([shape])
    whole = x
    if before or after:  # with zeros, which stand behind all numbers
        whole = concatenate(x, x * 0.0).called("padded")
        numbers = np.pad(
            numbers, ((before, after), (0, 0)), constant_values=numbers.size
        )
    first = range(0, len(numbers) - reach, stride)
    rows = [numbers[one : one + reach + 1 : dilation] for one in first]
    places = {"places": np.stack(rows).ravel()}
    output = pick(whole, weight_vectors(places)["places"]).called("y")
    kernel = as_array(layer.kernel).reshape(size * shape[1], -1)
    bias = as_array(layer.bias) if layer.use_bias else None
    program = Program("windows", inputs, [output], places)
    return program, (len(rows), size * shape[1]), kernel, bias


def is_symbolic(value: Any) -> bool:
    """Return whether a value is a tensor that is not known yet."""
    return isinstance(value, keras.KerasTensor)


def operands(node: Any) -> list[Any]:
    """What an operation computes with: a number, or `None` for a tensor."""
    flat = keras.tree.flatten((node.arguments.args, node.arguments.kwargs))
    values = [None if is_symbolic(one) else one for one in flat]
    if any(one is not None and np.ndim(one) for one in values):
        raise RefusedError("it computes with an array; a layer's weight would do")
    return values


def _inputs(shapes: list[tuple[int, ...]]) -> list[Vector]:
    names = ["x"] if len(shapes) == 1 else [f"x{i + 1}" for i in range(len(shapes))]
    return [
        input_vector(name, int(np.prod(shape)))
        for name, shape in zip(names, shapes, strict=True)
    ]
