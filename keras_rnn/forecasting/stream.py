"""Forecasts from a stream: a row in, a forecast out, and bands that learn from it."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from keras_rnn.errors import UserError
from keras_rnn.files import output_folder
from keras_rnn.forecasting.adaptive_bands import PACE, AdaptiveBands
from keras_rnn.forecasting.conformal import band_columns, recent_spread
from keras_rnn.forecasting.forecaster_rows import with_time_zone
from keras_rnn.forecasting.stream_rows import (
    Readings,
    RowFeatures,
    carried_forward,
    index_of,
    reading_of,
    time_stamp,
)
from keras_rnn.forecasting.stream_state import read_state, write_state
from keras_rnn.forecasting.time_steps import (
    months_in_span,
    nanoseconds,
    next_time_stamps,
    parse_span,
    shift_time_stamps,
    steps_between,
)

if TYPE_CHECKING:
    from keras_rnn.forecasting.forecaster import Forecaster

STATE_FILE = "stream.state"
# As `resample` fills them.
_MAX_FILL = 3
# Stamps from which the calendar of days and months is known.
_CALENDAR = 100


@dataclass(frozen=True, eq=False)
class StreamForecast:
    """What follows a row of a stream.

    Attributes:
        after: `pandas.Timestamp` of the row.
        times: `pandas.DatetimeIndex`, the stamps that are forecast.
        forecast: Float array, one number for each of them.
        bands: Dict from level in per cent to a pair of such arrays, the ends of the
            band; NaN where the forecaster has no band.
    """

    after: pd.Timestamp
    times: pd.DatetimeIndex
    forecast: np.ndarray
    bands: dict[float, tuple[np.ndarray, np.ndarray]]

    def columns(self) -> dict[str, np.ndarray]:
        """Return the columns that `Forecaster.predict` has, by their names."""
        columns = {"forecast": self.forecast}
        for names, ends in zip(
            band_columns(self.bands), self.bands.values(), strict=True
        ):
            columns |= dict(zip(names, ends, strict=True))
        return columns

    def to_frame(self) -> pd.DataFrame:
        """Return the forecast as `Forecaster.predict` does."""
        return pd.DataFrame(self.columns(), index=self.times.rename("time"))


class ForecastStream:
    """A forecaster that reads one row after the other.

    A forecast is that of `Forecaster.predict` from all rows so far; the bands begin as
    the forecaster's, and adapt to what came true (see `AdaptiveBands`). Up to three
    missing rows or values in a row are filled with the last value before them. After a
    longer gap there is no forecast until the history is whole again. Rows that are
    late, repeat another, or are less than half a step after it are left out.

    Args:
        forecaster: `Forecaster`.
        folder: String or `pathlib.Path`, where the state is kept after each row and
            found again. Default: `None`, nowhere.
        pace: Float, how far one reading moves a band: see `AdaptiveBands`. Default:
            `0.005`.

    Attributes:
        notes: List of strings, what was said of the row that was added last.
        waiting: Integer, how many more rows a forecast needs; 0 once there is one.
        counts: Dict from what happened to rows, in a word, to how often.
        position: Dict of what `save` was given, to go on from.

    Raises:
        UserError: The state in the folder is damaged or of another forecaster.

    Example:

    >>> from keras_rnn.forecasting.forecaster import Forecaster
    >>> hours = pd.date_range("2024-01-01", periods=400, freq="h")
    >>> load = pd.Series(50 + 10 * np.sin(2 * np.pi * np.arange(400) / 24), hours)
    >>> forecaster = Forecaster.fit(load, horizon=3, model="ridge", verbose=0)
    >>> stream = forecaster.stream()
    >>> (made,) = stream.add("2024-01-17 16:00", {"value": 41.3})
    >>> made.times[0], round(float(made.forecast[0]), 1)
    (Timestamp('2024-01-17 17:00:00'), 40.3)
    """

    def __init__(
        self,
        forecaster: Forecaster,
        folder: str | Path | None = None,
        *,
        pace: float = PACE,
    ) -> None:
        self.forecaster = forecaster
        preparation, target = forecaster.preparation, forecaster.target
        self.path = None if folder is None else output_folder(folder) / STATE_FILE
        self.readings = Readings(preparation)
        self.features = RowFeatures(preparation, target)
        self.adaptive = AdaptiveBands(forecaster.bands, pace=pace)
        self.place = list(preparation.columns).index(target)
        self.notes: list[str] = []
        self.counts: dict[str, int] = {}
        self.position: dict[str, Any] = {}
        months = months_in_span(preparation.every)
        step = None if months else parse_span(preparation.every, "every")
        # Days and months are counted by the calendar.
        fixed = step is not None and step < pd.Timedelta(days=1)
        self.step = step.as_unit("ns").value if step is not None and fixed else 0
        self.kept = forecaster.lookback + _MAX_FILL + 1
        width, horizon = len(preparation.columns), forecaster.horizon
        self.stamps = np.zeros(0, "int64")
        self.rows = np.zeros((0, width))
        self.calendar = np.zeros(0, "int64")
        self.number = 0
        self.latest = np.iinfo("int64").min  # stamp of the newest reading
        levels = len(forecaster.bands.levels)
        self.made_at = np.full(horizon, -1)
        self.made = np.zeros((horizon, horizon))
        self.made_spread = np.ones(horizon)
        self.made_reach = np.full((horizon, levels, horizon), np.nan)
        if self.path is not None and self.path.is_file():
            self._restore(self.path)
        elif forecaster.past is not None:
            self._begin_after(forecaster.past)

    @property
    def waiting(self) -> int:
        """Integer, how many more rows a forecast needs."""
        filled = carried_forward(self.rows, _MAX_FILL)
        whole = np.isfinite(filled).all(axis=1)[::-1]
        run = len(whole) if whole.all() else int(np.argmin(whole))
        return max(0, self.forecaster.lookback - run)

    def add(
        self,
        time: str | datetime.datetime | pd.Timestamp,
        values: Mapping[str, Any],
        *,
        save: bool = True,
    ) -> list[StreamForecast]:
        """Take in a reading, learn from it, and forecast what follows.

        Args:
            time: String in ISO 8601 or time stamp, with a time zone if the forecaster
                was fitted on stamps with one.
            values: Mapping from column to number; one that is missing, `None` or NaN is
                a missing value, and columns that the forecaster does not know do not
                count.
            save: Boolean, whether the state is written, if it has a folder. Default:
                `True`.

        Returns:
            List of `StreamForecast`, one for each row that is complete with the
            reading: of readings finer than the forecaster's rows often none, and two
            where the last row was still open. None while it waits for rows.

        Raises:
            UserError: The time or a value cannot be read. The stream stays as it was.
        """
        self.notes = []
        stamp = self._stamp(time)
        row = np.array([reading_of(values, name) for name in self.readings.columns])
        forecasts = []
        if stamp <= self.latest:
            again = stamp == self.latest or stamp in self.stamps
            self._note("repeated" if again else "late", f"{time}: left out")
        else:
            self.latest = stamp
            for complete in self.readings.add(stamp, row):
                forecasts += self._row(*complete)
        if save:
            self.save()
        return forecasts

    def save(self, **position: Any) -> None:
        """Write the state into the folder, all of it or nothing; without one, nothing.

        Args:
            **position: What JSON knows, to be found in `position` after a restart, such
                as how far an input was read.
        """
        self.position |= position
        if self.path is not None:
            about = {
                "of": self._fingerprint(),
                "number": self.number,
                "latest": int(self.latest),
                "counts": self.counts,
                "position": self.position,
                "readings": self.readings.state(),
            }
            write_state(self.path, about, self._arrays())

    def _arrays(self) -> dict[str, np.ndarray]:
        names = ["stamps", "rows", "calendar"]
        names += ["made_at", "made", "made_spread", "made_reach"]
        return {name: getattr(self, name) for name in names} | self.adaptive.arrays()

    def _restore(self, path: Path) -> None:
        about, arrays = read_state(path)
        if about.get("of") != self._fingerprint():
            raise UserError(
                f"{path} is the state of a stream of another forecaster. Remove it to "
                "begin anew, or keep the state in another `folder`."
            )
        for name, array in self._arrays().items():
            if name not in arrays or arrays[name].ndim != array.ndim:
                raise UserError(f"{path} is damaged. Remove it to begin anew.")
            if name in self.__dict__:
                setattr(self, name, arrays[name])
        self.adaptive.restore(arrays)
        self.number, self.latest = about["number"], about["latest"]
        self.counts, self.position = about["counts"], about["position"]
        self.readings.restore(about["readings"])

    def _fingerprint(self) -> str:
        """Which forecaster it is."""
        one = self.forecaster
        about = [one.preparation.to_dict(), one.target, one.horizon, one.lookback]
        about += [one.bands.to_dict(), one.metadata.get("trained on")]
        text = json.dumps(about, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def _begin_after(self, past: pd.DataFrame) -> None:
        """Begin with the rows that the forecaster was fitted on."""
        stamps = nanoseconds(past.index)
        self.rows = self.features.readings_of(past.to_numpy("float64"))[-self.kept :]
        self.stamps = stamps[-self.kept :]
        self.calendar = stamps[-_CALENDAR:]
        self.latest = int(stamps[-1])
        for missing in np.flatnonzero(self._steps_between(self.stamps) > 1.5)[::-1]:
            self.stamps = self.stamps[missing + 1 :]
            self.rows = self.rows[missing + 1 :]
            break

    def _stamp(self, time: Any) -> int:
        stamp = time_stamp(time)
        zone = self.forecaster.time_zone
        if (stamp.tz is None) != (zone is None):
            has = "no time zone" if stamp.tz is None else f"the time zone {stamp.tz}"
            raise UserError(
                f"{time} has {has}, and the forecaster was fitted on stamps "
                f"{'without one' if zone is None else f'of {zone.name}'}."
            )
        if zone is not None:
            stamp = zone.strip(pd.DatetimeIndex([stamp]))[0]
        return stamp.as_unit("ns").value

    def _note(self, what: str, text: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1
        self.notes.append(f"{what}: {text}")

    def _steps_between(self, stamps: np.ndarray) -> np.ndarray:
        if self.step:
            return np.diff(stamps) / self.step
        return steps_between(index_of(stamps))

    def _row(self, stamp: int, values: np.ndarray) -> list[StreamForecast]:
        """Take in a prepared row."""
        steps = 1
        if len(self.calendar):
            known = np.append(self.calendar, stamp)
            steps = round(float(self._steps_between(known)[-1]))
        if steps < 1:
            self._note("off the step", f"{index_of([stamp])[0]}: left out")
            return []
        missing = steps - 1
        before = f"{missing:,} row{'s' if missing > 1 else ''} before"
        if missing > _MAX_FILL:
            self._note("gap", f"{before} {index_of([stamp])[0]}")
            self.stamps, self.rows = self.stamps[:0], self.rows[:0]
        elif missing and len(self.stamps):
            self._note("filled", f"{before} {index_of([stamp])[0]}")
            between = self._shifted(int(self.calendar[-1]), np.arange(1, steps))
            self.stamps = np.append(self.stamps, nanoseconds(between))
            empty = np.full((missing, self.rows.shape[1]), np.nan)
            self.rows = np.concatenate([self.rows, empty])
        holes = np.flatnonzero(np.isnan(values))
        if len(holes):
            names = ", ".join(repr(self.readings.columns[one]) for one in holes)
            self._note("missing", f"{names} at {index_of([stamp])[0]}")
        self.number += steps
        self.stamps = np.append(self.stamps, stamp)[-self.kept :]
        self.rows = np.concatenate([self.rows, values[None]])[-self.kept :]
        self.calendar = np.append(self.calendar, stamp)[-_CALENDAR:]
        self._learn(float(values[self.place]))
        made = self._forecast(stamp)
        return [] if made is None else [made]

    def _shifted(self, stamp: int, numbers: np.ndarray) -> pd.DatetimeIndex:
        """Stamps so many steps after one."""
        if self.step:
            return index_of(stamp + self.step * numbers)
        index = index_of(self.calendar)
        if len(index) < 2:
            return index_of([stamp]).repeat(len(numbers)) + parse_span(
                self.forecaster.preparation.every, "every"
            ) * np.asarray(numbers)
        return shift_time_stamps(index, index[-1:].repeat(len(numbers)), numbers)

    def _learn(self, truth: float) -> None:
        """Compare what was forecast of this row with what it is."""
        if not np.isfinite(truth):
            return
        ahead = self.number - self.made_at
        due = (self.made_at >= 0) & (ahead >= 1) & (ahead <= len(self.made_at))
        for place in np.flatnonzero(due):
            step = ahead[place] - 1
            error = abs(truth - self.made[place, step]) / self.made_spread[place]
            reach = self.made_reach[place, :, step]
            if np.isfinite(reach).all():
                self.adaptive.learn(int(step), error, error > reach)

    def _forecast(self, stamp: int) -> StreamForecast | None:
        lookback, bands = self.forecaster.lookback, self.forecaster.bands
        rows = carried_forward(self.rows, _MAX_FILL)[-lookback:]
        if len(rows) < lookback or not np.isfinite(rows).all():
            return None
        features = self.features.of(self.stamps[-lookback:], rows)
        forecast = self.forecaster.forecast_rows(features.astype("float32")[None])[0]
        past = features[None, :, self.features.target]
        spread = max(float(recent_spread(past, bands.season)[0]), bands.least_spread)
        reach = self.adaptive.reach()
        place = self.number % len(self.made_at)
        self.made_at[place], self.made_spread[place] = self.number, spread
        self.made[place], self.made_reach[place] = forecast, reach
        numbers = np.arange(1, len(forecast) + 1)
        if self.step:
            times = index_of(stamp + self.step * numbers)
        else:
            times = next_time_stamps(index_of(self.calendar), len(forecast))
        after = with_time_zone(self.forecaster, index_of([stamp]))[0]
        return StreamForecast(
            after,
            with_time_zone(self.forecaster, times),
            forecast,
            {
                level: (
                    bands.limit(forecast - spread * one),
                    bands.limit(forecast + spread * one),
                )
                for level, one in zip(bands.levels, reach, strict=True)
            },
        )
