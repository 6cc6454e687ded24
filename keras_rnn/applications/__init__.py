"""Applications of recurrent networks, each a thin room over one of the five shapes.

`find("sentiment")` gives an `Application`: what it answers, and its two functions, as
`contract` states them. `train(request)` trains on real data, judges on a held-out part
beside a baseline and returns an `Outcome`; `answer(model, inputs, seed)` answers raw
inputs with a saved model. What one application alone uses is in its own folder; what
two or more use is in `shared`.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
