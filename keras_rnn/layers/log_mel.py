"""What an ear hears of a wave: loudness over time and pitch."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops


@keras.saving.register_keras_serializable(package="keras_rnn")
class LogMelSpectrogram(keras.layers.Layer):
    """Turns waves into how loud each band of pitches is, frame by frame.

    ```
    frame_t   = wave[t * hop : t * hop + window]           a new one every 10 ms
    power_t   = |FFT(hann * frame_t)|^2                    of each frequency
    mel_t     = power_t M                                  bands as wide as the ear's
    y_t       = 10 log10 mel_t                             in dB, as the ear counts
    y         = (y - mean(y)) / std(y)                     of the whole recording
    ```

    The window stands in the middle of as many samples as the Fourier transform takes,
    the next power of two. On the mel scale, `m = 2595 log10(1 + f / 700)`, equal steps
    sound equally far apart; the bands are triangles with centres at equal steps.

    **Padding.** Zeros at the end of a wave are padding: the frames that lie in them
    are masked, and a wave gives the same alone and in a batch of longer ones. That is
    what `keras.layers.MelSpectrogram` does not do: it has no mask, mirrors the wave at
    its ends and cuts quiet values off below the loudest of the whole batch.

    **Loudness.** Values more than `range_db` below the loudest of their own recording
    count as that quiet. Mean and standard deviation are those of all its frames and
    bands together, so that a quiet voice looks as a loud one does. Were each band's
    own mean taken away, a vowel held for a while would vanish.

    Computed in float32 whatever the layer's `dtype` is.

    Args:
        rate: Positive integer, samples a second. Default: `8000`.
        bands: Positive integer. Default: `40`.
        hop: Positive integer, samples from a frame to the next. Default: `80`.
        window: Positive integer, samples of a frame. Default: `200`.
        lowest: Float, Hz, where the first band begins. Default: `60.0`.
        range_db: Float. Default: `60.0`.
        normalise: Boolean, whether mean and standard deviation are made 0 and 1.
            Default: `True`.
        **kwargs: `name`, `dtype` and so on of any layer.

    Call arguments:
        inputs: Tensor of shape `(batch, samples)`, -1 to 1, zeros at the end.

    Returns:
        Tensor of shape `(batch, ceil(samples / hop), bands)`, zero where masked.

    Example:

    >>> layer = LogMelSpectrogram()
    >>> wave = np.sin(2 * np.pi * 1000 * np.arange(1600) / 8000)
    >>> tuple(layer(np.pad(wave, (0, 800))[None]).shape)
    (1, 30, 40)
    >>> int(ops.sum(layer.compute_mask(np.pad(wave, (0, 800))[None])))
    20
    """

    def __init__(
        self,
        rate: int = 8000,
        bands: int = 40,
        hop: int = 80,
        window: int = 200,
        lowest: float = 60.0,
        range_db: float = 60.0,
        normalise: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.rate, self.bands, self.hop, self.window = rate, bands, hop, window
        self.lowest, self.range_db, self.normalise = lowest, range_db, normalise
        if not 0 < hop <= window:
            raise ValueError(
                f"Frames of {window} samples that begin every {hop} leave samples out, "
                "or stand still: hop must be 1 to window."
            )
        self.supports_masking = True
        self.fft_size = 1 << (window - 1).bit_length()
        self.matrix = mel_matrix(self.fft_size, rate, bands, lowest)

    def build(self, input_shape: tuple[Any, ...]) -> None:
        if len(input_shape) != 2:
            raise ValueError(
                "Waves have shape (batch, samples). Received shape "
                f"{tuple(input_shape)}."
            )

    def call(self, inputs: keras.KerasTensor) -> keras.KerasTensor:
        waves = ops.cast(inputs, "float32")
        real, imaginary = ops.stft(
            ops.pad(waves, [[0, 0], [0, self.fft_size - 1]]),
            sequence_length=self.window,
            sequence_stride=self.hop,
            fft_length=self.fft_size,
            center=False,
        )
        power = ops.square(real) + ops.square(imaginary)
        mel = ops.matmul(power, ops.convert_to_tensor(self.matrix))
        loud = 10 * ops.log10(ops.maximum(mel, 1e-10))
        kept = ops.cast(self._heard(waves), "float32")[..., None]
        # -100 dB is what silence gives.
        most = ops.max(ops.where(kept > 0, loud, -100.0), axis=(1, 2), keepdims=True)
        loud = ops.maximum(loud, most - self.range_db)
        if self.normalise:
            count = ops.maximum(ops.sum(kept, axis=1, keepdims=True), 1) * self.bands
            mean = ops.sum(loud * kept, axis=(1, 2), keepdims=True) / count
            off = ops.square(loud - mean) * kept
            variance = ops.sum(off, axis=(1, 2), keepdims=True) / count
            loud = (loud - mean) / ops.sqrt(variance + 1e-3)
        return ops.cast(loud * kept, self.compute_dtype)

    def _heard(self, waves):
        """Boolean `(batch, frames)`: whether a sound is in this hop or after it."""
        sound = ops.pad(
            ops.cast(ops.abs(waves) > 0, "float32"), [[0, 0], [0, self.hop - 1]]
        )
        pooled = ops.max_pool(sound[..., None], self.hop, self.hop, padding="valid")
        later = ops.flip(ops.cumsum(ops.flip(pooled[..., 0], axis=1), axis=1), axis=1)
        return later > 0

    def compute_mask(
        self, inputs: keras.KerasTensor, mask: keras.KerasTensor | None = None
    ) -> keras.KerasTensor | None:
        return self._heard(ops.cast(inputs, "float32"))

    def compute_output_shape(
        self, input_shape: tuple[Any, ...]
    ) -> tuple[int | None, ...]:
        batch, samples = input_shape
        frames = None if samples is None else -(-samples // self.hop)
        return batch, frames, self.bands

    def centres(self) -> Any:
        """Return the height of each band, in Hz, where it is most sensitive."""
        return _edges(self.rate, self.bands, self.lowest)[1:-1]

    def get_config(self) -> dict[str, Any]:
        names = ("rate", "bands", "hop", "window", "lowest", "range_db", "normalise")
        own = {name: getattr(self, name) for name in names}
        return {**super().get_config(), **own}


def mel_matrix(fft_size: int, rate: int, bands: int, lowest: float = 60.0) -> Any:
    """Return what brings frequencies into bands: triangles of height 1.

    Args:
        fft_size: Integer, samples of the Fourier transform.
        rate: Integer, samples a second.
        bands: Integer.
        lowest: Float, Hz. Default: `60.0`.

    Returns:
        float32 array `(fft_size // 2 + 1, bands)`.
    """
    heights = _mel(np.linspace(0, rate / 2, fft_size // 2 + 1))[:, None]
    edges = _mel(_edges(rate, bands, lowest))
    left, middle, right = edges[:-2], edges[1:-1], edges[2:]
    rising = (heights - left) / (middle - left)
    falling = (right - heights) / (right - middle)
    return np.maximum(np.minimum(rising, falling), 0).astype("float32")


def _edges(rate, bands, lowest):
    """Where the bands begin, peak and end, in Hz."""
    mels = np.linspace(_mel(lowest), _mel(rate / 2), bands + 2)
    return 700 * (10 ** (mels / 2595) - 1)


def _mel(hertz):
    return 2595 * np.log10(1 + np.asarray(hertz) / 700)
