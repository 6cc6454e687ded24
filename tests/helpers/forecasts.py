"""Short series to forecast, and what is made of them before any training."""

import pandas as pd

from keras_rnn.datasets.series.series import Series
from keras_rnn.datasets.series.weather_sample import generate
from keras_rnn.forecasting.ensemble import EnsembleTraining
from keras_rnn.forecasting.plan import plan_forecast
from keras_rnn.forecasting.scaling import Scaler

TARGET = "T (degC)"
COLUMNS = ["p (mbar)", TARGET, "rh (%)"]


def weather(rows=400, step="1h", columns=COLUMNS, seed=0):
    """Generated weather as a `Series`; hourly, 400 rows."""
    frame = generate(rows, start="2020-03-01", step=step, seed=seed)[columns]
    return series_of(frame, TARGET)


def series_of(frame, target):
    """Any frame as a `Series`."""
    return Series(
        frame=frame.rename_axis("time"),
        name="tiny",
        kind="sample",
        origin="generated for a test",
        units={TARGET: "degC"},
        default_target=target,
    )


def small_plan(series, **changes):
    """A plan of 6 steps from 12 rows."""
    return plan_forecast(series, **({"history": 12, "horizon": 6} | changes))


def standardised(plan):
    """The three frames that `train_ensemble` takes, and the scaler of them."""
    train, validation, _ = plan.parts
    scaler = Scaler.fit(train)
    both = scaler.transform(pd.concat([train, validation]))
    return (both.iloc[: len(train)], both.iloc[len(train) :], both), scaler


def train_ensemble(parts, task, settings, **arguments):
    """The ensemble that was chosen on validation and has learned on with it."""
    train, validation, both = parts
    members = EnsembleTraining(task, settings, **arguments)
    members.choose(train, validation)
    members.learn(both.iloc[len(train) - task.reach :], both, "validation")
    return members.ensemble()
