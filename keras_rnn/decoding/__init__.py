"""Making sequences with a trained model: each search is a `keras.Model` of its own.

Importing this package registers them, so that `keras.models.load_model` finds them.
"""

from keras_rnn.decoding.greedy import GreedySearch, greedy_search

__all__ = ["GreedySearch", "greedy_search"]
