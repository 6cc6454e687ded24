"""The one training recipe: seeded, stopped on the best weights, resumable."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
