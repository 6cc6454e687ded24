"""Writes a model as a SavedModel, by Keras's own export."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np

from keras_rnn.errors import UserError
from keras_rnn.optional import install
from keras_rnn.runtimes.graph import Graph


def check_can_write(step: bool) -> None:
    """Make sure that Keras can write a SavedModel here.

    Args:
        step: Boolean, whether one step at a time is asked for.

    Raises:
        UserError: It cannot.
    """
    if step:
        raise UserError(
            "Keras writes a SavedModel of whole sequences alone. For one step, export "
            "to onnx, litert, numpy, c or js, or leave out `step`."
        )
    if keras.backend.backend() != "tensorflow":
        raise UserError(
            "A SavedModel is written by TensorFlow: set KERAS_BACKEND=tensorflow, on "
            f"which the same .keras file opens ({install('tensorflow')})."
        )


def write_savedmodel(model: keras.Model, folder: Path, name: str) -> list[Path]:
    """Write a folder `NAME`.

    Args:
        model: `keras.Model`.
        folder: `pathlib.Path` of an existing folder.
        name: String.

    Returns:
        List of the one path.
    """
    path = folder / name
    model.export(path, format="tf_saved_model", verbose=False)
    return [path]


def run_savedmodel(
    path: Path, graph: Graph, inputs: list[np.ndarray]
) -> list[np.ndarray]:
    """Run a SavedModel within Keras.

    Args:
        path: `pathlib.Path` of the folder.
        graph: `Graph` of the model.
        inputs: List of arrays, one for each input.

    Returns:
        List of arrays, one for each output.
    """
    layer = keras.layers.TFSMLayer(str(path), call_endpoint="serve")
    outputs = layer(inputs[0] if len(inputs) == 1 else inputs)
    return [np.asarray(one) for one in keras.tree.flatten(outputs)]
