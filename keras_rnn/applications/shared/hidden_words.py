"""Words that are hidden in training, so that a network learns to do without."""

import numpy as np

from keras_rnn.layers.token_embedding import PADDING, UNKNOWN


def hide_words(numbers, generator, share):
    """Return word numbers, a few of them taken for unknown ones.

    So a network meets the vector of unknown words before somebody says one.

    Args:
        numbers: Integer array of any shape, as `TokenEmbedding.encode` returns it.
        generator: `numpy.random.Generator`.
        share: Float, how many of the words, 0 to 1; padding stays.

    Example:

    >>> hide_words(np.array([[5, 7, 0]]), np.random.default_rng(0), share=1.0).tolist()
    [[1, 1, 0]]
    """
    hidden = generator.random(numbers.shape) < share
    return np.where(hidden & (numbers != PADDING), UNKNOWN, numbers)
