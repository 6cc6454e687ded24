"""Digits by their stretched spectrogram, and strings cut at silence."""

import numpy as np

from keras_rnn.applications.speech_recognition.baseline import (
    StretchedSpectrogram,
    cut,
    stretched,
)
from keras_rnn.applications.speech_recognition.batches import join
from keras_rnn.datasets.sound import spoken_digits


def test_stretched_goes_through_both_ends():
    frames = np.arange(8.0).reshape(4, 2)
    found = stretched(frames, 7)
    assert found[:, 0].tolist() == [0, 1, 2, 3, 4, 5, 6]
    assert stretched(frames[:1], 3).tolist() == [[0, 1]] * 3


def test_cuts_where_it_is_quiet_for_long_enough():
    tone = np.sin(np.arange(1600) / 2)
    short, long = (join([tone, tone], [0, pause]) for pause in (80, 800))
    assert len(cut(short, 8000)) == 1
    assert [len(piece) for piece in cut(long, 8000)] == [1600, 1600]
    click = join([tone, tone[:80], tone], [0, 800, 800])
    assert len(cut(click, 8000)) == 2
    assert len(cut(np.zeros(100), 8000)) == 1


def test_knows_a_robot_after_a_few_takes():
    data = spoken_digits.sample(takes=4)
    learn, judge = np.flatnonzero(data.takes < 3), np.flatnonzero(data.takes == 3)
    model = StretchedSpectrogram(
        [data.waves[place] for place in learn], data.digits[learn], data.rate
    )
    truth = [data.texts[place] for place in judge]
    found = model.words([data.waves[place] for place in judge])
    assert (
        np.mean([one == other for one, other in zip(truth, found, strict=True)]) > 0.9
    )
    string = join([data.waves[place] for place in judge[[1, 2]]], [0, 900])
    assert model.texts([string]) == ["one two"]
    assert model.words([]) == []
