"""Forecasting the past from the rows before it, in folds, beside simple forecasts."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from keras_rnn.errors import UserError
from keras_rnn.forecasting.baselines import persistence, seasonal_naive, year_means
from keras_rnn.forecasting.column_importance import forecaster_importance
from keras_rnn.forecasting.features import DAY, WEEK
from keras_rnn.forecasting.metrics import NAIVE
from keras_rnn.forecasting.plan import check_model
from keras_rnn.forecasting.point_metrics import seasonal_naive_scale
from keras_rnn.forecasting.rolling_plan import plan_backtest
from keras_rnn.forecasting.rolling_scores import BAND_COLUMNS, Fold, RollingBacktest
from keras_rnn.forecasting.scaling import Scaler
from keras_rnn.forecasting.time_steps import infer_step
from keras_rnn.forecasting.train import TrainingResult, train_forecaster

if TYPE_CHECKING:
    from keras_rnn.datasets.series.series import Series
    from keras_rnn.forecasting.forecaster import Forecaster
    from keras_rnn.forecasting.rolling_plan import BacktestPlan
    from keras_rnn.forecasting.windows import Windows

# Forecast values in all folds together: more would say little more, and fill the disk.
_MOST_VALUES = 120_000


def rolling_backtest(
    plan: BacktestPlan,
    *,
    model: str = "gru",
    epochs: int | None = None,
    seed: int = 0,
    explain: bool = False,
    folder: Path | None = None,
    progress: Callable[[RollingBacktest], None] | None = None,
    train: Callable[..., TrainingResult] = train_forecaster,
) -> RollingBacktest:
    """Train on the rows before each fold, or before the first, and forecast the folds.

    In a fold, every row is an origin from which the next `horizon` rows of that fold
    are forecast (some rows of very long ones, never in step with the
    season). All forecasts of a fold start from the same origins and are compared on the
    same rows; one that is not to be had in every fold is left out of all of them.

    Source: Tashman 2000, "Out-of-sample tests of forecasting accuracy", International
    Journal of Forecasting 16, for rolling origins with and without recalibration.

    Args:
        plan: `BacktestPlan`, from `plan_backtest`.
        model: `"gru"`, `"lstm"`, `"simple_rnn"` or `"ridge"`. Default: `"gru"`.
        epochs: Integer, the most epochs of a training. Default: as in
            `train_forecaster`.
        seed: Integer, of everything that is drawn by chance. Default: `0`.
        explain: Boolean, whether each column's importance is measured, too. Default:
            `False`.
        folder: `pathlib.Path` for checkpoints. Default: none are kept.
        progress: Callable that is given the `RollingBacktest` of the folds so far,
            after each. Default: `None`.
        train: Callable with the arguments and the result of `train_forecaster`.
            Default: `train_forecaster`.

    Returns:
        `RollingBacktest`.

    Raises:
        UserError: No such model, or a fold without a stretch to forecast.
    """
    check_model(model)
    stride = _stride(plan)
    result = None
    trained: TrainingResult | None = None
    for fold in plan.folds:
        started = time.perf_counter()
        if trained is None or plan.refit:
            trained = train(
                fold.known,
                model=model,
                epochs=epochs,
                seed=seed,
                folder=folder and folder / f"fold_{fold.number}",
                verbose=0,
            )
        table, importance = _forecast_fold(plan, fold, trained, stride, explain, seed)
        known = pd.concat(fold.known.parts)
        done = Fold(
            number=fold.number,
            start=fold.start,
            end=fold.end,
            known=(known.index[0], known.index[-1], len(known)),
            origins=table["origin"].nunique(),
            scale=seasonal_naive_scale(
                known[plan.whole.task.target], max(1, plan.whole.season[1])
            ),
            seconds=time.perf_counter() - started,
            importance=importance,
        )
        result = _joined(plan, result, done, table, stride)
        if progress is not None:
            progress(result)
    assert result is not None
    return result


def backtest_again(
    forecaster: Forecaster,
    data: pd.DataFrame | pd.Series | Series | None,
    *,
    verbose: str | int = "auto",
    explain: bool = False,
    **folds: Any,
) -> RollingBacktest:
    """Train with a forecaster's settings on the rows before each fold of a series.

    Args:
        forecaster: `Forecaster`, from which the settings are taken, and nothing else.
        data: DataFrame of readings, or another series.
        verbose: `0` for silence, else a line is printed for each fold.
        explain: Boolean, whether each column's importance is measured, too.
        **folds: `folds`, `fold_rows` and `refit` of `plan_backtest`.

    Returns:
        `RollingBacktest`.

    Raises:
        UserError: There are no readings, or they cannot be used.
    """
    if data is None:
        raise UserError(
            "A backtest in folds needs all readings, and a forecaster keeps the last "
            "ones alone: give them as `data`."
        )
    metadata = forecaster.metadata
    asked = metadata.get("asked", {})
    closed = forecaster.preparation.holidays
    plan = plan_backtest(
        data,
        forecaster.target,
        horizon=forecaster.horizon,
        history=asked.get("history", metadata.get("history")),
        every=forecaster.preparation.every,
        aggregate=asked.get("aggregate"),
        time_column=metadata.get("time column"),
        known_ahead=forecaster.preparation.known_ahead or None,
        holidays=closed.place if closed else None,
        **folds,
    )
    return rolling_backtest(
        plan,
        model=metadata.get("model", "gru"),
        epochs=asked.get("epochs"),
        seed=metadata.get("seed", 0),
        explain=explain,
        progress=_print_fold if verbose else None,
    )


def _print_fold(result):
    print(fold_line(result))


def fold_line(result: RollingBacktest) -> str:
    """Return what there is to say of the last fold that was done, in one line.

    Args:
        result: `RollingBacktest`.
    """
    fold = result.folds[-1]
    scores = result.scores("fold")
    mae = scores[scores["fold"] == fold.number].set_index("forecast")["mae"]
    naive = mae.reindex(NAIVE).dropna().idxmin()
    return (
        f"Fold {fold.number} of {result.planned}: {fold.start:%Y-%m-%d %H:%M} to "
        f"{fold.end:%Y-%m-%d %H:%M} from {fold.known[2]:,} rows; {fold.origins:,} "
        f"origins, error {mae['model']:.3g}, {naive.replace('_', ' ')} "
        f"{mae[naive]:.3g}; {fold.seconds:.0f} s"
    )


def _stride(plan):
    """How many rows apart the origins are: prime to the season, so that each hour has
    its turn at each step."""
    horizon, season = plan.whole.task.horizon, plan.whole.season[1]
    values = len(plan.folds) * (plan.rows - horizon + 1) * horizon
    stride = math.ceil(values / _MOST_VALUES)
    while stride > 1 and math.gcd(stride, season) > 1:
        stride += 1
    return stride


def _forecast_fold(plan, fold, trained, stride, explain, seed):
    """The forecasts of one fold as a tidy table, and the columns' importance."""
    forecaster, task = trained.forecaster, fold.known.task
    prepared = forecaster.preparation.transform(plan.whole.series.frame, task.target)
    first, last = prepared.index.searchsorted([fold.start, fold.end])
    rows = prepared.iloc[max(0, first - task.lookback) : last + 1]
    try:
        windows = task.windows(rows, batch_size=1024, stride=stride)
    except UserError as error:
        raise UserError(
            f"Fold {fold.number}, {fold.start:%Y-%m-%d %H:%M} to "
            f"{fold.end:%Y-%m-%d %H:%M}, has nowhere {task.lookback} rows and the "
            f"{task.horizon} after them without a gap or a missing value. Choose fewer "
            "`folds`, or other `fold_rows`."
        ) from error
    places = windows.starts[:, None] + np.arange(windows.total_width)
    values = rows[task.target].to_numpy("float64")[places]
    past, truth = values[:, : task.lookback], values[:, task.lookback :]
    known = pd.concat(fold.known.parts)[task.target]
    times = rows.index[places[:, task.lookback :].ravel()]
    model = forecaster.predict_windows(windows)
    forecasts = {
        "model": model,
        **dict(zip(BAND_COLUMNS, _band(forecaster, model, past), strict=True)),
        "persistence": persistence(past, task.horizon),
        "seasonal_naive": _seasonal_naive(fold.known, past),
        "year_mean": _year_mean(known, times),
        "ridge": _ridge(trained, task, rows, stride),
    }
    origins = rows.index[places[:, task.lookback - 1]]
    restore = (
        plan.whole.time_zone.restore if plan.whole.time_zone else lambda index: index
    )
    columns = {
        "fold": np.full(truth.size, fold.number),
        "origin": restore(origins).repeat(task.horizon),
        "time": restore(times),
        "step": np.tile(np.arange(1, task.horizon + 1), windows.count),
        "truth": truth.ravel(),
    }
    columns |= {
        name: np.ravel(values)
        for name, values in forecasts.items()
        if values is not None
    }
    importance = None
    if explain:
        importance = forecaster_importance(forecaster, windows, seed=seed)
    return pd.DataFrame(columns), importance


