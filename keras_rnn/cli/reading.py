"""What is said of the data and of the run: in lines, and in each `results.json`."""

from __future__ import annotations

import sys
import time
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from keras_rnn._version import __version__
from keras_rnn.cli.console import fact, show_counts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_rnn.datasets.series.series import Series
    from keras_rnn.datasets.tables.columns import Column
    from keras_rnn.datasets.tables.table import Table
    from keras_rnn.forecasting.plan import ForecastPlan

# More columns than these are counted, not named.
_MOST_NAMES = 12


def show_series(series: Series) -> None:
    """Print what a series is, how it was read and what was repaired meanwhile.

    Args:
        series: `keras_rnn.datasets.Series`.
    """
    fact("Data", series.describe())
    if series.note:
        fact("Note", series.note)
    if series.table is not None and series.target_note:
        _show_table(series.table)
    show_counts("Repaired", series.repairs)


def show_target(series: Series, target: str | None) -> None:
    """Print which column is forecast when nobody named one, and why.

    Args:
        series: `keras_rnn.datasets.Series`.
        target: String, the column that was asked for, or `None`.
    """
    if target is None and series.target_note:
        fact("Target", series.target_note.replace("with `target`", "with --target"))


def show_known_ahead(plan: ForecastPlan) -> None:
    """Print what is known ahead, and which columns seem to tell what is forecast.

    Args:
        plan: `ForecastPlan`.
    """
    preparation = plan.preparation
    known = list(map(repr, preparation.known_ahead))
    if preparation.holidays:
        known.append(f"holidays of {preparation.holidays.place}")
    if known:
        fact("Known ahead", f" {', '.join(known)}")
    for warning in plan.warnings:
        fact("Warning", warning)


def step_words(table: Table) -> str:
    """Return the step of a table's rows by the calendar, and how many are missing.

    Args:
        table: `Table`.
    """
    step = table.step
    missing = f", {step.missing:,} missing in {step.gaps:,} gaps" if step.gaps else ""
    return f"{step.text}{missing}"


def _show_table(table):
    time = table.time
    fact("Step", step_words(table))
    for name, stamp, written in (
        ("First row", time.first, time.first_written),
        ("Last row", time.last, time.last_written),
    ):
        if stamp == stamp:  # NaT is not itself
            in_file = f", in the file {written!r}" if written else ""
            fact(name, f"{stamp:%Y-%m-%d %H:%M:%S}".removesuffix(":00") + in_file)
    fact("Time", _time_words(time))
    if table.series:
        chosen = ", ".join(f"{name}={value}" for name, value in table.series.items())
        fact("Series", chosen)
    for name, columns in _kinds(table.columns).items():
        fact(name, columns)
    for note in table.notes:
        fact("Note", note)
    layout = ", ".join(f"{name} {text!r}" for name, text in table.layout.items())
    fact("Read by", f"{table.reader}{': ' if layout else ''}{layout}")


def _time_words(time):
    columns = " and ".join(map(repr, time.columns)) or "no column"
    words = f"{columns}, {time.notation}"
    if time.order:
        words += f", {time.order}"
    if time.why:
        words += f" ({time.why})"
    words += f"; time zone {time.zone}" if time.zone else "; no time zone stated"
    if time.marks:
        words += f"; a stamp is the {time.marks} of its interval"
    return words


def _kinds(columns: Sequence[Column]) -> dict[str, str]:
    """For each kind of column a heading and their names; a reason where left out."""
    used = [column for column in columns if column.used]
    lines = {}
    measured = [column for column in used if column.kind == "measurement"]
    if measured:
        lines["Measured"] = _names(measured)
    others = [column for column in used if column.kind != "measurement"]
    if others:
        lines["Others"] = _names(others, why=True)
    dropped = [column for column in columns if not column.used]
    dropped = [column for column in dropped if column.kind != "time"]
    if dropped:
        lines["Left out"] = _names(dropped, why=True)
    return lines


def _names(columns, why=False):
    shown = [
        repr(column.name)
        + (
            f" [{column.unit}]"
            if column.unit and column.unit not in column.name
            else ""
        )
        + (f" ({column.kind}: {column.why})" if why and column.why else "")
        for column in columns[:_MOST_NAMES]
    ]
    more = len(columns) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def series_provenance(series: Series, repairs: dict[str, int]) -> dict[str, Any]:
    """Return where a series is from and what was done to it, ready for JSON.

    Args:
        series: `keras_rnn.datasets.Series`.
        repairs: Dict from what was done to it, in words, to how often.
    """
    return {
        "kind": series.kind,
        "name": series.name,
        "origin": series.origin,
        "rows": len(series.frame),
        "start": str(series.frame.index[0]),
        "end": str(series.frame.index[-1]),
        "repairs": repairs,
    }


def run_provenance(started: float) -> dict[str, Any]:
    """Return how long a run took, and on what, ready for JSON.

    Args:
        started: Float, `time.perf_counter()` at its beginning.
    """
    keras = sys.modules.get("keras")
    # What forecasts without a backend computes in NumPy.
    backend = keras.backend.backend() if keras else "numpy"
    packages = ["keras", "numpy", "pandas", "scikit-learn"]
    versions = {package: version(package) for package in packages[0 if keras else 1 :]}
    # A backend's distribution may have another name, such as tensorflow-cpu.
    versions[backend] = sys.modules[backend].__version__
    return {
        "seconds": round(time.perf_counter() - started, 1),
        "backend": backend,
        "versions": {"keras_rnn": __version__} | versions,
    }
