from . import applications as applications
from . import architectures as architectures
from . import datasets as datasets
from . import decoding as decoding
from . import forecasting as forecasting
from . import layers as layers
from . import reference as reference
from . import runtimes as runtimes
from . import training as training
from . import visualize as visualize

__version__: str
