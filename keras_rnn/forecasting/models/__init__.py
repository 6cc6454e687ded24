"""The models of TensorFlow's time series tutorial, and those of long horizons."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
