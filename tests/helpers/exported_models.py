"""A small Keras model of every cell, built once, and its answers to 1,000 steps."""

import functools
from importlib import import_module
from typing import NamedTuple

import keras
import numpy as np
import pytest

from keras_rnn.layers import Recurrent
from keras_rnn.layers.lstm_variant import VARIANTS
from keras_rnn.optional import is_installed
from keras_rnn.runtimes import RUNTIMES
from keras_rnn.runtimes.exporting import CannotRunError

# All runtimes but the one that Keras writes itself.
FILES = [name for name in RUNTIMES if name != "savedmodel"]

CELLS = {
    "simple_rnn": ("simple_rnn", {}),
    "lstm": ("lstm", {}),
    "gru": ("gru", {}),
    "gru_reset_before": ("gru", {"reset_after": False}),
    "peephole_lstm": ("peephole_lstm", {}),
    "layer_norm_lstm": ("layer_norm_lstm", {}),
    "min_gru": ("min_gru", {}),
    "min_gru_plain": ("min_gru", {"log_space": False}),
    "min_lstm": ("min_lstm", {}),
    "min_lstm_plain": ("min_lstm", {"log_space": False}),
    **{name: ("lstm_variant", {"variant": name}) for name in VARIANTS},
}


class Case(NamedTuple):
    """What a test reads.

    Attributes:
        model: `keras.Model` with two outputs: of each step of two layers that read
            forward, and of the end of a third one that reads those in both directions.
        forward: `keras.Model` with the first output alone.
        inputs: Array `(2, 1000, 2)`.
        outputs: List of arrays `(2, 1000, 2)` and `(2, 6)`.
    """

    model: keras.Model
    forward: keras.Model
    inputs: np.ndarray
    outputs: list


@functools.cache
def case(cell):
    """Return the model of a cell, and its answers to 1,000 steps.

    Args:
        cell: String, one of `CELLS`.

    Returns:
        `Case`.
    """
    kind, arguments = CELLS[cell]
    inputs = keras.Input((None, 2), name="inputs")
    below = Recurrent(kind, 3, depth=2, return_sequences=True, **arguments)(inputs)
    steps = keras.layers.Dense(2)(below)
    ends = Recurrent(kind, 3, bidirectional=True, **arguments)(below)
    model = keras.Model(inputs, [steps, ends], name=f"three_{cell}")
    rng = np.random.default_rng(0)
    for weight in model.weights:
        # Small enough for the network not to be chaotic: two backends would then be far
        # apart after 1,000 steps, and layer normalization is with its scales of 1.
        numbers = rng.uniform(-0.5, 0.5, weight.shape)
        weight.assign(0.2 + 0.2 * numbers if "gamma" in weight.name else numbers)
    numbers = rng.normal(size=(2, 1000, 2)).astype("float32")
    outputs = model.predict(numbers, verbose=0)
    return Case(model, keras.Model(inputs, steps), numbers, outputs)


def need_all(runtime):
    """Skip a test where a library of a runtime is not installed."""
    missing = [one for one in RUNTIMES[runtime].needs if not is_installed(one)]
    if missing:
        pytest.skip(f"needs {missing[0]}, which is not installed")


def answers(runtime, graph, folder, *inputs, step=False):
    """Write a model for a runtime and run it there, or skip the test.

    Args:
        runtime: String, one of `FILES`.
        graph: `Graph`.
        folder: `pathlib.Path`.
        *inputs: Arrays, one for each input.
        step: Boolean, the form.

    Returns:
        List of arrays, one for each output.
    """
    need_all(runtime)
    module = import_module(f"keras_rnn.runtimes.{RUNTIMES[runtime].module}")
    path, *_ = getattr(module, f"write_{runtime}")(graph, folder, step=step)
    batches = [list(inputs)]
    if RUNTIMES[runtime].one_by_one:
        batches = [[one[i : i + 1] for one in inputs] for i in range(len(inputs[0]))]
    try:
        run = getattr(module, f"run_{runtime}")
        found = [run(path, graph, batch, step=step) for batch in batches]
    except CannotRunError as reason:
        pytest.skip(str(reason))
    return [np.concatenate(rows) for rows in zip(*found, strict=True)]
