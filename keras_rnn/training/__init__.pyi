from .batches import Batches as Batches
from .fitting import fit as fit
from .history import History as History
from .seeds import set_seed as set_seed
