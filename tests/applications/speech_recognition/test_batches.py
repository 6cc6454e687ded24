"""Strings of takes: what they say, who says it, and that they are drawn again alike."""

import numpy as np
import pytest

from keras_rnn.applications.speech_recognition.batches import (
    KINDS,
    LEAD,
    SpeechBatches,
    WaveBatches,
    at_speed,
    join,
    pad,
    read_together,
    strings,
)
from keras_rnn.datasets.sound.spoken_digits import SpokenDigits


@pytest.fixture
def data():
    """Two speakers, whose takes are their digit in hundredths, 0.1 s each."""
    digits = np.tile(np.arange(1, 10), 2)
    signs = np.repeat([1, -1], 9)
    waves = [
        np.full(800, sign * digit / 100, "float32")
        for sign, digit in zip(signs, digits, strict=True)
    ]
    speakers = np.repeat(["ada", "bob"], 9)
    return SpokenDigits(waves, digits, speakers, np.zeros(18, int))


def read(wave, data):
    """What a wave says, from its values, and the signs of its speakers."""
    values = np.round(wave * 100).astype(int)
    changes = np.flatnonzero(np.diff(np.concatenate([[0], values])))
    heard = values[changes]
    heard = heard[heard != 0]
    words = dict(zip(data.digits.tolist(), data.texts, strict=True))
    return " ".join(words[abs(one)] for one in heard.tolist()), set(np.sign(heard))


def both(waves, texts):
    return waves, texts


def test_join_and_pad_to_the_sample():
    joined = join([np.ones(2), 2 * np.ones(1)], [1, 2])
    assert joined.tolist() == [0, 1, 1, 0, 0, 2]
    padded = pad([joined, np.ones(1)], 7)
    assert padded.dtype == np.float32
    assert padded.tolist() == [[0, 1, 1, 0, 0, 2, 0], [1, 0, 0, 0, 0, 0, 0]]
    assert pad([np.ones(2)], 4, before=1).tolist() == [[0, 1, 1, 0]]


def test_what_is_read_has_silence_before_and_the_learnt_has_it_or_not(data):
    def starts(array):
        return [str(np.flatnonzero(row)[0]) for row in array]

    assert read_together([np.ones(9), np.ones(3500)], starts) == ["400", "400"]
    assert LEAD == 400
    batches = SpeechBatches(data, np.arange(18), both, batches=2, batch_size=200)
    first = [np.flatnonzero(wave)[0] / data.rate for wave in batches[0][0]]
    assert min(first) < 0.01
    assert 0.28 < max(first) <= 0.3
    judged = strings(data, np.arange(18), 200)[0]
    first = [np.flatnonzero(wave)[0] / data.rate for wave in judged]
    assert min(first) >= 0.03
    assert max(first) <= 0.15


def test_a_faster_take_is_shorter_and_higher():
    tone = np.sin(2 * np.pi * 440 * np.arange(8000) / 8000)
    fast = at_speed(tone, 1.25)
    assert len(fast) == pytest.approx(6400, abs=1)
    heights = np.fft.rfftfreq(len(fast), 1 / 8000)
    assert heights[np.abs(np.fft.rfft(fast)).argmax()] == pytest.approx(550, abs=2)
    np.testing.assert_allclose(at_speed(tone, 1.0), tone[:-1], atol=1e-6)


def test_waves_say_what_their_texts_are_and_by_one_speaker(data):
    batches = SpeechBatches(data, np.arange(18), both, batches=2, batch_size=20, seed=1)
    for batch, ((fewest, most), length) in enumerate(KINDS):
        waves, texts = batches[batch]
        assert waves.shape == (20, length)
        for wave, text in zip(waves, texts, strict=True):
            heard, signs = read(wave, data)
            assert heard == text
            assert len(signs) == 1
        counts = {len(text.split()) for text in texts}
        assert counts == set(range(fewest, most + 1))


def test_each_epoch_has_others_and_the_same_again(data):
    batches = SpeechBatches(data, np.arange(18), both, batches=2, batch_size=4, seed=1)
    first, texts = batches[1]
    batches.epoch = 1
    assert batches[1][1] != texts
    batches.epoch = 0
    again, same = batches[1]
    np.testing.assert_array_equal(first, again)
    assert same == texts
    other = SpeechBatches(data, np.arange(18), both, batches=2, batch_size=4, seed=2)
    assert other[1][1] != texts


def test_takes_only_what_it_is_given(data):
    batches = SpeechBatches(data, np.array([2, 4]), both, batches=2, batch_size=30)
    said = {word for text in batches[0][1] for word in text.split()}
    assert said == {"three", "five"}


def test_words_that_do_not_fit_are_left_out_of_the_text_too(data):
    long = [np.repeat(wave, 12) for wave in data.waves]  # 1.2 s each
    slow = SpokenDigits(long, data.digits, data.speakers, data.takes)
    batches = SpeechBatches(slow, np.arange(18), both, batches=2, batch_size=20)
    waves, texts = batches[1]
    assert waves.shape == (20, KINDS[1][1])
    assert {len(text.split()) for text in texts} == {1}


def test_strings_for_the_test_have_three_to_five_words(data):
    waves, texts = strings(data, np.arange(18), 40, seed=3)
    assert [read(wave, data)[0] for wave in waves] == texts
    assert {len(text.split()) for text in texts} == {3, 4, 5}
    assert strings(data, np.arange(18), 40, seed=3)[1] == texts


def test_waves_come_with_the_short_ones_first():
    waves = [np.full(n, n / 10000, "float32") for n in (5000, 10, 2500)]
    batches = WaveBatches(waves, ["a", "b", "c"], both, batch_size=2)
    (short, texts), (long, last) = batches[0], batches[1]
    assert texts == ["b", "c"]
    assert last == ["a"]
    assert (short.shape, long.shape) == ((2, 3200), (1, 6400))
    assert np.flatnonzero(short[1])[[0, -1]].tolist() == [LEAD, LEAD + 2499]


def test_all_waves_come_once_and_the_longest_second():
    waves = [
        np.ones(3200 * length - LEAD, "float32") for length in (5, 1, 3, 2, 4, 1, 2)
    ]
    batches = WaveBatches(waves, list("abcdefg"), both, batch_size=2)
    found = [batches[place] for place in range(len(batches))]
    assert [texts for _, texts in found] == [["b", "f"], ["a"], ["d", "g"], ["c", "e"]]
    assert [wave.shape[1] // 3200 for wave, _ in found] == [1, 5, 2, 4]
