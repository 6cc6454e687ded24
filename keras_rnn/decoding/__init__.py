"""Making sequences with a trained model: each search is a `keras.Model` of its own.

Importing this package registers them, so that `keras.models.load_model` finds them.
"""

from keras_rnn.decoding.beam import BeamSearch, beam_search
from keras_rnn.decoding.greedy import GreedySearch, greedy_search
from keras_rnn.decoding.rolling import RollOut, roll_out
from keras_rnn.decoding.sampling import Sampler, sample

__all__ = [
    "BeamSearch",
    "GreedySearch",
    "RollOut",
    "Sampler",
    "beam_search",
    "greedy_search",
    "roll_out",
    "sample",
]
