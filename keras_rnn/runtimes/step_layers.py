"""Keras layers without memory, each read as what it does at one step."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

import keras
import numpy as np

from keras_rnn.layers import ClassProbabilities, NarrowDense, TokenEmbedding
from keras_rnn.runtimes.activations import ACTIVATIONS, elu, leaky_relu, name_of
from keras_rnn.runtimes.cells import RefusedError, as_array
from keras_rnn.runtimes.expressions import (
    Program,
    Vector,
    concatenate,
    differs,
    input_vector,
    maximum,
    minimum,
    normalize,
    pick,
    take,
    weight_vectors,
)

# They do nothing once a model is trained.
PASSED_OVER = (
    keras.layers.Dropout,
    keras.layers.SpatialDropout1D,
    keras.layers.GaussianNoise,
    keras.layers.GaussianDropout,
    keras.layers.ActivityRegularization,
    keras.layers.Identity,
)
EMBEDDINGS = (keras.layers.Embedding, TokenEmbedding)


def read_step_layer(layer: keras.Layer, widths: list[int]) -> Program:
    """Return what a layer does to the vectors of one step.

    Args:
        layer: Keras layer that is built.
        widths: List of integers, the widths of the vectors that it reads.

    Raises:
        RefusedError: It is no layer that is known here.
    """
    reader = STEP_LAYERS.get(type(layer))
    if isinstance(layer, keras.layers.Lambda):
        raise RefusedError("it holds Python code; a layer of Keras would do")
    if reader is None:
        raise RefusedError(
            "what can be are recurrent layers, Embedding, Dense, normalization, "
            "activations, Dropout, and what joins two sequences"
        )
    names = ["x"] if len(widths) == 1 else [f"x{i + 1}" for i in range(len(widths))]
    inputs = [input_vector(name, w) for name, w in zip(names, widths, strict=True)]
    output, weights = reader(layer, inputs)
    kind = _snake(type(layer).__name__)
    return Program(kind, inputs, [output.called("y")], weights)


def read_embedding(layer: keras.Layer) -> Program:
    """Return what an `Embedding` does to one whole number."""
    weights = {"vectors": as_array(layer.embeddings)}
    number = input_vector("number", 0)
    vector = take(weight_vectors(weights)["vectors"], number)
    return Program("embedding", [number], [vector.called("y")], weights)


def read_mask(width: int, number: float) -> Program:
    """Return the program that tells whether a step counts: any entry differs."""
    x = input_vector("x", width)
    return Program("mask", [x], [differs(x, number).called("y")])


def merge_program(mode: str, widths: list[int]) -> Program:
    """Return the program that makes one vector of those of two directions.

    Args:
        mode: String, `"concat"`, `"sum"`, `"mul"` or `"ave"`.
        widths: List of integers.
    """
    inputs = [input_vector(f"x{i + 1}", width) for i, width in enumerate(widths)]
    if mode == "concat":
        output = concatenate(*inputs)
        return Program(f"merge_{mode}", inputs, [output.called("y")])
    wide, weights = _as_wide(inputs)
    if mode == "mul":
        output = reduce(lambda a, b: a * b, wide)
    else:
        output = reduce(lambda a, b: a + b, wide)
    if mode == "ave":
        output = output / float(len(inputs))
    return Program(f"merge_{mode}", inputs, [output.called("y")], weights)


def activated(layer: Any, vector: Vector) -> Vector:
    """Return a vector after the activation of a layer.

    Args:
        layer: Keras layer with an `activation`.
        vector: Vector.
    """
    name = name_of(layer.activation)
    if name is None:
        given = getattr(layer.activation, "__name__", layer.activation)
        raise RefusedError(
            f"its activation {given!r} is not among those that can be exported: "
            f"{', '.join(ACTIVATIONS)}"
        )
    return ACTIVATIONS[name](vector)


def dense_program(kernel: np.ndarray, bias: np.ndarray | None, layer: Any) -> Program:
    """Return what a `Dense` layer of these weights does, with another's activation.

    Args:
        kernel: Array `(features, units)`.
        bias: Array `(units,)` or `None`.
        layer: Keras layer with an `activation`.
    """
    weights = {"kernel": kernel} if bias is None else {"kernel": kernel, "bias": bias}
    x = input_vector("x", len(kernel))
    named = weight_vectors(weights)
    output = x @ named["kernel"]
    output = output if bias is None else output + named["bias"]
    output = activated(layer, output).called("y")
    return Program("dense", [x], [output], weights)


def _dense(layer: Any, inputs: list[Vector]) -> Any:
    weights = {"kernel": as_array(layer.kernel)}
    if layer.use_bias:
        weights["bias"] = as_array(layer.bias)
    named = weight_vectors(weights)
    output = inputs[0] @ named["kernel"]
    if layer.use_bias:
        output = output + named["bias"]
    return activated(layer, output), weights


def _narrow_dense(layer: Any, inputs: list[Vector]) -> Any:
    weights = {
        "narrow": as_array(layer.narrow_layer.kernel),
        "wide": as_array(layer.wide_layer.kernel),
        "bias": as_array(layer.wide_layer.bias),
    }
    named = weight_vectors(weights)
    output = inputs[0] @ named["narrow"] @ named["wide"] + named["bias"]
    return output, weights


def _layer_normalization(layer: Any, inputs: list[Vector]) -> Any:
    axis = np.atleast_1d(layer.axis)
    rank = len(layer.input_spec.shape) if getattr(layer, "input_spec", None) else None
    if len(axis) > 1 or axis[0] not in (-1, None if rank is None else rank - 1):
        raise RefusedError("it normalizes another axis than the last; axis=-1 would do")
    if getattr(layer, "rms_scaling", False):
        raise RefusedError("it has rms_scaling; without it would do")
    output = normalize(inputs[0], layer.epsilon)
    return _scaled(output, layer.gamma, layer.beta)


def _scaled(output: Vector, gamma: Any, beta: Any) -> Any:
    weights = {
        name: as_array(weight)
        for name, weight in (("gamma", gamma), ("beta", beta))
        if weight is not None
    }
    named = weight_vectors(weights)
    if gamma is not None:
        output = output * named["gamma"]
    if beta is not None:
        output = output + named["beta"]
    return output, weights


def _batch_normalization(layer: Any, inputs: list[Vector]) -> Any:
    axes = getattr(layer, "input_spec", None)
    if layer.axis != -1 and (axes is None or list(axes.axes) != [axes.ndim - 1]):
        raise RefusedError("it normalizes another axis than the last; axis=-1 would do")
    scale = 1 / np.sqrt(as_array(layer.moving_variance) + layer.epsilon)
    scale = scale if layer.gamma is None else scale * as_array(layer.gamma)
    shift = -as_array(layer.moving_mean) * scale
    shift = shift if layer.beta is None else shift + as_array(layer.beta)
    weights = {"scale": scale.astype("float32"), "shift": shift.astype("float32")}
    named = weight_vectors(weights)
    return inputs[0] * named["scale"] + named["shift"], weights


def _normalization(layer: Any, inputs: list[Vector]) -> Any:
    mean, variance = (as_array(one).ravel() for one in (layer.mean, layer.variance))
    if len(mean) != inputs[0].width:
        raise RefusedError("it normalizes another axis than the last; axis=-1 would do")
    deviation = np.maximum(np.sqrt(variance), keras.config.epsilon())
    weights = {"mean": mean, "deviation": deviation.astype("float32")}
    named = weight_vectors(weights)
    if layer.invert:
        return inputs[0] * named["deviation"] + named["mean"], weights
    return (inputs[0] - named["mean"]) / named["deviation"], weights


def _rescaling(layer: Any, inputs: list[Vector]) -> Any:
    width = inputs[0].width
    weights = {}
    for name in ("scale", "offset"):
        array = np.asarray(getattr(layer, name), "float32")
        if array.size not in (1, width):
            raise RefusedError(f"its {name} is neither one number nor {width} of them")
        weights[name] = np.broadcast_to(array.ravel(), (width,)).copy()
    named = weight_vectors(weights)
    return inputs[0] * named["scale"] + named["offset"], weights


def _relu(layer: Any, inputs: list[Vector]) -> Any:
    if layer.max_value is not None or layer.negative_slope or layer.threshold:
        raise RefusedError("it has a max_value, slope or threshold; LeakyReLU would do")
    return maximum(inputs[0], 0.0), {}


def _softmax(layer: Any, inputs: list[Vector]) -> Any:
    if layer.axis != -1:
        raise RefusedError("it works on another axis than the last; axis=-1 would do")
    return ACTIVATIONS["softmax"](inputs[0]), {}


def _concatenate(layer: Any, inputs: list[Vector]) -> Any:
    if layer.axis not in (-1, getattr(layer, "_rank", -1)):
        raise RefusedError("it joins along another axis; axis=-1 would do")
    return concatenate(*inputs), {}


def _merged(merge: Callable[[Vector, Vector], Vector]) -> Callable[..., Any]:
    def merged(layer: Any, inputs: list[Vector]) -> Any:
        wide, weights = _as_wide(inputs)
        return reduce(merge, wide), weights

    return merged


def _average(layer: Any, inputs: list[Vector]) -> Any:
    wide, weights = _as_wide(inputs)
    return reduce(lambda a, b: a + b, wide) / float(len(inputs)), weights


def _as_wide(inputs: list[Vector]) -> tuple[list[Vector], dict[str, np.ndarray]]:
    """Vectors of one width: a single number is repeated beside wider ones."""
    width = max(one.width for one in inputs)
    if {one.width for one in inputs} <= {width}:
        return inputs, {}
    if not {one.width for one in inputs} <= {1, width}:
        raise RefusedError("it joins vectors of different widths")
    weights = {"places": np.zeros(width, "int32")}
    places = weight_vectors(weights)["places"]
    return [one if one.width == width else pick(one, places) for one in inputs], weights


# What each class of layer does. A subclass of one may do something else.
STEP_LAYERS: dict[type, Callable[[Any, list[Vector]], Any]] = {
    keras.layers.Dense: _dense,
    ClassProbabilities: _dense,
    NarrowDense: _narrow_dense,
    keras.layers.Activation: lambda layer, inputs: (activated(layer, inputs[0]), {}),
    keras.layers.ReLU: _relu,
    keras.layers.LeakyReLU: lambda layer, inputs: (
        leaky_relu(inputs[0], float(layer.negative_slope)),
        {},
    ),
    keras.layers.ELU: lambda layer, inputs: (elu(inputs[0], float(layer.alpha)), {}),
    keras.layers.Softmax: _softmax,
    keras.layers.LayerNormalization: _layer_normalization,
    keras.layers.BatchNormalization: _batch_normalization,
    keras.layers.Normalization: _normalization,
    keras.layers.Rescaling: _rescaling,
    keras.layers.Concatenate: _concatenate,
    keras.layers.Add: _merged(lambda a, b: a + b),
    keras.layers.Subtract: _merged(lambda a, b: a - b),
    keras.layers.Multiply: _merged(lambda a, b: a * b),
    keras.layers.Maximum: _merged(maximum),
    keras.layers.Minimum: _merged(minimum),
    keras.layers.Average: _average,
}


def _snake(name: str) -> str:
    """`"layer_normalization"` of `"LayerNormalization"`."""
    letters = [
        f"_{one.lower()}" if one.isupper() and i and not name[i - 1].isupper() else one
        for i, one in enumerate(name)
    ]
    return "".join(letters).lower()
