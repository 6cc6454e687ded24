"""Word vectors that were learnt elsewhere, as the start weights of an embedding."""

import numpy as np

from keras_rnn.errors import UserError
from keras_rnn.layers.token_embedding import UNKNOWN


def put(embedding, vectors):
    """Let an embedding begin with known vectors; training goes on from there.

    Only their directions and relative lengths count: all are scaled by one number, so
    that they are as large, on average, as the weights in whose place they come.
    Vectors of skip-gram are twenty times as large. Words without a vector, which begin
    as they would anyhow, would be drowned by those that have one.

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
    >>> bad = layer.get_weights()[0][3]
    >>> bool(0 < bad[0] < 0.05), bool(bad[0] == -bad[1])
    (True, True)
    """
    (table,) = embedding.get_weights()
    places, rows = [], []
    for place, word in enumerate(embedding.vocabulary, UNKNOWN + 1):
        if word not in vectors:
            continue
        vector = np.asarray(vectors[word], "float64")
        if vector.shape != table.shape[1:]:
            raise UserError(
                f"The vector of {word!r} has shape {vector.shape}, the embedding wants "
                f"{table.shape[1:]}. Build it with that width, or give other vectors."
            )
        places.append(place)
        rows.append(vector)
    if rows:
        size = _size(rows)
        rows = np.array(rows) * (_size(table) / size if size else 1.0)
        table[places] = rows
        embedding.set_weights([table])
    return len(rows)


def _size(values):
    """The root of the mean square."""
    return float(np.sqrt(np.mean(np.square(values))))
