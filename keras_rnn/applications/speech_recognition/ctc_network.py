"""The network that hears: a wave in, a letter or nothing at each step out."""

import keras
import numpy as np

from keras_rnn.applications.shared.batches import round_up
from keras_rnn.applications.speech_recognition.batches import pad, read_together
from keras_rnn.architectures import many_to_many
from keras_rnn.datasets.sound.robot_speech import WORDS
from keras_rnn.layers import CTCScores, LogMelSpectrogram, StackFrames

LETTERS = tuple(sorted(set(" ".join(WORDS))))

# Steps of 30 ms: three frames of 10 ms become one, which sees two more on each side.
_STRIDE, _WIDTH = 3, 7


def build(*, rate=8000, units=96, width=128, dropout=0.3):
    """Build the network: an ear, a reader in both directions, a letter at each step.

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
        encoder=ear(rate, width, dropout),
        head=CTCScores(LETTERS, name="letters"),
        name="speech_recognition",
    )


def ear(rate, width, dropout):
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


def log_mel(model):
    """Return the layer that knows the rate and the bands."""
    return model.get_layer("ear").get_layer("log_mel")


def scores(model, wave):
    """Return the logits of a single recording, `(steps, 1 + letters)`.

    Args:
        model: What `build` returned, trained.
        wave: Array `(samples,)`.
    """
    found = model.predict(pad([wave]), verbose=0)[0]
    return np.asarray(found)[: steps_of(model, len(wave))]


def steps_of(model, samples):
    """Return how many steps a wave of so many samples has."""
    frames = -(-samples // log_mel(model).hop)
    return -(-frames // model.get_layer("ear").get_layer("stack").stride)


def transcribe(model, waves):
    """Return what is said in waves.

    Args:
        model: What `build` returned, trained.
        waves: List of arrays `(samples,)`, of the model's rate.

    Returns:
        List of strings; where nothing is heard, an empty one.
    """
    head = model.get_layer("letters")
    return read_together(
        waves,
        lambda array: head.decode(model.predict(array, batch_size=64, verbose=0)),
    )


def answer(model):
    """Return what makes a batch of waves and texts, for `SpeechBatches`."""
    head = model.get_layer("letters")

    def batch(waves, texts):
        return waves, head.encode(texts, round_up(max(map(len, texts)), 8))

    return batch
