"""Seeding, on every backend."""

import random
import sys

import keras
import numpy as np


def set_seed(seed: int) -> None:
    """Make what is random from here on repeatable: call it before building a model.

    Initial weights, and the seeds of dropout layers, are drawn when a layer is
    made, so a seed given later, to `fit` for one, has no say in them. The global
    generators of Python, NumPy and the backend are seeded too. It is
    `keras.utils.set_random_seed`, but does not import TensorFlow where another
    backend runs.

    Args:
        seed: Integer.
    """
    if keras.backend.backend() == "tensorflow":
        keras.utils.set_random_seed(seed)
        return
    # Keras draws the seeds of its layers from Python's generator.
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002 (a user's data set may draw from it)
    if keras.backend.backend() == "torch":
        # Loaded by Keras, so that nothing here imports a backend.
        sys.modules["torch"].manual_seed(seed)
