"""`keras-rnn compare --task long-horizon`: the published protocol of long horizons."""

from __future__ import annotations

import argparse
import csv
import io
import json
import math
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from keras_rnn.cli.arguments import reading_arguments
from keras_rnn.cli.console import console, fact, show_counts, show_written
from keras_rnn.errors import UserError, nearest

if TYPE_CHECKING:
    import numpy as np

    from keras_rnn.datasets.series.series import Series
    from keras_rnn.forecasting.long_horizon import LongHorizonErrors, LongHorizonScore

# Rows of the past that a season may reach back, and a season's rows by benchmark.
_SEASONS = {"etth1": 24, "weather-2020": 144}
_SEGMENTS = (24, 16, 12, 8)


def run(arguments: argparse.Namespace, folder: Path) -> None:
    """Train and judge the models at each horizon, and write the comparison.

    Args:
        arguments: `argparse.Namespace` of the arguments of `compare`.
        folder: `pathlib.Path`, where the results go.

    Raises:
        UserError: An argument or the data cannot be used.
    """
    started = time.perf_counter()
    names = _chosen_models(arguments.models)
    name = str(arguments.data).lower()
    series, notes = _load(name, arguments)
    fact("Data", series.describe())
    if series.note:
        fact("Note", series.note)
    show_counts("Repaired", series.repairs | notes)
    if arguments.target:
        fact("Note", "--target is not used: errors are those of all columns")

    from keras_rnn.cli.backend import load_backend
    from keras_rnn.cli.compare_report import save_model, working

    load_backend()
    from keras_rnn.forecasting.long_horizon import HORIZONS

    comparison = _comparison(name, series, arguments)
    windows = comparison.windows
    horizons = arguments.horizons or HORIZONS
    for horizon in horizons:
        windows.check_length(horizon)
    train, validation, test = windows.borders
    fact(
        "Rows",
        f"{train:,} to train, {validation - train:,} to validate, "
        f"{test - validation:,} to test",
    )
    scores: list[LongHorizonScore] = []
    for horizon in horizons:
        _show_heading(horizon)
        for model_name in names:
            with working(f"training {model_name}"):
                score, model = comparison.train(model_name, horizon)
            if not score.is_naive:
                save_model(folder / "models" / str(horizon), model_name, model)
            best_naive = min(
                (one.test.mse for one in scores if _rivals(one, score)),
                default=math.inf,
            )
            _show_score(score, best_naive)
            scores.append(score)
    console.print()
    if any(one.published for one in scores):
        fact(
            "Note",
            "'as published': on the test windows that the authors' programs counted, "
            "which left out the last batch unless it was full",
        )
    for one in scores:
        fact("Measured", f"{one.name}, {one.horizon} ahead: {one.measured}")
    results = _results(series, notes, comparison, scores, started)
    _write(folder, scores, results, series.describe())
    written = ["comparison.csv", "comparison.png", "results.json"]
    trained = any(not one.is_naive for one in scores)
    show_written(folder, written + ["models/"] * trained, started)


def _chosen_models(names: Sequence[str] | None) -> list[str]:
    known = ("last_value", "seasonal_repeat", "dlinear", "segment_network")
    for name in names or ():
        if name not in known:
            raise UserError(
                f"There is no model {name!r} in the task long-horizon."
                f"{nearest(name, known)} There are {', '.join(known)}."
            )
    return [name for name in known if names is None or name in names]


def _load(name: str, arguments: argparse.Namespace) -> tuple[Series, dict[str, int]]:
    """The series, without missing values, and what was done to it."""
    from dataclasses import replace

    from keras_rnn.datasets.series.benchmarks import BENCHMARKS, load_benchmark
    from keras_rnn.datasets.series.loading import load_series

    if arguments.every and not arguments.start:
        raise UserError(
            "The task long-horizon takes every row as it is: leave out --every."
        )
    if name in BENCHMARKS:
        return load_benchmark(name), {}
    series = load_series(arguments.data, **reading_arguments(arguments))
    missing = int(series.frame.isna().to_numpy().sum())
    if not missing:
        return series, {}
    # From the past alone, so that no window sees what comes after it.
    frame = series.frame.ffill()
    empty = [column for column in frame if frame[column].isna().any()]
    if empty:
        raise UserError(
            f"The column {empty[0]!r} has no value in the first row, so there is "
            "nothing to carry forward. Leave out the column or the first rows."
        )
    notes = {"missing values, for which the last one before is taken": missing}
    return replace(series, frame=frame), notes


def _comparison(name: str, series: Series, arguments: argparse.Namespace) -> Any:
    from dataclasses import replace

    from keras_rnn.forecasting.baselines import season_of
    from keras_rnn.forecasting.long_horizon import (
        SETTINGS,
        LongHorizonComparison,
        LongHorizonSettings,
    )
    from keras_rnn.forecasting.long_horizon_windows import (
        LOOKBACK,
        LongHorizonWindows,
        borders_of,
    )

    lookback = arguments.lookback or LOOKBACK
    values: np.ndarray = series.frame.to_numpy("float64")
    windows = LongHorizonWindows(values, borders_of(len(values), name), lookback)
    settings = SETTINGS.get(name, LongHorizonSettings())
    if lookback % settings.segment:
        fitting = [one for one in _SEGMENTS if lookback % one == 0]
        if not fitting:
            raise UserError(
                f"--lookback {lookback} does not divide into segments of "
                f"{', '.join(map(str, _SEGMENTS))} rows. Choose a multiple of 24."
            )
        settings = replace(settings, segment=fitting[0])
    settings = replace(
        settings, seed=arguments.seed, epochs=arguments.epochs or settings.epochs
    )
    season = _SEASONS.get(name) or season_of(series.frame.index)[1]
    return LongHorizonComparison(windows, settings, min(season, lookback), name)


