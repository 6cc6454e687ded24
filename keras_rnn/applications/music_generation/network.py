"""The network that writes tunes: a tune so far in, what may come next out."""

import keras

from keras_rnn.architectures import many_to_many
from keras_rnn.layers import TokenEmbedding
from keras_rnn.layers.counting_lstm import (
    CountingLSTMCell,
    facts_table,
)

START, END = "<start>", "<end>"


def build(
    tokens: list[str],
    *,
    units: int = 192,
    width: int = 64,
    dropout: float = 0.2,
    counting: bool = True,
) -> keras.Model:
    """Build the network: it reads a tune so far, and says what may come next.

    Args:
        tokens: List of strings, the vocabulary without start and end.
        units, width: Integers, sizes of the LSTM's state and of a token's vector.
            Defaults: `192` and `64`.
        dropout: Float, fraction dropped of vectors and state. Default: `0.2`.
        counting: Boolean, whether the LSTM counts along (`CountingLSTMCell`), or has to
            learn that. Default: `True`.

    Returns:
        `keras.Model` from token numbers `(batch, time)` to logits
        `(batch, time, len(tokens) + 4)`; the vocabulary is saved with it.
    """
    known = [START, END, *tokens]
    cell = CountingLSTMCell(units) if counting else keras.layers.LSTMCell(units)
    return many_to_many(
        keras.Input((None,), dtype="int32", name="tune"),
        {"cell": cell},
        encoder=_encoder(known, width, dropout, counting),
        head=keras.Sequential(
            [keras.layers.Dropout(dropout), keras.layers.Dense(len(known) + 2)],
            name="head",
        ),
        name="music_generation",
    )


def _encoder(known, width, dropout, counting):
    """From token numbers to vectors, with what the counting needs to know beside."""
    numbers = keras.Input((None,), dtype="int32")
    # Padding stands behind the tune alone, and the loss leaves it out.
    tokens = TokenEmbedding(known, width, mask_zero=False, name="tokens")
    vectors = keras.layers.Dropout(dropout)(tokens(numbers))
    if counting:
        table = facts_table(known)
        facts = keras.layers.Embedding(*table.shape, trainable=False, name="facts")
        vectors = keras.layers.Concatenate()([vectors, facts(numbers)])
        facts.set_weights([table])
    return keras.Model(numbers, vectors, name="encoder")


def vocabulary_of(model: keras.Model) -> TokenEmbedding:
    """Return the layer that knows the tokens."""
    return model.get_layer("encoder").get_layer("tokens")
