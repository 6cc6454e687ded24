"""Making a series ready to be forecast: columns, parts and widths, no backend."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from keras_rnn.datasets.series.series import Series
from keras_rnn.errors import UserError, nearest
from keras_rnn.forecasting.amounts import (
    chosen_aggregates,
    natural_limits,
)
from keras_rnn.forecasting.baselines import (
    LEAST_TRAINING,
    has_year_mean,
    season_of_parts,
    usual_horizon,
)
from keras_rnn.forecasting.conformal import FEWEST_ERRORS
from keras_rnn.forecasting.contiguous_rows import latest_rows
from keras_rnn.forecasting.features import DAY, WEEK, YEAR
from keras_rnn.forecasting.known_ahead import KnownAhead, find_known_ahead
from keras_rnn.forecasting.leaks import leak_warnings
from keras_rnn.forecasting.pandas_input import TimeZone, as_future, as_series
from keras_rnn.forecasting.plan_ahead import (
    holidays_of_series,
    known_horizon,
    remark_on_holidays,
    rows_to_come,
)
from keras_rnn.forecasting.preparation import Preparation
from keras_rnn.forecasting.split import (
    Split,
    cut_alike,
    forecast_parts,
    is_short_series,
)
from keras_rnn.forecasting.time_steps import infer_step

if TYPE_CHECKING:
    from keras_rnn.forecasting.windows import Windows

# The recurrent cell of the default model, or no network.
MODELS = ("gru", "lstm", "simple_rnn", "ridge")

# Three days of hourly rows: enough for the regression to see weather pass by.
HISTORY = 72

# Of more rows than this, exponential smoothing is left to those who know more columns.
_MOST_SMOOTHED = 5000
# Seasons of weeks, months or quarters that exponential smoothing sees.
_SMOOTHED_SEASONS = 5

# Windows that the test part has at least when nobody names a horizon.
_LEAST_WINDOWS = 4


@dataclass(frozen=True)
class ForecastTask:
    """What is forecast from what, in rows and columns.

    Attributes:
        target: String, the column to forecast.
        history: Integer, rows of the past that the trained models see.
        horizon: Integer, rows to forecast.
        season: Integer, rows that the seasonal naive forecast goes back; 1 for none.
        calendar: Integer, how many columns at the end tell the time.
        year_degree: Integer, cycles of the wave that a year of days is described by;
            0 for none. Default: `0`.
        smoothing: Integer, rows that exponential smoothing sees; 0 for no such member.
            Default: `0`.
        ahead: Integer, how many columns, before those that tell the time, hold what is
            known of the row `horizon` rows later. Default: `0`.
    """

    target: str
    history: int
    horizon: int
    season: int
    calendar: int
    year_degree: int = 0
    smoothing: int = 0
    ahead: int = 0

    @property
    def lookback(self) -> int:
        """Integer, rows of the past that a window holds."""
        least = self.horizon + 1 if self.ahead else 0
        return max(self.history, self.season, self.smoothing, least)

    def places_ahead(self, columns: int) -> tuple[int, ...]:
        """Return which of so many columns look ahead."""
        last = columns - self.calendar
        return tuple(range(last - self.ahead, last))

    @property
    def reach(self) -> int:
        """Integer, rows before a row that windows with it as their last one hold."""
        return self.lookback + self.horizon - 1

    def windows(self, frame: pd.DataFrame, **arguments: Any) -> Windows:
        """Return `Windows` of one part, for training, validation or test.

        Args:
            frame: DataFrame, the part.
            **arguments: Further arguments of `Windows`, such as `batch_size`.
        """
        # Here, because it imports the backend, which a plan does without.
        from keras_rnn.forecasting.windows import Windows

        return Windows(
            frame, self.lookback, self.horizon, self.horizon, [self.target], **arguments
        )


@dataclass(frozen=True)
class ForecastPlan:
    """A series made ready: what is forecast, from which rows.

    Attributes:
        series: `keras_rnn.datasets.Series`, the readings and where they are from.
        preparation: `Preparation`.
        parts: `Split` of the prepared frame, in physical units.
        task: `ForecastTask`.
        season: Tuple `(name, rows)` for the seasonal naive forecast.
        notes: Dict from what was done to the data, in words, to how often.
        remarks: Tuple of strings, what was chosen where nobody said, and which forecast
            to compare with there cannot be, and why.
        year_mean: Boolean, whether each day of the test part has a like in an earlier
            year.
        time_zone: `TimeZone` of the readings, or `None`.
        limits: Tuple of two floats, what the target cannot be below or above.
        is_short: Boolean, whether members are refitted at each origin: see
            `short_series`.
        asked: Dict of what was asked for where a shorter past of the same series may
            choose otherwise: "history" and "aggregate".
        warnings: Tuple of strings, columns that seem to tell what is to be forecast.
        knows_future: Boolean, whether all that is known ahead is known of the rows
            after the last one.
    """

    series: Series
    preparation: Preparation
    parts: Split
    task: ForecastTask
    season: tuple[str, int]
    notes: dict[str, int]
    remarks: tuple[str, ...] = ()
    year_mean: bool = False
    time_zone: TimeZone | None = None
    limits: tuple[float, float] = (-math.inf, math.inf)
    is_short: bool = False
    asked: dict[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    knows_future: bool = True


def check_model(model: str) -> None:
    """Raise a `UserError` unless `model` is one of `MODELS`."""
    if model not in MODELS:
        raise UserError(
            f"There is no model {model!r}.{nearest(model, MODELS)} Known are "
            f"{', '.join(MODELS)}."
        )


def plan_forecast(
    data: pd.DataFrame | pd.Series | Series,
    target: str | None = None,
    *,
    horizon: int | None = None,
    history: int | None = None,
    every: str | pd.Timedelta | None = None,
    aggregate: str | Mapping[str, str] | None = None,
    time_column: str | None = None,
    known_ahead: str | Iterable[str] | None = None,
    future: pd.DataFrame | Series | None = None,
    holidays: str | None = None,
    must_continue: bool = True,
    name: str = "DataFrame",
) -> ForecastPlan:
    """Prepare a series for forecasting and check that it is long enough.

    Args:
        data: DataFrame or `pandas.Series` with a `DatetimeIndex` (or with time stamps
            in a column), or `keras_rnn.datasets.Series`.
        target: String, the column to forecast. Default: the series' own, or the only
            column.
        horizon: Integer, rows to forecast. Default: by the step of the rows: a day of
            hours, two weeks of days, a year of months; fewer for a short series.
        history: Integer, rows of the past to learn from. Default: 72, or fewer if
            the series is short.
        every: String such as `"1h"` or `"1 month"`, the step of the rows. Default:
            `default_every`: rows half an hour or more apart stay as they are.
        aggregate: `"last"`, `"mean"`, `"sum"`, `"min"` or `"max"`, what thinned rows
            hold, or a mapping from column to it. Default: amounts such as rain, counts
            and energy are summed, of all else the last reading is taken.
        time_column: String, the column of a DataFrame with the time stamps. Default:
            the index if it holds stamps, else the only column that does.
        known_ahead: String or iterable of strings, columns whose future is known,
            such as prices. Default: what `future` holds, or what rows at the end hold
            whose target is empty.
        future: DataFrame of the rows after the readings, with these columns.
            Default: rows at the end of the readings whose target is empty, or none.
        holidays: String, a country such as `"DE"`, or a part of it such as
            `"DE-BY"`, whose public holidays are known ahead. Default: `None`.
        must_continue: Boolean, whether the last rows have to be without a gap, so that
            a forecast can go on from them. Default: `True`.
        name: String, what a DataFrame is called in headings. Default: `"DataFrame"`.

    Returns:
        `ForecastPlan`.

    Raises:
        UserError: No time stamps, no such column, too few rows, a gap in the last
            ones, or a future that does not follow them.
    """
    if horizon is not None and _whole("horizon", horizon) < 1:
        raise UserError(f"`horizon` must be 1 row or more, not {horizon}.")
    asked: dict[str, Any] = {"history": history, "aggregate": aggregate}
    if isinstance(aggregate, Mapping):
        asked["aggregate"] = dict(aggregate)
    target = None if target is None else str(target)
    if isinstance(data, Series):
        series, time_zone = data, None
    else:
        series, time_zone = as_series(data, target, time_column=time_column, name=name)
    if target is None:
        target = series.default_target
    if not target and target not in series.frame:
        raise UserError(
            "The table has several columns, and none is named to be forecast: give "
            f"one as `target`. They are: {', '.join(map(repr, series.frame.columns))}."
        )
    known, closed = KnownAhead((), series.frame), None
    # Rows at the end whose target is empty may be rows to come.
    ends_empty = target in series.frame and series.frame[target][-1:].isna().any()
    asks_ahead = known_ahead is not None or future is not None
    if ends_empty or (asks_ahead and target in series.frame):
        rows = None if future is None else as_future(future, time_zone, time_column)
        known = find_known_ahead(series.frame, target, known_ahead, rows)
        series = replace(series, frame=known.history)
    if holidays is not None:
        closed = holidays_of_series(holidays, series, time_zone)
    remarks: list[str] = list(known.remarks)
    preparation, frame, notes = Preparation.fit(
        series.frame,
        target,
        every,
        aggregate=chosen_aggregates(series.frame, series, aggregate),
        marks=series.table.time.marks if series.table else "",
        known_ahead=known.columns,
        holidays=closed,
        cut=lambda rows: forecast_parts(rows, horizon, []),
    )
    is_short = is_short_series(frame)
    parts = forecast_parts(frame, horizon, remarks)
    to_come = pd.DataFrame()
    if known.future is not None and preparation.known_ahead:
        to_come = rows_to_come(preparation, known, frame.index[-1])
    if horizon is None and len(to_come):
        horizon = known_horizon(len(to_come), frame.index, remarks)
    horizon = _horizon(horizon, parts, frame.index, preparation.every, remarks)
    if preparation.looks_ahead:
        preparation, frame = preparation.looking_ahead(
            series.frame, target, horizon, known.future
        )
        if len(to_come):
            preparation.check_future(frame.index, to_come)
        parts = cut_alike(frame, parts)
        if closed:
            remark_on_holidays(preparation, parts, series, remarks)
    season = season_of_parts(parts, horizon, remarks)
    # Of a short series, the strength of a regression is chosen on rows before its test.
    kept = horizon if is_short else 0
    history = _history(history, horizon, season[1], parts, kept)
    if asked["history"] is not None:
        asked["history"] = int(history)
    task = ForecastTask(
        target,
        history,
        horizon,
        season[1],
        preparation.calendar_columns,
        _year_degree(preparation, parts.train.index),
        _smoothing(parts, history, horizon, season[1], is_short),
        len(preparation.ahead_features),
    )
    if must_continue:
        # Better told now than after the training.
        latest_rows(frame, task.lookback)
    year_mean = has_year_mean(parts, target, remarks)
    read = [name for name in preparation.columns if name in frame and name != target]
    warnings = leak_warnings(
        frame[[target, *read]], target, horizon, preparation.known_ahead
    )
    limits = _limits(parts, target, series.units.get(target, ""), remarks)
    return ForecastPlan(
        series=series,
        preparation=preparation,
        parts=parts,
        task=task,
        season=season,
        notes=notes,
        remarks=tuple(remarks),
        year_mean=year_mean,
        time_zone=time_zone,
        limits=limits,
        is_short=is_short,
        asked=asked,
        warnings=tuple(warnings),
        knows_future=not preparation.known_ahead or len(to_come) >= horizon,
    )


def _horizon(horizon, parts, index, every, remarks):
    """The horizon that was asked for, or what the step of the rows suggests."""
    shortest = min(len(parts.validation), len(parts.test))
    if horizon is None:
        usual = usual_horizon(index)
        # A little shorter, if that makes the windows enough for a band.
        with_band = shortest - FEWEST_ERRORS + 1
        most = shortest - _LEAST_WINDOWS + 1
        horizon = max(1, min(usual, with_band if 4 * with_band >= 3 * usual else most))
        if horizon < usual:
            remarks.append(
                f"{horizon} steps ahead and not {usual}: the test part has "
                f"{len(parts.test)} rows"
            )
    if horizon + 2 > shortest:
        raise UserError(
            f"A horizon of {horizon} rows is longer than the test part allows: of the "
            f"{sum(map(len, parts))} rows, one each {every}, these are the last "
            f"{len(parts.test)}. Choose `horizon={shortest // 3}` or less, or give "
            "more rows."
        )
    return horizon


def _smoothing(parts, history, horizon, season, is_short):
    """Rows that exponential smoothing sees; 0 where it is no member."""
    if is_short:
        return max(history, len(parts.train) - horizon - LEAST_TRAINING)
    index, rows = parts.train.index, sum(map(len, parts))
    if infer_step(index) < DAY or rows > _MOST_SMOOTHED:
        return 0
    if infer_step(index) < WEEK:
        return history
    return max(history, min(_SMOOTHED_SEASONS * season, len(parts.train) // 5))


def _history(history, horizon, season, parts, kept):
    """The history that was asked for, or three days, a season, a third of the rows."""
    most = len(parts.train) - horizon - kept - LEAST_TRAINING
    if history is None:
        usual = min(HISTORY, (len(parts.train) - horizon) // 3)
        # A change from the last value, so that the season before it is one row more.
        return max(2, min(max(usual, season + 1), most))
    if _whole("history", history) < 2:
        raise UserError(f"`history` must be 2 rows or more, not {history}.")
    if history > most:
        raise UserError(
            f"`history={history}` and `horizon={horizon}` make windows of "
            f"{history + horizon} rows, and the training part has {len(parts.train)} "
            f"of {sum(map(len, parts))}. Choose "
            f"`history={max(2, most)}` or less, or give more rows."
        )
    return history


def _year_degree(preparation, index):
    """Cycles of the wave that describes a year of days: two once it is seen whole."""
    if "year" not in preparation.periods or not DAY <= infer_step(index) <= WEEK:
        return 0
    return 2 if index[-1] - index[0] >= YEAR else 1


def _limits(parts, target, unit, remarks):
    """What the target cannot be below or above, by what was seen before the test."""
    low, high = natural_limits(pd.concat(parts[:2])[target], target, unit)
    if low == 0:
        inside = "at 0 or above" if high == np.inf else f"within 0 and {high:g}"
        remarks.append(
            f"the forecast and its bands are kept {inside}, where all of {target!r} "
            "before the test part was"
        )
    return low, high


def _whole(name: str, value: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise UserError(f"`{name}` must be a whole number of rows, not {value!r}.")
    return int(value)
