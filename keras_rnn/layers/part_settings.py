"""What was set on the parts of a layer, kept when the layer is saved or cloned.

Keras rebuilds a layer from the arguments of its constructor. What is set on its parts
afterwards (`layer.layers[0].trainable = False`, the int8 policy that
`model.quantize` gives to a `Dense` inside) is in no argument, and would be lost without
a word. A layer decorated with `keeps_part_settings` writes it into its config.
"""

from __future__ import annotations

import functools
from typing import Any, TypeVar

import keras

KEY = "part_settings"

LayerClass = TypeVar("LayerClass", bound=type[keras.Layer])


def keeps_part_settings(layer_class: LayerClass) -> LayerClass:
    """Decorate a layer class so that the config of a layer covers all of its parts.

    Kept of each part, at any depth: whether it is trained, and how it is quantized.

    Args:
        layer_class: Class, a `keras.Layer` that has layers as attributes and makes
            them in its constructor.

    Returns:
        The same class.

    Example:

    >>> from keras_rnn.layers import Recurrent
    >>> stack = Recurrent("lstm", 4, depth=2)
    >>> stack.layers[0].trainable = False
    >>> stack.get_config()["part_settings"]
    {'0': {'trainable': False}}
    >>> copy = Recurrent.from_config(stack.get_config())
    >>> [layer.trainable for layer in copy.layers]
    [False, True]
    """
    plain_config, plain_revival = layer_class.get_config, layer_class.from_config

    @functools.wraps(plain_config)
    def get_config(self):
        config, settings = plain_config(self), part_settings(self)
        return {**config, KEY: settings} if settings else config

    @functools.wraps(plain_revival.__func__)
    def from_config(cls, config):
        config = dict(config)
        settings = config.pop(KEY, {})
        layer = plain_revival.__func__(cls, config)
        set_part_settings(layer, settings)
        return layer

    layer_class.get_config = get_config
    layer_class.from_config = classmethod(from_config)
    return layer_class


def part_settings(layer: keras.Layer) -> dict[str, dict[str, Any]]:
    """Return what is set on the parts of a layer, from the path of each part.

    Args:
        layer: Layer.

    Returns:
        Dict from a path, such as `"0/1"` for the second part of the first part, to
        settings: `trainable` where it is another than that of the layer around the
        part, `dtype` and `quantization_config` where the part is quantized.
    """
    found = {}
    for path, part, holder in _walk(layer):
        own = {}
        if part.trainable != holder.trainable:
            own["trainable"] = part.trainable
        if getattr(part, "quantization_mode", None) is not None:
            serialize = keras.saving.serialize_keras_object
            own["dtype"] = serialize(part.dtype_policy)
            own["quantization_config"] = serialize(
                getattr(part, "quantization_config", None)
            )
        if own:
            found[path] = own
    return found


def set_part_settings(layer: keras.Layer, settings: dict[str, dict[str, Any]]) -> None:
    """Set on the parts of a layer what `part_settings` said of another's.

    A part without a setting of its own is trained as the layer around it is.

    Args:
        layer: Layer of the same config, not built yet.
        settings: Dict, what `part_settings` returned.
    """
    if not settings and layer.trainable:
        return
    revive = keras.saving.deserialize_keras_object
    for path, part, holder in _walk(layer):
        own = settings.get(path, {})
        trainable = own.get("trainable", holder.trainable)
        if part.trainable != trainable:
            part.trainable = trainable  # and all parts of it, which come later here
        if "dtype" in own:
            if hasattr(part, "quantization_config"):
                part.quantization_config = revive(own["quantization_config"])
            part.dtype_policy = revive(own["dtype"])


def _walk(layer, prefix=""):
    """Path, part and the layer around it for every part, from the outside in."""
    if isinstance(layer, keras.Model):  # its own attributes depend on how it was made
        parts = [(one.name, one) for one in layer.layers]
    else:
        parts = enumerate(layer._flatten_layers(include_self=False, recursive=False))
    for key, part in parts:
        path = f"{prefix}{key}"
        yield path, part, layer
        yield from _walk(part, f"{path}/")
