"""The signs that begin and end what a decoder writes, and their numbers."""

from keras_rnn.applications.shared.length_batches import round_up

# The first words of a vocabulary of answers, behind padding and the unknown word.
MARKS = ("<start>", "<end>")
UNKNOWN, START, END = 1, 2, 3


def shifted(embedding, sequences, step=4):
    """Return what a decoder reads and what it is to say, padded at the end.

    Args:
        embedding: `TokenEmbedding` whose vocabulary begins with `MARKS`.
        sequences: List of lists of strings.
        step: Integer: arrays are as long as a multiple of it. Default: `4`.

    Returns:
        Two int32 arrays of the same shape `(sequences, time)`: the words after the
        start mark, and the words with the end mark.

    Example:

    >>> from keras_rnn.layers import TokenEmbedding
    >>> read, said = shifted(TokenEmbedding([*MARKS, "yes"], 8), [["yes"]])
    >>> read.tolist(), said.tolist()
    ([[2, 4, 0, 0]], [[4, 3, 0, 0]])
    """
    start, end = MARKS
    length = round_up(max(map(len, sequences), default=0) + 1, step)
    return (
        embedding.encode([[start, *tokens] for tokens in sequences], length),
        embedding.encode([[*tokens, end] for tokens in sequences], length),
    )


def without_marks(tokens):
    """Return words without the marks among them."""
    return [word for word in tokens if word not in MARKS]
