"""Small questions to a functional model: what decoding has to know of its graph."""

from __future__ import annotations

from typing import Any

import keras


def nodes_to(tensor: keras.KerasTensor) -> list[Any]:
    """Return the calls that lead to a tensor, those that others need first.

    Args:
        tensor: `keras.KerasTensor`, an output of a functional model.
    """
    ordered, seen = [], set()
    front = [(tensor, False)]
    while front:
        one, ready = front.pop()
        operation, index, _ = one._keras_history
        node = operation._inbound_nodes[index]
        if ready:
            ordered.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            front.append((one, True))
            front += [(needed, False) for needed in node.input_tensors]
    return ordered


def embedding_of(layer: Any) -> keras.layers.Embedding | None:
    """Return the first `Embedding` in a layer or model, or None.

    Args:
        layer: Layer, model or None.
    """
    if isinstance(layer, keras.layers.Embedding):
        return layer
    found = map(embedding_of, getattr(layer, "layers", []))
    return next((one for one in found if one is not None), None)


def mask_of(tensor: keras.KerasTensor) -> keras.KerasTensor | None:
    """Return the mask that came with a tensor, or None.

    Args:
        tensor: Tensor, the output of a layer.
    """
    return _MaskOf()(tensor)


class _MaskOf(keras.layers.Layer):
    """Returns the mask that came with its input: Keras hands it to layers alone."""

    def __init__(self):
        super().__init__()
        self.supports_masking = True

    def call(self, inputs, mask=None):
        return mask
