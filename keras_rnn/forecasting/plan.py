"""Making a series ready to be forecast: columns, parts and widths, no backend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from keras_rnn.datasets.series.series import Series
from keras_rnn.errors import UserError, nearest
from keras_rnn.forecasting.baselines import season_of
from keras_rnn.forecasting.contiguous_rows import latest_rows
from keras_rnn.forecasting.pandas_input import TimeZone, as_series
from keras_rnn.forecasting.preparation import Preparation
from keras_rnn.forecasting.split import Split, split

if TYPE_CHECKING:
    from keras_rnn.forecasting.windows import Windows

# The recurrent cell of the default model, or no network.
MODELS = ("gru", "lstm", "simple_rnn", "ridge")

# Three days of hourly rows: enough for the regression to see weather pass by.
HISTORY = 72


@dataclass(frozen=True)
class ForecastTask:
    """What is forecast from what, in rows and columns.

    Attributes:
        target: String, the column to forecast.
        history: Integer, rows of the past that the trained models see.
        horizon: Integer, rows to forecast.
        season: Integer, rows that the seasonal naive forecast goes back.
        calendar: Integer, how many columns at the end tell the time.
    """

    target: str
    history: int
    horizon: int
    season: int
    calendar: int

    @property
    def lookback(self) -> int:
        """Integer, rows of the past that a window holds."""
        return max(self.history, self.season)

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
        time_zone: `TimeZone` of the readings, or `None`.
    """

    series: Series
    preparation: Preparation
    parts: Split
    task: ForecastTask
    season: tuple[str, int]
    notes: dict[str, int]
    time_zone: TimeZone | None = None


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
    horizon: int = 24,
    history: int | None = None,
    every: str | pd.Timedelta | None = None,
    time_column: str | None = None,
    name: str = "DataFrame",
) -> ForecastPlan:
    """Prepare a series for forecasting and check that it is long enough.

    Args:
        data: DataFrame or `pandas.Series` with a `DatetimeIndex` (or with time stamps
            in a column), or `keras_rnn.datasets.Series`.
        target: String, the column to forecast. Default: the series' own, or the only
            column.
        horizon: Integer, rows to forecast. Default: `24`.
        history: Integer, rows of the past to learn from. Default: 72, or fewer if
            the series is short.
        every: String such as `"1h"`, the step of the rows. Default: an hour, or the
            series' own step where that is longer.
        time_column: String, the column of a DataFrame with the time stamps. Default:
            the index if it holds stamps, else the only column that does.
        name: String, what a DataFrame is called in headings. Default: `"DataFrame"`.

    Returns:
        `ForecastPlan`.

    Raises:
        UserError: No time stamps, no such column, too few rows, or a gap in the last
            ones.
    """
    if _whole("horizon", horizon) < 1:
        raise UserError(f"`horizon` must be 1 row or more, not {horizon}.")
    target = None if target is None else str(target)
    series, time_zone = as_series(data, target, time_column=time_column, name=name)
    if target is None:
        target = series.default_target
    if not target and target not in series.frame:
        raise UserError(
            "The table has several columns, and none is named to be forecast: give "
            f"one as `target`. They are: {', '.join(map(repr, series.frame.columns))}."
        )
    preparation, frame, notes = Preparation.fit(series.frame, target, every)
    parts = split(frame)
    shortest = min(len(parts.validation), len(parts.test))
    season = season_of(frame.index)
    if season[1] + horizon > shortest:
        season = ("", 1)
    if horizon + 2 > shortest:
        raise UserError(
            f"A horizon of {horizon} rows is longer than the test part allows: the "
            f"last 10 % of the series are {len(parts.test)} rows, one each "
            f"{preparation.every}. Choose `horizon={shortest // 3}` or less, or give "
            "more rows."
        )
    if history is None:
        history = max(2, min(HISTORY, (shortest - horizon) // 2))
    elif _whole("history", history) < 2:
        raise UserError(f"`history` must be 2 rows or more, not {history}.")
    elif history + horizon > shortest:
        raise UserError(
            f"`history={history}` and `horizon={horizon}` make windows of "
            f"{history + horizon} rows, and the test part has {len(parts.test)} (the "
            f"last 10 % of {len(frame)}). Choose "
            f"`history={max(2, (shortest - horizon) // 2)}` or less, or give more rows."
        )
    task = ForecastTask(
        target, history, horizon, season[1], preparation.calendar_columns
    )
    # Better told now than after the training.
    latest_rows(parts.test, task.lookback)
    return ForecastPlan(series, preparation, parts, task, season, notes, time_zone)


def _whole(name: str, value: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise UserError(f"`{name}` must be a whole number of rows, not {value!r}.")
    return int(value)
