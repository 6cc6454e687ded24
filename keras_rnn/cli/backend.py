"""Importing the backend, and only the backend, without what it says about itself."""

import os
import sys
import tempfile


def load_backend() -> None:
    """Import Keras and its backend; show what they print only if that fails.

    TensorFlow writes about missing GPUs and build options past Python's `sys.stderr`
    straight to the process's, whatever `TF_CPP_MIN_LOG_LEVEL` says. On another backend
    it stays out: Keras would import it, where it is installed, to save a model, which
    takes seconds.
    """
    if "keras" in sys.modules:
        return
    sys.stderr.flush()
    stderr = os.dup(2)
    with tempfile.TemporaryFile() as aside:
        os.dup2(aside.fileno(), 2)
        try:
            import keras
        except BaseException:
            aside.seek(0)
            os.write(stderr, aside.read())
            raise
        finally:
            os.dup2(stderr, 2)
            os.close(stderr)
    if keras.backend.backend() != "tensorflow":
        sys.meta_path.insert(0, _NotInstalled())


class _NotInstalled:
    """Lets Python find no TensorFlow."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name == "tensorflow":
            raise ModuleNotFoundError(f"{name} is not the backend", name=name)
