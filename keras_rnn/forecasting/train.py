"""From a series to a trained and judged forecaster: the main road of this package."""

from dataclasses import dataclass, replace

import keras
import numpy as np
import pandas as pd

from keras_rnn.forecasting.backtest import BAND, Backtest, backtest
from keras_rnn.forecasting.ensemble import Ensemble, NetworkSettings, train_ensemble
from keras_rnn.forecasting.forecaster import Forecaster
from keras_rnn.forecasting.plan import check_model
from keras_rnn.forecasting.scaling import Scaler


@dataclass(frozen=True)
class TrainingResult:
    """A forecaster with the evidence for it.

    Attributes:
        forecaster: `Forecaster`.
        backtest: `Backtest` on the test part.
        ensemble: `Ensemble`, with the weights of the blend.
    """

    forecaster: Forecaster
    backtest: Backtest
    ensemble: Ensemble


def train_forecaster(
    series, plan, *, model="gru", epochs=None, seed=0, folder=None, verbose="auto"
):
    """Train on the first 90 % of a series and judge on the rest, once.

    Args:
        series: `keras_rnn.datasets.series.Series`.
        plan: `ForecastPlan`, from `plan_forecast`.
        model: `"gru"`, `"lstm"` or `"simple_rnn"`, the recurrent cell, or
            `"ridge"` for the linear and naive experts alone. Default: `"gru"`.
        epochs: Integer, the most epochs. Default: as `NetworkSettings` has it.
        seed: Integer. Default: `0`.
        folder: `pathlib.Path` for checkpoints. Default: none are kept.
        verbose: As in `keras_rnn.training.fit`.

    Returns:
        `TrainingResult`.

    Raises:
        UserError: No such model, or no window without a gap.
    """
    check_model(model)
    settings = NetworkSettings(
        cell=None if model == "ridge" else model, epochs=epochs, seed=seed
    )
    parts, task = plan.parts, plan.task
    test = task.windows(parts.test, batch_size=1024)
    scaler = Scaler.fit(parts.train)
    seen = scaler.transform(pd.concat([parts.train, parts.validation]))
    ensemble = train_ensemble(
        (seen.iloc[: len(parts.train)], seen.iloc[len(parts.train) :], seen),
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
        _ridge_forecasts(ensemble.ridge, scaler, task, parts),
        test,
        plan.season,
    )
    about = {
        "trained on": [str(parts.train.index[0]), str(parts.validation.index[-1])],
        "data": {"name": series.name, "kind": series.kind, "origin": series.origin},
        "model": model,
        "history": task.history,
        "season": plan.season[1],
        "seed": seed,
        "weights": ensemble.weights,
        "scaler": scaler.to_dict(),
        "test mae": judged.mae,
    }
    forecaster = replace(draft, spread=judged.spread(BAND), about=about)
    return TrainingResult(forecaster, judged, ensemble)


def in_physical_units(model, scaler, target):
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


def _ridge_forecasts(ridge, scaler, task, parts):
    place = scaler.columns.index(task.target)
    windows = task.windows(scaler.transform(parts.test))
    return ridge.predict_windows(windows) * scaler.std[place] + scaler.mean[place]
