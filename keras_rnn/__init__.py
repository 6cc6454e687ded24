"""Recurrent networks on Keras 3: layers, sequence models, forecasting, tutorials.

>>> import keras_rnn
>>> layer = keras_rnn.layers.Recurrent("lstm", 8, depth=2)
"""

from keras_rnn._lazy import attach
from keras_rnn._saved_classes import tell_keras
from keras_rnn._version import __version__  # noqa: F401

__all__ = attach(
    __name__,
    {
        "applications": [],
        "architectures": [],
        "datasets": [],
        "decoding": [],
        "forecasting": [],
        "layers": [],
        "reference": [],
        "training": [],
        "visualize": [],
    },
)

tell_keras()
