"""Products of vectors and weights in NumPy, many times with the same weights."""

from __future__ import annotations

import functools
import threading
from typing import Any

import keras
import numpy as np
from threadpoolctl import ThreadpoolController

# Rows, and outputs of each, from which on it matters in which order they lie.
_MANY_ROWS, _MANY_OUTPUTS = 32, 512
# Of a larger product OpenBLAS first makes copies that suit its cache. Those of a step
# take as long again as the arithmetic: blocks of columns that are smaller need none.
_SMALL_PRODUCT, _BLOCK, _LEAST_BLOCKS = 1_000_000, 32, 4
# OpenBLAS's names of processors (with AVX-512) for which it multiplies so.
_ARCHITECTURES = {"SkylakeX", "Cooperlake", "SapphireRapids"}


@functools.cache
def blas() -> ThreadpoolController:
    """Return what limits the threads of products."""
    return ThreadpoolController()


@functools.cache
def has_small_products() -> bool:
    """Return whether small products are multiplied without copies."""
    return any(one.get("architecture") in _ARCHITECTURES for one in blas().info())


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
        self.rows = 0  # that are multiplied by blocks at a time
        if self.size >= _LEAST_BLOCKS * _BLOCK and has_small_products():
            self.rows = _SMALL_PRODUCT // (_BLOCK * len(self.kernel))

    def __call__(self, x: np.ndarray) -> np.ndarray:
        found = self.scratch.array(*x.shape[:-1], self.size)
        is_small = x.ndim == 1 or len(x) * self.kernel.size <= _SMALL_PRODUCT
        if self.rows and not is_small and len(x) > 1:
            for first in range(0, len(x), self.rows):
                some = slice(first, first + self.rows)
                self._multiply_blocks(x[some], found[some])
        else:
            np.dot(x, self.kernel, found)
        return found if self.bias is None else np.add(found, self.bias, found)

    @functools.cached_property
    def blocks(self) -> np.ndarray:
        """Columns of the kernel but a few, `(blocks, features, columns)`."""
        kernel = self.kernel[:, : self.size // _BLOCK * _BLOCK]
        blocks = kernel.reshape(len(kernel), -1, _BLOCK).swapaxes(0, 1)
        return np.ascontiguousarray(blocks)

    def _multiply_blocks(self, x, found):
        whole = len(self.blocks) * _BLOCK
        by_block = found[:, :whole].reshape(len(x), -1, _BLOCK).swapaxes(0, 1)
        np.matmul(x, self.blocks, by_block)
        if whole < self.size:
            np.matmul(x, self.kernel[:, whole:], found[:, whole:])


class ProductByOutput(Product):
    """The same; of many and wide rows, each output of all lies side by side.

    In this order (Fortran's) NumPy finds the maximum and the sum of each row sooner.
    """

    def __init__(self, kernel: Any, bias: Any = None) -> None:
        super().__init__(kernel, bias)
        self.inputs = Scratch()

    @functools.cached_property
    def columns(self) -> np.ndarray:
        """Kernel and bias with an axis of outputs first, `(outputs, features + 1)`."""
        bias = np.zeros(self.size, "float32") if self.bias is None else self.bias
        return np.concatenate([self.kernel.T, bias[:, None]], axis=1)

    def __call__(self, x: np.ndarray) -> np.ndarray:
        if x.ndim != 2 or len(x) < _MANY_ROWS or self.size < _MANY_OUTPUTS:
            return super().__call__(x)
        inputs = self.inputs.array(self.columns.shape[1], len(x))
        inputs[:-1], inputs[-1] = x.T, 1
        found = self.scratch.array(self.size, len(x))
        return np.dot(self.columns, inputs, found).T
