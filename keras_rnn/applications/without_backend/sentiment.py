"""What sentences say of a film, by a network for `sentiment`."""

import numpy as np

from keras_rnn.applications.contract import Answers
from keras_rnn.applications.shared.lengths import longest
from keras_rnn.applications.shared.words import words
from keras_rnn.applications.without_backend.networks import Network, likeliest

# The longest review sentence has fewer words; a longer one loses its end.
LENGTH = 64


def numbers(network: Network, texts: list[str]) -> np.ndarray:
    """Return the words of texts as numbers, in few different lengths.

    Args:
        network: `Network`.
        texts: List of strings.
    """
    sentences = [words(text) for text in texts]
    length = min(LENGTH, longest(sentences, 8))
    return network.encode("words", sentences, length)


def answer(network: Network, inputs: list[str]) -> Answers:
    """Answer raw texts: the likeliest class of each.

    Args:
        network: `Network`.
        inputs: List of strings.
    """
    probabilities = network.predict(numbers(network, inputs))
    names = likeliest(network, probabilities)
    return Answers.of_each(inputs, names, probabilities.max(axis=-1))
