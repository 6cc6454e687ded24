"""The network with CTC: a wave in, a letter or nothing at each step out."""

import keras
import numpy as np

from keras_rnn.applications.shared.lengths import longest
from keras_rnn.applications.speech_recognition.batches import (
    MakeBatch,
    pad,
    read_together,
)
from keras_rnn.architectures import many_to_many
from keras_rnn.datasets.sound.robot_speech import WORDS
from keras_rnn.layers import CTCScores, LogMelSpectrogram, StackFrames

LETTERS = tuple(sorted(set(" ".join(WORDS))))

# Steps of 30 ms: three frames of 10 ms become one, which sees two more on each side.
_STRIDE, _WIDTH = 3, 7


def build(
    *, rate: int = 8000, units: int = 96, width: int = 128, dropout: float = 0.3
) -> keras.Model:
    """Build the network: frames, a reader in both directions, a letter at each step.

    ```
      -    t    t    -    o    -       a letter, or nothing: "two"
      |    |    |    |    |    |
      h <> h <> h <> h <> h <> h       GRU in both directions, 30 ms a step
      |    |    |    |    |    |
      .    .    .    .    .    .       seven frames side by side, every third
    ||||||||||||||||||||||||||||||     log-mel spectrogram, 10 ms a frame
    ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~     wave
    ```

    Args:
        rate: Integer, samples a second. Default: `8000`.
        units: Integer, size of each direction's state. Default: `96`.
        width: Integer, what the frames at a step are brought down to. Default: `128`.
        dropout: Float, fraction of that dropped. Default: `0.3`.

    Returns:
        `keras.Model` from waves `(batch, samples)`, zeros at the end, to logits
        `(batch, steps, 1 + letters)`.
    """
    return many_to_many(
        keras.Input((None,), name="wave"),
        {"cell": "gru", "units": units, "bidirectional": True, "name": "listener"},
        encoder=frame_encoder(rate, width, dropout),
        head=CTCScores(LETTERS, name="letters"),
        name="speech_recognition",
    )


def frame_encoder(rate: int, width: int, dropout: float) -> keras.Sequential:
    """Return what brings waves down to a vector every 30 ms."""
    return keras.Sequential(
        [
            keras.Input((None,)),
            LogMelSpectrogram(rate, name="log_mel"),
            StackFrames(_WIDTH, _STRIDE, name="stack"),
            keras.layers.Dense(width, activation="relu", name="features"),
            keras.layers.Dropout(dropout),
        ],
        name="ear",
    )


def log_mel(model: keras.Model) -> LogMelSpectrogram:
    """Return the layer that knows the rate and the bands."""
    return model.get_layer("ear").get_layer("log_mel")


def scores(model: keras.Model, wave: np.ndarray) -> np.ndarray:
    """Return the logits of a single recording `(samples,)`, `(steps, 1 + letters)`."""
    found = model.predict(pad([wave]), verbose=0)[0]
    return np.asarray(found)[: steps_of(model, len(wave))]


def steps_of(model: keras.Model, samples: int) -> int:
    """Return how many steps a wave of so many samples has."""
    frames = -(-samples // log_mel(model).hop)
    return -(-frames // model.get_layer("ear").get_layer("stack").stride)


def transcribe(model: keras.Model, waves: list[np.ndarray]) -> list[str]:
    """Return what is said in waves `(samples,)` of the model's rate, if anything."""
    head = model.get_layer("letters")
    return read_together(
        waves,
        lambda array: head.decode(model.predict(array, batch_size=64, verbose=0)),
    )


def batch_maker(model: keras.Model) -> MakeBatch:
    """Return what makes a batch of waves and texts, for `SpeechBatches`."""
    head = model.get_layer("letters")
    return lambda waves, texts: (waves, head.encode(texts, longest(texts, 8)))
