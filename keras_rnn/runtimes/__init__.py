"""A trained model elsewhere: in NumPy, ONNX, C, JavaScript, LiteRT or TensorFlow.

Layers, settings and weights are read from a Keras model of any backend, and written as
a file that needs neither Keras nor a backend.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
