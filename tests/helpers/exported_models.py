"""Small Keras models of every cell, built once, with what they answer to 1,000 steps."""

import functools
from typing import NamedTuple

import keras
import numpy as np

from keras_rnn.layers import Recurrent
from keras_rnn.layers.lstm_variant import VARIANTS

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
    """Attributes: `model`, `keras.Model`; `inputs` and `outputs`, arrays."""

    model: keras.Model
    inputs: np.ndarray
    outputs: np.ndarray


@functools.cache
def case(cell, directions):
    """Return a model of two layers of a cell, and its answers to 1,000 steps.

    Args:
        cell: String, one of `CELLS`.
        directions: Integer, 1 or 2.

    Returns:
        `Case` of arrays `(2, 1000, 2)`.
    """
    kind, arguments = CELLS[cell]
    recurrent = Recurrent(
        kind,
        3,
        depth=2,
        bidirectional=directions == 2,
        return_sequences=True,
        **arguments,
    )
    model = keras.Sequential(
        [keras.Input((None, 2), name="inputs"), recurrent, keras.layers.Dense(2)],
        name=f"two_{cell}",
    )
    rng = np.random.default_rng(len(cell))
    # No weight stays zero, as biases and peepholes begin.
    model.set_weights(
        [array + 0.1 * rng.normal(size=array.shape) for array in model.get_weights()]
    )
    inputs = rng.normal(size=(2, 1000, 2)).astype("float32")
    return Case(model, inputs, model.predict(inputs, verbose=0))
