"""A cell with attention to the places of a picture at each step."""

from typing import Any

import keras
from keras import ops

from keras_rnn.layers.checks import check_positive_integer
from keras_rnn.layers.part_settings import keeps_part_settings
from keras_rnn.layers.picture_attention import PictureAttention


@keras.saving.register_keras_serializable(package="keras_rnn")
@keeps_part_settings
class PictureAttentionCell(keras.layers.Layer):
    """Looks at the places of a picture that matter to its state and the last word.

    After Xu et al. (2015), *Show, attend and tell*:

    ```
    c_t, alpha_t = PictureAttention([h_{t-1}, w_t], v_1 ... v_n)
    h_t = GRU(h_{t-1}, [w_t, c_t])
    output_t = [h_t, c_t]
    ```

    As what was seen goes into the state, the next look can stay where the last one
    was, or go elsewhere. The paper has an LSTM in place of the GRU, and its look does
    not know `w_t`, the word just said: here "red" leads to what is red, so that the
    next word is its shape.

    Args:
        units: Positive integer, size of `h` and of `c`.
        word_features: Positive integer: so many of the inputs, the first, are the word
            `w_t`; the others are the grid `v`, flat.
        grid: Tuple of two integers, rows and columns of places.
        **kwargs: `name`, `dtype` and so on of any layer.

    Call arguments:
        inputs: Tensor of shape `(batch, word_features + rows * columns * features)`.
        states: List of one tensor, `(batch, units)`.
        training: Boolean, has no effect.

    Returns:
        Tensor of shape `(batch, 2 * units)`, and the list of the new state.

    Raises:
        ValueError: A size is no positive integer, or what comes after the word is no
            such grid.

    Example:

    >>> layer = keras.layers.RNN(PictureAttentionCell(16, word_features=4, grid=(2, 3)))
    >>> tuple(layer(ops.ones((2, 5, 4 + 2 * 3 * 7))).shape)
    (2, 32)
    """

    def __init__(
        self, units: int, word_features: int, grid: tuple[int, int], **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        check_positive_integer("units", units)
        check_positive_integer("word_features", word_features)
        self.units, self.word_features, self.grid = units, word_features, tuple(grid)
        self.state_size = [units]
        self.output_size = 2 * units
        dtype = self.dtype_policy
        self.attention = PictureAttention(units, dtype=dtype, name="look")
        self.reader = keras.layers.GRUCell(units, dtype=dtype, name="reader")

    def build(
        self,
        inputs_shape: tuple[Any, ...],
        states_shape: tuple[Any, ...] | None = None,
    ) -> None:
        rows, columns = self.grid
        width = inputs_shape[-1] - self.word_features
        if width <= 0 or width % (rows * columns):
            raise ValueError(
                f"{self.name} reads {self.word_features} features of a word, then "
                f"those of {rows} by {columns} places, as many of each. Received "
                f"{inputs_shape[-1]} in all."
            )
        self.attention.build(
            (None, self.units + self.word_features),
            (None, rows, columns, width // (rows * columns)),
        )
        self.reader.build((None, self.word_features + self.units))

    def call(
        self,
        inputs: keras.KerasTensor,
        states: list[keras.KerasTensor],
        training: bool | None = None,
    ) -> tuple[keras.KerasTensor, list[keras.KerasTensor]]:
        (state,) = states
        seen, _ = self.attend(state, inputs)
        word = inputs[:, : self.word_features]
        state, _ = self.reader(ops.concatenate([word, seen], axis=-1), [state])
        return ops.concatenate([state, seen], axis=-1), [state]

    def attend(
        self, state: keras.KerasTensor, inputs: keras.KerasTensor
    ) -> tuple[keras.KerasTensor, keras.KerasTensor]:
        """Return what is seen from a state, and the weights of the places.

        Args:
            state: Tensor of shape `(batch, units)`.
            inputs: As in a call.

        Returns:
            Tensors of shapes `(batch, units)` and `(batch, rows, columns)`.
        """
        word, flat = ops.split(inputs, [self.word_features], axis=-1)
        rows, columns = self.grid
        features = flat.shape[-1] // (rows * columns)
        picture = ops.reshape(flat, (-1, rows, columns, features))
        asking = ops.concatenate([state, word], axis=-1)
        seen, maps = self.attention(asking, picture)
        return seen, maps[:, 0]

    def get_initial_state(
        self, batch_size: int | None = None
    ) -> list[keras.KerasTensor]:
        return [ops.zeros((batch_size, self.units), dtype=self.compute_dtype)]

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "units": self.units,
            "word_features": self.word_features,
            "grid": list(self.grid),
        }
