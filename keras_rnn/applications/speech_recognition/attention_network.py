"""Listen, attend and spell: the same ear, and a writer that looks back at it.

Chan et al. (2016). No alignment and no blank: the writer says letter after letter, and
learns by itself where to listen for each.
"""

import keras
import numpy as np

from keras_rnn.applications.shared.texts import (
    END,
    MARKS,
    START,
    shifted,
    without_marks,
)
from keras_rnn.applications.speech_recognition.batches import pad, read_together
from keras_rnn.applications.speech_recognition.ctc_network import LETTERS, ear, steps_of
from keras_rnn.architectures import attention_scores, encoder_decoder
from keras_rnn.decoding import greedy_search
from keras_rnn.layers import TokenEmbedding

_MOST_WRITTEN = 40


def build(*, rate=8000, units=96, width=128, dropout=0.3, attention="multiplicative"):
    """Build the network: an ear and a reader as the listener's, and a writer.

    Args:
        rate: Integer, samples a second. Default: `8000`.
        units: Integer, size of each direction's state, as the listener's; the writer
            has both. Default: `96`.
        width: As in `speech.listener.build`. Default: `128`.
        dropout: Likewise. Default: `0.3`.
        attention: As in `keras_rnn.architectures.encoder_decoder`. Default:
            `"multiplicative"`, as in the paper.

    Returns:
        `keras.Model` from waves `(batch, samples)` and letter numbers `(batch, time)`
        to logits `(batch, time, letters and marks)`.
    """
    return encoder_decoder(
        keras.Input((None,), name="wave"),
        keras.Input((None,), dtype="int32", name="written"),
        {"cell": "gru", "units": units, "bidirectional": True, "name": "listener"},
        keras.layers.Dense(len(LETTERS) + len(MARKS) + 2, name="scores"),
        encoder=ear(rate, width, dropout),
        target_encoder=TokenEmbedding([*MARKS, *LETTERS], 32, name="spelled"),
        decoder={"cell": "gru", "units": 2 * units},
        attention=attention,
        name="listen_attend_spell",
    )


def listen_as(model, listener):
    """Give a speller the ear and the reader of a listener that has learned to hear.

    Both are asked for the same letters, so that one can begin where the other is: what
    is left to learn is to spell, and where to look.

    Args:
        model: What `build` returned.
        listener: What `speech.listener.build` returned, of the same sizes.
    """
    for name in ("ear", "listener"):
        model.get_layer(name).set_weights(listener.get_layer(name).get_weights())


def answer(model):
    """Return what makes a batch of waves and texts, for `SpeechBatches`."""
    embedding = model.get_layer("decoder").embedding

    def batch(waves, texts):
        read, said = shifted(embedding, texts, 8)
        return (waves, read), said

    return batch


def spell(model, waves):
    """Return what is said in waves.

    Args:
        model: What `build` returned, trained.
        waves: List of arrays `(samples,)`, of the model's rate.

    Returns:
        List of strings.
    """
    embedding = model.get_layer("decoder").embedding
    writer = greedy_search(
        model,
        start_token=START,
        end_token=END,
        max_length=_MOST_WRITTEN,
        from_logits=True,
    )

    def read(array):
        tokens, _ = writer.predict(array, batch_size=64, verbose=0)
        return ["".join(without_marks(each)) for each in embedding.decode(tokens)]

    return read_together(waves, read)


def look(model, wave, text):
    """Return where the speller listens when it writes a text.

    Args:
        model: What `build` returned, trained.
        wave: Array `(samples,)`.
        text: String.

    Returns:
        Array `(letters and end, steps)`; each row adds up to 1.
    """
    read, _ = shifted(model.get_layer("decoder").embedding, [text], 8)
    weights = attention_scores(model).predict_on_batch((pad([wave]), read))
    return np.asarray(weights)[0, : len(text) + 1, : steps_of(model, len(wave))]
