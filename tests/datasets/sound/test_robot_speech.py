"""A robot's digits: sounds are where they should be."""

import numpy as np
import pytest

from keras_rnn.datasets.sound.robot_speech import WORDS, say


def power(wave, low, high):
    spectrum = np.abs(np.fft.rfft(wave)) ** 2
    heights = np.fft.rfftfreq(len(wave), 1 / 8000)
    return spectrum[(heights >= low) & (heights < high)].sum()


def test_the_same_generator_says_the_same():
    first, again = (say(4, np.random.default_rng(1)) for _ in range(2))
    assert (first == again).all()
    assert not np.array_equal(first, say(4, np.random.default_rng(2)))


@pytest.mark.parametrize("digit", range(10))
def test_every_digit_is_heard_and_not_too_loud(digit):
    wave = say(digit, np.random.default_rng(3))
    assert WORDS[digit].isalpha()
    assert 0.1 < np.abs(wave).max() < 1
    assert 0.1 < len(wave) / 8000 < 0.8


def test_six_begins_with_a_hiss_and_three_ends_in_a_vowel():
    six = say(6, np.random.default_rng(0))
    assert power(six[:600], 3000, 4000) > 5 * power(six[:600], 100, 1000)
    three = say(3, np.random.default_rng(0))
    assert power(three[-600:], 3500, 4000) < 0.1 * power(three[-600:], 100, 1000)


def test_the_voice_has_its_pitch():
    wave = say(0, np.random.default_rng(0), pitch=200)
    middle = wave[len(wave) // 2 : len(wave) // 2 + 800]
    spectrum = np.abs(np.fft.rfft(middle))
    # The lines of the voice stand at its multiples; 10 Hz a bin.
    lines = np.flatnonzero(spectrum > 0.3 * spectrum.max()) * 10
    gaps = np.diff(lines)
    assert np.median(gaps[gaps > 50]) == pytest.approx(200, rel=0.2)
