"""Listen, attend and spell: the same encoder, and a decoder that looks back at it.

Chan et al. (2016). No alignment and no blank: the decoder says letter after letter, and
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
from keras_rnn.applications.speech_recognition.batches import (
    MakeBatch,
    pad,
    read_together,
)
from keras_rnn.applications.speech_recognition.ctc_network import (
    LETTERS,
    frame_encoder,
    steps_of,
)
from keras_rnn.architectures import attention_scores, encoder_decoder
from keras_rnn.decoding import greedy_search
from keras_rnn.layers import TokenEmbedding

_MOST_WRITTEN = 40


def build(
    *,
    rate: int = 8000,
    units: int = 96,
    width: int = 128,
    dropout: float = 0.3,
    attention: str | None = "multiplicative",
) -> keras.Model:
    """Build the network: encoder and reader as those with CTC, and a decoder.

    Args:
        rate: Integer, samples a second. Default: `8000`.
        units: Integer, size of each direction's state; the decoder has both. Default:
            `96`.
        width: Integer, what the frames at a step are brought down to. Default: `128`.
        dropout: Float, fraction of that dropped. Default: `0.3`.
        attention: `"additive"`, `"multiplicative"`, as in the paper, or `None`.
            Default: `"multiplicative"`.

    Returns:
        `keras.Model` from waves `(batch, samples)` and letter numbers `(batch, time)`
        to logits `(batch, time, letters and marks)`.
    """
    return encoder_decoder(
        keras.Input((None,), name="wave"),
        keras.Input((None,), dtype="int32", name="written"),
        {"cell": "gru", "units": units, "bidirectional": True, "name": "listener"},
        keras.layers.Dense(len(LETTERS) + len(MARKS) + 2, name="scores"),
        encoder=frame_encoder(rate, width, dropout),
        target_encoder=TokenEmbedding([*MARKS, *LETTERS], 32, name="spelled"),
        decoder={"cell": "gru", "units": 2 * units},
        attention=attention,
        name="listen_attend_spell",
    )


def copy_encoder(model: keras.Model, trained: keras.Model) -> None:
    """Give a network the encoder and the reader of one with CTC, of the same sizes.

    Both are asked for the same letters, so that one can begin where the other is: what
    is left to learn is to spell, and where to look.
    """
    for name in ("ear", "listener"):
        model.get_layer(name).set_weights(trained.get_layer(name).get_weights())


def batch_maker(model: keras.Model) -> MakeBatch:
    """Return what makes a batch of waves and texts, for `SpeechBatches`."""
    embedding = model.get_layer("decoder").embedding

    def make(waves: np.ndarray, texts: list[str]) -> tuple:
        read, said = shifted(embedding, texts, 8)
        return (waves, read), said

    return make


def spell(model: keras.Model, waves: list[np.ndarray]) -> list[str]:
    """Return what is said in waves `(samples,)` of the model's rate."""
    embedding = model.get_layer("decoder").embedding
    writer = greedy_search(
        model,
        start_token=START,
        end_token=END,
        max_length=_MOST_WRITTEN,
        from_logits=True,
    )

    def read(array: np.ndarray) -> list[str]:
        tokens, _ = writer.predict(array, batch_size=64, verbose=0)
        return ["".join(without_marks(each)) for each in embedding.decode(tokens)]

    return read_together(waves, read)


def attention_weights(model: keras.Model, wave: np.ndarray, text: str) -> np.ndarray:
    """Return where the network listens when it writes a text, `(letters, steps)`.

    A row for each letter and the end; each adds up to 1.
    """
    read, _ = shifted(model.get_layer("decoder").embedding, [text], 8)
    weights = attention_scores(model).predict_on_batch((pad([wave]), read))
    return np.asarray(weights)[0, : len(text) + 1, : steps_of(model, len(wave))]
