from . import gru as gru
from . import lstm as lstm
