"""A cell that writes about a picture and remembers what its words say of it."""

from typing import Any

import keras
from keras import ops

from keras_rnn.layers.checks import check_positive_integer
from keras_rnn.layers.part_settings import keeps_part_settings


@keras.saving.register_keras_serializable(package="keras_rnn")
@keeps_part_settings
class VisualMemoryCell(keras.layers.Layer):
    """Cell with a visual memory: the picture can be rebuilt from the words so far.

    After Chen and Zitnick (2015), *Mind's eye: a recurrent visual representation for
    image caption generation*. The memory `u` reads the words alone: from it the
    picture can be rebuilt, as far as it has been told. The state `s` reads words,
    picture and `u`, and so can tell what is still to be said:

    ```
    u_t = GRU(u_{t-1}, w_t)
    s_t = GRU(s_{t-1}, [w_t, v, u_t])
    output_t = [s_t, u_t]
    ```

    The paper has simple recurrent units in place of the GRUs, and words that are
    predicted class by class.

    Args:
        units: Positive integer, size of `s`.
        memory_units: Positive integer, size of `u`.
        word_features: Positive integer: so many of the inputs, the first, are the word
            `w_t`; the others are the picture `v`.
        **kwargs: `name`, `dtype` and so on of any layer.

    Call arguments:
        inputs: Tensor of shape `(batch, word_features + picture features)`.
        states: List of two tensors, `(batch, units)` and `(batch, memory_units)`.
        training: Boolean, has no effect.

    Returns:
        Tensor of shape `(batch, units + memory_units)`, and the list of the new
        states.

    Raises:
        ValueError: A size is no positive integer, or there is no picture.

    Example:

    >>> layer = keras.layers.RNN(VisualMemoryCell(16, 8, word_features=4))
    >>> tuple(layer(ops.ones((2, 5, 4 + 10))).shape)
    (2, 24)
    """

    state_names = ("s", "u")

    def __init__(
        self, units: int, memory_units: int, word_features: int, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        for name, value in (
            ("units", units),
            ("memory_units", memory_units),
            ("word_features", word_features),
        ):
            check_positive_integer(name, value)
        self.units, self.memory_units = units, memory_units
        self.word_features = word_features
        self.state_size = [units, memory_units]
        self.output_size = units + memory_units
        dtype = self.dtype_policy
        self.speaker = keras.layers.GRUCell(units, dtype=dtype, name="speaker")
        self.memory = keras.layers.GRUCell(memory_units, dtype=dtype, name="memory")

    def build(
        self,
        inputs_shape: tuple[Any, ...],
        states_shape: tuple[Any, ...] | None = None,
    ) -> None:
        width = inputs_shape[-1]
        if width <= self.word_features:
            raise ValueError(
                f"{self.name} reads {self.word_features} features of a word, then "
                f"those of a picture. Received {width} in all."
            )
        self.memory.build((None, self.word_features))
        self.speaker.build((None, width + self.memory_units))

    def call(
        self,
        inputs: keras.KerasTensor,
        states: list[keras.KerasTensor],
        training: bool | None = None,
    ) -> tuple[keras.KerasTensor, list[keras.KerasTensor]]:
        speaker, memory = states
        memory, _ = self.memory(inputs[:, : self.word_features], [memory])
        read = ops.concatenate([inputs, memory], axis=-1)
        speaker, _ = self.speaker(read, [speaker])
        return ops.concatenate([speaker, memory], axis=-1), [speaker, memory]

    def get_initial_state(
        self, batch_size: int | None = None
    ) -> list[keras.KerasTensor]:
        return [
            ops.zeros((batch_size, size), dtype=self.compute_dtype)
            for size in self.state_size
        ]

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "units": self.units,
            "memory_units": self.memory_units,
            "word_features": self.word_features,
        }


@keras.saving.register_keras_serializable(package="keras_rnn")
class ReconstructionLoss(keras.layers.Layer):
    """Adds to the loss how unlike a picture is to what words say of it.

    The squared error of each feature, the mean over features and over all steps that
    are not masked, times `weight`. What it is called with first goes on as it is.

    Args:
        weight: Float, at least 0.
        **kwargs: `name`, `dtype` and so on of any layer.

    Call arguments:
        outputs: Tensor of any shape, the answers of the model.
        rebuilt: Tensor of shape `(batch, time, features)`.
        picture: Tensor of shape `(batch, features)`.
        rebuilt_mask: Boolean tensor of shape `(batch, time)`. Default: the mask that
            came with `rebuilt`.

    Returns:
        `outputs`.

    Example:

    >>> layer = ReconstructionLoss(0.5)
    >>> scores, picture = ops.ones((1, 2, 7)), ops.ones((1, 3))
    >>> _ = layer(scores, ops.zeros((1, 2, 3)), picture)
    >>> [float(loss) for loss in layer.losses]
    [0.5]
    """

    def __init__(self, weight: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not weight >= 0:
            raise ValueError(f"weight must be at least 0, not {weight!r}.")
        self.weight = weight
        self.supports_masking = True

    def call(
        self,
        outputs: keras.KerasTensor,
        rebuilt: keras.KerasTensor,
        picture: keras.KerasTensor,
        outputs_mask: Any = None,
        rebuilt_mask: Any = None,
    ) -> keras.KerasTensor:
        picture = ops.cast(picture, "float32")[:, None]
        error = ops.mean(ops.square(ops.cast(rebuilt, "float32") - picture), axis=-1)
        if rebuilt_mask is not None:
            kept = ops.cast(rebuilt_mask, "float32")
            error = ops.sum(error * kept) / ops.maximum(ops.sum(kept), 1.0)
        self.add_loss(self.weight * ops.mean(error))
        return outputs

    def compute_output_shape(
        self,
        outputs_shape: tuple[Any, ...],
        rebuilt_shape: tuple[Any, ...] | None = None,
        picture_shape: tuple[Any, ...] | None = None,
    ) -> tuple[Any, ...]:
        return outputs_shape

    def compute_mask(self, outputs: keras.KerasTensor, mask: Any = None) -> Any:
        return mask[0] if isinstance(mask, (list, tuple)) else mask

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "weight": self.weight}
