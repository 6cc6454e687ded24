"""States and gates of a recurrent layer at every step."""

from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
from keras import ops

from keras_rnn.errors import UserError
from keras_rnn.visualize.cell_values import values_of
from keras_rnn.visualize.layer_calls import calls_of, up_to
from keras_rnn.visualize.structure import is_recurrent, rows_of


@dataclass(frozen=True)
class Recording:
    """The values of one layer of cells, reading one batch in one direction.

    Args:
        cell: String, the cell's name, such as `"LSTM"`.
        values: Dict from name to array `(batch, time, units)`: the states and, for
            Keras's own cells, the gates. Step `t` stands at index `t`, also of a
            layer that reads backwards.
    """

    cell: str
    values: dict[str, np.ndarray]

    @property
    def outputs(self) -> np.ndarray:
        """Output of the cell, `(batch, time, units)`."""
        return self.values["h"]


def record(
    model_or_layer: keras.Model | keras.Layer,
    inputs: npt.ArrayLike,
    row: int = 1,
    direction: str | None = None,
) -> Recording:
    """Return the states and gates of one layer of cells at every step of a sequence.

    The layer's own weights and inputs are used, without dropout. Every step counts,
    so pass sequences without padding.

    The names are those of `keras_rnn.reference`: `h` for a simple RNN; `h`, `c`, `i`,
    `f`, `o`, `g` for an LSTM; `h`, `r`, `z`, `h_tilde` for a GRU (as in Keras, `z = 1`
    keeps the old state). Of other cells the states alone are known.

    Args:
        model_or_layer: A built Keras model or recurrent layer.
        inputs: Array, its inputs: `(batch, time, features)` for a layer; a batch of
            its own inputs for a model.
        row: Positive integer, which row of the stack (`visualize.unfold` draws them
            from the bottom up). Default: `1`.
        direction: `"forward"` or `"backward"`. Default: `None`, the only one, or
            `"forward"`.

    Returns:
        `Recording`.

    Raises:
        UserError: There is no such row or direction.

    Example:

    >>> import numpy as np
    >>> layer = keras.layers.LSTM(4)
    >>> output = layer(np.ones((1, 6, 3), "float32"))
    >>> recording = record(layer, np.ones((1, 6, 3), "float32"))
    >>> list(recording.values), recording.values["f"].shape
    (['h', 'c', 'i', 'f', 'o', 'g'], (1, 6, 4))
    """
    layer, sequences, row = _find(model_or_layer, inputs, row)
    cells = rows_of(layer)
    directions = cells[row - 1].directions
    direction = direction or directions[0]
    if direction not in directions:
        raise UserError(
            f"{layer.name} reads {' and '.join(directions)}, not {direction!r}."
        )
    cell, sequences = _cell_and_inputs(layer, sequences, row, direction)
    sequences = ops.convert_to_numpy(sequences)
    backward = direction == "backward"
    values = values_of(cell, sequences[:, ::-1] if backward else sequences)
    if backward:
        values = {name: array[:, ::-1] for name, array in values.items()}
    return Recording(cells[row - 1].cell, values)


def _find(model_or_layer: Any, inputs: Any, row: int) -> tuple[Any, Any, int]:
    """The layer that has a row, what it reads, and which of its rows that is."""
    rows = rows_of(model_or_layer)
    if not isinstance(row, int) or not 1 <= row <= len(rows):
        raise UserError(
            f"row must be an integer from 1 to {len(rows)}, the number of recurrent "
            f"layers of {model_or_layer.name}. Received: {row!r}"
        )
    if not isinstance(model_or_layer, keras.Model):
        layer = getattr(model_or_layer, "recurrent", model_or_layer)
        return layer, ops.convert_to_tensor(inputs), row
    for call in calls_of(model_or_layer):
        count = len(rows_of(call.layer))
        if row <= count:
            break
        row -= count
    if call.tensor is None:
        raise UserError(
            f"{model_or_layer.name} is not built, so what its layers read is unknown. "
            "Call it once, or pass the recurrent layer and its own inputs."
        )
    sequences = up_to(model_or_layer, call)(inputs, training=False)
    if len(sequences.shape) == 2:  # a feedback loop that begins with one vector
        sequences = ops.expand_dims(sequences, axis=1)
    return _find(call.layer, sequences, row)


def _cell_and_inputs(
    layer: Any, sequences: Any, row: int, direction: str
) -> tuple[Any, Any]:
    """The cell of a row and direction, and the sequences that it reads."""
    if isinstance(layer, keras.layers.Bidirectional):
        one = layer.backward_layer if direction == "backward" else layer.forward_layer
        return _cell_and_inputs(one, sequences, row, direction)
    if is_recurrent(layer):
        ways = 2 if layer.bidirectional else 1
        way = 1 if ways == 2 and direction == "backward" else 0
        if row > 1:
            sequences = _below(layer, row - 1, ways)(sequences, training=False)
        if isinstance(sequences, (list, tuple)):  # directions that are not merged
            sequences = sequences[way]
        elif layer.go_backwards and row > 1:  # a returned sequence is reversed
            sequences = ops.flip(sequences, axis=1)
        return layer.layers[(row - 1) * ways + way].cell, sequences
    cells = getattr(layer.cell, "cells", [layer.cell])
    for cell in cells[: row - 1]:
        sequences = values_of(cell, ops.convert_to_numpy(sequences))["h"]
    return cells[row - 1], sequences


def _below(layer: Any, depth: int, ways: int) -> Any:
    """A layer like the first `depth` rows of `layer`, with their weights."""
    config = layer.get_config()
    config.update(
        depth=depth,
        return_sequences=True,
        return_state=False,
        stateful=False,
        dropout_between=0.0,
        residual=layer.residual and (depth > 1 or rows_of(layer)[0].residual),
        name=f"{layer.name}_below",
    )
    if isinstance(config["cell"], (list, tuple)):
        config["cell"] = config["cell"][: depth * ways]
    below = type(layer).from_config(config)
    below.build((None, None, layer.input_spec.axes[-1]))
    for one, other in zip(below.layers, layer.layers, strict=False):
        one.set_weights(other.get_weights())
    return below
