"""Fewer and faster calls into the backend while a model trains."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator

import keras

# Batches in one call of the backend. Between two calls Python gets a word in, which
# takes longer than a small recurrent network's training step.
STEPS_PER_CALL = 64

# Training steps from which compiling a recurrent network with XLA (4 s for an LSTM,
# which then takes half the time a step) pays on TensorFlow without a GPU.
STEPS_WORTH_COMPILING = 8000

# Multiplications in one time step up to which it pays: what XLA saves is the time
# between operations. Large ones TensorFlow does on several cores, and XLA on one.
WORK_WORTH_COMPILING = 1_000_000


def steps_per_call() -> int:
    """Return how many batches go to the backend in one call: one on torch, as in Keras.

    A model that is compiled with it keeps what was compiled from one `fit` to the next.
    """
    return 1 if keras.backend.backend() == "torch" else STEPS_PER_CALL


@contextlib.contextmanager
def faster(model: keras.Model, steps: int, batch_size: int) -> Iterator[None]:
    """Let the model train with fewer calls into the backend, and compiled.

    On torch nothing changes: Keras takes one batch a call there.

    Args:
        model: Compiled and built `keras.Model`.
        steps: Integer, how many training steps there may be.
        batch_size: Integer.
    """
    asked = model.steps_per_execution, model.jit_compile
    if not model.run_eagerly:
        if model.steps_per_execution == 1:
            model.steps_per_execution = steps_per_call()
        if steps >= STEPS_WORTH_COMPILING and _gains_from_xla(model, batch_size):
            with warnings.catch_warnings():
                # Keras refuses where TensorFlow was asked to be deterministic.
                warnings.filterwarnings("ignore", message="Model doesn't support")
                model.jit_compile = True
    changed = asked != (model.steps_per_execution, model.jit_compile)
    if changed:
        model.train_function = model.test_function = None
    try:
        yield
    finally:
        if changed:
            model.steps_per_execution, model.jit_compile = asked
            model.train_function = model.test_function = None


def _gains_from_xla(model, batch_size):
    if keras.backend.backend() != "tensorflow":
        return False
    layers = list(model._flatten_layers())
    # On a GPU, Keras marks layers that run on cuDNN as unfit for XLA.
    if not all(layer.supports_jit for layer in layers):
        return False
    recurrent = [layer for layer in layers if isinstance(layer, keras.layers.RNN)]
    work = batch_size * sum(layer.count_params() for layer in recurrent)
    return 0 < work <= WORK_WORTH_COMPILING
