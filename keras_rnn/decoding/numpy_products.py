"""Products of vectors and weights in NumPy, many times with the same weights."""

from __future__ import annotations

import threading
from typing import Any

import keras
import numpy as np

# Rows from which on scores that lie token by token are read faster than row by row.
_MANY_ROWS = 32


class NotInNumpyError(Exception):
    """Something has no NumPy form here: the compiled loop has to run it."""


def as_array(weight: Any) -> np.ndarray:
    """Return a weight, or a tensor, as a contiguous float32 array."""
    return np.ascontiguousarray(keras.ops.convert_to_numpy(weight), "float32")


class Scratch(threading.local):
    """Memory that is written over by its next use, of each thread its own.

    Large arrays take longer to find memory for than to compute.
    """

    def __init__(self) -> None:
        self.kept = np.empty(0, "float32")

    def array(self, *shape: int) -> np.ndarray:
        """Return an array of any contents, float32."""
        if self.kept.shape != shape:
            self.kept = np.empty(shape, "float32")
        return self.kept


class Product:
    """The function `x W + b` of vectors `(..., features)`.

    The next call of the same thread writes over its result.

    Args:
        kernel: Weights `(features, outputs)`.
        bias: Weights `(outputs,)`. Default: `None`.
    """

    def __init__(self, kernel: Any, bias: Any = None) -> None:
        self.kernel = as_array(kernel)
        self.bias = None if bias is None else as_array(bias)
        self.size = self.kernel.shape[1]
        self.scratch = Scratch()

    def __call__(self, x: np.ndarray) -> np.ndarray:
        found = self.scratch.array(*x.shape[:-1], self.size)
        np.dot(x, self.kernel, found)
        return found if self.bias is None else np.add(found, self.bias, found)


class Scores(Product):
    """A product of which the maximum and the sum of each row are asked.

    Of many rows, all outputs for one number lie side by side (Fortran's order).
    """

    def __call__(self, x: np.ndarray) -> np.ndarray:
        if x.ndim != 2 or len(x) < _MANY_ROWS:
            return super().__call__(x)
        found = self.scratch.array(self.size, len(x))
        np.dot(self.kernel.T, x.T, found)
        if self.bias is not None:
            found += self.bias[:, None]
        return found.T
