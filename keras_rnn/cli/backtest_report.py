"""What a backtest in folds prints and writes."""

from __future__ import annotations

import argparse
import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from keras_rnn.cli.console import console, fact, show_table
from keras_rnn.cli.importance_report import short_number
from keras_rnn.cli.reading import run_provenance, series_provenance
from keras_rnn.forecasting.rolling_origin import fold_line
from keras_rnn.forecasting.rolling_scores import BAND
from keras_rnn.forecasting.time_steps import step_text

if TYPE_CHECKING:
    from keras_rnn.forecasting.rolling_plan import BacktestPlan
    from keras_rnn.forecasting.rolling_scores import RollingBacktest

_NAMES = {
    "model": "this forecast",
    "persistence": "persistence",
    "seasonal_naive": "seasonal naive",
    "year_mean": "earlier years",
    "ridge": "ridge",
}
# Shorter, as heads of columns: six of them fit into a terminal.
_HEADS = {
    "model": "forecast",
    "persistence": "persistence",
    "seasonal_naive": "season",
    "year_mean": "years",
    "ridge": "ridge",
}
# Rows of a printed table: of more, some that are evenly spread.
_MOST_ROWS = 24


def show_plan(plan: BacktestPlan) -> None:
    """Print what will be forecast from what.

    Args:
        plan: `BacktestPlan`.
    """
    task, folds = plan.whole.task, plan.folds
    step = step_text(plan.whole.parts.train.index)
    fact("Forecast", f"{task.target}, {task.horizon} steps of {step}")
    first, last = folds[0], folds[-1]
    several = len(folds) > 1
    fact(
        "Folds",
        f"{len(folds)} of {plan.rows:,} rows{' each' if several else ''}, "
        f"{first.start:%Y-%m-%d %H:%M} to {last.end:%Y-%m-%d %H:%M}",
    )
    rows = [sum(map(len, fold.known.parts)) for fold in (first, last)]
    if plan.refit and several:
        learns = f"a model for each fold, from all rows before it: {rows[0]:,} to "
        learns += f"{rows[1]:,}"
    else:
        learns = f"one model, from the {rows[0]:,} rows before the first fold"
    fact("Learns", learns)


def show_fold(result: RollingBacktest) -> None:
    """Print how the last fold that was done has gone.

    Args:
        result: `RollingBacktest` of the folds so far.
    """
    name, _, text = fold_line(result).partition(": ")
    number, _, count = name.removeprefix("Fold ").partition(" of ")
    fact(f"Fold {number}/{count}", text)


def show_scores(result: RollingBacktest, by: str) -> None:
    """Print every measure over all folds, and the errors by something.

    Args:
        result: `RollingBacktest`.
        by: String, as `RollingBacktest.scores` takes it.
    """
    scores = result.scores().sort_values("mae", kind="stable")
    best = scores["skill"].where(~scores["forecast"].isin(["model", "ridge"])).idxmax()
    naive = scores.loc[best, "mae"]
    unit = f" in {result.unit}" if result.unit else ""
    console.print()
    show_table(
        f"Errors over all folds{unit}: {scores['values'].iloc[0]:,} values",
        ["", "MAE", "vs naive", "RMSE", "MASE", "sMAPE", "bias"],
        [
            [
                _NAMES.get(row.forecast, row.forecast),
                short_number(row.mae),
                f"{row.mae / naive - 1:+.1%}" if naive else "",
                short_number(row.rmse),
                short_number(row.mase),
                f"{row.smape:.1f}%",
                short_number(row.bias),
            ]
            for row in scores.itertuples()
        ],
        strong=[scores["forecast"].tolist().index("model")],
    )
    _show_scores_by(result, by, unit)
    model = scores.set_index("forecast").loc["model"]
    if math.isfinite(model["coverage"]):
        fact(
            "Band",
            f"{model['coverage']:.1%} of the truth lies inside the {BAND:.0%} bands; "
            f"pinball loss of their ends {short_number(model['pinball'])}",
        )
    if model["skill"] > 0:
        fact(
            "Skill",
            f"{model['skill']:.3f}: {model['skill']:.0%} of the error of "
            f"{_NAMES[scores.loc[best, 'forecast']]} gone",
        )
    else:
        fact(
            "Skill",
            f"{model['skill']:.3f}: NOT better than "
            f"{_NAMES[scores.loc[best, 'forecast']]}. Use that, or give more rows or "
            "other columns.",
        )


