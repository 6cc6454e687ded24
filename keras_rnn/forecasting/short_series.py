"""Short series: simple members, refitted at each origin, weighted by what they erred.

A tenth of 144 rows holds three forecasts of a year. So the origin rolls: over the last
two fifths of the rows, each row is once the first that is not known, and the members
learn from the rows before it. What they err at the first half of these origins sets
their weights; the second half judges the average.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import keras
import numpy as np
import pandas as pd
from keras import layers, ops

from keras_rnn.forecasting.backtest import Backtest
from keras_rnn.forecasting.baselines import year_means
from keras_rnn.forecasting.blend import inverse_error_weights, standard_error
from keras_rnn.forecasting.ensemble import TARGET_ALONE, Calibration, Ensemble
from keras_rnn.forecasting.exponential_smoothing import (
    ExponentialSmoothing,
    fit_at_origins,
)
from keras_rnn.forecasting.linear_forecast import (
    LinearForecast,
    Logarithm,
    smoothed_season,
)
from keras_rnn.forecasting.network import VIEWS
from keras_rnn.forecasting.network_training import NetworkSettings, NetworkTraining
from keras_rnn.forecasting.ridge import RidgeChange, fit_ridge

if TYPE_CHECKING:
    from keras_rnn.forecasting.plan import ForecastPlan
    from keras_rnn.forecasting.scaling import Scaler

# Refits of the members on the way; more change nothing but the time.
_MOST_REFITS = 24
# Fewer windows teach a network nothing that a line does not know.
_FEWEST_WINDOWS = 100
# It has to err less on validation than the best other, by so many standard errors.
_CLEARLY = 2.0
# The members that the table of errors shows, and what it calls them.
_SHOWN = {
    "persistence": "persistence",
    "seasonal naive": "seasonal_naive",
    "drift": "drift",
    "exponential smoothing": "exponential_smoothing",
    "ridge": "ridge",
}


def train_on_short_series(
    plan: ForecastPlan,
    scaler: Scaler,
    settings: NetworkSettings,
    *,
    folder: Path | None = None,
    verbose: str | int = "auto",
) -> tuple[Ensemble, Backtest]:
    """Fit and weight the members of a short series, and judge their average.

    Args:
        plan: `ForecastPlan` whose series is short, without a gap.
        scaler: `Scaler`, fitted on the training part.
        settings: `NetworkSettings`.
        folder: `pathlib.Path` for the network's checkpoints. Default: none are kept.
        verbose: `0` for silence, `1` for a progress bar, `2` for a line an epoch,
            or `"auto"`. Default: `"auto"`.

    Returns:
        `(ensemble, backtest)`: an `Ensemble` in standardised units whose members have
        learned from all rows, and the `Backtest` of the last origins, at which they
        had learned from the rows before.
    """
    task, parts = plan.task, plan.parts
    frame = pd.concat(parts)
    members = _Members(plan, scaler, frame)
    windows = task.windows(members.scaled, batch_size=1024)
    past, future = windows.arrays()
    truth = future[:, :, 0].astype("float64")
    origins = windows.starts + task.lookback
    past, truth = past[origins >= members.first], truth[origins >= members.first]
    origins = origins[origins >= members.first]
    # No forecast that sets a weight reaches into the rows that are judged.
    judged = len(frame) - len(parts.test)
    chooses, judges = origins + task.horizon <= judged, origins >= judged

    fits = members.fit([*origins, len(frame)])
    forecasts = {
        name: np.concatenate(
            [
                fitted[name].predict(past[place : place + 1])
                for place, fitted in enumerate(fits[:-1])
            ]
        )
        for name in fits[-1]
    }
    network, history = _network_if_it_wins(
        members, settings, forecasts, truth, past, chooses, folder, verbose
    )
    stacked = np.stack(list(forecasts.values()), axis=-1)
    weights = inverse_error_weights(stacked[chooses], truth[chooses])
    place = members.target
    ensemble = Ensemble(
        model=_blended(task, past.shape[-1], fits[-1], network, weights),
        weights=dict(zip(forecasts, map(float, weights), strict=True)),
        ridge=members.ridge,
        history=history,
        calibration=_calibration(
            stacked[chooses], truth[chooses], past[chooses], place
        ),
    )
    unit = scaler.std[members.target]
    shown = {"model": stacked @ weights} | {
        shown: forecasts[name] for name, shown in _SHOWN.items() if name in forecasts
    }
    errors = {
        name: (truth - forecast)[judges] * unit for name, forecast in shown.items()
    }
    if plan.year_mean:
        earlier = members.year_means(origins[judges])
        errors["year_mean"] = (
            truth[judges] * unit + scaler.mean[members.target] - earlier
        )
    return ensemble, Backtest(
        errors=errors,
        season=plan.season[0],
        start=frame.index[judged],
        end=frame.index[-1],
        is_rolling=True,
    )


class _Members:
    """What is fitted to the first rows of a series, for one number of rows or many.

    `ridge` is the regression of the last fit.
    """

    ridge: RidgeChange

    def __init__(self, plan, scaler, frame):
        self.task, self.scaler = plan.task, scaler
        self.frame, self.scaled = frame, scaler.transform(frame)
        self.target = scaler.columns.index(plan.task.target)
        self.readings = frame[plan.task.target].to_numpy("float64")
        self.columns, self.first = len(scaler.columns), len(plan.parts.train)

    def fit(self, origins) -> list[dict[str, LinearForecast]]:
        """Members that know the rows before each origin; refitted at some of them."""
        stride = -(-len(origins) // _MOST_REFITS)
        # The last one is that of all rows.
        chosen = [*origins[:-1:stride], origins[-1]]
        smoothed = fit_at_origins(self.readings, smoothed_season(self.task), chosen)
        fitted = [
            self._fit(rows, smoothing)
            for rows, smoothing in zip(chosen, smoothed, strict=True)
        ]
        return [fitted[place // stride] for place in range(len(origins) - 1)] + [
            fitted[-1]
        ]

    def year_means(self, origins):
        """The mean of the same days in earlier years, from the rows before each."""
        horizon = self.task.horizon
        target = self.frame[self.task.target]
        return np.stack(
            [
                year_means(target.iloc[:row], target.index[row : row + horizon])
                for row in origins
            ]
        )

    def _fit(self, rows, smoothing: ExponentialSmoothing):
        task, place, columns = self.task, self.target, self.columns
        known = self.scaled.iloc[:rows]
        readings = self.readings[:rows]
        logarithm = (
            Logarithm.fit(readings, self.scaler, place) if readings.min() > 0 else None
        )
        naive = np.zeros((max(task.season, 1), columns, task.horizon))
        naive[-1, place] = 1
        members = {"persistence": LinearForecast(place, naive, np.zeros(task.horizon))}
        if task.season > 1:
            naive = np.zeros((task.season, columns, task.horizon))
            steps = np.arange(task.horizon)
            naive[steps % task.season, place, steps] = 1
            members["seasonal naive"] = LinearForecast(
                place, naive, np.zeros(task.horizon)
            )
        members["drift"] = LinearForecast.of_drift(
            known.iloc[:, place].to_numpy("float64"), place, columns, task.horizon
        )
        members["exponential smoothing"] = LinearForecast.of_smoothing(
            smoothing, place, (task.smoothing, columns, task.horizon), logarithm
        )
        self.ridge = self.line(known)
        members["ridge"] = LinearForecast.of_ridge(self.ridge, columns)
        alone = [place, *range(columns - task.calendar, columns)]
        if len(alone) + task.ahead < columns:
            members[TARGET_ALONE] = LinearForecast.of_ridge(
                self.line(known, alone), columns
            )
        if logarithm is not None:
            logs = known.copy()
            logs.isetitem(place, logarithm.forward(known.iloc[:, place]))
            members["ridge on logarithms"] = LinearForecast.of_ridge(
                self.line(logs), columns, logarithm
            )
        return members

    def line(self, known, columns=None) -> RidgeChange:
        """A regression on these rows, its strength chosen on the last fifth of them."""
        task = replace(self.task, season=1, smoothing=0)
        rows = len(known)
        kept = max(task.horizon, rows // 5)
        kept = min(kept, rows - task.lookback - task.horizon)
        return fit_ridge(
            task.windows(known.iloc[: rows - kept]),
            task.windows(known.iloc[rows - kept - task.lookback :]),
            self.target,
            task.history,
            columns,
            task.places_ahead(self.columns),
        )[1]


def _network_if_it_wins(
    members, settings, forecasts, truth, past, chooses, folder, verbose
):
    """The network, if it is clearly the best on validation; then trained on all rows.

    Its views are then added to `forecasts`.
    """
    task, scaled = replace(members.task, season=1, smoothing=0), members.scaled
    train = scaled.iloc[: members.first]
    count = len(train) - task.lookback - task.horizon + 1
    if not settings.cell or count < _FEWEST_WINDOWS:
        return None, None
    network = NetworkTraining(task, settings, folder=folder, verbose=verbose)
    network.start(train, members.line(train))
    views = network.predict(past[:, -task.lookback :]).astype("float64")
    errors = np.abs(views.mean(axis=-1) - truth)[chooses].mean(axis=1)
    others = [np.abs(one - truth)[chooses].mean(axis=1) for one in forecasts.values()]
    gains = min(others, key=np.mean) - errors
    apart = gains[:: task.horizon]
    if len(apart) < 2 or gains.mean() <= _CLEARLY * standard_error(apart):
        return None, None
    forecasts |= {
        f"{settings.cell} of the {view}": views[:, :, number]
        for number, view in enumerate(VIEWS)
    }
    network.go_on(scaled, members.ridge, "test")
    return network.model, network.history


def _calibration(stacked, truth, past, place):
    """Errors of each half of these origins with the weights of the other half."""
    half = len(truth) // 2
    errors = [
        truth[one] - stacked[one] @ inverse_error_weights(stacked[other], truth[other])
        for one, other in (
            (slice(None, half), slice(half, None)),
            (slice(half, None), slice(None, half)),
        )
        if len(truth[other])
    ]
    return Calibration(np.concatenate(errors), past[:, :, place].astype("float64"))


def _blended(task, columns, members, network, weights):
    """One model of all members, `(batch, lookback, columns)` to `(batch, horizon)`."""
    inputs = keras.Input((task.lookback, columns), name="past")
    stacked = ops.stack(
        [
            member.layer(inputs, name.replace(" ", "_"))
            for name, member in members.items()
        ],
        axis=-1,
    )
    if network is not None:
        recent = inputs[:, -network.input_shape[1] :, :]
        stacked = layers.Concatenate()([stacked, network(recent)])
    blend = layers.Dense(1, use_bias=False, name="blend")
    outputs = layers.Reshape((task.horizon,))(blend(stacked))
    model = keras.Model(inputs, outputs, name="ensemble")
    blend.set_weights([weights[:, None]])
    return model
