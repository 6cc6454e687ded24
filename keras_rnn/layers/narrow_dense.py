"""A dense layer for very many outputs, through few numbers."""

from __future__ import annotations

from typing import Any

import keras

from keras_rnn.layers.part_settings import keeps_part_settings


@keras.saving.register_keras_serializable(package="keras_rnn")
@keeps_part_settings
class NarrowDense(keras.layers.Layer):
    """Scores of many words, all made from few numbers.

    ```
    y = (dropout(x) N) W + b        N: (features, narrow), W: (narrow, units)
    ```

    A `Dense` from 256 features to 10,000 words takes most of the time in which a
    translator trains; through 128 numbers it takes half of that. Unlike two layers in a
    `Sequential` it passes a mask on.

    Args:
        units: Positive integer, how many outputs.
        narrow: Positive integer, how many numbers they are made from.
        dropout: Float, fraction of the features dropped. Default: `0.0`.
        **kwargs: `name`, `dtype` and so on of any layer.

    Call arguments:
        inputs: Tensor of shape `(..., features)`.
        training: Boolean, whether dropout is active.

    Returns:
        Tensor of shape `(..., units)`.

    Example:

    >>> layer = NarrowDense(1000, narrow=8)
    >>> tuple(layer(keras.ops.ones((2, 3, 16))).shape)
    (2, 3, 1000)
    >>> layer.count_params()  # instead of 17,000
    9128
    """

    def __init__(
        self, units: int, narrow: int, dropout: float = 0.0, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.units, self.narrow, self.dropout = units, narrow, dropout
        self.supports_masking = True
        dtype = self.dtype_policy
        self.dropout_layer = keras.layers.Dropout(dropout, dtype=dtype)
        self.narrow_layer = keras.layers.Dense(
            narrow, use_bias=False, dtype=dtype, name="narrow"
        )
        self.wide_layer = keras.layers.Dense(units, dtype=dtype, name="wide")

    def build(self, input_shape: tuple[Any, ...]) -> None:
        self.narrow_layer.build(input_shape)
        self.wide_layer.build((*input_shape[:-1], self.narrow))

    def call(
        self, inputs: keras.KerasTensor, training: bool | None = None
    ) -> keras.KerasTensor:
        kept = self.dropout_layer(inputs, training=training)
        return self.wide_layer(self.narrow_layer(kept))

    def compute_output_shape(
        self, input_shape: tuple[Any, ...]
    ) -> tuple[int | None, ...]:
        return (*input_shape[:-1], self.units)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "units": self.units,
            "narrow": self.narrow,
            "dropout": self.dropout,
        }
