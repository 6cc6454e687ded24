"""Recordings of files: every kind of number, rate and channel, and what is wrong."""

import io
import struct
import wave

import numpy as np
import pytest
from scipy.io import wavfile

from keras_rnn.datasets.sound.wav_files import read_wav, resampled
from keras_rnn.errors import UserError


def written(path, samples, rate=8000):
    wavfile.write(path, rate, np.asarray(samples))
    return path


@pytest.mark.parametrize(
    ("dtype", "values"),
    [
        ("uint8", [128, 192, 0]),
        ("int16", [0, 16384, -32768]),
        ("int32", [0, 2**30, -(2**31)]),
        ("float32", [0, 0.5, -1]),
        ("float64", [0, 0.5, -1]),
    ],
)
def test_every_kind_of_number_comes_as_minus_one_to_one(tmp_path, dtype, values):
    path = written(tmp_path / "a.wav", np.array(values, dtype))
    found = read_wav(path)
    assert found.dtype == np.float32
    assert found.tolist() == [0, 0.5, -1]


def test_numbers_of_24_bits(tmp_path):
    path = tmp_path / "a.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 3, 8000, 0, "NONE", ""))
        file.writeframes(b"\x00\x00\x40" + b"\x00\x00\x80")
    assert read_wav(path).tolist() == [0.5, -1]


def test_two_channels_are_mixed_down(tmp_path):
    both = np.array([[0.5, 0.0], [-0.25, 0.75]], "float32")
    assert read_wav(written(tmp_path / "a.wav", both)).tolist() == [0.25, 0.25]


@pytest.mark.parametrize("rate", [44100, 16000, 11025, 4000])
def test_another_rate_is_resampled(tmp_path, rate):
    time = np.arange(rate) / rate
    tone = 0.5 * np.sin(2 * np.pi * 440 * time)
    found = read_wav(written(tmp_path / "a.wav", tone.astype("float32"), rate))
    assert len(found) == 8000
    expected = 0.5 * np.sin(2 * np.pi * 440 * np.arange(8000) / 8000)
    np.testing.assert_allclose(found[200:-200], expected[200:-200], atol=0.01)


def test_what_a_lower_rate_cannot_hold_does_not_come_back_as_another_tone():
    tone = np.sin(2 * np.pi * 6000 * np.arange(16000) / 16000)
    assert np.abs(resampled(tone, 16000, 8000)[200:-200]).max() < 0.01


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"mine\.wav is no WAV file. Convert"),
        (b"ID3 and then some music", r"mine\.wav is no WAV file"),
        (b"RIFF\x10\x00\x00\x00WAVE", r"mine\.wav is damaged"),
        (None, r"Cannot read .*mine\.wav: No such file"),
    ],
)
def test_what_is_no_recording_is_named(tmp_path, content, message):
    path = tmp_path / "mine.wav"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UserError, match=message):
        read_wav(path)


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(UserError, match="Is a directory"):
        read_wav(tmp_path)


def test_a_length_of_zero(tmp_path):
    path = written(tmp_path / "mine.wav", np.zeros(0, "int16"))
    with pytest.raises(UserError, match=r"mine\.wav has a length of zero"):
        read_wav(path)


def test_half_a_file_is_damaged(tmp_path):
    stream = io.BytesIO()
    wavfile.write(stream, 8000, np.ones(4000, "int16"))
    path = tmp_path / "mine.wav"
    path.write_bytes(stream.getvalue()[:4000])
    with pytest.raises(UserError, match=r"mine\.wav is damaged"):
        read_wav(path)


def test_every_cut_is_a_message_and_no_crash(tmp_path):
    stream = io.BytesIO()
    wavfile.write(stream, 8000, np.arange(20, dtype="int16"))
    path = tmp_path / "mine.wav"
    for length in range(len(stream.getvalue())):
        path.write_bytes(stream.getvalue()[:length])
        with pytest.raises(UserError, match=r"mine\.wav"):
            read_wav(path)


def test_what_is_compressed_is_named(tmp_path):
    stream = io.BytesIO()
    wavfile.write(stream, 8000, np.ones(10, "uint8"))
    content = bytearray(stream.getvalue())
    content[20:22] = struct.pack("<H", 7)  # mu-law
    path = tmp_path / "mine.wav"
    path.write_bytes(content)
    with pytest.raises(UserError, match=r"mine\.wav is compressed"):
        read_wav(path)


def test_samples_that_are_no_numbers(tmp_path):
    path = written(tmp_path / "mine.wav", np.array([0, np.nan], "float32"))
    with pytest.raises(UserError, match=r"mine\.wav has samples that are no numbers"):
        read_wav(path)
