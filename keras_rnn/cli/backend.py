"""Importing the backend, and only the backend, without what it says about itself."""

import json
import os
import sys
import tempfile
from pathlib import Path

from keras_rnn.errors import UserError, nearest
from keras_rnn.optional import BACKENDS, install, is_installed

# The last two compute, and do not train.
_KNOWN = (*BACKENDS, "numpy", "openvino")


def load_backend() -> None:
    """Import Keras and its backend; show what they print only if that fails.

    TensorFlow writes about missing GPUs and build options past Python's `sys.stderr`
    straight to the process's, whatever `TF_CPP_MIN_LOG_LEVEL` says. On another backend
    it stays out: Keras would import it, where it is installed, to save a model, which
    takes seconds.

    Raises:
        UserError: The backend is not installed.
    """
    if "keras" in sys.modules:
        return
    check_backend()
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


def check_backend() -> None:
    """Make sure, without importing it, that the backend which Keras will take is there.

    Keras takes that of the environment, or else of its file keras.json, which it writes
    at its first import, or else TensorFlow. Where the environment names none and the
    one that Keras would take is not installed, the first that is installed is taken.

    Raises:
        UserError: None is installed, or not the one that the environment names.
    """
    asked = os.environ.get("KERAS_BACKEND")
    if asked and asked not in _KNOWN:
        raise UserError(
            f"KERAS_BACKEND is {asked!r}, and Keras has no such backend."
            f"{nearest(asked, _KNOWN)} Known are {', '.join(_KNOWN)}."
        )
    if asked and asked not in BACKENDS:
        return
    if asked and not is_installed(asked):
        raise UserError(
            f"KERAS_BACKEND is {asked!r}, which is not installed: {install(asked)}"
        )
    if asked or is_installed(_configured()):
        return
    installed = [name for name in BACKENDS if is_installed(name)]
    if not installed:
        choices = " or ".join(f"[{name}]" for name in BACKENDS[1:])
        raise UserError(
            f"Keras needs a backend, and none is installed: {install(BACKENDS[0])}, "
            f"or with {choices} instead."
        )
    os.environ["KERAS_BACKEND"] = installed[0]


def _configured():
    """The backend that keras.json names."""
    folder = os.environ.get("KERAS_HOME") or Path.home() / ".keras"
    try:
        text = (Path(folder) / "keras.json").read_text(encoding="utf-8")
        return str(json.loads(text)["backend"])
    except (OSError, ValueError, KeyError, TypeError):
        return BACKENDS[0]


class _NotInstalled:
    """Lets Python find no TensorFlow."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name == "tensorflow":
            raise ModuleNotFoundError(f"{name} is not the backend", name=name)
