"""Bases of DNA as a network reads them: shares of A, C, G and T."""

import numpy as np

from keras_rnn.datasets.text import splice
from keras_rnn.layers import TokenEmbedding

# Of each code, the shares of A, C, G and T: R (A or G) is half of each.
SHARES = {
    code: [(base in each) / len(each) for base in "ACGT"]
    for code, each in splice.BASES.items()
}


def bases_layer() -> TokenEmbedding:
    """Return the layer that turns bases into their shares of A, C, G and T.

    It is not trained: A is `[1, 0, 0, 0]`, R (A or G) is half of each, N a quarter of
    all four. Padding is zeros.

    Returns:
        `TokenEmbedding` without a mask, since a convolution would lose it, that is
        called `"bases"`.

    Example:

    >>> layer = bases_layer()
    >>> np.asarray(layer(layer.encode(["GN"]))).tolist()
    [[[0.0, 0.0, 1.0, 0.0], [0.25, 0.25, 0.25, 0.25]]]
    """
    layer = TokenEmbedding(
        tuple(splice.BASES), 4, mask_zero=False, trainable=False, name="bases"
    )
    layer.build()
    table = [[0.0] * 4, [0.25] * 4, *SHARES.values()]
    layer.set_weights([np.array(table, "float32")])
    return layer