def _show_scores_by(result, by, unit):
    table = result.scores(by)
    errors = table.pivot_table("mae", by, "forecast")[result.names]
    coverage = table[table["forecast"] == "model"].set_index(by)["coverage"]
    every = math.ceil(len(errors) / _MOST_ROWS)
    starts = {fold.number: f"{fold.start:%Y-%m-%d}" for fold in result.folds}
    show_table(
        f"Mean absolute error by {by}{unit}",
        [by, *(_HEADS.get(name, name) for name in result.names), "coverage"],
        [
            [
                f"{key}: {starts[key]}" if by == "fold" else str(key),
                *map(short_number, errors.loc[key]),
                f"{coverage[key]:.0%}" if math.isfinite(coverage[key]) else "",
            ]
            for key in errors.index[::every]
        ],
    )


def results(
    plan: BacktestPlan,
    result: RollingBacktest,
    arguments: argparse.Namespace,
    started: float,
) -> dict[str, Any]:
    """Return what `results.json` holds after a backtest.

    Args:
        plan: `BacktestPlan`.
        result: `RollingBacktest`.
        arguments: `argparse.Namespace` of the subcommand's arguments.
        started: Float, `time.perf_counter()` at the beginning of the run.
    """
    whole, importance = plan.whole, result.importance()
    return {
        "data": series_provenance(whole.series, whole.series.repairs | whole.notes),
        "target": result.target,
        "units": result.unit,
        "horizon": whole.task.horizon,
        "every": whole.preparation.every,
        "model": arguments.model or "gru",
        "epochs": arguments.epochs,
        "seed": arguments.seed or 0,
        "refit": result.refit,
        "rows between origins": result.stride,
        "season": result.season,
        "folds": [
            {
                "fold": fold.number,
                "start": str(fold.start),
                "end": str(fold.end),
                "known": [str(fold.known[0]), str(fold.known[1])],
                "known rows": fold.known[2],
                "origins": fold.origins,
                "mase scale": _finite(fold.scale),
                "seconds": round(fold.seconds, 1),
            }
            for fold in result.folds
        ],
        "scores": _records(result.scores()),
        "scores by fold": _records(result.scores("fold")),
        **({} if importance is None else {"importance": _records(importance)}),
        **run_provenance(started),
    }


def write(
    folder: Path, result: RollingBacktest, results: dict[str, Any], caption: str
) -> None:
    """Write the forecasts, the scores, the picture and results.json into a folder.

    Args:
        folder: `pathlib.Path`.
        result: `RollingBacktest`.
        results: Dict, the content of results.json.
        caption: String, what the data is.
    """
    table = result.forecasts.dropna(axis="columns", how="all")
    table.to_csv(folder / "backtest.csv", index=False, float_format="%.6g")
    scores = result.all_scores()
    scores.to_csv(folder / "backtest_scores.csv", index=False, float_format="%.6g")
    result.plot(caption).savefig(folder / "backtest.png", dpi=150)
    text = json.dumps(results, indent=2, allow_nan=False) + "\n"
    (folder / "results.json").write_text(text, encoding="utf-8")


def _records(table):
    """A table as JSON knows it: a dict for each row, `null` for what is not finite."""
    return [
        {
            name: _finite(value) if isinstance(value, float) else value
            for name, value in row.items()
        }
        for row in table.to_dict("records")
    ]


def _finite(value):
    return value if math.isfinite(value) else None
