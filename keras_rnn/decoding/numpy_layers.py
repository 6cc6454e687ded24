"""The layers between the cells and the scores of tokens, in NumPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from keras_rnn.decoding.graph import nodes_to
from keras_rnn.decoding.numpy_products import NotInNumpyError, Product, as_array
from keras_rnn.layers import ClassProbabilities, EachStep, NarrowDense
from keras_rnn.layers.raster_gru import PixelScores

Function = Callable[[np.ndarray], np.ndarray]


def softmax(x: np.ndarray) -> np.ndarray:
    """Return the softmax over the last axis."""
    x = np.exp(x - x.max(axis=-1, keepdims=True))
    return x / x.sum(axis=-1, keepdims=True)


_ACTIVATIONS: dict[Any, Function | None] = {
    keras.activations.linear: None,
    keras.activations.tanh: np.tanh,
    keras.activations.relu: lambda x: np.maximum(x, 0),
    keras.activations.sigmoid: lambda x: 0.5 * np.tanh(0.5 * x) + 0.5,
    keras.activations.softmax: softmax,
}
# They do nothing once a model is trained.
_PASSED_OVER = (
    *(keras.layers.Dropout, keras.layers.SpatialDropout1D, keras.layers.Identity),
    *(keras.layers.GaussianNoise, keras.layers.GaussianDropout),
    *(keras.layers.ActivityRegularization, keras.layers.InputLayer),
)


def functions_of(layer: Any) -> list[Function]:
    """Return what a layer or model does to vectors `(..., features)`, one by one.

    Raises:
        NotInNumpyError: It has no form here.
    """
    kind = type(layer)
    if kind in (EachStep, keras.layers.TimeDistributed):
        return functions_of(layer.layer)
    if isinstance(layer, keras.Model):
        return _functions_of_model(layer)
    if layer.dtype_policy.name != "float32":
        raise NotInNumpyError
    if kind in _PASSED_OVER:
        return []
    if kind in (keras.layers.Dense, ClassProbabilities):
        bias = layer.bias if layer.use_bias else None
        return [Product(layer.kernel, bias), *_activation(layer.activation)]
    if kind is NarrowDense:
        wide = layer.wide_layer
        return [Product(layer.narrow_layer.kernel), Product(wide.kernel, wide.bias)]
    if kind is PixelScores:
        return [_pixel_scores(layer)]
    if kind is keras.layers.Activation:
        return _activation(layer.activation)
    if kind is keras.layers.Softmax and layer.axis == -1:
        return [softmax]
    raise NotInNumpyError


def _functions_of_model(model):
    if len(getattr(model, "inputs", None) or ()) != 1 or len(model.outputs) != 1:
        raise NotInNumpyError
    functions, last = [], None
    for node in nodes_to(model.outputs[0]):
        read = node.input_tensors
        if len(read) > 1 or (last is not None and read[0] is not last):
            raise NotInNumpyError  # no chain of layers
        functions += functions_of(node.operation)
        [last] = node.output_tensors
    return functions


def _activation(activation):
    if activation not in _ACTIVATIONS:
        raise NotInNumpyError
    function = _ACTIVATIONS[activation]
    return [] if function is None else [function]


def _pixel_scores(layer):
    count, table = layer.levels.units, layer.table.T

    def folded(part, rows):
        return as_array(part.kernel) @ rows, as_array(part.bias) @ rows

    levels, level_bias = folded(layer.levels, table[:count])
    colours, colour_bias = folded(layer.colours, table[count:])
    return Product(np.concatenate([levels, colours]), level_bias + colour_bias)
