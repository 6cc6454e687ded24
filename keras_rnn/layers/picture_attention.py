"""Attention of a vector, such as a question, to the places of a picture."""

from typing import Any

import keras
from keras import ops

from keras_rnn.layers.part_settings import keeps_part_settings


@keras.saving.register_keras_serializable(package="keras_rnn")
@keeps_part_settings
class PictureAttention(keras.layers.Layer):
    """Looks at the places of a picture that matter to a vector, such as a question.

    For vectors `v_i` at the places of a grid, each with a learned `p_i` that tells
    where it is, and a question `q`:

    ```
    k_i     = V v_i + p_i
    alpha   = softmax_i(w . tanh(k_i + W q))
    glimpse = sum_i alpha_i k_i
    ```

    With more `glimpses` than one it looks again, asking for `q` and what it has seen:
    "left of the circle" first needs the circle (Yang et al. 2016, *Stacked attention
    networks*).

    Args:
        units: Positive integer, width of the glimpse.
        glimpses: Positive integer, how often it looks, each time with weights of its
            own. Default: `1`.
        **kwargs: `name`, `dtype` and so on of any layer.

    Call arguments:
        question: Tensor of shape `(batch, features)`.
        picture: Tensor of shape `(batch, height, width, channels)`.

    Returns:
        Tuple of the last glimpse, `(batch, units)`, and all attention weights,
        `(batch, glimpses, height, width)`. The weights of a glimpse sum to 1.

    Raises:
        ValueError: The picture is no grid of known size.

    Example:

    >>> layer = PictureAttention(16, glimpses=2)
    >>> glimpse, maps = layer(ops.ones((5, 8)), ops.ones((5, 4, 6, 3)))
    >>> tuple(glimpse.shape), tuple(maps.shape)
    ((5, 16), (5, 2, 4, 6))
    """

    def __init__(self, units: int, glimpses: int = 1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.units, self.glimpses = units, glimpses
        dtype = self.dtype_policy
        self.key = keras.layers.Dense(units, dtype=dtype, name="key")
        self.queries = [
            keras.layers.Dense(units, dtype=dtype, name=f"query_{number}")
            for number in range(glimpses)
        ]
        self.scores = [
            keras.layers.Dense(1, use_bias=False, dtype=dtype, name=f"score_{number}")
            for number in range(glimpses)
        ]

    def build(
        self,
        question_shape: tuple[Any, ...],
        picture_shape: tuple[Any, ...],
    ) -> None:
        if len(picture_shape) != 4 or None in picture_shape[1:]:
            raise ValueError(
                "A picture is a grid of known size, of shape (batch, height, width, "
                f"channels). Received shape {tuple(picture_shape)}."
            )
        _, height, width, channels = picture_shape
        self.grid = height, width
        self.key.build((None, height * width, channels))
        self.places = self.add_weight(
            shape=(height * width, self.units),
            initializer=keras.initializers.RandomNormal(stddev=0.1),
            name="places",
        )
        # The first looks with the question alone, the others with a glimpse as well.
        for number, (query, score) in enumerate(
            zip(self.queries, self.scores, strict=True)
        ):
            seen = self.units if number else 0
            query.build((None, question_shape[-1] + seen))
            score.build((None, height * width, self.units))

    def call(
        self, question: keras.KerasTensor, picture: keras.KerasTensor
    ) -> tuple[keras.KerasTensor, keras.KerasTensor]:
        height, width = self.grid
        flat = ops.reshape(picture, (-1, height * width, picture.shape[-1]))
        keys = self.key(flat) + ops.cast(self.places, self.compute_dtype)
        asked, maps = question, []
        for query, score in zip(self.queries, self.scores, strict=True):
            found = score(ops.tanh(keys + query(asked)[:, None]))[:, :, 0]
            weights = ops.softmax(found, axis=-1)  # (batch, places)
            glimpse = ops.einsum("bp,bpu->bu", weights, keys)
            asked = ops.concatenate([question, glimpse], axis=-1)
            maps.append(ops.reshape(weights, (-1, height, width)))
        return glimpse, ops.stack(maps, axis=1)

    def compute_output_shape(
        self,
        question_shape: tuple[Any, ...],
        picture_shape: tuple[Any, ...],
    ) -> tuple[Any, ...]:
        batch, height, width, _ = picture_shape
        return (batch, self.units), (batch, self.glimpses, height, width)

    def get_config(self) -> dict[str, Any]:
        own = {"units": self.units, "glimpses": self.glimpses}
        return {**super().get_config(), **own}
