"""A robot that says the ten digits: sounds made of sines, for trying things out."""

import numpy as np

WORDS = (
    *("zero", "one", "two", "three", "four"),
    *("five", "six", "seven", "eight", "nine"),
)

# Of each sound the heights (Hz) at which it is loud, and how loud it is. The vowels
# are near those of English speakers; noises are hissed, not sung.
_VOICED = {
    "ee": ((300, 2300, 3000), 1.0),
    "i": ((400, 2000, 2600), 1.0),
    "e": ((550, 1800, 2500), 1.0),
    "ah": ((750, 1200, 2500), 1.0),
    "oh": ((500, 900, 2400), 1.0),
    "oo": ((320, 850, 2200), 0.9),
    "r": ((350, 1200, 1600), 0.7),
    "n": ((250, 1400, 2200), 0.4),
    "v": ((250, 1000, 2200), 0.2),
    "w": ((300, 650, 2200), 0.6),
}
_HISSED = {
    "s": ((3500,), 0.35),
    "z": ((3200,), 0.3),
    "f": ((2600,), 0.08),
    "th": ((2200,), 0.06),
    "t": ((3000,), 0.25),
    "k": ((1700,), 0.2),
    "-": ((1000,), 0.0),  # the silence before a stop
}
_SOUNDS = (
    *("z ee r oh", "w ah n", "- t oo", "th r ee", "f oh r"),
    *("f ah i v", "s i - k s", "s e v e n", "e i - t", "n ah i n"),
)
_WIDTH = 220.0  # Hz, of each loud height


def say(
    digit: int,
    generator: np.random.Generator,
    *,
    pitch: float = 120.0,
    size: float = 1.0,
    rate: int = 8000,
) -> np.ndarray:
    """Return a digit as the robot says it, each time a little otherwise.

    Args:
        digit: Integer, 0 to 9.
        generator: NumPy generator.
        pitch: Float, of the voice, in Hz. Default: `120.0`.
        size: Float, by which all heights of the sounds are multiplied: a small robot
            has a short throat, and higher ones. Default: `1.0`.
        rate: Integer, samples a second. Default: `8000`.

    Returns:
        float32 array `(samples,)`, -1 to 1.

    Example:

    >>> wave = say(7, np.random.default_rng(0))
    >>> wave.dtype, 2000 < len(wave) < 8000
    (dtype('float32'), True)
    """
    sounds = _SOUNDS[digit].split()
    lengths = 0.08 * np.exp(generator.normal(0, 0.15, len(sounds)))
    middles = np.cumsum(lengths) - lengths / 2
    time = np.arange(int(lengths.sum() * rate)) / rate
    size = size * np.exp(generator.normal(0, 0.02))
    pitch = pitch * np.exp(generator.normal(0, 0.08))
    top = 0.48 * rate
    sung = pitch * np.arange(1, int(top / pitch) + 1)
    hissed = generator.uniform(500, top, 60)
    wave = np.zeros(len(time))
    for kind, heights in ((_VOICED, sung), (_HISSED, hissed)):
        # How loud each sine is in the middle of each sound, and in between.
        loud = np.array([_loudness(kind.get(one), heights / size) for one in sounds])
        phases = generator.uniform(0, 2 * np.pi, len(heights))
        for height, levels, phase in zip(heights, loud.T, phases, strict=True):
            sine = np.sin(2 * np.pi * height * time + phase)
            wave += np.interp(time, middles, levels) * sine
    wave *= 0.3 * np.exp(generator.normal(0, 0.4)) / np.abs(wave).max()
    return (wave + generator.normal(0, 0.002, len(time))).astype("float32")


def _loudness(
    sound: tuple[tuple[float, ...], float] | None, heights: np.ndarray
) -> np.ndarray:
    """How loud sines of these heights are in a sound; all silent in `None`."""
    if sound is None:
        return np.zeros(len(heights))
    places, level = sound
    distance = (heights[:, None] - np.array(places)) / _WIDTH
    falling = 0.6 ** np.arange(len(places))
    return level * (np.exp(-(distance**2)) * falling).sum(axis=1)
