"""Spoken digits without a recurrent network: stretched to one length, and compared."""

import numpy as np

from keras_rnn.applications.shared.batches import group_by_length
from keras_rnn.applications.speech_recognition.batches import STEP, pad
from keras_rnn.datasets.sound.robot_speech import WORDS
from keras_rnn.layers import LogMelSpectrogram

BASELINE = "logistic regression on the spectrogram, stretched; strings cut at silence"

_FRAMES = 16
_QUIET = 0.02  # of the loudest
_GAP, _SHORTEST = 0.03, 0.08  # s, of the silence between words, and of a word


class StretchedSpectrogram:
    """Knows digits by their spectrogram, stretched to sixteen frames.

    Args:
        waves: List of arrays `(samples,)`.
        digits: Integer array, what each says.
        rate: Integer, samples a second.
    """

    def __init__(self, waves, digits, rate):
        from sklearn.linear_model import LogisticRegression

        self.rate = rate
        self.layer = LogMelSpectrogram(rate)
        self.model = LogisticRegression(C=0.01, max_iter=500)
        self.model.fit(self._features(waves), digits)

    def words(self, waves):
        """Return the word of each wave."""
        if not waves:
            return []
        return [WORDS[digit] for digit in self.model.predict(self._features(waves))]

    def texts(self, waves):
        """Return the words of each wave, cut at silence."""
        pieces = [cut(wave, self.rate) for wave in waves]
        words = iter(self.words([piece for one in pieces for piece in one]))
        return [" ".join(next(words) for _ in one) for one in pieces]

    def _features(self, waves):
        """Array `(waves, frames * bands)`."""
        found = [None] * len(waves)
        for places in group_by_length([len(wave) for wave in waves], STEP):
            padded = pad([waves[place] for place in places])
            frames = np.asarray(self.layer(padded))
            for place, one in zip(places, frames, strict=True):
                found[place] = stretched(one[: -(-len(waves[place]) // self.layer.hop)])
        return np.array([one.ravel() for one in found])


def stretched(frames, count=_FRAMES):
    """Return as many frames as wanted, at equal distances.

    Example:

    >>> stretched(np.array([[0.0], [1.0], [2.0]]), 5).ravel().tolist()
    [0.0, 0.5, 1.0, 1.5, 2.0]
    """
    places = np.linspace(0, len(frames) - 1, count)
    before = np.floor(places).astype(int)
    after = np.minimum(before + 1, len(frames) - 1)
    part = (places - before)[:, None]
    return (1 - part) * frames[before] + part * frames[after]


def cut(wave, rate):
    """Return a wave's pieces between silences.

    Args:
        wave: Array `(samples,)`.
        rate: Integer, samples a second.

    Returns:
        List of arrays: at least the whole wave.
    """
    hop = rate // 100
    blocks = (
        np.abs(pad([wave], -(-len(wave) // hop) * hop)).reshape(-1, hop).max(axis=1)
    )
    loud = np.flatnonzero(blocks > _QUIET * blocks.max())
    if not len(loud):
        return [wave]
    ends = np.flatnonzero(np.diff(loud) > _GAP * rate / hop)
    starts = np.concatenate([[loud[0]], loud[ends + 1]])
    stops = np.concatenate([loud[ends], [loud[-1]]]) + 1
    pieces = [
        wave[start * hop : stop * hop]
        for start, stop in zip(starts, stops, strict=True)
        if (stop - start) * hop >= _SHORTEST * rate
    ]
    return pieces or [wave]
