"""What a layer would give, without calling it."""

from __future__ import annotations

from typing import Any

import keras


def output_spec(layer: keras.Layer, symbol: keras.KerasTensor) -> Any:
    """Build any layer and return what it gives for `symbol`.

    A symbolic call would do the same, but would also enter the layer into a graph,
    and a model that shares the layer could then not be saved.

    Args:
        layer: Layer or model.
        symbol: `keras.KerasTensor`.

    Returns:
        `keras.KerasTensor`, or several as the layer has outputs.

    Example:

    >>> output_spec(keras.layers.Dense(3), keras.KerasTensor((None, 5))).shape
    (None, 3)
    """
    if not layer.built and type(layer).build is not keras.Layer.build:
        layer.build(symbol.shape)
    made = layer.compute_output_spec(symbol)
    if not layer.built:  # it has no `build`, and its parts were built by this
        layer.build(symbol.shape)
    return made
