"""Pictures of what is heard: units, times and letters in their places."""

import numpy as np
import pytest

from keras_rnn.applications.speech_recognition.figures import (
    draw_attention,
    draw_letters,
)
from keras_rnn.layers import LogMelSpectrogram

WAVE = np.sin(np.arange(4000) / 3).astype("float32")  # 0.5 s


def test_each_letter_stands_on_its_spike():
    chances = np.full((10, 3), 0.02)
    chances[:, 0] = 0.96
    chances[2], chances[3] = (0.1, 0.9, 0), (0.3, 0.7, 0)
    chances[7] = (0.2, 0, 0.8)
    figure = draw_letters(
        LogMelSpectrogram(), WAVE, chances, "o ", text="o", caption="a sample"
    )
    above, below = figure.axes[:2]
    assert above.get_ylabel() == "band's centre (Hz)"
    assert (below.get_xlabel(), below.get_ylabel()) == ("time (s)", "probability")
    assert below.get_xlim() == pytest.approx((0, 0.5))
    marks = [(one.get_text(), one.xy) for one in below.texts]
    assert [text for text, _ in marks] == ["o", "␣"]
    assert marks[0][1] == pytest.approx((0.125, 0.9))
    assert marks[1][1] == pytest.approx((0.375, 0.8))
    assert figure.get_supxlabel() == "a sample"


def test_attention_has_a_row_for_each_letter_and_the_end():
    weights = np.eye(3, 10)
    figure = draw_attention(LogMelSpectrogram(normalise=False), WAVE, weights, "o ")
    _, below = figure.axes[:2]
    assert [one.get_text() for one in below.get_yticklabels()] == ["o", "␣", "end"]
    labels = [axes.get_ylabel() for axes in figure.axes]
    assert "loudness (dB)" in labels
    assert "weight of attention" in labels
