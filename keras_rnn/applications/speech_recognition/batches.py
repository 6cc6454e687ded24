"""Strings of spoken words, joined from single recordings, as batches of waves."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from keras_rnn.applications.shared.batches import group_by_length
from keras_rnn.applications.shared.lengths import round_up
from keras_rnn.datasets.sound.spoken_digits import SpokenDigits
from keras_rnn.training import Batches

# From waves `(batch, samples)` and what they say to inputs and targets.
MakeBatch = Callable[[np.ndarray, list[str]], tuple]

# Waves are padded to a multiple of this, so that there are few lengths: 0.4 s.
STEP = 3200

# How many words a string has, and how many samples it is padded to, at 8 kHz.
KINDS = (((1, 2), 3 * STEP), ((2, 4), 5 * STEP))

# A take begins with its word. So that the first letter is not the first thing that a
# network sees, it gets some silence before: 50 ms at 8 kHz.
LEAD = 400

_PAUSES = 0.03, 0.15  # s, the shortest and the longest between two words
_FIRST = 0.0, 0.3  # s, before the first word
_SPEED = 0.12  # by how much a take is played slower or faster


def pad(
    waves: Sequence[np.ndarray], length: int | None = None, before: int = 0
) -> np.ndarray:
    """Return waves as one array, zeros at the end.

    Args:
        waves: List of arrays `(samples,)`.
        length: Integer. Default: the longest, rounded up to a multiple of 0.4 s.
        before: Integer, zeros before each. Default: `0`.

    Example:

    >>> pad([np.ones(2), np.ones(5000)]).shape
    (2, 6400)
    """
    if length is None:
        length = round_up(before + max(map(len, waves), default=0), STEP)
    padded = np.zeros((len(waves), length), "float32")
    for row, wave in zip(padded, waves, strict=True):
        row[before : before + len(wave)] = wave
    return padded


def read_together(
    waves: list[np.ndarray], read: Callable[[np.ndarray], list[str]]
) -> list[str]:
    """Return what is said in waves, read together with others about as long.

    Each has `LEAD` samples of silence before it; words have single spaces between them.

    Args:
        waves: List of arrays `(samples,)`.
        read: Function from an array `(waves, samples)` to a list of strings.

    Example:

    >>> read_together([np.ones(9), np.ones(1)], lambda array: ["a  b ", "c"])
    ['a b', 'c']
    """
    said = [""] * len(waves)
    for places in group_by_length([len(wave) for wave in waves], STEP):
        texts = read(pad([waves[place] for place in places], before=LEAD))
        for place, text in zip(places, texts, strict=True):
            said[place] = " ".join(text.split())
    return said


def join(waves: list[np.ndarray], pauses: list[int] | np.ndarray) -> np.ndarray:
    """Return several waves as one, with so many samples of silence before each.

    Example:

    >>> join([np.ones(2), np.ones(1)], [0, 3]).tolist()
    [1.0, 1.0, 0.0, 0.0, 0.0, 1.0]
    """
    pieces = []
    for wave, pause in zip(waves, pauses, strict=True):
        pieces += [np.zeros(pause, "float32"), wave]
    return np.concatenate(pieces)


def at_speed(wave: np.ndarray, speed: float) -> np.ndarray:
    """Return a wave played faster, and so higher: `speed` 1 leaves it as it is."""
    places = np.arange(0, len(wave) - 1, speed)
    return np.interp(places, np.arange(len(wave)), wave).astype("float32")


def strings(
    data: SpokenDigits,
    places: np.ndarray,
    count: int,
    words: tuple[int, int] = (3, 5),
    seed: int = 0,
) -> tuple[list[np.ndarray], list[str]]:
    """Return strings of digits, each said by one speaker, with short pauses.

    Args:
        data: `SpokenDigits`.
        places: Integer array, the recordings to take.
        count: Integer, how many strings.
        words: Tuple of integers, the fewest and most words. Default: `(3, 5)`.
        seed: Integer. Default: `0`.

    Returns:
        List of float32 arrays, and list of strings: what is said.
    """
    generator = np.random.default_rng(seed)
    of_speaker = _by_speaker(data, places)
    waves, texts = [], []
    for _ in range(count):
        own = of_speaker[generator.integers(len(of_speaker))]
        chosen = generator.choice(own, generator.integers(*words, endpoint=True))
        pauses = _pauses(data, generator, len(chosen))
        waves.append(join([data.waves[place] for place in chosen], pauses))
        texts.append(" ".join(data.texts[place] for place in chosen))
    return waves, texts


class SpeechBatches(Batches):
    """Endless strings of one to four words, made of the takes of a training part.

    Each string has one speaker; its takes, their order, the pauses and the speed of
    each take are drawn anew. That follows from `seed`, the epoch's and the batch's
    number alone, so that `keras_rnn.training.fit` can go on after a kill. Short and
    long strings come in batches of their own, in turn, each padded to one length.

    Args:
        data: `SpokenDigits`.
        places: Integer array, the recordings to take.
        make: Function of waves `(batch, samples)` and a list of strings that returns
            what a batch is.
        batches: Integer, how many in an epoch. Default: `32`.
        batch_size: Integer. Default: `64`.
        seed: Integer. Default: `0`.
    """

    def __init__(
        self,
        data: SpokenDigits,
        places: np.ndarray,
        make: MakeBatch,
        batches: int = 32,
        batch_size: int = 64,
        seed: int = 0,
        **kwargs: Any,
    ) -> None:
        super().__init__((places, places), batch_size, seed=seed, **kwargs)
        self.data, self.texts, self.make = data, data.texts, make
        self.batches, self.of_speaker = batches, _by_speaker(data, places)

    def __len__(self) -> int:
        return self.batches

    def __getitem__(self, batch: int) -> tuple:
        generator = np.random.default_rng((self.seed, self.epoch, batch))
        words, length = KINDS[batch % len(KINDS)]
        rows = [self._string(generator, words, length) for _ in range(self.batch_size)]
        waves, texts = zip(*rows, strict=True)
        return self.make(pad(waves, length), list(texts))

    def _string(self, generator, words, length):
        """One string, with as many words as fit, and what it says."""
        own = self.of_speaker[generator.integers(len(self.of_speaker))]
        chosen = generator.choice(own, generator.integers(*words, endpoint=True))
        speeds = np.exp(generator.uniform(-_SPEED, _SPEED, len(chosen)))
        waves = [
            at_speed(self.data.waves[place], speed)
            for place, speed in zip(chosen, speeds, strict=True)
        ]
        pauses = _pauses(self.data, generator, len(chosen), _FIRST)
        ends = np.cumsum(pauses + [len(wave) for wave in waves])
        fits = max(1, int((ends <= length).sum()))
        wave = join(waves[:fits], pauses[:fits])[:length]
        return wave, " ".join(self.texts[place] for place in chosen[:fits])


class WaveBatches(Batches):
    """Waves with their texts, alike long ones together, each batch cut to its longest.

    Each has `LEAD` samples of silence before it, as in `read_together`. The shortest
    come first and the longest second: Keras on TensorFlow looks at the first two
    batches, and takes what is the same in both for what is the same in all.

    Args:
        waves: List of arrays `(samples,)`.
        texts: List of strings.
        make: Function of waves and texts that returns what a batch is.
        batch_size: Integer. Default: `60`.
    """

    def __init__(
        self,
        waves: list[np.ndarray],
        texts: list[str],
        make: MakeBatch,
        batch_size: int = 60,
        **kwargs: Any,
    ) -> None:
        order = np.argsort([len(wave) for wave in waves], kind="stable")
        super().__init__((order, order), batch_size, shuffle=False, **kwargs)
        self.waves, self.texts, self.make = waves, texts, make

    def __getitem__(self, batch: int) -> tuple:
        last = len(self) - 1
        turn = {0: 0, 1: last}.get(batch, batch - 1)
        chosen, _ = super().__getitem__(turn)
        waves = pad([self.waves[place] for place in chosen], before=LEAD)
        return self.make(waves, [self.texts[place] for place in chosen])


def _by_speaker(data, places):
    speakers = data.speakers[places]
    return [places[speakers == one] for one in sorted(set(speakers.tolist()))]


def _pauses(data, generator, count, first=_PAUSES):
    """Silence before each of some words, in samples."""
    low, high = np.transpose([first, *[_PAUSES] * (count - 1)]) * data.rate
    return generator.integers(low.astype(int), high.astype(int), endpoint=True)
