"""Recurrent networks on Keras 3: layers, sequence models, forecasting, tutorials.

>>> import keras_rnn
>>> layer = keras_rnn.layers.Recurrent("lstm", 8, depth=2)
"""

import lazy_loader

from keras_rnn._saved_classes import tell_keras
from keras_rnn._version import __version__  # noqa: F401

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

tell_keras()
