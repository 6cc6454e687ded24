from .exporting import RUNTIMES as RUNTIMES
from .exporting import Export as Export
from .exporting import export as export
