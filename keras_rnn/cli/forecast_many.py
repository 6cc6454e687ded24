"""`keras-rnn forecast` of many series: train or load one model, forecast each."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from keras_rnn.cli.arguments import aggregate_argument, naming, reading_arguments
from keras_rnn.cli.backend import load_backend
from keras_rnn.errors import UserError

if TYPE_CHECKING:
    from keras_rnn.forecasting.many_series.panel_forecaster import PanelForecaster
    from keras_rnn.forecasting.many_series.panel_loading import PanelData


def concerns_many(arguments: argparse.Namespace) -> bool:
    """Return whether a command is about many series.

    Args:
        arguments: `argparse.Namespace` of `keras-rnn forecast`.
    """
    if arguments.load is not None:
        from keras_rnn.forecasting.many_series.panel_metadata import (
            holds_panel_forecaster,
        )

        return holds_panel_forecaster(arguments.load)
    return bool(
        arguments.series_column
        or arguments.targets
        or str(arguments.data).startswith("m4-")
    )


def forecast_many(arguments: argparse.Namespace, folder: Path, started: float) -> None:
    """Train one model on many series, or load one, and forecast each of them.

    Args:
        arguments: `argparse.Namespace` of `keras-rnn forecast`.
        folder: `pathlib.Path`, where the results go.
        started: Float, `time.perf_counter()` at the beginning.

    Raises:
        UserError: An argument or the data cannot be used.
    """
    if arguments.load is not None:
        _with_saved(arguments, folder, started)
    else:
        _train(arguments, folder, started)


def _train(arguments, folder, started):
    from keras_rnn.cli import many_report as report
    from keras_rnn.cli.console import fact
    from keras_rnn.forecasting.conformal import LEVELS, check_levels
    from keras_rnn.forecasting.many_series.m4_evaluation import BAND_LEVEL
    from keras_rnn.forecasting.many_series.panel_calendar import holidays_of
    from keras_rnn.forecasting.many_series.panel_known_ahead import check_rows_ahead
    from keras_rnn.forecasting.many_series.panel_loading import load_panel
    from keras_rnn.forecasting.many_series.panel_plan import plan_panel
    from keras_rnn.forecasting.many_series.panel_training import check_history

    data = load_panel(
        arguments.data,
        series_column=arguments.series_column,
        targets=arguments.targets,
        target=arguments.target,
        known_ahead=arguments.known_ahead,
        static=arguments.static or (),
        future=arguments.future,
        aggregate=aggregate_argument(arguments.aggregate),
        **reading_arguments(arguments),
    )
    report.show_data(data)
    check_history(arguments.history, arguments.model or "gru")
    columns = data.columns
    if arguments.holidays is not None:
        marks = data.table.time.marks if data.table else ""
        holidays = holidays_of(arguments.holidays, data.panel, marks)
        columns = replace(columns, holidays=holidays)
    published = None if data.truth is None else data.truth.shape[1]
    horizon = arguments.horizon or published
    # Of published rows, only a forecast of all of them is compared with others'.
    truth = data.truth if horizon == published else None
    # The competition scored bands of 95 %.
    usual = LEVELS if truth is None else (*LEVELS, BAND_LEVEL)
    levels = check_levels(usual if arguments.levels is None else arguments.levels)
    season = data.season if arguments.season is None else arguments.season
    plan = plan_panel(data.panel, horizon, season, holidays=columns.holidays)
    # Better told now than after the training.
    check_rows_ahead(plan.panel, plan.horizon, columns.known_ahead)
    for remark in plan.remarks:
        fact("Note", remark)
    report.show_plan(plan, published=truth is not None)
    load_backend()
    from keras_rnn.forecasting.many_series.panel_training import train_panel_forecaster

    forecaster = train_panel_forecaster(
        plan,
        columns=columns,
        history=arguments.history,
        model=arguments.model or "gru",
        levels=levels,
        epochs=arguments.epochs,
        seed=arguments.seed or 0,
        truth=truth,
        explain=arguments.explain,
        metadata={
            "description": data.describe(),
            "data": {"kind": data.kind, "name": data.name, "origin": data.origin},
            "notes": data.panel.notes,
            "time": _time_of(data.table),
        },
    )
    report.show_scores(forecaster)
    report.write(
        folder,
        replace(data, panel=plan.panel),
        forecaster,
        started,
        plan=plan,
        plot=not arguments.no_plot,
    )


def _with_saved(arguments, folder, started):
    from keras_rnn.cli import many_report as report
    from keras_rnn.cli.console import fact
    from keras_rnn.forecasting.many_series.following_rows import check_times
    from keras_rnn.forecasting.many_series.panel_forecaster import (
        PanelForecaster,
        nearest_names,
    )
    from keras_rnn.forecasting.many_series.panel_known_ahead import check_rows_ahead

    load_backend()
    with naming(folder="--load"):
        forecaster: PanelForecaster = PanelForecaster.load(arguments.load)
    report.show_saved(forecaster)
    if arguments.update:
        check_times(forecaster.past)
    data = _read(arguments, forecaster)
    report.show_data(data)
    panel = forecaster.panel_of(data.panel)
    for remark in panel.remarks:
        fact("Note", remark)
    # Better told now than after the learning.
    check_rows_ahead(panel, forecaster.horizon, forecaster.columns.known_ahead)
    new = forecaster.new_names(panel)
    if arguments.update:
        forecaster = _updated(forecaster, panel)
    elif new:
        more = f" and {len(new) - 3:,} more" if len(new) > 3 else ""
        told = ", ".join(nearest_names(new, forecaster.names)) + more
        fact(
            "Note",
            f"{len(new):,} of {len(panel):,} series were not learned from and are "
            f"forecast by what the others taught: {told}",
        )
    if arguments.explain:
        explained = forecaster.explain(panel)
        forecaster = replace(forecaster, importance=explained)
    report.write(
        folder,
        replace(data, panel=panel),
        forecaster,
        started,
        loaded=arguments.load,
        updated=arguments.update,
        plot=not arguments.no_plot,
    )


def _read(arguments, forecaster) -> PanelData:
    """The table of new rows, joined with those that the forecaster knows to update it.

    The rows of one day do not show which of their columns is the time, nor whether the
    day or the month comes first: then they are read as those before them were.
    """
    from keras_rnn.forecasting.many_series.panel_loading import load_panel

    reading = {
        **forecaster.columns.as_loaded(arguments.series_column),
        "future": arguments.future,
        "past": forecaster.rows_that_it_knows if arguments.update else None,
        **(reading_arguments(arguments) | {"every": forecaster.columns.every}),
    }
    try:
        return load_panel(arguments.data, **reading)
    except UserError as error:
        remembered = {
            name: value
            for name, value in forecaster.metadata.get("time", {}).items()
            if value and reading[name] is None
        }
        if not remembered:
            raise
        try:
            return load_panel(arguments.data, **reading | remembered)
        except UserError:
            raise error from None


def _time_of(table):
    """How the time stamps of a table were found and read."""
    if table is None or len(table.time.columns) != 1:
        return {}
    return {
        "time_column": table.time.columns[0],
        "date_order": table.time.order or None,
    }


def _updated(forecaster, panel):
    """Learn on, and say what that gained and which series have no part in it."""
    import numpy as np

    from keras_rnn.cli.console import fact
    from keras_rnn.forecasting.many_series.panel_updating import (
        update_panel_forecaster,
    )

    known = forecaster.past.lengths
    still = np.flatnonzero(panel.lengths[: len(known)] == known)
    updated, gain = update_panel_forecaster(forecaster, panel)
    if len(still):
        fact(
            "Note",
            f"{len(still):,} of {len(known):,} series that it knows have no later row, "
            f"such as {panel.names[still[0]]!r}: they are forecast from their own end",
        )
    fact("Update", gain.describe())
    return updated
