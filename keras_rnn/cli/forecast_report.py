"""What a forecast prints and writes."""

import json
import math

from keras_rnn.cli.console import console, fact, show_table
from keras_rnn.cli.provenance import run_provenance, series_provenance
from keras_rnn.forecasting.backtest import best_naive
from keras_rnn.forecasting.metrics import skill

_NAMES = {
    "model": "this forecast",
    "persistence": "persistence: the last value",
    "seasonal_naive": "seasonal naive",
    "ridge": "ridge regression",
}


def show_scores(trained):
    """Print the errors on the test part, the best first, and what they say."""
    judged, unit = trained.backtest, trained.forecaster.unit
    mae, by_step = judged.mae, judged.mae_by_step
    names = dict(_NAMES)
    if judged.season:
        names["seasonal_naive"] += f": a {judged.season} ago"
    order = sorted(mae, key=mae.get)
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
        f"{judged.count:,} windows, {judged.start:%Y-%m-%d} to {judged.end:%Y-%m-%d}",
        ["", "mean", "step 1", f"step {len(by_step['model'])}", "vs naive"],
        rows,
        strong=[order.index("model")],
    )
    if judged.skill > 0:
        fact("Skill", f"{judged.skill:.3f}: {judged.skill:.0%} of the naive error gone")
    else:
        fact(
            "Skill",
            f"{judged.skill:.3f}: NOT better than {_NAMES[judged.best_naive]}. "
            "Use that, or give more rows or other columns.",
        )


def show_forecast(forecaster, future):
    """Print some steps of a forecast, evenly spread."""
    unit = f" in {forecaster.unit}" if forecaster.unit else ""
    shown = future.iloc[:: max(1, len(future) // 8)]
    whole_days = (future.index == future.index.normalize()).all()
    stamp_format = "%a %Y-%m-%d" if whole_days else "%a %Y-%m-%d %H:%M"
    rows = [
        [f"{stamp:{stamp_format}}", *(_number(value) for value in row)]
        for stamp, row in zip(shown.index, shown.to_numpy(), strict=True)
    ]
    console.print()
    show_table(
        f"Forecast of {forecaster.target}{unit}",
        ["", "forecast", "lower", "upper"],
        rows,
    )


def show_saved(forecaster):
    """Print what a saved forecaster was trained on and how good it is."""
    about = forecaster.about
    data, span = about.get("data", {}), about.get("trained on", ["?", "?"])
    fact(
        "Forecaster",
        f"{forecaster.target}, trained on {data.get('name', '?')} "
        f"({data.get('kind', '?')}), {span[0]} to {span[1]}",
    )
    mae = about.get("test mae", {})
    naive = best_naive(mae)
    if naive:
        unit = f" {forecaster.unit}" if forecaster.unit else ""
        verdict = "" if mae["model"] < mae[naive] else "NOT better than "
        fact(
            "Test error",
            f"{_number(mae['model'])}{unit} on average, {verdict}{_NAMES[naive]} "
            f"{_number(mae[naive])}{unit}",
        )


def results(series, plan, trained, started):
    """Return what `results.json` holds after a training."""
    judged, forecaster = trained.backtest, trained.forecaster
    return {
        "data": series_provenance(series, series.repairs | plan.notes),
        **_about_forecast(forecaster),
        "history": plan.task.history,
        "model": forecaster.about["model"],
        "test": {
            "mae": judged.mae,
            "mae_by_step": {
                name: error.tolist() for name, error in judged.mae_by_step.items()
            },
            "windows": judged.count,
            "start": str(judged.start),
            "end": str(judged.end),
            "season": plan.season[1],
        },
        "skill": judged.skill if math.isfinite(judged.skill) else None,
        "weights": trained.ensemble.weights,
        "seed": forecaster.about["seed"],
        **run_provenance(started),
    }


def results_of_saved(series, forecaster, source, started):
    """Return what `results.json` holds after a forecast without training.

    The test errors are those of the training, on the data it was trained on.
    """
    about = forecaster.about
    mae = about.get("test mae", {})
    naive = best_naive(mae)
    gained = skill(mae["model"], mae[naive]) if naive else None
    return {
        "data": series_provenance(series, series.repairs),
        **_about_forecast(forecaster),
        "loaded": str(source),
        "trained": about,
        "test": {"mae": mae},
        "skill": gained if naive and math.isfinite(gained) else None,
        "seed": about.get("seed"),
        **run_provenance(started),
    }


def write(folder, series, forecaster, future, results, backtest=None):
    """Write forecast.csv, forecast.png and results.json into a folder."""
    from keras_rnn.forecasting.forecast_plot import plot_forecast

    past = forecaster.preparation.apply(series.frame, forecaster.target)
    shown = max(4 * forecaster.horizon, forecaster.lookback)
    figure = plot_forecast(
        past[forecaster.target].iloc[-shown:],
        future,
        target=forecaster.target,
        unit=forecaster.unit,
        caption=series.describe(),
        backtest=backtest,
    )
    figure.savefig(folder / "forecast.png", dpi=150)
    future.to_csv(folder / "forecast.csv", float_format="%.6g")
    text = json.dumps(results, indent=2, allow_nan=False) + "\n"
    (folder / "results.json").write_text(text, encoding="utf-8")


def _about_forecast(forecaster):
    return {
        "target": forecaster.target,
        "units": forecaster.unit,
        "horizon": forecaster.horizon,
        "every": forecaster.preparation.every,
    }


def _number(value):
    """Three digits that matter, and two places after the point for those above 1."""
    return f"{value:.2f}" if abs(value) >= 1 else f"{value:.3g}"
