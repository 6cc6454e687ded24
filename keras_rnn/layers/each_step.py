"""A layer applied to each step of a sequence."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from keras_rnn.layers.part_settings import keeps_part_settings
from keras_rnn.layers.symbolic import output_spec


@keras.saving.register_keras_serializable(package="keras_rnn")
@keeps_part_settings
class EachStep(keras.layers.Layer):
    """Applies a layer to each step of a sequence: a network for pictures to a film.

    ```
    (batch, time, ...)  -->  (batch * time, ...)  -->  layer  -->  (batch, time, ...)
    ```

    Gives the numbers of `keras.layers.TimeDistributed`, and is to be preferred where
    the number of steps is unknown: of a model with a `TimeDistributed` over `None`
    steps, Keras 3.15 exports a SavedModel that gives other numbers (TensorFlow), or
    none at all (JAX). All steps are one call of the layer, so batch normalization
    takes its statistics over all of them, and dropout draws anew for each.

    Args:
        layer: Layer or model with one input and one output.
        **kwargs: `name`, `dtype` and so on of any layer. By default `dtype` is that of
            `layer`.

    Call arguments:
        sequence: Tensor of shape `(batch, time, ...)`. The layer reads
            `(batch * time, ...)`.
        training: Boolean, whether dropout within the layer is active.
        mask: Boolean tensor of shape `(batch, time)`. It goes on as it is: the layer
            reads masked steps as well.

    Returns:
        Tensor of shape `(batch, time, ...)`.

    Raises:
        ValueError: Something else than a layer is given, or what is read has no steps.

    Example:

    >>> picture = keras.Sequential(
    ...     [keras.layers.Conv2D(4, 3), keras.layers.GlobalAveragePooling2D()]
    ... )
    >>> tuple(EachStep(picture)(ops.ones((2, 5, 8, 8, 3))).shape)
    (2, 5, 4)
    """

    def __init__(self, layer: keras.Layer, **kwargs: Any) -> None:
        if not isinstance(layer, keras.Layer):
            raise ValueError(f"EachStep applies a layer or model. Received: {layer!r}")
        if kwargs.get("dtype") is None:
            kwargs["dtype"] = layer.dtype_policy
        super().__init__(**kwargs)
        self.layer = layer
        self.supports_masking = True

    def build(self, sequence_shape: tuple[Any, ...]) -> None:
        if len(sequence_shape) < 2:
            raise ValueError(
                f"{self.name} reads sequences of shape (batch, time, ...). Received "
                f"shape {tuple(sequence_shape)}."
            )
        self._output_of_step(sequence_shape)

    def _output_of_step(self, sequence_shape):
        step = keras.KerasTensor((None, *sequence_shape[2:]), dtype=self.compute_dtype)
        return output_spec(self.layer, step)

    def call(
        self,
        sequence: keras.KerasTensor,
        training: bool | None = None,
        mask: keras.KerasTensor | None = None,
    ) -> keras.KerasTensor:
        steps = ops.shape(sequence)[1]
        every = ops.reshape(sequence, (-1, *sequence.shape[2:]))
        outputs = self.layer(every)  # Keras hands `training` on by itself
        return ops.reshape(outputs, (-1, steps, *outputs.shape[1:]))

    def compute_output_shape(
        self, sequence_shape: tuple[Any, ...]
    ) -> tuple[int | None, ...]:
        made = self._output_of_step(sequence_shape)
        return (*sequence_shape[:2], *made.shape[1:])

    def get_config(self) -> dict[str, Any]:
        layer = keras.saving.serialize_keras_object(self.layer)
        return {**super().get_config(), "layer": layer}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> EachStep:
        layer = keras.saving.deserialize_keras_object(config["layer"])
        return cls(**{**config, "layer": layer})
