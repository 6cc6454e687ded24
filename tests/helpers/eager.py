"""Training and answering without compiling, where that takes longer than both."""

import contextlib

import keras
import pytest


@contextlib.contextmanager
def eagerly():
    """Let models run operation by operation on TensorFlow; on JAX, compiled as ever."""
    with pytest.MonkeyPatch.context() as patch:
        if keras.backend.backend() == "tensorflow":
            always = property(lambda self: True, lambda self, value: None)
            patch.setattr(keras.Model, "run_eagerly", always)
        yield patch
