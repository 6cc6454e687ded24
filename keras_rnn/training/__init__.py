"""Training: seeded, stopped on the best weights, and resumable after a kill."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
