"""`keras-rnn forecast`: train, judge, and continue a series past its last row."""

from __future__ import annotations

import argparse
import shutil
import time
from contextlib import nullcontext
from pathlib import Path

from keras_rnn.cli.arguments import (
    add_data_arguments,
    add_known_ahead_arguments,
    add_model_arguments,
    aggregate_argument,
    columns,
    levels,
    names,
    naming,
    positive,
    reading_arguments,
)
from keras_rnn.cli.backend import check_backend, load_backend

_MODEL = "gru"
_KNOWN = ("known_ahead", "holidays", "static")

_DESCRIPTION = """\
Forecast one column of a series past its last row.

A model learns from the first 70 % of the rows, the next 20 % decide on its settings
(and are then learned from, too), and the last 10 % judge it against what needs no
training. A short series (up to 360 rows) is judged by rolling origins over its last two
fifths: simple forecasts are fitted to the rows before, the first half of the origins
weights them, the second judges. With the scores known, all learns from all rows, and
continues the series, with time stamps and in physical units. --out receives
  forecast.csv       time, forecast, and the ends of its band, or of each of --levels
  forecast.png       the last days, the forecast, its bands, and the errors by step
  results.json       every figure that was printed
  forecaster.keras   the model, readings in and forecast out; forecaster.json beside it
                     and forecaster_numpy.npz, with which --load takes a second

Of many series (--series-column, --targets) one model learns from all, and the last
tenth of each judges it. forecast.csv then has a row for each series and time,
forecast.png a small picture of some, and scores.csv the errors for each series beside
those of naive forecasts and of a regression of its own.
"""

