"""Training the default model: an ensemble of naive, linear and recurrent forecasts."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pandas as pd
from keras import layers, ops

from keras_rnn import training
from keras_rnn.forecasting.backtest import target_values
from keras_rnn.forecasting.baselines import (
    persistence,
    seasonal_naive,
    seasonal_places,
)
from keras_rnn.forecasting.blend import blend_weights
from keras_rnn.forecasting.network import VIEWS, fixed_line, forecasting_network
from keras_rnn.forecasting.ridge import RidgeChange, fit_ridge
from keras_rnn.forecasting.smoothing_members import smoothing_members
from keras_rnn.forecasting.year_wave import YearWave, terms

if TYPE_CHECKING:
    from keras_rnn.forecasting.linear_forecast import LinearForecast
    from keras_rnn.forecasting.plan import ForecastTask
    from keras_rnn.forecasting.scaling import Scaler

# From this many windows on the network is larger: there is more to be learned.
_MANY_WINDOWS = 20_000
_SMALL = {"batch": 64, "units": 32, "dropout": 0.3, "learning_rate": 1e-3}
_LARGE = {"batch": 256, "units": 64, "dropout": 0.2, "learning_rate": 2e-3}
_LEAST_UPDATES = 500


@dataclass(frozen=True)
class NetworkSettings:
    """How the network is trained.

    Attributes:
        cell: What `Recurrent` takes as its cell, or `None` for no network at all.
        epochs: Integer, the most epochs. Default: 10, and more for a series so short
            that these would be less than 500 updates of the weights.
        seed: Integer, of the initial weights and the order of the windows.
    """

    cell: str | None = "gru"
    epochs: int | None = None
    seed: int = 0


@dataclass(frozen=True)
class Ensemble:
    """Result of training the ensemble, in standardised units.

    Attributes:
        model: `keras.Model` from `(batch, lookback, columns)` to `(batch, horizon)`.
        weights: Dict from member to its weight in the blend.
        ridge: `RidgeChange`, the regression, refitted on both parts as all members are.
        history: `training.History` of the first fit, or `None` without a network.
        smoothing: Dict of the members from `smoothing_members`, fitted to both parts;
            empty without.
    """

    model: keras.Model
    weights: dict[str, float]
    ridge: RidgeChange
    history: training.History | None
    smoothing: dict[str, LinearForecast] = field(default_factory=dict)


def train_ensemble(
    parts: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame],
    task: ForecastTask,
    settings: NetworkSettings,
    *,
    scaler: Scaler | None = None,
    folder: Path | None = None,
    verbose: str | int = "auto",
) -> Ensemble:
    """Train every member, choose their weights on validation, and use both parts.

    First each member learns from the training part; their forecasts of the
    validation part decide on the penalty, the number of epochs and the weights.
    Then those choices are kept and the members learn once more from training and
    validation part together, because the latest past is the nearest to the future.

    Args:
        parts: Tuple of DataFrames of standardised columns: the training part, the
            validation part with the rows before it that a window looks back to
            (`split.with_past`), and the training and validation part in one.
        task: `keras_rnn.forecasting.plan.ForecastTask`.
        settings: `NetworkSettings`.
        scaler: `Scaler` that standardised them, for the members from
            `smoothing_members`, if the task has them. Default: there are none.
        folder: `pathlib.Path` for checkpoints, so that a killed training goes on.
            Default: none are kept.
        verbose: `0` for silence, `1` for a progress bar, `2` for a line an epoch,
            or `"auto"`. Default: `"auto"`.

    Returns:
        `Ensemble`.
    """
    train, validation, both = parts
    train_windows, windows = task.windows(train), task.windows(validation)
    columns = len(windows.input_columns)
    target = windows.input_columns.index(task.target)

    def line(columns=None):
        return fit_ridge(train_windows, windows, target, task.history, columns)

    lines = {"ridge": line()}
    alone = [target, *range(columns - task.calendar, columns)]
    if len(alone) < columns:
        lines["ridge on the target alone"] = line(alone)

    past, truth = target_values(windows)
    forecasts = {"persistence": persistence(past, task.horizon)}
    if task.season > 1:
        seasonal = seasonal_naive(past, task.horizon, task.season)
        forecasts["seasonal naive"] = seasonal
    smoothing = {}
    if task.smoothing and scaler is not None:
        drafts = smoothing_members(train.iloc[:, target], task, scaler)
        forecasts |= {
            name: np.concatenate([draft.predict(x) for x, _ in windows.in_order(1024)])
            for name, draft in drafts.items()
        }
        smoothing = smoothing_members(both.iloc[:, target], task, scaler)
    naive = [i for i, name in enumerate(forecasts) if name != "exponential smoothing"]
    forecasts |= {
        name: fitted.predict_windows(windows) for name, (fitted, _) in lines.items()
    }
    wave = None
    if task.year_degree:
        places = tuple(map(windows.input_columns.index, ("year sin", "year cos")))
        draft = YearWave.fit(train_windows, places, task.year_degree)
        forecasts["wave of the year"] = draft.predict_windows(windows)
        wave = YearWave.fit(task.windows(both), places, task.year_degree)
    fitted, refitted = lines["ridge"]
    network = history = None
    if settings.cell:
        size = network_size(train_windows.count, settings.epochs)
        learn = partial(train_network, task, settings, size, folder, verbose)
        network, history = learn(fitted, train, validation)
        views = network.predict(task.windows(validation, batch_size=1024), verbose=0)
        forecasts |= {
            f"{settings.cell} of the {view}": views[:, :, number]
            for number, view in enumerate(VIEWS)
        }
        network, _ = learn(refitted, both, epochs=history.best_epoch)
    stacked = np.stack(list(forecasts.values()), axis=-1)
    shares = blend_weights(stacked, truth, naive=naive)
    straight = [refitted for _, refitted in lines.values()]
    return Ensemble(
        model=_blended(
            task, columns, target, smoothing, straight, wave, network, shares
        ),
        weights=dict(zip(forecasts, map(float, shares), strict=True)),
        ridge=refitted,
        history=history,
        smoothing=smoothing,
    )


def network_size(count: int, epochs: int | None) -> dict[str, Any]:
    """Return how large a network to train, and how long, on so many windows.

    Args:
        count: Integer, windows to learn from.
        epochs: Integer, the most epochs, or `None` for as many as are usual.

    Returns:
        Dict of "epochs", "batch", "units", "dropout" and "learning_rate".
    """
    size = _LARGE if count >= _MANY_WINDOWS else _SMALL
    batches = math.ceil(count / size["batch"])
    return {
        "epochs": epochs or max(10, math.ceil(_LEAST_UPDATES / batches)),
        **size,
    }


def train_network(
    task: ForecastTask,
    settings: NetworkSettings,
    size: dict[str, Any],
    folder: Path | None,
    verbose: Any,
    line: RidgeChange,
    train: pd.DataFrame,
    validation: pd.DataFrame | None = None,
    epochs: int | None = None,
) -> tuple[keras.Model, training.History]:
    """Build and train a network.

    Args:
        task: `keras_rnn.forecasting.plan.ForecastTask`.
        settings: `NetworkSettings`.
        size: Dict, as `network_size` returns it.
        folder: `pathlib.Path` for checkpoints, or `None`.
        verbose: As for `train_ensemble`.
        line: `RidgeChange`, the network's fixed line.
        train: DataFrame of standardised columns, to learn from.
        validation: DataFrame of them, to keep the best epoch's weights. Default: none,
            those of the last epoch are kept.
        epochs: Integer, where to stop in the schedule of `size`. Default: its end.

    Returns:
        `(network, history)`.
    """
    training.set_seed(settings.seed)
    model = forecasting_network(
        task,
        train.shape[1],
        line,
        cell=settings.cell,
        units=size["units"],
        dropout=size["dropout"],
    )
    windows = task.windows(
        train, batch_size=size["batch"], shuffle=True, seed=settings.seed
    )
    steps = size["epochs"] * len(windows)
    schedule = keras.optimizers.schedules.CosineDecay(
        0.0,
        steps,
        alpha=0.01,
        warmup_target=size["learning_rate"],
        warmup_steps=max(1, steps // 10),
    )
    model.compile(keras.optimizers.Adam(schedule, clipnorm=1.0), "mae")
    history = training.fit(
        model,
        windows,
        None if validation is None else task.windows(validation, batch_size=1024),
        epochs=size["epochs"] if epochs is None else epochs,
        patience=None,
        seed=settings.seed,
        folder=folder and folder / ("final" if validation is None else "choose"),
        if_different="restart",
        verbose=verbose,
    )
    return model, history


def _blended(task, columns, target, smoothing, lines, wave, network, shares):
    """One model of all members, `(batch, lookback, columns)` to `(batch, horizon)`."""
    inputs = keras.Input((task.lookback, columns), name="past")
    last = inputs[:, -1:, :]
    value = inputs[:, :, target]
    forecasts = [ops.repeat(value[:, -1:], task.horizon, axis=1)]
    if task.season > 1:
        places = seasonal_places(task.lookback, task.horizon, task.season)
        forecasts.append(ops.take(value, [int(place) for place in places], axis=1))
    for name, member in smoothing.items():
        forecasts.append(member.layer(inputs, name.replace(" ", "_")))
    for number, line in enumerate(lines, 1):
        change = fixed_line(inputs - last, line, task.horizon, f"ridge_{number}")
        forecasts.append(value[:, -1:] + change)
    if wave is not None:
        forecasts.append(_waving(inputs, wave, task.horizon))
    stacked = ops.stack(forecasts, axis=-1)
    if network is not None:
        stacked = layers.Concatenate()([stacked, network(inputs)])
    blend = layers.Dense(1, use_bias=False, name="blend")
    outputs = layers.Reshape((task.horizon,))(blend(stacked))
    model = keras.Model(inputs, outputs, name="ensemble")
    blend.set_weights([shares[:, None]])
    return model


def _waving(inputs, wave, horizon):
    """A `YearWave` as a layer that never learns."""
    sine, cosine = (inputs[:, -1, place] for place in wave.places)
    layer = layers.Dense(horizon, trainable=False, name="wave_of_the_year")
    outputs = layer(ops.stack(terms(sine, cosine, wave.degree), axis=-1))
    layer.set_weights([wave.kernel, wave.bias])
    return outputs
