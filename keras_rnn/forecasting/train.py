"""From a planned series to a trained and judged forecaster."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import keras
import numpy as np
import pandas as pd

from keras_rnn.forecasting.backtest import BAND, Backtest, backtest
from keras_rnn.forecasting.column_importance import (
    forecaster_importance,
    importance_table,
)
from keras_rnn.forecasting.ensemble import Ensemble, NetworkSettings, train_ensemble
from keras_rnn.forecasting.forecaster import Forecaster, kept_rows
from keras_rnn.forecasting.plan import check_model
from keras_rnn.forecasting.scaling import Scaler
from keras_rnn.forecasting.split import with_past

if TYPE_CHECKING:
    from keras_rnn.forecasting.plan import ForecastPlan


@dataclass(frozen=True)
class TrainingResult:
    """Result of training a forecaster.

    Attributes:
        forecaster: `Forecaster`.
        backtest: `Backtest` on the test part.
        ensemble: `Ensemble` in standardised units, with its weights.
        importance: DataFrame as from `importance_table`, of the windows of the test
            part, or `None` where that was not asked for.
    """

    forecaster: Forecaster
    backtest: Backtest
    ensemble: Ensemble
    importance: pd.DataFrame | None = None


def train_forecaster(
    plan: ForecastPlan,
    *,
    model: str = "gru",
    epochs: int | None = None,
    seed: int = 0,
    folder: Path | None = None,
    explain: bool = False,
    verbose: str | int = "auto",
) -> TrainingResult:
    """Train on the first 90 % of a series and judge on the rest, once.

    Args:
        plan: `ForecastPlan`, from `plan_forecast`.
        model: `"gru"`, `"lstm"` or `"simple_rnn"`, the recurrent cell, or
            `"ridge"` for the linear and naive members alone. Default: `"gru"`.
        epochs: Integer, the most epochs. Default: 10, and more for a series so short
            that these would be less than 500 updates of the weights.
        seed: Integer, of everything that is drawn by chance. Default: `0`.
        folder: `pathlib.Path` for checkpoints. Default: none are kept.
        explain: Boolean, whether the importance of each column is measured on the test
            part. Default: `False`.
        verbose: `0` for silence, `1` for a progress bar, `2` for a line an epoch,
            or `"auto"`. Default: `"auto"`.

    Returns:
        `TrainingResult`.

    Raises:
        UserError: No such model, or no window without a gap.
    """
    check_model(model)
    settings = NetworkSettings(
        cell=None if model == "ridge" else model, epochs=epochs, seed=seed
    )
    series, parts, task = plan.series, plan.parts, plan.task
    reaching = with_past(parts, task.lookback)
    test = task.windows(reaching.test, batch_size=1024)
    scaler = Scaler.fit(parts.train)
    seen = scaler.transform(pd.concat([parts.train, parts.validation]))
    train = len(parts.train)
    ensemble = train_ensemble(
        (seen.iloc[:train], seen.iloc[train - task.lookback :], seen),
        task,
        settings,
        folder=folder,
        verbose=verbose,
    )
    physical = in_physical_units(ensemble.model, scaler, task.target)
    draft = Forecaster(
        model=physical,
        preparation=plan.preparation,
        target=task.target,
        unit=series.units.get(task.target, ""),
        horizon=task.horizon,
        spread=np.zeros((2, task.horizon)),
    )
    judged = backtest(
        draft.predict_windows(test),
        _ridge_forecasts(ensemble.ridge, scaler, task, reaching.test),
        test,
        plan.season,
        pd.concat(parts[:2])[task.target] if plan.year_mean else None,
    )
    metadata = {
        "trained on": [str(parts.train.index[0]), str(parts.validation.index[-1])],
        "data": {"name": series.name, "kind": series.kind, "origin": series.origin},
        "description": _described(series),
        "model": model,
        "history": task.history,
        "asked": plan.asked | {"epochs": epochs},
        "season": plan.season[1],
        "seed": seed,
        "weights": ensemble.weights,
        "scaler": scaler.to_dict(),
        "test windows": judged.count,
        "test mae": judged.mae,
        "test mae by step": {
            name: errors.tolist() for name, errors in judged.mae_by_step.items()
        },
        "notes": series.repairs | plan.notes,
    }
    forecaster = replace(
        draft,
        spread=judged.spread(BAND),
        metadata=metadata,
        past=pd.concat(parts).iloc[-kept_rows(task.lookback, task.horizon) :],
        time_zone=plan.time_zone,
    )
    importance = None
    if explain:
        # Of the model that was judged, on rows that it has not learned from.
        repeats = forecaster_importance(draft, test, seed=seed)
        importance = importance_table(repeats)
    return TrainingResult(forecaster, judged, ensemble, importance)


def in_physical_units(model: keras.Model, scaler: Scaler, target: str) -> keras.Model:
    """Put the scaling inside a model: readings in, readings out.

    Args:
        model: `keras.Model` from `(batch, time, columns)` to `(batch, horizon)`,
            in standardised units.
        scaler: `Scaler` of these columns.
        target: String, the column that the output is of.

    Returns:
        `keras.Model` of the same shapes, in physical units.
    """
    inputs = keras.Input(model.input_shape[1:], name="readings")
    # In two steps, for the digits of a small change on a large value; and not with
    # `Normalization`, which takes a deviation below 1e-7 for none.
    centred = keras.layers.Rescaling(
        1.0, offset=(-scaler.mean).tolist(), name="subtract_mean"
    )(inputs)
    scaled = keras.layers.Rescaling((1 / scaler.std).tolist(), name="divide_by_std")(
        centred
    )
    place = scaler.columns.index(target)
    outputs = keras.layers.Rescaling(
        float(scaler.std[place]), float(scaler.mean[place]), name="to_physical_units"
    )(model(scaled))
    return keras.Model(inputs, outputs, name="forecaster")


def _described(series):
    """One line: what the series is called, how long it is, and where it is from."""
    sample = " (generated, not measured)" if series.kind == "sample" else ""
    return f"{series.name}{sample}: {series.amount}, {series.origin}"


def _ridge_forecasts(ridge, scaler, task, test):
    place = scaler.columns.index(task.target)
    windows = task.windows(scaler.transform(test))
    return ridge.predict_windows(windows) * scaler.std[place] + scaler.mean[place]
