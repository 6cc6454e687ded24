"""Recordings from WAV files, as arrays."""

import io
import math
import struct
import warnings
from pathlib import Path

import numpy as np

from keras_rnn.errors import UserError

RATE = 8000  # samples a second, as on the telephone


def read_wav(path: str | Path, rate: int = RATE) -> np.ndarray:
    """Return a recording of a file as an array of the rate that a model hears.

    One of several channels is mixed down to their mean. One of another rate is
    resampled (through a low-pass filter, where that is lower); what a low rate has
    lost, high sounds above half of it, does not come back. Whole numbers of 8 to 32
    bits and floats are brought to -1 to 1.

    Args:
        path: String or `pathlib.Path` of a WAV file, not compressed.
        rate: Integer, samples a second. Default: `8000`.

    Returns:
        float32 array `(samples,)`.

    Raises:
        UserError: The file is missing, no WAV file, damaged, or has no sound in it.
    """
    path = Path(path).expanduser()
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UserError(
            f"Cannot read {path}: {error.strerror or error}. Give the path of a WAV "
            "file."
        ) from error
    return decode_wav(content, path, rate)


def decode_wav(content: bytes, path: str | Path, rate: int = RATE) -> np.ndarray:
    """Decode the bytes of a WAV file, resampled and mixed down to one channel.

    Args:
        content: Bytes.
        path: String or `pathlib.Path`, how messages name the file.
        rate: Integer, samples a second of the result. Default: `8000`.

    Returns:
        float32 array `(samples,)`, -1 to 1.

    Raises:
        UserError: The bytes are no WAV file, damaged, or have no sound in them.
    """
    own_rate, samples = _decoded(content, path)
    if samples.size == 0:
        raise UserError(f"{path} has a length of zero: record it again.")
    wave = _scaled(samples)
    if not np.isfinite(wave).all():
        raise UserError(f"{path} has samples that are no numbers: record it again.")
    if wave.ndim > 1:
        wave = wave.mean(axis=1)
    return resampled(wave, own_rate, rate).astype("float32")


def resampled(wave: np.ndarray, rate: int, new_rate: int) -> np.ndarray:
    """Return a wave with another number of samples a second.

    Args:
        wave: Float array `(samples,)`.
        rate: Integer, its own samples a second.
        new_rate: Integer, samples a second of the result.

    Returns:
        Float array `(samples,)`.

    Example:

    >>> resampled(np.zeros(4410), 44100, 8000).shape
    (800,)
    """
    from scipy.signal import resample_poly

    if rate == new_rate:
        return wave
    common = math.gcd(rate, new_rate)
    return resample_poly(wave, new_rate // common, rate // common)


def _decoded(content: bytes, path: str | Path) -> tuple[int, np.ndarray]:
    """Rate and samples, as they stand in the file."""
    from scipy.io import wavfile

    if content[:4] not in (b"RIFF", b"RIFX", b"RF64") or content[8:12] != b"WAVE":
        raise UserError(
            f"{path} is no WAV file. Convert it to one, for example with "
            "ffmpeg -i FILE sound.wav"
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # remarks of the program that made it
            warnings.filterwarnings("error", "Reached EOF", wavfile.WavFileWarning)
            rate, samples = wavfile.read(io.BytesIO(content))
    except (
        *(ValueError, TypeError, EOFError, ArithmeticError, struct.error),
        *(UnboundLocalError, wavfile.WavFileWarning),
    ) as error:
        if "Unknown wave file format" in str(error):
            raise UserError(f"{path} is compressed: convert it to PCM.") from error
        raise UserError(f"{path} is damaged ({error}). Get it again.") from error
    if rate < 1:
        raise UserError(f"{path} is damaged (a rate of {rate}). Get it again.")
    return rate, samples


def _scaled(samples: np.ndarray) -> np.ndarray:
    """The samples as floats, -1 to 1."""
    if samples.dtype == np.uint8:
        return (samples.astype("float64") - 128) / 128
    if np.issubdtype(samples.dtype, np.integer):
        return samples / (np.iinfo(samples.dtype).max + 1.0)
    return samples.astype("float64")
