"""What a forecast prints and writes."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from keras_rnn.cli.console import console, fact, show_table
from keras_rnn.cli.reading import run_provenance, series_provenance
from keras_rnn.cli.short_commands import import_matplotlib, save_png
from keras_rnn.forecasting.conformal import band_columns
from keras_rnn.forecasting.metrics import best_naive, skill

if TYPE_CHECKING:
    from keras_rnn.datasets.series.series import Series
    from keras_rnn.forecasting.forecaster import Forecaster
    from keras_rnn.forecasting.plan import ForecastPlan
    from keras_rnn.forecasting.train import TrainingResult

_NAMES = {
    "model": "this forecast",
    "persistence": "persistence: the last value",
    "seasonal_naive": "seasonal naive",
    "year_mean": "these days in earlier years",
    "drift": "drift: on with the mean change",
    "exponential_smoothing": "exponential smoothing",
    "ridge": "ridge regression",
}


def show_scores(trained: TrainingResult) -> None:
    """Print the errors on the test part, the best first, and the verdict.

    Args:
        trained: `TrainingResult`.
    """
    judged, unit = trained.backtest, trained.forecaster.unit
    mae, by_step = judged.mae, judged.mae_by_step
    names = dict(_NAMES)
    if judged.season:
        names["seasonal_naive"] += f": a {judged.season} ago"
    order = sorted(mae, key=mae.__getitem__)
    naive = mae[judged.best_naive]
    rows = [
        [
            names[name],
            _number(mae[name]),
            _number(by_step[name][0]),
            _number(by_step[name][-1]),
            f"{mae[name] / naive - 1:+.1%}" if naive else "",
        ]
        for name in order
    ]
    console.print()
    show_table(
        f"Mean absolute error on the test part{f' in {unit}' if unit else ''}: "
        f"{judged.count:,} {'rolling origins' if judged.is_rolling else 'windows'}, "
        f"{judged.start:%Y-%m-%d} to {judged.end:%Y-%m-%d}",
        ["", "mean", "step 1", f"step {len(by_step['model'])}", "vs naive"],
        rows,
        strong=[order.index("model")],
    )
    parts = sorted(trained.ensemble.weights.items(), key=lambda part: -part[1])
    shares = [f"{share:.0%} {name}" for name, share in parts if share >= 0.005]
    fact("Made of", ", ".join(shares))
    if judged.skill > 0:
        fact(
            "Skill",
            f"{judged.skill:.3f}: {judged.skill:.0%} of the error of "
            f"{names[judged.best_naive]} gone",
        )
    else:
        fact(
            "Skill",
            f"{judged.skill:.3f}: NOT better than {names[judged.best_naive]}. "
            "Use that, or give more rows or other columns.",
        )


def show_bands(forecaster: Forecaster) -> None:
    """Print how well the bands held on the test part, and why one is missing.

    Args:
        forecaster: `Forecaster`.
    """
    metadata, unit = forecaster.metadata, forecaster.unit
    scores, count = metadata.get("test bands"), metadata.get("test windows", 0)
    if scores:
        rows = [
            [
                f"{one['level']:g} %",
                f"{one['coverage']:.1%}",
                _number(one["width"]),
                _number(one["pinball"]),
            ]
            for one in scores
        ]
        console.print()
        show_table(
            f"Bands on the test part{f' in {unit}' if unit else ''}: measured on "
            f"{count:,} windows that did not set them",
            ["level", "coverage", "mean width", "pinball loss"],
            rows,
        )
    crps, mae = metadata.get("test crps"), metadata.get("test mae", {}).get("model")
    if crps is not None and mae is not None:
        unit = f" {unit}" if unit else ""
        fact(
            "CRPS",
            f"{_number(crps)}{unit}; of the forecast without a band it is its mean "
            f"absolute error, {_number(mae)}{unit}",
        )
    for reason in forecaster.bands.missing():
        fact("No band", reason.removeprefix("no band "))


def show_forecast(forecaster: Forecaster, future: pd.DataFrame) -> None:
    """Print some steps of a forecast, evenly spread.

    Args:
        forecaster: `Forecaster`.
        future: DataFrame, as `Forecaster.predict` returns it.
    """
    unit = f" in {forecaster.unit}" if forecaster.unit else ""
    shown = _shown_columns(future.dropna(axis="columns"), forecaster.bands.levels)
    shown = shown.iloc[:: max(1, len(future) // 8)]
    whole_days = (future.index == future.index.normalize()).all()
    stamp_format = "%a %Y-%m-%d" if whole_days else "%a %Y-%m-%d %H:%M"
    rows = [
        [f"{stamp:{stamp_format}}", *row]
        for stamp, row in zip(shown.index, shown.to_numpy(), strict=True)
    ]
    console.print()
    show_table(
        f"Forecast of {forecaster.target}{unit}",
        ["", *shown.columns],
        rows,
    )


def _shown_columns(future, levels):
    """The forecast and its band as text; of several, the narrowest and the widest."""
    text = future.map(_number)
    if len(levels) == 1:
        return text
    ends = zip(levels, band_columns(levels), strict=True)
    known = [(level, *names) for level, names in ends if names[0] in text]
    bands = {
        f"{level:g} %": text[low] + " to " + text[high]
        for level, low, high in (*known[:1], *known[1:][-1:])
    }
    return text[["forecast"]].assign(**bands)


def show_saved(forecaster: Forecaster) -> None:
    """Print what a saved forecaster was trained on and its error.

    Args:
        forecaster: `Forecaster`.
    """
    metadata = forecaster.metadata
    data, span = metadata.get("data", {}), metadata.get("trained on", ["?", "?"])
    fact(
        "Forecaster",
        f"{forecaster.target}, trained on {data.get('name', '?')} "
        f"({data.get('kind', '?')}), {span[0]} to {span[1]}",
    )
    mae = metadata.get("test mae", {})
    naive = best_naive(mae)
    if naive:
        unit = f" {forecaster.unit}" if forecaster.unit else ""
        verdict = "" if mae["model"] < mae[naive] else "NOT better than "
        fact(
            "Test error",
            f"{_number(mae['model'])}{unit} on average, {verdict}{_NAMES[naive]} "
            f"{_number(mae[naive])}{unit}",
        )


def results(
    plan: ForecastPlan, trained: TrainingResult, started: float
) -> dict[str, Any]:
    """Return what `results.json` holds after a training.

    Args:
        plan: `ForecastPlan`.
        trained: `TrainingResult`.
        started: Float, `time.perf_counter()` at the beginning of the run.
    """
    series, judged, forecaster = plan.series, trained.backtest, trained.forecaster
    metadata = forecaster.metadata
    return {
        "data": series_provenance(series, series.repairs | plan.notes),
        **_forecast_entries(forecaster),
        "aggregate": plan.preparation.aggregate,
        "history": plan.task.history,
        "model": metadata["model"],
        "test": {
            "mae": judged.mae,
            "mae_by_step": {
                name: error.tolist() for name, error in judged.mae_by_step.items()
            },
            "bands": metadata["test bands"],
            "crps": metadata["test crps"],
            "windows": judged.count,
            "start": str(judged.start),
            "end": str(judged.end),
            "season": plan.season[1],
            "remarks": list(plan.remarks),
        },
        "skill": judged.skill if math.isfinite(judged.skill) else None,
        "weights": trained.ensemble.weights,
        "seed": metadata["seed"],
        **run_provenance(started),
    }


def results_of_saved(
    series: Series, forecaster: Forecaster, source: Path, started: float
) -> dict[str, Any]:
    """Return what `results.json` holds after a forecast without training.

    The test errors are those of the training, on the data it was trained on.

    Args:
        series: `keras_rnn.datasets.Series`, what is forecast from.
        forecaster: `Forecaster`.
        source: `pathlib.Path` that it was loaded from.
        started: Float, `time.perf_counter()` at the beginning of the run.
    """
    metadata = forecaster.metadata
    mae = metadata.get("test mae", {})
    naive = best_naive(mae)
    gained = skill(mae["model"], mae[naive]) if naive else float("nan")
    return {
        "data": series_provenance(series, series.repairs),
        **_forecast_entries(forecaster),
        "loaded": str(source),
        "trained": metadata,
        "test": {
            "mae": mae,
            "bands": metadata.get("test bands", []),
            "crps": metadata.get("test crps"),
        },
        "skill": gained if math.isfinite(gained) else None,
        "seed": metadata.get("seed"),
        **run_provenance(started),
    }


def write(
    folder: Path,
    series: Series,
    forecaster: Forecaster,
    future: pd.DataFrame,
    results: dict[str, Any],
    mae_by_step: Mapping[str, np.ndarray] | None = None,
    past: pd.DataFrame | None = None,
    plot: bool = True,
) -> None:
    """Write forecast.csv, results.json and, with `plot`, forecast.png into a folder.

    Args:
        folder: `pathlib.Path`.
        series: `keras_rnn.datasets.Series`, what is forecast from.
        forecaster: `Forecaster`.
        future: DataFrame, as `Forecaster.predict` returns it.
        results: Dict, the content of results.json.
        mae_by_step: Dict from forecast to its mean absolute error at each step, to
            draw. Default: `None`.
        past: DataFrame of the prepared rows that the forecast goes on from. Default:
            those of `series`.
        plot: Boolean, whether forecast.png is drawn. Default: `True`.
    """
    if plot:
        import_matplotlib()
        from keras_rnn.forecasting.forecast_plot import plot_forecast
        from keras_rnn.forecasting.forecaster_rows import shown_rows

        if past is None:
            past = forecaster.preparation.transform(series.frame, forecaster.target)
        shown = shown_rows(forecaster.lookback, forecaster.horizon)
        figure = plot_forecast(
            past[forecaster.target].iloc[-shown:],
            future,
            target=forecaster.target,
            unit=forecaster.unit,
            levels=forecaster.bands.levels,
            caption=series.describe(),
            mae_by_step=mae_by_step,
        )
        save_png(figure, folder / "forecast.png", dpi=150)
    future.to_csv(folder / "forecast.csv", float_format="%.6g")
    text = json.dumps(results, indent=2, allow_nan=False) + "\n"
    (folder / "results.json").write_text(text, encoding="utf-8")


def _forecast_entries(forecaster):
    return {
        "target": forecaster.target,
        "units": forecaster.unit,
        "horizon": forecaster.horizon,
        "every": forecaster.preparation.every,
        "levels": list(forecaster.bands.levels),
        "limits": forecaster.bands.to_dict()["limits"],
    }


def _number(value):
    """Three digits that matter, and two places after the point for those above 1."""
    return f"{value:.2f}" if abs(value) >= 1 else f"{value:.3g}"
