"""Fewer and wider steps: neighbours side by side."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="keras_rnn")
class StackFrames(keras.layers.Layer):
    """Puts each step beside its neighbours, and keeps one step of several.

    With width 3 and stride 2:

    ```
    x_1  x_2  x_3  x_4  x_5     ->     [0, x_1, x_2]  [x_2, x_3, x_4]  [x_4, x_5, 0]
    ```

    A recurrent layer then has half the steps to go, and sees a short stretch at each.
    A `Dense` after it is a convolution in time; unlike `keras.layers.Conv1D` with
    strides it keeps the mask, and begins at the first step however long the sequence.

    Args:
        width: Positive odd integer, how many steps stand side by side. Default: `3`.
        stride: Positive integer, from one kept step to the next. Default: `2`.
        **kwargs: `name`, `dtype` and so on of any layer.

    Call arguments:
        inputs: Tensor of shape `(batch, time, features)`.
        mask: Boolean tensor of shape `(batch, time)`; what is masked counts as zero.
            Default: the mask that came with `inputs`.

    Returns:
        Tensor of shape `(batch, ceil(time / stride), width * features)`.

    Example:

    >>> layer = StackFrames(width=3, stride=2)
    >>> steps = ops.reshape(ops.arange(1, 6, dtype="float32"), (1, 5, 1))
    >>> ops.convert_to_numpy(layer(steps))[0].tolist()
    [[0.0, 1.0, 2.0], [2.0, 3.0, 4.0], [4.0, 5.0, 0.0]]
    """

    def __init__(self, width: int = 3, stride: int = 2, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if width % 2 != 1 or stride < 1:
            raise ValueError(
                "A step stands between as many before as after it, and a stride is 1 "
                f"or more. Received: width={width}, stride={stride}"
            )
        self.width, self.stride = width, stride
        self.supports_masking = True

    def call(
        self, inputs: keras.KerasTensor, mask: keras.KerasTensor | None = None
    ) -> keras.KerasTensor:
        if mask is not None:
            kept = ops.expand_dims(ops.cast(mask, "bool"), axis=-1)
            inputs = ops.where(kept, inputs, ops.zeros_like(inputs))
        half = self.width // 2
        padded = ops.pad(inputs, [[0, 0], [half, half], [0, 0]])
        time = ops.shape(inputs)[1]
        return ops.concatenate(
            [padded[:, i : i + time : self.stride] for i in range(self.width)], axis=-1
        )

    def compute_mask(
        self, inputs: keras.KerasTensor, mask: keras.KerasTensor | None = None
    ) -> keras.KerasTensor | None:
        return None if mask is None else mask[:, :: self.stride]

    def compute_output_shape(
        self, input_shape: tuple[Any, ...]
    ) -> tuple[int | None, ...]:
        batch, time, features = input_shape
        steps = None if time is None else -(-time // self.stride)
        return batch, steps, self.width * features

    def get_config(self) -> dict[str, Any]:
        own = {"width": self.width, "stride": self.stride}
        return {**super().get_config(), **own}
