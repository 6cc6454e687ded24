from .batches import Batches as Batches
from .history import History as History
from .recipe import fit as fit
from .seeds import set_seed as set_seed
