"""Word vectors that were learnt elsewhere, as the start weights of an embedding."""

import numpy as np

from keras_rnn.errors import UserError
from keras_rnn.layers.token_embedding import UNKNOWN


def put(embedding, vectors):
    """Let an embedding begin with known vectors; training goes on from there.

    Words without a vector begin as they would anyhow.

    Args:
        embedding: `keras_rnn.layers.TokenEmbedding`, built.
        vectors: `keras_rnn.datasets.word_vectors.WordVectors`, or a dict from word to
            array.

    Returns:
        Integer, how many words of the vocabulary have got their vector.

    Raises:
        UserError: The vectors have another width than the embedding.

    Example:

    >>> from keras_rnn.layers import TokenEmbedding
    >>> layer = TokenEmbedding(["good", "bad"], output_dim=2)
    >>> layer.build()
    >>> put(layer, {"bad": [1.0, -1.0], "ugly": [0.0, 0.0]})
    1
    >>> layer.get_weights()[0][3].tolist()
    [1.0, -1.0]
    """
    (table,) = embedding.get_weights()
    count = 0
    for place, word in enumerate(embedding.vocabulary, UNKNOWN + 1):
        if word not in vectors:
            continue
        vector = np.asarray(vectors[word])
        if vector.shape != table.shape[1:]:
            raise UserError(
                f"The vector of {word!r} has shape {vector.shape}, the embedding wants "
                f"{table.shape[1:]}. Build it with that width, or give other vectors."
            )
        table[place] = vector
        count += 1
    embedding.set_weights([table])
    return count
