"""The NumPy form of an application's network, in a file beside its Keras model."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from keras_rnn.applications.without_backend.networks import NumpyNetwork
from keras_rnn.errors import UserError
from keras_rnn.runtimes.graph_file import read_graph, write_graph
from keras_rnn.runtimes.numpy_graph import NumpyGraph

if TYPE_CHECKING:
    import keras

FILE = "model_numpy.npz"


def write_form(application: str, model: keras.Model, path: Path) -> bool:
    """Write the NumPy form of a model that is saved, if it answers what Keras answers.

    Args:
        application: String, the name of the application.
        model: `keras.Model`.
        path: `pathlib.Path` of the `.keras` file; the form goes beside it.

    Returns:
        Boolean, whether it was written: not where a layer is not known in NumPy, or
        where probabilities differ by more than 1e-5.
    """
    # Here, because they import Keras.
    from keras_rnn.layers import ClassProbabilities, TokenEmbedding
    from keras_rnn.runtimes.checking import TOLERANCE, difference
    from keras_rnn.runtimes.reading import read_model

    try:
        graph = read_model(model)
    except UserError:
        return False
    run = NumpyGraph(graph).predict
    if not difference(model, graph, lambda given: run(*given), step=False) <= TOLERANCE:
        return False
    layers = list(model._flatten_layers())
    graph.about = {
        "application": application,
        "model sha256": _checksum(path),
        "vocabularies": {
            one.name: one.vocabulary
            for one in layers
            if isinstance(one, TokenEmbedding)
        },
        "classes": [
            one.classes for one in layers if isinstance(one, ClassProbabilities)
        ],
    }
    write_graph(graph, path.with_name(FILE))
    return True


def read_form(application: str, path: Path) -> NumpyNetwork | None:
    """Read the NumPy form beside a saved model.

    Args:
        application: String, the name of the application.
        path: `pathlib.Path` of the `.keras` file.

    Returns:
        `NumpyNetwork`; `None` where there is none that belongs to the model and to the
        application, or where it cannot be read: then Keras reads the model.
    """
    form = path.with_name(FILE)
    if not form.is_file():
        return None
    try:
        graph = read_graph(form)
        about = graph.about
        if about["application"] != application:
            return None
        if about["model sha256"] != _checksum(path):
            return None
        (classes,) = about["classes"]
        return NumpyNetwork(NumpyGraph(graph), about["vocabularies"], classes)
    except (UserError, KeyError, ValueError, TypeError):
        return None


def _checksum(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
