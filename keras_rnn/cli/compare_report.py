"""What a comparison prints and writes."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import math
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from keras_rnn.cli.console import console, fact
from keras_rnn.cli.reading import run_provenance, series_provenance
from keras_rnn.files import output_folder, replacing, replacing_all, write_text

if TYPE_CHECKING:
    import keras

    from keras_rnn.datasets.series.series import Series
    from keras_rnn.forecasting.comparison import Comparison, Score
    from keras_rnn.forecasting.preparation import Preparation

_HEADINGS = ("learnt", "epochs", "time", "validation", "test", "to naive")
_WIDTHS = (9, 8, 8, 12, 10, 10)
_NAME_WIDTH = 27


def show_heading(task: str, comparison: Comparison, unit: str) -> None:
    """Print what a task is and the heading of its table.

    Args:
        task: String, a key of `TASKS`.
        comparison: `Comparison`.
        unit: String, the target's unit, or `""`.
    """
    from keras_rnn.forecasting.models.registry import TASKS

    spec = TASKS[task]
    validation, test = (comparison.count(task, part) for part in ("validation", "test"))
    console.print()
    console.print(f"{task}: {spec.title}", style="bold")
    console.print(
        f"mean absolute error over {validation:,} validation and {test:,} test "
        f"windows, of {'all columns' if spec.all_columns else comparison.target}, "
        f"standardised; on the right of {comparison.target} alone"
        f"{f', in {unit}' if unit else ''}",
        markup=False,
    )
    cells = [f"{text:>{width}}" for text, width in zip(_HEADINGS, _WIDTHS, strict=True)]
    target = comparison.target.split(" (")[0][:10]
    console.print(
        f"{'':<{_NAME_WIDTH}}{''.join(cells)}{target:>12}{'to naive':>10}",
        style="bold",
        markup=False,
    )


def show_score(score: Score) -> None:
    """Print a model's row of the table.

    Args:
        score: `Score`.
    """
    training = score.training
    cells = (
        f"{score.parameters:,}" if score.parameters else "-",
        f"{len(training.epochs)}" if training else "-",
        f"{score.seconds:.0f} s" if training else "-",
        _standardised(score.validation.mae),
        _standardised(score.test.mae),
        _percent(score.skill.mae),
    )
    row = "".join(
        f"{cell:>{width}}" for cell, width in zip(cells, _WIDTHS, strict=True)
    )
    of_target = f"{score.test.target_mae:>12.4g}{_percent(score.skill.target_mae):>10}"
    loses = score.loses and not score.is_naive
    console.print(
        f"{score.name:<{_NAME_WIDTH}}{row}{of_target}{'  LOSES' if loses else ''}",
        style="red" if loses else "dim" if score.is_naive else None,
        markup=False,
    )


def show_losers(scores: Sequence[Score]) -> None:
    """Print which trained models are worse than a naive forecast.

    Args:
        scores: Sequence of `Score`.
    """
    losers = [f"{one.name} ({one.task})" for one in scores if _has_lost(one)]
    console.print()
    if losers:
        fact("Worse than naive", f" {', '.join(losers)}")
    else:
        fact("Verdict", "every trained model is better than the naive forecasts")


@contextlib.contextmanager
def working(what: str) -> Iterator[None]:
    """Show on a terminal that something takes its time; elsewhere nothing.

    Args:
        what: String, what is being done.
    """
    if console.is_terminal:
        with console.status(what):
            yield
    else:
        yield


def save_model(folder: Path, name: str, model: keras.Model) -> None:
    """Save a model as `name.keras`, all of it or nothing.

    Args:
        folder: `pathlib.Path`; made if it is not there.
        name: String, the file without its suffix.
        model: `keras.Model`.
    """
    with replacing(output_folder(folder) / f"{name}.keras") as temporary:
        model.save(temporary)


def results(
    series: Series,
    preparation: Preparation,
    comparison: Comparison,
    scores: Sequence[Score],
    notes: dict[str, int],
    arguments: Namespace,
    started: float,
) -> dict[str, Any]:
    """Return what `results.json` holds.

    Args:
        series: `keras_rnn.datasets.Series`.
        preparation: `Preparation`.
        comparison: `Comparison`.
        scores: Sequence of `Score`.
        notes: Dict from what was done to the data, in words, to how often.
        arguments: `argparse.Namespace` of the subcommand's arguments.
        started: Float, `time.perf_counter()` at the beginning of the run.
    """
    from dataclasses import asdict

    from keras_rnn.forecasting.models.registry import TASKS

    tasks: dict[str, Any] = {}
    for score in scores:
        task = TASKS[score.task]
        entry = tasks.setdefault(
            score.task,
            {
                "horizon": task.horizon,
                "lookback": comparison.lookback,
                "predicts": "all columns" if task.all_columns else comparison.target,
                "windows": {
                    part: comparison.count(score.task, part)
                    for part in ("validation", "test")
                },
                "models": {},
            },
        )
        entry["models"][score.name] = _score_entry(score)
    return {
        "data": series_provenance(series, series.repairs | notes),
        "target": comparison.target,
        "units": series.units.get(comparison.target, ""),
        "every": preparation.every,
        "columns": list(preparation.features),
        "scaler": comparison.scaler.to_dict(),
        "season": comparison.season[1],
        "settings": asdict(comparison.settings),
        "tasks": tasks,
        "seed": arguments.seed,
        **run_provenance(started),
    }


def write(
    folder: Path, scores: Sequence[Score], results: Mapping[str, Any], caption: str
) -> None:
    """Write comparison.csv, comparison.png and results.json, all of them or none.

    Args:
        folder: `pathlib.Path`.
        scores: Sequence of `Score`.
        results: Dict, the content of results.json.
        caption: String, what the data is; it stands under the picture.
    """
    from keras_rnn.forecasting.comparison_plot import plot_comparison

    target, unit = results["target"], results["units"]
    figure = plot_comparison(scores, target, unit, caption)
    with replacing_all(folder) as temporary:
        figure.savefig(temporary / "comparison.png", dpi=120)
        write_text(temporary / "comparison.csv", _csv(scores, unit))
        write_text(temporary / "results.json", json.dumps(results, indent=2) + "\n")


def _score_entry(score):
    entry = {
        part: {
            "mae": _json_number(errors.mae),
            "target_mae": _json_number(errors.target_mae),
        }
        for part, errors in (
            ("validation", score.validation),
            ("test", score.test),
            ("skill", score.skill),
        )
    }
    entry |= {"is_naive": score.is_naive, "loses": _has_lost(score)}
    entry |= {"parameters": score.parameters, "seconds": round(score.seconds, 2)}
    if score.training:
        entry["training"] = {
            "epochs": list(score.training.epochs),
            "best_epoch": score.training.best_epoch,
            "stopped_why": score.training.stopped_why,
        }
    return entry


def _csv(scores, unit):
    suffix = f" ({unit})" if unit else ""
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(
        [
            "task",
            "model",
            "naive",
            "parameters",
            "epochs",
            "seconds",
            "validation mae",
            "test mae",
            "skill",
            f"validation target mae{suffix}",
            f"test target mae{suffix}",
            "target skill",
            "loses to naive",
        ]
    )
    for score in scores:
        numbers = [
            score.validation.mae,
            score.test.mae,
            score.skill.mae,
            score.validation.target_mae,
            score.test.target_mae,
            score.skill.target_mae,
        ]
        writer.writerow(
            [
                score.task,
                score.name,
                "yes" if score.is_naive else "no",
                score.parameters,
                len(score.training.epochs) if score.training else 0,
                f"{score.seconds:.1f}",
                *("" if math.isnan(number) else f"{number:.6g}" for number in numbers),
                "yes" if _has_lost(score) else "no",
            ]
        )
    return table.getvalue()


def _has_lost(score):
    return bool(score.loses and not score.is_naive)


def _standardised(mae):
    return "-" if math.isnan(mae) else f"{mae:.4f}"


def _percent(skill):
    # How much more or less error than naive, not how much of it is gone.
    return "-" if not math.isfinite(skill) else f"{0 - skill:+.1%}"


def _json_number(value):
    return value if math.isfinite(value) else None