def _rivals(one: LongHorizonScore, score: LongHorizonScore) -> bool:
    return one.is_naive and one.horizon == score.horizon and not score.is_naive


def _show_heading(horizon: int) -> None:
    console.print()
    console.print(
        f"long-horizon: all columns for the next {horizon} rows", style="bold"
    )
    console.print(
        f"{'':<18}{'learnt':>9}{'epochs':>8}{'time':>8}{'cpu':>8}{'val. MSE':>10}"
        f"{'MSE':>8}{'MAE':>8}{'as published':>16}{'published':>16}",
        style="bold",
    )


def _show_score(score: LongHorizonScore, best_naive: float) -> None:
    loses = score.test.mse > best_naive
    learnt = not score.is_naive
    pairs = [
        f"{pair.mse:.3f} / {pair.mae:.3f}" if pair else "-"
        for pair in (score.as_published, score.published)
    ]
    cells = (
        f"{f'{score.parameters:,}' if learnt else '-':>9}"
        f"{f'{score.epochs}' if learnt else '-':>8}"
        f"{f'{score.seconds:.0f} s':>8}{f'{score.processor_seconds:.0f} s':>8}"
        f"{score.validation.mse:>10.4f}{score.test.mse:>8.4f}{score.test.mae:>8.4f}"
        f"{pairs[0]:>16}{pairs[1]:>16}"
    )
    console.print(
        f"{score.name:<18}{cells}{'  LOSES to naive' if loses else ''}",
        style="red" if loses else None if learnt else "dim",
    )


def _results(
    series: Series,
    notes: dict[str, int],
    comparison: Any,
    scores: Sequence[LongHorizonScore],
    started: float,
) -> dict[str, Any]:
    """What `results.json` holds."""
    from dataclasses import asdict

    from keras_rnn.cli.reading import run_provenance, series_provenance

    horizons: dict[str, Any] = {}
    for score in scores:
        entry = horizons.setdefault(
            str(score.horizon), {"test_windows": score.windows, "models": {}}
        )
        entry["models"][score.name] = {
            "validation": score.validation._asdict(),
            "test": score.test._asdict(),
            "published": score.published._asdict() if score.published else None,
            "test_windows_as_published": (
                score.as_published._asdict() if score.as_published else None
            ),
            "measured": score.measured,
            "is_naive": score.is_naive,
            "parameters": score.parameters,
            "epochs": score.epochs,
            "seconds": round(score.seconds, 1),
            "processor_seconds": round(score.processor_seconds, 1),
        }
    windows = comparison.windows
    return {
        "task": "long-horizon",
        "data": series_provenance(series, series.repairs | notes)
        | {"note": series.note},
        "columns": list(series.frame.columns),
        "borders": list(windows.borders),
        "lookback": windows.lookback,
        "season": comparison.season,
        "scaler": {"mean": windows.mean.tolist(), "std": windows.std.tolist()},
        "settings": asdict(comparison.settings),
        "horizons": horizons,
        "seed": comparison.settings.seed,
        **run_provenance(started),
    }


def _write(
    folder: Path,
    scores: Sequence[LongHorizonScore],
    results: Mapping[str, Any],
    caption: str,
) -> None:
    """Write comparison.csv, comparison.png and results.json, all of them or none."""
    from keras_rnn.files import replacing_all, write_text
    from keras_rnn.forecasting.long_horizon_plot import plot_long_horizons

    figure = plot_long_horizons(scores, caption)
    with replacing_all(folder) as temporary:
        figure.savefig(temporary / "comparison.png", dpi=120)
        write_text(temporary / "comparison.csv", _csv(scores))
        write_text(temporary / "results.json", json.dumps(results, indent=2) + "\n")


def _csv(scores: Sequence[LongHorizonScore]) -> str:
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(
        [
            *("horizon", "model", "naive", "parameters", "epochs", "seconds"),
            *("processor seconds", "validation mse", "validation mae"),
            *("test mse", "test mae", "published mse", "published mae"),
            *("test mse, windows as published", "test mae, windows as published"),
            "measured",
        ]
    )
    for score in scores:
        writer.writerow(
            [
                score.horizon,
                score.name,
                "yes" if score.is_naive else "no",
                score.parameters,
                score.epochs,
                f"{score.seconds:.1f}",
                f"{score.processor_seconds:.1f}",
                *(*_digits(score.validation), *_digits(score.test)),
                *(score.published or ("", "")),
                *_digits(score.as_published),
                score.measured,
            ]
        )
    return table.getvalue()


def _digits(errors: LongHorizonErrors | None) -> list[str]:
    return ["", ""] if errors is None else [f"{number:.6g}" for number in errors]
