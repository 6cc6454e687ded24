"""A trained model as what its file holds, for runs that leave more than one."""

import tempfile
from pathlib import Path


def as_bytes(model):
    """Return the content of a model's `.keras` file.

    Args:
        model: `keras.Model`.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        model.save(path)
        return path.read_bytes()
