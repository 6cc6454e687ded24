"""From a planned series to a trained and judged forecaster."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import keras
import pandas as pd

from keras_rnn.forecasting.backtest import Backtest, backtest, target_values
from keras_rnn.forecasting.column_importance import (
    forecaster_importance,
    importance_table,
)
from keras_rnn.forecasting.conformal import LEVELS, Bands, check_levels
from keras_rnn.forecasting.ensemble import Ensemble, EnsembleTraining
from keras_rnn.forecasting.forecaster import Forecaster
from keras_rnn.forecasting.forecaster_rows import kept_rows
from keras_rnn.forecasting.metrics import LADDER, band_scores, crps_of_bands
from keras_rnn.forecasting.network_training import NetworkSettings
from keras_rnn.forecasting.plan import check_model
from keras_rnn.forecasting.scaling import Scaler
from keras_rnn.forecasting.short_series import train_on_short_series
from keras_rnn.forecasting.split import Split, with_past

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
    levels: float | Iterable[float] = LEVELS,
    epochs: int | None = None,
    seed: int = 0,
    folder: Path | None = None,
    explain: bool = False,
    verbose: str | int = "auto",
) -> TrainingResult:
    """Train on the first 90 % of a series, judge on the rest once, and learn that, too.

    The scores are those of members that know nothing of the test part. The forecaster
    that is returned has the same settings and weights of the blend, and has learned
    from all rows.

    Args:
        plan: `ForecastPlan`, from `plan_forecast`.
        model: `"gru"`, `"lstm"` or `"simple_rnn"`, the recurrent cell, or
            `"ridge"` for the linear and naive members alone. Default: `"gru"`.
        levels: Number or iterable of numbers, the share of readings that a band is to
            hold, in per cent. Default: `(80,)`.
        epochs: Integer, the epochs of the first training; going on with later rows
            takes a quarter as many. Default: 8, 4 from 20,000 windows on, and more for
            a series so short that these would be less than 500 updates of the weights.
        seed: Integer, of everything that is drawn by chance. Default: `0`.
        folder: `pathlib.Path` for checkpoints. Default: none are kept.
        explain: Boolean, whether the importance of each column is measured on the test
            part, before it is learned from (of a short series, after). Default:
            `False`.
        verbose: `0` for silence, `1` for a progress bar, `2` for a line an epoch,
            or `"auto"`. Default: `"auto"`.

    Returns:
        `TrainingResult`.

    Raises:
        UserError: No such model or level, or no window without a gap.
    """
    check_model(model)
    levels = check_levels(levels)
    settings = NetworkSettings(
        cell=None if model == "ridge" else model, epochs=epochs, seed=seed
    )
    series, parts, task = plan.series, plan.parts, plan.task
    scaler = Scaler.fit(parts.train)

    def forecaster_of(ensemble):
        return Forecaster(
            model=in_physical_units(ensemble.model, scaler, task.target),
            preparation=plan.preparation,
            target=task.target,
            unit=series.units.get(task.target, ""),
            horizon=task.horizon,
            bands=bands,
            past=_past(plan),
            time_zone=plan.time_zone,
        )

    if plan.is_short:
        ensemble, judged = train_on_short_series(
            plan, scaler, settings, folder=folder, verbose=verbose
        )
        bands = _bands(plan, scaler, ensemble.calibration, levels)
        forecaster = forecaster_of(ensemble)
        importance = _importance(plan, forecaster, seed) if explain else None
    else:
        members = EnsembleTraining(
            task, settings, scaler=scaler, folder=folder, verbose=verbose
        )
        scaled = Split(*map(scaler.transform, with_past(parts, task.lookback)))
        rows = scaler.transform(pd.concat(parts))
        first, second = len(parts.train), len(rows) - len(parts.test)
        members.choose(scaled.train, scaled.validation)
        members.learn(
            rows.iloc[first - task.reach : second], rows.iloc[:second], "validation"
        )
        bands = _bands(plan, scaler, members.calibration, levels)
        judged = _judge(plan, scaler, members, scaled.test, bands)
        importance = (
            _importance(plan, forecaster_of(members.ensemble()), seed)
            if explain
            else None
        )
        # The scores are known: nothing is lost by learning from the test part, too.
        members.learn(rows.iloc[second - task.reach :], rows, "test")
        ensemble = members.ensemble()
        forecaster = forecaster_of(ensemble)
    metadata = {
        "trained on": [str(parts.train.index[0]), str(parts.test.index[-1])],
        "data": {"name": series.name, "kind": series.kind, "origin": series.origin},
        "description": _described(series),
        "model": model,
        "history": task.history,
        "asked": plan.asked | {"epochs": epochs},
        "warnings": list(plan.warnings),
        "season": plan.season[1],
        "seed": seed,
        "weights": ensemble.weights,
        "scaler": scaler.to_dict(),
        "test windows": judged.count,
        "test mae": judged.mae,
        "test mae by step": {
            name: errors.tolist() for name, errors in judged.mae_by_step.items()
        },
        "test bands": judged.bands.to_dict("records"),
        "test crps": judged.crps,
        "notes": series.repairs | plan.notes,
    }
    forecaster = replace(forecaster, metadata=metadata)
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


def _past(plan):
    """The rows to go on from; what nobody knows of the next ones yet is missing."""
    task = plan.task
    past = pd.concat(plan.parts).iloc[-kept_rows(task.lookback, task.horizon) :]
    return past if plan.knows_future else plan.preparation.forgetting(past)


def _described(series):
    """One line: what the series is called, how long it is, and where it is from."""
    sample = " (generated, not measured)" if series.kind == "sample" else ""
    return f"{series.name}{sample}: {series.amount}, {series.origin}"


def _importance(plan, forecaster, seed):
    """What each column is worth on the windows of the test part."""
    windows = plan.task.windows(with_past(plan.parts, plan.task.lookback).test)
    return importance_table(forecaster_importance(forecaster, windows, seed=seed))


def _bands(plan, scaler, calibration, levels):
    """Bands from errors that set nothing else, in the target's unit."""
    std = scaler.std[scaler.columns.index(plan.task.target)]
    return Bands.fit(
        std * calibration.errors,
        std * calibration.past,
        plan.task.season,
        levels,
        plan.limits,
    )


def _judge(plan, scaler, members, test, bands):
    """Errors and bands on the test part, of members that know nothing of it."""
    task = plan.task
    place = scaler.columns.index(task.target)
    forecasts = members.forecasts(task.windows(test, batch_size=1024))

    def physical(values):
        return bands.limit(values * scaler.std[place] + scaler.mean[place])

    blended = physical(members.blend(forecasts))
    windows = task.windows(with_past(plan.parts, task.lookback).test)
    judged = backtest(
        blended,
        physical(forecasts["ridge"]),
        windows,
        plan.season,
        pd.concat(plan.parts[:2])[task.target] if plan.year_mean else None,
        {
            name.replace(" ", "_"): physical(forecasts[name])
            for name in members.smoothing
        },
    )
    past, truth = target_values(windows)
    ladder = _bands(plan, scaler, members.calibration, LADDER)
    return replace(
        judged,
        bands=band_scores(bands, blended, past, truth),
        crps=crps_of_bands(ladder, blended, past, truth),
    )
