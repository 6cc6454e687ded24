"""A forecaster's model in NumPy, so that a forecast needs no backend."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from keras_rnn.errors import UserError
from keras_rnn.runtimes.numpy_graph import NumpyGraph

if TYPE_CHECKING:
    import keras

    from keras_rnn.forecasting.forecaster import Forecaster

# The largest difference from Keras, as a part of the largest forecast.
TOLERANCE = 1e-5

# How many stretches of the past are compared.
_COMPARED = 8


def numpy_form(forecaster: Forecaster) -> NumpyGraph | None:
    """Return a forecaster's model in NumPy, once it forecasts what Keras forecasts.

    Args:
        forecaster: `Forecaster`.

    Returns:
        `NumpyGraph`; `None` where a layer is not known in NumPy, or where the forecasts
        differ, by more than 1e-5 of the largest.
    """
    # Here, because it imports Keras.
    from keras_rnn.runtimes.reading import read_model

    model = forecaster.model
    past = _examples(forecaster)
    for fold in (True, False):  # fewer weights first, which may cost a digit
        try:
            form = NumpyGraph(read_model(model, fold=fold))
        except UserError:
            return None
        if _is_same(model, form, past):
            return form
    return None


def _is_same(model: keras.Model, form: NumpyGraph, past: np.ndarray) -> bool:
    import keras

    wanted = keras.ops.convert_to_numpy(model(past, training=False))
    found = form.predict(past)[0]
    if found.shape != wanted.shape:
        return False
    scale = float(np.abs(wanted).max())
    return bool(np.abs(found - wanted).max() <= TOLERANCE * scale)


def _examples(forecaster: Forecaster) -> np.ndarray:
    """Stretches to compare on: of what was read last, and changed at random."""
    _, steps, columns = forecaster.model.input_shape
    noise = np.random.default_rng(0).normal(size=(_COMPARED, steps, columns))
    past = forecaster.past
    if past is None or len(past) < steps:
        return noise.astype("float32")
    values = past.to_numpy("float64")
    middle, spread = np.nanmean(values, axis=0), np.nanstd(values, axis=0)
    values = np.where(np.isfinite(values), values, middle)
    firsts = np.linspace(0, len(values) - steps, _COMPARED // 2).astype(int)
    real = np.stack([values[first : first + steps] for first in firsts])
    drawn = middle + spread * noise[: _COMPARED // 2]
    return np.concatenate([real, drawn]).astype("float32")
