"""A generated weather series with the columns of the Jena weather station.

It stands in where the real measurements cannot be had, and gives tests and
tutorials data of any length. Temperature, pressure, humidity and wind are
simulated; everything that follows from them by physics is derived.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from keras_rnn.datasets.series import atmosphere
from keras_rnn.datasets.series.random_waves import random_wave
from keras_rnn.files import replacing

COLUMNS = (
    "p (mbar)",
    "T (degC)",
    "Tpot (K)",
    "Tdew (degC)",
    "rh (%)",
    "VPmax (mbar)",
    "VPact (mbar)",
    "VPdef (mbar)",
    "sh (g/kg)",
    "H2OC (mmol/mol)",
    "rho (g/m**3)",
    "wv (m/s)",
    "max. wv (m/s)",
    "wd (deg)",
)

_LATITUDE = np.radians(50.91)  # Jena
_NOON = 12.2  # hour of the highest sun in Central European Time
_HEAT_MEMORY = 3.0  # hours by which the air's warmth trails the sun

# Of the faults that files have: rows, each fault has such a stretch for itself.
_SLOT = 10
_FAULTS = ("sentinels", "empty", "gaps", "repeats")


def generate(
    rows: int,
    *,
    start: str | pd.Timestamp = "2009-01-01 00:10",
    step: str | pd.Timedelta = "10min",
    seed: int = 0,
    faults: bool = False,
) -> pd.DataFrame:
    """Generate `rows` rows of weather, `step` apart.

    Eight random fluctuations with memories from minutes to a week drive it: slowly
    changing regimes, cyclones, fronts (falling pressure, warm air from the south,
    clouds; then cold, dry air from the west), cloudiness, moisture, breezes, eddies and
    turbulence. The sun's height over Jena adds the daily and yearly cycles; clouds
    dampen the daily one. Means, spreads, memories and what forecasts can reach
    resemble those of the measurements of 2009 to 2016.

    Args:
        rows: Integer, how many rows.
        start: Time stamp of the first row. Default: that of the Jena data.
        step: Time between two rows, as pandas writes it. The statistics (spread,
            memory, cycles) do not depend on it. Default: `"10min"`.
        seed: Integer. Default: 0.
        faults: Boolean, damage the result as real files are damaged: -9999, empty
            cells, gaps and repeated rows, counted in `.attrs["faults"]`.
            Default: `False`.

    Returns:
        `pandas.DataFrame` of `COLUMNS`, rounded as the station does, with a
        `DatetimeIndex` named `"time"`.

    Raises:
        ValueError: No rows, or a step that does not go forward.

    Example:

    >>> frame = generate(144, seed=1)
    >>> frame.shape
    (144, 14)
    >>> frame.index[1] - frame.index[0]
    Timedelta('0 days 00:10:00')
    """
    step = pd.Timedelta(step)
    if rows < 1 or not step > pd.Timedelta(0):
        raise ValueError(
            f"rows and step must be positive, received: rows={rows}, step={str(step)!r}"
        )
    times = pd.date_range(start, periods=rows, freq=step, name="time")
    times.freq = None
    rng = np.random.default_rng(seed)
    frame = _derive(times, **_simulate(times, step / pd.Timedelta("1h"), rng))
    if faults:
        frame = inject_faults(
            frame, rng, sentinel_columns=["wv (m/s)", "max. wv (m/s)"]
        )
    return frame


def inject_faults(
    frame: pd.DataFrame,
    rng: np.random.Generator,
    *,
    sentinel_columns: Sequence[str],
    sentinel: float = -9999.0,
) -> pd.DataFrame:
    """Return a copy of a frame with the faults of real files, counted in its `attrs`.

    Each kind of fault occurs about once in 5,000 rows, and at least once. No two
    faults touch, so that every one of them can be found and counted.

    Args:
        frame: `pandas.DataFrame` with a `DatetimeIndex` and at least 60 rows.
        rng: `numpy.random.Generator`.
        sentinel_columns: List of strings, columns of sensors that drop out together.
        sentinel: Float, what is written when they do. Default: -9999.

    Returns:
        `pandas.DataFrame`. Its attribute `faults` is a dict of integers:
        `"sentinels"` and `"empty"` count cells, `"gaps"` stretches of rows left out,
        `"rows missing"` the rows in them, `"repeats"` rows that occur twice.

    Raises:
        ValueError: The frame is too short to be damaged.
    """
    times = len(frame) // 5_000 + 1
    slots = np.arange(1, len(frame) // _SLOT - 1)
    if len(slots) < times * len(_FAULTS):
        raise ValueError(
            f"{len(frame)} rows are too few to put faults in; at least 60 are needed."
        )
    starts = _SLOT * rng.choice(slots, size=(len(_FAULTS), times), replace=False)
    lengths = rng.integers(1, _SLOT, size=(len(_FAULTS), times))
    rows = {
        kind: np.concatenate(
            [np.arange(a, a + n) for a, n in zip(first, length, strict=True)]
        )
        for kind, first, length in zip(_FAULTS, starts, lengths, strict=True)
    }

    values = frame.to_numpy(copy=True)
    columns = frame.columns.get_indexer(sentinel_columns)
    values[np.ix_(rows["sentinels"], columns)] = sentinel
    values[rows["empty"], rng.integers(0, frame.shape[1], len(rows["empty"]))] = np.nan

    counts = np.ones(len(frame), dtype=int)
    counts[rows["gaps"]] = 0
    counts[rows["repeats"]] = 2
    kept = np.repeat(np.arange(len(frame)), counts)
    result = pd.DataFrame(values[kept], index=frame.index[kept], columns=frame.columns)
    result.attrs["faults"] = {
        "sentinels": len(rows["sentinels"]) * len(columns),
        "empty": len(rows["empty"]),
        "gaps": times,
        "rows missing": len(rows["gaps"]),
        "repeats": len(rows["repeats"]),
    }
    return result


def write_csv(frame: pd.DataFrame, path: str | Path) -> None:
    """Write a frame as the station does: `Date Time` first, German dates, commas.

    Args:
        frame: `pandas.DataFrame` as `generate` returns it.
        path: String or `pathlib.Path`. A name that ends in `.gz` or `.zip` packs it.
    """
    with replacing(path) as temporary:
        frame.to_csv(
            temporary,
            index_label="Date Time",
            date_format="%d.%m.%Y %H:%M:%S",
            float_format="%.2f",
        )


def _simulate(
    times: pd.DatetimeIndex, hours: float, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """The quantities that are not derived from others, as arrays `(rows,)`."""

    def wave(memory, smoothing, period=None):
        return random_wave(
            rng, len(times), hours, memory=memory, smoothing=smoothing, period=period
        )

    season = _season(times)  # -1 in January, 1 in July
    sun = _daily_heating(times)
    regime = wave(170.0, 12.0)
    cyclone = wave(100.0, 4.0, period=320.0)
    front = wave(26.0, 1.5, period=70.0)
    cloudiness = wave(26.0, 0.7)
    moisture = wave(20.0, 0.5)
    breeze = wave(7.0, 0.4)
    eddies = wave(1.5, 0.15)
    turbulence = wave(0.3, 0.05)

    storminess = 1.0 - 0.4 * season
    tide = 0.4 * np.cos(4 * np.pi * (_hour(times) - 10.0) / 24.0)
    pressure = (
        989.2
        + tide
        + storminess * (5.6 * regime.imag + 5.6 * cyclone.real + 2.0 * front.real)
    )

    cloud = 1.5 * cloudiness.real - 0.5 * cyclone.real - 0.7 * front.real
    cloud = 1.0 / (1.0 + np.exp(-(0.5 + cloud)))  # share of the sky, 0 to 1
    warming = 23.0 * (1.0 - 0.85 * cloud) * sun
    fast = warming + (0.6 + 0.9 * np.maximum(sun, 0.0)) * eddies.real
    air_mass = 3.2 * regime.real + 2.1 * cyclone.imag + 1.1 * _steepened(-front)
    air_mass = (1.0 - 0.15 * season) * (air_mass + 0.6 * moisture.imag)
    temperature = 9.4 + 9.7 * season + air_mass + fast

    dryness = 4.0 + 1.5 * season - 3.5 * (cloud - 0.6) + 2.2 * moisture.real
    spread = np.logaddexp(0.0, dryness + 0.95 * fast + 0.28 * air_mass)
    humidity = 100.0 * (
        atmosphere.saturation_pressure(temperature - spread)
        / atmosphere.saturation_pressure(temperature)
    )

    # The angle of these complex numbers is the direction that the wind comes from.
    wind = 1.1 * np.exp(1j * np.radians(205.0)) + breeze
    wind = wind - 0.6 * regime.real + 0.6j * regime.imag
    wind = wind + storminess * (0.6j * front.imag - 0.7 * cyclone.imag)
    calm = 0.14 * (regime.imag + cyclone.real) - 0.2 * breeze.real
    wind = wind * np.exp(0.25 * eddies.imag + 1.1 * sun - calm) + 0.5 * turbulence
    speed = np.abs(wind)
    gust = 1.4 * speed + 0.4 + 0.3 * np.abs(turbulence.imag) * np.sqrt(speed)
    direction = np.degrees(np.angle(wind)).round(2) % 360.0
    return {
        "pressure": pressure,
        "temperature": temperature,
        "humidity": humidity,
        "speed": speed,
        "gust": gust,
        "direction": direction,
    }


def _derive(times, pressure, temperature, humidity, speed, gust, direction):
    """All columns. What is derived follows from the rounded measurements."""
    p, t, rh = pressure.round(2), temperature.round(2), humidity.round(1)
    saturation = atmosphere.saturation_pressure(t)
    vapour = saturation * rh / 100.0
    specific = atmosphere.specific_humidity(vapour, p)
    values = (
        p,
        t,
        atmosphere.potential_temperature(t, p),
        atmosphere.dew_point(vapour),
        rh,
        saturation,
        vapour,
        saturation - vapour,
        specific,
        atmosphere.water_concentration(vapour, p),
        atmosphere.air_density(t, p, specific),
        speed,
        gust,
        direction,
    )
    rounded = {name: v.round(2) for name, v in zip(COLUMNS, values, strict=True)}
    return pd.DataFrame(rounded, index=times)


def _season(times: pd.DatetimeIndex) -> np.ndarray:
    """Yearly cycle from -1 (17 January) to 1 (half a year later)."""
    day = times.day_of_year.to_numpy() + _hour(times) / 24.0
    return -np.cos(2 * np.pi * (day - 17.0) / 365.25)


def _hour(times: pd.DatetimeIndex) -> np.ndarray:
    return (times.hour + times.minute / 60.0 + times.second / 3600.0).to_numpy()


def _steepened(wave: np.ndarray) -> np.ndarray:
    """Make a wave rise slowly and fall at once, as temperature does at a front."""
    size = np.abs(wave) + 1e-9
    return wave.real + 0.35 * (wave**2).imag / size


def _daily_heating(times: pd.DatetimeIndex, harmonics: int = 4) -> np.ndarray:
    """Warmth left by the sun, without its mean over the day.

    The sine of the sun's height over a day, zero at night, is smoothed by a first
    order low-pass filter; both are done on its Fourier series.
    """
    days = np.arange(367)
    declination = np.radians(-23.44) * np.cos(2 * np.pi * (days + 10) / 365.25)
    angle = 2 * np.pi * (np.arange(96) / 96 - _NOON / 24)
    height = np.sin(_LATITUDE) * np.sin(declination)[:, None] + (
        np.cos(_LATITUDE) * np.cos(declination)[:, None] * np.cos(angle)
    )
    series = np.fft.rfft(np.maximum(height, 0.0), axis=1) / 96  # (367, 49)
    turn = np.exp(2j * np.pi * _hour(times) / 24)
    day_of_year = times.day_of_year.to_numpy()
    total = np.zeros(len(times))
    for k in range(1, harmonics + 1):
        lag = 1 / (1 + 2j * np.pi * k * _HEAT_MEMORY / 24)
        total += 2 * np.real((series[:, k] * lag)[day_of_year] * turn**k)
    return total
