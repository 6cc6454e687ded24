"""A GRU that goes through a picture pixel by pixel, and sees what is around."""

from typing import Any

import keras
import numpy as np
from keras import ops

from keras_rnn.layers.part_settings import keeps_part_settings

# What is seen of the row that is being drawn, and of how many rows above: from so many
# columns to the left to so many to the right.
LEFT, ABOVE, ROWS = 2, (-2, 4), 2


@keras.saving.register_keras_serializable(package="keras_rnn")
class RasterGRUCell(keras.layers.GRUCell):
    """A GRU cell for the pixels of a picture, row by row from the top.

    ```
    . . a a a a a a a .      a    two rows above, two columns left to four right
    . . a a a a a a a .      l    two pixels to the left
    . . l l x                x    the pixel whose turn it is

    h_t = GRU([l, a, row, column, caption], h_{t-1})
    ```

    As a sequence, the pixel above is a whole row of steps away; in the picture it is
    next to it. So the last pixels are a part of the state, from which the cell takes
    those around, and so is the number of the step, which says in what row and column
    it is. Outside of the picture all is zero.

    It sees what is empty, pale or full, and no colours: else it would learn which
    shapes had which colour in training, and draw the square that was always green when
    a green circle is wanted. Which colour was used last goes past the GRU, with the
    caption, to what chooses the colour (`PixelScores`).

    Args:
        units: Positive integer.
        width: Positive integer, size of the caption's vector.
        side: Positive integer, columns of the picture. Default: `16`.
        levels: Positive integer, what a pixel can be: empty, pale or full. Default:
            `3`.
        colours: Positive integer, of which a pixel that is not empty has one. Default:
            `6`.
        **kwargs: Those of `keras.layers.GRUCell`.

    Call arguments:
        inputs: Tensor `(batch, 9 + width)`: what the pixel before is (empty, pale or
            full), which of six colours it has, and the caption.
        states: List of tensors: `h`, `(batch, units)`; the last `2 * side + 2`
            pixels, newest first; the colour used last; and the number of the step,
            `(batch, 1)`.
        training: Boolean, whether dropout is active.

    Returns:
        Tensor `(batch, units + 6 + width)`: `h`, the colour used last, the caption;
        and the list of the new states.
    """

    state_names = ("h", "pixels", "colour", "step")

    def __init__(
        self,
        units: int,
        width: int,
        side: int = 16,
        levels: int = 3,
        colours: int = 6,
        **kwargs: Any,
    ) -> None:
        super().__init__(units, **kwargs)
        self.width, self.side, self.levels, self.colours = width, side, levels, colours
        self.state_size = [
            units,
            (ROWS * side - ABOVE[0]) * levels,
            colours,
            1,
        ]
        self.output_size = units + colours + width
        self._inside = _inside(side, levels)

    def build(self, input_shape: tuple[Any, ...]) -> None:
        features = self._inside.shape[1] + 2 * self.side + self.width
        super().build((*input_shape[:-1], features))

    def call(
        self,
        inputs: keras.KerasTensor,
        states: list[keras.KerasTensor],
        training: bool = False,
    ) -> tuple[keras.KerasTensor, list[keras.KerasTensor]]:
        state, pixels, used, step = states
        levels = self.levels
        newest = inputs[:, :levels]
        colour = inputs[:, levels : -self.width]
        caption = inputs[:, -self.width :]
        pixels = ops.concatenate([newest, pixels[:, :-levels]], axis=-1)
        coloured = ops.max(colour, axis=-1, keepdims=True) > 0
        used = ops.where(coloured, colour, used)
        around = [pixels[:, : LEFT * levels]]
        for row in range(1, ROWS + 1):
            ends = (row * self.side - place for place in ABOVE[::-1])
            first, last = (levels * end for end in ends)
            around.append(pixels[:, first - levels : last])
        around = ops.concatenate(around, axis=-1)
        number = ops.cast(step[:, 0], "int32")
        column = ops.one_hot(number % self.side, self.side, dtype=inputs.dtype)
        row = ops.one_hot(number // self.side, self.side, dtype=inputs.dtype)
        around = around * ops.matmul(column, ops.cast(self._inside, inputs.dtype))
        seen = ops.concatenate([around, column, row, caption], axis=-1)
        output, (state,) = super().call(seen, [state], training=training)
        output = ops.concatenate([output, used, caption], axis=-1)
        return output, [state, pixels, used, step + 1]

    def get_initial_state(
        self, batch_size: int | None = None
    ) -> list[keras.KerasTensor]:
        sizes = self.state_size
        return [ops.zeros((batch_size, one), self.compute_dtype) for one in sizes]

    def get_config(self) -> dict[str, Any]:
        own = ("width", "side", "levels", "colours")
        return {**super().get_config(), **{name: getattr(self, name) for name in own}}


def _inside(side, levels):
    """Which of the pixels around are in the picture, for each column: ones and zeros.

    In the order of the cell's memory: the newest first.
    """
    beside = [-place for place in range(1, LEFT + 1)]
    above = [ABOVE[1] - place for place in range(ABOVE[1] - ABOVE[0] + 1)]
    columns = np.arange(side)[:, None] + [*beside, *(ROWS * above)]
    inside = (columns >= 0) & (columns < side)
    return inside.repeat(levels, axis=1).astype("float32")


@keras.saving.register_keras_serializable(package="keras_rnn")
@keeps_part_settings
class PixelScores(keras.layers.Layer):
    """Scores of all pixel values, from what `RasterGRUCell` gives.

    ```
    score of "pale red"  =  pale_t + red_t
    pale_t, full_t, empty_t   from h_t
    red_t, green_t, ...       from the caption and the colour used last
    ```

    Args:
        units: Positive integer, of the cell.
        levels, colours: Positive integers, of the cell. Default: `3` and `6`.
        **kwargs: Those of any layer.

    Call arguments:
        inputs: Tensor `(batch, time, units + 6 + width)`.

    Returns:
        Tensor of logits `(batch, time, 13)`, in the order of the palette.
    """

    def __init__(
        self, units: int, levels: int = 3, colours: int = 6, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.units, self.table = units, pixel_table(levels, colours)
        self.levels = keras.layers.Dense(levels, dtype=self.dtype_policy)
        self.colours = keras.layers.Dense(colours, dtype=self.dtype_policy)

    def build(self, input_shape: tuple[Any, ...]) -> None:
        self.levels.build((*input_shape[:-1], self.units))
        self.colours.build((*input_shape[:-1], input_shape[-1] - self.units))

    def call(self, inputs: keras.KerasTensor) -> keras.KerasTensor:
        table, levels = ops.cast(self.table.T, self.compute_dtype), self.levels.units
        return ops.matmul(self.levels(inputs[..., : self.units]), table[:levels]) + (
            ops.matmul(self.colours(inputs[..., self.units :]), table[levels:])
        )

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        return (*input_shape[:-1], len(self.table))

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "units": self.units,
            "levels": self.levels.units,
            "colours": self.colours.units,
        }


def pixel_table(levels: int = 3, colours: int = 6) -> np.ndarray:
    """Return what each pixel value is: its level, and of which colour.

    Args:
        levels: Integer, the first of which is to be empty, without a colour. Default:
            `3`.
        colours: Integer. Default: `6`.

    Returns:
        Array of ones and zeros, by default `(13, 9)`: the empty value first, then for
        each colour the other levels.

    Example:

    >>> pixel_table()[:4].astype(int).tolist()
    [[1, 0, 0, 0, 0, 0, 0, 0, 0], [0, 1, 0, 1, 0, 0, 0, 0, 0],
     [0, 0, 1, 1, 0, 0, 0, 0, 0], [0, 1, 0, 0, 1, 0, 0, 0, 0]]
    """
    rows = [np.eye(levels + colours)[0]]
    for colour in range(levels, levels + colours):
        for level in range(1, levels):
            rows.append(
                np.eye(levels + colours)[level] + np.eye(levels + colours)[colour]
            )
    return np.array(rows, "float32")
