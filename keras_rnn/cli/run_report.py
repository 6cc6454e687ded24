"""What a run of an application prints and writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from keras_rnn.applications.without_backend.saved import write_form
from keras_rnn.cli.console import console, fact, show_table
from keras_rnn.cli.reading import run_provenance

if TYPE_CHECKING:
    from keras_rnn.applications.catalogue import Application
    from keras_rnn.applications.outcome import Outcome


def show(outcome: Outcome, application: Application) -> None:
    """Print the metrics beside the baseline's, and some examples.

    Args:
        outcome: `Outcome`.
        application: `Application`, its row in the catalogue.
    """
    console.print()
    show_table(
        "On data that no training has seen",
        ["", application.name, outcome.baseline_name],
        [
            [name, _number(value), _number(outcome.baseline[name])]
            for name, value in outcome.metrics.items()
        ],
    )
    metric = outcome.metric or application.metric
    if not application.is_better(outcome.metrics[metric], outcome.baseline[metric]):
        fact("Note", f"NOT better than {outcome.baseline_name}. Use that instead.")
    if outcome.examples:
        show_table(
            "Some of them",
            ["given", "is", "answer"],
            [list(example) for example in outcome.examples],
            wrap=True,
        )


def _number(value):
    return "-" if value is None else f"{value:.3f}"


def results(
    outcome: Outcome, application: Application, seed: int, started: float
) -> dict[str, Any]:
    """Return the content of `results.json`.

    Args:
        outcome: `Outcome`.
        application: `Application`, its row in the catalogue.
        seed: Integer.
        started: Float, `time.perf_counter()` at the beginning of the run.
    """
    data = outcome.data
    return {
        "application": application.name,
        "metrics": outcome.metrics,
        "baseline": outcome.baseline,
        "baseline_name": outcome.baseline_name,
        "data": {
            "kind": data.kind,
            "name": data.name,
            "origin": data.origin,
            "rows": len(data),
        },
        **outcome.more,
        "seed": seed,
        **run_provenance(started),
    }


def write(
    folder: Path,
    outcome: Outcome,
    results: dict[str, Any],
    application: Application | None = None,
) -> None:
    """Write results, model, pictures and other files into an empty folder.

    Args:
        folder: `pathlib.Path`.
        outcome: `Outcome`.
        results: Dict, the content of results.json.
        application: `Application`, whose model is also written in NumPy if it answers
            without a backend. Default: `None`.
    """
    text = json.dumps(results, indent=2) + "\n"
    (folder / "results.json").write_text(text, encoding="utf-8")
    path = folder / "model.keras"
    outcome.model.save(path)
    if application is not None and application.without_backend is not None:
        write_form(application.name, outcome.model, path)
    for name, figure in outcome.figures.items():
        figure.savefig(folder / f"{name}.png", dpi=150)
    for name, content in outcome.files.items():
        content = content.encode() if isinstance(content, str) else content
        (folder / name).write_bytes(content)
