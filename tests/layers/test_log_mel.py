"""The ear: against NumPy, against Keras's bands, and deaf to padding."""

import keras
import numpy as np
import pytest
from helpers.check_layer import check_layer

from keras_rnn.layers import LogMelSpectrogram
from keras_rnn.layers.log_mel import mel_matrix


def waves(count=3, samples=1000, seed=0):
    values = np.random.default_rng(seed).normal(0, 0.1, (count, samples))
    return values.astype("float32")


def in_numpy(wave, *, rate=8000, bands=40, hop=80, window=200, lowest=60.0):
    """The definition, frame by frame and band by band, before normalisation."""
    size = 256
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(window) / window)
    # Keras puts the window into the middle of the transform.
    before = (size - window) // 2
    count = -(-len(wave) // hop)
    padded = np.concatenate([wave.astype("float64"), np.zeros(size)])
    edges = np.linspace(
        2595 * np.log10(1 + lowest / 700),
        2595 * np.log10(1 + rate / 2 / 700),
        bands + 2,
    )
    rows = []
    for frame in range(count):
        piece = np.zeros(size)
        begin = frame * hop + before
        piece[before : before + window] = padded[begin : begin + window] * hann
        power = np.abs(np.fft.rfft(piece)) ** 2
        row = []
        for band in range(bands):
            total = 0.0
            for number, value in enumerate(power):
                mel = 2595 * np.log10(1 + number * rate / size / 700)
                low, peak, high = edges[band : band + 3]
                weight = min((mel - low) / (peak - low), (high - mel) / (high - peak))
                total += max(weight, 0) * value
            row.append(10 * np.log10(max(total, 1e-10)))
        rows.append(row)
    rows = np.array(rows)
    return np.maximum(rows, rows.max() - 60)


def test_is_what_its_definition_says():
    wave = waves(1, 700)[0]
    layer = LogMelSpectrogram(normalise=False)
    found = keras.ops.convert_to_numpy(layer(wave[None]))[0]
    expected = in_numpy(wave)
    assert found.shape == expected.shape == (9, 40)
    np.testing.assert_allclose(found, expected, atol=2e-3)


def test_normalised_by_all_frames_and_bands_of_the_recording():
    layer = LogMelSpectrogram()
    found = keras.ops.convert_to_numpy(layer(waves() * [[1], [0.01], [0.3]]))
    np.testing.assert_allclose(found.mean(axis=(1, 2)), 0, atol=1e-4)
    np.testing.assert_allclose(found.std(axis=(1, 2)), 1, atol=1e-3)


def test_bands_are_those_of_keras():
    theirs = keras.layers.MelSpectrogram().linear_to_mel_weight_matrix(
        num_mel_bins=40,
        num_spectrogram_bins=129,
        sampling_rate=8000,
        lower_edge_hertz=60.0,
        upper_edge_hertz=4000.0,
    )
    np.testing.assert_allclose(
        mel_matrix(256, 8000, 40), keras.ops.convert_to_numpy(theirs), atol=2e-5
    )


def test_a_tone_is_loudest_in_its_band():
    layer = LogMelSpectrogram(normalise=False)
    for height in (300, 1000, 2500):
        tone = np.sin(2 * np.pi * height * np.arange(1600) / 8000)[None]
        frames = keras.ops.convert_to_numpy(layer(tone.astype("float32")))[0]
        centre = layer.centres()[frames[5].argmax()]
        assert centre == pytest.approx(height, rel=0.08)


def test_a_recording_gives_the_same_beside_longer_and_louder_ones():
    layer = LogMelSpectrogram()
    short = waves(1, 730)
    batch = 50 * waves(2, 2000, seed=1)
    batch[0] = 0
    batch[0, :730] = short
    alone = keras.ops.convert_to_numpy(layer(short))[0]
    beside = keras.ops.convert_to_numpy(layer(batch))[0]
    np.testing.assert_allclose(beside[:10], alone, atol=1e-4)
    assert (beside[10:] == 0).all()
    mask = keras.ops.convert_to_numpy(layer.compute_mask(batch))
    assert mask.sum(axis=1).tolist() == [10, 25]


def test_loudness_does_not_matter():
    layer = LogMelSpectrogram()
    wave = waves(1)
    loud, quiet = (keras.ops.convert_to_numpy(layer(wave * by)) for by in (1, 0.01))
    np.testing.assert_allclose(loud, quiet, atol=2e-2)


def test_silence_within_is_kept_and_silence_alone_is_masked():
    layer = LogMelSpectrogram()
    wave = waves(1)
    wave[:, 300:600] = 0
    mask = keras.ops.convert_to_numpy(layer.compute_mask(wave))
    assert mask.all()
    silence = np.zeros((1, 800), "float32")
    assert not keras.ops.convert_to_numpy(layer.compute_mask(silence)).any()
    assert (keras.ops.convert_to_numpy(layer(silence)) == 0).all()


def test_behaves_as_any_layer():
    check_layer(
        lambda **options: LogMelSpectrogram(bands=12, **options),
        waves(),
        (3, 13, 12),
        fit=False,
    )


def test_refuses_what_it_cannot_hear():
    with pytest.raises(ValueError, match=r"shape \(batch, samples\)"):
        LogMelSpectrogram()(np.zeros((2, 100, 1), "float32"))
    with pytest.raises(ValueError, match="leave samples out"):
        LogMelSpectrogram(hop=300, window=200)
