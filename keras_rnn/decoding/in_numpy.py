"""Which searches run in NumPy, and when.

On JAX, and on a GPU, the compiled loop of the backend runs. On a CPU, TensorFlow and
PyTorch take longer to start the operations of a step than to compute them, and seconds
to compile them. There a search's `predict` of arrays runs in NumPy, if the model has

- one `Recurrent`, or a `Decoder`, with cells of Keras's LSTM, GRU or SimpleRNN (with
  their usual activations) or of this package's applications;
- an embedding of tokens, which may be any layers that act on each step by itself;
- a head of dense layers;

all in float32, and if a step is no more than 500 million multiplications: of larger
ones the backend does the arithmetic as fast. What reads the source of a decoder may be
any layers. Random numbers are the same, and so are tokens, unless two are as probable
up to rounding; log-probabilities differ by rounding. A search that was compiled with
`compile` runs as it was asked to.
"""

from __future__ import annotations

import itertools
import math
import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import keras
import numpy as np

from keras_rnn.decoding.numpy_products import NotInNumpyError, blas
from keras_rnn.decoding.numpy_steps import StepForm, Steps
from keras_rnn.layers.fast_path import has_gpu

# Multiplications of a step, up to which NumPy is as fast as a compiled loop.
_MOST_WORK = 500_000_000
# Multiplications of a step that are worth a thread: with less, threads wait for each
# other in Python.
_LEAST_WORK = 16_000_000


class InNumpy:
    """What a search does in NumPy.

    Args:
        search: `Search`.
    """

    def __init__(self, search: Any) -> None:
        self.search = search
        self.weights: list[np.ndarray] | None = None
        self.form: StepForm | None = None

    def can_write(self, x: Any, batch_size: int = 32) -> bool:
        """Return whether the search of these inputs runs in NumPy.

        Args:
            x: What `predict` was given.
            batch_size: Integer. Default: `32`.
        """
        if keras.backend.backend() == "jax" or self.search.compiled or has_gpu():
            return False
        arrays = list(x) if isinstance(x, (list, tuple)) else [x]
        if not all(isinstance(one, np.ndarray) and one.size for one in arrays):
            return False
        if len(arrays) != self.search.stepper.source_count:
            return False
        if len({len(one) for one in arrays}) != 1:
            return False
        # Keras says what is wrong with an array of another shape.
        wanted = self.search.trained.inputs
        if not all(map(_fits, arrays, wanted)):
            return False
        self._refresh()
        return self.form is not None and (
            self._work(min(batch_size, len(arrays[0]))) <= _MOST_WORK
        )

    @property
    def _width(self):
        return getattr(self.search, "beam_width", 1)

    def _work(self, rows):
        """Multiplications of a step of so many sequences."""
        assert self.form is not None
        return rows * self._width * self.form.work

    def _refresh(self):
        """Put the weights in order, again if they have changed."""
        to_numpy = keras.ops.convert_to_numpy
        if self.weights is not None and all(
            np.array_equal(before, to_numpy(now))  # one at a time, for the memory
            for before, now in zip(self.weights, self._variables(), strict=True)
        ):
            return
        search = self.search
        try:
            self.form = StepForm(
                search.stepper,
                search.is_logits,
                search.vocabulary,
                by_output=self._width > 1,
            )
        except NotInNumpyError:
            self.form = None
        self.weights = [to_numpy(one) for one in self._variables()]

    def _variables(self):
        return [] if self.form is None else self.form.variables

    def write(self, x: Any, batch_size: int) -> tuple[np.ndarray, ...]:
        """Return what the search returns of arrays.

        Args:
            x: Array or list of arrays.
            batch_size: Integer.
        """
        if isinstance(x, (list, tuple)) and len(x) == 1:
            [x] = x
        count = len(keras.tree.flatten(x)[0])
        rows = min(batch_size, count)
        cores = max(1, min(_cores(), self._work(rows) // _LEAST_WORK))
        # Each batch in as many parts as let all threads write alike.
        each = cores // math.gcd(cores, -(-count // batch_size))
        parts = self._parts(x, count, batch_size, size=-(-rows // each))
        # Threads that share products as small as a step's wait for each other: on a
        # busy machine ten times as long as the product takes. So each writes sequences
        # of its own to their ends.
        found: list[tuple[np.ndarray, ...]] = []
        with (
            blas().limit(limits=1, user_api="blas"),
            ThreadPoolExecutor(cores) as threads,
        ):
            run = map if cores == 1 else threads.map
            while some := list(itertools.islice(parts, cores)):
                found += run(self._write_part, some)
        return tuple(np.concatenate(one) for one in zip(*found, strict=True))

    def _parts(self, x, count, batch_size, size):
        """Steps that have not begun, and what is prepared for them."""
        search = self.search
        for first in range(0, count, batch_size):
            rows = slice(first, first + batch_size)
            batch = keras.tree.map_structure(lambda one, rows=rows: one[rows], x)
            steps = Steps(self.form, batch, search.start_token)
            prepared = search.prepare(steps.count)
            if prepared is not None:
                prepared = keras.ops.convert_to_numpy(prepared)
            for place in range(0, steps.count, size):
                rows = slice(place, place + size)
                yield steps.part(rows), None if prepared is None else prepared[rows]

    def _write_part(self, part):
        return self.search.write_in_numpy(*part)


def _cores():
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _fits(array, wanted):
    """Return whether an array has the axes of an input, and its known sizes."""
    sizes = zip(array.shape[1:], wanted.shape[1:], strict=False)
    return array.ndim == len(wanted.shape) and all(
        known in (size, None) for size, known in sizes
    )
