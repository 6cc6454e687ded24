"""Making a series ready to be forecast: columns, parts and widths, no backend."""

from dataclasses import dataclass

from keras_rnn.errors import UserError, nearest
from keras_rnn.forecasting.baselines import season_of
from keras_rnn.forecasting.latest import latest_rows
from keras_rnn.forecasting.preparation import Preparation
from keras_rnn.forecasting.split import Split, split

# What `--model` may be: the recurrent cell of the default model, or no network.
MODELS = ("gru", "lstm", "simple_rnn", "ridge")

# Three days of hourly rows: enough for the regression to see weather pass by.
HISTORY = 72


@dataclass(frozen=True)
class Task:
    """What is forecast from what, in rows and columns.

    Attributes:
        target: String, the column to forecast.
        history: Integer, rows of the past that the trained experts see.
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
    def lookback(self):
        """Integer, rows of the past that a window holds."""
        return max(self.history, self.season)

    def windows(self, frame, **arguments):
        """Return `Windows` of one part, for training, validation or test."""
        # Here, because it imports the backend, which a plan does without.
        from keras_rnn.forecasting.windows import Windows

        return Windows(
            frame, self.lookback, self.horizon, self.horizon, [self.target], **arguments
        )


@dataclass(frozen=True)
class Plan:
    """A series made ready: what is forecast, from which rows.

    Attributes:
        preparation: `Preparation`.
        parts: `Split` of the prepared frame, in physical units.
        task: `Task`.
        season: Tuple `(name, rows)` for the seasonal naive forecast.
        notes: Dict from what was done to the data, in words, to how often.
    """

    preparation: Preparation
    parts: Split
    task: Task
    season: tuple
    notes: dict


def check_model(model):
    """Raise a `UserError` unless `model` is one of `MODELS`."""
    if model not in MODELS:
        raise UserError(
            f"There is no model {model!r}.{nearest(model, MODELS)} Known are "
            f"{', '.join(MODELS)}."
        )


def plan_forecast(series, *, target=None, history=None, horizon=24, every=None):
    """Prepare a series for forecasting and check that it is long enough.

    Args:
        series: `keras_rnn.datasets.series.series.Series`.
        target: String, the column to forecast. Default: the series' own.
        history: Integer, rows of the past to learn from. Default: 72, or fewer if
            the series is short.
        horizon: Integer, rows to forecast. Default: `24`.
        every: String such as `"1h"`, the step of the rows. Default: an hour, or the
            series' own step where that is longer.

    Returns:
        `Plan`.

    Raises:
        UserError: No such column, too few rows, or a gap in the last ones.
    """
    if horizon < 1:
        raise UserError(f"--horizon must be 1 row or more, not {horizon}.")
    target = series.default_target if target is None else target
    preparation, frame, notes = Preparation.learn(series.frame, target, every)
    parts = split(frame)
    shortest = min(len(parts.validation), len(parts.test))
    season = season_of(frame.index)
    if season[1] + horizon > shortest:
        season = ("", 1)
    if horizon + 2 > shortest:
        raise UserError(
            f"A horizon of {horizon} rows is longer than the test part allows: the "
            f"last 10 % of the series are {len(parts.test)} rows, one each "
            f"{preparation.every}. Choose --horizon {shortest // 3} or less, or give "
            "more rows."
        )
    if history is None:
        history = max(2, min(HISTORY, (shortest - horizon) // 2))
    elif history < 2:
        raise UserError(f"--history must be 2 rows or more, not {history}.")
    elif history + horizon > shortest:
        raise UserError(
            f"--history {history} and --horizon {horizon} make windows of "
            f"{history + horizon} rows, and the test part has {len(parts.test)} (the "
            f"last 10 % of {len(frame)}). Choose --history "
            f"{max(2, (shortest - horizon) // 2)} or less, or give more rows."
        )
    task = Task(target, history, horizon, season[1], preparation.calendar_columns)
    # Better told now than after the training.
    latest_rows(parts.test, task.lookback)
    return Plan(preparation, parts, task, season, notes)
