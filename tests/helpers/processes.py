"""Scripts for processes of their own: imports take seconds there."""

import keras

# Keras imports each where it is installed; scikit-learn for wrappers of models.
OPTIONAL = ("jax", "torch", "sklearn")


def quick_to_import(script):
    """Return a script in which libraries count as missing that Keras can do without."""
    missing = [name for name in OPTIONAL if name != keras.backend.backend()]
    return f"import sys\nsys.modules.update(dict.fromkeys({missing}))\n{script}"
