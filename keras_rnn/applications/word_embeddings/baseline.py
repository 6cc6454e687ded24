"""Word vectors without a network: count, take logarithms, keep the main directions.

Levy, Goldberg and Dagan, "Improving distributional similarity with lessons learned
from word embeddings", 2015, found that little is missing.
"""

import numpy as np
from scipy.sparse import csr_array, sparray


def ppmi(counts: sparray, power: float = 0.75) -> csr_array:
    """Return the positive pointwise mutual information of words that meet.

    It is the logarithm of how much more often two words meet than they would by
    chance, and 0 where that is less often.

    Args:
        counts: Sparse array `(words, words)`.
        power: Float, to which the frequencies of the second word are taken, so that
            rare ones do not stand out. Default: `0.75`.

    Example:

    >>> counts = csr_array(np.array([[0.0, 2.0], [2.0, 0.0]]))
    >>> ppmi(counts).toarray().round(3).tolist()
    [[0.0, 0.693], [0.693, 0.0]]
    """
    found = counts.tocoo()
    row, column = found.coords
    of_word = np.asarray(counts.sum(axis=1)).ravel()
    of_context = np.asarray(counts.sum(axis=0)).ravel() ** power
    expected = of_word[row] * of_context[column] / of_context.sum()
    values = np.maximum(0.0, np.log(found.data / expected))
    result = csr_array((values, (row, column)), shape=counts.shape)
    result.eliminate_zeros()
    return result


def factors(
    matrix: sparray, width: int, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Return two narrow tables whose product is nearest to a matrix `(words, words)`.

    A truncated singular value decomposition (scikit-learn), the root of the singular
    values on either side. Both are `(words, width)`; columns beyond `words` are zero.
    """
    from sklearn.decomposition import TruncatedSVD

    rank = min(width, matrix.shape[1])
    svd = TruncatedSVD(rank, n_iter=7, random_state=seed)
    left = svd.fit_transform(matrix)  # U S
    root = np.sqrt(np.maximum(svd.singular_values_, 1e-12))
    words, contexts = left / root, svd.components_.T * root
    words, contexts = (
        np.pad(each, ((0, 0), (0, width - rank))).astype("float32")
        for each in (words, contexts)
    )
    return words, contexts
