"""Maps as seen from a place on them (egocentric)."""

from typing import Any

import keras
import numpy as np
from keras import ops


@keras.saving.register_keras_serializable(package="keras_rnn")
class MapWindow(keras.layers.Layer):
    """Cuts the surroundings of a place out of a map, with the place in the middle.

    What lies beyond the edge is zero. So a network can learn once, for all places, what
    it means that something is two cells to the left.

    Args:
        side: Positive integer, cells of a row and rows of the map.
        sight: Integer, at least 0: so many cells are seen to each side. Default:
            `None`, enough to see the whole map from everywhere, `side - 1`.
        **kwargs: `name`, `dtype` and so on of any layer.

    Call arguments:
        maps: Tensor of shape `(batch, time, side * side)`, a value for each cell, row
            by row.
        places: Integer tensor of shape `(batch, time)`, cells.

    Returns:
        Tensor of shape `(batch, time, (2 * sight + 1) ** 2)`, row by row.

    Raises:
        ValueError: `side` or `sight` is no such number, or the maps are of another
            size.

    Example:

    >>> maps = ops.reshape(ops.arange(1.0, 10.0), (1, 1, 9))
    >>> window = MapWindow(side=3, sight=1)(maps, np.array([[0]]))
    >>> ops.convert_to_numpy(window).reshape(3, 3).tolist()
    [[0.0, 0.0, 0.0], [0.0, 1.0, 2.0], [0.0, 4.0, 5.0]]
    """

    def __init__(self, side: int, sight: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        sight = side - 1 if sight is None else sight
        if side < 1 or sight < 0:
            raise ValueError(
                "A map has at least one cell and is seen 0 cells far or more. "
                f"Received: side={side}, sight={sight}"
            )
        self.side, self.sight = side, sight

    def build(
        self,
        maps_shape: tuple[Any, ...],
        places_shape: tuple[Any, ...] | None = None,
    ) -> None:
        if maps_shape[-1] != self.side**2:
            raise ValueError(
                f"{self.name} reads maps of {self.side} by {self.side} cells, of shape "
                f"(batch, time, {self.side**2}). Received shape {tuple(maps_shape)}."
            )

    def call(
        self, maps: keras.KerasTensor, places: keras.KerasTensor
    ) -> keras.KerasTensor:
        shape = (*ops.shape(maps)[:2], self.side, self.side)
        rows, columns = (
            ops.cast(ops.take(_seen(self.side, self.sight), axis, axis=0), maps.dtype)
            for axis in (places // self.side, places % self.side)
        )
        # Rows and columns are moved one after another: two small products, which are
        # quicker than to gather cells, above all backwards.
        found = ops.matmul(rows, ops.reshape(maps, shape))
        found = ops.matmul(found, ops.swapaxes(columns, -1, -2))
        return ops.reshape(found, (*shape[:2], (2 * self.sight + 1) ** 2))

    def compute_output_shape(
        self,
        maps_shape: tuple[Any, ...],
        places_shape: tuple[Any, ...] | None = None,
    ) -> tuple[Any, ...]:
        return (*maps_shape[:-1], (2 * self.sight + 1) ** 2)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "side": self.side, "sight": self.sight}


def _seen(side, sight):
    """For each row that one may stand on, and each that is seen from there, which.

    Array `(side, 2 * sight + 1, side)` of zeros, with a one at the row that is seen.
    """
    return np.stack([np.eye(2 * sight + 1, side, own - sight) for own in range(side)])
