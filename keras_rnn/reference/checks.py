"""Checks of arguments; what cannot be used is refused in one line."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from keras_rnn.errors import UserError, nearest
from keras_rnn.reference.cell import Cell


def as_floats(array: npt.ArrayLike) -> np.ndarray:
    """An array of floats: integers become float64, float32 stays as it is."""
    array = np.asarray(array)
    return array.astype(np.result_type(array, np.float32), copy=False)


def name_of(cell: Cell) -> str:
    """The name of a cell in messages, such as `gamma_notation.lstm`."""
    name = getattr(cell, "__name__", type(cell).__name__)
    return name.removeprefix("keras_rnn.reference.")


def check_sequence(x: npt.ArrayLike) -> np.ndarray:
    """Check that `x` is `(batch, time, features)` with at least one step.

    Args:
        x: Array.

    Returns:
        The array, of floats.
    """
    x = as_floats(x)
    if x.ndim != 3:
        raise UserError(
            f"x has shape {x.shape}: a sequence has three axes, (batch, time, features)"
        )
    if x.shape[1] == 0:
        raise UserError(f"x has shape {x.shape}: a sequence needs at least one step")
    return x


def check_weights(
    cell: Cell, weights: Mapping[str, npt.ArrayLike], features: int
) -> tuple[dict[str, np.ndarray], int]:
    """Check that `weights` has the names and shapes that `cell` asks for.

    Args:
        cell: Module, such as `reference.lstm`.
        weights: Dict from symbol to array.
        features: Integer, length of `x_t`.

    Returns:
        `(weights, units)`: the weights as arrays of floats, and the length of the
        state that follows from them.
    """
    name_of_cell = name_of(cell)
    known = cell.shapes(1, 1)
    for name in weights:
        if name not in known:
            raise UserError(
                f"{name_of_cell} has no weight {name!r}.{nearest(name, known)} "
                f"It has {', '.join(known)}"
            )
    for name in known:
        if name not in weights and name not in cell.OPTIONAL:
            raise UserError(
                f"{name_of_cell} needs a weight {name!r}; given: "
                f"{', '.join(weights) or 'none'}"
            )
    arrays = {name: as_floats(array) for name, array in weights.items()}

    # The first weight has a block of `units` rows for each of its gates.
    first, (blocks, *_) = next(iter(known.items()))
    units = len(np.atleast_1d(arrays[first])) // blocks
    for name, array in arrays.items():
        wanted = cell.shapes(features, units)[name]
        if array.shape != wanted:
            raise UserError(
                f"{name_of_cell}: {name} has shape {array.shape}, not {wanted}, for "
                f"{units} units and x with {features} features"
            )
    return arrays, units


def check_state(
    cell: Cell,
    state: tuple[np.ndarray, ...] | None,
    batch: int,
    units: int,
    dtype: np.dtype,
    name: str = "initial_state",
) -> tuple[np.ndarray, ...]:
    """Check a state given by hand, or make one of zeros.

    Args:
        cell: Module, such as `reference.lstm`.
        state: Tuple of arrays `(batch, units)` in the order of `cell.STATES`, one array
            where the cell has one state, or `None` for zeros.
        batch: Integer.
        units: Integer.
        dtype: The dtype of the zeros.
        name: String, what the message calls it.

    Returns:
        Tuple of arrays `(batch, units)`.
    """
    if state is None:
        return tuple(np.zeros((batch, units), dtype) for _ in cell.STATES)
    if isinstance(state, np.ndarray) and state.ndim == 2:
        state = (state,)
    state = tuple(as_floats(array) for array in state)
    wanted = [(batch, units)] * len(cell.STATES)
    if [array.shape for array in state] != wanted:
        raise UserError(
            f"{name} has shapes {[array.shape for array in state]}, not {wanted}: one "
            f"array for each of {', '.join(cell.STATES)}, each (batch, units)"
        )
    return state


def check_keras_weights(
    layer: str,
    blocks: int,
    kernel: npt.ArrayLike,
    recurrent_kernel: npt.ArrayLike,
    bias: npt.ArrayLike | None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """Check that three arrays are the weights of a Keras layer.

    Args:
        layer: String, the layer's class: `"LSTM"`.
        blocks: Integer, how many blocks of `units` columns the layer keeps.
        kernel: Array.
        recurrent_kernel: Array.
        bias: Array or `None`.

    Returns:
        The three, as arrays of floats, `bias` maybe `None`.
    """
    kernel, recurrent_kernel = as_floats(kernel), as_floats(recurrent_kernel)
    if kernel.ndim != 2 or recurrent_kernel.ndim != 2:
        raise UserError(
            f"{layer}: kernel and recurrent_kernel have shapes {kernel.shape} and "
            f"{recurrent_kernel.shape}: both are matrices"
        )
    units = len(recurrent_kernel)
    wanted: dict[str, tuple[int, ...]] = {
        "kernel": (len(kernel), blocks * units),
        "recurrent_kernel": (units, blocks * units),
    }
    given = {"kernel": kernel, "recurrent_kernel": recurrent_kernel}
    if bias is not None:
        bias = as_floats(bias)
        if layer == "GRU" and bias.shape == (2, blocks * units):
            raise UserError(
                "this GRU has two biases, so it resets after the matrix product; the "
                "slide's is keras.layers.GRU(units, reset_after=False)"
            )
        wanted["bias"], given["bias"] = (blocks * units,), bias
    for name, array in given.items():
        if array.shape != wanted[name]:
            raise UserError(
                f"{layer}: {name} has shape {array.shape}, not {wanted[name]}, for a "
                f"recurrent_kernel with {units} rows"
            )
    return kernel, recurrent_kernel, bias
