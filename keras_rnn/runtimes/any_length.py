"""Operations on sequences of any length: convolutions, sums so far, flags of steps.

An operation of `keras.ops` that is no layer keeps no mask, as in Keras.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from keras_rnn.runtimes.cells import RefusedError, as_array
from keras_rnn.runtimes.expressions import (
    Program,
    Vector,
    concatenate,
    differs,
    input_vector,
    maximum,
    pick,
    take,
    weight_vectors,
)
from keras_rnn.runtimes.graph import Value
from keras_rnn.runtimes.step_layers import activated

# How much less than any number the largest of none is.
_LEAST = 1e30


def read_embedding_of_several(layer: keras.Layer, count: int) -> Program:
    """Return what an `Embedding` does to several whole numbers of a step.

    Args:
        layer: Keras layer.
        count: Integer, how many.
    """
    weights = {"vectors": as_array(layer.embeddings)}
    vectors = weight_vectors(weights)["vectors"]
    numbers = input_vector("numbers", count)
    rows = [take(vectors, numbers, index) for index in range(count)]
    output = concatenate(*rows).called("y")
    return Program("embedding_of_several", [numbers], [output], weights)


def window_of(layer: Any) -> tuple[int, ...]:
    """Return which steps a `Conv1D` reads at each step: 0 is the step itself."""
    size, stride, dilation = (
        one[0] for one in (layer.kernel_size, layer.strides, layer.dilation_rate)
    )
    if layer.groups != 1 or stride != 1 or layer.padding not in ("same", "causal"):
        raise RefusedError(
            "it reads a sequence of any length, with strides, groups or without "
            "padding; padding='same', or an Input of a known number of steps would do"
        )
    reach = dilation * (size - 1)
    first = -reach if layer.padding == "causal" else -(reach // 2)
    return tuple(range(first, first + reach + 1, dilation))


def read_convolution_within(
    layer: Any, shape: tuple[int, ...]
) -> tuple[Program, tuple[int, ...]]:
    """Return what a `Conv2D` of one row does to the matrix of each step.

    Args:
        layer: `keras.layers.Conv2D`.
        shape: Tuple, `(places, features)` of a step.

    Returns:
        `Program`, and the shape of a step of its result.
    """
    (rows, size), places = layer.kernel_size, shape[0]
    plain = (layer.strides, layer.dilation_rate, layer.groups) == ((1, 1), (1, 1), 1)
    if rows != 1 or not plain or layer.data_format != "channels_last":
        raise RefusedError(
            "it reads several steps at once, or has strides, dilation or groups; a "
            "kernel_size of (1, size) would do"
        )
    before = (size - 1) // 2 if layer.padding == "same" else 0
    count = places if layer.padding == "same" else places - size + 1
    numbers = np.arange(places * shape[1], dtype="int32").reshape(shape)
    numbers = np.pad(  # with zeros, which stand behind all numbers
        numbers, ((before, size - 1), (0, 0)), constant_values=numbers.size
    )
    weights: dict[str, np.ndarray] = {
        "kernel": as_array(layer.kernel).reshape(size * shape[1], -1)
    }
    weights |= {"bias": as_array(layer.bias)} if layer.use_bias else {}
    weights |= {
        f"places_{place}": numbers[place : place + size].ravel()
        for place in range(count)
    }
    named = weight_vectors(weights)
    x = input_vector("x", places * shape[1])
    whole = concatenate(x, x * 0.0).called("padded")
    found: list[Vector] = []
    for place in range(count):
        one = pick(whole, named[f"places_{place}"]) @ named["kernel"]
        found.append(activated(layer, one + named["bias"] if layer.use_bias else one))
    output = concatenate(*found).called("y")
    return Program("conv2d", [x], [output], weights), (count, layer.filters)


def read_pooling_within(layer: Any, shape: tuple[int, ...]) -> tuple[Program, int]:
    """Return what a `MaxPooling2D` over all places does to the matrix of each step.

    Args:
        layer: `keras.layers.MaxPooling2D`.
        shape: Tuple, `(places, features)` of a step.

    Returns:
        `Program`, and the width of its result.
    """
    if tuple(layer.pool_size) != (1, shape[0]) or layer.data_format != "channels_last":
        raise RefusedError(
            "it takes the largest of several steps, or of a part of a step; a "
            f"pool_size of (1, {shape[0]}) would do"
        )
    x = input_vector("x", shape[0] * shape[1])
    largest, *others = x.parts(shape[0])
    for one in others:
        largest = maximum(largest, one)
    return Program("max_pooling2d", [x], [largest.called("y")]), shape[1]


def sum_so_far(width: int) -> Program:
    """Return the cell of `keras.ops.cumsum` along a sequence."""
    x, before = input_vector("x", width), input_vector("sum_previous", width)
    return Program("sum_so_far", [x], [(before + x).called("sum")], {}, [before])


def largest_so_far(width: int) -> Program:
    """Return the cell of `keras.ops.max` along a sequence."""
    x = input_vector("x", width)
    before = input_vector("largest_previous", width)
    any_before = input_vector("any_previous", width)
    # States begin as zeros, which may be larger than all that there is.
    known = before - (1.0 - any_before) * _LEAST
    states = [maximum(known, x).called("largest"), (x * 0.0 + 1.0).called("any")]
    return Program("largest_so_far", [x], states, {}, [before, any_before])


def flag_program(kind: str, source: Value, values: list[Any]) -> Program:
    """Return what a comparison of one number of each step with a known one does.

    Args:
        kind: String, `"NotEqual"`, `"Equal"` or `"LessEqual"`.
        source: Value.
        values: List of two: a number, or `None` for the sequence.
    """
    known = [one for one in values if one is not None]
    if len(known) != 1 or (kind == "LessEqual" and values[0] is not None):
        raise RefusedError("it compares two sequences; a number would do for one")
    if source.width > 1 or (source.is_integer and kind == "LessEqual"):
        raise RefusedError("it compares more than one number at each step")
    x, number = input_vector("x", source.width), float(known[0])
    if kind == "LessEqual":  # x <= 3 where the larger of the two is 3
        flag = 1.0 - differs(maximum(x, number), number)
    else:
        flag = differs(x, number)
        flag = 1.0 - flag if kind == "Equal" else flag
    name = {"NotEqual": "differs_from", "Equal": "equals"}.get(kind, "at_most")
    return Program(name, [x], [flag.called("y")])