_EPILOG = """\
examples:
  keras-rnn forecast                                  weather, 24 hours on
  keras-rnn forecast --data weather-2020 --target "rh (%)" --horizon 48
  keras-rnn forecast --data sales.csv --target sales --every 1d --horizon 14
  keras-rnn forecast --data stores.csv --where store=North
  keras-rnn forecast --data stores.csv --series-column store --target sold
  keras-rnn forecast --data stores.csv --series-column store --known-ahead price
  keras-rnn forecast --data meters.csv --targets north,south,east
  keras-rnn forecast --data m4-hourly                 414 series, one network
  keras-rnn forecast --data sales.csv --levels 50,80,95            three bands
  keras-rnn forecast --load output/forecast --data new_rows.csv    no training
  keras-rnn forecast --load output/forecast --data new_rows.csv --no-plot
  keras-rnn forecast --load output/forecast --data new_rows.csv --update
  keras-rnn forecast --data load.csv --explain        which columns matter
  keras-rnn forecast --data sales.csv --known-ahead promo,price --holidays DE
  keras-rnn forecast --data sales.csv --future next_week.csv
  keras-rnn forecast --load output/forecast --data new.csv --future next_week.csv
"""


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """Add the subcommand to the command line.

    Args:
        subparsers: What `ArgumentParser.add_subparsers` returned.
    """
    parser = subparsers.add_parser(
        "forecast",
        help="train on a series and forecast past its last row",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_data_arguments(parser)
    add_known_ahead_arguments(parser, future=True)
    model = add_model_arguments(parser)
    many = parser.add_argument_group("many series")
    many.add_argument(
        "--series-column",
        metavar="COLUMN",
        help="the column that names the series of each row: forecast all of them with "
        "one model",
    )
    many.add_argument(
        "--targets",
        type=columns,
        metavar="A,B",
        help="columns that are a series each: forecast all of them with one model",
    )
    many.add_argument(
        "--season",
        type=positive,
        metavar="ROWS",
        help="rows in a season; default: by their step, such as 24 hours, 7 days or 12 "
        "months",
    )
    many.add_argument(
        "--static",
        type=names,
        metavar="A,B",
        help="columns of a long table that are constant within a series, such as "
        "size,region",
    )
    model.add_argument(
        "--levels",
        type=levels,
        metavar="L,L",
        help="bands to hold so many per cent of the readings, such as 50,80,95; "
        "default: 80",
    )
    files = parser.add_argument_group("files")
    files.add_argument(
        "--out",
        default="output/forecast",
        metavar="DIR",
        help="folder for the results; default: output/forecast",
    )
    files.add_argument(
        "--load",
        metavar="DIR",
        help="forecast with the forecaster that an earlier run saved in DIR; nothing "
        "is trained",
    )
    files.add_argument(
        "--update",
        action="store_true",
        help="with --load: learn on from the rows of --data that came since, say what "
        "that gained, and save the forecaster in --out",
    )
    files.add_argument(
        "--no-plot",
        action="store_true",
        help="draw no forecast.png, which is a third of the time of --load",
    )
    parser.add_argument(
        "--explain",
        action="store_true",
        help="shuffle one column at a time and say how much larger the error on the "
        "test part is (with --load: on --data; of many series on the second half of "
        "each); explain.csv, explain.png",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Train a forecaster, or load one, and write its forecast.

    Args:
        arguments: `argparse.Namespace` of the subcommand's arguments.

    Raises:
        UserError: An argument or the data cannot be used.
    """
    from keras_rnn.cli.short_commands import without_collecting

    trains = arguments.load is None or arguments.update
    with nullcontext() if trains or arguments.explain else without_collecting():
        _run(arguments)


def _run(arguments):
    from keras_rnn.cli.forecast_many import concerns_many
    from keras_rnn.datasets.series.loading import load_series
    from keras_rnn.errors import UserError
    from keras_rnn.files import output_folder
    from keras_rnn.forecasting.conformal import LEVELS, check_levels

    started = time.perf_counter()
    if arguments.load is not None:
        _refuse_training_arguments(arguments)
    elif arguments.update:
        raise UserError(
            "--update learns on with a saved forecaster: name its folder by --load."
        )
    if arguments.season is not None and not concerns_many(arguments):
        raise UserError(
            "--season is about many series; of one, it is found. Leave it out."
        )
    if arguments.static is not None and not concerns_many(arguments):
        raise UserError(
            "--static is about many series: what is constant tells nothing about one. "
            "Leave it out."
        )
    check_levels(LEVELS if arguments.levels is None else arguments.levels)
    if arguments.load is None:
        from keras_rnn.forecasting.plan import check_model

        check_model(arguments.model or _MODEL)
        check_backend()
    folder = output_folder(arguments.out)
    if concerns_many(arguments):
        from keras_rnn.cli.forecast_many import forecast_many

        forecast_many(arguments, folder, started)
        return
    series = load_series(arguments.data, **reading_arguments(arguments))

    # The backend takes seconds to import: what can be said is said before.
    from keras_rnn.cli.reading import show_series, show_target

    show_series(series)
    if arguments.load is not None:
        _forecast_with_saved(series, arguments, folder, started)
    else:
        show_target(series, arguments.target)
        _train_and_forecast(series, arguments, folder, started)


def _train_and_forecast(series, arguments, folder, started):
    from keras_rnn.cli.console import fact, show_counts, show_written
    from keras_rnn.cli.reading import show_known_ahead
    from keras_rnn.forecasting.conformal import LEVELS
    from keras_rnn.forecasting.plan import plan_forecast
    from keras_rnn.forecasting.time_steps import step_text

    plan = plan_forecast(
        series,
        arguments.target,
        horizon=arguments.horizon,
        history=arguments.history,
        every=arguments.every,
        aggregate=aggregate_argument(arguments.aggregate),
        known_ahead=arguments.known_ahead,
        future=_future(arguments),
        holidays=arguments.holidays,
    )
    # Without the rows at the end whose target is empty.
    series = plan.series
    show_counts("Prepared", plan.notes)
    for remark in plan.remarks:
        fact("Note", remark)
    show_known_ahead(plan)
    _check_future_is_known(plan)
    task, parts = plan.task, plan.parts
    step, columns = step_text(parts.train.index), len(plan.preparation.features)
    fact(
        "Forecast",
        f"{task.target}, {task.horizon} steps of {step} from the last {task.history}",
    )
    fact(
        "Rows",
        f"{len(parts.train):,} to train, {len(parts.validation):,} to validate, "
        f"{len(parts.test):,} to test; {columns} column{'s' if columns != 1 else ''}",
    )

    load_backend()
    from keras_rnn.cli import forecast_report as report
    from keras_rnn.cli.importance_report import show_importance
    from keras_rnn.files import replacing_all
    from keras_rnn.forecasting.train import train_forecaster

    checkpoints = folder / "checkpoints"
    trained = train_forecaster(
        plan,
        model=arguments.model or _MODEL,
        levels=LEVELS if arguments.levels is None else arguments.levels,
        epochs=arguments.epochs,
        seed=arguments.seed or 0,
        folder=checkpoints,
        explain=arguments.explain,
    )
    forecaster = trained.forecaster
    future = forecaster.predict()
    report.show_scores(trained)
    report.show_bands(forecaster)
    report.show_forecast(forecaster, future)
    results = report.results(plan, trained, started)
    importance = trained.importance
    if importance is not None:
        show_importance(importance, forecaster.unit)
    with replacing_all(folder) as temporary:
        report.write(
            temporary,
            series,
            forecaster,
            future,
            results,
            trained.backtest.mae_by_step,
            plot=not arguments.no_plot,
        )
        _write_importance(temporary, importance, forecaster, series)
        forecaster.save(temporary)
        names = sorted(path.name for path in temporary.iterdir())
    shutil.rmtree(checkpoints, ignore_errors=True)
    show_written(folder, names, started)


def _forecast_with_saved(series, arguments, folder, started):
    from keras_rnn.cli import forecast_report as report
    from keras_rnn.cli.console import fact, show_written
    from keras_rnn.cli.importance_report import show_importance
    from keras_rnn.files import replacing_all
    from keras_rnn.forecasting.forecaster import Forecaster
    from keras_rnn.forecasting.forecaster_files import NUMPY_FILE

    source = Path(arguments.load)
    if arguments.update or arguments.explain or not (source / NUMPY_FILE).is_file():
        load_backend()
    with naming(folder="--load"):
        forecaster = Forecaster.load(source)
    report.show_saved(forecaster)
    report.show_bands(forecaster)
    past = None
    if arguments.update:
        forecaster = forecaster.update(series, future=_future(arguments), verbose=0)
        fact("Update", forecaster.metadata["updates"][-1]["gain"])
        past = forecaster.past
    if arguments.update:
        future = forecaster.predict()
    else:
        future = forecaster.predict(series, future=_future(arguments))
    report.show_forecast(forecaster, future)
    importance = None
    if arguments.explain:
        importance = forecaster.explain(series)
        show_importance(importance, forecaster.unit)
    results = report.results_of_saved(series, forecaster, source, started)
    with replacing_all(folder) as temporary:
        report.write(
            temporary,
            series,
            forecaster,
            future,
            results,
            past=past,
            plot=not arguments.no_plot,
        )
        _write_importance(temporary, importance, forecaster, series)
        if arguments.update:
            forecaster.save(temporary)
        names = sorted(path.name for path in temporary.iterdir())
    show_written(folder, names, started)


def _future(arguments):
    """The rows of `--future`, or `None`."""
    from keras_rnn.datasets.series.loading import load_series

    if arguments.future is None:
        return None
    reading = reading_arguments(arguments)
    with naming(where="--where"):
        return load_series(arguments.future, **reading)


def _check_future_is_known(plan):
    """Better told now than after the training."""
    if not plan.knows_future:
        plan.preparation.check_future(plan.parts.test.index, None)


def _write_importance(folder, importance, forecaster, series):
    from keras_rnn.cli.importance_report import write_importance

    if importance is not None:
        write_importance(
            folder, importance, forecaster.target, forecaster.unit, series.describe()
        )


def _refuse_training_arguments(arguments):
    from keras_rnn.errors import UserError

    of_training = (
        "target",
        "targets",
        "season",
        "history",
        "horizon",
        "every",
        "aggregate",
        "model",
    )
    for name in (*of_training, "levels", "epochs", "seed", *_KNOWN):
        if getattr(arguments, name) is not None:
            name = name.replace("_", "-")
            raise UserError(
                f"--{name} belongs to training, and --load trains nothing: the saved "
                f"forecaster has its own. Leave out --{name}, or leave out --load."
            )
