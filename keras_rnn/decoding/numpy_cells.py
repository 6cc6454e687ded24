"""One step of Keras's cells in NumPy, in as few calls as can be.

A step of a small network is over in the time that a backend takes to start twenty
operations. So weights are put in order once: sigmoid(x) is 0.5 tanh(x / 2) + 0.5, and
with the halves in the weights one `tanh` serves all gates.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from keras_rnn.decoding.numpy_products import NotInNumpyError, Product, as_array

States = list[np.ndarray]
HALF = np.float32(0.5)


class CellForm:
    """One step of a cell. The base of the others.

    Arrays have any leading axes: none for a single sequence, else `(rows,)`.
    """

    def read(self, inputs: np.ndarray) -> np.ndarray:
        """Return what the inputs alone contribute, made once for each known input.

        Args:
            inputs: Array `(..., features)`; of a cell that reads a context beside
                them, without it.
        """
        raise NotImplementedError

    def read_context(self, context: np.ndarray) -> np.ndarray:
        """Return what the context contributes to all steps of a sequence.

        Args:
            context: Array `(rows, features)`, which the cell reads behind its inputs.
        """
        raise NotInNumpyError

    def step(
        self, read: np.ndarray, states: States, context: np.ndarray | None, width: int
    ) -> tuple[np.ndarray, States]:
        """Return the output and the new states.

        Args:
            read: What `read` returned of this step's inputs.
            states: List of arrays `(..., size)`. They are not changed.
            context: What `read_context` returned, or None.
            width: Integer, rows that share one context, one after the other.
        """
        raise NotImplementedError


class _Affine(CellForm):
    """A cell to which inputs contribute `x W + b`."""

    kernel: np.ndarray
    bias: np.ndarray

    def read(self, inputs: np.ndarray) -> np.ndarray:
        # As one product: NumPy makes one of each sequence otherwise.
        features = inputs.shape[-1]
        found = inputs.reshape(-1, features) @ self.kernel[:features]
        found += self.bias
        return found.reshape(*inputs.shape[:-1], -1)

    def read_context(self, context: np.ndarray) -> np.ndarray:
        return context @ self.kernel[-context.shape[-1] :]


def rows_of(context: np.ndarray, width: int) -> np.ndarray:
    """Return one context for each row, where `width` rows share one."""
    return context if width == 1 else np.repeat(context, width, axis=0)


class LSTMForm(_Affine):
    """`keras.layers.LSTMCell`. Gates in the order input, forget, output, candidate."""

    def __init__(self, cell: Any) -> None:
        check_activations(cell, "tanh", "sigmoid")
        units = self.units = cell.units
        order = np.r_[: 2 * units, 3 * units : 4 * units, 2 * units : 3 * units]
        scale = np.repeat(np.array([0.5, 1], "float32"), [3 * units, units])
        bias = np.zeros(4 * units, "float32") if cell.bias is None else cell.bias
        self.kernel = as_array(cell.kernel)[:, order] * scale
        self.product = Product(as_array(cell.recurrent_kernel)[:, order] * scale)
        self.bias = as_array(bias)[order] * scale

    def step(
        self, read: np.ndarray, states: States, context: np.ndarray | None, width: int
    ) -> tuple[np.ndarray, States]:
        h, c = states
        units = self.units
        sums = self.product(h)
        sums += read
        if context is not None:
            sums += rows_of(context, width)
        np.tanh(sums, sums)
        gates = sums[..., : 3 * units]
        gates *= HALF
        gates += HALF
        c = c * sums[..., units : 2 * units]
        c += sums[..., :units] * sums[..., 3 * units :]
        h = np.tanh(c)
        h *= sums[..., 2 * units : 3 * units]
        return h, [h, c]


class GRUForm(_Affine):
    """`keras.layers.GRUCell`, which resets before or after the product."""

    def __init__(self, cell: Any) -> None:
        check_activations(cell, "tanh", "sigmoid")
        units = self.units = cell.units
        self.reset_after = cell.reset_after
        scale = np.repeat(np.array([0.5, 1], "float32"), [2 * units, units])
        self.kernel = as_array(cell.kernel) * scale
        recurrent = as_array(cell.recurrent_kernel) * scale
        bias = np.zeros(3 * units, "float32") if cell.bias is None else cell.bias
        bias = as_array(bias).reshape(-1, 3 * units) * scale
        self.bias = bias[0].copy()
        self.candidate_bias = np.zeros(units, "float32")
        if self.reset_after and len(bias) > 1:
            self.bias[: 2 * units] += bias[1, : 2 * units]
            self.candidate_bias = bias[1, 2 * units :].copy()
        gates = recurrent if self.reset_after else recurrent[:, : 2 * units]
        self.product = Product(gates)
        self.candidate_product = Product(recurrent[:, 2 * units :])

    def step(
        self, read: np.ndarray, states: States, context: np.ndarray | None, width: int
    ) -> tuple[np.ndarray, States]:
        (h,) = states
        units = self.units
        if context is not None:
            read = read + rows_of(context, width)
        sums = self.product(h)
        gates = sums[..., : 2 * units]
        gates += read[..., : 2 * units]
        np.tanh(gates, gates)
        gates *= HALF
        gates += HALF
        update, reset = gates[..., :units], gates[..., units:]
        if self.reset_after:
            candidate = sums[..., 2 * units :]
            candidate += self.candidate_bias
            candidate *= reset
        else:
            candidate = self.candidate_product(reset * h)
        candidate += read[..., 2 * units :]
        np.tanh(candidate, candidate)
        new = h - candidate
        new *= update
        new += candidate
        return new, [new]


class SimpleRNNForm(_Affine):
    """`keras.layers.SimpleRNNCell` with tanh."""

    def __init__(self, cell: Any) -> None:
        check_activations(cell, "tanh")
        self.kernel = as_array(cell.kernel)
        self.product = Product(cell.recurrent_kernel)
        bias = np.zeros(cell.units, "float32") if cell.bias is None else cell.bias
        self.bias = as_array(bias)

    def step(
        self, read: np.ndarray, states: States, context: np.ndarray | None, width: int
    ) -> tuple[np.ndarray, States]:
        sums = self.product(states[0]) + read
        if context is not None:
            sums += rows_of(context, width)
        np.tanh(sums, sums)
        return sums, [sums]


def check_activations(cell: Any, activation: str, gates: str | None = None) -> None:
    """Raise `NotInNumpyError` if a cell has others than these, or is no float32."""
    asked = {"activation": activation} | (
        {} if gates is None else {"recurrent_activation": gates}
    )
    for name, wanted in asked.items():
        if getattr(cell, name) is not getattr(keras.activations, wanted):
            raise NotInNumpyError
    if cell.dtype_policy.name != "float32":
        raise NotInNumpyError


# What each class of cell has as its form. A subclass of one may do something else.
FORMS: dict[type, Callable[[Any], CellForm]] = {
    keras.layers.LSTMCell: LSTMForm,
    keras.layers.GRUCell: GRUForm,
    keras.layers.SimpleRNNCell: SimpleRNNForm,
}
