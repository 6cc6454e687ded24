"""Training one model on many series, and judging it on the last rows of each."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from keras_rnn.errors import UserError
from keras_rnn.forecasting.many_series.panel import SeriesPanel
from keras_rnn.forecasting.many_series.panel_baselines import (
    PanelRidge,
    panel_naive,
    panel_seasonal_naive,
)
from keras_rnn.forecasting.many_series.panel_columns import PanelColumns
from keras_rnn.forecasting.many_series.panel_forecaster import PanelForecaster
from keras_rnn.forecasting.many_series.panel_importance import importance_within
from keras_rnn.forecasting.many_series.panel_model import PanelModel, RidgePanelModel
from keras_rnn.forecasting.many_series.panel_plan import PanelPlan
from keras_rnn.forecasting.many_series.panel_scores import PanelScores

# Of so many, the regressions take minutes.
_MANY_SERIES = 10_000


def train_panel_forecaster(
    plan: PanelPlan,
    *,
    columns: PanelColumns | None = None,
    model: str = "gru",
    levels: Sequence[float] = (80.0,),
    epochs: int | None = None,
    seed: int = 0,
    verbose: str | int = "auto",
    truth: np.ndarray | None = None,
    history: int | None = None,
    explain: bool = False,
    metadata: dict[str, Any] | None = None,
) -> PanelForecaster:
    """Train on all series but the last rows of each, judge on these, learn them too.

    Args:
        plan: `PanelPlan`.
        columns: `PanelColumns`, to read newer tables by. Default: those of a dict.
        model: `"gru"`, `"lstm"` or `"simple_rnn"`, or `"ridge"` for a regression of
            its own for each series. Default: `"gru"`.
        levels: Sequence of floats, the levels of the bands in per cent. Default:
            `(80,)`.
        epochs: Integer, epochs of the training. Default: by the number of windows.
        seed: Integer, of everything that is drawn by chance. Default: `0`.
        verbose: `0` for silence, `1` for a progress bar, `2` for a line an epoch, or
            `"auto"`. Default: `"auto"`.
        truth: Float array of shape `(series, horizon)`, what follows the panel's last
            rows where that is published: then it judges, and all rows are learned from
            once. Default: `None`.
        history: Integer, rows that a window of the network looks back. Default: by
            season, horizon and the lengths of the series.
        explain: Boolean, whether the importance of each column is measured on the rows
            that judge, before they are learned from; where published ones do, on the
            last rows, which have been. Default: `False`.
        metadata: Dict, to be kept with the forecaster. Default: none.

    Returns:
        `PanelForecaster` that has learned from all rows of the panel.
    """
    started = time.perf_counter()

    def forecaster_of(model):
        return PanelForecaster(
            model=model,
            past=plan.panel,
            columns=columns or PanelColumns(target=plan.panel.target),
            horizon=plan.horizon,
            season=plan.season,
            levels=tuple(levels),
            limits=plan.limits,
        )

    if verbose and len(plan.panel) >= _MANY_SERIES:
        when = "" if model == "ridge" else ", once the network is trained,"
        print(
            f"Fitting{when} a ridge regression for each of {len(plan.panel):,} series "
            "takes minutes.",
            flush=True,
        )
    first = plan.training_panel() if truth is None else plan.panel
    fitted = fit_model(
        first, plan.horizon, plan.season[1], model, epochs, seed, verbose, history
    )
    importance = None
    if explain:
        rows = np.where(plan.judged, plan.held_out, 0)
        importance = importance_within(
            forecaster_of(fitted), plan.panel, rows, seed=seed
        )
    if truth is None:
        scores = judge(fitted, plan, levels)
        fitted = fitted.learn_on(plan.panel)
    else:
        scores = _scores(fitted, [plan.panel], truth[:, None], plan, levels)
    return replace(
        forecaster_of(fitted),
        scores=scores,
        importance=importance,
        metadata={
            "model": model,
            "seed": seed,
            "training seconds": round(time.perf_counter() - started, 1),
            **(metadata or {}),
        },
    )


def fit_model(
    panel: SeriesPanel,
    horizon: int,
    season: int,
    model: str,
    epochs: int | None,
    seed: int,
    verbose: str | int,
    history: int | None = None,
) -> PanelModel:
    """Fit one model to all series.

    Args:
        panel: `SeriesPanel`.
        horizon: Integer, steps to forecast.
        season: Integer, rows in a season; 1 for none.
        model: String, see `train_panel_forecaster`.
        epochs: Integer or `None`.
        seed: Integer.
        verbose: See `train_panel_forecaster`.
        history: See `train_panel_forecaster`. Default: `None`.

    Returns:
        `RidgePanelModel` or `NetworkPanelModel`.
    """
    if model == "ridge":
        return RidgePanelModel.fit(panel, horizon, season)
    # Here, because they import the backend.
    from keras_rnn.forecasting.many_series.global_network import GlobalNetworkSettings
    from keras_rnn.forecasting.many_series.network_panel_model import NetworkPanelModel

    return NetworkPanelModel.fit(
        panel,
        horizon,
        season,
        settings=GlobalNetworkSettings(cell=model, epochs=epochs, lookback=history),
        seed=seed,
        verbose=verbose,
    )


def check_history(history: int | None, model: str) -> None:
    """Raise a `UserError` unless a number of rows to look back can be used.

    Args:
        history: Integer, or `None`.
        model: String, see `train_panel_forecaster`.
    """
    if history is None:
        return
    whole = isinstance(history, int | np.integer) and not isinstance(history, bool)
    if not whole or history < 1:
        raise UserError(f"`history` must be 1 row or more, not {history!r}.")
    if model == "ridge":
        raise UserError(
            f"`history={history}` is about the networks: the regression of each of "
            "many series looks back as far as the series allows. Leave it out."
        )


def judge(model: PanelModel, plan: PanelPlan, levels: Sequence[float]) -> PanelScores:
    """Forecast the held-out rows, window by window, and score that.

    Nothing is learned on the way: the methods beside the model have seen the rows
    before all windows, as it has.

    Args:
        model: `PanelModel` that was fitted without the held-out rows.
        plan: `PanelPlan`.
        levels: Sequence of floats, in per cent.
    """
    panel = plan.panel.select(plan.judged)
    held_out = plan.held_out
    truth = panel.last(held_out).astype("float64")
    truth = truth.reshape(len(panel), plan.windows, plan.horizon)
    pasts = [
        panel.without_last(held_out - window * plan.horizon)[0]
        for window in range(plan.windows)
    ]
    return _scores(model, pasts, truth, plan, levels)


def _scores(model, pasts, truth, plan, levels):
    horizon, season, limits = plan.horizon, plan.season[1], plan.limits
    methods = {
        "model": model.predict,
        "naive": lambda past: panel_naive(past, horizon),
        "seasonal_naive": lambda past: panel_seasonal_naive(past, horizon, season),
    }
    if not isinstance(model, RidgePanelModel):
        methods["ridge"] = PanelRidge.fit(pasts[0], horizon, season).predict
    forecasts = {
        name: np.clip(np.stack([method(past) for past in pasts], axis=1), *limits)
        for name, method in methods.items()
    }
    ends = [model.predict_bands(past, levels) for past in pasts]
    bands = {
        level: tuple(
            np.clip(np.stack([end[side][..., place] for end in ends], 1), *limits)
            for side in (0, 1)
        )
        for place, level in enumerate(levels)
    }
    return PanelScores.of(
        pasts[0],
        truth,
        forecasts,
        season,
        bands=bands,
        unjudged=plan.unjudged() if len(pasts[0]) < len(plan.panel) else [],
    )