def _band(
    forecaster: Forecaster, forecasts: np.ndarray, past: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The lower and upper end of the 80 % band of each forecast, NaN where none is."""
    ((_, lower, upper),) = forecaster.bands.each(forecasts, past)
    return lower, upper


def _seasonal_naive(known, past):
    name, rows = known.season
    return seasonal_naive(past, known.task.horizon, rows) if name else None


def _year_mean(known, times):
    """The mean of these days in earlier years that the model has seen, too."""
    if not DAY <= infer_step(known.index) <= WEEK:
        return None
    stamps = times.unique().sort_values()
    means = year_means(known, stamps)
    if not np.isfinite(means).all():
        return None
    return means[stamps.get_indexer(times)]


def _ridge(trained, task, rows, stride):
    """What the regression alone would have said."""
    scaler = Scaler.from_dict(trained.forecaster.metadata["scaler"])
    windows: Windows = task.windows(scaler.transform(rows), stride=stride)
    place = scaler.columns.index(task.target)
    forecasts = trained.ensemble.ridge.predict_windows(windows)
    return forecasts * scaler.std[place] + scaler.mean[place]


def _joined(plan, before, fold: Fold, table, stride):
    """The folds so far and one more, with the forecasts that all of them have."""
    if before is None:
        folds, tables = [fold], [table]
    else:
        folds, tables = [*before.folds, fold], [before.forecasts, table]
    shared = [name for name in tables[0].columns if name in table.columns]
    whole = plan.whole
    return RollingBacktest(
        forecasts=pd.concat([one[shared] for one in tables], ignore_index=True),
        folds=tuple(folds),
        target=whole.task.target,
        unit=whole.series.units.get(whole.task.target, ""),
        season=whole.season[0],
        refit=plan.refit,
        stride=stride,
        planned=len(plan.folds),
    )
